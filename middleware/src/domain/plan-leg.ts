/** Asking Microsoft for help: the second POST, once the deal is complete for it (API §7.2). */
import type { Step, Together } from './plan.ts';
import { sendable } from './plan-share.ts';
import type { StatePlan } from './plan-state.ts';
import { findMissing, type Finding } from './validate.ts';

export interface LegPlan {
  readonly step: Step | null;
  readonly findings: readonly Finding[];
  /** The seller wants help, and something has to be done before. */
  readonly waiting: boolean;
}

export function planLeg(input: Together, state: StatePlan): LegPlan {
  const { crm, partner } = input;
  const wanted =
    Boolean(crm.deal.help) && partner.leg === 'none' && partner.deal.state === 'active' && state.move === null && !partner.incoming;
  if (!wanted) return { step: null, findings: [], waiting: false };
  const deal = sendable(crm.deal, input.mapping.fields, crm.id);
  const findings = findMissing(deal);
  if (findings.length > 0) return { step: null, findings, waiting: true };
  return {
    step: {
      kind: 'create-leg',
      deal: { ...deal, visible: true },
      why: 'The seller asks for help from Microsoft: the deal is shown to a Microsoft seller.',
    },
    findings: [],
    waiting: false,
  };
}
