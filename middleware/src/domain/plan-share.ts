/** First share of an opportunity: complete → create the referral; else say exactly what is missing. */
import { isTerminal } from './lifecycle.ts';
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

/** Answers for requests that a not yet shared deal cannot serve. */
function answerAll(crm: CrmFacts, missing: readonly Finding[]): readonly Answer[] {
  return crm.requests.map((request) =>
    request.kind === 'sync_now' && missing.length === 0
      ? { id: request.id, outcome: 'Done', message: 'The deal was shared.' }
      : {
          id: request.id,
          outcome: 'Refused',
          message: request.kind === 'sync_now' ? 'The deal is not ready to share: see what is missing above.' : 'The deal is not in Partner Center yet.',
        },
  );
}

export function planShare(input: PlanInput & { readonly crm: CrmFacts }): Plan {
  const { crm, mapping } = input;
  const deal = sendable(crm.deal, mapping.fields, crm.id);
  const closed: readonly Finding[] =
    crm.deal.state !== undefined && isTerminal(crm.deal.state)
      ? [{ code: 'DEAL_CLOSED', field: 'state', weight: 'blocks', text: 'The opportunity is closed already.', cure: 'Only open opportunities can be shared. Reopen it, or untick "Sync with Partner Center".' }]
      : [];
  const findings = [...closed, ...findMissing(deal)];
  const base = { findings, conflicts: [], differences: [], unsettled: [] as FieldName[], answers: answerAll(crm, findings), againAt: null, adopt: false };
  if (findings.length > 0) return { ...base, steps: [], standing: { kind: 'incomplete' } };

  const type = dealTypeOf(deal);
  const visible: Deal = type === 'co-sell' ? { ...deal, visible: true } : deal;
  return {
    ...base,
    steps: [{ kind: 'create-referral', deal: visible, why: `"Sync with Partner Center" is ticked and the deal is complete: it is shared as ${words[type]}.` }],
    standing: { kind: 'in-sync' },
  };
}
