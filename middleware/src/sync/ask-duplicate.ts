/**
 * A duplicate rule of the org found records that may be the same: a person chooses one of them, or keeps the deal as new where the rule
 * allows that. The choice is kept on the link as `account:<id>` or `lead:<id>`; an opportunity that is chosen is linked like every other one.
 */
import type { Step } from '../domain/plan.ts';
import { note, raise, type Pass } from './pass.ts';
import type { DuplicatesFound, Link } from './ports.ts';
import type { Situation } from './situation.ts';
import { remember, type StepOutcome } from './step-outcome.ts';
import { tellName } from './tell-name.ts';

/** The record a person chose, null when none of that kind. */
export function chosenRecord(link: Link, kind: 'account' | 'lead'): string | null {
  const [chosen, id] = (link.openAttention['decision'] ?? '').split(':');
  return chosen === kind && id ? id : null;
}

/** @returns the situation with the question; the step waits for its answer */
export function askDuplicate(pass: Pass, situation: Situation, step: Step, { mayKeep, suggestions }: DuplicatesFound): StepOutcome {
  const { partner, link } = situation;
  const name = tellName(pass.engine, 'name', partner?.deal.name, 'A deal');
  const message = `"${name}" came from Partner Center, and a duplicate rule of your org found a record that may be the same.`;
  const choose = suggestions.length > 0 ? 'Link it to one of them' : 'Find that record and link the deal to it';
  const cure = mayKeep
    ? `${choose}, or keep the deal as new: your rule allows it.`
    : `${choose}. Your rule allows no second record; an admin can change the rule, then keep the deal as new.`;
  const asked = raise(pass, link, {
    key: `${link.referralId ?? link.id}:match`,
    kind: 'match',
    field: null,
    crmValue: null,
    partnerValue: name,
    crmBy: null,
    partnerBy: partner?.deal.microsoftSeller ?? null,
    message,
    cure,
    cause: 'CRM_DUPLICATE',
    referralId: link.referralId,
    suggestions: suggestions.map((one) => ({ ...one, name: tellName(pass.engine, 'customerName', one.name, one.opportunityId) })),
  });
  if (asked !== link)
    note(pass, { way: 'to Salesforce', act: 'refused', result: 'waiting', code: 'CRM_DUPLICATE', text: `${message} ${cure}` });
  return { kind: 'waits', situation: { ...situation, link: remember(asked, step) }, message: cure };
}
