/**
 * An opportunity that is being made of a deal. What it is made of is written down first: should the process end before it hears that the
 * opportunity is there, the next pass knows what both sides held then, and what a person changed on either side since is an edit.
 */
import type { Base, Deal, FieldName } from '../domain/deal.ts';
import { sameValue } from '../domain/fields.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import { withoutNewcomers } from '../domain/merge-list.ts';
import { baseOfNew } from '../domain/money.ts';
import type { Pass } from './pass.ts';
import type { CrmSnapshot, Link, PartnerSnapshot } from './ports.ts';
import { withUntold } from './untold.ts';

export interface Making {
  readonly sent: Deal;
  /** The referral it is made of, as read. */
  readonly partner: Deal;
}

const memo = 'memo:making';

/** True when the opportunity of this link may have been made by a pass that did not live to hear of it. */
export const isMaking = (link: Link): boolean => memo in link.openAttention;

export function withoutMaking(link: Link): Link {
  const { [memo]: _making, ...openAttention } = link.openAttention;
  return { ...link, openAttention };
}

/** Writes it down; the link that comes back goes on without it, for when the answer comes. */
export async function rememberMaking({ engine, lease }: Pass, link: Link, making: Making): Promise<Link> {
  const written = { ...link, openAttention: { ...link.openAttention, [memo]: JSON.stringify(making) } };
  return withoutMaking(await engine.store.checkpoint(lease, written, engine.system.now()));
}

/**
 * What was agreed on by a making that was found again is kept before anything is written: once the service has saved the opportunity
 * itself, nobody can tell that a person had saved it before.
 */
export async function rememberFound(pass: Pass, stored: Link, link: Link): Promise<Link> {
  if (!isMaking(link) || stored.base !== null || link.base === null) return link;
  return pass.engine.store.checkpoint(pass.lease, withUntold(link, pass.audit), pass.engine.system.now());
}

/** What both sides agreed on by the making of this opportunity, when it was made without an answer; null when it was not. */
export function madeOf(link: Link, crm: CrmSnapshot | null, partner: PartnerSnapshot | null): Base | null {
  const kept = link.openAttention[memo];
  // one that a person chose for the deal meanwhile does not carry the referral's identifier yet
  if (kept === undefined || !crm || !partner || crm.referralId !== partner.referralId) return null;
  const { sent, partner: then } = JSON.parse(kept) as Making;
  // which fields the org refused was in the answer
  const leftOut = Object.keys(sent).filter((field) => (crm.deal[field as FieldName] ?? null) === null);
  return baseOfNew(heldWhenMade(crm, sent, then, leftOut), then);
}

/**
 * What a new opportunity held when it was made. The first reading of it may show more: what somebody added or, when it was saved since, typed
 * there is news for the next pass. A field that was not sent and differs then has no past at all. What the org did not take stays as read.
 * @param refused fields the org refused
 */
export function heldWhenMade(
  { deal: read, changedBy }: Pick<CrmSnapshot, 'deal' | 'changedBy'>,
  sent: Deal,
  partner: Deal,
  refused: readonly string[],
): Deal {
  const lists = (['contacts', 'solutions'] as const).flatMap((field) =>
    read[field] ? [[field, withoutNewcomers(read[field], sent[field] ?? [])] as const] : [],
  );
  const held: { -readonly [F in keyof Deal]: Deal[F] } = { ...read, ...Object.fromEntries(lists) };
  if (changedBy === null) return held;
  // a stage may stand for several states; won or lost is never what a new opportunity begins with
  if (isTerminal(read.state ?? 'active') && !isTerminal(sent.state ?? 'active')) held.state = sent.state ?? 'active';
  const asRead = new Set<string>(['state', 'contacts', 'solutions', 'team', ...refused, ...(foreignMoney(read, partner) ? money : [])]);
  const before = (field: FieldName, value: unknown): readonly (readonly [FieldName, unknown])[] => {
    if (asRead.has(field) || !(field in partner) || sameValue(field, value as never, partner[field] as never)) return [[field, value]];
    return field in sent ? [[field, sent[field]]] : [];
  };
  return Object.fromEntries(Object.entries(held).flatMap(([field, value]) => before(field as FieldName, value)));
}

const money: readonly FieldName[] = ['value', 'currency'];
const foreignMoney = (crm: Deal, partner: Deal): boolean => crm.currency !== partner.currency;
