/**
 * Notices that bring nothing new. After a write of ours Partner Center tells us of it; the referral is then the very version the last
 * pass settled with the opportunity, and there is nothing to decide. Compared is what was read, not when or by whom it was written, so
 * that a change that falls together with our own write is a change like any other.
 */
import { isSending } from './carried.ts';
import type { Lease, Link, PartnerSnapshot, Reading } from './ports.ts';

const legMemo = 'memo:leg-version';
const againMemo = 'memo:again';
/** What the queue keeps of a key's reasons is cut at this many: beyond it, something else may have been told too. */
const mostReasons = 20;

/** Changes Partner Center tells of, by webhook or in its sweep (API §11.2). */
const told: readonly string[] = ['referral-created', 'referral-updated', 'related-referral-created', 'related-referral-updated'];

/** True when all that was heard is that the referral may have changed, of a pair that a pass has settled with nothing left open. */
export function mayBeOldNews(lease: Lease, link: Link): boolean {
  return (
    lease.priority !== 'person' &&
    lease.reasons.length > 0 &&
    lease.reasons.length < mostReasons &&
    lease.reasons.every((reason) => told.includes(reason)) &&
    (link.state === 'open' || link.state === 'closed') &&
    link.base !== null &&
    link.opportunityId !== null &&
    link.referralId !== null &&
    link.partnerEtag !== null &&
    link.creatingSince === null &&
    !('memo:audit' in link.openAttention) &&
    !isSending(link) &&
    !('memo:leg' in link.openAttention)
  );
}

/** True when the reading shows what the last pass settled: the same version of our referral, and of Microsoft's where it was looked at. */
export function isOldNews(link: Link, reading: Reading<PartnerSnapshot>): boolean {
  if (reading.kind === 'gone') return false;
  const { snapshot } = reading;
  if (snapshot.referralId !== link.referralId || snapshot.etag === '' || snapshot.etag !== link.partnerEtag) return false;
  const { microsoftLeg } = snapshot;
  if (microsoftLeg === 'unread') return true;
  if (microsoftLeg === 'none') return link.microsoftLegId === null;
  return microsoftLeg.referralId === link.microsoftLegId && link.openAttention[legMemo] === String(microsoftLeg.version);
}

/** What the next notice is compared with, and when the pair is to be looked at again unasked: kept at the end of a pass. */
export function settledAt(link: Link, partner: PartnerSnapshot | null, againAt: number | null): Link {
  const { [againMemo]: _before, ...rest } = link.openAttention;
  const leg = partner && typeof partner.microsoftLeg === 'object' ? { [legMemo]: String(partner.microsoftLeg.version) } : {};
  return { ...link, openAttention: { ...rest, ...leg, ...(againAt === null ? {} : { [againMemo]: String(againAt) }) } };
}

/** When the last pass wanted the pair to be looked at again, epoch ms. */
export function againAtOf(link: Link): number | null {
  const memo = link.openAttention[againMemo];
  return memo === undefined ? null : Number(memo);
}
