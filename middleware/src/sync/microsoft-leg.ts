/** Microsoft's referral in a deal's engagement: when it is looked for, and what a reading without it does not say. */
import type { FieldName } from '../domain/deal.ts';
import type { Engine } from './engine.ts';
import type { CrmSnapshot, Lease, Link, PartnerSnapshot } from './ports.ts';

/** Reasons a Salesforce event carries; all others may concern Microsoft's leg, so that it is read too. */
const crmReasons = new Set(['saved', 'switched_off', 'deleted', 'solution', 'contact', 'team', 'request']);

/** An event that only exists where Microsoft has a leg (API §11.2). */
export const tellsOfLeg = (lease: Lease): boolean => lease.reasons.some((reason) => reason.startsWith('related-referral'));

const mayConcernLeg = (lease: Lease): boolean => lease.reasons.length === 0 || lease.reasons.some((reason) => !crmReasons.has(reason));

/** Whether Microsoft's leg is looked for in the list: one call more. */
export const wantsLeg = (lease: Lease, link: Link): boolean =>
  mayConcernLeg(lease) ||
  // a deal that was stopped has missed what Microsoft did meanwhile
  link.state !== 'open' ||
  legMissedUntil(link) !== null ||
  // the pass that made the leg ended before the opportunity showed its status, and the notice of it may be lost
  (link.microsoftLegId !== null && !link.base?.partner.microsoftStatus) ||
  (link.microsoftLegId === null && link.base?.crm.help !== undefined && link.base.crm.help !== null);

/** What a reading says only of Microsoft's leg; where our own referral carries the value too, a value that is there stays. */
const ofTheLeg: readonly FieldName[] = [
  'help',
  'noteToMicrosoft',
  'microsoftStatus',
  'microsoftReason',
  'microsoftSeller',
  'microsoftCrmId',
  'expiresAt',
];

/**
 * The list may not show Microsoft's leg yet, or not any more. A leg this link knows of is there all the same: the reading then says
 * nothing about it, else it would be asked for a second time.
 */
export function withKnownLeg(link: Link, partner: PartnerSnapshot | null): PartnerSnapshot | null {
  if (partner?.microsoftLeg !== 'none' || link.microsoftLegId === null) return partner;
  const deal = Object.fromEntries(
    Object.entries(partner.deal).filter(([field, value]) => value !== null || !ofTheLeg.includes(field as FieldName)),
  );
  return { ...partner, microsoftLeg: 'unread', deal };
}

const legMemo = 'memo:leg';

/** Until when (epoch ms) a leg that was told of is looked for in the list; null when none is missed. */
export function legMissedUntil(link: Link): number | null {
  const memo = link.openAttention[legMemo];
  return memo === undefined ? null : Number(memo);
}

/** A deal that Microsoft sent has a leg of Microsoft's from the start (API §6.4), which the list may show later than ours. */
const sentJustNow = ({ incoming, category, createdAt }: PartnerSnapshot, now: number, listDelay: number): boolean =>
  incoming && category === 'co-sell' && now < createdAt + listDelay;

/** Microsoft's leg must be there and the list does not show it yet: that is remembered, and looked at again. */
export function missLeg(engine: Engine, lease: Lease, link: Link, partner: PartnerSnapshot | null): Link {
  const { [legMemo]: missed, ...rest } = link.openAttention;
  const now = engine.system.now();
  if (partner === null || partner.microsoftLeg === 'unread') return link;
  if (partner.microsoftLeg !== 'none') return missed === undefined ? link : { ...link, openAttention: rest };
  const { listDelay } = engine.partner;
  const there = tellsOfLeg(lease) || (link.microsoftLegId !== null && lease.reasons.length > 0) || sentJustNow(partner, now, listDelay);
  if (missed === undefined) return there ? { ...link, openAttention: { ...rest, [legMemo]: String(now + listDelay) } } : link;
  return now < Number(missed) ? link : { ...link, openAttention: rest };
}

/** What Microsoft was asked. */
const ofTheQuestion: readonly FieldName[] = ['help', 'noteToMicrosoft'];

/**
 * Microsoft was asked and the answer to that request never came: what it was asked is what both sides agreed on, however the seller has
 * changed the opportunity since. Without it, readings that leave Microsoft's leg out would tell of another difference than those that read it.
 */
export function askedBase(base: Link['base'], crm: CrmSnapshot | null, partner: PartnerSnapshot | null): Link['base'] {
  if (!base || !crm || !partner) return base;
  const asked = ofTheQuestion.filter((field) => partner.deal[field] && crm.deal[field] && !base.partner[field]);
  if (asked.length === 0) return base;
  const values = Object.fromEntries(asked.map((field) => [field, partner.deal[field]]));
  return { crm: { ...base.crm, ...values }, partner: { ...base.partner, ...values } };
}
