/**
 * A value means nothing without its currency: the two travel together, and a number never enters an opportunity that would read it in
 * another currency.
 */
import type { Base, Deal, FieldName } from './deal.ts';
import { sameValue } from './fields.ts';
import type { Owner } from './mapping.ts';
import type { Conflict, Difference, Merge } from './merge.ts';

/**
 * What an opportunity can take: any amount in any currency; only amounts in the one currency of its org; or none, because its products
 * make the amount.
 */
export type AmountKind = 'free' | 'one-currency' | 'products';

export interface MoneyFacts {
  readonly crm: Deal;
  readonly partner: Deal;
  readonly amount: AmountKind;
  /** Who owns the value when both sides changed the pair. */
  readonly owner: Owner;
  readonly frozen: boolean;
}

type Money = 'value' | 'currency';
const pair: readonly Money[] = ['value', 'currency'];

const without = (deal: Deal, names: readonly Money[]): Deal =>
  Object.fromEntries(Object.entries(deal).filter(([name]) => !names.includes(name as Money)));
const isMoney = (one: { readonly field: string }): boolean => pair.includes(one.field as Money);

/** Of a pair of which one half cannot be sent the other stays as well: alone it would mean another amount. */
export const heldTogether = (held: readonly FieldName[], wanted: Deal): readonly FieldName[] =>
  held.some((field) => pair.includes(field as Money)) ? [...new Set([...held, ...pair.filter((field) => field in wanted)])] : held;

/** The pair as one side would have it after the merge. */
const differing = (facts: MoneyFacts): readonly Money[] =>
  pair.filter((field) => !sameValue(field, facts.crm[field], facts.partner[field]));

/** Both stay as they are and are shown as different, until one side changes them again. */
function keepApart(merged: Merge, facts: MoneyFacts, why: Difference['why']): Merge {
  const fields = differing(facts);
  return {
    ...merged,
    toCrm: without(merged.toCrm, pair),
    toPartner: without(merged.toPartner, pair),
    conflicts: merged.conflicts.filter((one) => !isMoney(one)),
    differences: [
      ...merged.differences.filter((one) => !isMoney(one)),
      ...fields.map((field) => ({ field, crm: facts.crm[field], partner: facts.partner[field], why })),
    ],
    unsettled: [...new Set([...merged.unsettled, ...fields])],
  };
}

const both = (deal: Deal): Deal => ({ value: deal.value ?? null, currency: deal.currency ?? null });

function toPartner(merged: Merge, facts: MoneyFacts): Merge {
  return { ...merged, toCrm: without(merged.toCrm, pair), toPartner: { ...merged.toPartner, ...both(facts.crm) } };
}

function toCrm(merged: Merge, facts: MoneyFacts): Merge {
  return { ...merged, toPartner: without(merged.toPartner, pair), toCrm: { ...merged.toCrm, ...both(facts.partner) } };
}

/** One side changed the value, the other the currency: a conflict of the pair. */
function decide(merged: Merge, facts: MoneyFacts): Merge {
  const conflict = (winner: Conflict['winner']): Conflict => ({
    field: 'value',
    crm: facts.crm.value,
    partner: facts.partner.value,
    winner,
  });
  const others = merged.conflicts.filter((one) => !isMoney(one));
  if (facts.owner === 'crm') return toPartner({ ...merged, conflicts: [...others, conflict('crm')] }, facts);
  if (facts.owner === 'partner') return toCrm({ ...merged, conflicts: [...others, conflict('partner')] }, facts);
  return {
    ...merged,
    toCrm: without(merged.toCrm, pair),
    toPartner: without(merged.toPartner, pair),
    conflicts: [...others, conflict(null)],
    unsettled: [...new Set([...merged.unsettled, ...pair])],
  };
}

/** What both sides agreed on when an opportunity was made of a deal: a foreign amount it could not take stays news. */
export function baseOfNew(crm: Deal, held: Deal): Base {
  // our reference is still to be sent
  const { externalReference: _reference, ...partner } = held;
  const taken = crm.currency === partner.currency || !pair.every((field) => field in crm && field in partner);
  return { crm, partner: taken ? partner : { ...partner, ...both(crm) } };
}

const moves = (deal: Deal): boolean => pair.some((field) => field in deal);

/** The merge with value and currency kept together; unchanged when one of them is not carried by both sides. */
export function keepMoneyTogether(merged: Merge, facts: MoneyFacts): Merge {
  const { crm, partner, amount } = facts;
  if (!pair.every((field) => field in crm && field in partner)) return merged;
  const foreign = crm.currency !== partner.currency;
  const [leaves, enters] = [moves(merged.toPartner), moves(merged.toCrm)];
  const closed = amount === 'products' ? 'products' : amount === 'one-currency' && foreign ? 'currency' : null;
  const opposed = leaves && enters;
  if (enters && closed !== null && (!opposed || facts.owner === 'partner')) return keepApart(merged, facts, closed);
  if (opposed) return decide(merged, facts);
  if (!foreign || facts.frozen) return merged;
  if (leaves) return toPartner(merged, facts);
  return enters ? toCrm(merged, facts) : merged;
}
