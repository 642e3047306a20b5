/** The queue's statements: claim, and lock, change, write back for everything else. The rules are in `work-row.ts`. */
import { sql } from 'kysely';
import { SyncError } from '../errors.ts';
import type { ClaimChoice, Lease, Priority } from '../sync/ports.ts';
import type { Db, Differences, Trx } from './engine.ts';
import type { WorkRow } from './tables.ts';
import { lapsed, marked, newWork, priorities, priorityOf, readReasons, takenOver } from './work-row.ts';

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

/** Leases that ran out become failed attempts. */
async function reap(trx: Trx, { forUpdateSkipLocked }: Differences, now: number): Promise<void> {
  const late = await trx
    .selectFrom('work')
    .selectAll()
    .where('lease_until', '<=', now)
    // by the column of the index: ordered by key, SQLite would walk through every key there is
    .orderBy('lease_until')
    .limit(batch)
    .modifyEnd(forUpdateSkipLocked)
    .execute();
  if (late.length > 0)
    await saveWork(
      trx,
      late.map((row) => lapsed(row, now)),
    );
}

type Taken = Pick<WorkRow, 'key' | 'lease_token' | 'dirty_seq' | 'attempts' | 'held_reasons' | 'held_priority'>;

const toLease = (row: Taken): Lease => ({
  key: row.key,
  token: row.lease_token ?? '',
  seq: row.dirty_seq,
  attempts: row.attempts,
  reasons: readReasons(row.held_reasons),
  priority: priorityOf(row.held_priority),
});

/** Keys of one rank that are due, taken and leased in one statement; keys another process is taking are passed over. */
async function take(
  trx: Trx,
  { forUpdateSkipLocked }: Differences,
  ranks: readonly number[],
  limit: number,
  { claim, leaseMs, now }: Pick<Claim, 'claim' | 'leaseMs' | 'now'>,
  from: 'oldest' | 'newest' = 'oldest',
): Promise<readonly Lease[]> {
  const order = from === 'oldest' ? sql`due_at, key` : sql`due_at desc, key desc`;
  const { rows } = await sql<Taken>`
    with picked as materialized (
      select key from work where priority in (${sql.join(ranks)}) and due_at <= ${now} order by ${order} limit ${limit} ${forUpdateSkipLocked})
    update work set lease_token = ${claim} || ':' || work.key, lease_until = ${now + leaseMs}, held_priority = priority, held_since = dirty_since,
      held_reasons = reasons, priority = 3, dirty_since = null, reasons = '[]', due_at = null, backing_off = 0
    from picked where work.key = picked.key
    returning work.key, work.lease_token, work.dirty_seq, work.attempts, work.held_reasons, work.held_priority`.execute(trx);
  return rows.map(toLease);
}

/** Of the places for a rank most go to the oldest keys; when those fill theirs, the others go to the newest. */
async function takeBothEnds(trx: Trx, differences: Differences, rank: number, limit: number, claim: Claim): Promise<readonly Lease[]> {
  const newest = Math.min(claim.newest ?? 0, limit);
  const oldest = limit === newest ? [] : await take(trx, differences, [rank], limit - newest, claim);
  if (newest === 0 || oldest.length < limit - newest) return oldest;
  return [...oldest, ...(await take(trx, differences, [rank], newest, claim, 'newest'))];
}

export interface Claim extends ClaimChoice {
  readonly limit: number;
  /** Token of this taking. */
  readonly claim: string;
  readonly leaseMs: number;
  readonly now: number;
}

/**
 * Takes up to `limit` due keys: what people asked for, then events, then the background. A key is due when it is not leased, not
 * parked and its time has come, so a slow or poisoned key is simply not among them.
 */
export async function claimWork(trx: Trx, differences: Differences, claim: Claim): Promise<readonly Lease[]> {
  const { limit, now, only } = claim;
  await reap(trx, differences, now);
  const leases: Lease[] = [];
  for (const rank of priorities.keys()) {
    if (leases.length >= limit) break;
    if (only !== undefined && priorities[rank] !== only) continue;
    const left = limit - leases.length;
    leases.push(
      ...(priorities[rank] === 'event'
        ? await takeBothEnds(trx, differences, rank, left, claim)
        : // keys whose time came without a notice stand behind the background
          await take(trx, differences, priorities[rank] === 'background' ? [rank, rank + 1] : [rank], left, claim)),
    );
  }
  return leases;
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
