/** Puts together what many passes ask for: one call instead of many, and no waiting where nobody else would come. */
import { SyncError, toSyncError } from '../../errors.ts';
import type { AtWork, System } from '../../sync/ports.ts';

export interface GatherOptions {
  /** At this many the call leaves at once. */
  readonly max: number;
  /** Longest wait for others, ms: so long for each pass at work, at most `mostMs` in all. */
  readonly perPassMs: number;
  readonly mostMs: number;
}

/** How long a caller waits that is in a hurry, or belongs to no pass, ms: for what is asked in the same moment. */
const hurriedMs = 3;

interface Waiting<K, V> {
  readonly key: K;
  resolve(value: V): void;
  reject(error: unknown): void;
  /** Ends the waiting of its pass. */
  readonly leave: () => void;
}

/**
 * A call leaves when nobody is left who could join it, when it is full, or when the first caller's patience ends. `load` gets its keys
 * in order of asking and answers with one result per key, in the same order; a result that is a `SyncError` is thrown to its caller
 * only. When a call of several fails as a whole for a reason that may lie in one of them, each is tried alone.
 */
export function gather<K, V>(
  system: System,
  atWork: AtWork,
  options: GatherOptions,
  load: (keys: readonly K[]) => Promise<readonly (V | SyncError)[]>,
): (key: K) => Promise<V> {
  let waiting: Waiting<K, V>[] = [];
  let leavesAt = Infinity;
  let left = new AbortController();

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
    if (batch.length === 0) return;
    waiting = [];
    leavesAt = Infinity;
    left.abort();
    left = new AbortController();
    for (const one of batch) one.leave();
    void atWork.apart(() => run(batch));
  }

  /** @param patience ms, asked again when it ends: more passes may have begun since, that come soon as well */
  function leaveWithin(patience: () => number, since = system.now()): void {
    const at = since + patience();
    if (at >= leavesAt) return;
    leavesAt = at;
    const mine = left;
    void atWork
      .apart(() => system.sleep(at - system.now(), mine.signal))
      .then((passed) => {
        if (!passed || leavesAt !== at || left !== mine) return;
        if (since + patience() <= at) return leave();
        leavesAt = Infinity;
        leaveWithin(patience, since);
      });
  }

  const hurry = (): number => hurriedMs;
  const company = (): number => Math.min(options.mostMs, options.perPassMs * atWork.count());

  return (key) =>
    new Promise<V>((resolve, reject) => {
      const hurried = atWork.urgent();
      waiting.push({ key, resolve, reject, leave: atWork.wait(leave) });
      if (waiting.length >= options.max) leave();
      else leaveWithin(hurried ? hurry : company);
    });
}
