/** Sealed values by name, with compare-and-set: two replicas that renew one token cannot overwrite each other. */
import type { Db, Engine, Trx } from './engine.ts';
import type { Sealer } from './seal.ts';

/** @throws `STORE_KEY` when it cannot be opened. */
export async function readSecret(
  db: Db,
  sealer: Sealer,
  name: string,
): Promise<{ readonly value: Uint8Array; readonly version: number } | null> {
  const row = await db.selectFrom('secret').selectAll().where('name', '=', name).executeTakeFirst();
  return row?.sealed ? { value: sealer.open(name, row.sealed), version: row.version } : null;
}

/** @param expected the version read before, null when there was none. Returns false when someone else wrote meanwhile. */
export async function saveSecret(
  trx: Trx,
  sealer: Sealer,
  name: string,
  value: Uint8Array,
  expected: number | null,
  now: number,
): Promise<boolean> {
  const sealed = sealer.seal(name, value);
  if (expected !== null) {
    const row = { sealed, version: expected + 1, updated_at: now };
    const updated = await trx
      .updateTable('secret')
      .set(row)
      .where('name', '=', name)
      .where('version', '=', expected)
      .where('sealed', 'is not', null)
      .executeTakeFirst();
    return updated.numUpdatedRows === 1n;
  }
  const written = await trx
    .insertInto('secret')
    .values({ name, sealed, version: 1, updated_at: now })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet(({ eb, ref }) => ({ sealed, version: eb(ref('secret.version'), '+', 1), updated_at: now }))
        .where('secret.sealed', 'is', null),
    )
    .returning('version')
    .execute();
  return written.length === 1;
}

/** The row stays with its version, so that a version read before the deletion never fits again. */
export async function deleteSecret(trx: Trx, name: string): Promise<void> {
  await trx
    .updateTable('secret')
    .set(({ eb, ref }) => ({ sealed: null, version: eb(ref('version'), '+', 1) }))
    .where('name', '=', name)
    .execute();
}

/**
 * Seals everything anew that was sealed with a former key, so that this key can be taken out of the configuration. Versions stay.
 * @returns how many. @throws `STORE_KEY` when a value cannot be opened with the keys given; those before it are done.
 */
export async function resealSecrets(engine: Engine, sealer: Sealer): Promise<number> {
  const rows = await engine.read((db) => db.selectFrom('secret').selectAll().orderBy('name').execute());
  let resealed = 0;
  for (const { name, sealed, version } of rows) {
    if (!sealed || sealer.isCurrent(sealed)) continue;
    const again = sealer.seal(name, sealer.open(name, sealed));
    const updated = await engine.write((trx) =>
      trx.updateTable('secret').set({ sealed: again }).where('name', '=', name).where('version', '=', version).executeTakeFirst(),
    );
    resealed += Number(updated.numUpdatedRows);
  }
  return resealed;
}
