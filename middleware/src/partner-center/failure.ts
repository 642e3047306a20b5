/** What an answer that is not a success means (API §10), for both services. Decides by status and codes, never by text. */
import { SyncError, type ErrorCode } from '../errors.ts';
import { jsonOf, type WireResponse } from '../transport.ts';
import { retryAfterTime } from '../gate.ts';
import { fieldAtPath } from '../domain/fields.ts';
import { isRawObject, type RawObject } from './people.ts';

/** Error body of either service, flattened: codes from outside to inside. */
export interface RemoteError {
  readonly codes: readonly string[];
  /** Message of the deepest error, at most 1,024 characters; for people. */
  readonly message: string | null;
  readonly target: string | null;
}

/** Documentation and samples differ in the case of `innerError` (API §10.1). */
function property(object: RawObject, name: string): unknown {
  const key = Object.keys(object).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}

const maxDepth = 8;
const textual = (value: unknown): string | null => (typeof value === 'string' || typeof value === 'number' ? String(value) : null);

export function readRemoteError(body: Uint8Array): RemoteError {
  const answer = jsonOf(body);
  const codes: string[] = [];
  let message: string | null = null;
  let target: string | null = null;
  if (!isRawObject(answer)) return { codes, message, target };
  const outer = property(answer, 'error');
  if (typeof outer === 'string') codes.push(outer);
  let at: unknown = isRawObject(outer) ? outer : answer;
  for (let depth = 0; depth < maxDepth && isRawObject(at); depth += 1) {
    const code = textual(property(at, 'code')) ?? textual(property(at, 'statusCode'));
    if (code !== null) codes.push(code);
    message = textual(property(at, 'message')) ?? textual(property(at, 'description')) ?? message;
    target = textual(property(at, 'target')) ?? target;
    at = property(at, 'innerError');
  }
  return { codes, message: message?.slice(0, 1_024) ?? null, target };
}

/** The service's way to say that the sign-in was made without a second factor (API §2.5). */
const mfaMissing = '900421';

export function lacksMfa(response: WireResponse): boolean {
  if (readRemoteError(response.body).codes.includes(mfaMissing)) return true;
  // Where the code stands in the answer is not documented, so an error of any other shape is searched for it.
  return Buffer.from(response.body).toString('utf8').slice(0, 4_096).includes(mfaMissing);
}

/** Conditional access answers 403 with this word, spelled like that (API §2.8). */
export const wantsClaims = (response: WireResponse): boolean =>
  response.status === 403 && readRemoteError(response.body).codes.some((code) => /^insuffici?ent_claims$/.test(code));

/** The claims challenge of `WWW-Authenticate`, decoded to JSON; null when there is none that can be read. */
export function claimsChallenge(header: string | undefined): string | null {
  const encoded = /\bclaims="?([A-Za-z0-9+/_=-]+)"?/.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    return isRawObject(JSON.parse(text)) ? text : null;
  } catch {
    return null;
  }
}

const codeByStatus: ReadonlyMap<number, ErrorCode> = new Map([
  [400, 'PC_REFUSED'],
  [401, 'PC_SIGN_IN'],
  [403, 'PC_NO_ACCESS'],
  [404, 'PC_GONE'],
  [409, 'PC_STATE'],
  [410, 'PC_GONE'],
  [412, 'PC_STALE'],
  [413, 'PC_REFUSED'],
  [422, 'PC_REFUSED'],
  [423, 'PC_BUSY'],
  [429, 'PC_THROTTLED'],
  [500, 'PC_BUSY'],
  [502, 'PC_BUSY'],
  [503, 'PC_BUSY'],
  [504, 'PC_BUSY'],
  [509, 'PC_THROTTLED'],
  // Our own mistake: to be seen and reported, not to be repeated quickly.
  [405, 'BUG'],
  [406, 'BUG'],
  [411, 'BUG'],
  [415, 'BUG'],
  [416, 'BUG'],
]);

/** The deal field an error's target points at; the raw target when no field stands there. */
function fieldsOfTarget(target: string | null): readonly string[] {
  if (target === null) return [];
  const path = target
    .replace(/^\/+/, '')
    .replaceAll('.', '/')
    .replace(/\[\d+\]/g, '');
  const field = fieldAtPath(path) ?? fieldAtPath(path.split('/').slice(0, -1).join('/'));
  return [field ?? target];
}

/** Id the vendor's support asks for. The two services spell the header differently (API §1). */
export const requestIdOf = (response: WireResponse): string | null =>
  response.headers['request-id'] ?? response.headers['ms-requestid'] ?? null;

/**
 * @param now epoch ms, for Retry-After.
 * @param openAt when the gate lets calls through again, 0 when it is open: the time to come back after a throttle without one.
 */
export function failureOf(response: WireResponse, now: number, openAt: number): SyncError {
  const remote = readRemoteError(response.body);
  const code = codeByStatus.get(response.status) ?? 'PC_ANSWER';
  const asked = retryAfterTime(response.headers['retry-after'], now);
  const notBefore = asked ?? (code === 'PC_THROTTLED' && openAt > 0 ? openAt : null);
  return new SyncError(code, {
    message:
      remote.message ?? `Partner Center answered ${response.status}${remote.codes.length > 0 ? ` (${remote.codes.join(', ')})` : ''}.`,
    fields: fieldsOfTarget(remote.target),
    requestId: requestIdOf(response),
    status: response.status,
    ...(notBefore === null ? {} : { notBefore }),
  });
}
