/**
 * Values that went from one side to the other in a pass. From then on both sides agree on them, although the pass goes on, is begun anew
 * because somebody saved meanwhile, or is broken off: a person who takes the edit back at once would else seem to have changed nothing,
 * and what was sent would come back and overwrite what that person typed.
 */
import type { Base, Deal, FieldName } from '../domain/deal.ts';
import { sameValue } from '../domain/fields.ts';
import type { InDoubt } from '../domain/merge-rules.ts';
import type { CrmSnapshot, Link, PartnerSnapshot } from './ports.ts';

/** Values on their way to one side, as the other side held them when they were sent. */
export interface Sending {
  readonly to: 'crm' | 'partner';
  readonly values: Deal;
  /** Version of the record it is written onto. */
  readonly onto: string;
}

/** Failures after which the other side may have done it all the same. */
export const undecided: readonly string[] = [
  'NET_UNDECIDED',
  'NET_TOO_LARGE',
  'PC_UNDECIDED_CREATE',
  'PC_BUSY',
  'PC_ANSWER',
  'CRM_BUSY',
  'CRM_ANSWER',
  'BUG',
];

const memo = 'memo:sending';
const none: Base = { crm: {}, partner: {} };

/** Of what is sent, the values that the other side holds. One put back by request, or the referral's next state, is held by neither yet. */
export const heldOf = (sent: Deal, source: Deal): Deal =>
  Object.fromEntries(
    Object.entries(sent).filter(([field, value]) => sameValue(field as FieldName, value as never, source[field as FieldName])),
  );

/** What both sides hold of the values that arrived. @param target the side they were sent to, as it keeps them */
export function carriedBy({ to, values }: Omit<Sending, 'onto'>, target: Deal, refused: readonly string[] = []): Base {
  const fields = (Object.keys(values) as FieldName[]).filter((field) => field in target && !refused.includes(field));
  const pick = (deal: Deal): Deal => Object.fromEntries(fields.map((field) => [field, deal[field]]));
  return to === 'partner' ? { crm: pick(values), partner: pick(target) } : { crm: pick(target), partner: pick(values) };
}

export const bothCarried = (one: Base, other: Base): Base => ({
  crm: { ...one.crm, ...other.crm },
  partner: { ...one.partner, ...other.partner },
});

/** The link with these values agreed on. A pair that never agreed on anything is still told apart. */
export const withCarried = (link: Link, carried: Base): Link => (link.base ? { ...link, base: bothCarried(link.base, carried) } : link);

/** Until their answer comes, only a reading shows whether the values arrived. */
export const withSending = (link: Link, sending: Sending): Link => ({
  ...link,
  openAttention: { ...link.openAttention, [memo]: JSON.stringify(sending) },
});

export function withoutSending(link: Link): Link {
  const { [memo]: _sent, ...openAttention } = link.openAttention;
  return { ...link, openAttention };
}

export const isSending = (link: Link): boolean => memo in link.openAttention;

const sendingOf = (link: Link): Sending | null => {
  const kept = link.openAttention[memo];
  return kept === undefined ? null : (JSON.parse(kept) as Sending);
};

/** The version of a record, as a write onto it remembers it. */
export const versionOf = (side: CrmSnapshot | PartnerSnapshot): string => ('etag' in side ? (side.etag ?? '') : String(side.version));

/**
 * What a write whose answer never came may have carried all the same: the record has changed since and holds something else, so that
 * the value may have arrived and been taken back by a person.
 */
export function inDoubt(link: Link, crm: CrmSnapshot | null, partner: PartnerSnapshot | null): InDoubt | null {
  const sending = sendingOf(link);
  if (!sending || !crm || !partner) return null;
  const { to, values, onto } = sending;
  const target = to === 'partner' ? partner : crm;
  if (versionOf(target) === onto) return null;
  const arrived = heldOf(values, target.deal);
  return { to, fields: (Object.keys(values) as FieldName[]).filter((field) => !(field in arrived)) };
}

/** What a write whose answer never came has carried, by a reading made since: the values that the other side now holds. */
export function carriedUnheard(link: Link, crm: CrmSnapshot | null, partner: PartnerSnapshot | null): Base {
  const sending = sendingOf(link);
  if (!sending || !crm || !partner) return none;
  const target = sending.to === 'partner' ? partner.deal : crm.deal;
  return carriedBy({ ...sending, values: heldOf(sending.values, target) }, target);
}
