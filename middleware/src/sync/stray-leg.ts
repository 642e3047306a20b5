/**
 * A notice about Microsoft's referral of an engagement may come before anything is known of it. The notice of our own referral comes
 * with it, and its pass learns of both: the half that was made for Microsoft's is folded into the pair then, and never needs a pass.
 */
import type { Lease, Link, Release } from './ports.ts';

/** Times such a half is put back before it is looked into by itself, and the first delay, ms; each next one is twice as long. */
const patience = 3;
const firstDelay = 2_000;

export const awaitsOurOwn = (lease: Lease, link: Link): boolean =>
  lease.attempts < patience &&
  lease.priority !== 'person' &&
  lease.reasons.length > 0 &&
  lease.reasons.every((reason) => reason.startsWith('related-referral')) &&
  link.referralId !== null &&
  link.engagementId === null &&
  link.opportunityId === null &&
  link.base === null;

export const untilOurOwn = (lease: Lease, now: number): Release => ({
  kind: 'retry',
  at: now + firstDelay * 2 ** lease.attempts,
  code: 'PC_STATE',
  message: "Microsoft's referral was told of before ours.",
  countAttempt: true,
  audit: [],
});
