/** A transport that answers from a script, and a session for those who need one. */
import type { Session, TokenSource } from '../../src/salesforce/auth/token-source.ts';
import type { Transport, WireRequest, WireResponse } from '../../src/transport.ts';

export interface Scripted {
  readonly transport: Transport;
  /** Requests in order. */
  readonly sent: WireRequest[];
}

export const answer = (status: number, body: unknown, headers: { readonly [name: string]: string } = {}): WireResponse => ({
  status,
  headers,
  body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
});

/** Answers by what `reply` says for each request. */
export function scripted(reply: (request: WireRequest, index: number) => WireResponse | Promise<WireResponse>): Scripted {
  const sent: WireRequest[] = [];
  return {
    sent,
    transport: async (request) => {
      sent.push(request);
      return reply(request, sent.length - 1);
    },
  };
}

export const session = (accessToken = '00D000000000001!a'): Session => ({
  accessToken,
  instanceUrl: 'https://acme.my.salesforce.test',
  orgId: '00D000000000001AAA',
  userId: '005000000000001AAA',
  mintedAt: 0,
});

/** Hands out `token-1`, and a new one at each renewal. */
export function countedTokens(): TokenSource & { readonly renewals: () => number } {
  let count = 1;
  return {
    session: async () => session(`token-${count}`),
    renew: async () => session(`token-${(count += 1)}`),
    renewals: () => count - 1,
  };
}
