/** What one pass leaves behind for the next one, whatever happens in its middle. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openStore } from '../../src/store/open.ts';
import type { Engine } from '../../src/sync/engine.ts';
import { beginPass } from '../../src/sync/pass.ts';
import { sendWithin } from '../../src/sync/send-within.ts';
import { rememberSending } from '../../src/sync/untold.ts';
import { virtualSystem } from '../partner-center/virtual-system.ts';
import { claimOne, leaseMs, opportunity, told } from '../store/samples.ts';
import { noAnswer, pair } from './pair.ts';

test('An edit of a field whose mapping is mended in the middle of a pass is sent by the next one', async () => {
  const deal = await pair();
  deal.mistype('marketplaceIntent');
  deal.sellerSets({ marketplaceIntent: 'No' });
  deal.colleagueSets({ notes: 'from the portal' });
  // what the opportunity holds after the write is read with the mapping in force by then
  deal.writes.crm.push({ before: () => deal.mistype(null) });
  assert.ok(await deal.pass('colleague'));
  assert.equal(deal.partner.deal.marketplaceIntent, 'HaveNotDecided');

  assert.ok(await deal.pass('seller'));

  assert.equal(deal.partner.deal.marketplaceIntent, 'No');
  assert.equal(deal.crm.deal.marketplaceIntent, 'No');
});

test('A value that loses is told in the audit, however often the sending of the one that wins is broken off', async () => {
  const deal = await pair();
  deal.sellerSets({ name: 'by the seller' });
  deal.colleagueSets({ name: 'from the portal' });
  deal.writes.partner.push({ before: noAnswer }, { after: noAnswer });
  assert.equal(await deal.pass('seller'), false);
  deal.sellerSets({ notes: 'by the seller' });
  deal.colleagueSets({ notes: 'noted in the portal' });
  assert.equal(await deal.pass('seller'), false);
  assert.equal(deal.partner.deal.notes, 'by the seller');

  assert.ok(await deal.pass('seller'));

  assert.deepEqual([...new Set(await deal.losers())].sort(), ['from the portal', 'noted in the portal']);
});

test("A value that lost is told in the audit, also when Microsoft's referral is heard of before the pass that was broken off goes on", async () => {
  const deal = await pair();
  deal.sellerSets({ name: 'by the seller' });
  deal.colleagueSets({ name: 'from the portal' });
  deal.writes.crm.push({ before: noAnswer });
  assert.equal(await deal.pass('seller'), false);
  assert.equal(deal.partner.deal.name, 'by the seller');

  assert.ok(await deal.pass('microsoft'));

  assert.deepEqual(await deal.losers(), ['from the portal']);
});

test('A solution that a seller removes in the moment in which another one comes from the portal is removed on both sides', async () => {
  const [one, two, three] = ['SOL-1', 'SOL-2', 'SOL-3'].map((id) => ({ id, name: id }));
  assert.ok(one && two && three);
  const deal = await pair();
  deal.colleagueSets({ solutions: [one, two] });
  deal.sellerSets({ solutions: [] });
  assert.ok(await deal.pass('colleague'));
  deal.colleagueSets({ solutions: [one, two, three] });
  deal.writes.crm.push({ within: () => deal.sellerSets({ solutions: [two, three] }) });
  assert.ok(await deal.pass('colleague'));

  assert.ok(await deal.pass('seller'));

  assert.deepEqual(
    [deal.crm.deal.solutions, deal.partner.deal.solutions],
    [
      [two, three],
      [two, three],
    ],
  );
});

test('A solution of the portal reaches the opportunity soon after the deal was surely ours, or not at all', async () => {
  const deal = await pair();
  const solutions = [{ id: 'SOL-1', name: 'One' }];
  deal.colleagueSets({ solutions });
  deal.sellerSets({ solutions: [] });
  const before = deal.now();
  assert.ok(await deal.pass('colleague'));

  assert.deepEqual(deal.crm.deal.solutions, solutions);
  const [write] = deal.written;
  assert.ok((write?.sendBefore ?? Infinity) <= deal.now() + sendWithin && (write?.sendBefore ?? 0) > before);
});

test('A process that lost its deal while it stood still adds no rows to the opportunity', async () => {
  const system = virtualSystem();
  const store = await openStore({ url: 'sqlite::memory:', sealingKeys: [], system });
  const link = await told(store, opportunity('0065g0000000001AAA'), system.now());
  const pass = beginPass({ store, system } as unknown as Engine, await claimOne(store, system.now()), link);
  const sending = { to: 'crm', values: {}, onto: '' } as const;
  assert.equal((await rememberSending(pass, link, sending, true)).id, link.id);
  system.advance(leaseMs + 1);
  await claimOne(store, system.now());

  await assert.rejects(rememberSending(pass, link, sending, true), { code: 'STORE_LEASE_LOST' });
  await store.close();
});
