import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openStore, type OpenStore } from '../../src/store/open.ts';
import {
  claimOne,
  code,
  collect,
  each,
  engagement,
  entry,
  keyOne,
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

/** Something in every table: waiting, failed, parked, held, merged, sealed. */
async function furnish(store: OpenStore, now: number): Promise<void> {
  await told(store, opportunity('006A'), now);
  await runOne(
    store,
    now,
    { referralId: 'own', base: { crm: { name: 'Ü "1"' }, partner: {} } },
    { audit: [entry('one', 10), entry('two', 20)], againAt: now + 5 },
  );
  await told(store, opportunity('006B'), now);
  await store.release(await claimOne(store, now), { ...retryAt(now + 9), audit: [entry('three')] }, now);
  await told(store, opportunity('006C'), now);
  await store.release(await claimOne(store, now), park(), now);
  const survivor = await told(store, opportunity('006D'), now);
  const lease = await claimOne(store, now);
  const other = await told(store, referral('other'), now);
  const merged = await store.mergeLinks(lease, { ...survivor, referralId: 'other' }, other.id, now);
  await store.finish(lease, passed(merged), now);
  await runOne(store, now);
  await store.accept(
    orgId,
    [notice(engagement('eng')), notice({ kind: 'request', id: 'a0R1', opportunityId: null })],
    { stream: 'events', value: 'AAE=' },
    now,
  );
  await store.saveSecret('token', new TextEncoder().encode('value'), null, now);
  await store.saveSecret('gone', new Uint8Array(), null, now);
  await store.deleteSecret('gone');
  await store.saveSetting('paused', 'line 1\nline 2', now);
  await store.pruneAudit(5);
}

const sorted = (lines: readonly string[]): string[] => [...lines].sort();

export function transferContract(ground: () => Ground): void {
  describe('export and import', () => {
    test('an import holds exactly what was exported, from this engine to the embedded one and back', async () => {
      const { open, system, now } = ground();
      const source = await open({ sealingKeys: [keyOne] });
      await furnish(source.store, now());
      const exported = await collect(source.store.export(now()));

      const embedded = await openStore({ url: 'sqlite::memory:', sealingKeys: [keyOne], system });
      const rows = await embedded.import(each(exported), now());
      const again = await collect(embedded.export(now()));
      const target = await open({ sealingKeys: [keyOne] });
      await target.store.import(each(again), now());

      assert.equal(rows, exported.length - 2);
      for (const table of ['link', 'link_alias', 'work', 'inbox', 'checkpoint', 'audit', 'audit_chain', 'secret', 'setting']) {
        assert.ok(
          exported.some((line) => line.startsWith(`{"table":"${table}"`)),
          `nothing of ${table} was exported`,
        );
      }
      assert.deepEqual(sorted(again), sorted(exported));
      assert.deepEqual([await source.store.restoredAt(), await embedded.restoredAt()], [null, now()]);
      assert.deepEqual(sorted(await collect(target.store.export(now()))), sorted(exported));
      await embedded.close();
    });

    test('an imported store goes on working: chains grow, secrets open, the queue runs', async () => {
      const { open, now } = ground();
      const source = await open({ sealingKeys: [keyOne] });
      await furnish(source.store, now());
      const { store } = await open({ sealingKeys: [keyOne] });
      await store.import(each(await collect(source.store.export(now()))), now());

      const link = await store.linkByOpportunity(orgId, '006A');
      assert.ok(link);
      await store.mark([link.id], 'sync now', 'person', now());
      const [lease] = await store.claim(1, leaseMs, now());
      assert.equal(lease?.key, link.id);
      await store.finish(lease, passed(link, { audit: [entry('after the move', 99)] }), now());

      assert.deepEqual(
        (await store.audit(link.id, 10)).map(({ entry: one }) => one.text),
        ['after the move', 'two', 'one'],
      );
      assert.deepEqual(await store.verifyAudit(), []);
      assert.deepEqual((await store.secret('token'))?.value, new TextEncoder().encode('value'));
      assert.equal((await store.parked(10)).length, 1);
    });

    test('a deal that was being worked on during the export waits after the import', async () => {
      const { open, now } = ground();
      const source = await open();
      await told(source.store, opportunity('006A'), now());
      const before = await claimOne(source.store, now());
      const { store } = await open();

      await store.import(each(await collect(source.store.export(now()))), now());

      const lease = await claimOne(store, now());
      assert.deepEqual([lease.key, lease.reasons, lease.attempts], [before.key, ['saved'], 0]);
    });

    test('an export shows one moment, whatever is written while it runs', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await store.accept(
        orgId,
        Array.from({ length: 600 }, (_, at) => notice(opportunity(`006-${at}`))),
        null,
        now(),
      );

      const lines: string[] = [];
      for await (const line of store.export(now())) {
        lines.push(line);
        if (lines.length === 3) await store.accept(orgId, [notice(opportunity('late'))], { stream: 'events', value: 'late' }, now());
      }

      assert.equal(lines.length, 1_802);
      assert.ok(!lines.join().includes('late'));
      assert.equal((await store.health(now())).links, 601);
    });

    test('large tables travel page by page', async () => {
      const { open, now } = ground();
      const source = await open();
      await source.store.accept(
        orgId,
        Array.from({ length: 1_100 }, (_, at) => notice(opportunity(`006-${at}`), { source: at % 2 ? 'sweep' : 'person' })),
        null,
        now(),
      );
      const { store } = await open();

      const rows = await store.import(each(await collect(source.store.export(now()))), now());

      assert.equal(rows, 3_300);
      assert.equal((await store.health(now())).links, 1_100);
    });

    test('an import into a store that holds data is refused', async () => {
      const { open, now } = ground();
      const { store } = await open();
      await told(store, opportunity('006A'), now());
      const exported = await collect(store.export(now()));

      await assert.rejects(store.import(each(exported), now()), code('STORE_IMPORT'));

      assert.equal((await store.health(now())).links, 1);
    });

    test('an export that is cut, damaged or not one at all leaves the store empty', async () => {
      const { open, now } = ground();
      const source = await open({ sealingKeys: [keyOne] });
      await furnish(source.store, now());
      const good = await collect(source.store.export(now()));
      const { store } = await open();
      const bad: readonly (readonly [string, readonly string[]])[] = [
        ['nothing', []],
        ['cut at the end', good.slice(0, -1)],
        ['a line is missing', good.filter((_, at) => at !== 3)],
        ['no head', good.slice(1)],
        ['half a line', good.map((line, at) => (at === 3 ? line.slice(0, -5) : line))],
        ['an unknown column', good.map((line, at) => (at === 3 ? line.replace('"row":{', '"row":{"more":1,') : line))],
        ['a text instead of a number', good.map((line) => line.replace('"dirty_seq":', '"dirty_seq":"x","was":'))],
        ['an unknown table', good.map((line) => line.replace('"table":"link"', '"table":"pg_catalog"'))],
        ['from a newer version', good.map((line, at) => (at === 0 ? line.replace('0001_', '9999_') : line))],
        ['two exports together', [...good, ...good]],
      ];

      for (const [what, lines] of bad) {
        await assert.rejects(store.import(each(lines), now()), code('STORE_IMPORT'), what);
        assert.deepEqual(await store.health(now()), { backlog: 0, oldestDirty: null, parked: 0, links: 0 }, what);
      }
    });
  });
}
