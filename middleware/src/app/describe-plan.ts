/** A plan as people read it: `cosell plan`. */
import { fields, showValue } from '../domain/fields.ts';
import type { FieldName } from '../domain/deal.ts';
import type { Plan } from '../domain/plan.ts';
import { showPlan } from '../domain/standing.ts';
import { differenceWords } from './difference-words.ts';
import { hiddenText } from './mapping-try.ts';
import type { Situation } from '../sync/situation.ts';

export interface PlanReport {
  readonly opportunityId: string | null;
  readonly referralId: string | null;
  readonly engagementId: string | null;
  readonly name: string | null;
  /** What the opportunity would show. */
  readonly state: string | null;
  readonly message: string | null;
  readonly steps: readonly { readonly step: string; readonly why: string; readonly values: readonly string[] }[];
  readonly findings: readonly { readonly code: string; readonly text: string; readonly cure: string }[];
  readonly open: readonly {
    readonly field: string;
    readonly salesforce: string | null;
    readonly partnerCenter: string | null;
    readonly why: string;
  }[];
}

const words = {
  'create-referral': 'create the referral in Partner Center',
  'create-leg': "ask Microsoft for help (create Microsoft's referral)",
  'patch-referral': 'change the referral in Partner Center',
  'create-opportunity': 'create the opportunity in Salesforce',
  'create-lead': 'create the Lead record in Salesforce',
  'register-deal': 'register the deal in Partner Center',
  unlink: 'undo the link',
  'update-crm': 'change the opportunity in Salesforce',
} as const;

/** @param hidden confidential fields: they show that they change, never what they hold */
export function describePlan(situation: Situation, plan: Plan, hidden: ReadonlySet<FieldName>): PlanReport {
  const { link, crm, partner } = situation;
  const shown = showPlan(plan, hidden);
  const show = (field: FieldName, value: unknown, instead = hiddenText): string | null => {
    const text = showValue(field, value as never);
    return hidden.has(field) && text !== null ? instead : text;
  };
  const valuesOf = (deal: object): string[] =>
    (Object.entries(deal) as [FieldName, unknown][])
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([field, value]) => `${fields[field].label}: ${show(field, value, 'changed') ?? 'empty'}`);
  const pairs = [
    ...plan.conflicts.map((one) => ({
      ...one,
      why:
        one.winner === null
          ? 'both sides changed it; a person is asked'
          : `both sides changed it; ${one.winner === 'crm' ? 'Salesforce' : 'Partner Center'} owns it`,
    })),
    ...plan.differences.map((one) => ({ ...one, why: differenceWords[one.why] })),
  ];
  return {
    opportunityId: crm?.id ?? link.opportunityId,
    referralId: partner?.referralId ?? link.referralId,
    engagementId: partner?.engagementId ?? link.engagementId,
    name: show('name', crm?.deal.name ?? partner?.deal.name ?? null),
    state: shown.word,
    message: shown.message ?? situation.crmGone ?? situation.partnerGone,
    steps: plan.steps.map((step) => ({
      step: words[step.kind],
      why: step.why,
      values: valuesOf('set' in step ? step.set : 'deal' in step ? step.deal : {}),
    })),
    findings: plan.findings.map(({ code, text, cure }) => ({ code, text, cure })),
    open: pairs.map((one) => ({
      field: fields[one.field].label,
      salesforce: show(one.field, one.crm),
      partnerCenter: show(one.field, one.partner),
      why: one.why,
    })),
  };
}
