/** Time that passes only when someone sleeps, and repeatable chance. */
import type { System } from '../../src/sync/ports.ts';

export interface VirtualSystem extends System {
  advance(ms: number): void;
  /** Every sleep that was asked for, ms. */
  readonly sleeps: readonly number[];
}

export function virtualSystem(start = Date.parse('2026-03-02T09:00:00Z')): VirtualSystem {
  let now = start;
  let ids = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    sleep: (ms, signal) => {
      if (signal?.aborted) return Promise.resolve(false);
      sleeps.push(ms);
      now += ms;
      return Promise.resolve(true);
    },
    random: () => 0.5,
    id: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
  };
}
