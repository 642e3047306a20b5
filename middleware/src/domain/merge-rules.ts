/** Which fields a merge of two sides compares, and which go another way. */
import type { Base, Deal, FieldName } from './deal.ts';
import { fields } from './fields.ts';
import { entering, type FieldRule, type Mapping } from './mapping.ts';
import type { Conflict, Merge } from './merge.ts';
import type { Together } from './plan.ts';

const fromMicrosoft: readonly FieldRule[] = (Object.keys(fields) as FieldName[])
  .filter((field) => fields[field].frozen === 'always')
  .map((field) => entering(field));

/** Handled by state and Microsoft's leg, not by the merge. */
export const apart: readonly FieldName[] = ['state', 'stateReason'];
export const legOnly: readonly FieldName[] = ['help', 'noteToMicrosoft'];

/** The rules of the merge: the admin's, plus what always enters. */
export function mergeRules(mapping: Mapping): readonly FieldRule[] {
  const own = mapping.fields.filter((rule) => !apart.includes(rule.field) && fields[rule.field].frozen !== 'always');
  return [...own, ...fromMicrosoft];
}

/** Fields both sides show and no rule carries: an admin stopped them in this moment. Nobody compares them, so they keep their past. */
export function notCompared({ crm, partner }: Together, rules: readonly FieldRule[]): readonly FieldName[] {
  const compared = new Set<FieldName>([
    ...rules.filter((rule) => rule.direction !== 'off').map((rule) => rule.field),
    ...apart,
    'externalReference',
  ]);
  return (Object.keys(crm.deal) as FieldName[]).filter((field) => field in partner.deal && !compared.has(field));
}

/** A reading that did not look at Microsoft's leg says nothing of what was asked there: that is frozen, so what both sides agreed on holds. */
export const withAsked = (partner: Deal, base: Base): Deal => ({
  ...Object.fromEntries(legOnly.flatMap((field) => (field in base.partner ? [[field, base.partner[field]]] : []))),
  ...partner,
});

/** Fields that were sent to one side without an answer, which has changed since and holds something else; or all, after a store went back. */
export type InDoubt = 'all' | { readonly to: 'crm' | 'partner'; readonly fields: readonly FieldName[] };

/**
 * A value whose sending was never answered may have arrived and been taken back by a person; and what is agreed on by a store that went back
 * may be out of date. What seems to be the one edit goes over, and what it overwrites is kept like any other value that loses.
 */
export function mayBeTakenBack({ crm, partner, inDoubt }: Together, merged: Merge): readonly Conflict[] {
  if (!inDoubt) return [];
  const doubted = (to: 'crm' | 'partner', field: FieldName): boolean =>
    inDoubt === 'all' ? fields[field].frozen !== 'always' : inDoubt.to === to && inDoubt.fields.includes(field);
  const kept = (to: 'crm' | 'partner', set: Deal): readonly Conflict[] =>
    (Object.keys(set) as FieldName[])
      .filter((field) => doubted(to, field) && !merged.conflicts.some((one) => one.field === field))
      .map((field) => ({ field, crm: crm.deal[field], partner: partner.deal[field], winner: to === 'partner' ? 'crm' : 'partner' }));
  return [...kept('partner', merged.toPartner), ...kept('crm', merged.toCrm)];
}
