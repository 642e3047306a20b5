/** One exchange at a time, in this process and across replicas (entra-and-webhooks §2). */
import { SyncError } from '../../errors.ts';
import type { Store, System } from '../../sync/ports.ts';

const lockName = 'partner-center.token';
/** Longer than a token POST may take, so that a slow exchange does not lose the lock. */
const holdMs = 60_000;
const patienceMs = 20_000;

export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** @param owner names this process among the replicas. */
export function createExchangeLock(store: Pick<Store, 'tryLock' | 'unlock'>, system: System, owner: string): InTurn {
  let last: Promise<unknown> = Promise.resolve();

  async function acrossReplicas<T>(work: () => Promise<T>): Promise<T> {
    const until = system.now() + patienceMs;
    while (!(await store.tryLock(lockName, owner, holdMs, system.now()))) {
      if (system.now() >= until) throw new SyncError('PC_TOKEN_LATER', { message: 'Another process is renewing the sign-in.' });
      await system.sleep(100 + Math.floor(system.random() * 300));
    }
    try {
      return await work();
    } finally {
      await store.unlock(lockName, owner);
    }
  }

  return (work) => {
    const mine = last.then(
      () => acrossReplicas(work),
      () => acrossReplicas(work),
    );
    last = mine.catch(() => undefined);
    return mine;
  };
}
