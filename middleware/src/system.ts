/** The real world: clock, timers, chance and ids. Nothing else in the service touches them. */
import { randomUUID } from 'node:crypto';
import type { System } from './sync/ports.ts';

/** `offset` moves the clock (ms); the production entry leaves it at zero. */
export function realSystem(offset: () => number = () => 0): System {
  return {
    now: () => Date.now() + offset(),
    random: Math.random,
    id: randomUUID,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve(false);
        const stop = (): void => {
          clearTimeout(timer);
          resolve(false);
        };
        const timer = setTimeout(
          () => {
            signal?.removeEventListener('abort', stop);
            resolve(true);
          },
          Math.max(0, ms),
        );
        signal?.addEventListener('abort', stop, { once: true });
      }),
  };
}
