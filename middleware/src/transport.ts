/**
 * The one way out: a request becomes a response. Everything that speaks HTTP gets a `Transport` handed in, so that
 * the simulation can put the simulators behind it without a socket.
 */
import { rootCertificates } from 'node:tls';

import { Agent, errors, request as send, type Dispatcher } from 'undici';

import { SyncError } from './errors.ts';

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
  /** Hard limit for the whole exchange in ms; default 60,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface WireResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined by comma and blank. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
}

/** Throws `SyncError` NET_NOT_SENT, NET_UNDECIDED or NET_TOO_LARGE; any HTTP status is a normal answer. */
export type Transport = (request: WireRequest) => Promise<WireResponse>;

export interface TransportOptions {
  /** Sockets per remote host. */
  readonly connections?: number;
  /** Answers above this many bytes are refused. */
  readonly maxBytes?: number;
  /** Extra trusted roots (PEM), beside the system's. */
  readonly extraRoots?: readonly string[];
  /** Resolves a host name to the address to connect to; lets the caller guard private addresses. */
  readonly lookup?: (hostname: string, options: unknown, callback: (error: Error | null, address: string, family: number) => void) => void;
}

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** True for https, and for plain http to this machine. */
export function isSafeUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && loopbackHosts.has(hostname));
}

export const textOf = (body: Uint8Array): string => Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');

/** Parses a JSON body; undefined when it is not JSON. */
export function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(body)) as unknown;
  } catch {
    return undefined;
  }
}

const neverSentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Failure of the exchange → whether the request can have had an effect (entra-and-webhooks §7). */
function classify(error: unknown): SyncError {
  if (error instanceof errors.ResponseExceededMaxSizeError) return new SyncError('NET_TOO_LARGE', { cause: error });
  const code = (error as { code?: string }).code ?? '';
  return new SyncError(neverSentCodes.has(code) ? 'NET_NOT_SENT' : 'NET_UNDECIDED', {
    cause: error,
    message: `${code || (error as Error).name}`,
  });
}

function flatten(headers: Dispatcher.ResponseData['headers']): { [name: string]: string } {
  const flat: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return flat;
}

/** A transport over undici with its own connection pool; `close` waits for running requests. */
export function createTransport(options: TransportOptions = {}): { readonly transport: Transport; close(): Promise<void> } {
  const { connections = 8, maxBytes = 8 * 1024 * 1024, extraRoots = [], lookup } = options;
  const agent = new Agent({
    connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 30_000,
    bodyTimeout: 30_000,
    keepAliveTimeout: 10_000,
    maxResponseSize: maxBytes,
    connect: {
      timeout: 5_000,
      ...(extraRoots.length > 0 ? { ca: [...extraRoots, ...rootCertificates] } : {}),
      ...(lookup ? { lookup: lookup } : {}),
    },
  });

  const transport: Transport = async (request) => {
    if (!isSafeUrl(request.url)) throw new SyncError('NET_NOT_ALLOWED', { message: new URL(request.url).origin });
    const limit = AbortSignal.timeout(request.timeoutMs ?? 60_000);
    const signal = request.signal ? AbortSignal.any([limit, request.signal]) : limit;
    try {
      const response = await send(request.url, {
        dispatcher: agent,
        method: request.method,
        signal,
        ...(request.headers ? { headers: { ...request.headers } } : {}),
        ...(request.body === undefined ? {} : { body: request.body }),
      });
      const body = new Uint8Array(await response.body.arrayBuffer());
      return { status: response.statusCode, headers: flatten(response.headers), body };
    } catch (error) {
      throw classify(error);
    }
  };
  return { transport, close: () => agent.close() };
}
