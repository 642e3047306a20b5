/** How stage and referral state follow each other: a table of cases, never a value that is simply copied. */
import type { Base, Deal, DealState } from './deal.ts';
import { isTerminal, pathTo } from './lifecycle.ts';
import type { Answer, CrmFacts, PartnerFacts } from './plan.ts';
import type { Settings } from './mapping.ts';
import { dealTypeOf, type Finding } from './validate.ts';

export interface StatePlan {
  /** The next move of the referral, null when it stays. */
  readonly move: {
    readonly to: DealState;
    readonly reason: string | null;
    readonly act: 'accept' | 'decline' | 'win' | 'lose' | 'retire';
    readonly why: string;
  } | null;
  /** What the opportunity's stage should express, null when it stays. */
  readonly stage: { readonly to: DealState; readonly why: string } | null;
  /** Won waits until then (epoch ms). */
  readonly holdUntil: number | null;
  readonly findings: readonly Finding[];
  readonly answers: readonly Answer[];
  /** The seller's step is not carried out yet: keep the base of the state. */
  readonly unsettled: boolean;
  /** The one-way step the seller's stage asks for; absent for requests, which the panel made. */
  readonly door?: 'won' | 'lost' | 'decline';
  /** Nobody here saw the seller take that step: both sides met as they are. A person has to say so, whatever the setting. */
  readonly met?: true;
}

export interface StateInput {
  readonly now: number;
  readonly crm: CrmFacts;
  readonly partner: PartnerFacts;
  readonly base: Base;
  readonly settings: Settings;
}

const hour = 3_600_000;
const otherReason = 'Other';
const said: { readonly [S in DealState]?: string } = {
  won: 'won',
  lost: 'lost',
  declined: 'declined',
  expired: 'expired',
  error: 'retired',
};

/** Requests that move the state, answered by what the referral holds now or after this pass. */
function planRequests(input: StateInput): { move: StatePlan['move']; answers: Answer[]; released: boolean } {
  const state = input.partner.deal.state ?? 'other';
  let move: StatePlan['move'] = null;
  let released = false;
  const answers: Answer[] = [];
  const done = (id: string, message: string): void => void answers.push({ id, outcome: 'Done', message });
  const refused = (id: string, message: string): void => void answers.push({ id, outcome: 'Refused', message });

  for (const request of input.crm.requests) {
    const by = request.by ? ` ${request.by} asked for it.` : '';
    if (request.kind === 'accept') {
      if (state === 'new') move = { to: 'active', reason: null, act: 'accept', why: `The deal is accepted.${by}` };
      if (state === 'new' || state === 'active') done(request.id, 'The deal is accepted.');
      else refused(request.id, `The deal is ${said[state] ?? 'in another state'} already and cannot be accepted.`);
    }
    if (request.kind === 'decline') {
      if (state === 'new')
        move = { to: 'declined', reason: request.reason ?? otherReason, act: 'decline', why: `The deal is declined.${by}` };
      if (state === 'new' || state === 'declined') done(request.id, 'The deal is declined.');
      else refused(request.id, `The deal is ${said[state] ?? 'accepted'} already and cannot be declined.`);
    }
    if (request.kind === 'retire') {
      // a state nobody knows yet is looked at, never left
      const open = state !== 'error' && pathTo(state, 'error') !== null;
      if (open)
        move = {
          to: 'error',
          reason: request.reason ?? otherReason,
          act: 'retire',
          why: `The referral is retired: ${request.reason ?? otherReason}.${by}`,
        };
      if (open || state === 'error') done(request.id, 'The referral is retired.');
      else refused(request.id, `The deal is ${said[state] ?? 'in another state'} already and cannot be retired.`);
    }
    if (request.kind === 'release_hold') {
      released = true;
      done(request.id, 'The hold was released.');
    }
  }
  return { move, answers, released };
}

/** Time before which Won must not be sent (API §6.2: 72 hours where a deal registration is possible). */
export function holdEnd(partner: PartnerFacts, settings: Settings): number {
  return dealTypeOf(partner.deal) === 'private' ? 0 : partner.createdAt + settings.wonHoldHours * hour;
}

const isOutcome = (state: DealState): boolean => state === 'won' || state === 'lost';

/** One side has an outcome that the other lacks. An opportunity that is lost fits a deal that was declined. */
const outcomesDiffer = (stage: DealState, state: DealState): boolean =>
  stage !== state && (isOutcome(stage) || isOutcome(state)) && !(stage === 'lost' && state === 'declined');

export function planState(input: StateInput): StatePlan {
  const { crm, partner, base, settings, now } = input;
  const requests = planRequests(input);
  const nothing = { stage: null, holdUntil: null, findings: [], unsettled: false };
  const [stage, state] = [crm.deal.state ?? 'other', partner.deal.state ?? 'other'];
  if (requests.move) {
    const accepts = requests.move.to === 'active' && stage === 'new';
    return {
      ...nothing,
      move: requests.move,
      answers: requests.answers,
      stage: accepts ? { to: 'active', why: 'The deal was accepted.' } : null,
    };
  }
  // what both last agreed on is not known: a first meeting, or a store that was lost
  const unknown = !('state' in base.crm && 'state' in base.partner);
  const apart = unknown && outcomesDiffer(stage, state);
  const plain = { ...nothing, move: null, answers: requests.answers, unsettled: apart, ...(apart ? { met: true as const } : {}) };
  // a deal that waits for an answer is answered first
  const seller = unknown ? apart && state !== 'new' : stage !== base.crm.state;
  const other = !unknown && state !== base.partner.state;

  if (seller && stage !== state && isTerminal(state)) {
    return {
      ...plain,
      findings: [
        {
          code: 'DEAL_CLOSED',
          field: 'state',
          weight: 'warns',
          text: `The deal is ${said[state] ?? 'closed'} in Partner Center and stays so; the stage of the opportunity says otherwise.`,
          cure: 'Nothing can be sent any more. Set the stage to match, or make a new opportunity for new business.',
        },
      ],
      unsettled: true,
    };
  }
  if (seller && stage === 'won' && state !== 'won') {
    const until = holdEnd(partner, settings);
    if (state === 'active' && now < until && !requests.released) return { ...plain, holdUntil: until, unsettled: true, door: 'won' };
    if (state === 'new')
      return {
        ...plain,
        door: 'won',
        move: { to: 'active', reason: null, act: 'accept', why: 'The opportunity was won; the deal has to be accepted first.' },
      };
    if (pathTo(state, 'won'))
      return { ...plain, door: 'won', move: { to: 'won', reason: null, act: 'win', why: 'The opportunity was won.' } };
  }
  if (seller && stage === 'lost' && state !== 'lost') {
    const reason = crm.deal.stateReason ?? otherReason;
    if (state === 'new')
      return {
        ...plain,
        door: 'decline',
        move: { to: 'declined', reason, act: 'decline', why: 'The opportunity was lost before the deal was accepted.' },
      };
    if (pathTo(state, 'lost'))
      return { ...plain, door: 'lost', move: { to: 'lost', reason, act: 'lose', why: 'The opportunity was lost.' } };
  }
  if (seller && stage === 'active' && base.crm.state === 'new' && state === 'new' && partner.incoming) {
    return { ...plain, move: { to: 'active', reason: null, act: 'accept', why: 'The opportunity left the on-hold stage.' } };
  }
  if (other && !seller && stage !== state) {
    if (state === 'won' || state === 'lost') {
      return isTerminal(stage) ? plain : { ...plain, stage: { to: state, why: `The deal was ${said[state]} in Partner Center.` } };
    }
    if (state === 'active' && stage === 'new')
      return { ...plain, stage: { to: 'active', why: 'The deal was accepted in Partner Center.' } };
  }
  return plain;
}

/** The part of a patch that moves the state: state and reason travel together. */
export function stateSet(move: NonNullable<StatePlan['move']>): Deal {
  return move.reason === null ? { state: move.to } : { state: move.to, stateReason: move.reason };
}
