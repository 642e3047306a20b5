/** A listener on this machine that waits for Entra's answer to a sign-in in the browser. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { SignInAnswer } from './sign-in.ts';

export interface Loopback {
  /** `http://localhost:<port>/connected`, to be given to `beginSignIn`. */
  readonly redirectUri: string;
  /** Resolves with the first answer on that path; rejects when the signal aborts. */
  answer(signal: AbortSignal): Promise<SignInAnswer>;
  close(): Promise<void>;
}

const path = '/connected';
const page = (text: string): string => `<!doctype html><html lang="en"><title>Co-sell connector</title><p>${text}</p></html>`;

/** @param port 0 takes a free one: Entra does not compare the port of a localhost address. */
export async function openLoopback(port = 0): Promise<Loopback> {
  const answered = Promise.withResolvers<SignInAnswer>();
  // A caller that never waits must not turn an abort into an unhandled rejection.
  answered.promise.catch(() => undefined);

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      // the address of this page holds the code
      'referrer-policy': 'no-referrer',
      connection: 'close',
    };
    const query = url.searchParams;
    if (request.method !== 'GET' || url.pathname !== path || !(query.has('code') || query.has('error'))) {
      response.writeHead(404, headers).end(page('There is nothing here.'));
      return;
    }
    answered.resolve({
      code: query.get('code') ?? undefined,
      state: query.get('state') ?? undefined,
      error: query.get('error') ?? undefined,
    });
    response.writeHead(200, headers).end(page('Done. You can close this window and go back to the terminal.'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  return {
    redirectUri: `http://localhost:${(server.address() as AddressInfo).port}${path}`,
    answer(signal) {
      signal.addEventListener('abort', () => answered.reject(signal.reason as Error), { once: true });
      if (signal.aborted) answered.reject(signal.reason as Error);
      return answered.promise;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
