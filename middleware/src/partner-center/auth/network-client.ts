/**
 * MSAL's way out, over our transport: with a time limit, and with a memory for what MSAL's errors do not carry
 * (entra-and-webhooks §2: no limit on the token POST, Retry-After and the original failure are lost).
 */
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';

import { toSyncError, type SyncError } from '../../errors.ts';
import { retryAfterTime } from '../../gate.ts';
import type { System } from '../../sync/ports.ts';
import { jsonOf, type Transport, type WireRequest } from '../../transport.ts';
import { TokenAnswer } from './schema.ts';

/** What the last exchange met. */
export interface ExchangeMemory {
  status: number | null;
  failure: SyncError | null;
  /** Retry-After as epoch ms. */
  retryAt: number | null;
  /** Life time of the last access token, ms. */
  lifeMs: number | null;
}

export interface MsalNetwork {
  readonly client: INetworkModule;
  readonly memory: ExchangeMemory;
  /** Forgets, before an exchange. */
  reset(): void;
}

const timeLimitMs = 30_000;

export function createMsalNetwork(transport: Transport, system: System): MsalNetwork {
  const memory: ExchangeMemory = { status: null, failure: null, retryAt: null, lifeMs: null };

  async function send<T>(
    method: WireRequest['method'],
    url: string,
    options: NetworkRequestOptions | undefined,
    timeoutMs: number,
  ): Promise<NetworkResponse<T>> {
    try {
      const response = await transport({
        method,
        url,
        timeoutMs,
        headers: { accept: 'application/json', ...options?.headers },
        ...(options?.body === undefined ? {} : { body: options.body }),
      });
      const body = jsonOf(response.body);
      memory.status = response.status;
      memory.retryAt = retryAfterTime(response.headers['retry-after'], system.now()) ?? memory.retryAt;
      const answer = TokenAnswer.safeParse(body);
      if (answer.success) memory.lifeMs = answer.data.expires_in * 1_000;
      const readable = typeof body === 'object' && body !== null;
      return {
        status: readable ? response.status : Math.max(response.status, 500),
        headers: { ...response.headers },
        // A gateway's page instead of JSON becomes an error object MSAL understands.
        body: (readable ? body : { error: 'not_json', error_description: `status ${response.status}` }) as T,
      };
    } catch (thrown) {
      memory.failure = toSyncError(thrown);
      throw thrown;
    }
  }

  return {
    memory,
    reset() {
      Object.assign(memory, { status: null, failure: null, retryAt: null, lifeMs: null });
    },
    client: {
      sendGetRequestAsync: (url, options, timeout) => send('GET', url, options, timeout ?? timeLimitMs),
      sendPostRequestAsync: (url, options) => send('POST', url, options, timeLimitMs),
    },
  };
}
