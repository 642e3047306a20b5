import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Notice } from '../../src/sync/ports.ts';
import { claimOne, engagement, known, leaseMs, notice, opportunity, orgId, passed, referral, runOne, told } from './samples.ts';
import type { Ground } from './store.contract.ts';

export function intakeContract(ground: () => Ground): void {
  describe('intake', () => {
    test('a notice makes a link, marks its key and moves the position', async () => {
      const { open, now } = ground();
      const { store } = await open();

      const added = await store.accept(orgId, [notice(opportunity('006A'))], { stream: 'events', value: 'AAE=' }, now());

      const link = await store.linkByOpportunity(orgId, '006A');
      assert.equal(added, 1);
      assert.equal(await store.position('events'), 'AAE=');
      assert.equal((await claimOne(store, now())).key, link?.id);
    });

    test('the same notice twice is one', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const hook = notice(referral('ref-1'), { source: 'partner-webhook', id: 'sha256-of-the-delivery' });

      assert.equal(await store.accept(orgId, [hook, hook], null, now()), 1);
      await runOne(store, now());
      assert.equal(await store.accept(orgId, [hook], null, now()), 0);

      assert.deepEqual(await store.claim(10, leaseMs, now()), []);
    });

    test('the same id from another source is another notice', async () => {
      const { open, now } = ground();
      const { store } = await open();

      const added = await store.accept(
        orgId,
        [notice(opportunity('006A'), { id: '7' }), notice(opportunity('006A'), { id: '7', source: 'sweep' })],
        null,
        now(),
      );

      assert.equal(added, 2);
    });

    test('a position moves only together with its notices', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await store.accept(orgId, [], { stream: 'events', value: 'before' }, now());
      const unstorable = { ...notice(opportunity('006B')), id: null } as unknown as Notice;

      await assert.rejects(store.accept(orgId, [notice(opportunity('006A')), unstorable], { stream: 'events', value: 'after' }, now()));

      assert.equal(await store.position('events'), 'before');
      assert.equal(await store.linkByOpportunity(orgId, '006A'), null);
    });

    test('a quiet stream moves its position without notices', async () => {
      const { open, now } = ground();
      const { store } = await open();

      await store.savePosition({ stream: 'events', value: 'one' }, now());
      await store.savePosition({ stream: 'events', value: 'two' }, now());

      assert.equal(await store.position('events'), 'two');
      assert.equal(await store.position('other'), null);
    });

    test('many notices about one deal melt into one pass that knows the newest twenty reasons', async () => {
      const { open, now } = ground();
      const { store } = await open();

      await store.accept(
        orgId,
        Array.from({ length: 25 }, (_, at) => notice(opportunity('006A'), { reason: `reason ${at}` })),
        null,
        now(),
      );

      const lease = await claimOne(store, now());
      assert.deepEqual(
        lease.reasons,
        Array.from({ length: 20 }, (_, at) => `reason ${at + 5}`),
      );
    });

    test('whatever a notice points at, it reaches the link of the deal', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      await runOne(store, now(), { referralId: 'own', engagementId: 'eng', microsoftLegId: 'leg' });

      for (const subject of [
        opportunity('006A'),
        referral('own'),
        referral('leg'),
        engagement('eng'),
        { kind: 'request', id: 'a0R1', opportunityId: '006A' } as const,
      ]) {
        await store.accept(orgId, [notice(subject)], null, now());
        const lease = await claimOne(store, now());
        assert.equal(lease.key, link.id, subject.kind);
        const current = await store.link(link.id);
        assert.ok(current);
        await store.finish(lease, passed(current), now());
      }
      assert.equal((await store.health(now())).links, 1);
    });

    test('a referral nobody knows makes a half-link', async () => {
      const { open, now } = ground();
      const { store } = await open();

      const link = await told(store, referral('ref-1'), now());

      assert.deepEqual([link.orgId, link.referralId, link.opportunityId, link.base, link.state], [orgId, 'ref-1', null, null, 'open']);
    });

    test('the same opportunity id in another org is another deal', async () => {
      const { open, now } = ground();
      const { store } = await open();

      await store.accept(orgId, [notice(opportunity('006A'))], null, now());
      await store.accept('00D000000000002EAA', [notice(opportunity('006A'))], null, now());

      assert.equal((await store.health(now())).links, 2);
    });

    test('a request without an opportunity gets a key of its own, which is forgotten when it is answered', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await store.accept(orgId, [notice({ kind: 'request', id: 'a0R1', opportunityId: null }, { reason: 'sweep_now' })], null, now());

      const lease = await claimOne(store, now());
      assert.deepEqual([lease.key, lease.priority, lease.reasons], ['service:a0R1', 'person', ['sweep_now']]);
      await store.finishService(lease, now());

      assert.deepEqual(await store.claim(10, leaseMs, now()), []);
      assert.deepEqual(await store.health(now()), { backlog: 0, oldestDirty: null, parked: 0, links: 0 });
    });

    test('a request that is heard again while it is answered is looked at again', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const request = { kind: 'request', id: 'a0R1', opportunityId: null } as const;
      await store.accept(orgId, [notice(request)], null, now());
      const lease = await claimOne(store, now());

      await store.accept(orgId, [notice(request)], null, now());
      await store.finishService(lease, now());

      assert.equal((await claimOne(store, now())).key, 'service:a0R1');
    });

    test('notices arriving at the same moment make one link per deal', async () => {
      const { open, now } = ground();
      const { store } = await open();

      await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          store.accept(
            orgId,
            [notice(engagement(`eng-${at % 3}`)), notice(opportunity(`006-${at % 2}`)), notice(referral(`ref-${at % 2}`))],
            null,
            now(),
          ),
        ),
      );

      assert.equal((await store.health(now())).links, 7);
      assert.equal((await store.claim(50, leaseMs, now())).length, 7);
    });

    test('a page of a thousand notices is taken in whole', async () => {
      const { open, now } = ground();
      const { store } = await open();

      const added = await store.accept(
        orgId,
        Array.from({ length: 1_200 }, (_, at) => notice(opportunity(`006-${at}`), { source: 'sweep' })),
        null,
        now(),
      );

      assert.equal(added, 1_200);
      assert.equal((await store.health(now())).backlog, 1_200);
    });

    test('old inbox rows are forgotten, young ones go on stopping repeats', async () => {
      const { open, system, now } = ground();
      const { store } = await open();
      const [old, young] = [notice(opportunity('006A')), notice(opportunity('006A'))];
      await store.accept(orgId, [old], null, now());
      system.advance(1_000);
      await store.accept(orgId, [young], null, now());

      assert.equal(await store.purge(now()), 1);

      assert.equal(await store.accept(orgId, [old, young], null, now()), 1);
      assert.ok(await known(store, opportunity('006A')));
    });
  });
}
