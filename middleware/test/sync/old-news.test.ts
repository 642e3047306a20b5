/** Which notices bring nothing new: decided by versions that were read, never by who wrote when. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { againAtOf, isOldNews, mayBeOldNews, settledAt } from '../../src/sync/old-news.ts';
import type { Lease, Link, PartnerSnapshot, Reading } from '../../src/sync/ports.ts';
import { halfLink } from '../../src/store/link-row.ts';

const lease: Lease = { key: 'k', token: 't', seq: 1, attempts: 0, reasons: ['referral-updated'], priority: 'event' };
const settled: Link = {
  ...halfLink('k', '00D000000000001EAA', { opportunityId: '006000000000001AAA' }),
  referralId: 'r-1',
  engagementId: 'e-1',
  microsoftLegId: 'leg-1',
  base: { crm: {}, partner: {} },
  partnerEtag: '"7"',
  state: 'open',
};
const snapshot = (change: Partial<PartnerSnapshot> = {}): Reading<PartnerSnapshot> => ({
  kind: 'found',
  snapshot: {
    referralId: 'r-1',
    engagementId: 'e-1',
    etag: '"7"',
    version: 1,
    createdAt: 0,
    deal: {},
    statusText: '',
    dealType: 'co-sell',
    category: 'co-sell',
    incoming: false,
    microsoftLeg: 'unread',
    raw: {},
    ...change,
  },
});

test('a notice about the very version that was settled is old; any other version, or none, is news', () => {
  assert.equal(isOldNews(settled, snapshot()), true);
  assert.equal(isOldNews(settled, snapshot({ etag: '"8"' })), false);
  assert.equal(isOldNews(settled, snapshot({ etag: '' })), false);
  assert.equal(isOldNews({ ...settled, partnerEtag: null }, snapshot({ etag: '' })), false);
  assert.equal(isOldNews(settled, snapshot({ referralId: 'r-2' })), false);
  assert.equal(isOldNews(settled, { kind: 'gone', why: 'deleted' }), false);
});

test("Microsoft's referral is compared too, wherever it was looked at", () => {
  const leg = { referralId: 'leg-1', version: 5 };
  const after = settledAt(settled, (snapshot({ microsoftLeg: leg }) as { snapshot: PartnerSnapshot }).snapshot, null);
  assert.equal(isOldNews(after, snapshot({ microsoftLeg: leg })), true);
  assert.equal(isOldNews(after, snapshot({ microsoftLeg: { ...leg, version: 6 } })), false);
  assert.equal(isOldNews(settled, snapshot({ microsoftLeg: leg })), false, 'its version was never settled');
  assert.equal(isOldNews(after, snapshot({ microsoftLeg: 'none' })), false, 'it is missing in the list');
  assert.equal(isOldNews({ ...settled, microsoftLegId: null }, snapshot({ microsoftLeg: 'none' })), true);
});

test('a pass is spared only when nothing but Partner Center was heard of and nothing was left open', () => {
  assert.equal(mayBeOldNews(lease, settled), true);
  const notSpared: readonly (readonly [string, Lease, Link])[] = [
    ['the opportunity was saved too', { ...lease, reasons: ['saved', 'referral-updated'] }, settled],
    ['somebody asks', { ...lease, priority: 'person' }, settled],
    ['everything is compared', { ...lease, reasons: ['full sweep'] }, settled],
    ['its time has come', { ...lease, reasons: [] }, settled],
    ['some reasons may have been forgotten', { ...lease, reasons: Array.from({ length: 20 }, () => 'referral-updated') }, settled],
    ['it was stopped', lease, { ...settled, state: 'stopped' }],
    ['the sides never agreed', lease, { ...settled, base: null }],
    ['a create is open', lease, { ...settled, creatingSince: 1 }],
    ['a pass that failed has something to tell', lease, { ...settled, openAttention: { 'memo:audit': '[]' } }],
    ['nobody knows whether what was sent arrived', lease, { ...settled, openAttention: { 'memo:sending': '{}' } }],
    ["Microsoft's referral is missed", lease, { ...settled, openAttention: { 'memo:leg': '1' } }],
    ['it has no opportunity', lease, { ...settled, opportunityId: null }],
  ];
  for (const [why, given, link] of notSpared) assert.equal(mayBeOldNews(given, link), false, why);
});

test('the time of the next look outlives notices that bring nothing new', () => {
  assert.equal(againAtOf(settledAt(settled, null, 1_234)), 1_234);
  assert.equal(againAtOf(settledAt(settledAt(settled, null, 1_234), null, null)), null);
});
