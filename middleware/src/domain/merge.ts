/**
 * Three-way merge per field. For each mapped field, with what each side holds, what each side held when both last agreed,
 * and who owns the field:
 *
 * | CRM changed | partner changed | equal now | result |
 * | --- | --- | --- | --- |
 * | no  | no  |  –  | nothing |
 * | yes | no  |  –  | CRM's value goes to the partner side, or a difference when direction or freezing forbids it |
 * | no  | yes |  –  | partner's value goes to the CRM, or stays a difference when direction forbids it |
 * | yes | yes | yes | agreed |
 * | yes | yes | no  | conflict: the owner wins and the other value is kept as the loser; `ask` leaves both as they are |
 *
 * A field without base (newly mapped): equal → agreed; one side empty → the value fills it; both filled → ask. Nothing is
 * ever overwritten without a base. The state of the deal has rules of its own, see `plan`.
 */
import type { Base, Deal, DealValues, FieldName } from './deal.ts';
import { fields, fieldNames, sameValue } from './fields.ts';
import type { FieldRule, Owner } from './mapping.ts';
import { mergeList } from './merge-list.ts';

export interface Conflict {
  readonly field: FieldName;
  readonly crm: DealValues[FieldName] | undefined;
  readonly partner: DealValues[FieldName] | undefined;
  /** Who won; `null` when a person is asked and both sides stay as they are. */
  readonly winner: 'crm' | 'partner' | null;
}

/** A value that is not carried over, with the reason a person is shown. */
export interface Difference {
  readonly field: FieldName;
  readonly crm: DealValues[FieldName] | undefined;
  readonly partner: DealValues[FieldName] | undefined;
  /** `currency`: the org has one currency, this is another; `products`: the amount is made by the opportunity's products. */
  readonly why: 'frozen' | 'direction' | 'currency' | 'products';
}

export interface Merge {
  /** Values to write to the partner side; only what differs there. */
  readonly toPartner: Deal;
  readonly toCrm: Deal;
  readonly conflicts: readonly Conflict[];
  readonly differences: readonly Difference[];
  /** Fields whose base must stay as it is: open conflicts and frozen differences. */
  readonly unsettled: readonly FieldName[];
}

export interface MergeInput {
  readonly crm: Deal;
  readonly partner: Deal;
  readonly base: Base;
  readonly rules: readonly FieldRule[];
  readonly frozen: (field: FieldName) => boolean;
  /** A person's answer to a conflict: take this side's value. */
  readonly decided?: { readonly [F in FieldName]?: 'crm' | 'partner' };
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0);

type Verdict =
  | { readonly kind: 'settled' }
  | { readonly kind: 'to-partner' }
  | { readonly kind: 'to-crm' }
  | { readonly kind: 'conflict'; readonly winner: 'crm' | 'partner' | null }
  | { readonly kind: 'difference'; readonly why: Difference['why'] };

/** The case table above, for one field. */
function judge<F extends FieldName>(field: F, rule: FieldRule, input: MergeInput): Verdict {
  const { crm, partner, base } = input;
  const decided = input.decided?.[field];
  const leaves = rule.direction === 'both' || rule.direction === 'to-partner';
  const mayLeave = rule.onUpdate && leaves;
  const mayEnter = rule.onUpdate && (rule.direction === 'both' || rule.direction === 'to-crm');
  const toPartner = (): Verdict => {
    if (leaves && input.frozen(field)) return { kind: 'difference', why: 'frozen' };
    return mayLeave ? { kind: 'to-partner' } : { kind: 'difference', why: 'direction' };
  };
  const toCrm = (): Verdict => (mayEnter ? { kind: 'to-crm' } : { kind: 'difference', why: 'direction' });

  if (sameValue(field, crm[field], partner[field])) return { kind: 'settled' };
  if (decided) {
    // the person may not have seen the newest value of the other side: it is kept like any other that loses
    const way = decided === 'crm' ? toPartner() : toCrm();
    return way.kind === 'difference' ? way : { kind: 'conflict', winner: decided };
  }

  const known = field in base.crm && field in base.partner;
  if (!known) {
    // nobody here ever writes what only Microsoft writes
    if (fields[field].frozen === 'always') return toCrm();
    if (isEmpty(partner[field])) return toPartner();
    if (isEmpty(crm[field])) return toCrm();
    return mayLeave && mayEnter ? { kind: 'conflict', winner: null } : { kind: 'difference', why: 'direction' };
  }
  const crmChanged = !sameValue(field, crm[field], base.crm[field]);
  const partnerChanged = !sameValue(field, partner[field], base.partner[field]);
  if (!crmChanged && !partnerChanged) return { kind: 'settled' };
  if (crmChanged && !partnerChanged) return toPartner();
  if (!crmChanged) return toCrm();
  if (!mayLeave) return toCrm();
  if (!mayEnter || input.frozen(field)) return toPartner();
  return { kind: 'conflict', winner: winnerOf(rule.owner) };
}

const winnerOf = (owner: Owner): 'crm' | 'partner' | null => (owner === 'ask' ? null : owner);

/** Merges all mapped fields that both sides carry; the state is left out. */
export function merge(input: MergeInput): Merge {
  const toPartner: { [field: string]: unknown } = {};
  const toCrm: { [field: string]: unknown } = {};
  const conflicts: Conflict[] = [];
  const differences: Difference[] = [];
  const unsettled: FieldName[] = [];
  const ruleOf = new Map(input.rules.filter((rule) => rule.direction !== 'off').map((rule) => [rule.field, rule]));

  for (const field of fieldNames) {
    const rule = ruleOf.get(field);
    if (field === 'state' || !rule || !(field in input.crm) || !(field in input.partner)) continue;

    if (fields[field].kind === 'people' || fields[field].kind === 'solutions') {
      const list = mergeList(field as 'contacts' | 'team' | 'solutions', rule, input);
      if (list.toPartner) toPartner[field] = list.toPartner;
      if (list.toCrm) toCrm[field] = list.toCrm;
      if (list.conflict) conflicts.push(list.conflict);
      if (list.difference) differences.push(list.difference);
      if (list.unsettled) unsettled.push(field);
      continue;
    }

    const verdict = judge(field, rule, input);
    const both = { field, crm: input.crm[field], partner: input.partner[field] };
    if (verdict.kind === 'to-partner') toPartner[field] = input.crm[field];
    if (verdict.kind === 'to-crm') toCrm[field] = input.partner[field];
    if (verdict.kind === 'conflict') {
      conflicts.push({ ...both, winner: verdict.winner });
      if (verdict.winner === 'crm') toPartner[field] = input.crm[field];
      if (verdict.winner === 'partner') toCrm[field] = input.partner[field];
      if (verdict.winner === null) unsettled.push(field);
    }
    if (verdict.kind === 'difference') {
      differences.push({ ...both, why: verdict.why });
      if (verdict.why === 'frozen') unsettled.push(field);
    }
  }
  return { toPartner, toCrm, conflicts, differences, unsettled };
}

/**
 * The next base: what each side really holds now. Unsettled fields keep what they had, so that an open question stays open. So do fields
 * that only one of the readings covers (a field the mapping stopped, or mistyped, for a while): they were not compared, and a base that
 * moved on one side alone would let an edit of that side be overwritten as if nobody had made it.
 */
export function nextBase(old: Base | null, crm: Deal, partner: Deal, unsettled: readonly FieldName[]): Base {
  const keep = (before: Deal | undefined, now: Deal, other: Deal): Deal => {
    const seen = Object.entries(now).filter(([field]) => field in other || !before || !(field in before));
    const next: { [field: string]: unknown } = { ...before, ...Object.fromEntries(seen) };
    for (const field of unsettled) {
      if (before && field in before) next[field] = before[field];
      else delete next[field];
    }
    return next;
  };
  return { crm: keep(old?.crm, crm, partner), partner: keep(old?.partner, partner, crm) };
}
