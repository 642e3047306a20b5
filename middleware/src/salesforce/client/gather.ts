/** Puts together what is asked for within a few milliseconds: many passes, one call. */
import { SyncError, toSyncError } from '../../errors.ts';
import type { System } from '../../sync/ports.ts';

export interface GatherOptions {
  /** How long the first caller waits for company, ms. */
  readonly windowMs: number;
  /** At this many the call leaves at once. */
  readonly max: number;
}

interface Waiting<K, V> {
  readonly key: K;
  resolve(value: V): void;
  reject(error: unknown): void;
}

/**
 * `load` gets the keys of one window in order of asking and answers with one result per key, in the same order; a result that is a
 * `SyncError` is thrown to its caller only. When a call of several fails as a whole for a reason that may lie in one of them, each is tried alone.
 */
export function gather<K, V>(
  system: System,
  options: GatherOptions,
  load: (keys: readonly K[]) => Promise<readonly (V | SyncError)[]>,
): (key: K) => Promise<V> {
  let waiting: Waiting<K, V>[] = [];

  async function run(batch: readonly Waiting<K, V>[]): Promise<void> {
    try {
      const results = await load(batch.map((one) => one.key));
      batch.forEach((one, index) => {
        const result = results[index];
        if (result instanceof SyncError) one.reject(result);
        else if (result === undefined) one.reject(new SyncError('CRM_ANSWER', { message: 'Salesforce left out a part of its answer.' }));
        else one.resolve(result);
      });
    } catch (error) {
      if (batch.length > 1 && toSyncError(error).entry.retry === 'never') await Promise.all(batch.map((one) => run([one])));
      else for (const one of batch) one.reject(error);
    }
  }

  function leave(): void {
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) void run(batch);
  }

  return (key) =>
    new Promise<V>((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (waiting.length >= options.max) leave();
      else if (waiting.length === 1) {
        const mine = waiting;
        void system.sleep(options.windowMs).then(() => {
          if (waiting === mine) leave();
        });
      }
    });
}
