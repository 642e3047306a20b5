/**
 * Every shape in which Salesforce reports an error, as texts for people: UI API bodies (object or list), field errors and
 * page errors of a refused save, GraphQL errors, network failures, thrown errors and plain texts.
 * @typedef {'refused' | 'no-access' | 'not-found' | 'stale' | 'busy' | 'session' | 'offline' | 'server' | 'unknown'} Trouble
 * @typedef {{ kind: Trouble, text: string, details: string[] }} Explained
 */
import { errorText, fill } from 'c/partnerCenterText';

/** Codes of the platform whose own message helps nobody. @type {Record<string, Trouble>} */
const kindOfCode = {
  INSUFFICIENT_ACCESS: 'no-access',
  INSUFFICIENT_ACCESS_OR_READONLY: 'no-access',
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: 'no-access',
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: 'refused',
  NOT_FOUND: 'not-found',
  RESOURCE_NOT_FOUND: 'not-found',
  ENTITY_IS_DELETED: 'not-found',
  INVALID_SESSION_ID: 'session',
  CONFLICT: 'stale',
  PRECONDITION_FAILED: 'stale',
  UNABLE_TO_LOCK_ROW: 'busy',
  REQUEST_LIMIT_EXCEEDED: 'busy',
  SERVER_UNAVAILABLE: 'busy'
};

/** @type {Record<number, Trouble>} */
const kindOfStatus = {
  401: 'session',
  403: 'no-access',
  404: 'not-found',
  409: 'stale',
  412: 'stale',
  429: 'busy',
  503: 'busy'
};

/** @type {Partial<Record<Trouble, string>>} */
const fixedText = {
  'no-access': errorText.noAccess,
  'not-found': errorText.notFound,
  session: errorText.session,
  stale: errorText.stale,
  busy: errorText.busy,
  offline: errorText.offline
};

/** @param {unknown} value @returns {Record<string, any>} */
const asObject = (value) =>
  value !== null && typeof value === 'object' ? /** @type {Record<string, any>} */ (value) : {};

/** Messages of a refused save, the most telling first. @param {Record<string, any>} body @returns {string[]} */
function savedMessages(body) {
  const output = asObject(body.output);
  const fields = Object.values(asObject(output.fieldErrors ?? body.fieldErrors)).flat();
  const page = [output.errors ?? body.pageErrors ?? []].flat();
  return [...page, ...fields]
    .map((one) => asObject(one).message)
    .filter((text) => typeof text === 'string' && text !== '');
}

/** @param {Record<string, any>} one @returns {{ code: string, messages: string[] }} */
function readBody(one) {
  const detailed = savedMessages(one);
  const extension = asObject(asObject(one.extensions).errorCode ? one.extensions : asObject(one.extensions).ErrorInfo);
  const code = String(
    asObject(asObject(one.output).errors?.[0]).errorCode ?? one.errorCode ?? extension.errorCode ?? ''
  );
  const own = typeof one.message === 'string' && one.message !== '' ? [one.message] : [];
  return { code, messages: detailed.length > 0 ? detailed : own };
}

/** @param {unknown} error @returns {{ status: number, code: string, messages: string[], thrown: boolean }} */
function collect(error) {
  if (typeof error === 'string') return { status: 0, code: '', messages: error === '' ? [] : [error], thrown: false };
  const outer = asObject(error);
  const body = outer.body ?? outer.detail ?? (Array.isArray(error) ? error : undefined);
  const parts = body === undefined ? [outer] : [body].flat();
  const read = parts.map((part) =>
    typeof part === 'string' ? { code: '', messages: [part] } : readBody(asObject(part))
  );
  const status = Number(outer.status ?? asObject(parts[0]).statusCode ?? 0);
  return {
    status,
    code: read.find((one) => one.code !== '')?.code ?? '',
    messages: [...new Set(read.flatMap((one) => one.messages))],
    thrown: error instanceof Error && body === undefined
  };
}

/**
 * What went wrong and what to do next.
 * @param {unknown} error whatever was thrown, rejected or emitted
 * @returns {Explained}
 */
export function explain(error) {
  const { status, code, messages, thrown } = collect(error);
  if (thrown && /failed to fetch|network/i.test(messages[0] ?? ''))
    return { kind: 'offline', text: errorText.offline, details: messages };
  const kind = kindOfCode[code] ?? kindOfStatus[status];
  const fixed = kind === undefined ? undefined : fixedText[kind];
  if (kind !== undefined && fixed !== undefined) return { kind, text: fixed, details: messages };
  if (status >= 500)
    return { kind: 'server', text: fill(errorText.server, messages[0] ?? String(status)), details: messages };
  if (code === 'INVALID_FIELD' || code === 'INVALID_FIELD_FOR_INSERT_UPDATE') {
    return { kind: 'no-access', text: fill(errorText.fieldGone, messages[0] ?? code), details: messages };
  }
  const [first, ...more] = messages;
  return first === undefined
    ? { kind: 'unknown', text: errorText.unknown, details: [] }
    : { kind: status === 0 && code === '' ? 'unknown' : 'refused', text: first, details: more };
}
