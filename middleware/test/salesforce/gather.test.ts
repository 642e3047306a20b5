/** Calls that many passes share: when they leave, what they carry, and that nobody is forgotten. Time is a number here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as settled } from 'node:timers/promises';
import fc from 'fast-check';

import { createAtWork } from '../../src/at-work.ts';
import { SyncError } from '../../src/errors.ts';
import { gather, type GatherOptions } from '../../src/salesforce/client/gather.ts';
import type { AtWork, System } from '../../src/sync/ports.ts';
import { virtualSystem } from '../partner-center/virtual-system.ts';
import { manualSystem } from '../store/manual-system.ts';

const patience: GatherOptions = { max: 200, perPassMs: 10, mostMs: 100 };

interface Ground {
  readonly system: System;
  readonly atWork: AtWork;
  /** Keys of each call, and when it left, ms from the start. */
  readonly calls: { readonly keys: readonly string[]; readonly at: number }[];
  ask(key: string): Promise<string>;
  now(): number;
  /** Lets time pass until everything is done. */
  play(all: Promise<unknown>): Promise<void>;
}

/** @param takes how long a call takes, ms */
function ground(options: GatherOptions = patience, takes = 20): Ground {
  const system = manualSystem(0);
  const atWork = createAtWork(system);
  const calls: Ground['calls'] = [];
  const ask = gather<string, string>(system, atWork, options, async (keys) => {
    calls.push({ keys: [...keys], at: system.now() });
    await system.sleep(takes);
    return keys.map((key) => key.toUpperCase());
  });
  return {
    system,
    atWork,
    calls,
    ask,
    now: system.now,
    async play(all) {
      let done = false;
      void all.finally(() => (done = true)).catch(() => undefined);
      for (let ms = 0; !done; ms += 1) {
        assert.ok(ms < 20_000, 'somebody was forgotten');
        await settled();
        if (!done) system.advance(system.sleeping() > 0 ? 1 : 0);
      }
    },
  };
}

test('a pass that is alone waits for nobody', async () => {
  const { atWork, ask, calls, play } = ground();

  await play(atWork.pass(false, () => ask('a')));

  assert.ok((calls[0]?.at ?? Infinity) <= 1);
});

test('passes that all wait leave together, however early; one that is still busy is waited for, but not for ever', async () => {
  const { system, atWork, ask, calls, play } = ground();
  const pass = (key: string, after: number): Promise<string> =>
    atWork.pass(false, async () => {
      await system.sleep(after);
      return ask(key);
    });

  await play(Promise.all([pass('a', 0), pass('b', 0), pass('c', 7), pass('late', 500)]));

  assert.deepEqual(
    calls.map(({ keys }) => keys),
    [['a', 'b', 'c'], ['late']],
  );
  assert.ok((calls[0]?.at ?? 0) <= 4 * patience.perPassMs + 1);
});

test('the second hundred of a burst, a moment behind the first, leaves with it', async () => {
  const { system, atWork, ask, calls, play } = ground({ max: 200, perPassMs: 20, mostMs: 4_000 });
  const hundred = (name: string): Promise<unknown> =>
    Promise.all(Array.from({ length: 100 }, (_, index) => atWork.pass(false, () => ask(`${name}${index}`))));

  await play(Promise.all([hundred('first'), system.sleep(60).then(() => hundred('second'))]));

  assert.deepEqual(
    calls.map(({ keys }) => keys.length),
    [200],
  );
});

test('a pass a person waits for takes along who is there and waits for nobody', async () => {
  const { system, atWork, ask, calls, play } = ground();
  const busy = atWork.pass(false, async () => void (await system.sleep(400)));
  const event = atWork.pass(false, () => ask('event'));
  const person = atWork.pass(true, async () => {
    await system.sleep(5);
    return ask('person');
  });

  await play(Promise.all([busy, event, person]));

  assert.deepEqual(calls[0]?.keys, ['event', 'person']);
  assert.ok(calls[0].at <= 10);
});

test('a pass that asks for several things waits once for all of them', async () => {
  const { atWork, ask, calls, play } = ground();

  await play(atWork.pass(false, () => Promise.all([ask('a'), ask('b')])));

  assert.deepEqual(
    calls.map(({ keys }) => keys),
    [['a', 'b']],
  );
});

test('a pass that failed while a part of it still waited keeps nobody waiting', async () => {
  const { system, atWork, ask, calls, play } = ground();
  const broken = atWork.pass(false, async () => {
    void ask('left behind');
    await system.sleep(1);
    throw new Error('broken');
  });
  await play(broken);
  const before = calls.length;

  await play(atWork.pass(false, () => ask('next')));

  assert.equal(atWork.count(), 0);
  assert.ok((calls[before]?.at ?? 0) - (calls[before - 1]?.at ?? 0) < 60);
  assert.ok(calls.slice(before).some(({ keys }) => keys.includes('next')));
});

test('whatever passes do, each gets its own answer, no call is too full, and nobody waits longer than the patience', async () => {
  const step = fc.record({ pause: fc.integer({ min: 0, max: 60 }), asks: fc.integer({ min: 0, max: 2 }) });
  const passes = fc.array(
    fc.record({ urgent: fc.boolean(), starts: fc.integer({ min: 0, max: 40 }), steps: fc.array(step, { maxLength: 4 }) }),
    {
      maxLength: 12,
    },
  );
  await fc.assert(
    fc.asyncProperty(passes, fc.integer({ min: 1, max: 5 }), async (plan, max) => {
      const { system, atWork, ask, calls, play, now } = ground({ ...patience, max });
      const waited: number[] = [];
      const asked: string[] = [];
      const one = async (key: string): Promise<void> => {
        const began = now();
        asked.push(key);
        assert.equal(await ask(key), key.toUpperCase());
        waited.push(now() - began);
      };
      await play(
        Promise.all(
          plan.map(async ({ urgent, starts, steps }, index) => {
            await system.sleep(starts);
            await atWork.pass(urgent, async () => {
              for (const [at, { pause, asks }] of steps.entries()) {
                await system.sleep(pause);
                await Promise.all(Array.from({ length: asks }, (_, nth) => one(`p${index}-${at}-${nth}`)));
              }
            });
          }),
        ),
      );
      assert.deepEqual(calls.flatMap(({ keys }) => keys).sort(), asked.sort());
      assert.ok(calls.every(({ keys }) => keys.length <= max));
      // its own patience, one call, and a tick of each clock
      assert.ok(Math.max(0, ...waited) <= patience.mostMs + 20 + 3, `waited ${Math.max(...waited)}`);
      assert.equal(atWork.count(), 0);
    }),
    { numRuns: 60 },
  );
});

test('one bad key does not spoil the others', async () => {
  const loads: string[][] = [];
  const system = virtualSystem();
  const ask = gather<string, string>(system, createAtWork(system), { ...patience, max: 3 }, async (keys) => {
    loads.push([...keys]);
    if (keys.includes('bad')) throw new SyncError('CRM_REFUSED');
    return keys.map((key) => (key === 'gone' ? new SyncError('CRM_GONE') : key.toUpperCase()));
  });

  const results = await Promise.allSettled(['a', 'bad', 'gone', 'd'].map(ask));

  assert.deepEqual(loads[0], ['a', 'bad', 'gone']);
  assert.deepEqual(loads.slice(1).map(String).sort(), ['a', 'bad', 'd', 'gone']);
  assert.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as SyncError).code)),
    ['A', 'CRM_REFUSED', 'CRM_GONE', 'D'],
  );
});

test('a busy org is told to everyone who asked, without trying each alone', async () => {
  let loads = 0;
  const system = virtualSystem();
  const ask = gather<string, string>(system, createAtWork(system), patience, async () => {
    loads += 1;
    throw new SyncError('CRM_BUSY');
  });

  const results = await Promise.allSettled([ask('a'), ask('b')]);

  assert.equal(loads, 1);
  assert.equal(
    results.every((result) => result.status === 'rejected'),
    true,
  );
});
