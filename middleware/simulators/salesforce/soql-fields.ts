/** Field paths of a query against the metadata and the caller's rights. */
import type { Access } from './access.ts';
import { fieldValue } from './record-formula.ts';
import type { FieldDefinition, FieldValue, ObjectDefinition, RecordValues } from './schema-model.ts';
import { queryError } from './soql-parse.ts';
import type { OrgState } from './state.ts';

/** Where a query runs: the org, the caller, and the text for error messages. */
export interface QueryScope {
  readonly state: OrgState;
  readonly access: Access;
  /** `v66.0`, for record URLs. */
  readonly version: string;
  readonly soql: string;
}

export interface FieldPath {
  /** Lookups to walk, with the object each leads to. */
  readonly parents: readonly { readonly field: FieldDefinition; readonly object: ObjectDefinition }[];
  /** Object that holds the field. */
  readonly object: ObjectDefinition;
  readonly field: FieldDefinition;
}

const hint = 'Please reference your WSDL or the describe call for the appropriate names.';

/** @throws ApiError INVALID_FIELD, also for what the caller may not see */
export function resolvePath(scope: QueryScope, root: ObjectDefinition, alias: string | null, path: string, at: number): FieldPath {
  let steps = path.split('.');
  const first = steps[0]?.toLowerCase();
  if (steps.length > 1 && (first === alias?.toLowerCase() || first === root.name.toLowerCase())) steps = steps.slice(1);
  if (steps.length > 6) throw queryError(scope.soql, at, 'INVALID_FIELD', 'SOQL relationship path can reach at most 5 levels.');
  const parents: { field: FieldDefinition; object: ObjectDefinition }[] = [];
  let object = root;
  for (const step of steps.slice(0, -1)) {
    const field = scope.state.schema.parentField(object.name, step);
    const parent = field && scope.state.schema.object(field.referenceTo?.[0] ?? '');
    if (!field || !parent || !scope.access.canReadField(object, field) || !scope.access.object(parent).read) {
      throw queryError(
        scope.soql,
        at,
        'INVALID_FIELD',
        `Didn't understand relationship '${step}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. ${hint}`,
      );
    }
    parents.push({ field, object: parent });
    object = parent;
  }
  const name = steps.at(-1) ?? '';
  const field = scope.state.schema.field(object.name, name);
  if (!field || !scope.access.canReadField(object, field)) {
    throw queryError(
      scope.soql,
      at,
      'INVALID_FIELD',
      `No such column '${name}' on entity '${object.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. ${hint}`,
    );
  }
  return { parents, object, field };
}

/** The record a path's field stands on; undefined when a lookup on the way is empty or its target can't be seen. */
export function walkParents(scope: QueryScope, path: FieldPath, row: RecordValues): RecordValues | undefined {
  let current: RecordValues | undefined = row;
  for (const { field, object } of path.parents) {
    current = parentOf(scope, current, field, object);
    if (!current) return undefined;
  }
  return current;
}

/** Parents are read under the caller's sharing; an account is always shown to who sees its deal or contact. */
export function parentOf(
  scope: QueryScope,
  row: RecordValues | undefined,
  field: FieldDefinition,
  object: ObjectDefinition,
): RecordValues | undefined {
  const id = row?.[field.name];
  const parent = typeof id === 'string' ? scope.state.record(id) : undefined;
  if (!parent) return undefined;
  return object.name === 'Account' || scope.access.canSee(object, parent) ? parent : undefined;
}

export function pathValue(scope: QueryScope, path: FieldPath, row: RecordValues): FieldValue {
  const holder = walkParents(scope, path, row);
  return holder ? fieldValue(scope.state, path.object, holder, path.field) : null;
}
