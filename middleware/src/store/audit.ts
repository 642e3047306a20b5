/**
 * The audit: append-only, one hash chain per link. Each entry's hash covers the one before it, and the chain's row keeps both ends, so
 * that an entry that was changed, taken out, added or put elsewhere shows. Retention takes away the oldest entries and keeps the hash
 * of the last one gone as the chain's new beginning.
 */
import { createHash } from 'node:crypto';
import type { AuditEntry } from '../domain/audit-line.ts';
import type { StoredAudit } from '../sync/ports.ts';
import type { Db, Engine, Trx } from './engine.ts';
import type { AuditChainRow, AuditRow } from './tables.ts';

const page = 500;

/** JSON lists cannot run into each other, whatever the parts hold. */
const hashOf = (previous: string, linkId: string, at: number, entry: string): string =>
  createHash('sha256')
    .update(JSON.stringify([previous, linkId, at, entry]))
    .digest('hex');

/** Appends inside the transaction of the result the entries tell of. The link's lease keeps others from its chain. */
export async function appendAudit(trx: Trx, linkId: string, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const chain = await trx.selectFrom('audit_chain').selectAll().where('link_id', '=', linkId).executeTakeFirst();
  let head = chain?.head_hash ?? '';
  const rows = entries.map((entry) => {
    const text = JSON.stringify(entry);
    head = hashOf(head, linkId, entry.at, text);
    return { link_id: linkId, at: entry.at, entry: text, hash: head };
  });
  await trx.insertInto('audit').values(rows).execute();
  const ends = { head_hash: head };
  await trx
    .insertInto('audit_chain')
    .values({ link_id: linkId, ...ends, pruned_id: 0, pruned_hash: '' })
    .onConflict((conflict) => conflict.column('link_id').doUpdateSet(ends))
    .execute();
}

/** Newest first, with the entries of halves that were merged into this link. */
export async function readAudit(db: Db, linkId: string, limit: number): Promise<readonly StoredAudit[]> {
  const retired = await db.selectFrom('link_alias').select('retired_id').where('link_id', '=', linkId).execute();
  const ids = [linkId, ...retired.map((alias) => alias.retired_id)];
  const rows = await db.selectFrom('audit').selectAll().where('link_id', 'in', ids).orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => ({ id: row.id, at: row.at, entry: JSON.parse(row.entry) as AuditEntry, hash: row.hash }));
}

/** An entry with the deal it belongs to, for an export. */
export interface ExportedAudit extends StoredAudit {
  readonly linkId: string;
  readonly opportunityId: string | null;
  readonly referralId: string | null;
}

/** Entries of all deals in the order they were written, behind the id `after`; times are epoch ms, `until` is not included. */
export async function auditPage(
  db: Db,
  { since, until, after, limit }: { readonly since: number; readonly until: number; readonly after: number; readonly limit: number },
): Promise<readonly ExportedAudit[]> {
  const rows = await db
    .selectFrom('audit')
    .leftJoin('link_alias', 'link_alias.retired_id', 'audit.link_id')
    .leftJoin('link', (join) =>
      join.on(({ eb, fn, ref }) => eb('link.id', '=', fn.coalesce(ref('link_alias.link_id'), ref('audit.link_id')))),
    )
    .select(['audit.id', 'audit.link_id', 'audit.at', 'audit.entry', 'audit.hash', 'link.opportunity_id', 'link.referral_id'])
    .where('audit.id', '>', after)
    .where('audit.at', '>=', since)
    .where('audit.at', '<', until)
    .orderBy('audit.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    entry: JSON.parse(row.entry) as AuditEntry,
    hash: row.hash,
    linkId: row.link_id,
    opportunityId: row.opportunity_id,
    referralId: row.referral_id,
  }));
}

/** Where a link's audit is not what was written. */
export interface AuditBreak {
  readonly linkId: string;
  /** The first entry that does not fit, null when it is one that is missing at the end. */
  readonly entryId: number | null;
}

async function checkChain(db: Db, chain: AuditChainRow): Promise<AuditBreak | null> {
  let hash = chain.pruned_hash;
  for (let after = chain.pruned_id; ;) {
    const rows: readonly AuditRow[] = await db
      .selectFrom('audit')
      .selectAll()
      .where('link_id', '=', chain.link_id)
      .where('id', '>', after)
      .orderBy('id')
      .limit(page)
      .execute();
    for (const row of rows) {
      hash = hashOf(hash, row.link_id, row.at, row.entry);
      if (hash !== row.hash) return { linkId: chain.link_id, entryId: row.id };
      after = row.id;
    }
    if (rows.length === 0) return hash === chain.head_hash ? null : { linkId: chain.link_id, entryId: null };
  }
}

async function chainsAfter(db: Db, after: string): Promise<readonly AuditChainRow[]> {
  return db.selectFrom('audit_chain').selectAll().where('link_id', '>', after).orderBy('link_id').limit(page).execute();
}

async function lockChain(trx: Trx, { differences }: Engine, linkId: string): Promise<AuditChainRow | null> {
  const row = await trx
    .selectFrom('audit_chain')
    .selectAll()
    .where('link_id', '=', linkId)
    .modifyEnd(differences.forUpdate)
    .executeTakeFirst();
  return row ?? null;
}

/** Checks every chain; an empty answer means that the audit is whole. */
export async function verifyAudit(engine: Engine): Promise<readonly AuditBreak[]> {
  const breaks: AuditBreak[] = [];
  const strays = await engine.read((db) =>
    db
      .selectFrom('audit')
      .select('id')
      .select('link_id')
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('audit_chain').select('link_id').whereRef('audit_chain.link_id', '=', 'audit.link_id'))),
      )
      .limit(page)
      .execute(),
  );
  breaks.push(...strays.map((row) => ({ linkId: row.link_id, entryId: row.id })));
  for (let after = ''; ;) {
    const chains = await engine.read((db) => chainsAfter(db, after));
    for (const chain of chains) {
      const broken = await engine.write(async (trx) => {
        // under lock, or an entry added meanwhile would look like one too many
        const now = await lockChain(trx, engine, chain.link_id);
        return now && checkChain(trx, now);
      });
      if (broken) breaks.push(broken);
      after = chain.link_id;
    }
    if (chains.length === 0) return breaks;
  }
}

/** Takes away the oldest entries of one chain, up to the first that is young enough. */
async function pruneChain(trx: Trx, chain: AuditChainRow, before: number): Promise<number> {
  const entries = trx.selectFrom('audit').where('link_id', '=', chain.link_id);
  const kept = await entries.select('id').where('at', '>=', before).orderBy('id').limit(1).executeTakeFirst();
  const old = kept ? entries.where('id', '<', kept.id) : entries;
  const last = await old.select(['id', 'hash']).orderBy('id', 'desc').limit(1).executeTakeFirst();
  if (!last) return 0;
  const ends = { pruned_id: last.id, pruned_hash: last.hash };
  await trx.updateTable('audit_chain').set(ends).where('link_id', '=', chain.link_id).execute();
  const deleted = await trx.deleteFrom('audit').where('link_id', '=', chain.link_id).where('id', '<=', last.id).executeTakeFirst();
  return Number(deleted.numDeletedRows);
}

/** Retention: forgets entries written before the given time. Returns how many. */
export async function pruneAudit(engine: Engine, before: number): Promise<number> {
  let pruned = 0;
  for (let after = ''; ;) {
    const chains = await engine.read((db) => chainsAfter(db, after));
    if (chains.length === 0) return pruned;
    for (const { link_id } of chains) {
      pruned += await engine.write(async (trx) => {
        const chain = await lockChain(trx, engine, link_id);
        return chain ? pruneChain(trx, chain, before) : 0;
      });
      after = link_id;
    }
  }
}
