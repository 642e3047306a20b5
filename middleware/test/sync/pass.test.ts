/** What one pass leaves behind for the next one, whatever happens in its middle. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pair } from './pair.ts';

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
