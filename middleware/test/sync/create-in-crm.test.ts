/** A deal from Partner Center that has just become an opportunity: what both sides agreed on by that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Deal } from '../../src/domain/deal.ts';
import { heldWhenMade } from '../../src/sync/making.ts';

const sent: Deal = {
  name: 'Northwind',
  value: 500.55,
  currency: 'EUR',
  marketplaceIntent: 'HaveNotDecided',
  solutions: [{ id: 'SOL-1', name: 'One' }],
  campaign: 'Spring',
};
const partner: Deal = { ...sent, notes: null, state: 'new' };
const made: Deal = { ...sent, value: 501, notes: null, state: 'new' };
const sam = 'Sam Seller';

test('What Salesforce rounds or leaves out of a new opportunity is agreed on as it keeps it', () => {
  const cut: Deal = { ...made, campaign: null };
  assert.deepEqual(heldWhenMade({ deal: cut, changedBy: null }, sent, partner, ['campaign']), cut);
});

test('What a seller types into a new opportunity before it is read for the first time is an edit like any other', () => {
  const typed: Deal = { ...made, marketplaceIntent: 'Yes', notes: 'Call them.' };
  const held = heldWhenMade({ deal: typed, changedBy: sam }, sent, partner, []);

  assert.equal(held.marketplaceIntent, 'HaveNotDecided');
  assert.ok(!('notes' in held), 'nothing was agreed about the notes');
  assert.equal(held.name, 'Northwind');
});

test('A solution a seller adds to a new opportunity before it is read for the first time is news, whoever saved the opportunity last', () => {
  const added: Deal = { ...made, solutions: [...(made.solutions ?? []), { id: 'SOL-2', name: 'Two' }] };
  for (const changedBy of [null, sam])
    assert.deepEqual(heldWhenMade({ deal: added, changedBy }, sent, partner, []).solutions, sent.solutions);
});

test('A deal that is won before anybody has heard that its opportunity was made is news, not what it began with', () => {
  const won: Deal = { ...made, state: 'won' };

  assert.equal(heldWhenMade({ deal: won, changedBy: sam }, { ...sent, state: 'new' }, partner, []).state, 'new');
  assert.equal(
    heldWhenMade({ deal: { ...made, state: 'active' }, changedBy: sam }, { ...sent, state: 'new' }, partner, []).state,
    'active',
  );
});

test('A value the org did not take, or an amount in a foreign currency, is not sent back as an edit because a seller saved the new opportunity', () => {
  const kept: Deal = { ...made, campaign: null, value: 620, currency: 'USD' };
  const held = heldWhenMade({ deal: kept, changedBy: sam }, sent, partner, ['campaign']);

  assert.deepEqual([held.campaign, held.value, held.currency], [null, 620, 'USD']);
});
