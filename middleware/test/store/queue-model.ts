/**
 * What the queue promises, said a second time in another way: each notice stands by itself in a list, and a deal is a few plain facts.
 * `queue-property.test.ts` lets both run side by side.
 */
import { mostLapses } from '../../src/store/work-row.ts';
import type { Priority } from '../../src/sync/ports.ts';

export interface Heard {
  readonly reason: string;
  readonly priority: Priority;
}

export interface Deal {
  /** Heard and covered by no pass so far. */
  waiting: Heard[];
  /** Covered by the running pass. */
  held: Heard[];
  running: { readonly token: string; until: number } | null;
  /** A failed pass must be repeated even if nothing was heard. */
  owed: boolean;
  notBefore: number;
  again: number | null;
  parked: boolean;
  attempts: number;
  lapses: number;
}

export const newDeal = (): Deal => ({
  waiting: [],
  held: [],
  running: null,
  owed: false,
  notBefore: 0,
  again: null,
  parked: false,
  attempts: 0,
  lapses: 0,
});

const order: readonly Priority[] = ['person', 'event', 'background'];
export const bestOf = (heard: readonly Heard[]): number => Math.min(3, ...heard.map(({ priority }) => order.indexOf(priority)));

/** Rank among the due: 0 person to 2 background; a deal that only looks again, or repeats what nobody asked for, is background. */
export const rank = (deal: Deal): number => Math.min(2, bestOf(deal.waiting));

export function isDue(deal: Deal, now: number): boolean {
  if (deal.running || deal.parked) return false;
  return deal.waiting.length > 0 || deal.owed ? deal.notBefore <= now : deal.again !== null && deal.again <= now;
}

export const isDirty = (deal: Deal): boolean => !deal.parked && (deal.waiting.length > 0 || deal.held.length > 0 || deal.owed);

export function hear(deal: Deal, heard: Heard, now: number): void {
  const inBackOff = (deal.waiting.length > 0 || deal.owed) && deal.notBefore > now;
  deal.waiting.push(heard);
  if (deal.parked) Object.assign(deal, { parked: false, attempts: 0, lapses: 0, notBefore: now });
  else if (!deal.running && (heard.priority === 'person' || !inBackOff)) deal.notBefore = Math.min(deal.notBefore, now);
  if (!deal.running) deal.again = null;
}

export function begin(deal: Deal, token: string, until: number): void {
  deal.held = deal.waiting;
  deal.waiting = [];
  deal.running = { token, until };
}

export function succeed(deal: Deal, again: number | null, now: number): void {
  const heardMeanwhile = deal.waiting.length > 0;
  Object.assign(deal, {
    held: [],
    running: null,
    owed: false,
    attempts: 0,
    lapses: 0,
    notBefore: now,
    again: heardMeanwhile ? null : again,
  });
}

function giveBack(deal: Deal): void {
  Object.assign(deal, { waiting: [...deal.held, ...deal.waiting], held: [], running: null, owed: true, again: null });
}

export function fail(deal: Deal, at: number, counted: boolean, now: number): void {
  const asked = bestOf(deal.waiting) === 0;
  giveBack(deal);
  Object.assign(deal, { attempts: deal.attempts + (counted ? 1 : 0), lapses: 0, notBefore: asked ? Math.min(at, now) : at });
}

export function putAside(deal: Deal, now: number): void {
  const heardMeanwhile = deal.waiting.length > 0;
  giveBack(deal);
  Object.assign(deal, heardMeanwhile ? { attempts: 0, lapses: 0, notBefore: now } : { lapses: 0, parked: true });
}

export function lapse(deal: Deal, now: number): void {
  giveBack(deal);
  Object.assign(deal, { attempts: deal.attempts + 1, lapses: deal.lapses + 1 });
  deal.notBefore = now + (deal.lapses <= 1 ? 0 : 1_000 * 2 ** (deal.lapses - 2));
  deal.parked = deal.lapses >= mostLapses;
}

export function revive(deal: Deal, now: number): void {
  Object.assign(deal, { parked: false, attempts: 0, lapses: 0, notBefore: now });
}
