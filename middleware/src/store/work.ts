/** The queue's statements: lock, change, write back. Which keys a worker gets is in `claim.ts`, the rules are in `work-row.ts`. */
import { sql } from 'kysely';
import { SyncError } from '../errors.ts';
import type { Lease, Priority } from '../sync/ports.ts';
import type { Db, Differences, Trx } from './engine.ts';
import type { WorkRow } from './tables.ts';
import { marked, newWork, takenOver } from './work-row.ts';

/** Keys per statement: far below both engines' limits on parameters. */
const batch = 500;

export function* inBatches<T>(items: readonly T[], size = batch): Iterable<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Rows of these keys, locked until the transaction ends; in key order, so that two transactions cannot wait for each other. */
export async function lockWork(trx: Trx, { forUpdate }: Differences, keys: readonly string[]): Promise<Map<string, WorkRow>> {
  const rows = new Map<string, WorkRow>();
  for (const part of inBatches([...new Set(keys)].sort())) {
    const found = await trx
      .selectFrom('work')
      .selectAll()
      .where('key', 'in', [...part])
      .orderBy('key')
      .modifyEnd(forUpdate)
      .execute();
    for (const row of found) rows.set(row.key, row);
  }
  return rows;
}

/** Writes rows back whole; they are locked by the caller. */
export async function saveWork(trx: Trx, rows: readonly WorkRow[]): Promise<void> {
  for (const part of inBatches([...rows].sort((one, other) => (one.key < other.key ? -1 : 1)))) {
    await trx
      .insertInto('work')
      .values([...part])
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet(({ ref }) => ({
          dirty_seq: ref('excluded.dirty_seq'),
          done_seq: ref('excluded.done_seq'),
          due_at: ref('excluded.due_at'),
          priority: ref('excluded.priority'),
          dirty_since: ref('excluded.dirty_since'),
          reasons: ref('excluded.reasons'),
          held_priority: ref('excluded.held_priority'),
          held_since: ref('excluded.held_since'),
          held_reasons: ref('excluded.held_reasons'),
          attempts: ref('excluded.attempts'),
          lapses: ref('excluded.lapses'),
          backing_off: ref('excluded.backing_off'),
          lease_token: ref('excluded.lease_token'),
          lease_until: ref('excluded.lease_until'),
          parked_at: ref('excluded.parked_at'),
          code: ref('excluded.code'),
          message: ref('excluded.message'),
        })),
      )
      .execute();
  }
}

export interface Mark {
  readonly key: string;
  readonly reason: string;
  readonly priority: Priority;
}

/** Marks keys dirty inside the caller's transaction; many marks of one key melt into one. */
export async function markWork(trx: Trx, differences: Differences, marks: readonly Mark[], now: number): Promise<void> {
  if (marks.length === 0) return;
  const keys = [...new Set(marks.map(({ key }) => key))];
  const rows = await lockWork(trx, differences, keys);
  const missing = keys.filter((key) => !rows.has(key));
  if (missing.length > 0 && differences.kind === 'postgres') {
    // someone else may be making the same rows: make them first, then look again under lock
    for (const part of inBatches([...missing].sort()))
      await trx
        .insertInto('work')
        .values(part.map(newWork))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    for (const [key, row] of await lockWork(trx, differences, missing)) rows.set(key, row);
  }
  for (const { key, reason, priority } of marks) rows.set(key, marked(rows.get(key) ?? newWork(key), [reason], priority, now));
  await saveWork(trx, [...rows.values()]);
  await differences.announce(trx);
}

/**
 * The row of a lease, locked.
 * @throws `STORE_LEASE_LOST` when the lease lapsed and was taken, or the key was merged away.
 */
export function heldBy(rows: ReadonlyMap<string, WorkRow>, lease: Lease): WorkRow {
  const row = rows.get(lease.key);
  if (row?.lease_token !== lease.token) throw new SyncError('STORE_LEASE_LOST');
  return row;
}

/** The work of a retired key goes to the survivor. Both rows are locked by the caller; returns the survivor's new row. */
export async function retireWork(trx: Trx, survivor: WorkRow, other: WorkRow | undefined, now: number): Promise<WorkRow> {
  if (!other) return survivor;
  await trx.deleteFrom('work').where('key', '=', other.key).execute();
  return takenOver(survivor, other, now);
}

/** Each minimum is read from the end of its index. */
const soonest = sql<{ readonly due: number | null; readonly lapse: number | null }>`
  select (select min(due_at) from work where due_at is not null) as due,
    (select min(lease_until) from work where lease_until is not null) as lapse`;

/** When the next key is due or a lease runs out; null when nothing waits. */
export async function nextDue(db: Db): Promise<number | null> {
  const { rows } = await soonest.execute(db);
  const times = rows.flatMap(({ due, lapse }) => [due, lapse]).filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}
