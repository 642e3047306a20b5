/**
 * One gate per remote: how many calls run at once, and one "not before" time that any slow-down moves for all
 * callers. Knows nothing about HTTP, so that every adapter can share it (entra-and-webhooks §7).
 */
import { SyncError, type ErrorCode } from './errors.ts';
import type { System } from './sync/ports.ts';

export interface GateOptions {
  /** Calls that may run at the same time. */
  readonly concurrency: number;
  /** How long a call may wait for the remote to open again, ms; beyond that it fails at once, so that the pass is put back. */
  readonly patienceMs: number;
  /** Error of a call that would have to wait longer; it carries `notBefore`. */
  readonly tooLong: ErrorCode;
  /** Callers that waited for the same moment come back spread over this many ms. Default 1,000. */
  readonly spreadMs?: number;
  /** True for a caller that a person waits for: it takes the next free place. */
  readonly urgent?: () => boolean;
}

export interface Gate {
  /** Runs the call when a place is free and the remote is open. Throws `tooLong` with `notBefore` when the wait is too long. */
  run<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** The remote asked for silence until this time (epoch ms). A later time is never moved back. */
  closeUntil(time: number): void;
  /** When the remote is open again, epoch ms; 0 when it is open. */
  notBefore(): number;
}

export function createGate(system: System, options: GateOptions): Gate {
  const { concurrency, patienceMs, tooLong, spreadMs = 1_000, urgent = () => false } = options;
  const [first, waiting]: [(() => void)[], (() => void)[]] = [[], []];
  let running = 0;
  let openAt = 0;

  async function place(): Promise<void> {
    if (running < concurrency) {
      running += 1;
      return;
    }
    // The one that leaves hands its place over, so `running` stays as it is.
    await new Promise<void>((resolve) => (urgent() ? first : waiting).push(resolve));
  }

  function leave(): void {
    const next = first.shift() ?? waiting.shift();
    if (next) next();
    else running -= 1;
  }

  async function untilOpen(signal: AbortSignal | undefined): Promise<void> {
    for (let wait = openAt - system.now(); wait > 0; wait = openAt - system.now()) {
      if (wait > patienceMs) throw new SyncError(tooLong, { notBefore: openAt });
      const passed = await system.sleep(wait + Math.floor(system.random() * spreadMs), signal);
      if (!passed) throw new SyncError('NET_NOT_SENT', { message: 'stopped while waiting' });
    }
  }

  return {
    async run(call, signal) {
      await place();
      try {
        await untilOpen(signal);
        return await call();
      } finally {
        leave();
      }
    },
    closeUntil(time) {
      openAt = Math.max(openAt, time);
    },
    notBefore: () => (openAt > system.now() ? openAt : 0),
  };
}

/** Full jitter: any wait between zero and the doubled base, capped. `attempt` counts from 0; all in ms. */
export function fullJitter(attempt: number, random: number, baseMs: number, capMs: number): number {
  return Math.floor(random * Math.min(capMs, baseMs * 2 ** attempt));
}

/** `Retry-After` in seconds or as a date → epoch ms; null when absent or unreadable. */
export function retryAfterTime(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return now + Number(text) * 1_000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? null : Math.max(date, now);
}
