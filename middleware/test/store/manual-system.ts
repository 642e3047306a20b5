/** A clock that moves only when told. */
import { randomUUID } from 'node:crypto';
import type { System } from '../../src/sync/ports.ts';

export interface ManualSystem extends System {
  /** Moves the clock and wakes whoever slept long enough. */
  advance(ms: number): void;
  /** Sleepers waiting right now. */
  sleeping(): number;
}

export function manualSystem(start = 1_700_000_000_000): ManualSystem {
  let now = start;
  const sleepers = new Set<{ readonly until: number; readonly wake: (passed: boolean) => void }>();
  return {
    now: () => now,
    random: () => 0.5,
    id: randomUUID,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve(false);
        const sleeper = {
          until: now + ms,
          wake(passed: boolean): void {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', stop);
            resolve(passed);
          },
        };
        const stop = (): void => sleeper.wake(false);
        signal?.addEventListener('abort', stop, { once: true });
        sleepers.add(sleeper);
      }),
    advance(ms) {
      now += ms;
      for (const sleeper of [...sleepers]) if (sleeper.until <= now) sleeper.wake(true);
    },
    sleeping: () => sleepers.size,
  };
}
