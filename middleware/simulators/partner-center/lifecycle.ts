/** Which states a referral may have and who may move it (API §6). */
import { Refusal } from './refusal.ts';
import type { Referral, Status } from './model.ts';
import type { Switches } from './switches.ts';

/** API §6.1: where a status may go, and which substatus may stand in it. */
export const statusTable: { readonly [status in Status]: { readonly next: readonly Status[]; readonly substatus: readonly string[] } } = {
  None: { next: ['None', 'New', 'Active', 'Closed'], substatus: ['None'] },
  New: { next: ['New', 'Active', 'Closed'], substatus: ['Pending', 'Received'] },
  Active: { next: ['Active', 'Closed'], substatus: ['Accepted'] },
  Closed: { next: ['Closed'], substatus: ['Won', 'Lost', 'Declined', 'Expired', 'Error'] },
};

/** Who moves: the partner through the API, Microsoft's seller on Microsoft's leg, or the clock. */
export type Actor = 'partner' | 'microsoft' | 'clock';

export interface Move {
  readonly from: Status;
  readonly to: Status;
  readonly substatus: string;
  readonly actors: readonly Actor[];
  /** API §6.2: a reason has to go with it. */
  readonly reason: boolean;
}

/** API §6.2, one row per move. Moves within New are "seen". */
export const moves: readonly Move[] = [
  { from: 'New', to: 'New', substatus: 'Received', actors: ['partner', 'microsoft'], reason: false },
  { from: 'New', to: 'Active', substatus: 'Accepted', actors: ['partner', 'microsoft'], reason: false },
  { from: 'New', to: 'Closed', substatus: 'Declined', actors: ['partner', 'microsoft'], reason: true },
  { from: 'New', to: 'Closed', substatus: 'Expired', actors: ['clock'], reason: false },
  { from: 'Active', to: 'Closed', substatus: 'Won', actors: ['partner', 'microsoft'], reason: false },
  { from: 'Active', to: 'Closed', substatus: 'Lost', actors: ['partner', 'microsoft'], reason: true },
  { from: 'New', to: 'Closed', substatus: 'Error', actors: ['partner'], reason: true },
  { from: 'Active', to: 'Closed', substatus: 'Error', actors: ['partner'], reason: true },
];

export const isTerminal = (referral: { readonly status: string }): boolean => referral.status === 'Closed';

const words = (referral: Pick<Referral, 'status' | 'substatus'>): string => `${referral.status}/${referral.substatus}`;

/** Throws `Refusal` when the partner may not bring the referral from `before` to `after`. */
export function checkMove(before: Referral, after: Referral, switches: Switches): void {
  if (before.status === after.status && before.substatus === after.substatus) return;
  const refuse = (why: string): Refusal =>
    new Refusal(switches.illegalMoveStatus, 'invalidRequest', why, {
      target: '/status',
      inner: { code: 'invalidStatusTransition', message: `${words(before)} to ${words(after)}` },
    });
  if (!statusTable[after.status].substatus.includes(after.substatus))
    throw refuse(`${after.substatus} is not a substatus of ${after.status}.`);
  if (after.substatus === 'Error' && !switches.errorSubstatus) throw refuse('Error is set by the service only.');
  if (!statusTable[before.status].next.includes(after.status))
    throw refuse(`A referral cannot go from ${before.status} to ${after.status}.`);
  const move = moves.find(
    ({ from, to, substatus, actors }) =>
      from === before.status && to === after.status && substatus === after.substatus && actors.includes('partner'),
  );
  if (!move && switches.closingMoves === 'by actor')
    throw refuse(`The partner cannot bring a referral from ${words(before)} to ${words(after)}.`);
  if (move?.reason && switches.closeReasonRequired && !after.statusReason?.trim()) {
    throw new Refusal(400, 'invalidRequest', `${after.substatus} needs a reason in statusReason.`, { target: '/statusReason' });
  }
}
