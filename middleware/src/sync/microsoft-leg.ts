/** Microsoft's referral in a deal's engagement: when it is looked for, and what a reading without it does not say. */
import type { FieldName } from '../domain/deal.ts';
import type { Engine } from './engine.ts';
import { isMissed, nextLookFor, noteMissed } from './list-delay.ts';
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
  isMissed(link, legMemo) ||
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

/** When a missed leg is looked for again, epoch ms; null when none is. */
export const nextLookForLeg = ({ system, partner }: Engine, link: Link): number | null =>
  nextLookFor(link, legMemo, partner.listDelay, system.now());

/** A deal that Microsoft sent has a leg of Microsoft's from the start (API §6.4), which the list may show later than ours. */
const sentJustNow = ({ incoming, category, createdAt }: PartnerSnapshot, now: number, listDelay: number): boolean =>
  incoming && category === 'co-sell' && now < createdAt + listDelay;

/** Microsoft's leg must be there and the list does not show it yet: that is remembered, and it is looked for again. */
export function missLeg(engine: Engine, lease: Lease, link: Link, partner: PartnerSnapshot | null): Link {
  if (partner === null || partner.microsoftLeg === 'unread') return link;
  const now = engine.system.now();
  const { listDelay } = engine.partner;
  const told = tellsOfLeg(lease) || (link.microsoftLegId !== null && lease.reasons.length > 0) || sentJustNow(partner, now, listDelay);
  return noteMissed(link, legMemo, { there: partner.microsoftLeg !== 'none', told }, listDelay, now);
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
