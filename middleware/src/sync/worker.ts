/** The worker: claims keys, runs one pass per key, several keys at a time, and decides what a failure means. */
import { toSyncError, type SyncError } from '../errors.ts';
import type { Engine } from './engine.ts';
import { parkedEntry, showParked } from './park.ts';
import type { AtWork, ClaimChoice, Lease } from './ports.ts';
import { runPass } from './reconcile.ts';
import { releaseFor, tryAgain } from './retry.ts';
import { isServiceRequest, refuseServiceRequest, runServiceRequest, type ServiceActs } from './service-request.ts';

export interface WorkerOptions {
  /** Keys worked on at the same time. */
  readonly concurrency: number;
  /** How long a key is ours without renewal, ms. */
  readonly leaseMs: number;
  readonly acts: ServiceActs;
  /** Where the passes are known, so that their calls can be shared. */
  readonly atWork: AtWork;
}

export interface Worker {
  /** Claims and runs everything that is due now; resolves with the number of passes. For tests and the command line. */
  drain(): Promise<number>;
  /** Runs until the signal aborts; passes in flight are finished. */
  run(signal: AbortSignal): Promise<void>;
  /** Passes in flight. */
  readonly running: () => number;
}

/** Places beyond the others for what people ask for: they wait for nobody's burst. */
const placesForPeople = 8;
/**
 * When all places are taken, the newest events get a few more, at most so often, ms, and their calls wait for nobody: a lone save does
 * not wait until the burst before it has ended. Not oftener, because the deals of the burst share their calls, and what is taken out of it does not.
 */
const newestEveryMs = 1_000;
const placesForNewest = 4;
/** Longest sleep without looking, ms: the floor beneath wake-ups. */
const longestWait = 1_000;
interface Claimed {
  readonly lease: Lease;
  /** Somebody waits for it, so that its calls wait for no others. */
  readonly urgent: boolean;
}

export function createWorker(engine: Engine, options: WorkerOptions): Worker {
  const { store, system, log } = engine;
  const held = new Map<string, Lease>();
  let pausedUntil = 0;
  let newest: { readonly at: number; readonly keys: readonly string[] } = { at: -Infinity, keys: [] };

  async function failed(lease: Lease, error: SyncError): Promise<void> {
    const now = system.now();
    const facts = { key: lease.key, code: error.code, requestId: error.facts.requestId ?? undefined, attempts: lease.attempts };
    if (error.code === 'STORE_LEASE_LOST') return void log.info(facts, 'another process took over a deal');
    const release = releaseFor(error, lease, now, system.random());
    if (release.kind === 'park') {
      const asked = isServiceRequest(lease);
      const untold = await (asked ? refuseServiceRequest : showParked)(engine, lease, error);
      if (asked && untold === null) return void log.warn(facts, 'a request was refused');
      // nothing is put aside without telling: while nobody can be told, it is tried again, and may succeed
      if (untold !== null && untold.entry.retry !== 'never')
        return store.release(lease, tryAgain(error, lease, system.now(), system.random()), system.now());
      // not its message: a rule of the org may name a customer; the deal and "cosell parked" show it
      log.warn(facts, 'a deal was put aside');
      return store.release(lease, { ...release, audit: [parkedEntry(error, now)] }, system.now());
    }
    if (error.entry.retry === 'pause') pausedUntil = Math.max(pausedUntil, release.at);
    log[error.code === 'BUG' ? 'error' : 'info'](
      { ...facts, again: release.at - now, error: error.code === 'BUG' ? (error.cause ?? error) : undefined },
      'a pass is tried again later',
    );
    return store.release(lease, release, system.now());
  }

  const work = ({ lease, urgent }: Claimed): Promise<void> => options.atWork.pass(urgent, () => pass(lease));

  async function pass(lease: Lease): Promise<void> {
    held.set(lease.key, lease);
    try {
      const stop = engine.standstill();
      if (stop) throw stop;
      if (isServiceRequest(lease)) await runServiceRequest(engine, lease, options.acts);
      else await runPass(engine, lease);
    } catch (thrown) {
      await failed(lease, toSyncError(thrown)).catch((error: unknown) =>
        log.error({ key: lease.key, error }, 'a key could not be given back; its lease will lapse'),
      );
    } finally {
      held.delete(lease.key);
    }
  }

  /** @param busy passes in flight */
  async function claim(busy: number): Promise<readonly Claimed[]> {
    const now = system.now();
    if (now < pausedUntil) return [];
    const room = options.concurrency - busy;
    const take = async (limit: number, choice?: ClaimChoice): Promise<readonly Claimed[]> =>
      (await store.claim(limit, options.leaseMs, now, choice)).map((lease) => ({
        lease,
        urgent: choice === 'newest' || lease.priority === 'person',
      }));
    if (room > 0) return take(room);
    const taken = newest.keys.filter((key) => held.has(key));
    const forPeople = room + placesForPeople + taken.length;
    const asked = forPeople > 0 ? await take(forPeople, 'people') : [];
    if (asked.length > 0 || taken.length >= placesForNewest || now < newest.at + newestEveryMs) return asked;
    const more = await take(placesForNewest - taken.length, 'newest');
    newest = { at: now, keys: [...taken, ...more.map(({ lease }) => lease.key)] };
    return more;
  }

  async function drain(): Promise<number> {
    let passes = 0;
    for (;;) {
      const claimed = await claim(0);
      if (claimed.length === 0) return passes;
      await Promise.all(claimed.map(work));
      passes += claimed.length;
    }
  }

  async function renewing(signal: AbortSignal): Promise<void> {
    while (await system.sleep(options.leaseMs / 3, signal)) {
      if (held.size > 0)
        await store
          .renew([...held.values()], options.leaseMs, system.now())
          .catch((error: unknown) => log.warn({ error }, 'leases could not be renewed'));
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const passes = new Set<Promise<void>>();
    const renewal = renewing(signal);
    let freed = new AbortController();
    while (!signal.aborted) {
      freed = new AbortController();
      const claimed = await claim(passes.size).catch((error: unknown) => (log.error({ error }, 'the store gives no work'), []));
      for (const one of claimed) {
        const pass: Promise<void> = work(one).finally(() => {
          passes.delete(pass);
          freed.abort();
        });
        passes.add(pass);
      }
      if (claimed.length === 0) await waitForMore(AbortSignal.any([signal, freed.signal]), passes.size >= options.concurrency);
    }
    await Promise.all(passes);
    await renewal;
  }

  /** @param full only news is of interest: what is due already waits for a place */
  async function waitForMore(signal: AbortSignal, full: boolean): Promise<void> {
    if (full) return store.waitForWork(longestWait, signal);
    const now = system.now();
    // a store that is out of reach is asked again after the longest wait; the worker outlives it
    const due = await store.nextDue(now).catch(() => null);
    const wait = Math.min(longestWait, Math.max(10, Math.max(due ?? now + longestWait, pausedUntil) - now));
    await store.waitForWork(wait, signal);
  }

  return { drain, run, running: () => held.size };
}
