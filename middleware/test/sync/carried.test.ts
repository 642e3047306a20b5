/** Edits that are taken back while they are on their way to the other side: the value that was sent must not come back over them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SyncError } from '../../src/errors.ts';
import { noAnswer, pair, type Pair } from './pair.ts';

const intents = ({ crm, partner }: Pair): readonly unknown[] => [crm.deal.marketplaceIntent, partner.deal.marketplaceIntent];

test('A seller who takes an edit back in the moment it was sent has taken it back on both sides', async () => {
  const deal = await pair();
  deal.colleagueSets({ notes: 'from the portal' });
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  // the opportunity is about to get the notes when the seller saves once more
  deal.writes.crm.push({ before: () => deal.sellerSets({ marketplaceIntent: 'HaveNotDecided' }) });

  assert.ok(await deal.pass('seller'));

  assert.deepEqual(intents(deal), ['HaveNotDecided', 'HaveNotDecided']);
  assert.equal(deal.crm.deal.notes, 'from the portal');
});

test('A seller who takes an edit back that was sent, while the opportunity cannot be written, has taken it back on both sides', async () => {
  const deal = await pair();
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  deal.writes.crm.push({ before: noAnswer });
  assert.equal(await deal.pass('seller'), false);

  deal.sellerSets({ marketplaceIntent: 'HaveNotDecided' });
  assert.ok(await deal.pass('seller'));

  assert.deepEqual(intents(deal), ['HaveNotDecided', 'HaveNotDecided']);
});

test('A seller who takes an edit back that arrived without an answer has taken it back on both sides', async () => {
  const deal = await pair();
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  deal.writes.partner.push({ after: noAnswer });
  assert.equal(await deal.pass('seller'), false);
  assert.equal(deal.partner.deal.marketplaceIntent, 'Yes');

  deal.sellerSets({ marketplaceIntent: 'HaveNotDecided' });
  assert.ok(await deal.pass('seller'));

  assert.deepEqual(intents(deal), ['HaveNotDecided', 'HaveNotDecided']);
});

test('A colleague in the portal who takes an edit back that reached the opportunity without an answer has taken it back on both sides', async () => {
  const deal = await pair();
  deal.colleagueSets({ marketplaceIntent: 'Yes' });
  deal.writes.crm.push({ after: noAnswer });
  assert.equal(await deal.pass('colleague'), false);
  assert.equal(deal.crm.deal.marketplaceIntent, 'Yes');

  deal.colleagueSets({ marketplaceIntent: 'HaveNotDecided' });
  assert.ok(await deal.pass('colleague'));

  assert.deepEqual(intents(deal), ['HaveNotDecided', 'HaveNotDecided']);
});

test('An edit whose sending did not arrive is sent again, and one of the portal made meanwhile is not taken for it', async () => {
  const deal = await pair();
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  deal.writes.partner.push({ before: noAnswer });
  assert.equal(await deal.pass('seller'), false);

  deal.colleagueSets({ notes: 'from the portal' });
  assert.ok(await deal.pass('seller'));

  assert.deepEqual(intents(deal), ['Yes', 'Yes']);
  assert.equal(deal.crm.deal.notes, 'from the portal');

  // the matter is settled: the same value, typed in the portal later, is an edit like any other
  deal.sellerSets({ marketplaceIntent: 'No' });
  assert.ok(await deal.pass('seller'));
  deal.colleagueSets({ marketplaceIntent: 'Yes' });
  assert.ok(await deal.pass('colleague'));
  assert.deepEqual(intents(deal), ['Yes', 'Yes']);
});

test('An edit that was taken back before its sending arrived leaves nothing behind', async () => {
  const deal = await pair();
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  deal.writes.partner.push({ before: noAnswer });
  assert.equal(await deal.pass('seller'), false);
  deal.sellerSets({ marketplaceIntent: 'HaveNotDecided' });
  assert.ok(await deal.pass('seller'));

  deal.colleagueSets({ marketplaceIntent: 'Yes' });
  assert.ok(await deal.pass('colleague'));

  assert.deepEqual(intents(deal), ['Yes', 'Yes']);
});

test('What a seller sent without an answer may have arrived and been taken back in the portal: it is sent again, and the value there is kept', async () => {
  const deal = await pair();
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  deal.writes.partner.push({ after: noAnswer });
  assert.equal(await deal.pass('seller'), false);

  deal.colleagueSets({ marketplaceIntent: 'HaveNotDecided' });
  assert.ok(await deal.pass('colleague'));

  assert.deepEqual(intents(deal), ['Yes', 'Yes']);
  assert.deepEqual(await deal.losers(), ['HaveNotDecided']);
});

test('What reached the opportunity without an answer may have been taken back by the seller: it comes again, and the value there is kept', async () => {
  const deal = await pair();
  deal.colleagueSets({ marketplaceIntent: 'Yes' });
  deal.writes.crm.push({ after: noAnswer });
  assert.equal(await deal.pass('colleague'), false);

  deal.sellerSets({ marketplaceIntent: 'HaveNotDecided' });
  assert.ok(await deal.pass('seller'));

  assert.deepEqual(intents(deal), ['Yes', 'Yes']);
  assert.deepEqual(await deal.losers(), ['HaveNotDecided']);
});

test('An edit that is sent a second time to a referral nobody touched overwrites nothing that has to be kept', async () => {
  const deal = await pair();
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  deal.writes.partner.push({ before: noAnswer });
  assert.equal(await deal.pass('seller'), false);

  assert.ok(await deal.pass('seller'));

  assert.deepEqual(intents(deal), ['Yes', 'Yes']);
  assert.deepEqual(await deal.losers(), []);
});

test('A sending that was surely refused is not in doubt: what somebody else saved meanwhile has overwritten nothing', async () => {
  const deal = await pair();
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  deal.writes.partner.push({
    before: () => {
      throw new SyncError('PC_THROTTLED');
    },
  });
  assert.equal(await deal.pass('seller'), false);

  deal.colleagueSets({ notes: 'from the portal' });
  assert.ok(await deal.pass('colleague'));

  assert.deepEqual(intents(deal), ['Yes', 'Yes']);
  assert.deepEqual(await deal.losers(), []);
});

test('After the store went back to an older copy, the first edit that is carried over keeps what it overwrites; the next ones do not', async () => {
  const deal = await pair();
  deal.restored();
  deal.colleagueSets({ marketplaceIntent: 'Yes' });
  assert.ok(await deal.pass('colleague'));
  assert.deepEqual([intents(deal), await deal.losers()], [['Yes', 'Yes'], ['HaveNotDecided']]);

  deal.sellerSets({ marketplaceIntent: 'No' });
  assert.ok(await deal.pass('seller'));

  assert.deepEqual([intents(deal), await deal.losers()], [['No', 'No'], ['HaveNotDecided']]);
});
