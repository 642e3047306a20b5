/** What a notice told of and the list does not show yet is looked for again, whichever machine comes to it. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { defaultMapping } from '../../src/domain/default-mapping.ts';
import { silentLog } from '../../src/log.ts';
import { openStore } from '../../src/store/open.ts';
import type { Engine } from '../../src/sync/engine.ts';
import { nextLook } from '../../src/sync/list-delay.ts';
import { runPass } from '../../src/sync/reconcile.ts';
import { virtualSystem } from '../partner-center/virtual-system.ts';
import { leaseMs, orgId, referral, told } from '../store/samples.ts';

const listDelay = 60_000;

test('What the list should show is looked for when it would show it, and once more a minute later', () => {
  assert.deepEqual(
    [0, 59_999, 60_000, 119_999, 120_000].map((now) => nextLook(0, listDelay, now)),
    [60_000, 60_000, 120_000, 120_000, null],
  );
});

test('A deal from Microsoft whose engagement the list does not show yet is looked for again, and not for ever', async () => {
  const system = virtualSystem();
  const store = await openStore({ url: 'sqlite::memory:', sealingKeys: [], system });
  after(() => store.close());
  const engine = {
    system,
    store,
    orgId,
    crm: {},
    partner: { listDelay, read: async () => ({ kind: 'gone', why: 'No referral of ours belongs to this engagement.' }) },
    log: silentLog(),
    mapping: () => defaultMapping,
    standstill: () => null,
  } as unknown as Engine;
  const start = system.now();
  await told(store, referral('microsofts'), start);

  const looks: number[] = [];
  for (let due = await store.nextDue(start); due !== null; due = await store.nextDue(system.now())) {
    await system.sleep(Math.max(0, due - system.now()));
    const [lease] = await store.claim(1, leaseMs, system.now());
    assert.ok(lease);
    looks.push(system.now() - start);
    await runPass(engine, lease);
  }

  assert.deepEqual(looks, [0, listDelay, 2 * listDelay]);
});
