/** A listening server that can be stopped without cutting anyone off (entra-and-webhooks §10). */
import { createServer, type RequestListener, type Server } from 'node:http';

import type { System } from '../sync/ports.ts';

export interface Listening {
  /** TCP port; 0 for a socket in the file system. */
  readonly port: number;
  /**
   * Lets running requests end. @param drainMs how long the balancer needs to see that `/readyz` says 503.
   * Whatever still runs after `forceMs` is cut.
   */
  stop(drainMs: number, forceMs?: number): Promise<void>;
}

export type Place = { readonly host: string; readonly port: number } | { readonly socket: string };

/** @param draining set before the wait, so that readiness and `Connection: close` follow it. */
export async function listen(listener: RequestListener, place: Place, system: System, draining: { on: boolean }): Promise<Listening> {
  const server = createServer((request, response) => {
    if (draining.on) response.setHeader('Connection', 'close');
    listener(request, response);
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 15_000;
  // Above the idle time of usual balancers (60 s), or they meet connections that have just been closed.
  server.keepAliveTimeout = 75_000;
  await opened(server, place);
  const address = server.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async stop(drainMs, forceMs = 10_000) {
      draining.on = true;
      if (drainMs > 0) await system.sleep(drainMs);
      const ended = new AbortController();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const closing = closed.then(() => ended.abort());
      const until = system.now() + forceMs;
      // `close` alone waits for as long as a keep-alive client goes on.
      while (!ended.signal.aborted && system.now() < until) {
        server.closeIdleConnections();
        await system.sleep(50, ended.signal);
      }
      server.closeAllConnections();
      await closing;
    },
  };
}

async function opened(server: Server, place: Place): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const ready = (): void => {
      server.off('error', reject);
      resolve();
    };
    if ('socket' in place) listenPrivately(server, place.socket, ready);
    else server.listen(place.port, place.host, ready);
  });
}

/** The socket is bound within `listen`, so the mask decides who may use it from its first moment: its owner only. */
function listenPrivately(server: Server, path: string, ready: () => void): void {
  const before = process.umask(0o177);
  try {
    server.listen(path, ready);
  } finally {
    process.umask(before);
  }
}
