/** Looking for referrals: by our reference, by engagement, by change stamp (API §4.1, entra-and-webhooks §7). */
import { toSyncError } from '../errors.ts';
import type { Notice, SweepPage, System } from '../sync/ports.ts';
import { allReadable, literal, type ReferralsClient } from './client.ts';
import { isOwn, type OwnIdentity } from './ownership.ts';
import type { MadeReferral, ReadRecent } from './recent-referrals.ts';
import type { ReferralRow } from './schema.ts';
import { instantOf } from './text.ts';

export interface FoundRow {
  readonly row: ReferralRow;
  readonly raw: unknown;
}

const createdAt = (row: ReferralRow): number => instantOf(row.createdDateTime) ?? 0;
const updatedAt = (row: ReferralRow): number => instantOf(row.updatedDateTime) ?? createdAt(row);
const oldestFirst = (a: FoundRow, b: FoundRow): number => createdAt(a.row) - createdAt(b.row);

/** Every referral of one engagement, oldest first. */
export async function findByEngagement(client: ReferralsClient, engagementId: string): Promise<readonly FoundRow[]> {
  const found: FoundRow[] = [];
  for await (const page of client.list({ filter: `engagementId eq ${literal(engagementId)}`, orderby: 'createdDateTime asc' })) {
    found.push(...allReadable(page).rows.filter(({ row }) => row.engagementId.toLowerCase() === engagementId.toLowerCase()));
  }
  return found.sort(oldestFirst);
}

/** Our referrals that carry a reference, created since a time (epoch ms); oldest first. */
export type FindByReference = (reference: string, since: number) => Promise<readonly MadeReferral[]>;

/**
 * A filter on `externalReferenceId` is not documented. It is tried until the service refuses or ignores it once; from
 * then on recent referrals are read back to the time of the intent.
 */
export function createFindByReference(client: ReferralsClient, readRecent: ReadRecent, identity: OwnIdentity): FindByReference {
  let filterWorks = true;

  /** Null when the service does not filter by this field. */
  async function byFilter(reference: string): Promise<readonly MadeReferral[] | null> {
    const found: MadeReferral[] = [];
    try {
      for await (const page of client.list({ filter: `externalReferenceId eq ${literal(reference)}` })) {
        const rows = allReadable(page).rows.map(({ row }) => row);
        if (rows.some((row) => row.externalReferenceId !== reference)) return null;
        found.push(...rows.filter((row) => isOwn(row, identity)).map((row) => ({ id: row.id, createdAt: createdAt(row) })));
      }
    } catch (thrown) {
      const error = toSyncError(thrown);
      if (error.code === 'PC_REFUSED' || error.facts.status === 501) return null;
      throw error;
    }
    return found;
  }

  return async (reference, since) => {
    const filtered = filterWorks ? await byFilter(reference) : null;
    if (filtered === null) filterWorks = false;
    const found = filtered ?? (await readRecent(reference, since));
    return [...found].sort((one, other) => one.createdAt - other.createdAt);
  };
}

/** How far a sweep looks back before the last one, so that late rows and clock differences lose nothing, ms. */
const overlapMs = 10 * 60_000;
/** Clocks of the two hosts may differ by this much, ms. */
const clockSlackMs = 5 * 60_000;

/**
 * Newest first until the position of the last sweep. Read in this order, a referral that changes meanwhile moves to a
 * place already passed and is newer than the next position, so it is met next time. A changed leg of Microsoft's
 * points at its engagement.
 */
export async function* sweepChanges(
  client: ReferralsClient,
  identity: OwnIdentity,
  system: System,
  position: string | null,
  signal: AbortSignal,
): AsyncGenerator<SweepPage> {
  const start = instantOf(position) ?? 0;
  const unchanged = new Date(start).toISOString();
  let newest = start;
  let held: readonly Notice[] | null = null;
  for await (const page of client.list({ orderby: 'updatedDateTime desc', signal })) {
    // Only the last page moves the position: what is older has not been read yet.
    if (held !== null) yield { notices: held, position: unchanged };
    const changed = page.rows.filter(({ row }) => updatedAt(row) >= start - overlapMs);
    held = changed.map(({ row }) => noticeOf(row, identity));
    newest = Math.max(newest, ...changed.map(({ row }) => updatedAt(row)));
    if (changed.length < page.rows.length || signal.aborted) break;
  }
  if (signal.aborted) return;
  // A clock of the service that runs ahead must not push the position into our future.
  yield { notices: held ?? [], position: new Date(Math.min(newest, system.now() + clockSlackMs)).toISOString() };
}

function noticeOf(row: ReferralRow, identity: OwnIdentity): Notice {
  const own = isOwn(row, identity);
  return {
    source: 'sweep',
    id: `referral:${row.id}:${row.updatedDateTime ?? ''}`,
    subject: own ? { kind: 'referral', id: row.id } : { kind: 'engagement', id: row.engagementId },
    // in the words of the events (API §11.2), which mean the same
    reason: own ? 'referral-updated' : 'related-referral-updated',
    at: updatedAt(row),
  };
}
