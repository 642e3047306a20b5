import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Lease, Link } from '../../src/sync/ports.ts';
import type { OpenStore } from '../../src/store/open.ts';
import {
  claimOne,
  code,
  engagement,
  entry,
  leaseMs,
  notice,
  opportunity,
  orgId,
  park,
  passed,
  referral,
  retryAt,
  runOne,
  told,
} from './samples.ts';
import type { Ground } from './store.contract.ts';

const full: Partial<Link> = {
  referralId: 'own',
  engagementId: 'eng',
  microsoftLegId: 'leg',
  base: { crm: { name: 'Deal "Ü"', value: 5.25, contacts: [] }, partner: { name: null, visible: true } },
  crmVersion: 1_700_000_000_123,
  partnerEtag: '"\\"0x8D\\""',
  partnerVersion: 1_700_000_000_456,
  state: 'stopped',
  creatingSince: 12,
  losers: { value: { value: 7, from: 'partner', at: 3 } },
  openAttention: { 'x:match': 'abc' },
  notified: ['new_deal'],
  lastSyncedAt: 13,
};

/** A leased opportunity half and a referral half of the same deal. */
async function twoHalves(store: OpenStore, now: number): Promise<{ readonly lease: Lease; readonly crm: Link; readonly partner: Link }> {
  const crm = await told(store, opportunity('006A'), now);
  const lease = await claimOne(store, now);
  const partner = await told(store, referral('own'), now, { source: 'partner-webhook', reason: 'referral-created' });
  return { lease, crm, partner };
}

export function linksContract(ground: () => Ground): void {
  describe('links', () => {
    test('a link comes back as it was saved, and by each of its ids', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const half = await told(store, opportunity('006A'), now());

      const link = await runOne(store, now(), full);

      assert.deepEqual(link, { ...half, ...full, version: half.version + 1 });
      for (const found of [
        await store.linkByOpportunity(orgId, '006A'),
        await store.linkByReferral('own'),
        await store.linkByReferral('leg'),
        await store.linkByEngagement('eng'),
      ]) {
        assert.deepEqual(found, link);
      }
      assert.equal(await store.linkByOpportunity('00D000000000002EAA', '006A'), null);
    });

    test('links are paged in the order of their ids', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await store.accept(
        orgId,
        Array.from({ length: 7 }, (_, at) => notice(opportunity(`006-${at}`))),
        null,
        now(),
      );

      const pages = [await store.links(null, 3)];
      for (let last = pages.at(-1)?.at(-1); last; last = pages.at(-1)?.at(-1)) pages.push(await store.links(last.id, 3));

      const ids = pages.flat().map(({ id }) => id);
      assert.equal(new Set(ids).size, 7);
      assert.deepEqual(ids, [...ids].sort());
    });

    test('what a pass learns is kept when the pass itself fails', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      const lease = await claimOne(store, now());

      const intent = await store.checkpoint(lease, { ...link, creatingSince: now() }, now());
      const made = await store.checkpoint(lease, { ...intent, referralId: 'own', creatingSince: null }, now());
      await store.release(lease, retryAt(now()), now());

      assert.deepEqual(await store.link(link.id), made);
      assert.equal(made.referralId, 'own');
    });

    test('a save from an outdated copy is refused', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      const lease = await claimOne(store, now());
      await store.checkpoint(lease, { ...link, creatingSince: 1 }, now());

      await assert.rejects(store.checkpoint(lease, { ...link, creatingSince: 2 }, now()), code('BUG'));

      assert.equal((await store.link(link.id))?.creatingSince, 1);
    });

    test('a webhook that is faster than the answer to its create does not leave a second link', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const { lease, crm, partner } = await twoHalves(store, now());

      const saved = await store.checkpoint(lease, { ...crm, referralId: 'own', engagementId: 'eng' }, now());
      await store.finish(lease, passed(saved), now());

      assert.equal(await store.link(partner.id), null);
      assert.equal((await store.linkByReferral('own'))?.id, crm.id);
      assert.equal((await store.health(now())).links, 1);
      assert.deepEqual((await claimOne(store, now())).reasons, ['referral-created']);
    });

    test('the pass of a half that was folded in meanwhile saves nothing', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const { lease, crm, partner } = await twoHalves(store, now());
      const other = await claimOne(store, now());

      await store.finish(lease, passed({ ...crm, referralId: 'own' }), now());

      await assert.rejects(store.finish(other, passed({ ...partner, state: 'closed' }), now()), code('STORE_LEASE_LOST'));
      await store.release(other, park(), now());
      assert.deepEqual(await store.parked(10), []);
      assert.equal((await store.linkByReferral('own'))?.state, 'open');
      assert.equal((await claimOne(store, now())).key, crm.id);
    });

    test('a half known by its engagement or by Microsoft’s leg is folded in too', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const crm = await told(store, opportunity('006A'), now());
      const lease = await claimOne(store, now());
      await store.accept(orgId, [notice(engagement('eng')), notice(referral('leg'))], null, now());

      await store.finish(lease, passed({ ...crm, referralId: 'own', engagementId: 'eng', microsoftLegId: 'leg' }), now());

      assert.equal((await store.health(now())).links, 1);
      assert.deepEqual((await store.linkByReferral('leg'))?.id, crm.id);
      assert.equal((await store.linkByReferral('own'))?.id, crm.id);
    });

    test('two half-links that prove to be one pair become one, with what both knew', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const { lease, crm, partner } = await twoHalves(store, now());
      await runOne(store, now(), { partnerVersion: 9, notified: ['new_deal'] }, { audit: [entry('of the other half')] });
      await store.mark([partner.id], 'heard before', 'event', now());

      const merged = await store.mergeLinks(lease, { ...crm, referralId: 'own', notified: ['expiring'] }, partner.id, now());
      await store.finish(lease, passed(merged, { audit: [entry('of the survivor')] }), now());

      assert.deepEqual([merged.id, merged.opportunityId, merged.referralId, merged.partnerVersion], [crm.id, '006A', 'own', 9]);
      assert.deepEqual([...merged.notified].sort(), ['expiring', 'new_deal']);
      assert.equal(await store.link(partner.id), null);
      assert.deepEqual(
        (await store.audit(crm.id, 10)).map(({ entry: one }) => one.text),
        ['of the survivor', 'of the other half'],
      );
      assert.deepEqual((await claimOne(store, now())).reasons, ['heard before']);
    });

    test('what is still said to the id of a merged half reaches the survivor', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const { lease, crm, partner } = await twoHalves(store, now());
      const merged = await store.mergeLinks(lease, { ...crm, referralId: 'own' }, partner.id, now());
      await store.finish(lease, passed(merged), now());
      await runOne(store, now());

      await store.mark([partner.id], 'late', 'event', now());

      assert.equal(await store.isBusy(partner.id), true);
      const again = await claimOne(store, now());
      assert.deepEqual([again.key, again.reasons], [crm.id, ['late']]);
      await store.release(again, park(), now());
      assert.equal(await store.unpark([partner.id], now()), 1);
    });

    test('a half that is being worked on is not merged away', async () => {
      const { open, system, now } = ground();
      const { store } = await open();
      const { lease, crm, partner } = await twoHalves(store, now());
      const other = await claimOne(store, now());

      await assert.rejects(store.mergeLinks(lease, { ...crm, referralId: 'own' }, partner.id, now()), code('STORE_BUSY'));
      await store.finish(other, passed(partner), now());
      await store.mergeLinks(lease, { ...crm, referralId: 'own' }, partner.id, now());

      assert.equal(await store.link(partner.id), null);
      system.advance(0);
    });

    test('two opportunities that claim one referral stay apart, and so do two referrals of one opportunity', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await told(store, opportunity('006A'), now());
      const first = await runOne(store, now(), { referralId: 'own' });
      const second = await told(store, opportunity('006B'), now());
      const lease = await claimOne(store, now());

      await assert.rejects(store.finish(lease, passed({ ...second, referralId: 'own' }), now()), code('DEAL_AMBIGUOUS'));
      await assert.rejects(store.mergeLinks(lease, { ...second, referralId: 'own' }, first.id, now()), code('DEAL_AMBIGUOUS'));
      await store.release(lease, park(), now());
      const third = await told(store, referral('twin'), now());
      const twin = await claimOne(store, now());
      await assert.rejects(store.mergeLinks(twin, { ...third, opportunityId: '006A' }, first.id, now()), code('DEAL_AMBIGUOUS'));

      assert.deepEqual(await store.link(first.id), first);
      assert.equal((await store.health(now())).links, 3);
    });

    test('a person links an incoming deal to an opportunity that is known already', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await told(store, opportunity('006A'), now());
      await runOne(store, now(), { crmVersion: 5 });
      const incoming = await told(store, referral('own'), now());
      await runOne(store, now());

      await store.decide(incoming.id, { decision: 'link', opportunityId: '006A', by: 'Sam' }, now());

      const link = await store.linkByOpportunity(orgId, '006A');
      assert.deepEqual([link?.id, link?.referralId, link?.openAttention, link?.crmVersion], [incoming.id, 'own', { decision: 'link' }, 5]);
      assert.equal((await store.health(now())).links, 1);
      const [lease] = await store.claim(1, leaseMs, now());
      assert.deepEqual(
        [lease?.key, lease?.reasons, lease?.priority],
        [incoming.id, ['decision by Sam'], 'person'],
        'its pass is due at once',
      );
    });

    test('a person keeps an incoming deal as new', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const incoming = await told(store, referral('own'), now());
      await runOne(store, now(), { openAttention: { match: 'm' } });

      await store.decide(incoming.id, { decision: 'keep-as-new', opportunityId: null, by: 'Sam' }, now());

      const link = await store.link(incoming.id);
      assert.deepEqual([link?.opportunityId, link?.openAttention], [null, { match: 'm', decision: 'keep-as-new' }]);
    });

    test('a decision about a deal that is being worked on is kept for a moment later', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const incoming = await told(store, referral('own'), now());
      const [lease] = await store.claim(1, leaseMs, now());
      assert.ok(lease);

      await assert.rejects(
        store.decide(incoming.id, { decision: 'keep-as-new', opportunityId: null, by: 'Sam' }, now()),
        code('STORE_BUSY'),
      );
      await store.finish(lease, passed(incoming), now());
      await store.decide(incoming.id, { decision: 'keep-as-new', opportunityId: null, by: 'Sam' }, now());

      assert.equal((await store.link(incoming.id))?.openAttention.decision, 'keep-as-new');
    });

    test('of two decisions about a deal the later one is looked at anew when the first was carried out meanwhile', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const incoming = await told(store, referral('own'), now());
      await runOne(store, now(), { opportunityId: '006B' });

      for (const opportunityId of ['006A', null])
        await assert.rejects(store.decide(incoming.id, { decision: 'link', opportunityId, by: 'Sam' }, now()), code('STORE_BUSY'));

      assert.equal((await store.link(incoming.id))?.opportunityId, '006B');
    });

    test('a decision waits until it is certain whether the opportunity got a deal of its own', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await told(store, opportunity('006A'), now());
      await runOne(store, now(), { creatingSince: now() });
      const incoming = await told(store, referral('own'), now());
      await runOne(store, now());

      await assert.rejects(store.decide(incoming.id, { decision: 'link', opportunityId: '006A', by: 'Sam' }, now()), code('STORE_BUSY'));
    });

    test('a decision does not take an opportunity away from another deal', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await told(store, opportunity('006A'), now());
      const owner = await runOne(store, now(), { referralId: 'first' });
      const incoming = await told(store, referral('own'), now());
      await runOne(store, now());

      await assert.rejects(
        store.decide(incoming.id, { decision: 'link', opportunityId: '006A', by: 'Sam' }, now()),
        code('DEAL_AMBIGUOUS'),
      );

      assert.deepEqual(await store.linkByOpportunity(orgId, '006A'), owner);
    });
  });
}
