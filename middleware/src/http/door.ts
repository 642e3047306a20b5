/** The service's doors: the public port, and the admin socket beside the data directory. */
import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import helmet from 'helmet';

import type { ErrorCode } from '../errors.ts';
import type { System } from '../sync/ports.ts';
import { adminRoute, type AdminCommands } from './admin-route.ts';
import { sayStatus } from './answers.ts';
import { bearerGuard } from './bearer.ts';
import { healthRoute } from './health-route.ts';
import { limited } from './limit.ts';
import type { Metrics } from './metrics.ts';
import { listen, type Listening } from './server.ts';
import { freeSocketPath } from './socket-path.ts';
import { webhookPath, webhookRoute, type WebhookDoorOptions } from './webhook-route.ts';

export interface DoorOptions {
  readonly system: System;
  readonly webhook: Omit<WebhookDoorOptions, 'now' | 'onFlood'>;
  readonly commands: AdminCommands;
  /** Of at least 32 characters; null leaves the admin API and metrics to the socket. */
  readonly adminToken: string | null;
  /** Can work be taken in (store reachable)? */
  readonly ready: () => Promise<boolean>;
  readonly metrics: Metrics;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Path of the admin socket; null without one. */
  readonly socketPath: string | null;
  /** Proxies whose forwarded address is believed: their addresses or ranges; default none. */
  readonly trustedProxies?: readonly string[];
  /** A request that failed for a reason of ours; the caller saw a 500. */
  readonly onError?: (error: unknown) => void;
  /** What a log of security tells: who was turned away, and which command of an admin ran. */
  readonly observeDoor?: (event: DoorEvent) => void;
}

export type DoorEvent =
  | {
      readonly kind: 'refused';
      readonly why: 'token' | 'too many requests';
      readonly path: '/admin' | '/metrics' | typeof webhookPath;
      readonly address: string;
    }
  | { readonly kind: 'command'; readonly command: string; readonly way: 'port' | 'socket'; readonly code: ErrorCode | null };

export interface Door {
  readonly port: number;
  /** Readiness turns to 503, running requests end, then both doors close. May be called twice. */
  stop(drainMs?: number): Promise<void>;
}

export async function openDoor(options: DoorOptions): Promise<Door> {
  const { system, socketPath } = options;
  const draining = { on: false };
  if (socketPath !== null) await freeSocketPath(socketPath);
  const open: Listening[] = [];
  try {
    const publicDoor = await listen(publicApp(options, draining), { host: options.host, port: options.port }, system, draining);
    open.push(publicDoor);
    if (socketPath !== null) open.push(await listen(localApp(options), { socket: socketPath }, system, draining));
    let stopping: Promise<unknown> | null = null;
    return {
      port: publicDoor.port,
      async stop(drainMs = 0) {
        stopping ??= Promise.all(open.map((door) => door.stop(drainMs)));
        await stopping;
      },
    };
  } catch (error) {
    await Promise.all(open.map((door) => door.stop(0, 0)));
    throw error;
  }
}

function publicApp(options: DoorOptions, draining: { readonly on: boolean }): Express {
  const { system, metrics, adminToken, webhook } = options;
  const app = bare(options);
  // Health comes first: neither counted nor limited.
  app.use(healthRoute(async () => !draining.on && (await options.ready())));
  app.use(counted(options));
  const refused = (why: 'token' | 'too many requests', path: '/admin' | '/metrics' | typeof webhookPath, { ip = '' }: Request): void =>
    options.observeDoor?.({ kind: 'refused', why, path, address: ip });
  app.use(webhookRoute({ ...webhook, now: () => system.now(), onFlood: (request) => refused('too many requests', webhookPath, request) }));
  app.use(
    ['/admin', '/metrics'],
    limited(120, (request) => refused('too many requests', guarded(request), request)),
  );
  app.use(
    ['/admin', '/metrics'],
    bearerGuard(adminToken, (request) => refused('token', guarded(request), request)),
  );
  app.use(adminRoute(options.commands, ranBy(options, 'port')));
  app.get('/metrics', scrape(metrics));
  return closing(app, options);
}

/** No token here: who may open the socket is decided by its file. */
function localApp(options: DoorOptions): Express {
  const app = bare(options);
  app.use(adminRoute(options.commands, ranBy(options, 'socket')));
  app.get('/metrics', scrape(options.metrics));
  return closing(app, options);
}

const guarded = ({ baseUrl }: Request): '/admin' | '/metrics' => (baseUrl === '/metrics' ? '/metrics' : '/admin');

const ranBy =
  ({ observeDoor }: DoorOptions, way: 'port' | 'socket') =>
  (command: string, code: ErrorCode | null): void =>
    observeDoor?.({ kind: 'command', command, way, code });

/** Nothing here is a page: a browser that is led to it may load, frame, keep and tell nothing. */
const none = ["'none'"];
const policy = { defaultSrc: none, objectSrc: none, baseUri: none, formAction: none, frameAncestors: none };

function bare(options: DoorOptions): Express {
  const app = express();
  app.set('trust proxy', options.trustedProxies ? [...options.trustedProxies] : false);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: policy } }));
  app.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  return app;
}

function counted({ system, metrics }: DoorOptions): express.RequestHandler {
  return (request, response, next) => {
    const startedAt = system.now();
    response.once('finish', () => {
      const route = request.route as { readonly path?: unknown } | undefined;
      const pattern = typeof route?.path === 'string' ? route.path : 'other';
      metrics.request(pattern, response.statusCode, (system.now() - startedAt) / 1_000);
    });
    next();
  };
}

function scrape({ registry }: Metrics): express.RequestHandler {
  return async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  };
}

function closing(app: Express, { onError }: DoorOptions): Express {
  const failed: ErrorRequestHandler = (error: unknown, _request, response, next) => {
    onError?.(error);
    if (response.headersSent) next(error);
    else sayStatus(response, 500);
  };
  app.use((_request, response) => sayStatus(response, 404));
  app.use(failed);
  return app;
}
