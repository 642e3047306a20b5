/**
 * The webhook registration of the tenant: one for everyone (API §11.1). Registering ours can switch off somebody
 * else's, so it is read and compared first, and another address is replaced only when it is named.
 */
import { SyncError, toSyncError } from '../../errors.ts';
import type { System } from '../../sync/ports.ts';
import { jsonOf, type WireResponse } from '../../transport.ts';
import type { Call, Caller } from '../call.ts';
import { requestIdOf } from '../failure.ts';
import { referralEvents, testEvent } from '../webhook/notice.ts';
import { EventNames, readAs, RegistrationBody, TestResult, TestStarted } from './schema.ts';

export interface RegistrationOptions {
  readonly call: Caller;
  readonly system: System;
  /** `https://api.partnercenter.microsoft.com/webhooks/v1`, without a slash at the end. */
  readonly baseUrl: string;
  /** Public address of our webhook door. */
  readonly ownUrl: string;
}

export interface RegistrationState {
  readonly owner: 'ours' | 'other' | 'nobody';
  readonly url: string | null;
  readonly events: readonly string[];
  /** Events the service needs and the registration lacks. */
  readonly missing: readonly string[];
}

export interface TestDelivery {
  readonly correlationId: string;
  readonly status: string;
  readonly url: string | null;
  /** One entry for each attempt Microsoft made. */
  readonly attempts: readonly { readonly answer: string; readonly at: string | null }[];
}

export interface Registration {
  show(): Promise<RegistrationState>;
  /** Event names the service offers. */
  offeredEvents(): Promise<readonly string[]>;
  /** @param replace the other address that may be overwritten, exactly as shown. Throws HOOK_TAKEN without it. */
  register(replace: string | null): Promise<RegistrationState>;
  /** There is no DELETE: our events are taken out of our own registration. Another one is left alone. */
  unregister(): Promise<RegistrationState>;
  /** Sends a test event and waits for its result, at most `waitMs`. The service allows two a minute. */
  test(waitMs: number): Promise<TestDelivery>;
}

const wanted: readonly string[] = [...referralEvents, testEvent];
const pollEveryMs = 2_000;

export function createRegistration({ call, system, baseUrl, ownUrl }: RegistrationOptions): Registration {
  const send = (operation: string, method: Call['method'], path: string, body?: unknown): Promise<WireResponse> =>
    call({
      audience: 'webhooks',
      kind: method === 'GET' ? 'read' : 'write',
      operation: `webhooks.${operation}`,
      method,
      url: `${baseUrl}${path}`,
      ...(body === undefined ? {} : { body }),
    });

  async function read(): Promise<{ readonly url: string; readonly events: readonly string[] } | null> {
    try {
      const response = await send('registration', 'GET', '/registration');
      const found = understood(readAs(RegistrationBody, jsonOf(response.body)), response);
      return { url: found.webhookurl, events: found.webhookevents };
    } catch (thrown) {
      const error = toSyncError(thrown);
      if (error.code === 'PC_GONE') return null;
      throw error;
    }
  }

  async function show(): Promise<RegistrationState> {
    const found = await read();
    if (found === null) return { owner: 'nobody', url: null, events: [], missing: wanted };
    const owner = sameAddress(found.url, ownUrl) ? 'ours' : 'other';
    return { owner, ...found, missing: wanted.filter((event) => !found.events.includes(event)) };
  }

  const body = (events: readonly string[]): unknown => ({
    WebhookUrl: ownUrl,
    WebhookEvents: events,
    // Gateways strip or rewrite Authorization (API §11.4).
    SignatureTokenToMsSignatureHeader: true,
  });

  /** Events of somebody else's list stay in: their subscription is at least not lost. */
  const merged = (events: readonly string[]): readonly string[] => [...new Set([...events, ...wanted])];

  async function post(): Promise<boolean> {
    try {
      await send('register', 'POST', '/registration', body(wanted));
      return true;
    } catch (thrown) {
      const error = toSyncError(thrown);
      // 409: someone registered between our look and our post.
      if (error.code === 'PC_STATE') return false;
      throw error;
    }
  }

  async function register(replace: string | null): Promise<RegistrationState> {
    const before = await show();
    if (before.owner === 'nobody') {
      if (await post()) return show();
      const since = await show();
      if (since.owner === 'nobody') throw new SyncError('PC_STATE', { message: 'The registration is there and not there; try again.' });
      return change(since, replace);
    }
    return change(before, replace);
  }

  async function change(before: RegistrationState, replace: string | null): Promise<RegistrationState> {
    if (before.owner === 'other' && replace !== before.url) {
      throw new SyncError('HOOK_TAKEN', { message: `The events of this tenant go to ${before.url ?? 'another address'}.` });
    }
    if (before.owner === 'ours' && before.missing.length === 0) return before;
    await send('register', 'PUT', '/registration', body(merged(before.events)));
    return show();
  }

  return {
    show,
    register,

    async offeredEvents() {
      const response = await send('events', 'GET', '/registration/events');
      return understood(readAs(EventNames, jsonOf(response.body)), response);
    },

    async unregister() {
      const before = await show();
      if (before.owner !== 'ours') return before;
      const rest = before.events.filter((event) => !referralEvents.some((ours) => ours === event));
      await send('unregister', 'PUT', '/registration', body(rest.length > 0 ? rest : [testEvent]));
      return show();
    },

    async test(waitMs) {
      const response = await send('test', 'POST', '/registration/validationEvents');
      const { correlationid } = understood(readAs(TestStarted, jsonOf(response.body)), response);
      const until = system.now() + waitMs;
      for (;;) {
        const result = await testResult(correlationid);
        const done = result !== null && (result.attempts.length > 0 || /^completed|^failed/i.test(result.status));
        if (done || system.now() >= until) return result ?? { correlationId: correlationid, status: 'unknown', url: null, attempts: [] };
        await system.sleep(pollEveryMs);
      }
    },
  };

  /** Null while the service does not know the test yet. */
  async function testResult(correlationId: string): Promise<TestDelivery | null> {
    try {
      const response = await send('test-result', 'GET', `/registration/validationEvents/${encodeURIComponent(correlationId)}`);
      const found = understood(readAs(TestResult, jsonOf(response.body)), response);
      const attempts = found.results.map((result) => ({
        answer: result.responsecode ?? result.responsemessage ?? String(result.systemerror ?? 'no answer'),
        at: result.datetimeutc ?? null,
      }));
      return { correlationId, status: found.status, url: found.callbackurl ?? null, attempts };
    } catch (thrown) {
      const error = toSyncError(thrown);
      if (error.code === 'PC_GONE') return null;
      throw error;
    }
  }
}

function understood<T>(read: T | null, response: WireResponse): T {
  if (read === null) throw new SyncError('PC_ANSWER', { status: response.status, requestId: requestIdOf(response) });
  return read;
}

/** Addresses compared as URLs: case of the host and the default port do not count. */
function sameAddress(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) ? new URL(a).href === new URL(b).href : a === b;
}
