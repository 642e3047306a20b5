/** The part of the UI API a record page uses: records, object info, picklist values, related lists (local LWC §5.2). */
import { normalizeId } from './ids.ts';
import { ApiError, RowError } from './org-errors.ts';
import { isObject, type Answer, type Call, type Handler, type Org } from './org.ts';
import { createRow, deleteRowFor, updateRow } from './row-write.ts';
import type { FieldDefinition, ObjectDefinition, RecordValues } from './schema-model.ts';
import { resolvePath, walkParents, type QueryScope } from './soql-fields.ts';
import { compareValues } from './soql-run.ts';
import { fieldValue } from './record-formula.ts';
import { objectInfo, picklistValues } from './ui-object-info.ts';
import { parentName, uiValue } from './ui-values.ts';
import { parseTime } from './wire-time.ts';

export const uiApiHandler: Handler = (org, call) => {
  if (call.steps[0] !== 'ui-api') return null;
  try {
    return route(org, call);
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof RowError)) throw error;
    return uiError(org, call, error);
  }
};

function route(org: Org, call: Call): Answer | null {
  const [, area, first, second, third] = call.steps;
  if (area === 'records') return records(org, call, first);
  if (area === 'object-info' && first !== undefined) {
    const object = objectNamed(org, call, first);
    if (second === undefined) return { status: 200, body: objectInfo(org, call.access, object, call.version) };
    if (second === 'picklist-values' && third !== undefined)
      return { status: 200, body: picklistValues(org, call, object, third, call.steps[5]) };
  }
  if (area === 'related-list-records' && first !== undefined && second !== undefined) return relatedList(org, call, first, second);
  return null;
}

function objectNamed(org: Org, call: Call, name: string): ObjectDefinition {
  const object = org.state.schema.object(name);
  if (!object || !call.access.object(object).read)
    throw new ApiError(404, 'INVALID_TYPE', `Object ${name} is not supported in UI API or can't be seen by this user.`);
  return object;
}

/** The page's error body: message and code, and which field is meant. */
function uiError(org: Org, call: Call, error: ApiError | RowError): Answer {
  const write = call.method !== 'GET';
  const detail = { errorCode: error.code, message: error.message, constituentField: null, duplicateRecordError: null };
  const object = org.state.schema.objectByPrefix((call.steps[2] ?? '').slice(0, 3));
  const fieldErrors: { [field: string]: unknown[] } = {};
  for (const field of error.fields) {
    fieldErrors[field] = [{ ...detail, field, fieldLabel: object?.fields.get(field)?.label ?? field }];
  }
  return {
    status: error.status,
    body: {
      statusCode: error.status,
      errorCode: error.code,
      // A refused write is told in general words; the reason stands in `output`.
      message: write && error.status === 400 ? 'An error occurred while trying to update the record. Please try again.' : error.message,
      enhancedErrorType: write ? 'RecordError' : 'GenericError',
      output: { errors: error.fields.length === 0 ? [{ ...detail, field: null, fieldLabel: null }] : [], fieldErrors },
    },
  };
}

export function uiScope(org: Org, call: Call): QueryScope {
  return { state: org.state, access: call.access, version: call.version, soql: '' };
}

function records(org: Org, call: Call, id: string | undefined): Answer {
  if (id === undefined) {
    if (call.method !== 'POST') throw new ApiError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${call.method}' not allowed.`);
    const body = call.json();
    const object = objectNamed(org, call, isObject(body) ? String(body['apiName'] ?? '') : '');
    const fields = isObject(body) && isObject(body['fields']) ? body['fields'] : {};
    const created = createRow(org, call.access, object, fields);
    return {
      status: 201,
      body: printRecord(
        org,
        call,
        created,
        Object.keys(fields).map((field) => `${object.name}.${field}`),
        [],
      ),
    };
  }
  switch (call.method) {
    case 'GET':
      return { status: 200, body: printRecord(org, call, id, listOf(call, 'fields'), listOf(call, 'optionalFields')) };
    case 'PATCH': {
      const body = call.json();
      const fields = isObject(body) && isObject(body['fields']) ? body['fields'] : {};
      const { object, record } = visible(org, call, id);
      checkUnmodified(call, record);
      updateRow(org, call.access, object, id, fields);
      return {
        status: 200,
        body: printRecord(
          org,
          call,
          id,
          Object.keys(fields)
            .filter((field) => field.toLowerCase() !== 'id')
            .map((field) => `${object.name}.${field}`),
          [],
        ),
      };
    }
    case 'DELETE':
      deleteRowFor(org, call.access, id);
      return { status: 204 };
    default:
      throw new ApiError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${call.method}' not allowed.`);
  }
}

/** The page sends `If-Modified-Since` with what it read, to notice that someone else saved. */
function checkUnmodified(call: Call, record: RecordValues): void {
  const since = call.headers['if-unmodified-since'] ?? call.headers['if-modified-since'];
  const limit = since === undefined ? null : (parseTime(since) ?? Date.parse(since));
  const modified = parseTime(String(record['LastModifiedDate'] ?? ''));
  if (limit !== null && modified !== null && modified > limit) {
    throw new ApiError(412, 'RECORD_MODIFIED', 'The record was modified by someone else while you were editing.');
  }
}

const listOf = (call: Call, name: string): string[] =>
  call.query.getAll(name).flatMap((one) => one.split(',').filter((field) => field !== ''));

function visible(org: Org, call: Call, id: string): { readonly object: ObjectDefinition; readonly record: RecordValues } {
  const long = normalizeId(id);
  const record = long === null ? undefined : org.state.record(long);
  const object = record && org.state.schema.objectByPrefix(String(record['Id']).slice(0, 3));
  if (!record || !object || record['IsDeleted'] === true) throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
  if (!call.access.object(object).read || !call.access.canSee(object, record)) {
    throw new ApiError(
      403,
      'INSUFFICIENT_ACCESS',
      "You don't have access to this record. Ask your administrator for help or to request access.",
    );
  }
  return { object, record };
}

interface Printed {
  readonly [name: string]: unknown;
}

/** @param fields `Opportunity.Account.Name`; a wrong one refuses the call, a wrong optional one is left out */
export function printRecord(org: Org, call: Call, id: string, fields: readonly string[], optionalFields: readonly string[]): Printed {
  const { object, record } = visible(org, call, id);
  const tree: { [name: string]: unknown } = {};
  for (const name of fields) addField(org, call, object, record, tree, name);
  for (const name of optionalFields) {
    try {
      addField(org, call, object, record, tree, name);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
  return representation(org, object, record, tree);
}

function representation(org: Org, object: ObjectDefinition, record: RecordValues, fields: Printed): Printed {
  const modified = record['LastModifiedDate'] ?? null;
  const recordTypeId = record['RecordTypeId'] ?? null;
  const recordType = typeof recordTypeId === 'string' ? org.state.record(recordTypeId) : undefined;
  return {
    apiName: object.name,
    childRelationships: {},
    eTag: `${String(record['Id'])}-${String(record['SystemModstamp'])}`,
    fields,
    id: record['Id'],
    lastModifiedById: record['LastModifiedById'] ?? null,
    lastModifiedDate: typeof modified === 'string' ? modified.replace(/\+0000$/, 'Z') : null,
    recordTypeId,
    recordTypeInfo: recordType
      ? { available: true, defaultRecordTypeMapping: false, master: false, name: recordType['Name'], recordTypeId }
      : null,
    systemModstamp: typeof record['SystemModstamp'] === 'string' ? record['SystemModstamp'].replace(/\+0000$/, 'Z') : null,
    weakEtag: parseTime(String(record['SystemModstamp'] ?? '')) ?? 0,
  };
}

function addField(
  org: Org,
  call: Call,
  object: ObjectDefinition,
  record: RecordValues,
  tree: { [name: string]: unknown },
  name: string,
): void {
  if (!name.toLowerCase().startsWith(`${object.name.toLowerCase()}.`)) {
    throw new ApiError(400, 'INVALID_FIELD', `The field ${name} is not of ${object.name}: names here begin with the object.`);
  }
  const scope = uiScope(org, call);
  const path = resolvePath(scope, object, null, name, 0);
  let fields = tree;
  for (const [index, { field, object: parentObject }] of path.parents.entries()) {
    const parent = walkParents(scope, { ...path, parents: path.parents.slice(0, index + 1) }, record);
    const key = field.relationshipName ?? field.name;
    if (!parent) {
      fields[key] = { displayValue: null, value: null };
      return;
    }
    const existing = fields[key];
    const inner =
      isObject(existing) && isObject(existing['value']) && isObject(existing['value']['fields']) ? existing['value']['fields'] : {};
    const next: { [name: string]: unknown } = { ...inner };
    fields[key] = { displayValue: parentName(org, String(parent['Id'])), value: representation(org, parentObject, parent, next) };
    fields = next;
  }
  const holder = walkParents(scope, path, record);
  if (holder) fields[path.field.name] = uiValue(org, path.object, holder, path.field);
}

/** `POST related-list-records/<parent>/<list>`: the list is the child relationship's name. */
function relatedList(org: Org, call: Call, parentId: string, listName: string): Answer {
  const { object, record } = visible(org, call, parentId);
  const relationship = org.state.schema.childRelationship(object.name, listName);
  const child = relationship && org.state.schema.object(relationship.childObject);
  if (!relationship || !child || !call.access.object(child).read) {
    throw new ApiError(404, 'INVALID_TYPE', `The related list ${listName} does not exist on ${object.name} or can't be seen by this user.`);
  }
  const body = call.method === 'POST' ? call.json() : null;
  const asked = (name: string): string[] => {
    const value = isObject(body) ? body[name] : null;
    return Array.isArray(value) ? value.map(String) : listOf(call, name);
  };
  const pageSize = Number((isObject(body) ? body['pageSize'] : call.query.get('pageSize')) ?? 50);
  const rows = org.state.find(child.name, relationship.field.name, record['Id'] ?? null).filter((row) => call.access.canSee(child, row));
  const sorted = sortBy(org, child, rows, asked('sortBy'));
  const shown = sorted.slice(0, pageSize);
  return {
    status: 200,
    body: {
      count: shown.length,
      currentPageToken: '0',
      nextPageToken: sorted.length > pageSize ? String(pageSize) : null,
      fields: asked('fields'),
      optionalFields: asked('optionalFields'),
      listReference: { parentObjectApiName: object.name, relatedListId: listName, type: 'relatedList' },
      pageSize,
      sortBy: asked('sortBy'),
      records: shown.map((row) => printRecord(org, call, String(row['Id']), asked('fields'), asked('optionalFields'))),
    },
  };
}

function sortBy(org: Org, object: ObjectDefinition, rows: readonly RecordValues[], names: readonly string[]): RecordValues[] {
  const keys = names.flatMap((name) => {
    const descending = name.startsWith('-');
    const bare = name.replace(/^-/, '').replace(new RegExp(`^${object.name}\\.`, 'i'), '');
    const field: FieldDefinition | undefined = org.state.schema.field(object.name, bare);
    return field ? [{ field, descending }] : [];
  });
  return [...rows].sort((a, b) => {
    for (const { field, descending } of keys) {
      const sign = compareValues(fieldValue(org.state, object, a, field), fieldValue(org.state, object, b, field), {
        descending,
        nullsLast: descending,
      });
      if (sign !== 0) return sign;
    }
    return 0;
  });
}
