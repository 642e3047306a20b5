/** A row as a caller sends it → values the save takes: names in any case, foreign keys by external id, the caller's rights. */
import { ApiError, RowError } from './org-errors.ts';
import { isObject, type Org } from './org.ts';
import type { Access } from './access.ts';
import type { DraftRecord, FieldDefinition, FieldValue, ObjectDefinition } from './schema-model.ts';

const insufficient = 'insufficient access rights on object id';

/** @throws ApiError NOT_FOUND 404 when the caller can't see the object */
export function objectFor(org: Org, access: Access, name: string): ObjectDefinition {
  const object = org.state.schema.object(name);
  const rights = object && access.object(object);
  if (!object || !rights || !(rights.read || rights.create)) throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
  return object;
}

/** @throws RowError INVALID_FIELD, INVALID_FIELD_FOR_INSERT_UPDATE … */
export function readRow(org: Org, access: Access, object: ObjectDefinition, body: unknown, mode: 'insert' | 'update'): DraftRecord {
  if (!isObject(body)) throw new RowError('JSON_PARSER_ERROR', 'A record must be a JSON object.');
  const values: DraftRecord = {};
  const denied: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    const lower = name.toLowerCase();
    if (lower === 'attributes' || lower === 'id') continue;
    if (isObject(value)) {
      const [field, id] = foreignKey(org, access, object, name, value);
      values[field.name] = id;
      continue;
    }
    const field = org.state.schema.field(object.name, name);
    const visible = field !== undefined && (object.kind === 'event' || access.canReadField(object, field));
    if (!field || !visible) throw new RowError('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
    const open = mode === 'insert' ? field.createable !== false : field.updateable !== false;
    if (!open || (object.kind !== 'event' && !access.canEditField(object, field))) denied.push(field.name);
    // Types are checked by the save; the value keeps its JSON type until then.
    values[field.name] = value as FieldValue;
  }
  if (denied.length > 0) {
    throw new RowError(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      `Unable to create/update fields: ${denied.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
      denied,
    );
  }
  return values;
}

function foreignKey(
  org: Org,
  access: Access,
  object: ObjectDefinition,
  name: string,
  value: { readonly [name: string]: unknown },
): [FieldDefinition, FieldValue] {
  const field = org.state.schema.parentField(object.name, name);
  const parent = field && org.state.schema.object(field.referenceTo?.[0] ?? '');
  if (!field || !parent || !access.canReadField(object, field))
    throw new RowError('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
  const keys = Object.entries(value).filter(([key]) => key.toLowerCase() !== 'attributes');
  const [key, wanted] = keys[0] ?? [];
  const keyField = key === undefined ? undefined : org.state.schema.field(parent.name, key);
  if (keys.length !== 1 || !keyField || !(keyField.externalId || keyField.type === 'Id')) {
    throw new RowError('INVALID_FIELD', `Cannot reference a foreign key field ${name}: exactly one external id field is expected.`);
  }
  const found = org.state.find(parent.name, keyField.name, wanted as FieldValue);
  if (found.length !== 1) {
    throw new RowError(
      'INVALID_FIELD',
      `Foreign key external ID: ${String(wanted)} not found for field ${keyField.name} in entity ${parent.name}`,
    );
  }
  return [field, found[0]?.['Id'] ?? null];
}

/** @throws RowError */
export function createRow(org: Org, access: Access, object: ObjectDefinition, body: unknown): string {
  if (!access.object(object).create) {
    throw new RowError('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', `entity type cannot be inserted: ${object.label}`, [], 403);
  }
  if (isObject(body) && Object.keys(body).some((name) => name.toLowerCase() === 'id' && body[name] !== null)) {
    throw new RowError('INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an insert call', ['Id']);
  }
  const values = readRow(org, access, object, body, 'insert');
  checkParents(org, access, object, values);
  return org.save.insert(object.name, values, access.userId);
}

/** @throws RowError */
export function updateRow(org: Org, access: Access, object: ObjectDefinition, id: string, body: unknown): void {
  const record = org.state.record(id);
  if (!record || org.state.schema.objectByPrefix(String(record['Id']).slice(0, 3))?.name !== object.name) {
    throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 404);
  }
  if (record['IsDeleted'] === true) throw new RowError('ENTITY_IS_DELETED', 'entity is deleted', [], 404);
  if (!access.canSee(object, record)) throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 404);
  const values = readRow(org, access, object, body, 'update');
  if (!access.canEdit(object, record)) throw new RowError('INSUFFICIENT_ACCESS_OR_READONLY', insufficient, [], 403);
  checkParents(org, access, object, values);
  org.save.update(object.name, String(record['Id']), values, access.userId);
}

/** @throws RowError */
export function deleteRowFor(org: Org, access: Access, id: string, expected?: ObjectDefinition): void {
  const record = org.state.record(id);
  const object = record && org.state.schema.objectByPrefix(String(record['Id']).slice(0, 3));
  if (!record || !object || (expected && expected.name !== object.name))
    throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 404);
  if (record['IsDeleted'] === true) throw new RowError('ENTITY_IS_DELETED', 'entity is deleted', [], 404);
  if (!access.canSee(object, record)) throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 404);
  if (!access.canDelete(object, record)) throw new RowError('INSUFFICIENT_ACCESS_OR_READONLY', insufficient, [], 403);
  org.save.delete(String(record['Id']), access.userId);
}

/** Rows may hang only on rows the caller can reach: edit on a master, sight of a lookup's target. */
function checkParents(org: Org, access: Access, object: ObjectDefinition, values: DraftRecord): void {
  for (const name of Object.keys(values)) {
    const field = org.state.schema.field(object.name, name);
    if (!field || (field.type !== 'Lookup' && field.type !== 'MasterDetail')) continue;
    const parent = org.state.record(String(values[name] ?? ''));
    const parentObject = parent && org.state.schema.objectByPrefix(String(parent['Id']).slice(0, 3));
    if (!parent || !parentObject || parentObject.kind === 'setting') continue;
    const needsEdit = (field.type === 'MasterDetail' && !field.writeRequiresMasterRead) || object.accessThrough?.field === field.name;
    if (needsEdit ? !access.canEdit(parentObject, parent) : !access.canSee(parentObject, parent)) {
      throw new RowError(
        'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
        `insufficient access rights on cross-reference id: ${String(parent['Id']).slice(0, 15)}`,
        [],
      );
    }
  }
}

/**
 * The rows an external id names.
 * @throws ApiError NOT_FOUND when the field is no external id the caller can see
 */
export function keyFieldOf(org: Org, access: Access, object: ObjectDefinition, name: string): FieldDefinition {
  const field = org.state.schema.field(object.name, name);
  if (!field || !(field.externalId || field.type === 'Id') || !access.canReadField(object, field)) {
    throw new ApiError(404, 'NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${name}`);
  }
  return field;
}

/** @returns the row's id and whether it is new, or the ids when several rows carry the key */
export function upsertRow(
  org: Org,
  access: Access,
  object: ObjectDefinition,
  key: FieldDefinition,
  value: FieldValue,
  body: { readonly [name: string]: unknown },
): { readonly id: string; readonly created: boolean } | { readonly several: readonly string[] } {
  const found = org.state.find(object.name, key.name, value);
  if (found.length > 1) return { several: found.map((row) => String(row['Id'])) };
  const id = found[0]?.['Id'];
  if (typeof id === 'string') {
    updateRow(org, access, object, id, body);
    return { id, created: false };
  }
  return { id: createRow(org, access, object, { ...body, [key.name]: value }), created: true };
}
