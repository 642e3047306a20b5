/** The store as one process reaches it: every call takes a moment, so that others get in between, and dies with the process. */
import type { OpenStore } from '../../src/store/open.ts';
import { SyncError } from '../../src/errors.ts';
import type { Chance } from './chance.ts';
import { never, type Incarnation } from './incarnation.ts';
import type { Scheduler } from './scheduler.ts';

/** Calls that change something: a process can be killed before and after each. */
const writing: ReadonlySet<string> = new Set([
  'accept',
  'savePosition',
  'claim',
  'renew',
  'finish',
  'checkpoint',
  'release',
  'mark',
  'finishService',
  'decide',
  'mergeLinks',
  'unpark',
  'tryLock',
  'unlock',
  'saveSecret',
  'deleteSecret',
  'saveSetting',
  'purge',
  'auditPage',
  'pruneAudit',
]);

/** Without a bell the worker looks every second; here the bell cannot be missed, so an idle worker sleeps on. */
const idleLookMs = 10 * 60_000;

export interface StoreSeamOptions {
  readonly store: OpenStore;
  readonly incarnation: Incarnation;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly idle: Set<AbortController>;
  /** The database cannot be reached right now. */
  readonly down: () => boolean;
  readonly onCommit: (call: string, args: readonly unknown[]) => void;
}

type Call = (...args: readonly unknown[]) => unknown;

export function storeSeam({ store, incarnation, scheduler, chance, idle, down, onCommit }: StoreSeamOptions): OpenStore {
  const { alive } = incarnation;

  async function reach(name: string, call: Call, args: readonly unknown[]): Promise<unknown> {
    const changes = writing.has(name);
    if (changes || chance.yes(0.3)) await scheduler.wait(chance.whole(0, 3));
    if (!alive()) return never();
    if (down()) throw new SyncError('STORE_DOWN', { message: 'the database is out of reach' });
    const result = await call.apply(store, args as unknown[]);
    if (changes && !(name === 'claim' && (result as readonly unknown[]).length === 0)) onCommit(name, args);
    if (changes) await scheduler.wait(chance.whole(0, 3));
    return alive() ? result : never();
  }

  async function waitForWork(ms: number, signal: AbortSignal): Promise<void> {
    const now = incarnation.system.now();
    const due = await store.nextDue(now);
    const wait = due === null ? idleLookMs : due > now ? Math.min(idleLookMs, due - now) : ms;
    const woken = new AbortController();
    idle.add(woken);
    await store.waitForWork(Math.max(ms, wait), AbortSignal.any([signal, woken.signal]));
    idle.delete(woken);
    if (!alive()) await never();
  }

  return new Proxy(store, {
    get(target, property: keyof OpenStore) {
      const member = target[property];
      if (property === 'waitForWork') return waitForWork;
      if (typeof member !== 'function' || property === 'export' || property === 'import') return member;
      return (...args: readonly unknown[]) => reach(property, member as Call, args);
    },
  });
}
