/** What the store tells about its work: backlog, parked keys, whether a key still has something to do. */
import type { AuditEntry } from '../domain/audit-line.ts';
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

/** What a support bundle asks of the store. */
export interface SupportFigures {
  /** Rows per table. */
  readonly rows: { readonly [table: string]: number };
  /** When the position of each stream last moved, epoch ms. */
  readonly streams: readonly { readonly stream: string; readonly movedAt: number }[];
  /** The last audit entries of all links, newest first; whole, so the caller chooses what may be told. */
  readonly entries: readonly { readonly linkId: string; readonly entry: AuditEntry }[];
}

const counted = ['link', 'link_alias', 'work', 'inbox', 'checkpoint', 'audit', 'audit_chain', 'secret', 'setting', 'named_lock'] as const;

export async function supportFigures(db: Db, limit: number): Promise<SupportFigures> {
  const rows: { [table: string]: number } = {};
  for (const table of counted) {
    const { count } = await db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    rows[table] = count;
  }
  const streams = await db.selectFrom('checkpoint').select(['stream', 'updated_at']).orderBy('stream').execute();
  const audit = await db.selectFrom('audit').select(['link_id', 'entry']).orderBy('id', 'desc').limit(limit).execute();
  return {
    rows,
    streams: streams.map((row) => ({ stream: row.stream, movedAt: row.updated_at })),
    entries: audit.map((row) => ({ linkId: row.link_id, entry: JSON.parse(row.entry) as AuditEntry })),
  };
}
