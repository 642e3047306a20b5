import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { claimOne, entry, opportunity, park, retryAt, runOne, told } from './samples.ts';
import type { Ground, Opened } from './store.contract.ts';

async function withThreeEntries({ open, now }: Ground): Promise<Opened & { readonly linkId: string }> {
  const opened = await open();
  const link = await told(opened.store, opportunity('006A'), now());
  await runOne(opened.store, now(), {}, { audit: [entry('one', 10), entry('two', 20), entry('three', 30)] });
  return { ...opened, linkId: link.id };
}

/** What someone with access to the database does first. */
const unguard = (kind: 'sqlite' | 'postgres'): readonly string[] =>
  kind === 'sqlite' ? ['drop trigger audit_no_update', 'drop trigger audit_no_delete'] : ['alter table audit disable trigger all'];

export function auditContract(ground: () => Ground): void {
  describe('audit', () => {
    test('entries come back newest first, exactly as written', async () => {
      const { store, linkId } = await withThreeEntries(ground());

      const rows = await store.audit(linkId, 2);

      assert.deepEqual(
        rows.map(({ at, entry: one }) => [at, one]),
        [
          [30, entry('three', 30)],
          [20, entry('two', 20)],
        ],
      );
      assert.deepEqual(await store.verifyAudit(), []);
    });

    test('failed and parked passes leave their entries too', async () => {
      const { open, now } = ground();
      const { store } = await open();
      const link = await told(store, opportunity('006A'), now());
      await store.release(await claimOne(store, now()), { ...retryAt(now()), audit: [entry('failed')] }, now());
      await store.release(await claimOne(store, now()), { ...park(), audit: [entry('parked')] }, now());

      assert.deepEqual(
        (await store.audit(link.id, 10)).map(({ entry: one }) => one.text),
        ['parked', 'failed'],
      );
      assert.deepEqual(await store.verifyAudit(), []);
    });

    test('the database refuses to change or delete an entry', async () => {
      const { tamper, store } = await withThreeEntries(ground());

      await assert.rejects(tamper("update audit set entry = '{}'"), /append-only/);
      await assert.rejects(tamper('delete from audit'), /append-only/);
      if (store.kind === 'postgres') await assert.rejects(tamper('truncate audit'), /append-only/);

      assert.deepEqual(await store.verifyAudit(), []);
    });

    const attacks: readonly (readonly [string, string])[] = [
      ['a changed entry', "update audit set entry = replace(entry, 'two', 'TWO') where at = 20"],
      ['a changed time', 'update audit set at = 21 where at = 20'],
      ['an entry taken out of the middle', 'delete from audit where at = 20'],
      ['a missing first entry', 'delete from audit where at = 10'],
      ['a missing last entry', 'delete from audit where at = 30'],
      ['an added entry', 'insert into audit (link_id, at, entry, hash) select link_id, 40, entry, hash from audit where at = 30'],
      ['an entry put to another deal', "update audit set link_id = 'other' where at = 20"],
    ];
    for (const [what, statement] of attacks) {
      test(`${what} shows`, async () => {
        const { tamper, store } = await withThreeEntries(ground());
        for (const one of unguard(store.kind)) await tamper(one);

        await tamper(statement);

        assert.notDeepEqual(await store.verifyAudit(), []);
      });
    }

    test('retention takes the oldest entries away and the rest can still be checked', async () => {
      const { store, linkId, tamper } = await withThreeEntries(ground());

      assert.equal(await store.pruneAudit(20), 1);
      assert.deepEqual(
        (await store.audit(linkId, 10)).map(({ at }) => at),
        [30, 20],
      );
      assert.deepEqual(await store.verifyAudit(), []);
      await assert.rejects(tamper('delete from audit where at = 20'), /append-only/);

      assert.equal(await store.pruneAudit(1_000), 2);
      assert.equal(await store.pruneAudit(1_000), 0);
      assert.deepEqual(await store.audit(linkId, 10), []);
      assert.deepEqual(await store.verifyAudit(), []);
    });

    test('after retention a chain goes on where it was', async () => {
      const scene = ground();
      const { store, linkId } = await withThreeEntries(scene);
      await store.pruneAudit(1_000);

      await store.mark([linkId], 'again', 'event', scene.now());
      await runOne(store, scene.now(), {}, { audit: [entry('four', 2_000)] });

      assert.deepEqual(
        (await store.audit(linkId, 10)).map(({ entry: one }) => one.text),
        ['four'],
      );
      assert.deepEqual(await store.verifyAudit(), []);
    });
  });
}
