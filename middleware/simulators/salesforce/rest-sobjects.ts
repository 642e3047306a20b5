/** `/sobjects`: one record at a time, changed and deleted ids, describe. */
import { describeGlobal, describeObject, objectSummary } from './describe.ts';
import { normalizeId } from './ids.ts';
import { ApiError } from './org-errors.ts';
import { isObject, type Answer, type Call, type Handler, type Org } from './org.ts';
import { printRecord, readableFields } from './rest-print.ts';
import { createRow, deleteRowFor, keyFieldOf, objectFor, updateRow, upsertRow } from './row-write.ts';
import type { FieldValue, ObjectDefinition, RecordValues } from './schema-model.ts';
import { recordUrl } from './soql-run.ts';
import { parseTime, wireTime } from './wire-time.ts';

export const sobjectsHandler: Handler = (org, call) => {
  if (call.steps[0] !== 'sobjects') return null;
  const [, name, second, third] = call.steps;
  if (name === undefined) return { status: 200, body: describeGlobal(org, call.access, call.version) };
  const object = objectFor(org, call.access, name);
  if (second === undefined) return onObject(org, call, object);
  if (third !== undefined) return onKey(org, call, object, second, third);
  if (second === 'describe') return { status: 200, body: describeObject(org, call.access, object, call.version) };
  if (second === 'deleted' || second === 'updated') return changes(org, call, object, second);
  return onRecord(org, call, object, second);
};

function onObject(org: Org, call: Call, object: ObjectDefinition): Answer | null {
  if (call.method === 'GET')
    return { status: 200, body: { objectDescribe: objectSummary(call.access, object, call.version), recentItems: [] } };
  if (call.method !== 'POST')
    throw new ApiError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${call.method}' not allowed. Allowed are GET,POST,HEAD`);
  const id = createRow(org, call.access, object, call.json());
  if (object.kind !== 'event') return { status: 201, body: { id, success: true, errors: [] } };
  // The id of a published event identifies nothing; the message is the event's UUID (§3.6).
  return {
    status: 201,
    body: { id: org.state.newId(object.name), success: true, errors: [{ statusCode: 'OPERATION_ENQUEUED', message: id, fields: [] }] },
  };
}

function found(org: Org, call: Call, object: ObjectDefinition, id: string): RecordValues {
  const record = org.state.record(id);
  const ofObject = record && org.state.schema.objectByPrefix(String(record['Id']).slice(0, 3))?.name === object.name;
  if (!record || !ofObject || !call.access.canSee(object, record))
    throw new ApiError(404, 'NOT_FOUND', 'Provided external ID field does not exist or is not accessible: ' + id);
  if (record['IsDeleted'] === true) throw new ApiError(404, 'ENTITY_IS_DELETED', 'entity is deleted');
  return record;
}

function read(org: Org, call: Call, object: ObjectDefinition, record: RecordValues): Answer {
  const names = call.query.get('fields');
  const fields = readableFields(org, call.access, object, names === null ? null : names.split(',').map((one) => one.trim()));
  const modified = parseTime(String(record['LastModifiedDate'] ?? record['SystemModstamp'] ?? ''));
  return {
    status: 200,
    body: printRecord(org, call.version, object, record, fields),
    headers: modified === null ? {} : { 'last-modified': new Date(modified).toUTCString() },
  };
}

function onRecord(org: Org, call: Call, object: ObjectDefinition, id: string): Answer {
  switch (call.method) {
    case 'GET':
      return read(org, call, object, found(org, call, object, id));
    case 'PATCH':
      checkUnmodified(org, call, id);
      updateRow(org, call.access, object, id, call.json());
      return { status: 204 };
    case 'DELETE':
      deleteRowFor(org, call.access, id, object);
      return { status: 204 };
    default:
      throw new ApiError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${call.method}' not allowed. Allowed are HEAD,GET,PATCH,DELETE`);
  }
}

/** Conditional update (§5.3): HTTP dates know whole seconds only. */
function checkUnmodified(org: Org, call: Call, id: string): void {
  const header = call.headers['if-unmodified-since'];
  if (header === undefined) return;
  const limit = Date.parse(header);
  if (Number.isNaN(limit)) throw new ApiError(400, 'INVALID_HEADER', `The If-Unmodified-Since header is no HTTP date: ${header}`);
  const modified = parseTime(String(org.state.record(id)?.['LastModifiedDate'] ?? ''));
  if (modified !== null && Math.floor(modified / 1000) > Math.floor(limit / 1000)) {
    throw new ApiError(412, org.switches.preconditionCode, 'The record was modified since the time given in If-Unmodified-Since.');
  }
}

function onKey(org: Org, call: Call, object: ObjectDefinition, keyName: string, text: string): Answer {
  const key = keyFieldOf(org, call.access, object, keyName);
  const value: FieldValue = key.type === 'Id' ? (normalizeId(text) ?? text) : text;
  const rows = org.state.find(object.name, key.name, value).filter((row) => call.access.canSee(object, row));
  const several = (ids: readonly unknown[]): Answer => ({
    status: 300,
    body: ids.map((id) => recordUrl(call.version, object.name, String(id))),
  });
  if (call.method === 'PATCH') {
    const body = call.json();
    if (!isObject(body)) throw new ApiError(400, 'JSON_PARSER_ERROR', 'A record must be a JSON object.');
    if (Object.keys(body).some((name) => name.toLowerCase() === key.name.toLowerCase())) {
      throw new ApiError(400, 'INVALID_FIELD', `The ${key.name} field should not be specified in the sobject data.`);
    }
    const result = upsertRow(org, call.access, object, key, value, body);
    if ('several' in result) return several(result.several);
    return { status: result.created ? 201 : 200, body: { id: result.id, success: true, errors: [], created: result.created } };
  }
  if (rows.length > 1) return several(rows.map((row) => row['Id']));
  const row = rows[0];
  if (!row) throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
  if (call.method === 'GET') return read(org, call, object, row);
  if (call.method === 'DELETE') {
    deleteRowFor(org, call.access, String(row['Id']), object);
    return { status: 204 };
  }
  throw new ApiError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${call.method}' not allowed. Allowed are HEAD,GET,PATCH,DELETE`);
}

const thirtyDays = 30 * 86_400_000;

/** Changed or deleted ids of a span; seconds are dropped, at most 30 days back (§4). */
function changes(org: Org, call: Call, object: ObjectDefinition, kind: 'deleted' | 'updated'): Answer {
  const start = parseTime(call.query.get('start') ?? '');
  const end = parseTime(call.query.get('end') ?? '');
  if (start === null || end === null)
    throw new ApiError(400, 'INVALID_REPLICATION_DATE', 'start and end must be dates with a time and a zone');
  const minute = (ms: number): number => Math.floor(ms / 60_000) * 60_000;
  if (minute(start) >= minute(end))
    throw new ApiError(400, 'INVALID_REPLICATION_DATE', 'endDate should be after startDate by at least one minute');
  if (org.state.now() - start > thirtyDays)
    throw new ApiError(400, 'INVALID_REPLICATION_DATE', 'startDate before org replication enabled date');
  const rows = org.state.allRows(object.name).filter((row) => {
    const at = parseTime(String(row['SystemModstamp'] ?? ''));
    const deleted = row['IsDeleted'] === true;
    return at !== null && at >= minute(start) && at < minute(end) && deleted === (kind === 'deleted') && call.access.canSee(object, row);
  });
  const latestDateCovered = wireTime(Math.min(minute(end), org.state.now()));
  if (kind === 'updated') return { status: 200, body: { ids: rows.map((row) => row['Id']), latestDateCovered } };
  const earliestDateAvailable = wireTime(org.state.now() - thirtyDays);
  return {
    status: 200,
    body: {
      deletedRecords: rows.map((row) => ({ id: row['Id'], deletedDate: row['SystemModstamp'] })),
      earliestDateAvailable,
      latestDateCovered,
    },
  };
}
