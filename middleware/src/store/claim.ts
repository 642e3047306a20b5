/** Which of the due keys a worker gets, and how they become its own. */
import { sql, type RawBuilder } from 'kysely';
import type { ClaimChoice, Lease } from '../sync/ports.ts';
import type { Differences, Trx } from './engine.ts';
import type { WorkRow } from './tables.ts';
import { lapsed, priorities, priorityOf, readReasons } from './work-row.ts';
import { saveWork } from './work.ts';

/** Leases that run out are looked at so many at a time. */
const batch = 500;

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

/** Picked keys are taken and leased in one statement; keys another process is taking are passed over. */
async function lease(trx: Trx, picked: RawBuilder<unknown>, { claim, leaseMs, now }: Claim): Promise<readonly Lease[]> {
  const { rows } = await sql<Taken>`
    with ${picked}
    update work set lease_token = ${claim} || ':' || work.key, lease_until = ${now + leaseMs}, held_priority = priority, held_since = dirty_since,
      held_reasons = reasons, priority = 3, dirty_since = null, reasons = '[]', due_at = null, backing_off = 0
    from picked where work.key = picked.key
    returning work.key, work.lease_token, work.dirty_seq, work.attempts, work.held_reasons, work.held_priority`.execute(trx);
  return rows.map(toLease);
}

type Take = (ranks: readonly number[], limit: number) => Promise<readonly Lease[]>;

/** Keys of these ranks that are due, oldest first. */
const takeOldest =
  (trx: Trx, { forUpdateSkipLocked }: Differences, claim: Claim): Take =>
  (ranks, limit) =>
    lease(
      trx,
      sql`picked as materialized (
        select key from work where priority in (${sql.join(ranks)}) and due_at <= ${claim.now}
        order by due_at, key limit ${limit} ${forUpdateSkipLocked})`,
      claim,
    );

/** So many of the newest keys are looked at; the claim after a save comes while it is among them. */
const newestLookedAt = 64;
/** A deal that was synced so lately hears of its own writes most of all, ms. */
const lately = 60_000;

/** Newest first, and of deals that were not worked on a moment ago: what comes back of a burst is newer than any save. */
const takeNewest =
  (trx: Trx, { forUpdateSkipLocked }: Differences, claim: Claim): Take =>
  (ranks, limit) =>
    lease(
      trx,
      sql`newest as materialized (
        select key from work where priority in (${sql.join(ranks)}) and due_at <= ${claim.now}
        order by due_at desc, key desc limit ${newestLookedAt}),
      picked as materialized (
        select key from work where key in (select key from newest) and due_at <= ${claim.now}
          and not exists (select 1 from link where link.id = work.key and link.last_synced_at > ${claim.now - lately})
        order by due_at desc, key desc limit ${limit} ${forUpdateSkipLocked})`,
      claim,
    );

/** Of the places for a rank most go to the oldest keys; when those fill theirs, the others go to the newest, if there are such. */
async function takeBothEnds(rank: number, limit: number, share: number, oldest: Take, newest: Take): Promise<readonly Lease[]> {
  const fromNewest = Math.min(share, limit);
  const first = limit === fromNewest ? [] : await oldest([rank], limit - fromNewest);
  if (fromNewest === 0 || first.length < limit - fromNewest) return first;
  const fresh = await newest([rank], fromNewest);
  const rest = fromNewest - fresh.length;
  return [...first, ...fresh, ...(rest > 0 ? await oldest([rank], rest) : [])];
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
  const { limit, now, only, newest = 0 } = claim;
  const oldest = takeOldest(trx, differences, claim);
  await reap(trx, differences, now);
  const leases: Lease[] = [];
  for (const rank of priorities.keys()) {
    if (leases.length >= limit) break;
    if (only !== undefined && priorities[rank] !== only) continue;
    const left = limit - leases.length;
    leases.push(
      ...(priorities[rank] === 'event'
        ? await takeBothEnds(rank, left, newest, oldest, takeNewest(trx, differences, claim))
        : // keys whose time came without a notice stand behind the background
          await oldest(priorities[rank] === 'background' ? [rank, rank + 1] : [rank], left)),
    );
  }
  return leases;
}
