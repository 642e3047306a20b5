/** Changes of a deal → own fields of the opportunity. Lists and parent records are the business of `side`. */
import type { Deal, DealValues, FieldName } from '../../domain/deal.ts';
import { fields, sameValue } from '../../domain/fields.ts';
import type { RefusedField } from '../../sync/ports.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import { stageFor } from './stage.ts';
import { toCrm } from './transform.ts';

export interface FieldChanges {
  readonly values: { readonly [apiName: string]: unknown };
  /** Which deal field each own field stands for, to name a refusal. */
  readonly origin: ReadonlyMap<string, FieldName>;
  /** True when a value is among them that a person may have changed meanwhile: the write has to be guarded. */
  readonly guarded: boolean;
  readonly refused: readonly RefusedField[];
}

const lists: readonly FieldName[] = ['contacts', 'team', 'solutions'];

const money: readonly FieldName[] = ['value', 'currency'];

/** Why an amount may not be written: it would be read in another currency. Null when it may. */
function foreignMoney(set: Deal, before: Deal | null, plan: ReadPlan): string | null {
  const currency = set.currency ?? before?.currency ?? null;
  if (currency === null || !money.some((field) => field in set)) return null;
  if (!plan.features.multiCurrency) {
    return plan.orgCurrency === currency
      ? null
      : `the amount is in ${currency} and this org has one currency, ${plan.orgCurrency ?? 'which is not known'}.`;
  }
  const known = plan.sources.find((one) => one.rule.field === 'currency')?.at?.field.picklistValues ?? [];
  return known.length === 0 || known.includes(currency) ? null : `the amount is in ${currency}, which is no active currency of this org.`;
}

/** Fields that go with refused ones: a value without its currency would be another value. */
export const withMoney = (names: readonly string[], origin: ReadonlyMap<string, FieldName>): readonly string[] =>
  names.some((name) => origin.get(name) === 'currency')
    ? [...new Set([...names, ...[...origin].filter(([, field]) => field === 'value').map(([name]) => name)])]
    : names;

/** What no person's edit could contradict: Microsoft's own values, and a one-way step that is taken. */
const isBeyondPeople = (field: FieldName, set: Deal): boolean =>
  fields[field].frozen === 'always' || (fields[field].frozen === 'yes' && set[field] === true);

/**
 * @param before the deal as read; what already holds is not written again. Null for a new record.
 */
export function toFields(set: Deal, before: Deal | null, plan: ReadPlan): FieldChanges {
  const values: { [apiName: string]: unknown } = {};
  const origin = new Map<string, FieldName>();
  const refused: RefusedField[] = [];
  let guarded = false;
  const foreign = foreignMoney(set, before, plan);

  for (const field of Object.keys(set) as FieldName[]) {
    if (lists.includes(field) || field === 'externalReference') continue;
    if (before && field in before && sameValue(field, before[field] as DealValues[typeof field], set[field] as DealValues[typeof field]))
      continue;
    const source = plan.sources.find((one) => one.rule.field === field);
    if (!source?.at) continue;
    const { at, rule } = source;
    if (foreign !== null && money.includes(field)) {
      refused.push({ field, code: 'CRM_PICKLIST', message: `${fields[field].label} is not taken over: ${foreign}` });
      continue;
    }
    if (!at.own) {
      if (before)
        refused.push({
          field,
          code: 'CRM_REFUSED',
          message: `${fields[field].label} stands on another record (${at.path}); the service never overwrites it.`,
        });
      continue;
    }
    if (!(before ? at.field.updateable : at.field.createable)) {
      refused.push({
        field,
        code: 'CRM_FIELD_MISSING',
        message: `${at.path} cannot be written: it is read-only in this org, or the integration user may not edit it.`,
      });
      continue;
    }
    const value = field === 'state' ? stageFor(set.state ?? 'active', plan.mapping) : toCrm(rule, set[field], at.field, plan.mapping);
    if (value === null && typeof set[field] === 'string') {
      refused.push({ field, code: 'CRM_PICKLIST', message: `The value map has no Salesforce value for "${set[field]}".` });
      continue;
    }
    values[at.field.name] = value;
    origin.set(at.field.name, field);
    guarded ||= !isBeyondPeople(field, set);
  }
  return { values, origin, guarded, refused };
}
