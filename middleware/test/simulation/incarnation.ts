/**
 * One life of one process. When it is killed nothing of it moves any more: its timers never fire, answers never arrive, what it still
 * wanted to store is not stored. A request it has sent is on its way all the same.
 */
import type { System } from '../../src/sync/ports.ts';
import type { Chance } from './chance.ts';
import type { Scheduler } from './scheduler.ts';

export interface Incarnation {
  readonly name: string;
  readonly system: System;
  alive(): boolean;
  kill(): void;
}

/** What a dead process waits for. */
export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** @param skewMs how far this machine's clock is ahead of the others'. */
export function createIncarnation(name: string, scheduler: Scheduler, chance: Chance, skewMs: number): Incarnation {
  let alive = true;
  return {
    name,
    alive: () => alive,
    kill() {
      alive = false;
    },
    system: {
      now: () => scheduler.now() + skewMs,
      random: () => chance.next(),
      id: () => chance.uuid(),
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) {
            resolve(false);
            return;
          }
          const stop = (): void => {
            takeBack();
            if (alive) resolve(false);
          };
          const takeBack = scheduler.after(ms, () => {
            signal?.removeEventListener('abort', stop);
            if (alive) resolve(true);
          });
          signal?.addEventListener('abort', stop, { once: true });
        }),
    },
  };
}
