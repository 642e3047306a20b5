/** The org's door: from a request to its response, with sign-in, the day's calls, ordered faults and a line in the journal. */
import { json, type Service, type SimRequest, type SimResponse } from '../wire.ts';
import type { Access } from './access.ts';
import type { Journal } from './journal.ts';
import { ApiError } from './org-errors.ts';
import { underFault, type createOrgFaults } from './org-faults.ts';
import type { Call, Org } from './org.ts';
import { answerCall, apiVersions, dataPath, stepsOf } from './rest.ts';
import { answerUserInfo } from './soap-user-info.ts';

/**
 * A part of the org that answers paths of its own (metadata deployment …), before everything else. It gets the request as it came, double
 * slashes collapsed, and answers null for what is not its own. A route finds the caller with `org.sessions.check(token)`.
 */
export type Route = (request: SimRequest, path: string, origin: string) => SimResponse | Promise<SimResponse> | null;

export interface Door {
  readonly org: Org;
  readonly routes: readonly Route[];
  readonly faults: ReturnType<typeof createOrgFaults>;
  readonly journal: Journal;
  access(userId: string): Access;
  /** Brings the rows of Setup up to date with the metadata. */
  syncSetup(): void;
  /** The org's address as clients see it; null: from the Host header of each request. */
  origin(): string | null;
}

export function createDoor({ org, routes, faults, journal, access, syncSetup, origin: fixedOrigin }: Door): Service {
  const { state, sessions, switches } = org;
  const originOf = (request: SimRequest): string =>
    fixedOrigin() ?? `${request.headers['x-forwarded-proto'] ?? 'http'}://${request.headers['host'] ?? 'localhost'}`;

  const answer = async (
    request: SimRequest,
    path: string,
  ): Promise<{ readonly response: SimResponse; readonly calls: number; readonly userId: string | null }> => {
    const origin = originOf(request);
    for (const route of routes) {
      const response = await route(request, path, origin);
      if (response) return { response, calls: path.startsWith('/__control') ? 0 : 1, userId: null };
    }
    const url = new URL(path, 'http://org');
    if (url.pathname === '/services/oauth2/token') return { response: org.oauth.token(request, origin), calls: 0, userId: null };
    if (url.pathname === '/services/data') return { response: json(200, apiVersions), calls: 0, userId: null };
    const soap = answerUserInfo(org, request, path);
    if (soap) return { response: soap, calls: 1, userId: null };
    const session = sessions.check(url.searchParams.get('oauth_token') ?? tokenOf(request));
    if (url.pathname === '/services/oauth2/revoke') {
      const token = url.searchParams.get('token') ?? new URLSearchParams(Buffer.from(request.body).toString('utf8')).get('token');
      sessions.revoke(token ?? '');
      return { response: { status: 200, headers: {}, body: '' }, calls: 0, userId: null };
    }
    if (url.pathname === '/services/oauth2/userinfo' || /^\/id\/\w+\/\w+$/.test(url.pathname)) {
      const calls = switches.userinfoCharged ? 1 : 0;
      if (!session)
        return { response: { status: 403, headers: { 'content-type': 'text/html' }, body: 'Bad_OAuth_Token' }, calls: 0, userId: null };
      return { response: json(200, org.oauth.identity(session.userId, origin)), calls, userId: session.userId };
    }
    const match = dataPath.exec(url.pathname);
    if (!match)
      return {
        response: json(404, [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }]),
        calls: 0,
        userId: null,
      };
    if (!session)
      return { response: json(401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]), calls: 0, userId: null };
    // The list of resources is free.
    const calls = match[2] === undefined || match[2] === '' ? 0 : 1;
    if (calls > 0 && org.usage.used >= org.usage.max) {
      return {
        response: json(403, [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }]),
        calls: 0,
        userId: session.userId,
      };
    }
    org.usage.used += calls;
    return { response: dataAnswer(request, match, url, session.userId, origin, calls), calls, userId: session.userId };
  };

  const dataAnswer = (
    request: SimRequest,
    match: RegExpExecArray,
    url: URL,
    userId: string,
    origin: string,
    calls: number,
  ): SimResponse => {
    const version = match[1] ?? 'v66.0';
    const limitHeader: { [name: string]: string } =
      calls > 0 ? { 'sforce-limit-info': `api-usage=${org.usage.used}/${org.usage.max}` } : {};
    if (!apiVersions.some((one) => one.url.endsWith(version)))
      return json(404, [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }]);
    const call: Call = {
      method: (url.searchParams.get('_HttpMethod') ?? request.method).toUpperCase(),
      steps: stepsOf(match[2]),
      query: url.searchParams,
      version,
      headers: request.headers,
      json: () => parseBody(request),
      raw: request,
      userId,
      access: access(userId),
      origin,
    };
    const printed = answerCall(org, call);
    const headers = { ...limitHeader, ...printed.headers };
    if (printed.raw !== undefined)
      return { status: printed.status, headers: { 'content-type': 'application/octetstream', ...headers }, body: printed.raw };
    if (printed.body === undefined) return { status: printed.status, headers, body: '' };
    return {
      status: printed.status,
      headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
      body: JSON.stringify(printed.body),
    };
  };

  return async (request) => {
    syncSetup();
    // The command line keeps the instance URL with a slash at its end and then asks for `//services/…`.
    const path = request.url.replace(/^[^?]*/, (bare) => bare.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1'));
    let calls = 0;
    let userId: string | null = null;
    const work = async (): Promise<SimResponse> => {
      const answered = await answer(request, path);
      ({ calls, userId } = answered);
      return answered.response;
    };
    const fault = path.startsWith('/__control') ? null : faults.take(request.method, path);
    let status = 0;
    try {
      const response = await (fault ? underFault(fault, work) : work());
      status = response.status;
      return { ...response, headers: { date: new Date(state.now()).toUTCString(), ...response.headers } };
    } finally {
      if (!path.startsWith('/__control')) journal.add({ at: state.now(), method: request.method, path, status, calls, userId });
    }
  };
}

const tokenOf = (request: SimRequest): string => /^(?:bearer|oauth)\s+(.+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';

function parseBody(request: SimRequest): unknown {
  const text = Buffer.from(request.body).toString('utf8');
  if (text === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'The body is no valid JSON.');
  }
}
