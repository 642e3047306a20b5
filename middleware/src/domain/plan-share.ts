/** First share of an opportunity: complete → create the referral; else say exactly what is missing. */
import { isTerminal } from './lifecycle.ts';
import { confirmSteps, type Confirmation } from './plan-confirm.ts';
import type { Answer, CrmFacts, Plan, PlanInput } from './plan.ts';
import { dealTypeOf, findMissing, type Finding } from './validate.ts';
import type { Deal, FieldName } from './deal.ts';
import type { FieldRule } from './mapping.ts';

/** Fields the mapping sends when a referral is first made; the deal's own reference always goes along. */
export function sendable(deal: Deal, rules: readonly FieldRule[], reference: string): Deal {
  const out: { [field: string]: unknown } = { externalReference: reference };
  for (const rule of rules) {
    const leaves = rule.onCreate && (rule.direction === 'both' || rule.direction === 'to-partner');
    if (leaves && rule.field in deal) out[rule.field] = deal[rule.field];
  }
  return out;
}

const words = { private: 'a private deal', 'partner-led': 'a partner-led deal', 'co-sell': 'a co-sell deal' } as const;

/** Requests that sharing fulfils. */
const served: readonly string[] = ['sync_now', 'retry', 'keep_as_new', 'confirm'];

/** Answers for requests that a not yet shared deal cannot serve. */
function answerAll(crm: CrmFacts, missing: readonly Finding[]): readonly Answer[] {
  return crm.requests.map((request) =>
    served.includes(request.kind) && missing.length === 0
      ? { id: request.id, outcome: 'Done', message: 'The deal was shared.' }
      : {
          id: request.id,
          outcome: 'Refused',
          message: served.includes(request.kind)
            ? 'The deal is not ready to share: see what is missing above.'
            : 'The deal is not in Partner Center yet.',
        },
  );
}

export function planShare(input: PlanInput & { readonly crm: CrmFacts }): Plan {
  const { crm, mapping } = input;
  const deal = sendable(crm.deal, mapping.fields, crm.id);
  const closed: readonly Finding[] =
    crm.deal.state !== undefined && isTerminal(crm.deal.state)
      ? [
          {
            code: 'DEAL_CLOSED',
            field: 'state',
            weight: 'blocks',
            text: 'The opportunity is closed already.',
            cure: 'Only open opportunities can be shared. Reopen it, or untick "Sync with Partner Center".',
          },
        ]
      : [];
  const findings = [...closed, ...findMissing(deal)];
  const base = {
    findings,
    conflicts: [],
    differences: [],
    unsettled: [] as FieldName[],
    answers: answerAll(crm, findings),
    againAt: null,
    adopt: false,
    confirms: [],
    confirmed: [],
  };
  if (findings.length > 0) return { ...base, steps: [], standing: { kind: 'incomplete' } };

  const type = dealTypeOf(deal);
  const door: Confirmation = {
    door: 'share',
    field: null,
    text: `"Sync with Partner Center" was ticked outside the panel. A referral cannot be deleted: it would be shared as ${words[type]}.`,
  };
  const asked = confirmSteps({
    now: input.now,
    crm,
    on: () => mapping.settings.confirmOneWaySteps,
    confirmed: input.confirmed ?? [],
    doors: [door],
    taken: () => false,
  });
  if (asked.waiting.length > 0) {
    const answers = base.answers.map((answer): Answer => ({
      ...answer,
      outcome: 'Refused',
      message: 'Sharing waits for a confirmation in the panel.',
    }));
    return { ...base, answers, steps: [], standing: { kind: 'confirm' }, confirms: asked.waiting };
  }
  const visible: Deal = type === 'co-sell' ? { ...deal, visible: true } : deal;
  return {
    ...base,
    confirmed: asked.confirmed,
    steps: [
      {
        kind: 'create-referral',
        deal: visible,
        why: `"Sync with Partner Center" is ticked and the deal is complete: it is shared as ${words[type]}.`,
      },
    ],
    standing: { kind: 'in-sync' },
  };
}
