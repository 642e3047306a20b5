/** One sweep at a time, none that was there too early, and where it counts, none that broke off. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Engine } from '../../src/sync/engine.ts';
import type { SweepPage } from '../../src/sync/ports.ts';
import { createSweeper, sweepCrmToItsEnd, type SweepResult } from '../../src/sync/sweep.ts';
import { virtualSystem } from '../partner-center/virtual-system.ts';

/** An engine whose sides tell how often they were read; the CRM's page comes when it is let go. */
function scene() {
  const held: PromiseWithResolvers<void>[] = [];
  const calls = { crm: 0, partner: 0 };
  const page = (position: string): SweepPage => ({ notices: [], position });
  const engine = {
    system: virtualSystem(),
    orgId: '00D000000000001',
    log: { warn: () => undefined },
    crm: {
      changedSince: async function* () {
        calls.crm += 1;
        const gate = Promise.withResolvers<void>();
        held.push(gate);
        await gate.promise;
        yield page('crm');
      },
    },
    partner: {
      changedSince: async function* () {
        calls.partner += 1;
        yield page('partner');
      },
    },
    store: { position: async () => null, accept: async () => 0 },
  } as unknown as Engine;
  return { sweeper: createSweeper(engine, new AbortController().signal), calls, held };
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('A sweep asked for while one runs begins after it, and those who ask meanwhile share it', async () => {
  const { sweeper, calls, held } = scene();
  const first = sweeper.sweepNow();
  await soon();
  const second = sweeper.sweepNow();
  const third = sweeper.sweepNow();
  assert.equal(second, third);
  assert.equal(calls.crm, 1, 'one at a time');
  held[0]?.resolve();
  await first;
  await soon();
  assert.equal(calls.crm, 2);
  held[1]?.resolve();
  await Promise.all([second, third]);
  assert.deepEqual(calls, { crm: 2, partner: 2 });
});

test('The time of the last sweep is known once it has ended', async () => {
  const { sweeper, held } = scene();
  const running = sweeper.sweepNow();
  await soon();
  assert.equal(sweeper.lastAt(), null);
  held[0]?.resolve();
  await running;
  assert.equal(typeof sweeper.lastAt(), 'number');
});

test('A sweep that Salesforce did not answer is told apart from one that found nothing', async () => {
  const { sweeper, held } = scene();
  const running = sweeper.sweepNow();
  await soon();
  held[0]?.reject(new Error('out of reach'));
  assert.deepEqual(await running, { crm: null, partner: 0 });
});

test('What the event stream missed is swept for until Salesforce answers, however Partner Center does', async () => {
  const system = virtualSystem();
  const answers: SweepResult[] = [
    { crm: null, partner: 0 },
    { crm: null, partner: null },
    { crm: 3, partner: null },
    { crm: 0, partner: 0 },
  ];
  await sweepCrmToItsEnd({ system } as unknown as Engine, async () => answers.shift() as SweepResult, new AbortController().signal);
  assert.deepEqual(answers, [{ crm: 0, partner: 0 }]);
  assert.deepEqual(system.sleeps, [1_000, 2_000]);
});

test('A service that is stopped sweeps no longer for what the event stream missed', async () => {
  const stopping = new AbortController();
  stopping.abort();
  let sweeps = 0;
  const never = async (): Promise<SweepResult> => ((sweeps += 1), { crm: null, partner: null });
  await sweepCrmToItsEnd({ system: virtualSystem() } as unknown as Engine, never, stopping.signal);
  assert.equal(sweeps, 1);
});
