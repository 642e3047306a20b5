/** Both sides are there: merge the fields, move the state, ask Microsoft for help when the seller wants it. */
import type { Base, Deal, FieldName } from './deal.ts';
import { fields, showValue } from './fields.ts';
import { isFrozen } from './freeze.ts';
import { isTerminal } from './lifecycle.ts';
import { confidentialIn } from './mapping.ts';
import { apart, legOnly, mayBeTakenBack, mergeRules, notCompared, withAsked } from './merge-rules.ts';
import { merge, type Conflict, type Merge } from './merge.ts';
import { heldTogether, keepMoneyTogether } from './money.ts';
import type { Confirmation } from './plan-confirm.ts';
import { confirmDoors } from './plan-doors.ts';
import { planLeg, type LegPlan } from './plan-leg.ts';
import { honestAnswer, overtakenBy, planPutBack } from './plan-put-back.ts';
import { planRegistration } from './plan-registration.ts';
import { plainAnswers, planUnlink, pointless } from './plan-requests.ts';
import { planState, stateSet, type StatePlan } from './plan-state.ts';
import { emptyPlan, type Plan, type Standing, type Step, type Together } from './plan.ts';
import { findUnsendable, type Finding } from './validate.ts';

const without = (deal: Deal, names: readonly FieldName[]): Deal =>
  Object.fromEntries(Object.entries(deal).filter(([name]) => !names.includes(name as FieldName)));
const hasFields = (deal: Deal): boolean => Object.keys(deal).length > 0;

function sentence(set: Deal, conflicts: readonly Conflict[], where: string, hidden: ReadonlySet<FieldName>): string {
  const parts = (Object.keys(set) as FieldName[]).map((field) => {
    const won = conflicts.some((conflict) => conflict.field === field);
    const becomes = hidden.has(field) ? 'changes' : `becomes ${showValue(field, set[field] as never) ?? 'empty'}`;
    return `${fields[field].label} ${becomes}${won ? ' (the value of the other side is kept and can be put back)' : ''}`;
  });
  return `${where}: ${parts.join('; ')}.`;
}

function standingOf(input: Together, merged: Merge, state: StatePlan, findings: readonly Finding[], waits: boolean): Standing {
  const { partner } = input;
  const now = state.move?.to ?? partner.deal.state ?? 'other';
  if (findings.some((finding) => finding.weight === 'blocks')) return { kind: 'incomplete' };
  if (merged.conflicts.some((conflict) => conflict.winner === null)) return { kind: 'asks' };
  if (waits) return { kind: 'confirm' };
  if (now === 'new' && partner.incoming) return { kind: 'answer-microsoft', expiresAt: partner.deal.expiresAt ?? null };
  if (state.holdUntil !== null) return { kind: 'on-hold', until: state.holdUntil };
  if (isTerminal(now)) return { kind: 'closed', state: now };
  // a reading that did not look at Microsoft's leg says nothing about it: what both sides last agreed on still holds
  const microsoft = partner.deal.microsoftStatus === undefined ? input.base?.partner.microsoftStatus : partner.deal.microsoftStatus;
  if (microsoft?.startsWith('New')) return { kind: 'waiting-for-microsoft' };
  return { kind: 'in-sync' };
}

/**
 * The base of two sides that meet without one: of the fields nothing is known, so that what differs is asked about; of the state only
 * what both say alike.
 */
function unknownBase({ crm, partner }: Together): Base {
  const state: Deal = crm.deal.state !== undefined && crm.deal.state === partner.deal.state ? { state: crm.deal.state } : {};
  return { crm: state, partner: state };
}

export function planTogether(input: Together): Plan {
  const unlink = planUnlink(input);
  if (unlink !== null && 'steps' in unlink) return unlink;
  const base = input.base ?? unknownBase(input);
  const putBack = planPutBack(input.crm.requests, input.losers);
  const crmDeal: Deal = { ...input.crm.deal, ...putBack.override };
  const asIs = planState({ now: input.now, crm: input.crm, partner: input.partner, base, settings: input.mapping.settings });
  const asked = input.partner.leg === 'there';
  const frozen = (field: FieldName): boolean => isFrozen(field, { partner: input.partner.deal, asked });
  const rules = mergeRules(input.mapping);
  const plain = merge({
    crm: crmDeal,
    partner: asked ? withAsked(input.partner.deal, base) : input.partner.deal,
    base,
    rules,
    frozen,
    decided: putBack.decided,
  });
  const together = keepMoneyTogether(plain, {
    crm: crmDeal,
    partner: input.partner.deal,
    amount: input.crm.amount ?? 'free',
    owner: input.mapping.fields.find((rule) => rule.field === 'value')?.owner ?? 'crm',
    frozen: frozen('value'),
  });

  const merged: Merge = {
    ...together,
    conflicts: [
      ...together.conflicts,
      ...overtakenBy(putBack.override, input.crm.deal, base, together.conflicts),
      ...mayBeTakenBack(input, together),
    ],
  };

  const help = planLeg(input, asIs);
  const confirmation = confirmDoors(input, merged, asIs, help.step);
  const waits = (door: Confirmation['door']): boolean => confirmation.waiting.some((one) => one.door === door);
  const state: StatePlan = asIs.door && waits(asIs.door) ? { ...asIs, move: null, unsettled: true } : asIs;
  const leg: LegPlan = waits('help') ? { step: null, findings: [], waiting: true } : help;
  const hidden: readonly FieldName[] = waits('visible') || waits('help') ? ['visible'] : [];
  const unanswered = input.partner.incoming && input.partner.deal.state === 'new' && state.move === null;
  // a deal that another connector linked is taken over as it is: nothing is sent until one side changes
  const takenOver = input.base === null && !input.crm.wasLinked && !input.pastLost;
  const wanted = takenOver ? {} : without(merged.toPartner, [...legOnly, ...hidden]);
  const unsendable = findUnsendable(wanted);
  const heldBack = heldTogether(
    unsendable.map((finding) => finding.field as FieldName),
    wanted,
  );
  const reference = referenceOf(input, base, state, takenOver, hasFields(without(wanted, heldBack)));
  const visible: Deal = leg.step && input.partner.deal.visible === false ? { visible: true } : {};
  const fieldsToSend: Deal = unanswered ? {} : { ...without(wanted, heldBack), ...reference, ...visible };

  const secret = confidentialIn(input.mapping);
  const steps: Step[] = [];
  const set: Deal = { ...fieldsToSend, ...(state.move ? stateSet(state.move) : {}) };
  if (hasFields(set)) {
    const why = [
      state.move?.why,
      hasFields(fieldsToSend) ? sentence(fieldsToSend, merged.conflicts, 'Changed in Salesforce', secret) : null,
    ]
      .filter(Boolean)
      .join(' ');
    steps.push({ kind: 'patch-referral', set, act: state.move?.act ?? 'update', why });
  }
  if (leg.step) steps.push(leg.step);
  const registering = planRegistration(input);
  if (registering.step) steps.push(registering.step);
  const toCrm: Deal = { ...merged.toCrm, ...putBack.override, ...(state.stage ? { state: state.stage.to } : {}) };
  const { stateReason } = input.partner.deal;
  const lost: Deal = state.stage?.to === 'lost' && stateReason && stateReason !== input.crm.deal.stateReason ? { stateReason } : {};
  if (hasFields(toCrm)) {
    steps.push({
      kind: 'update-crm',
      set: { ...toCrm, ...lost },
      why: [
        state.stage?.why,
        hasFields(without(toCrm, apart)) ? sentence(without(toCrm, apart), merged.conflicts, 'Changed in Partner Center', secret) : null,
      ]
        .filter(Boolean)
        .join(' '),
    });
  }

  const findings = [...state.findings, ...unsendable, ...leg.findings];
  const answers = [
    ...state.answers,
    ...putBack.answers.map((answer) => honestAnswer(answer, input.crm.requests, merged)),
    ...plainAnswers(input.crm),
    ...confirmation.answers,
    ...registering.answers,
    ...pointless(input),
    ...(unlink === null ? [] : [unlink]),
  ];
  const holding: readonly FieldName[] = [
    ...notCompared(input, rules),
    ...(state.unsettled ? (['state'] as const) : []),
    ...heldBack,
    ...(unanswered ? (Object.keys(wanted) as FieldName[]) : []),
    ...(leg.waiting ? legOnly : []),
    ...hidden,
  ];
  return {
    ...emptyPlan(standingOf(input, merged, state, findings, confirmation.waiting.length > 0)),
    steps,
    findings,
    conflicts: merged.conflicts,
    differences: merged.differences,
    unsettled: [...new Set([...merged.unsettled.filter((field) => !(legOnly.includes(field) && !asked)), ...holding])],
    answers,
    againAt: earliest(state.holdUntil, confirmation.againAt),
    adopt: input.base === null,
    confirms: confirmation.waiting,
    confirmed: confirmation.confirmed,
  };
}

const earliest = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.min(a, b));

/**
 * Our reference on the referral. A deal that was taken over as it is gets it with the first change that is sent, one that was brought in
 * with its acceptance or at once.
 */
function referenceOf({ crm, partner }: Together, base: Base, state: StatePlan, takenOver: boolean, sends: boolean): Deal {
  const open = partner.deal.state === 'active' || state.move?.to === 'active';
  if (takenOver || !open || state.move?.to === 'declined' || partner.deal.externalReference === crm.id) return {};
  return sends || state.move !== null || !('externalReference' in base.partner) ? { externalReference: crm.id } : {};
}
