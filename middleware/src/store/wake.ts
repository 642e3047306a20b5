/** The bell in this process: whoever waits for work hears it at once, and a ring nobody waited for is kept for the next one. */
import type { System } from '../sync/ports.ts';

export interface Bell {
  ring(): void;
  /** Forgets a kept ring: whoever looks for work now will see what it was about. */
  look(): void;
  /** Resolves when rung, when `ms` have passed or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createBell(system: System): Bell {
  const waiting = new Set<AbortController>();
  let kept = false;

  return {
    ring() {
      kept = waiting.size === 0;
      for (const sleeper of waiting) sleeper.abort();
    },
    look() {
      kept = false;
    },
    async wait(ms, signal) {
      if (kept || signal.aborted) {
        kept = false;
        return;
      }
      const sleeper = new AbortController();
      const stop = (): void => sleeper.abort();
      signal.addEventListener('abort', stop, { once: true });
      waiting.add(sleeper);
      try {
        await system.sleep(ms, sleeper.signal);
      } finally {
        waiting.delete(sleeper);
        signal.removeEventListener('abort', stop);
      }
    },
  };
}
