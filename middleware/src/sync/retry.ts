/** What happens to a key whose pass failed: decided by the error's class in the catalogue, in one table. */
import type { SyncError } from '../errors.ts';
import type { Lease, Release } from './ports.ts';

/** First back-off and its cap, ms. Delays double; the real one is drawn between half of it and all of it. */
export const backOff = { first: 1_000, cap: 15 * 60_000 } as const;
/** Wait when a whole remote is out and said nothing about when, ms. */
export const pauseFor = 60_000;
/** Immediate repeats before a `now` error is treated as `later`. */
const mostNow = 3;
/** Failed passes after which an error nobody understands is put aside. */
const mostUnknown = 8;
const unknown: readonly string[] = ['BUG', 'CRM_ANSWER', 'PC_ANSWER'];

/** Delay before attempt `attempts + 1`, ms: 1 s, 2 s, 4 s … 15 min, with jitter so that keys do not come back together. */
export function retryDelay(attempts: number, random: number): number {
  const full = Math.min(backOff.cap, backOff.first * 2 ** Math.min(attempts, 20));
  return Math.round(full / 2 + (full / 2) * random);
}

/** What cannot be put aside yet comes back after the back-off it has reached, and not at once. */
export const tryAgain = ({ code, facts, entry }: SyncError, { attempts }: Lease, now: number, random: number): Release => ({
  kind: 'retry',
  at: now + retryDelay(Math.max(attempts, 5), random),
  code,
  message: facts.message ?? entry.text,
  countAttempt: false,
  audit: [],
});

export function releaseFor(error: SyncError, lease: Lease, now: number, random: number): Release {
  const { code, facts } = error;
  const say = { code, message: facts.message ?? error.entry.text, audit: [] };
  const later = (at: number, countAttempt: boolean): Release => ({
    kind: 'retry',
    at: Math.max(at, facts.notBefore ?? 0),
    countAttempt,
    ...say,
  });
  switch (error.entry.retry) {
    case 'never':
      return { kind: 'park', ...say };
    case 'pause':
      return later(facts.notBefore ?? now + pauseFor, false);
    case 'now':
      return later(lease.attempts < mostNow ? now : now + retryDelay(lease.attempts - mostNow, random), true);
    case 'later':
      if (unknown.includes(code) && lease.attempts + 1 >= mostUnknown) return { kind: 'park', ...say };
      return later(now + retryDelay(lease.attempts, random), true);
  }
}
