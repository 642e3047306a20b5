/**
 * What a pass has to tell and has not told yet, kept on the link: the process may end, or a call fail, between a change and the audit
 * line about it. The next pass tells it. A value that is about to be overwritten is written down before it is.
 */
import type { AuditEntry } from '../domain/audit-line.ts';
import type { Deal } from '../domain/deal.ts';
import type { Plan } from '../domain/plan.ts';
import { toSyncError } from '../errors.ts';
import { undecided, withCarried, withoutSending, withSending, type Sending } from './carried.ts';
import { describeChanges, keepLosers, type Pass } from './pass.ts';
import type { Link } from './ports.ts';
import type { Situation } from './situation.ts';

const memo = 'memo:audit';
const most = 40;
/** Mark of a row that may or may not be there: like no fingerprint, so that it is written again. */
export const notShownYet = '';

/** What earlier passes of this deal could not tell. */
export function untold(link: Link): AuditEntry[] {
  const kept = link.openAttention[memo];
  return kept === undefined ? [] : (JSON.parse(kept) as AuditEntry[]);
}

/** The other half of the deal, found in this pass, may have something untold as well. */
export function hearOtherHalf(pass: Pass, before: Link, link: Link): void {
  if (link.openAttention[memo] === before.openAttention[memo]) return;
  const known = new Set(untold(before).map((entry) => JSON.stringify(entry)));
  pass.audit.push(...untold(link).filter((entry) => !known.has(JSON.stringify(entry))));
}

/** The link that two halves become, with what either has not told yet. */
export function withUntoldOf(link: Link, half: Link): Link {
  const lines = untold(half);
  return lines.length === 0 ? link : withUntold(link, [...untold(link), ...lines]);
}

export function allTold(link: Link): Link {
  const { [memo]: _told, ...openAttention } = link.openAttention;
  return { ...link, openAttention };
}

export const withUntold = (link: Link, entries: readonly AuditEntry[]): Link => ({
  ...link,
  openAttention: { ...link.openAttention, [memo]: JSON.stringify(entries.slice(-most)) },
});

/** Before a decided conflict overwrites a value: the value is kept where it can be put back from, and the line about it is written down. */
export async function rememberLosers(pass: Pass, { link, crm, partner }: Situation, plan: Plan, set: Deal): Promise<Link> {
  const { engine, lease } = pass;
  const kept = keepLosers(pass, link, plan, set);
  if (kept === link) return link;
  const decided = plan.conflicts.filter((one) => one.winner !== null && one.field in set);
  const toPartner = decided.some((one) => one.winner === 'crm');
  const before = (toPartner ? partner?.deal : crm?.deal) ?? {};
  const entry: AuditEntry = {
    at: engine.system.now(),
    way: toPartner ? 'to Partner Center' : 'to Salesforce',
    act: 'conflict',
    result: 'done',
    by: null,
    changes: describeChanges(engine, before, Object.fromEntries(decided.map(({ field }) => [field, set[field]])), plan),
    code: null,
    text: 'Both sides changed the same field, or may have, and one value won. The sending was interrupted; the value that lost is kept and can be put back.',
    requestId: null,
  };
  pass.losing = entry;
  return engine.store.checkpoint(lease, withUntold(kept, [...pass.audit, entry]), engine.system.now());
}

/**
 * Before rows of the attention list are opened: their keys are written down. Should this process die after the row is there, or the two
 * halves of a deal become one, the next pass knows of the row and closes it when nobody is asked any more.
 */
export async function rememberQuestions(pass: Pass, link: Link): Promise<Link> {
  const { engine, lease } = pass;
  const opened = pass.attention.filter(({ open }) => open).map(({ key }) => key);
  const stored = opened.length === 0 ? null : await engine.store.link(lease.key);
  const fresh = opened.filter((key) => !(key in (stored?.openAttention ?? {})));
  if (stored === null || fresh.length === 0) return link;
  const openAttention = { ...stored.openAttention, ...Object.fromEntries(fresh.map((key) => [key, notShownYet])) };
  const saved = await engine.store.checkpoint(lease, { ...stored, openAttention }, engine.system.now());
  return { ...link, version: saved.version };
}

/**
 * Before values are sent to the other side: should their answer not come, or this process end, the next pass looks for them there. Rows
 * and lines this pass has not shown yet stay out of what is kept.
 * @param unguarded what is sent could arrive twice: that the deal is still ours is checked also where nothing has to be kept
 */
export async function rememberSending(pass: Pass, link: Link, sending: Sending, unguarded = false): Promise<Link> {
  const { engine, lease } = pass;
  const kept = link.base !== null && Object.keys(sending.values).length > 0;
  const stored = kept || unguarded ? await engine.store.link(lease.key) : null;
  if (stored === null) return link;
  const next = kept ? withSending({ ...stored, base: link.base }, sending) : stored;
  const saved = await engine.store.checkpoint(lease, next, engine.system.now());
  return { ...link, version: saved.version };
}

/** Sends what was written down; what surely did not arrive is forgotten. */
export async function sendKnowing<T>({ engine, lease }: Pass, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    const link = undecided.includes(toSyncError(error).code) ? null : await engine.store.link(lease.key);
    if (link) await engine.store.checkpoint(lease, withoutSending(link), engine.system.now());
    throw error;
  }
}

/** After a pass failed: what it had done by then is agreed on, and is told by the next one. */
export async function rememberDone(pass: Pass): Promise<void> {
  const { engine, lease, audit, carried, losing } = pass;
  if (audit.length === 0) return;
  const lines = losing === null ? audit : [...audit, losing];
  try {
    const link = await engine.store.link(lease.key);
    if (link) await engine.store.checkpoint(lease, withCarried(withUntold(link, lines), carried), engine.system.now());
  } catch (error) {
    engine.log.warn({ key: lease.key, code: toSyncError(error).code }, 'what a failed pass had done could not be kept for the next one');
  }
}
