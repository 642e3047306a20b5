/** Three-way merge of a list by the identity of its elements: people by e-mail, solutions by id. */
import type { DealValues, Person, Solution } from './deal.ts';
import { sameValue } from './fields.ts';
import type { FieldRule } from './mapping.ts';
import type { Conflict, Difference, MergeInput } from './merge.ts';

type ListField = 'contacts' | 'team' | 'solutions';
type Element = Person | Solution;

/** What an element is recognised by. */
export const keyOf = (element: Element): string => ('email' in element ? element.email : element.id);

/** Elements that somebody added while a list was written are news for the next pass. */
export function withoutNewcomers(list: readonly Element[], known: readonly Element[]): readonly Element[] {
  const keys = new Set(known.map(keyOf));
  return list.filter((element) => keys.has(keyOf(element)));
}

/** Elements that were there, were to stay, and are gone after the write: a person removed them meanwhile, which is news for the next pass. */
export function removedMeanwhile(before: readonly Element[], wanted: readonly Element[], after: readonly Element[]): readonly Element[] {
  const [stay, there] = [new Set(wanted.map(keyOf)), new Set(after.map(keyOf))];
  return before.filter((element) => stay.has(keyOf(element)) && !there.has(keyOf(element)));
}

const index = (list: readonly Element[] | undefined): Map<string, Element> =>
  new Map((list ?? []).map((element) => [keyOf(element), element]));

function sameElement(field: ListField, a: Element | undefined, b: Element | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return sameValue(field, [a] as never, [b] as never);
}

export interface ListMerge {
  readonly toPartner: readonly Element[] | null;
  readonly toCrm: readonly Element[] | null;
  readonly conflict: Conflict | null;
  readonly difference: Difference | null;
  readonly unsettled: boolean;
}

/**
 * Each element goes through the case table of `merge` on its own, so that an added contact and a removed one on the other side both
 * survive. An element that both sides changed differently is decided by the owner; with `ask` it stays as it is on each side.
 */
export function mergeList(field: ListField, rule: FieldRule, input: MergeInput): ListMerge {
  const crm = input.crm[field] as readonly Element[];
  const partner = input.partner[field] as readonly Element[];
  const [inCrm, inPartner] = [index(crm), index(partner)];
  const known = field in input.base.crm && field in input.base.partner;
  const [wasCrm, wasPartner] = [index(input.base.crm[field]), index(input.base.partner[field])];

  const frozen = input.frozen(field);
  const leaves = rule.direction !== 'to-crm';
  const mayLeave = rule.onUpdate && leaves;
  const mayEnter = rule.onUpdate && rule.direction !== 'to-partner';
  const decided = input.decided?.[field];
  const forPartner: Element[] = [];
  const forCrm: Element[] = [];
  let winner: Conflict['winner'] | undefined;
  let blocked: Difference['why'] | null = null;

  const keep = (target: Element[], element: Element | undefined): void => {
    if (element !== undefined) target.push(element);
  };
  for (const key of new Set([...inCrm.keys(), ...inPartner.keys()])) {
    const [a, b] = [inCrm.get(key), inPartner.get(key)];
    const crmChanged = known ? !sameElement(field, a, wasCrm.get(key)) : a !== undefined && b === undefined;
    const partnerChanged = known ? !sameElement(field, b, wasPartner.get(key)) : b !== undefined && a === undefined;
    let flow: 'none' | 'to-partner' | 'to-crm' = 'none';
    if (!sameElement(field, a, b)) {
      if (decided) flow = decided === 'crm' ? 'to-partner' : 'to-crm';
      else if (crmChanged && partnerChanged) {
        const owner = !mayEnter ? 'crm' : !mayLeave || frozen ? 'partner' : rule.owner;
        winner = owner === 'ask' ? null : winner === null ? null : owner;
        flow = owner === 'crm' ? 'to-partner' : owner === 'partner' ? 'to-crm' : 'none';
      } else if (crmChanged) flow = 'to-partner';
      else if (partnerChanged) flow = 'to-crm';
    }
    if (flow === 'to-partner' && (!mayLeave || frozen)) {
      blocked = leaves && frozen ? 'frozen' : 'direction';
      flow = 'none';
    }
    if (flow === 'to-crm' && !mayEnter) {
      blocked ??= 'direction';
      flow = 'none';
    }
    keep(forPartner, flow === 'to-partner' ? a : b);
    keep(forCrm, flow === 'to-crm' ? b : a);
  }

  const both = { field, crm: crm as DealValues[ListField], partner: partner as DealValues[ListField] };
  return {
    toPartner: sameValue(field, forPartner as never, partner as never) ? null : forPartner,
    toCrm: sameValue(field, forCrm as never, crm as never) ? null : forCrm,
    conflict: winner === undefined ? null : { ...both, winner },
    difference: blocked === null ? null : { ...both, why: blocked },
    unsettled: winner === null || blocked === 'frozen',
  };
}
