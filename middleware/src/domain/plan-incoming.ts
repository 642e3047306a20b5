/** A referral that no opportunity stands for yet. */
import type { Deal } from './deal.ts';
import { isTerminal } from './lifecycle.ts';
import type { FieldRule } from './mapping.ts';
import { emptyPlan, type PartnerFacts, type Plan, type PlanInput } from './plan.ts';

/** Fields the mapping takes over when an opportunity is first made. */
export function acceptable(deal: Deal, rules: readonly FieldRule[]): Deal {
  const always = Object.fromEntries(
    Object.entries(deal).filter(
      ([field]) => field.startsWith('customer') || field === 'state' || field === 'contacts' || field === 'visible' || field === 'consent',
    ),
  );
  const mapped = rules
    .filter((rule) => rule.onCreate && (rule.direction === 'both' || rule.direction === 'to-crm') && rule.field in deal)
    .map((rule) => [rule.field, deal[rule.field]] as const);
  return { ...always, ...Object.fromEntries(mapped), name: deal.name ?? null, closeDate: deal.closeDate ?? null };
}

export function planIncoming(input: PlanInput & { readonly partner: PartnerFacts }): Plan {
  const { partner, mapping } = input;
  const { settings } = mapping;
  if (partner.category === 'marketplace-lead')
    return emptyPlan({ kind: 'ignored', why: 'Marketplace leads have a connector of their own.' });
  if (partner.category === 'lead' && settings.leads === 'ignore') {
    return emptyPlan({ kind: 'ignored', why: 'It is a lead, and the setting "Leads" says to leave leads alone.' });
  }
  if (partner.category === 'lead' && partner.deal.state === 'new') {
    if (input.leadId) return emptyPlan({ kind: 'ignored', why: 'It stands as a Lead record until it is accepted.' });
    const deal = acceptable(partner.deal, mapping.fields);
    return {
      ...emptyPlan({ kind: 'ignored', why: 'It is a lead and becomes a Lead record.' }),
      steps: [{ kind: 'create-lead', deal, why: 'Microsoft sent this lead, and the setting "Leads" says to keep leads as Lead records.' }],
    };
  }
  if (partner.deal.state !== undefined && isTerminal(partner.deal.state)) {
    return emptyPlan({ kind: 'ignored', why: 'It was closed before it had an opportunity.' });
  }
  const waits = partner.incoming && partner.deal.state === 'new';
  return {
    ...emptyPlan(waits ? { kind: 'answer-microsoft', expiresAt: partner.deal.expiresAt ?? null } : { kind: 'in-sync' }),
    steps: [
      {
        kind: 'create-opportunity',
        deal: acceptable(partner.deal, mapping.fields),
        why: partner.incoming
          ? 'Microsoft sent this deal and no opportunity stands for it.'
          : 'This deal was made in Partner Center and no opportunity stands for it.',
      },
    ],
  };
}
