/**
 * What the simulators share: a service is a function from request to response, with clock, chance and ids handed in.
 * Services own no timers and no sockets, so that tests can run them in virtual time; `serve` puts one on a port.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface SimRequest {
  readonly method: string;
  /** Path with query, as on the request line. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
}

export interface SimResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Uint8Array;
}

/** Answers a request. A rejected promise cuts the connection without an answer. */
export type Service = (request: SimRequest) => Promise<SimResponse>;

/** Where a simulator takes time, chance and ids from. */
export interface Surroundings {
  /** Epoch ms. */
  now(): number;
  /** [0, 1). */
  random(): number;
  uuid(): string;
}

/** A clock that follows real time and can be moved forward. */
export interface MovableClock {
  now(): number;
  advance(ms: number): void;
}

export function movableClock(start?: number): MovableClock {
  let offset = start === undefined ? 0 : start - Date.now();
  return {
    now: () => Date.now() + offset,
    advance: (ms) => {
      offset += ms;
    },
  };
}

export const json = (status: number, body: unknown, headers: { readonly [name: string]: string } = {}): SimResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

export const empty = (status: number, headers: { readonly [name: string]: string } = {}): SimResponse => ({ status, headers, body: '' });

export const bodyText = (request: { readonly body: Uint8Array }): string => Buffer.from(request.body).toString('utf8');

export interface Served {
  /** `http://127.0.0.1:port` or https. */
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly port?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Host name in the origin; default 127.0.0.1 (localhost with TLS). */
  readonly host?: string;
}

/** Puts a service on a loopback port. */
export async function serve(service: Service, options: ServeOptions = {}): Promise<Served> {
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    void answer(service, incoming, outgoing);
  };
  const server = options.tls ? createHttpsServer({ key: options.tls.key, cert: options.tls.cert }, listener) : createHttpServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host ?? (options.tls ? 'localhost' : '127.0.0.1');
  return {
    origin: `${options.tls ? 'https' : 'http'}://${host}:${port}`,
    port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(service: Service, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
    const headers: { [name: string]: string } = {};
    for (const [name, value] of Object.entries(incoming.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
    const response = await service({ method: incoming.method ?? 'GET', url: incoming.url ?? '/', headers, body: Buffer.concat(chunks) });
    outgoing.writeHead(response.status, { ...response.headers });
    outgoing.end(response.body);
  } catch {
    incoming.socket.destroy();
  }
}
