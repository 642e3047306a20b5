/** Records and refusals as JSON. */
import type { Access } from './access.ts';
import { ApiError, RowError } from './org-errors.ts';
import type { Answer, Org } from './org.ts';
import { fieldValue } from './record-formula.ts';
import type { FieldDefinition, ObjectDefinition, RecordValues } from './schema-model.ts';
import { recordUrl } from './soql-run.ts';

export interface PrintedError {
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
}

/** The key as the service really spells it; newer versions are said to spell it out. */
const duplicateResult = 'duplicateResut';

/** Inside collections. */
export function rowError(error: unknown): PrintedError {
  if (error instanceof RowError || error instanceof ApiError)
    return { statusCode: error.code, message: error.message, fields: error.fields };
  throw error;
}

/** As a whole answer: an array, with `errorCode` in place of `statusCode` (§5.4). */
export function errorAnswer(error: unknown): Answer {
  if (!(error instanceof RowError) && !(error instanceof ApiError)) throw error;
  const fields = error instanceof RowError || error.fields.length > 0 ? { fields: error.fields } : {};
  const found = error instanceof RowError && error.duplicates !== null ? { [duplicateResult]: error.duplicates, ...fields } : fields;
  return { status: error.status, body: [{ message: error.message, errorCode: error.code, ...found }] };
}

/** Fields the caller may read; the named ones, or all. */
export function readableFields(org: Org, access: Access, object: ObjectDefinition, names: readonly string[] | null): FieldDefinition[] {
  if (names === null) return [...object.fields.values()].filter((field) => access.canReadField(object, field));
  return names.map((name) => {
    const field = org.state.schema.field(object.name, name);
    if (!field || !access.canReadField(object, field)) {
      throw new ApiError(
        400,
        'INVALID_FIELD',
        `No such column '${name}' on entity '${object.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
      );
    }
    return field;
  });
}

export function printRecord(
  org: Org,
  version: string,
  object: ObjectDefinition,
  record: RecordValues,
  fields: readonly FieldDefinition[],
): { readonly [name: string]: unknown } {
  const printed: { [name: string]: unknown } = { attributes: { type: object.name, url: recordUrl(version, object.name, record['Id']) } };
  for (const field of fields) printed[field.name] = fieldValue(org.state, object, record, field);
  if (!('Id' in printed)) printed['Id'] = record['Id'];
  return printed;
}
