/** Both sides are there: merge the fields, move the state, ask Microsoft for help when the seller wants it. */
import type { Base, Deal, FieldName } from './deal.ts';
import { fields, sameValue, showValue } from './fields.ts';
import { isFrozen } from './freeze.ts';
import { isTerminal } from './lifecycle.ts';
import { confidentialIn, type FieldRule, type Mapping } from './mapping.ts';
import { merge, type Conflict, type Merge } from './merge.ts';
import { keepMoneyTogether } from './money.ts';
import { confirmSteps, type Confirmation, type Confirmed } from './plan-confirm.ts';
import { honestAnswer, overtakenBy, planPutBack } from './plan-put-back.ts';
import { planRegistration } from './plan-registration.ts';
import { planState, stateSet, type StatePlan } from './plan-state.ts';
import { sendable } from './plan-share.ts';
import { emptyPlan, type Answer, type CrmFacts, type PartnerFacts, type Plan, type PlanInput, type Standing, type Step } from './plan.ts';
import { findMissing, findUnsendable, type Finding } from './validate.ts';

type Together = PlanInput & { readonly crm: CrmFacts; readonly partner: PartnerFacts };

/** Fields that only Microsoft writes always enter; they need no line in the mapping. */
const entering: readonly FieldRule[] = (Object.keys(fields) as FieldName[])
  .filter((field) => fields[field].frozen === 'always')
  .map((field) => ({
    record: field,
    field,
    crmPath: '',
    direction: 'to-crm',
    onCreate: true,
    onUpdate: true,
    owner: 'partner',
    defaultValue: null,
    transform: 'none',
    limit: null,
    confidential: false,
  }));

/** Handled by state and Microsoft's leg, not by the merge. */
const apart: readonly FieldName[] = ['state', 'stateReason'];
const legOnly: readonly FieldName[] = ['help', 'noteToMicrosoft'];

/** The rules of the merge: the admin's, plus what always enters. */
export function mergeRules(mapping: Mapping): readonly FieldRule[] {
  const own = mapping.fields.filter((rule) => !apart.includes(rule.field) && fields[rule.field].frozen !== 'always');
  return [...own, ...entering];
}

/** Fields both sides show and no rule carries: an admin stopped them in this moment. Nobody compares them, so they keep their past. */
function notCompared({ crm, partner }: Together, rules: readonly FieldRule[]): readonly FieldName[] {
  const compared = new Set<FieldName>([
    ...rules.filter((rule) => rule.direction !== 'off').map((rule) => rule.field),
    ...apart,
    'externalReference',
  ]);
  return (Object.keys(crm.deal) as FieldName[]).filter((field) => field in partner.deal && !compared.has(field));
}

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

/** Asking Microsoft for help: the second POST, once the deal is complete for it (API §7.2). */
function planLeg(input: Together, state: StatePlan): { step: Step | null; findings: readonly Finding[]; waiting: boolean } {
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

const doorTexts: { readonly [D in 'won' | 'lost' | 'decline']: string } = {
  won: 'The stage was set to won outside the panel. Won closes the deal in Partner Center for good.',
  lost: 'The stage was set to lost outside the panel. Lost closes the deal in Partner Center for good.',
  decline: "The stage was set to lost outside the panel. Microsoft's deal would be declined, and cannot be accepted afterwards.",
};

const metTexts: typeof doorTexts = {
  ...doorTexts,
  won: 'The opportunity is won, but the deal in Partner Center is open, and nobody here knows which of the two is right. Won closes that deal for good; reopen the opportunity if it is not won.',
  lost: 'The opportunity is lost, but the deal in Partner Center is open, and nobody here knows which of the two is right. Lost closes that deal for good; reopen the opportunity if it is not lost.',
};

/** One-way steps this plan would take that were not made in the panel, and which of them may go on. */
function confirmTogether(input: Together, merged: Merge, state: StatePlan, leg: Step | null): Confirmed {
  const { crm, partner } = input;
  const doors: Confirmation[] = [];
  if (state.door) doors.push({ door: state.door, field: 'state', text: (state.met ? metTexts : doorTexts)[state.door] });
  // help that was there when the deal was shared was part of that step
  const later = input.base === null || !sameValue('help', crm.deal.help, input.base.crm.help);
  if (leg && later)
    doors.push({
      door: 'help',
      field: 'help',
      text: 'Help from Microsoft was asked for outside the panel. It cannot be taken back, and customer contacts and the note freeze.',
    });
  else if (!leg && merged.toPartner.visible === true)
    doors.push({
      door: 'visible',
      field: 'visible',
      text: 'The deal was made visible to Microsoft sellers outside the panel. It cannot be hidden again.',
    });
  const taken = (field: string | null): boolean =>
    field === null ||
    (field === 'help' && partner.leg === 'there') ||
    (field === 'visible' && partner.deal.visible === true) ||
    (field === 'state' && isTerminal(partner.deal.state ?? 'other'));
  return confirmSteps({
    now: input.now,
    crm,
    on: (door) => input.mapping.settings.confirmOneWaySteps || (state.met === true && door === state.door),
    confirmed: input.confirmed ?? [],
    doors,
    taken,
  });
}

/**
 * The base of two sides that meet without one: of the fields nothing is known, so that what differs is asked about; of the state only
 * what both say alike.
 */
function unknownBase({ crm, partner }: Together): Base {
  const state: Deal = crm.deal.state !== undefined && crm.deal.state === partner.deal.state ? { state: crm.deal.state } : {};
  return { crm: state, partner: state };
}

/** A reading that did not look at Microsoft's leg says nothing of what was asked there: that is frozen, so what both sides agreed on holds. */
const withAsked = (partner: Deal, base: Base): Deal => ({
  ...Object.fromEntries(legOnly.flatMap((field) => (field in base.partner ? [[field, base.partner[field]]] : []))),
  ...partner,
});

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
    conflicts: [...together.conflicts, ...overtakenBy(putBack.override, input.crm.deal, base, together.conflicts)],
  };

  const help = planLeg(input, asIs);
  const confirmation = confirmTogether(input, merged, asIs, help.step);
  const waits = (door: Confirmation['door']): boolean => confirmation.waiting.some((one) => one.door === door);
  const state: StatePlan = asIs.door && waits(asIs.door) ? { ...asIs, move: null, unsettled: true } : asIs;
  const leg = waits('help') ? { step: null, findings: [], waiting: true } : help;
  const hidden: readonly FieldName[] = waits('visible') || waits('help') ? ['visible'] : [];
  const unanswered = input.partner.incoming && input.partner.deal.state === 'new' && state.move === null;
  // a deal that another connector linked is taken over as it is: nothing is sent until one side changes
  const takenOver = input.base === null && !input.crm.wasLinked;
  const wanted = takenOver ? {} : without(merged.toPartner, [...legOnly, ...hidden]);
  const unsendable = findUnsendable(wanted);
  const heldBack = unsendable.map((finding) => finding.field as FieldName);
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

/** Requests that make no sense for a deal that is linked already. */
function pointless(input: Together): readonly Answer[] {
  return input.crm.requests
    .filter((request) => request.kind === 'link' || request.kind === 'keep_as_new')
    .map(({ id, kind }) =>
      kind === 'link'
        ? { id, outcome: 'Refused', message: 'The opportunity and the deal belong together already.' }
        : { id, outcome: 'Done', message: 'The deal has an opportunity of its own.' },
    );
}

/** Taking a pair apart again that was put together by a decision. */
function planUnlink(input: Together): Plan | Answer | null {
  const request = input.crm.requests.find((one) => one.kind === 'undo_link');
  if (!request) return null;
  if (!input.mayUnlink) {
    return {
      id: request.id,
      outcome: 'Refused',
      message:
        'This opportunity and this deal were made for each other. Untick "Sync with Partner Center" to stop sharing, or retire the referral.',
    };
  }
  const by = request.by ? ` ${request.by} asked for it.` : '';
  return {
    ...emptyPlan({ kind: 'not-shared' }),
    steps: [
      {
        kind: 'unlink',
        requestId: request.id,
        why: `The link is undone: the opportunity is no longer shared, and the deal is asked about again.${by}`,
      },
    ],
  };
}

/**
 * Our reference on the referral. A deal that was taken over as it is gets it with the first change that is sent, one that was brought in
 * with its acceptance or at once.
 */
function referenceOf({ crm, partner }: Together, base: Base, state: StatePlan, takenOver: boolean, sends: boolean): Deal {
  const open = partner.deal.state === 'active' || state.move?.to === 'active';
  if (takenOver || !open || state.move?.to === 'declined' || partner.deal.externalReference === crm.id) return {};
  return sends || state.move !== null || !('externalReference' in base.partner) ? { externalReference: crm.id } : {};
}

/** Requests that any pass fulfils by running. */
function plainAnswers(crm: CrmFacts): readonly Answer[] {
  return crm.requests
    .filter((request) => request.kind === 'sync_now' || request.kind === 'retry')
    .map((request) => ({
      id: request.id,
      outcome: 'Done',
      message: 'Both sides were compared. What still differs, and what to do about it, stands on the opportunity.',
    }));
}
