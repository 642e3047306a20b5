/** The one door for notices: inbox rows, links, marks and the stream's position, all in the caller's transaction. */
import type { Notice, Position, Priority, Subject } from '../sync/ports.ts';
import type { Differences, Trx } from './engine.ts';
import { halfLink, toLink, toRow } from './link-row.ts';
import type { LinkRow } from './tables.ts';
import { inBatches, markWork, type Mark } from './work.ts';

/** Key of a request that hangs on no opportunity. */
export const serviceKey = (requestId: string): string => `service:${requestId}`;

function priorityOfNotice({ source, subject }: Notice): Priority {
  if (source === 'person' || subject.kind === 'request') return 'person';
  return source === 'sweep' ? 'background' : 'event';
}

/** What a link is looked for by; null for a request without a deal. */
type Sought = Exclude<Subject, { kind: 'request' }>;
const soughtBy = (subject: Subject): Sought | null => {
  if (subject.kind !== 'request') return subject;
  return subject.opportunityId === null ? null : { kind: 'opportunity', id: subject.opportunityId };
};
const nameOf = ({ kind, id }: Sought): string => `${kind}:${id}`;

async function addToInbox(trx: Trx, orgId: string, notices: readonly Notice[], now: number): Promise<readonly Notice[]> {
  const identity = (source: string, id: string): string => `${source} ${id}`;
  const distinct = new Map(notices.map((notice) => [identity(notice.source, notice.id), notice]));
  // one order for all, so that two processes with the same notices cannot wait for each other
  const sorted = [...distinct.keys()].sort().flatMap((key) => distinct.get(key) ?? []);
  const added = new Set<string>();
  for (const part of inBatches(sorted)) {
    const rows = await trx
      .insertInto('inbox')
      .values(
        part.map((notice) => ({
          source: notice.source,
          message_id: notice.id,
          org_id: orgId,
          subject_kind: notice.subject.kind,
          subject_id: notice.subject.id,
          reason: JSON.stringify(notice.reason),
          happened_at: notice.at,
          received_at: now,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning(['source', 'message_id'])
      .execute();
    for (const row of rows) added.add(identity(row.source, row.message_id));
  }
  // in the order they came, so that reasons read newest last
  return [...distinct].flatMap(([key, notice]) => (added.has(key) ? [notice] : []));
}

/** Which of the sought things each row stands for. A link with an opportunity wins over a bare half of its engagement. */
function indexRows(rows: readonly LinkRow[], orgId: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const byCompleteness = [...rows].sort(
    (one, other) => Number(one.opportunity_id !== null) - Number(other.opportunity_id !== null) || (one.id < other.id ? 1 : -1),
  );
  for (const row of byCompleteness) {
    if (row.microsoft_leg_id !== null) found.set(`referral:${row.microsoft_leg_id}`, row.id);
    if (row.engagement_id !== null) found.set(`engagement:${row.engagement_id}`, row.id);
    if (row.opportunity_id !== null && row.org_id === orgId) found.set(`opportunity:${row.opportunity_id}`, row.id);
  }
  for (const row of byCompleteness) if (row.referral_id !== null) found.set(`referral:${row.referral_id}`, row.id);
  return found;
}

async function findLinks(trx: Trx, orgId: string, sought: readonly Sought[]): Promise<ReadonlyMap<string, string>> {
  const rows: LinkRow[] = [];
  for (const part of inBatches(sought)) {
    const ids = (kind: Sought['kind']): readonly string[] => part.filter((subject) => subject.kind === kind).map(({ id }) => id);
    const [opportunities, referrals, engagements] = [ids('opportunity'), ids('referral'), ids('engagement')];
    const select = trx.selectFrom('link').selectAll();
    if (opportunities.length > 0)
      rows.push(
        ...(await select
          .where('org_id', '=', orgId)
          .where('opportunity_id', 'in', [...opportunities])
          .execute()),
      );
    if (referrals.length > 0) {
      rows.push(...(await select.where('referral_id', 'in', [...referrals]).execute()));
      rows.push(...(await select.where('microsoft_leg_id', 'in', [...referrals]).execute()));
    }
    if (engagements.length > 0) rows.push(...(await select.where('engagement_id', 'in', [...engagements]).execute()));
  }
  return indexRows(rows, orgId);
}

const makeHalf = (id: string, orgId: string, sought: Sought): LinkRow => {
  if (sought.kind === 'opportunity') return toRow(halfLink(id, orgId, { opportunityId: sought.id }));
  return toRow(halfLink(id, orgId, sought.kind === 'referral' ? { referralId: sought.id } : { engagementId: sought.id }));
};

/** Link id of each subject; a subject of which nothing is known gets a new half-link. */
async function findOrMakeLinks(
  trx: Trx,
  differences: Differences,
  orgId: string,
  sought: readonly Sought[],
  newId: () => string,
): Promise<ReadonlyMap<string, string>> {
  const distinct = [...new Map(sought.map((subject) => [nameOf(subject), subject])).values()];
  const found = await findLinks(trx, orgId, distinct);
  const unknown = distinct.filter((subject) => !found.has(nameOf(subject)));
  if (unknown.length === 0) return found;
  await differences.lockIdentities(trx);
  const all = new Map([...found, ...(await findLinks(trx, orgId, unknown))]);
  const made = unknown
    .filter((subject) => !all.has(nameOf(subject)))
    .map((subject) => ({ subject, row: makeHalf(newId(), orgId, subject) }));
  for (const part of inBatches(made))
    await trx
      .insertInto('link')
      .values(part.map(({ row }) => row))
      .execute();
  for (const { subject, row } of made) all.set(nameOf(subject), toLink(row).id);
  return all;
}

export async function savePosition(trx: Trx, position: Position, now: number): Promise<void> {
  const row = { position: position.value, updated_at: now };
  await trx
    .insertInto('checkpoint')
    .values({ stream: position.stream, ...row })
    .onConflict((conflict) => conflict.column('stream').doUpdateSet(row))
    .execute();
}

/** Returns how many notices were new; one that is known already marks nothing. */
export async function accept(
  trx: Trx,
  differences: Differences,
  {
    orgId,
    notices,
    position,
    now,
    newId,
  }: {
    readonly orgId: string;
    readonly notices: readonly Notice[];
    readonly position: Position | null;
    readonly now: number;
    readonly newId: () => string;
  },
): Promise<number> {
  const fresh = notices.length === 0 ? [] : await addToInbox(trx, orgId, notices, now);
  if (fresh.length > 0) {
    const links = await findOrMakeLinks(
      trx,
      differences,
      orgId,
      fresh.flatMap(({ subject }) => soughtBy(subject) ?? []),
      newId,
    );
    const marks = fresh.map((notice): Mark => {
      const sought = soughtBy(notice.subject);
      const key = (sought && links.get(nameOf(sought))) ?? serviceKey(notice.subject.id);
      return { key, reason: notice.reason, priority: priorityOfNotice(notice) };
    });
    await markWork(trx, differences, marks, now);
  }
  if (position) await savePosition(trx, position, now);
  return fresh.length;
}
