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
  /** True when a field is among them that people edit: the write has to be guarded. */
  readonly guarded: boolean;
  readonly refused: readonly RefusedField[];
}

const lists: readonly FieldName[] = ['contacts', 'team', 'solutions'];

/**
 * @param before the deal as read; what already holds is not written again. Null for a new record.
 */
export function toFields(set: Deal, before: Deal | null, plan: ReadPlan): FieldChanges {
  const values: { [apiName: string]: unknown } = {};
  const origin = new Map<string, FieldName>();
  const refused: RefusedField[] = [];
  let guarded = false;

  for (const field of Object.keys(set) as FieldName[]) {
    if (lists.includes(field) || field === 'externalReference') continue;
    if (before && field in before && sameValue(field, before[field] as DealValues[typeof field], set[field] as DealValues[typeof field]))
      continue;
    const source = plan.sources.find((one) => one.rule.field === field);
    if (!source?.at) continue;
    const { at, rule } = source;
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
    values[at.field.name] =
      field === 'state' ? stageFor(set.state ?? 'active', plan.mapping) : toCrm(rule, set[field], at.field, plan.mapping);
    origin.set(at.field.name, field);
    guarded ||= fields[field].frozen !== 'always';
  }
  return { values, origin, guarded, refused };
}
