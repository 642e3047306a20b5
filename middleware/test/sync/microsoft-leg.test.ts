/** Microsoft's referral of a deal, when the list or the answer that would tell of it is late. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Base, Deal } from '../../src/domain/deal.ts';
import { nextBase } from '../../src/domain/merge.ts';
import type { Engine } from '../../src/sync/engine.ts';
import { askedBase, legMissedUntil, missLeg } from '../../src/sync/microsoft-leg.ts';
import type { CrmSnapshot, Lease, Link, PartnerSnapshot } from '../../src/sync/ports.ts';

const crm = (deal: Deal): CrmSnapshot => ({ deal }) as unknown as CrmSnapshot;
const partner = (deal: Deal): PartnerSnapshot => ({ deal }) as unknown as PartnerSnapshot;
const before: Base = { crm: { help: null, notes: 'n' }, partner: { help: null, notes: 'n' } };

test('What Microsoft was asked is agreed on, also when the seller has chosen another kind of help since', () => {
  const base = askedBase(before, crm({ help: 'GeneralOrOther' }), partner({ help: 'QuotesOrLicensing' }));
  const asked: Base = { crm: { help: 'QuotesOrLicensing', notes: 'n' }, partner: { help: 'QuotesOrLicensing', notes: 'n' } };

  assert.deepEqual(base, asked);
  assert.deepEqual(nextBase(base, { help: 'GeneralOrOther' }, { help: 'QuotesOrLicensing' }, ['help']), asked, 'it stays in sight');
});

test("Help that a colleague asked for in Partner Center, and that no seller wrote down, is not taken for the seller's", () => {
  assert.equal(askedBase(before, crm({ help: null }), partner({ help: 'QuotesOrLicensing' })), before);
});

test('What was agreed on before is left as it is', () => {
  const agreed: Base = { crm: { help: 'GeneralOrOther' }, partner: { help: 'GeneralOrOther' } };
  assert.equal(askedBase(agreed, crm({ help: 'QuotesOrLicensing' }), partner({ help: 'GeneralOrOther' })), agreed);
});

const listDelay = 60_000;
const engine = { system: { now: () => 1_000_000 }, partner: { listDelay } } as unknown as Engine;
const lease = { reasons: ['referral-created'] } as unknown as Lease;
const link = { microsoftLegId: null, openAttention: {} } as unknown as Link;
const sent = (change: Partial<PartnerSnapshot>): number | null => {
  const snapshot = { incoming: true, category: 'co-sell', createdAt: 990_000, microsoftLeg: 'none', ...change } as PartnerSnapshot;
  return legMissedUntil(missLeg(engine, lease, link, snapshot));
};

test('A deal that Microsoft sent a moment ago is looked at once more when the list would show its own referral', () => {
  assert.equal(sent({}), 1_000_000 + listDelay);
});

for (const [words, change] of [
  ['one sent long ago', { createdAt: 900_000 }],
  ['a lead', { category: 'lead' }],
  ['a deal of ours', { incoming: false }],
] as const)
  test(`No look is spent on ${words}`, () => {
    assert.equal(sent(change), null);
  });
