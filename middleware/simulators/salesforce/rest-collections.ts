/** `/composite/sobjects`: up to 200 rows written, up to 2,000 read, in one call (Salesforce APIs §5.1, §5.2). */
import { normalizeId } from './ids.ts';
import { ApiError, RowError } from './org-errors.ts';
import { isObject, type Answer, type Call, type Handler, type Org } from './org.ts';
import { printRecord, readableFields, rowError, type PrintedError } from './rest-print.ts';
import { createRow, deleteRowFor, keyFieldOf, objectFor, updateRow, upsertRow } from './row-write.ts';
import type { FieldValue, ObjectDefinition } from './schema-model.ts';
import { coerceValue } from './values.ts';

const mostWritten = 200;
const mostRead = 2000;
const mostChunks = 10;

type RowResult = { readonly id?: string; readonly success: boolean; readonly created?: boolean; readonly errors: readonly PrintedError[] };

export const collectionsHandler: Handler = (org, call) => {
  const [first, second, objectName, keyName] = call.steps;
  if (first !== 'composite' || second !== 'sobjects') return null;
  if (objectName === undefined) return written(org, call);
  if (keyName !== undefined && call.method === 'PATCH') return upserted(org, call, objectName, keyName);
  if (call.method === 'POST' || call.method === 'GET') return retrieved(org, call, objectName);
  return null;
};

function retrieved(org: Org, call: Call, objectName: string): Answer {
  const object = objectFor(org, call.access, objectName);
  const body =
    call.method === 'POST' ? call.json() : { ids: call.query.get('ids')?.split(','), fields: call.query.get('fields')?.split(',') };
  const ids: unknown = isObject(body) ? body['ids'] : null;
  const names: unknown = isObject(body) ? body['fields'] : null;
  if (!Array.isArray(ids) || !Array.isArray(names)) throw new ApiError(400, 'MISSING_ARGUMENT', 'ids and fields are required');
  if (ids.length > mostRead)
    throw new ApiError(400, 'EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${mostRead} records in a retrieve request`);
  const fields = readableFields(org, call.access, object, names.map(String));
  return {
    status: 200,
    body: ids.map((id) => {
      const long = normalizeId(String(id));
      if (long === null) throw new ApiError(400, 'MALFORMED_ID', `malformed id ${String(id)}`);
      const record = long.startsWith(object.keyPrefix) ? org.state.record(long) : undefined;
      return record && record['IsDeleted'] !== true && call.access.canSee(object, record)
        ? printRecord(org, call.version, object, record, fields)
        : null;
    }),
  };
}

/** Runs row by row; with allOrNone one refusal undoes all. */
function each<T>(org: Org, rows: readonly T[], allOrNone: boolean, write: (row: T, index: number) => RowResult): Answer {
  const results: RowResult[] = [];
  const run = (): void => {
    for (const [index, row] of rows.entries()) {
      try {
        results.push(write(row, index));
      } catch (error) {
        results.push({ success: false, errors: [rowError(error)] });
      }
    }
  };
  const failed = (): boolean => results.some((result) => !result.success);
  class Undone extends Error {}
  try {
    org.state.transaction(() => {
      run();
      if (allOrNone && failed()) throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
    const rolledBack = {
      success: false,
      errors: [
        {
          statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
          message: 'Record rolled back because not all records were valid and the request was using AllOrNone header',
          fields: [],
        },
      ],
    };
    return { status: 200, body: results.map((result) => (result.success ? rolledBack : result)) };
  }
  return { status: 200, body: results };
}

function rowsOf(call: Call): { readonly rows: readonly { readonly [name: string]: unknown }[]; readonly allOrNone: boolean } {
  const body = call.json();
  const records: unknown = isObject(body) ? body['records'] : null;
  if (!isObject(body) || !Array.isArray(records) || !records.every(isObject))
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'records is expected to be an array of records');
  if (records.length > mostWritten) throw tooMany();
  return { rows: records, allOrNone: body['allOrNone'] === true };
}

const tooMany = (): ApiError =>
  new ApiError(400, 'EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${mostWritten} records into this call`);

const typeOf = (row: { readonly [name: string]: unknown }): string =>
  isObject(row['attributes']) ? String(row['attributes']['type'] ?? '') : '';

/** Rows of one kind that stand together make a chunk; ten chunks are the most. */
function checkChunks(types: readonly string[]): void {
  const chunks = types.filter((type, index) => index === 0 || type !== types[index - 1]).length;
  if (chunks > mostChunks)
    throw new ApiError(
      400,
      'INVALID_INPUT',
      `Invalid input. The records are of ${chunks} chunks of types; at most ${mostChunks} are allowed.`,
    );
}

function rowObject(org: Org, call: Call, row: { readonly [name: string]: unknown }): ObjectDefinition {
  const type = typeOf(row);
  if (type === '') throw new RowError('INVALID_INPUT', 'Include a type with value for attributes in the record.');
  const object = org.state.schema.object(type);
  if (!object || !(call.access.object(object).read || call.access.object(object).create))
    throw new RowError('INVALID_TYPE', `sObject type '${type}' is not supported.`);
  return object;
}

function written(org: Org, call: Call): Answer {
  if (call.method === 'DELETE') {
    const ids = (call.query.get('ids') ?? '').split(',').filter((id) => id !== '');
    if (ids.length === 0) throw new ApiError(400, 'MISSING_ARGUMENT', 'The ids parameter is required');
    if (ids.length > mostWritten) throw tooMany();
    return each(org, ids, call.query.get('allOrNone') === 'true', (id) => {
      deleteRowFor(org, call.access, id);
      return { id: normalizeId(id) ?? id, success: true, errors: [] };
    });
  }
  if (call.method !== 'POST' && call.method !== 'PATCH')
    throw new ApiError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${call.method}' not allowed.`);
  const { rows, allOrNone } = rowsOf(call);
  checkChunks(rows.map(typeOf));
  if (call.method === 'POST') {
    return each(org, rows, allOrNone, (row) => {
      const object = rowObject(org, call, row);
      const id = createRow(org, call.access, object, row);
      if (object.kind !== 'event') return { id, success: true, errors: [] };
      return { id: org.state.newId(object.name), success: true, errors: [{ statusCode: 'OPERATION_ENQUEUED', message: id, fields: [] }] };
    });
  }
  const seen = new Set<string>();
  return each(org, rows, allOrNone, (row) => {
    const object = rowObject(org, call, row);
    const given = row['id'] ?? row['Id'];
    if (typeof given !== 'string') throw new RowError('MISSING_ARGUMENT', 'Id not specified in an update call');
    const id = normalizeId(given);
    if (id === null) throw new RowError('MALFORMED_ID', `malformed id ${given}`, ['Id']);
    if (seen.has(id)) throw new RowError('DUPLICATE_VALUE', 'duplicate id in list', ['Id']);
    seen.add(id);
    updateRow(org, call.access, object, id, row);
    return { id, success: true, errors: [] };
  });
}

function upserted(org: Org, call: Call, objectName: string, keyName: string): Answer {
  const object = objectFor(org, call.access, objectName);
  const key = keyFieldOf(org, call.access, object, keyName);
  const { rows, allOrNone } = rowsOf(call);
  if (rows.some((row) => typeOf(row).toLowerCase() !== object.name.toLowerCase())) {
    throw new ApiError(400, 'INVALID_INPUT', `All records of this call must be of type ${object.name}.`);
  }
  const keyOf = (row: { readonly [name: string]: unknown }): unknown =>
    Object.entries(row).find(([name]) => name.toLowerCase() === key.name.toLowerCase())?.[1];
  const counts = new Map<string, number>();
  for (const row of rows) {
    const text = String(keyOf(row) ?? '').toLowerCase();
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return each(org, rows, allOrNone, (row) => {
    if (key.type !== 'Id' && Object.keys(row).some((name) => name.toLowerCase() === 'id')) {
      throw new RowError('INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an upsert call by another external id', ['Id']);
    }
    const value: FieldValue = coerceValue(key, keyOf(row) ?? null, org.switches);
    if (value === null) throw new RowError('MISSING_ARGUMENT', `${key.name} not specified`);
    if ((counts.get(String(value).toLowerCase()) ?? 0) > 1)
      throw new RowError('DUPLICATE_VALUE', `Duplicate external id specified: ${String(value)}`, [key.name]);
    const body = Object.fromEntries(Object.entries(row).filter(([name]) => name.toLowerCase() !== key.name.toLowerCase()));
    const result = upsertRow(org, call.access, object, key, value, body);
    if ('several' in result)
      throw new RowError(
        'DUPLICATE_EXTERNAL_ID',
        `${key.name}: more than one record found for external id field: [${result.several.join(', ')}]`,
        [key.name],
      );
    return { id: result.id, success: true, errors: [], created: result.created };
  });
}
