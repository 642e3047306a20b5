/** Partner Center's list shows a new referral late: when to look for it, and when it is sure that none is there. */
import type { Link } from './ports.ts';

/**
 * Beyond the list's delay, ms: a request may still have been on its way, and whoever wrote down the time may have been another machine,
 * whose clock is behind ours.
 */
const leeway = 60_000;

/**
 * The next look for what was not in the list at `since` (epoch ms): when the list would show it, and a last one a minute after that.
 * Null when that has passed as well, and what is not there now was never made.
 */
export function nextLook(since: number, listDelay: number, now: number): number | null {
  const listed = since + listDelay;
  if (now < listed) return listed;
  return now < listed + leeway ? listed + leeway : null;
}

/** A referral was asked for, and nobody knows yet whether it was made: until then no other deal may be put in its place. */
export const isBeingMade = (link: Link | null): boolean => link !== null && link.creatingSince !== null && link.referralId === null;

/** Where a link notes since when (epoch ms) something is missed that must be there: Microsoft's leg, or the whole engagement. */
export type MissedMemo = 'memo:leg' | 'memo:engagement';

export const isMissed = (link: Link, memo: MissedMemo): boolean => memo in link.openAttention;

/** When what is missed is looked for again; null when nothing is, or when the last look has been. */
export function nextLookFor(link: Link, memo: MissedMemo, listDelay: number, now: number): number | null {
  const since = link.openAttention[memo];
  return since === undefined ? null : nextLook(Number(since), listDelay, now);
}

/** What a look at the list showed, and whether something says that it must be there: from then on it is missed. */
export interface Look {
  readonly there: boolean;
  readonly told: boolean;
}

/** The link after such a look; what is missed stays so until it is there, or until the last look has been. */
export function noteMissed(link: Link, memo: MissedMemo, { there, told }: Look, listDelay: number, now: number): Link {
  const { [memo]: since, ...rest } = link.openAttention;
  if (!there && nextLookFor(link, memo, listDelay, now) !== null) return link;
  if (!there && told) return { ...link, openAttention: { ...rest, [memo]: String(now) } };
  return since === undefined ? link : { ...link, openAttention: rest };
}
