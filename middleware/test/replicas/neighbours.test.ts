/** One bad deal, one slow deal, a mountain of parked deals or an empty API budget: what they do to everyone else's deals. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setImmediate as yieldOnce } from 'node:timers/promises';

import { createAtWork } from '../../src/at-work.ts';
import { defaultMapping } from '../../src/domain/default-mapping.ts';
import { SyncError } from '../../src/errors.ts';
import { silentLog } from '../../src/log.ts';
import { openStore, type OpenStore } from '../../src/store/open.ts';
import { mostLapses } from '../../src/store/work-row.ts';
import type { Engine } from '../../src/sync/engine.ts';
import type { CrmSide, PartnerSide, Reading, CrmSnapshot, Store } from '../../src/sync/ports.ts';
import { createWorker, type Worker } from '../../src/sync/worker.ts';
import { manualSystem, type ManualSystem } from '../store/manual-system.ts';
import { leaseMs, notice, opportunity, orgId, park } from '../store/samples.ts';

const hour = 3_600_000;

interface Ground {
  readonly system: ManualSystem;
  readonly store: OpenStore;
  readonly worker: Worker;
  /** Opportunities as the worker came to them. */
  readonly reads: string[];
}

const opened: OpenStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

const gone: Reading<CrmSnapshot> = { kind: 'gone', why: 'deleted' };

/** An org in which every deal is gone, so that a pass is one reading; `read` may do otherwise. */
async function ground(
  read: (id: string) => Promise<Reading<CrmSnapshot>> | null,
  concurrency = 4,
  around: (store: OpenStore) => Store = (store) => store,
  report: () => Promise<void> = () => Promise.resolve(),
): Promise<Ground> {
  const system = manualSystem();
  const store = await openStore({ url: 'sqlite::memory:', sealingKeys: [], system });
  opened.push(store);
  const reads: string[] = [];
  const crm = {
    read: (id: string) => {
      reads.push(id);
      return read(id) ?? Promise.resolve(gone);
    },
    report,
  } as unknown as CrmSide;
  const engine: Engine = {
    system,
    store: around(store),
    crm,
    partner: {} as PartnerSide,
    log: silentLog(),
    orgId,
    mapping: () => defaultMapping,
    standstill: () => null,
  };
  const acts = { sweepNow: () => Promise.resolve({ crm: 0, partner: 0 }), reloadMapping: () => Promise.resolve([]) };
  return { system, store, reads, worker: createWorker(engine, { concurrency, leaseMs, acts, atWork: createAtWork(system) }) };
}

const tell = (
  store: OpenStore,
  ids: readonly string[],
  now: number,
  source: 'salesforce-event' | 'sweep' | 'person' = 'salesforce-event',
): Promise<number> =>
  store.accept(
    orgId,
    ids.map((id) => notice(opportunity(id), { source })),
    null,
    now,
  );
const many = (count: number, name: string): readonly string[] => Array.from({ length: count }, (_, index) => `${name}${index}`);

/** Milliseconds of one look into the queue, median. */
async function claimTime({ store, system }: Pick<Ground, 'store' | 'system'>): Promise<number> {
  const times: number[] = [];
  for (let look = 0; look < 101; look += 1) {
    const began = performance.now();
    await store.claim(10, leaseMs, system.now());
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[50] ?? 0;
}

test('Ten thousand deals that were put aside cost the next one nothing: it is the only one looked at', async () => {
  const { system, store, worker, reads } = await ground(() => null);
  await tell(store, many(10_000, 'parked-'), system.now());
  for (;;) {
    const leases = await store.claim(1_000, leaseMs, system.now());
    if (leases.length === 0) break;
    for (const lease of leases) await store.release(lease, park(), system.now());
  }
  assert.equal((await store.health(system.now())).parked, 10_000);
  system.advance(hour);

  await tell(store, ['fresh'], system.now());
  const passes = await worker.drain();

  assert.deepEqual(reads, ['fresh']);
  assert.equal(passes, 1);
  const empty = await ground(() => null);
  const [few, plenty] = [await claimTime(empty), await claimTime({ store, system })];
  assert.ok(plenty < few * 5 + 0.5, `a look into the queue takes ${few.toFixed(2)} ms in an empty store and ${plenty.toFixed(2)} ms here`);
  assert.equal((await store.health(system.now())).backlog, 0);
});

test('A deal that always fails is tried less and less often, and every other deal is done at once all the same', async () => {
  const { system, store, worker, reads } = await ground((id) => (id === 'poison' ? Promise.reject(new SyncError('CRM_BUSY')) : null));
  await tell(store, ['poison'], system.now());

  for (let minute = 0; minute < 120; minute += 1) {
    await tell(store, [`good-${minute}`], system.now());
    await worker.drain();
    assert.ok(reads.includes(`good-${minute}`), `minute ${minute}`);
    system.advance(60_000);
  }

  const tries = reads.filter((id) => id === 'poison').length;
  assert.ok(tries >= 8 && tries <= 24, `${tries} tries in two hours`);
});

test('A deal that kills its process again and again is put aside, and the others go on', async () => {
  const { system, store, worker, reads } = await ground(() => null);
  await tell(store, ['deadly'], system.now());
  let deaths = 0;
  while ((await store.parked(1)).length === 0 && deaths <= mostLapses) {
    deaths += (await store.claim(1, leaseMs, system.now())).length;
    system.advance(hour);
  }
  assert.equal(deaths, mostLapses);
  await tell(store, ['good'], system.now());
  await worker.drain();

  assert.deepEqual(reads, ['good']);
  assert.equal((await store.parked(10)).length, 1);
});

test('A deal is not put aside while nobody can be told: it is tried again, and put aside once it can be shown', async () => {
  let away = true;
  const { system, store, worker, reads } = await ground(
    () => Promise.reject(new SyncError('CRM_FIELD_MISSING')),
    4,
    (store) => store,
    () => (away ? Promise.reject(new SyncError('NET_NOT_SENT')) : Promise.resolve()),
  );
  await tell(store, ['broken'], system.now());
  for (let minute = 0; minute < 5; minute += 1) {
    await worker.drain();
    system.advance(60_000);
  }
  assert.deepEqual(await store.parked(10), []);
  assert.ok(reads.length >= 5, `${reads.length} tries in five minutes`);

  away = false;
  await worker.drain();

  assert.equal((await store.parked(10)).length, 1);
});

for (const [reason, words] of [
  ['saved', 'is put aside on the attention list'],
  ['request', 'is not put aside while a person waits for an answer: it is tried again'],
] as const)
  test(`A deal whose opportunity answers nothing that can be understood ${words}`, async () => {
    const { system, store, worker } = await ground(() => Promise.reject(new SyncError('CRM_ANSWER')));
    await store.accept(orgId, [notice(opportunity('garbled'), { reason })], null, system.now());
    for (let minute = 0; minute < 30; minute += 1) {
      await worker.drain();
      system.advance(60_000);
    }
    assert.equal((await store.parked(10)).length, reason === 'saved' ? 1 : 0);
  });

test('A deal whose remote never answers holds one place, not the queue', async () => {
  const stuck = Promise.withResolvers<Reading<CrmSnapshot>>();
  const { system, store, worker, reads } = await ground((id) => (id === 'slow' ? stuck.promise : null), 2);
  await tell(store, ['slow'], system.now(), 'person');
  await tell(store, many(300, 'good-'), system.now());
  const stop = new AbortController();
  const running = worker.run(stop.signal);

  while (reads.length < 301) await yieldOnce();
  stuck.resolve(gone);
  stop.abort();
  system.advance(hour);
  await running;

  assert.equal(new Set(reads).size, 301);
});

test('A click waits for no place: it is looked at while every pass of a burst hangs', async () => {
  const stuck = Promise.withResolvers<Reading<CrmSnapshot>>();
  const { system, store, worker, reads } = await ground((id) => (id.startsWith('event-') ? stuck.promise : null), 4);
  await tell(store, many(50, 'event-'), system.now());
  const stop = new AbortController();
  const running = worker.run(stop.signal);
  while (reads.length < 4) await yieldOnce();

  await tell(store, ['click'], system.now(), 'person');
  while (!reads.includes('click')) await yieldOnce();

  assert.equal(reads.length, 5, 'the burst itself has no more than its places');
  stuck.resolve(gone);
  stop.abort();
  system.advance(hour);
  await running;
});

test('A lone save does not wait until the mass update before it is through: while all places are taken, a few more are for the newest', async () => {
  const stuck = Promise.withResolvers<Reading<CrmSnapshot>>();
  const { system, store, worker, reads } = await ground((id) => (/^mass-[0-3]$/.test(id) ? stuck.promise : null), 4);
  await tell(store, many(4, 'mass-'), system.now());
  const stop = new AbortController();
  const running = worker.run(stop.signal);
  while (reads.length < 4) await yieldOnce();
  await tell(store, many(200, 'more-'), system.now());
  system.advance(1);
  await tell(store, ['lone'], system.now());

  while (!reads.includes('lone')) {
    system.advance(100);
    await yieldOnce();
  }

  assert.ok(reads.length < 20, `${reads.length} deals were looked at before`);
  stuck.resolve(gone);
  while (reads.length < 205) {
    system.advance(100);
    await yieldOnce();
  }
  stop.abort();
  system.advance(hour);
  await running;
});

test('What a person asked for is next, whatever waits before it', async () => {
  const { system, store, worker, reads } = await ground(() => null, 4);
  await tell(store, many(2_000, 'background-'), system.now(), 'sweep');
  await tell(store, many(500, 'event-'), system.now());
  system.advance(60_000);
  await tell(store, ['click'], system.now(), 'person');

  await worker.drain();

  assert.ok(reads.indexOf('click') < 4, `the click was number ${reads.indexOf('click')}`);
  assert.ok(
    reads.findLastIndex((id) => id.startsWith('event-')) < reads.findIndex((id) => id.startsWith('background-')) + 4,
    'events go before the background',
  );
  assert.equal(reads.length, 2_501);
});

test('With the API budget used up nothing is called in vain, and when calls are free again people come first', async () => {
  let free = false;
  const { system, store, worker, reads } = await ground(
    () => (free ? null : Promise.reject(new SyncError('CRM_CALL_LIMIT', { status: 403 }))),
    4,
  );
  await tell(store, many(200, 'event-'), system.now());

  await worker.drain();
  assert.ok(reads.length <= 4, `${reads.length} calls into an empty budget`);
  for (let second = 0; second < 50; second += 1) {
    system.advance(1_000);
    await worker.drain();
  }
  assert.ok(reads.length <= 4, `${reads.length} calls into an empty budget`);

  free = true;
  await tell(store, ['click'], system.now(), 'person');
  system.advance(120_000);
  const before = reads.length;
  await worker.drain();
  assert.ok(reads.indexOf('click') - before < 4, 'the click is among the first');
  assert.equal(new Set(reads).size, 201);
  assert.equal((await store.parked(10)).length, 0);
});

test('A store that is out of reach for a while does not end the worker', async () => {
  let down = true;
  let asked = 0;
  const { system, store, worker, reads } = await ground(
    () => null,
    4,
    (real) =>
      new Proxy(real, {
        get(target, name: keyof OpenStore) {
          if (!['claim', 'nextDue', 'renew'].includes(name)) return target[name];
          const call = target[name] as (...args: readonly unknown[]) => Promise<unknown>;
          return (...args: readonly unknown[]) => {
            asked += 1;
            return down ? Promise.reject(new SyncError('STORE_DOWN')) : call(...args);
          };
        },
      }),
  );
  await tell(store, ['good'], system.now());
  const stop = new AbortController();
  const running = worker.run(stop.signal);
  for (let second = 0; second < 10; second += 1) {
    while (system.sleeping() < 2) await yieldOnce();
    system.advance(1_000);
  }
  assert.ok(asked < 60, `${asked} questions in ten seconds: the worker does not spin`);
  assert.deepEqual(reads, []);

  down = false;
  while (reads.length === 0) {
    system.advance(1_000);
    await yieldOnce();
  }
  stop.abort();
  system.advance(hour);
  await running;
  assert.deepEqual(reads, ['good']);
});
