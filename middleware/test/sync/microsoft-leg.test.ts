/** Microsoft's referral of a deal, when the list or the answer that would tell of it is late. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Base, Deal } from '../../src/domain/deal.ts';
import { nextBase } from '../../src/domain/merge.ts';
import type { Engine } from '../../src/sync/engine.ts';
import { askedBase, missLeg, nextLookForLeg } from '../../src/sync/microsoft-leg.ts';
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
  return nextLookForLeg(engine, missLeg(engine, lease, link, snapshot));
};

test('A deal that Microsoft sent a moment ago is looked at once more when the list would show its own referral', () => {
  assert.equal(sent({}), 1_000_000 + listDelay);
});

test('A leg that a machine whose clock is ahead looks for too early is looked for once more', () => {
  const at = (now: number): Engine => ({ ...engine, system: { now: () => now } }) as unknown as Engine;
  const none = { microsoftLeg: 'none' } as unknown as PartnerSnapshot;
  const dueAgain = { reasons: [] } as unknown as Lease;
  const told = missLeg(at(0), { reasons: ['related-referral-updated'] } as unknown as Lease, link, none);

  const early = missLeg(at(listDelay), dueAgain, told, none);
  const last = missLeg(at(2 * listDelay), dueAgain, early, none);

  assert.deepEqual(
    [told, early].map((one, count) => nextLookForLeg(at(count * listDelay), one)),
    [listDelay, 2 * listDelay],
  );
  assert.deepEqual(last.openAttention, {}, 'after that it is not missed any more');
});

for (const [words, change] of [
  ['one sent long ago', { createdAt: 900_000 }],
  ['a lead', { category: 'lead' }],
  ['a deal of ours', { incoming: false }],
] as const)
  test(`No look is spent on ${words}`, () => {
    assert.equal(sent(change), null);
  });
