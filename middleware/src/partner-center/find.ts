/** Looking for referrals: by our reference, by engagement, by change stamp (API §4.1, entra-and-webhooks §7). */
import { SyncError, toSyncError } from '../errors.ts';
import type { Notice, SweepPage, System } from '../sync/ports.ts';
import { literal, type ReferralsClient } from './client.ts';
import { isOwn, type OwnIdentity } from './ownership.ts';
import type { ReadPage, ReferralRow } from './schema.ts';
import { instantOf } from './text.ts';

export interface FoundRow {
  readonly row: ReferralRow;
  readonly raw: unknown;
}

const createdAt = (row: ReferralRow): number => instantOf(row.createdDateTime) ?? 0;
const updatedAt = (row: ReferralRow): number => instantOf(row.updatedDateTime) ?? createdAt(row);
const oldestFirst = (a: FoundRow, b: FoundRow): number => createdAt(a.row) - createdAt(b.row);

/** A look that must not miss anything fails on a row it cannot read, or a second referral could be made. */
function allReadable(page: ReadPage): ReadPage {
  if (page.unreadable > 0) throw new SyncError('PC_ANSWER', { message: `${page.unreadable} referrals of the list could not be read.` });
  return page;
}

/** Every referral of one engagement, oldest first. */
export async function findByEngagement(client: ReferralsClient, engagementId: string): Promise<readonly FoundRow[]> {
  const found: FoundRow[] = [];
  for await (const page of client.list({ filter: `engagementId eq ${literal(engagementId)}`, orderby: 'createdDateTime asc' })) {
    found.push(...allReadable(page).rows.filter(({ row }) => row.engagementId.toLowerCase() === engagementId.toLowerCase()));
  }
  return found.sort(oldestFirst);
}

/** Clocks of the two hosts may differ by this much, ms. */
const clockSlackMs = 5 * 60_000;

export type FindByReference = (reference: string, since: number) => Promise<readonly ReferralRow[]>;

/** Our referrals that carry a reference, created since a time (epoch ms), by that reference. */
type Recent = ReadonlyMap<string, readonly ReferralRow[]>;

/**
 * Reading back through the recent referrals costs a call for each hundred of them. Who asks while somebody reads waits for the next
 * reading and shares it with all that wait: each is answered by a reading that began after it asked.
 */
function createRecentReader(client: ReferralsClient, identity: OwnIdentity): (since: number) => Promise<Recent> {
  let running: Promise<unknown> = Promise.resolve();
  let next: { since: number; readonly recent: Promise<Recent> } | null = null;

  async function read(since: number): Promise<Recent> {
    const recent = new Map<string, ReferralRow[]>();
    for await (const page of client.list({ orderby: 'createdDateTime desc' })) {
      for (const { row } of allReadable(page).rows) {
        const reference = row.externalReferenceId;
        if (reference && isOwn(row, identity)) recent.set(reference, [...(recent.get(reference) ?? []), row]);
      }
      if (page.rows.some(({ row }) => createdAt(row) < since - clockSlackMs)) break;
    }
    return recent;
  }

  return (since) => {
    if (next) {
      next.since = Math.min(next.since, since);
      return next.recent;
    }
    const begin = (): Promise<Recent> => {
      next = null;
      return read(mine.since);
    };
    const mine = { since, recent: running.then(begin, begin) };
    next = mine;
    running = mine.recent;
    return mine.recent;
  };
}

/**
 * A filter on `externalReferenceId` is not documented. It is tried until the service refuses or ignores it once; from
 * then on recent referrals are read back to the time of the intent.
 */
export function createFindByReference(client: ReferralsClient, identity: OwnIdentity): FindByReference {
  let filterWorks = true;

  const readRecent = createRecentReader(client, identity);

  /** Null when the service does not filter by this field. */
  async function byFilter(reference: string): Promise<readonly ReferralRow[] | null> {
    const found: ReferralRow[] = [];
    try {
      for await (const page of client.list({ filter: `externalReferenceId eq ${literal(reference)}` })) {
        const rows = allReadable(page).rows.map(({ row }) => row);
        if (rows.some((row) => row.externalReferenceId !== reference)) return null;
        found.push(...rows.filter((row) => isOwn(row, identity)));
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
    const found = filtered ?? (await readRecent(since)).get(reference) ?? [];
    return [...found].sort((one, other) => createdAt(one) - createdAt(other));
  };
}

/** How far a sweep looks back before the last one, so that late rows and clock differences lose nothing, ms. */
const overlapMs = 10 * 60_000;

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
