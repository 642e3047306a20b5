/**
 * The passes at work in this process, seen from calls that several of them can share: whether anyone may still come, or everyone waits
 * already. Which pass a call belongs to follows its asynchronous context, so that no port has to carry it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { AtWork, System } from './sync/ports.ts';

interface Pass {
  readonly urgent: boolean;
  /** Shared calls it waits for. */
  waits: number;
  ended: boolean;
}

/** From so many passes on it is a burst: the rest of it is waited for, a millisecond for each pass, at most this long. */
const many = 10;
const mostGraceMs = 200;

export function createAtWork(system: System): AtWork {
  const here = new AsyncLocalStorage<Pass | null>();
  const waiting = new Set<() => void>();
  let count = 0;
  let awake = 0;
  let told = true;

  /**
   * Not at once: a pass that asks for several things, and passes that begin in the same moment, ask one after the other. Where many
   * came together, more are on their way: events arrive a hundred at a time.
   */
  async function tell(): Promise<void> {
    told = false;
    await system.sleep(0);
    if (awake === 0 && count >= many) await system.sleep(Math.min(count, mostGraceMs));
    told = true;
    if (awake === 0) for (const nobodyElse of [...waiting]) nobodyElse();
  }

  function tellWhenAllWait(): void {
    if (awake === 0 && waiting.size > 0 && told) void tell();
  }

  return {
    count: () => count,
    urgent: () => here.getStore()?.urgent ?? true,
    apart: (run) => here.run(null, run),
    async pass(urgent, run) {
      const pass: Pass = { urgent, waits: 0, ended: false };
      count += 1;
      awake += 1;
      try {
        return await here.run(pass, run);
      } finally {
        pass.ended = true;
        count -= 1;
        if (pass.waits === 0) awake -= 1;
        tellWhenAllWait();
      }
    },
    wait(nobodyElse) {
      const current = here.getStore();
      const pass = current?.ended === false ? current : null;
      const entry = (): void => nobodyElse();
      waiting.add(entry);
      if (pass && (pass.waits += 1) === 1) awake -= 1;
      tellWhenAllWait();
      return () => {
        waiting.delete(entry);
        if (pass && (pass.waits -= 1) === 0 && !pass.ended) awake += 1;
      };
    },
  };
}
