/** One call to either service: token, gate, a new request id for every attempt, and the few repeats that are safe. */
import { SyncError, toSyncError } from '../errors.ts';
import { fullJitter, retryAfterTime, type Gate } from '../gate.ts';
import type { System } from '../sync/ports.ts';
import type { Transport, WireRequest, WireResponse } from '../transport.ts';
import { claimsChallenge, failureOf, lacksMfa, requestIdOf, wantsClaims } from './failure.ts';
import type { Audience, TokenSource } from './tokens.ts';

/** `read` may be repeated whatever happened; `write` only when it surely had no effect (entra-and-webhooks §7). */
export type CallKind = 'read' | 'write';

export interface Call {
  readonly audience: Audience;
  readonly kind: CallKind;
  /** Short name for logs and metrics, e.g. `referrals.list`. */
  readonly operation: string;
  readonly method: WireRequest['method'];
  readonly url: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Not sent at all when its turn comes later than this, epoch ms. */
  readonly sendBefore?: number;
}

/** What one attempt was and how it ended; never holds a body or a token. */
export interface CallReport {
  readonly operation: string;
  readonly clientRequestId: string;
  readonly requestId: string | null;
  /** HTTP status, or the error code when no answer came. */
  readonly outcome: string;
  readonly ms: number;
}

export interface CallerOptions {
  readonly transport: Transport;
  readonly gate: Gate;
  readonly tokens: TokenSource;
  readonly system: System;
  readonly observe?: (report: CallReport) => void;
  /** Limit for one attempt, ms; default 60,000. */
  readonly timeoutMs?: number;
}

/** Sends a call. Any answer of the 2xx class is returned; everything else is thrown as a `SyncError`. */
export type Caller = (call: Call) => Promise<WireResponse>;

const attempts = 3;
const firstWaitMs = 300;
const longestWaitMs = 5_000;
/** After a throttle without Retry-After (API §10.2: exponential back-off; the first step). */
const throttleWaitMs = 2_000;

const withoutMfa = 'The sign-in was made without a second factor.';

const busy = new Set([429, 500, 502, 503, 504, 509]);
const throttled = new Set([429, 509]);

export function createCaller(options: CallerOptions): Caller {
  const { transport, gate, tokens, system, observe, timeoutMs } = options;

  async function attempt(call: Call, token: string): Promise<WireResponse> {
    const clientRequestId = system.id();
    const startedAt = system.now();
    if (call.sendBefore !== undefined && startedAt >= call.sendBefore)
      throw new SyncError('NET_NOT_SENT', { message: 'its turn came too late' });
    const report = (outcome: string, requestId: string | null): void =>
      observe?.({ operation: call.operation, clientRequestId, requestId, outcome, ms: system.now() - startedAt });
    try {
      const response = await transport({
        method: call.method,
        url: call.url,
        headers: {
          accept: 'application/json',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...call.headers,
          ...identification(call.audience, clientRequestId),
          authorization: `Bearer ${token}`,
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
      report(String(response.status), requestIdOf(response));
      return response;
    } catch (thrown) {
      const error = toSyncError(thrown);
      report(error.code, null);
      throw error;
    }
  }

  /** A 401 is answered with one forced exchange and one repetition, never with a loop (entra-and-webhooks §3). */
  async function withToken(call: Call): Promise<WireResponse> {
    const token = await tokens.token(call.audience);
    const first = await attempt(call, token);
    if (first.status !== 401 && !wantsClaims(first)) return first;
    const claims = claimsChallenge(first.headers['www-authenticate']);
    if (first.status === 401 && lacksMfa(first)) return giveUp(first, withoutMfa, claims, true);
    const second = await attempt(call, await tokens.refused(call.audience, token, claims));
    if (second.status !== 401 && !wantsClaims(second)) return second;
    const again = claimsChallenge(second.headers['www-authenticate']) ?? claims;
    if (lacksMfa(second)) return giveUp(second, withoutMfa, again, true);
    return again !== null || second.status !== 401
      ? giveUp(second, 'Partner Center refuses the sign-in of the connector.', again, true)
      : giveUp(
          second,
          'Partner Center refuses the sign-in of the connector without a reason. It is tried again every five minutes.',
          null,
          false,
        );
  }

  async function giveUp(response: WireResponse, why: string, claims: string | null, sure: boolean): Promise<never> {
    await tokens.ended(why, claims, sure);
    throw new SyncError('PC_SIGN_IN', {
      message: why,
      status: response.status,
      requestId: requestIdOf(response),
      ...(claims === null ? {} : { claims }),
    });
  }

  /** A slow-down moves the gate for every caller of this remote. */
  function heed(response: WireResponse): void {
    const asked = retryAfterTime(response.headers['retry-after'], system.now());
    if (asked !== null && busy.has(response.status)) gate.closeUntil(asked);
    else if (throttled.has(response.status)) gate.closeUntil(system.now() + throttleWaitMs);
  }

  const mayRepeat = (call: Call, status: number): boolean => throttled.has(status) || (call.kind === 'read' && busy.has(status));
  const mayRepeatAfter = (call: Call, error: SyncError): boolean =>
    error.code === 'NET_NOT_SENT' || (call.kind === 'read' && error.code === 'NET_UNDECIDED');

  return async (call) => {
    for (let tried = 1; ; tried += 1) {
      let failure: SyncError;
      try {
        const response = await gate.run(async () => {
          const answer = await withToken(call);
          heed(answer);
          return answer;
        }, call.signal);
        if (response.status >= 200 && response.status < 300) return response;
        failure = failureOf(response, system.now(), gate.notBefore());
        if (tried >= attempts || !mayRepeat(call, response.status)) throw failure;
      } catch (thrown) {
        failure = toSyncError(thrown);
        const answered = failure.facts.status !== undefined;
        if (tried >= attempts || (answered ? !mayRepeat(call, failure.facts.status ?? 0) : !mayRepeatAfter(call, failure))) throw failure;
      }
      const slept = await system.sleep(fullJitter(tried - 1, system.random(), firstWaitMs, longestWaitMs), call.signal);
      if (!slept) throw failure;
    }
  };
}

/** The two services name their correlation headers differently (API §3). */
function identification(audience: Audience, id: string): { readonly [name: string]: string } {
  return audience === 'referrals' ? { 'client-request-id': id } : { 'ms-requestid': id, 'ms-correlationid': id };
}
