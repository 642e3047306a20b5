import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mostLapses } from '../../src/store/work-row.ts';
import type { Link, Priority } from '../../src/sync/ports.ts';
import { claimOne, code, entry, leaseMs, notice, opportunity, orgId, park, passed, referral, retryAt, runOne, told } from './samples.ts';
import type { Ground } from './store.contract.ts';

const never = new AbortController().signal;

export function queueContract(ground: () => Ground): void {
  describe('queue', () => {
    test('a key that is being worked on is not given to anyone else', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await told(store, opportunity('006A'), now());

      await claimOne(store, now());

      assert.deepEqual(await store.claim(10, leaseMs, now()), []);
    });

    test('a notice during a pass means: look again afterwards', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      const lease = await claimOne(store, now());

      await Promise.all([1, 2, 3].map((at) => store.mark([link.id], `heard ${at}`, 'event', now())));
      await store.finish(lease, passed(link), now());

      const again = await claimOne(store, now());
      assert.deepEqual([...again.reasons].sort(), ['heard 1', 'heard 2', 'heard 3']);
      assert.ok(again.seq > lease.seq);
    });

    test('asked for what people wait for alone, it gives nothing else', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const click = await told(store, opportunity('click'), now(), { source: 'person' });
      await told(store, opportunity('event'), now());

      assert.deepEqual(
        (await store.claim(10, leaseMs, now(), 'people')).map(({ key }) => key),
        [click.id],
      );
      assert.equal((await store.claim(10, leaseMs, now())).length, 1);
    });

    test('asked for the newest of many that wait it gives opportunities nobody worked on a moment ago: what comes back of a burst does not count', async () => {
      const { open, now, system } = ground();
      const { store } = await open();
      const mark = (link: Link, priority: Priority = 'event'): Promise<void> => store.mark([link.id], 'saved', priority, now());
      const done = async (name: string, lastSyncedAt: number | null): Promise<Link> => {
        const link = await told(store, opportunity(name), now());
        await runOne(store, now(), { lastSyncedAt });
        return link;
      };
      const [saved, earlier, echo, swept] = [
        await done('saved', null),
        await done('saved earlier', now() - 3_600_000),
        await done('echo', now()),
        await done('swept', null),
      ];
      await store.accept(
        orgId,
        Array.from({ length: 48 }, (_, at) => notice(opportunity(`mass ${at}`))),
        null,
        now(),
      );
      for (const link of [earlier, saved, echo]) {
        system.advance(1_000);
        await mark(link);
      }
      await mark(swept, 'background');
      await told(store, referral('of a burst'), now());
      const newest = async (limit: number): Promise<readonly string[]> =>
        (await store.claim(limit, leaseMs, now(), 'newest')).map(({ key }) => key);

      assert.deepEqual(await newest(1), [saved.id]);
      assert.deepEqual(await newest(1), [earlier.id]);
      assert.equal((await newest(1)).length, 1, 'then those of the burst');
      assert.deepEqual(await newest(100), [], 'fewer than fifty wait');
    });

    test('what people ask for goes before events, and events before the background', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const order = ['background', 'event', 'person'] as const;
      for (const priority of order) {
        const link = await told(store, opportunity(priority), now(), { source: 'sweep' });
        await store.mark([link.id], 'more', priority, now());
      }

      const claimed = [];
      for (let at = 0; at < 3; at++) claimed.push(...(await store.claim(1, leaseMs, now())));

      assert.deepEqual(
        claimed.map(({ priority }) => priority),
        [...order].reverse(),
      );
    });

    test('a click or a request is a person, a sweep is background, the rest are events', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const cases = [
        [notice(opportunity('a'), { source: 'person' }), 'person'],
        [notice({ kind: 'request', id: 'r', opportunityId: 'b' }), 'person'],
        [notice(opportunity('c')), 'event'],
        [notice(opportunity('d'), { source: 'partner-webhook' }), 'event'],
        [notice(opportunity('e'), { source: 'sweep' }), 'background'],
      ] as const;

      for (const [one, priority] of cases) {
        await store.accept(orgId, [one], null, now());
        assert.equal((await claimOne(store, now())).priority, priority);
      }
    });

    test('a failed pass is tried again after its back-off, with the reasons it had', async () => {
      const { open, system, now } = ground();
      const { store } = await open();
      await told(store, opportunity('006A'), now(), { reason: 'saved' });
      await store.release(await claimOne(store, now()), retryAt(now() + 5_000), now());

      assert.deepEqual(await store.claim(10, leaseMs, now()), []);
      assert.equal(await store.nextDue(now()), now() + 5_000);
      system.advance(5_000);

      const again = await claimOne(store, now());
      assert.deepEqual([again.attempts, again.reasons], [1, ['saved']]);
    });

    test('a pause does not count as an attempt, and success sets the count back', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      await store.release(await claimOne(store, now()), retryAt(now(), false), now());
      assert.equal((await claimOne(store, now())).attempts, 0);
      await store.mark([link.id], 'x', 'event', now());
      const { store: other } = await open();
      const second = await told(other, opportunity('006B'), now());
      await other.release(await claimOne(other, now()), retryAt(now()), now());

      await runOne(other, now());
      await other.mark([second.id], 'again', 'event', now());

      assert.equal((await claimOne(other, now())).attempts, 0);
    });

    test('a notice keeps the back-off, a person does not wait for it', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      await store.release(await claimOne(store, now()), retryAt(now() + 60_000), now());

      await store.mark([link.id], 'saved', 'event', now());
      assert.deepEqual(await store.claim(10, leaseMs, now()), []);
      await store.mark([link.id], 'sync now', 'person', now());

      assert.equal((await claimOne(store, now())).priority, 'person');
    });

    test('a person who asks while the pass is failing does not wait for its back-off', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      const lease = await claimOne(store, now());

      await store.mark([link.id], 'sync now', 'person', now());
      await store.release(lease, retryAt(now() + 60_000), now());

      assert.equal((await claimOne(store, now())).priority, 'person');
    });

    test('a poisoned deal never delays another', async () => {
      const { open, system, now } = ground();
      const { store } = await open();
      await told(store, opportunity('poison'), now());
      for (let failure = 0; failure < 6; failure++) {
        await store.release(await claimOne(store, now()), retryAt(now() + 1_000), now());
        await told(store, opportunity(`good ${failure}`), now());
        await runOne(store, now());
        system.advance(1_000);
      }

      assert.equal((await claimOne(store, now())).attempts, 6);
    });

    test('a parked deal waits until something new is heard of it', async () => {
      const { open, system, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      await store.release(await claimOne(store, now()), park(), now());

      system.advance(86_400_000);
      assert.deepEqual(await store.claim(10, leaseMs, now()), []);
      assert.equal(await store.nextDue(now()), null);
      await store.mark([link.id], 'saved', 'event', now());

      const revived = await claimOne(store, now());
      assert.deepEqual([revived.attempts, revived.reasons], [0, ['saved', 'saved']]);
    });

    test('a deal that changes while its pass fails for good is looked at again instead of parked', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      const lease = await claimOne(store, now());

      await store.mark([link.id], 'corrected', 'event', now());
      await store.release(lease, park(), now());

      assert.deepEqual(await store.parked(10), []);
      assert.deepEqual((await claimOne(store, now())).reasons, ['saved', 'corrected']);
    });

    test('parked deals are listed with cause and since when, and tried again on demand', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      await store.release(await claimOne(store, now()), park('CRM_VALIDATION'), now());

      const row = {
        key: link.id,
        code: 'CRM_VALIDATION',
        message: 'a rule said no',
        since: now(),
        opportunityId: '006A',
        referralId: null,
      };
      assert.deepEqual(await store.parked(10), [row]);
      assert.equal(await store.isBusy(link.id), false);
      assert.deepEqual(
        [await store.unpark(['someone else'], now()), await store.unpark([link.id], now()), await store.unpark(null, now())],
        [0, 1, 0],
      );

      assert.equal((await claimOne(store, now())).key, link.id);
    });

    test('a pass asks to look again at a later time, although nothing new is heard', async () => {
      const { open, system, now } = ground();
      const { store } = await open();
      await told(store, opportunity('006A'), now());
      const at = now() + 3_600_000;
      await runOne(store, now(), {}, { againAt: at });

      assert.deepEqual(await store.claim(10, leaseMs, now()), []);
      assert.equal(await store.nextDue(now()), at);
      assert.equal((await store.health(now())).backlog, 0);
      system.advance(3_600_000);

      const lease = await claimOne(store, now());
      assert.deepEqual([lease.priority, lease.reasons], ['background', []]);
    });

    test('a lease that runs out counts as a failed attempt, and a deal that ends the process every time is parked', async () => {
      const { open, system, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      for (let lapse = 0; lapse < mostLapses; lapse++) {
        assert.equal((await claimOne(store, now())).attempts, lapse);
        system.advance(leaseMs);
        await store.claim(0, leaseMs, now());
        system.advance(10_000);
      }

      const [row, ...more] = await store.parked(10);
      assert.deepEqual([row?.key, row?.code, more], [link.id, 'BUG', []]);
      assert.deepEqual(await store.claim(10, leaseMs, now()), []);
    });

    test('a renewed lease does not run out', async () => {
      const { open, system, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      const lease = await claimOne(store, now());

      system.advance(leaseMs - 1);
      await store.renew([lease], leaseMs, now());
      system.advance(leaseMs - 1);

      assert.deepEqual(await store.claim(10, leaseMs, now()), []);
      await store.finish(lease, passed(link), now());
      assert.equal(await store.isBusy(link.id), false);
    });

    test('a worker that comes back too late saves nothing', async () => {
      const { open, system, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      const late = await claimOne(store, now());
      system.advance(leaseMs);
      const owner = await claimOne(store, now());

      const result = passed({ ...link, referralId: 'late', state: 'stopped' }, { audit: [entry('late')] });
      await assert.rejects(store.finish(late, result, now()), code('STORE_LEASE_LOST'));
      await assert.rejects(store.checkpoint(late, result.link, now()), code('STORE_LEASE_LOST'));
      await assert.rejects(store.mergeLinks(late, result.link, 'other', now()), code('STORE_LEASE_LOST'));
      await store.release(late, { ...park(), audit: [entry('late')] }, now());
      await store.renew([late], leaseMs, now());

      assert.deepEqual(await store.link(link.id), link);
      assert.deepEqual(await store.audit(link.id, 10), []);
      assert.deepEqual(await store.parked(10), []);
      await store.finish(owner, passed(link), now());
    });

    test('health tells the backlog and how long the oldest notice has waited', async () => {
      const { open, system, now } = ground();
      const { store } = await open();
      const first = now();
      await told(store, opportunity('006A'), first);
      const lease = await claimOne(store, now());
      system.advance(1_000);
      await told(store, opportunity('006A'), now());
      await told(store, opportunity('006B'), now());

      assert.deepEqual(await store.health(now()), { backlog: 2, oldestDirty: first, parked: 0, links: 2 });
      await store.release(lease, retryAt(now() + 60_000), now());
      assert.equal((await store.health(now())).oldestDirty, first);
    });

    test('a key is busy from its notice to the end of its pass', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());

      assert.equal(await store.isBusy(link.id), true);
      const lease = await claimOne(store, now());
      assert.equal(await store.isBusy(link.id), true);
      await store.finish(lease, passed(link, { againAt: now() + 1 }), now());

      assert.equal(await store.isBusy(link.id), false);
      assert.equal(await store.isBusy('nobody'), false);
    });

    test('marks of keys nobody knows are dropped', async () => {
      const { open, now } = ground();
      const { store } = await open();

      await store.mark(['nobody'], 'x', 'event', now());

      assert.deepEqual(await store.claim(10, leaseMs, now()), []);
    });

    test('whoever waits for work is woken by a notice', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await store.claim(1, leaseMs, now());

      const woken = store.waitForWork(60_000, never);
      await told(store, opportunity('006A'), now());
      await woken;

      assert.equal((await store.claim(1, leaseMs, now())).length, 1);
    });

    test('a notice that comes just before one begins to wait is not missed', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await store.claim(1, leaseMs, now());
      await told(store, opportunity('006A'), now());

      await store.waitForWork(60_000, never);

      assert.equal((await store.claim(1, leaseMs, now())).length, 1);
    });

    test('waiting ends after its time, and when the service stops', async () => {
      const { open, system, now } = ground();
      const { store } = await open();
      const stop = new AbortController();
      await store.claim(1, leaseMs, now());
      const rings = store.waitForWork(0, stop.signal);
      system.advance(1);
      await rings;

      await store.claim(1, leaseMs, now());
      const waiting = store.waitForWork(1_000, stop.signal);
      stop.abort();
      await waiting;
      await store.waitForWork(1_000, stop.signal);

      assert.equal(system.sleeping(), 0);
    });
  });
}
