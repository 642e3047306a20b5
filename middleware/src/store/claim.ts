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

/** Keys of these ranks that are due, oldest first. */
const oldest = (ranks: readonly number[], limit: number, { forUpdateSkipLocked }: Differences, { now }: Claim): RawBuilder<unknown> =>
  sql`picked as materialized (
    select key from work where priority in (${sql.join(ranks)}) and due_at <= ${now} order by due_at, key limit ${limit} ${forUpdateSkipLocked})`;

/** So many of the newest keys are looked at. */
const newestLookedAt = 1_000;
/** Fewer than so many that wait are no burst: they have their turn soon, and share their calls. */
const fewestWaiting = 50;
/** A deal that was synced so lately hears of its own writes most of all, ms. */
const lately = 60_000;

/** Newest first, and of opportunities that were not worked on a moment ago: what comes back of a burst is newer than any save. */
const newest = (rank: number, { forUpdateSkipLocked }: Differences, { now, limit }: Claim): RawBuilder<unknown> =>
  sql`newest as materialized (
    select key from work where priority = ${rank} and due_at <= ${now} order by due_at desc, key desc limit ${newestLookedAt}),
  picked as materialized (
    select key from work where key in (select key from newest) and (select count(*) from newest) >= ${fewestWaiting} and due_at <= ${now}
      and exists (select 1 from link where link.id = work.key and link.opportunity_id is not null
        and (link.last_synced_at is null or link.last_synced_at <= ${now - lately}))
    order by due_at desc, key desc limit ${limit} ${forUpdateSkipLocked})`;

export interface Claim {
  readonly limit: number;
  /** Token of this taking. */
  readonly claim: string;
  readonly leaseMs: number;
  readonly now: number;
  readonly choice?: ClaimChoice;
}

const [person, event, background] = [priorities.indexOf('person'), priorities.indexOf('event'), priorities.indexOf('background')];
/** In the order in which they are taken; keys whose time came without a notice stand behind the background. */
const ranksOf = (choice: ClaimChoice | undefined): readonly (readonly number[])[] =>
  choice === 'people' ? [[person]] : [[person], [event], [background, background + 1]];

/**
 * Takes up to `limit` due keys: what people asked for, then events, then the background. A key is due when it is not leased, not
 * parked and its time has come, so a slow or poisoned key is simply not among them.
 */
export async function claimWork(trx: Trx, differences: Differences, claim: Claim): Promise<readonly Lease[]> {
  const { limit, now, choice } = claim;
  await reap(trx, differences, now);
  if (choice === 'newest') return lease(trx, newest(event, differences, claim), claim);
  const leases: Lease[] = [];
  for (const ranks of ranksOf(choice)) {
    if (leases.length >= limit) break;
    leases.push(...(await lease(trx, oldest(ranks, limit - leases.length, differences, claim), claim)));
  }
  return leases;
}
