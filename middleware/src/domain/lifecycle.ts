/**
 * The life of a referral (API §6): which state may follow which, who may do it, and the wire pair of each state.
 */
import type { DealState } from './deal.ts';

/** Who makes a move: the receiver of the deal, its owner, or the service by itself. */
export type Actor = 'receiver' | 'owner' | 'service';

export interface Move {
  readonly from: DealState;
  readonly to: DealState;
  readonly actor: Actor;
  /** A reason has to go with it (API §6.2). */
  readonly needsReason: boolean;
  /** In words, for plan and audit. */
  readonly act: 'accept' | 'decline' | 'expire' | 'win' | 'lose' | 'retire';
}

/** API §6.1 and §6.2, one row per legal move. */
export const moves: readonly Move[] = [
  { from: 'new', to: 'active', actor: 'receiver', needsReason: false, act: 'accept' },
  { from: 'new', to: 'declined', actor: 'receiver', needsReason: true, act: 'decline' },
  { from: 'new', to: 'expired', actor: 'service', needsReason: false, act: 'expire' },
  { from: 'new', to: 'error', actor: 'owner', needsReason: true, act: 'retire' },
  { from: 'active', to: 'won', actor: 'owner', needsReason: false, act: 'win' },
  { from: 'active', to: 'lost', actor: 'owner', needsReason: true, act: 'lose' },
  { from: 'active', to: 'error', actor: 'owner', needsReason: true, act: 'retire' },
];

/** States after which nothing can be changed any more. */
export const terminalStates: readonly DealState[] = ['won', 'lost', 'declined', 'expired', 'error'];

export const isTerminal = (state: DealState): boolean => terminalStates.includes(state);

/** Moves that lead from one state to another, made by people of our side; empty when there already; null when there is no way. */
export function pathTo(from: DealState, to: DealState): readonly Move[] | null {
  if (from === to) return [];
  const open = moves.filter((move) => move.actor !== 'service');
  const direct = open.find((move) => move.from === from && move.to === to);
  if (direct) return [direct];
  for (const first of open.filter((move) => move.from === from)) {
    const second = open.find((move) => move.from === first.to && move.to === to);
    if (second) return [first, second];
  }
  return null;
}

/** Days after which an unanswered deal expires when the service names no time (API §6.2). */
export const expiryDays = 14;
