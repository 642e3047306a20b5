/** One authorised REST call: token, a single re-mint on 401, the gate, the limits gauge, errors of the catalogue. */
import { SyncError } from '../../errors.ts';
import { createGate, type Gate } from '../../gate.ts';
import type { System } from '../../sync/ports.ts';
import { jsonOf, textOf, type Transport, type WireRequest, type WireResponse } from '../../transport.ts';
import type { Session, TokenSource } from '../auth/token-source.ts';
import { failureOf, wireErrorsOf } from './failure.ts';

/** API usage of the org in a rolling 24 hours, all integrations together. */
export interface Usage {
  readonly used: number;
  readonly max: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** The server's clock (`Date` header), epoch ms; ours when it does not say. */
  readonly serverTime: number;
}

export interface CallRequest {
  readonly method: WireRequest['method'];
  /** Below `/services/data/vNN.N`, or an absolute path of this host (a `nextRecordsUrl`). */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
  /** Statuses that are answers, not failures, beside 2xx. */
  readonly accept?: readonly number[];
  readonly signal?: AbortSignal;
  /** Not sent later than this, epoch ms: when its turn comes later, it throws NET_NOT_SENT. */
  readonly sendBefore?: number;
  /** The answer is a text, not JSON. */
  readonly asText?: boolean;
}

export interface CallOptions {
  readonly transport: Transport;
  readonly tokens: TokenSource;
  readonly system: System;
  /** E.g. `66.0`. */
  readonly apiVersion: string;
}

export interface Caller {
  call(request: CallRequest): Promise<Answer>;
  usage(): Usage | null;
  /** `/services/data/vNN.N` */
  readonly basePath: string;
}

/** More than 25 slow calls at a time are refused (Salesforce APIs §5.4); the rest is left to others. */
const concurrency = 16;
/** A used-up allowance frees up in a rolling window; asking again costs a call. */
const dailyPauseMs = 15 * 60_000;

/** `api-usage=18/15000`, older and newer answers with more parts (Salesforce APIs §5). */
export function usageOf(header: string | undefined): Usage | null {
  const match = /api-usage=(\d+)\/(\d+)/.exec(header ?? '');
  return match ? { used: Number(match[1]), max: Number(match[2]) } : null;
}

export function createCaller(options: CallOptions): Caller {
  const { transport, tokens, system } = options;
  const basePath = `/services/data/v${options.apiVersion}`;
  const gate: Gate = createGate(system, { concurrency, patienceMs: 20_000, tooLong: 'CRM_CALL_LIMIT' });
  let usage: Usage | null = null;

  async function send(request: CallRequest, session: Session): Promise<WireResponse> {
    if (request.sendBefore !== undefined && system.now() >= request.sendBefore)
      throw new SyncError('NET_NOT_SENT', { message: 'its turn came too late' });
    const path = request.path.startsWith('/services/') ? request.path : `${basePath}${request.path}`;
    const response = await transport({
      method: request.method,
      url: `${session.instanceUrl}${path}`,
      headers: {
        authorization: `Bearer ${session.accessToken}`,
        accept: request.asText ? '*/*' : 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.signal ? { signal: request.signal } : {}),
    });
    usage = usageOf(response.headers['sforce-limit-info']) ?? usage;
    return response;
  }

  async function sendSignedIn(request: CallRequest): Promise<WireResponse> {
    const session = await tokens.session();
    const response = await send(request, session);
    if (response.status !== 401) return response;
    return send(request, await tokens.renew(session));
  }

  async function call(request: CallRequest): Promise<Answer> {
    const response = await gate.run(() => sendSignedIn(request), request.signal);
    const { status } = response;
    const body = request.asText && status === 200 ? textOf(response.body) : jsonOf(response.body);
    if ((status >= 200 && status < 300) || request.accept?.includes(status)) {
      if (body === undefined && response.body.length > 0)
        throw new SyncError('CRM_ANSWER', { status, message: 'The answer of Salesforce could not be read.' });
      const date = Date.parse(response.headers['date'] ?? '');
      return { status, body, serverTime: Number.isNaN(date) ? system.now() : date };
    }
    const failure = failureOf(status, wireErrorsOf(body));
    if (failure.code === 'CRM_CALL_LIMIT') {
      const notBefore = system.now() + dailyPauseMs;
      gate.closeUntil(notBefore);
      throw new SyncError('CRM_CALL_LIMIT', { ...failure.facts, notBefore });
    }
    // a fresh token was refused as well: the user lost its right to sign in
    if (failure.code === 'CRM_SESSION') throw new SyncError('CRM_SIGN_IN', failure.facts);
    throw failure;
  }

  return { call, usage: () => usage, basePath };
}
