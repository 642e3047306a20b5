/** The admin's buttons, when what they ask for cannot be done: tried again while it may succeed, answered when it will not. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { createAtWork } from '../../src/at-work.ts';
import { SyncError, type ErrorCode } from '../../src/errors.ts';
import { silentLog } from '../../src/log.ts';
import { openStore, type OpenStore } from '../../src/store/open.ts';
import type { Engine } from '../../src/sync/engine.ts';
import { createWorker } from '../../src/sync/worker.ts';
import { virtualSystem } from '../partner-center/virtual-system.ts';
import { leaseMs, notice, orgId } from '../store/samples.ts';

const opened: OpenStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

interface Asked {
  /** Answers that reached Salesforce. */
  readonly answers: readonly { readonly outcome: string; readonly message: string }[];
  readonly tries: () => number;
  readonly parked: () => Promise<number>;
  minutes(count: number): Promise<void>;
}

/** An admin has pressed "Read the mapping again"; the reading and its answer go as told. */
async function readTheMapping(
  fails: (count: number) => ErrorCode | null,
  unanswered: (count: number) => boolean = () => false,
): Promise<Asked> {
  const system = virtualSystem();
  const store = await openStore({ url: 'sqlite::memory:', sealingKeys: [], system });
  opened.push(store);
  const answers: { outcome: string; message: string }[] = [];
  let [tries, reports] = [0, 0];
  const engine = {
    system,
    store,
    orgId,
    log: silentLog(),
    standstill: () => null,
    crm: {
      readServiceRequest: async () => ({ kind: 'reload_mapping', referralId: null, target: null, by: null }),
      report: async (_rows: unknown, given: typeof answers) => {
        if (unanswered(++reports)) throw new SyncError('NET_NOT_SENT');
        answers.push(...given);
      },
    },
  } as unknown as Engine;
  const acts = {
    sweepNow: () => Promise.resolve({ crm: 0, partner: 0 }),
    reloadMapping: async () => {
      const code = fails(++tries);
      if (code !== null) throw new SyncError(code);
      return [];
    },
  };
  const worker = createWorker(engine, { concurrency: 4, leaseMs, acts, atWork: createAtWork(system) });
  await store.accept(
    orgId,
    [notice({ kind: 'request', id: 'a0X5g0000000001AAA', opportunityId: null }, { source: 'person' })],
    null,
    system.now(),
  );
  return {
    answers,
    tries: () => tries,
    parked: async () => (await store.parked(10)).length,
    async minutes(count) {
      for (let minute = 0; minute < count; minute += 1) {
        await worker.drain();
        system.advance(60_000);
      }
    },
  };
}

test('A mapping that cannot be read while Salesforce is busy is read as soon as it can be, and then the button has its answer', async () => {
  const asked = await readTheMapping((count) => (count < 20 ? 'CRM_BUSY' : null));
  await asked.minutes(5);
  assert.deepEqual(asked.answers, []);

  await asked.minutes(300);

  assert.deepEqual(
    asked.answers.map(({ outcome }) => outcome),
    ['Done'],
  );
});

test('A request nobody can carry out is answered with the reason instead of being put aside in silence', async () => {
  const asked = await readTheMapping(() => 'CRM_ANSWER');

  await asked.minutes(30);

  assert.deepEqual(
    asked.answers.map(({ outcome }) => outcome),
    ['Refused'],
  );
  assert.match(asked.answers[0]?.message ?? '', /does not understand.*request id/);
  assert.deepEqual([asked.tries(), await asked.parked()], [8, 0]);
});

test('While the answer cannot be given either, the request is tried again', async () => {
  const asked = await readTheMapping(
    () => 'CRM_ANSWER',
    (count) => count < 4,
  );

  await asked.minutes(60);

  assert.deepEqual(
    asked.answers.map(({ outcome }) => outcome),
    ['Refused'],
  );
  assert.deepEqual([asked.tries() > 8, await asked.parked()], [true, 0]);
});
