/** Refusals of Salesforce → codes of the catalogue (Salesforce APIs §5.4). */
import { SyncError, type ErrorCode } from '../../errors.ts';
import { WireErrors, type WireError } from '../schema.ts';

const byCode: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['INVALID_SESSION_ID', 'CRM_SESSION'],
  ['API_DISABLED_FOR_ORG', 'CRM_NO_ACCESS'],
  ['API_CURRENTLY_DISABLED', 'CRM_NO_ACCESS'],
  ['FUNCTIONALITY_NOT_ENABLED', 'CRM_NO_ACCESS'],
  ['INSUFFICIENT_ACCESS', 'CRM_NO_ACCESS'],
  ['INSUFFICIENT_ACCESS_OR_READONLY', 'CRM_NO_ACCESS'],
  ['INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 'CRM_NO_ACCESS'],
  ['UNABLE_TO_LOCK_ROW', 'CRM_ROW_LOCKED'],
  ['ENTITY_IS_LOCKED', 'CRM_RECORD_LOCKED'],
  ['INVALID_FIELD', 'CRM_FIELD_MISSING'],
  ['INVALID_TYPE', 'CRM_FIELD_MISSING'],
  ['INVALID_FIELD_FOR_INSERT_UPDATE', 'CRM_FIELD_MISSING'],
  ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'CRM_VALIDATION'],
  ['CANNOT_EXECUTE_FLOW_TRIGGER', 'CRM_VALIDATION'],
  ['CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'CRM_VALIDATION'],
  ['REQUIRED_FIELD_MISSING', 'CRM_REQUIRED'],
  ['STRING_TOO_LONG', 'CRM_TOO_LONG'],
  ['INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'CRM_PICKLIST'],
  ['INACTIVE_OWNER_OR_USER', 'CRM_INACTIVE_OWNER'],
  ['OP_WITH_INVALID_USER_TYPE_EXCEPTION', 'CRM_INACTIVE_OWNER'],
  ['DUPLICATE_VALUE', 'CRM_DUPLICATE'],
  ['DUPLICATES_DETECTED', 'CRM_DUPLICATE'],
  ['DUPLICATE_EXTERNAL_ID', 'CRM_DUPLICATE'],
  ['NOT_FOUND', 'CRM_GONE'],
  ['ENTITY_IS_DELETED', 'CRM_GONE'],
  ['INVALID_CROSS_REFERENCE_KEY', 'CRM_REFUSED'],
  ['FIELD_INTEGRITY_EXCEPTION', 'CRM_REFUSED'],
  ['MALFORMED_QUERY', 'BUG'],
  ['JSON_PARSER_ERROR', 'BUG'],
  ['URI_TOO_LONG', 'BUG'],
  ['SERVER_UNAVAILABLE', 'CRM_BUSY'],
  ['UNKNOWN_EXCEPTION', 'CRM_BUSY'],
  ['QUERY_TIMEOUT', 'CRM_BUSY'],
  ['EXCEEDED_ID_LIMIT', 'BUG'],
]);

const transient: ReadonlySet<number> = new Set([420, 429, 500, 502, 503, 504]);

/** The daily allowance is used up; the concurrent limit is only a moment. Told apart by the first word of the message (§5.4). */
const isDailyLimit = (error: WireError): boolean => !error.message.startsWith('ConcurrentRequests');

/** Errors of a body, empty when it is none of ours (HTML of a gateway, for instance). */
export function wireErrorsOf(body: unknown): readonly WireError[] {
  const errors = WireErrors.safeParse(body);
  return errors.success ? errors.data : [];
}

export function codeOf(status: number, error: WireError | undefined): ErrorCode {
  if (status === 412) return 'CRM_STALE';
  if (error?.code === 'REQUEST_LIMIT_EXCEEDED') return isDailyLimit(error) ? 'CRM_CALL_LIMIT' : 'CRM_BUSY';
  const known = error && byCode.get(error.code);
  if (known) return known;
  if (status === 401) return 'CRM_SESSION';
  if (transient.has(status)) return 'CRM_BUSY';
  if (status === 404) return 'CRM_GONE';
  if (status === 414 || status === 431) return 'BUG';
  return error ? 'CRM_REFUSED' : 'CRM_ANSWER';
}

/** A refused call or row as one of ours, with what Salesforce said and the fields it named. */
export function failureOf(status: number, errors: readonly WireError[]): SyncError {
  const [first] = errors;
  const message = first ? `${first.message || first.code} (${first.code})` : `Salesforce answered ${status}.`;
  const duplicates = errors.find((error) => error.duplicates !== null)?.duplicates;
  return new SyncError(codeOf(status, first), {
    status,
    message,
    fields: [...new Set(errors.flatMap((error) => error.fields))],
    ...(duplicates ? { duplicates } : {}),
  });
}
