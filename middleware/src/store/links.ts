/**
 * Finding, making, saving and merging links. An identity (opportunity, referral, engagement) belongs to one link at a time: everything
 * that gives one to a link takes the identity lock first, then the work rows in key order, then writes.
 */
import { SyncError } from '../errors.ts';
import type { Lease, Link } from '../sync/ports.ts';
import type { Db, Differences, Trx } from './engine.ts';
import { joined, toLink, toRow } from './link-row.ts';
import type { LinkRow, WorkRow } from './tables.ts';
import { heldBy, lockWork, retireWork } from './work.ts';

export async function findLink(db: Db, id: string): Promise<Link | null> {
  const row = await db.selectFrom('link').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toLink(row) : null;
}

export async function findByOpportunity(db: Db, orgId: string, opportunityId: string): Promise<Link | null> {
  const row = await db
    .selectFrom('link')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('opportunity_id', '=', opportunityId)
    .executeTakeFirst();
  return row ? toLink(row) : null;
}

/** By our own referral, else by Microsoft's leg. */
export async function findByReferral(db: Db, referralId: string): Promise<Link | null> {
  const own = await db.selectFrom('link').selectAll().where('referral_id', '=', referralId).executeTakeFirst();
  const row = own ?? (await db.selectFrom('link').selectAll().where('microsoft_leg_id', '=', referralId).orderBy('id').executeTakeFirst());
  return row ? toLink(row) : null;
}

export async function findByEngagement(db: Db, engagementId: string): Promise<Link | null> {
  const rows = await db.selectFrom('link').selectAll().where('engagement_id', '=', engagementId).orderBy('id').execute();
  const row = rows.find(({ opportunity_id }) => opportunity_id !== null) ?? rows[0];
  return row ? toLink(row) : null;
}

/** Ids as links are called now: a merged link's id means its survivor. */
export async function currentIds(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const aliases =
    ids.length === 0
      ? []
      : await db
          .selectFrom('link_alias')
          .selectAll()
          .where('retired_id', 'in', [...ids])
          .execute();
  return new Map(aliases.map((alias) => [alias.retired_id, alias.link_id]));
}

const identities = (link: Link): string =>
  JSON.stringify([link.orgId, link.opportunityId, link.referralId, link.engagementId, link.microsoftLegId]);

/** Other links that are this pair too: the same opportunity or referral, Microsoft's leg, or a bare half of the same engagement. */
async function findSamePair(trx: Trx, link: Link): Promise<readonly Link[]> {
  const referrals = [link.referralId, link.microsoftLegId].filter((id) => id !== null);
  const rows = await trx
    .selectFrom('link')
    .selectAll()
    .where('id', '<>', link.id)
    .where(({ eb, or, and }) =>
      or([
        ...(link.opportunityId === null ? [] : [and([eb('org_id', '=', link.orgId), eb('opportunity_id', '=', link.opportunityId)])]),
        ...(referrals.length === 0 ? [] : [eb('referral_id', 'in', referrals)]),
        ...(link.engagementId === null
          ? []
          : [and([eb('engagement_id', '=', link.engagementId), eb('opportunity_id', 'is', null), eb('referral_id', 'is', null)])]),
      ]),
    )
    .orderBy('id')
    .execute();
  return rows.map(toLink);
}

/** Removes a link whose pair goes on under another id; its audit stays under the old id and is read with the survivor's. */
async function retireLink(trx: Trx, otherId: string, survivorId: string): Promise<void> {
  await trx.deleteFrom('link').where('id', '=', otherId).execute();
  await trx.updateTable('link_alias').set({ link_id: survivorId }).where('link_id', '=', otherId).execute();
  await trx.insertInto('link_alias').values({ retired_id: otherId, link_id: survivorId }).execute();
}

async function writeLink(trx: Trx, link: Link): Promise<Link> {
  const next = { ...link, version: link.version + 1 };
  const { id, ...columns }: LinkRow = toRow(next);
  const { numUpdatedRows } = await trx
    .updateTable('link')
    .set(columns)
    .where('id', '=', id)
    .where('version', '=', link.version)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new SyncError('BUG', { message: `link ${id} was saved from an outdated copy` });
  return next;
}

export interface Saved {
  readonly link: Link;
  /** The work row of the link as it is now, locked and not yet written back. */
  readonly work: WorkRow;
}

/**
 * Saves a link under its lease. When it takes an identity that another half-link was made for meanwhile (the webhook of a referral may
 * be faster than the answer to its create), that half is folded in: what this pass learnt is true, the other only guessed.
 * @throws `STORE_LEASE_LOST`, `DEAL_AMBIGUOUS`
 */
export async function saveLink(trx: Trx, differences: Differences, lease: Lease, link: Link, now: number): Promise<Saved> {
  if (link.id !== lease.key) throw new SyncError('BUG', { message: `the lease of ${lease.key} cannot save link ${link.id}` });
  const stored = await findLink(trx, link.id);
  if (!stored) throw new SyncError('STORE_LEASE_LOST');
  if (identities(stored) === identities(link)) {
    const work = heldBy(await lockWork(trx, differences, [lease.key]), lease);
    return { link: await writeLink(trx, link), work };
  }
  await differences.lockIdentities(trx);
  return fold(trx, differences, lease, link, await findSamePair(trx, link), now);
}

/** Makes `link` the only one of its pair. A pass that still runs on one of the others loses its lease. */
async function fold(trx: Trx, differences: Differences, lease: Lease, link: Link, others: readonly Link[], now: number): Promise<Saved> {
  const rows = await lockWork(trx, differences, [lease.key, ...others.map(({ id }) => id)]);
  let work = heldBy(rows, lease);
  let survivor = link;
  for (const other of others) {
    survivor = joined(survivor, other);
    work = await retireWork(trx, work, rows.get(other.id), now);
    await retireLink(trx, other.id, link.id);
  }
  return { link: await writeLink(trx, survivor), work };
}

/** A half that is being worked on may be creating its other half right now: wait for it. */
function refuseLeased(row: WorkRow | undefined, now: number): void {
  const until = row?.lease_until ?? null;
  if (until !== null && until > now) throw new SyncError('STORE_BUSY');
}

/**
 * Two half-links become one under the lease of the survivor.
 * @throws `STORE_LEASE_LOST`, `STORE_BUSY` while the other half has a pass of its own, `DEAL_AMBIGUOUS`
 */
export async function mergeLinks(
  trx: Trx,
  differences: Differences,
  lease: Lease,
  survivor: Link,
  otherId: string,
  now: number,
): Promise<Saved> {
  if (survivor.id !== lease.key || otherId === survivor.id)
    throw new SyncError('BUG', { message: 'only the leased link survives a merge' });
  await differences.lockIdentities(trx);
  const other = await findLink(trx, otherId);
  const same = (await findSamePair(trx, survivor)).filter(({ id }) => id !== otherId);
  const others = other ? [other, ...same] : same;
  const rows = await lockWork(trx, differences, [lease.key, ...others.map(({ id }) => id)]);
  heldBy(rows, lease);
  for (const { id } of others) refuseLeased(rows.get(id), now);
  return fold(trx, differences, lease, survivor, others, now);
}

/**
 * Keeps a person's decision on a link. The opportunity chosen may have a half-link of its own, which is folded in.
 * @throws `STORE_BUSY` while either is being worked on, a referral is being made for the opportunity, or the deal has got another one
 * since the decision was looked at: it has to be looked at anew.
 */
export async function decide(
  trx: Trx,
  differences: Differences,
  linkId: string,
  decision: string,
  opportunityId: string | null,
  now: number,
): Promise<WorkRow | null> {
  await differences.lockIdentities(trx);
  const id = (await currentIds(trx, [linkId])).get(linkId) ?? linkId;
  const link = await findLink(trx, id);
  if (!link) return null;
  if (link.opportunityId !== null && link.opportunityId !== opportunityId) throw new SyncError('STORE_BUSY');
  const decided: Link = { ...link, opportunityId: opportunityId ?? link.opportunityId, openAttention: { ...link.openAttention, decision } };
  const others = opportunityId === null ? [] : (await findSamePair(trx, decided)).filter((other) => other.opportunityId === opportunityId);
  const rows = await lockWork(trx, differences, [id, ...others.map((other) => other.id)]);
  for (const key of [id, ...others.map((other) => other.id)]) refuseLeased(rows.get(key), now);
  let work = rows.get(id) ?? null;
  let survivor = decided;
  for (const other of others) {
    if (other.referralId !== null && other.referralId !== link.referralId)
      throw new SyncError('DEAL_AMBIGUOUS', { message: 'That opportunity stands for another deal already.' });
    // what was agreed on with that one would be taken for agreed with this one
    if (other.referralId === null && other.creatingSince !== null) throw new SyncError('STORE_BUSY');
    survivor = joined(survivor, other);
    if (work) work = await retireWork(trx, work, rows.get(other.id), now);
    await retireLink(trx, other.id, id);
  }
  await writeLink(trx, survivor);
  return work;
}
