/** What the store tells about its work: backlog, parked keys, whether a key still has something to do. */
import type { ParkedKey, StoreHealth } from '../sync/ports.ts';
import type { Db } from './engine.ts';
import { currentIds } from './links.ts';
import { isDirty } from './work-row.ts';

export async function health(db: Db): Promise<StoreHealth> {
  const counted = await db
    .selectFrom('work')
    .select(({ fn }) => [
      fn.countAll<number>().as('backlog'),
      fn.min<number | null>('held_since').as('held'),
      fn.min<number | null>('dirty_since').as('waiting'),
    ])
    .whereRef('dirty_seq', '>', 'done_seq')
    .where('parked_at', 'is', null)
    .executeTakeFirstOrThrow();
  const aside = await db
    .selectFrom('work')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('parked_at', 'is not', null)
    .executeTakeFirstOrThrow();
  const known = await db
    .selectFrom('link')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const oldest = [counted.held, counted.waiting].filter((at) => at !== null);
  return {
    backlog: counted.backlog,
    oldestDirty: oldest.length === 0 ? null : Math.min(...oldest),
    parked: aside.count,
    links: known.count,
  };
}

export async function isBusy(db: Db, key: string): Promise<boolean> {
  const current = (await currentIds(db, [key])).get(key) ?? key;
  const row = await db.selectFrom('work').selectAll().where('key', '=', current).executeTakeFirst();
  return row !== undefined && (row.lease_token !== null || (isDirty(row) && row.parked_at === null));
}

export async function parkedKeys(db: Db, limit: number): Promise<readonly ParkedKey[]> {
  const rows = await db
    .selectFrom('work')
    .leftJoin('link', 'link.id', 'work.key')
    .select(['key', 'code', 'message', 'parked_at', 'opportunity_id', 'referral_id'])
    .where('parked_at', 'is not', null)
    .orderBy('parked_at')
    .orderBy('key')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    key: row.key,
    code: row.code ?? 'BUG',
    message: row.message ?? '',
    since: row.parked_at ?? 0,
    opportunityId: row.opportunity_id,
    referralId: row.referral_id,
  }));
}
