/** The Referrals API as a function from request to response (API §3, §4). */
import { bodyText, empty, json, type Service, type SimRequest, type SimResponse } from '../wire.ts';
import { referralsAccess, referralsAudience, type Access } from './access.ts';
import { shown } from './compose.ts';
import { createReferral } from './create.ts';
import { isMarketplaceLead, listReferrals, seesEngagement } from './list.ts';
import type { Json, Referral } from './model.ts';
import { Refusal, referralsError } from './refusal.ts';
import { isMicrosofts } from './state.ts';
import { createThrottle } from './throttle.ts';
import { patchReferral, putReferral } from './update.ts';
import type { World } from './world.ts';

/** A write the API refused, kept so that a run can prove what was never sent. */
export interface RefusedWrite {
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly target: string;
  /** The rule: V1 … V18, frozenField, invalidStatusTransition, or the error code. */
  readonly rule: string;
  readonly message: string;
}

const pathPattern = /^\/v1(?:\.0)?\/engagements\/referrals(?:\/([^/]+))?\/?$/;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function parsedBody(request: SimRequest): Json {
  try {
    return JSON.parse(bodyText(request)) as Json;
  } catch {
    throw new Refusal(400, 'invalidRequest', 'The body is not JSON.');
  }
}

/** `refused` grows with every write that was turned down by a rule. */
export function referralsService(world: World, refused: RefusedWrite[]): Service {
  const throttle = createThrottle(world.surroundings, world.switches);

  function handle(request: SimRequest): SimResponse {
    const path = new URL(request.url, 'http://simulator').pathname;
    const match = pathPattern.exec(path);
    if (!match) throw new Refusal(404, 'itemNotFound', `There is nothing at ${path}.`);
    if (world.switches.clientRequestIdRequired && !request.headers['client-request-id']) {
      throw new Refusal(400, 'invalidRequest', 'client-request-id is missing.', { target: 'client-request-id' });
    }
    const access = referralsAccess(request, world.checkToken, world.users, world.switches);
    const limited = throttle();
    if (limited) return limited;
    const id = match[1];
    return id === undefined ? collection(request, access) : single(request, access, decodeURIComponent(id));
  }

  function collection(request: SimRequest, access: Access): SimResponse {
    if (request.method === 'GET') return json(200, listReferrals(world, access, request));
    if (request.method === 'POST') return answered(201, createReferral(world, access, parsedBody(request)));
    throw new Refusal(405, 'invalidRequest', `${request.method} is not allowed on the list.`);
  }

  function single(request: SimRequest, access: Access, id: string): SimResponse {
    if (!guid.test(id)) throw new Refusal(400, 'invalidRequest', 'The referral id is not a GUID.', { target: 'id' });
    const before = visible(access, id);
    const ifMatch = request.headers['if-match'];
    switch (request.method) {
      case 'GET':
        return answered(200, before);
      case 'PATCH': {
        const after = patchReferral(world, access, before, parsedBody(request), ifMatch);
        const whole = /return=representation/i.test(request.headers['prefer'] ?? '');
        return whole ? answered(200, after) : empty(204, { etag: after.eTag });
      }
      case 'PUT':
        return answered(200, putReferral(world, access, before, parsedBody(request), ifMatch));
      default:
        throw new Refusal(405, 'invalidRequest', `${request.method} is not allowed on a referral.`);
    }
  }

  function visible(access: Access, id: string): Referral {
    const referral = world.state.find(id);
    const missing = new Refusal(404, 'itemNotFound', 'There is no such referral.');
    if (!referral || isMarketplaceLead(referral)) throw missing;
    if (!isMicrosofts(referral)) {
      if (!access.sees(referral)) throw missing;
      return referral;
    }
    const { microsoftLegReadable } = world.switches;
    if (microsoftLegReadable === 'forbidden') throw new Refusal(403, 'accessDenied', 'The referral belongs to another organisation.');
    if (microsoftLegReadable === 'missing' || !seesEngagement(world.state, access, referral)) throw missing;
    return referral;
  }

  const answered = (status: number, referral: Referral): SimResponse =>
    json(status, shown(referral, world.baseUrl(), true), {
      etag: referral.eTag,
      ...(status === 201 ? { location: `${world.baseUrl()}/v1.0/engagements/referrals/${referral.id}` } : {}),
    });

  function note(request: SimRequest, refusal: Refusal): void {
    if (request.method === 'GET' || ![400, 403, 409].includes(refusal.status)) return;
    refused.push({
      at: world.surroundings.now(),
      method: request.method,
      url: request.url,
      status: refusal.status,
      target: refusal.extras.target ?? 'referral',
      rule: refusal.extras.inner?.code ?? refusal.code,
      message: refusal.message,
    });
  }

  return (request) => {
    world.state.expireDue();
    let response: SimResponse;
    try {
      response = handle(request);
    } catch (error) {
      const refusal =
        error instanceof Refusal ? error : new Refusal(500, 'generalException', `The simulator itself failed: ${String(error)}`);
      note(request, refusal);
      response = referralsError(refusal);
    }
    return Promise.resolve(withTrace(world, request, response));
  };
}

/** Headers every answer carries (API §3). */
function withTrace({ surroundings, checkToken }: World, request: SimRequest, response: SimResponse): SimResponse {
  const clientId = request.headers['client-request-id'];
  const token = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  const asksMfa = /^true$/i.test(request.headers['validatemfa'] ?? '') && token !== undefined;
  const caller = asksMfa ? checkToken(token, referralsAudience) : null;
  return {
    ...response,
    headers: {
      ...response.headers,
      'request-id': surroundings.uuid(),
      ...(clientId === undefined ? {} : { 'client-request-id': clientId }),
      'x-ms-ags-diagnostic': '{"ServerInfo":{"DataCenter":"Simulator","Slice":"SliceA","Ring":"0"}}',
      timestamp: new Date(surroundings.now()).toISOString(),
      ...(caller ? { isMfaCompliant: String(caller.mfa) } : {}),
    },
  };
}
