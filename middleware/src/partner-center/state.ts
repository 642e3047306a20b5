/** `status` and `substatus` ⇄ one word (API §6.1, §6.2). */
import type { DealState } from '../domain/deal.ts';

interface StatePair {
  readonly status: string;
  readonly substatus: string;
}

/** The pairs this side may be asked for. New, Expired and pairs we do not know are never ours to set. */
const settable: ReadonlyMap<DealState, StatePair> = new Map([
  ['active', { status: 'Active', substatus: 'Accepted' }],
  ['won', { status: 'Closed', substatus: 'Won' }],
  ['lost', { status: 'Closed', substatus: 'Lost' }],
  ['declined', { status: 'Closed', substatus: 'Declined' }],
  ['error', { status: 'Closed', substatus: 'Error' }],
]);

const closed: ReadonlyMap<string | null, DealState> = new Map([
  ['Won', 'won'],
  ['Lost', 'lost'],
  ['Declined', 'declined'],
  ['Expired', 'expired'],
  ['Error', 'error'],
]);

/** Null when the state cannot be set from here. */
export const pairFor = (state: DealState): StatePair | null => settable.get(state) ?? null;

/** An unknown substatus is mapped by its status and never a crash (API §5.2). */
export function stateOf(status: string | null, substatus: string | null): DealState {
  if (status === 'New') return 'new';
  if (status === 'Active') return 'active';
  if (status === 'Closed') return closed.get(substatus) ?? 'other';
  return 'other';
}

/** `Active / Accepted`, as people see it. */
export function stateText(status: string | null, substatus: string | null): string {
  return [status, substatus].filter((part) => part !== null && part !== '' && part !== 'None').join(' / ') || 'Unknown';
}
