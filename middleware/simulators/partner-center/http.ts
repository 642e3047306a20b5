/** Puts the partner side on loopback ports: API with portal page and controls, certificate host, sign-in authority. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { sharedTestAuthority, type TestAuthority } from '../certificates.ts';
import { createEntra, type Entra, type EntraOptions } from '../entra/index.ts';
import { createFaults, type Faults } from '../faults.ts';
import { empty, movableClock, serve, type MovableClock, type Service, type Served, type SimResponse } from '../wire.ts';
import { controlService } from './control.ts';
import { createPartnerCenter, type PartnerCenter, type PartnerCenterOptions } from './index.ts';
import type { Send } from './deliveries.ts';

export interface ServePartnerCenterOptions extends Partial<
  Pick<PartnerCenterOptions, 'organizationId' | 'organizationName' | 'mpnId' | 'switches' | 'catalogue' | 'users'>
> {
  /** Shared with the other simulators, so that one clock moves all. */
  readonly clock?: MovableClock;
  readonly random?: () => number;
  readonly uuid?: () => string;
  readonly tenantId?: string;
  /** Applications that may sign in; default one confidential and one public client, see `demoClients`. */
  readonly clients?: EntraOptions['clients'];
  readonly entra?: EntraOptions['switches'];
  readonly authority?: TestAuthority;
  readonly ports?: { readonly api?: number; readonly certificates?: number; readonly authority?: number };
  /** Serve the API over https too; default plain http, which is fine on loopback. */
  readonly secureApi?: boolean;
  /** Milliseconds between two looks for due deliveries; default 50. */
  readonly tickMs?: number;
}

export interface PartnerCenterServers {
  readonly partnerCenter: PartnerCenter;
  readonly entra: Entra;
  readonly faults: Faults;
  readonly clock: MovableClock;
  readonly authority: TestAuthority;
  readonly tenantId: string;
  /** Base of both Partner Center APIs. */
  readonly apiOrigin: string;
  /** Exact host of the certificates, for the receiver's allow-list. */
  readonly certificateOrigin: string;
  /** Origin of the sign-in authority; the authority itself is `${origin}/${tenantId}`. */
  readonly authorityOrigin: string;
  /** The page on which a person plays the Microsoft seller. */
  readonly portalUrl: string;
  /** Base of the control routes. */
  readonly controlUrl: string;
  close(): Promise<void>;
}

export const demoTenant = '6d0c1e2f-3a4b-4c5d-8e6f-708192a3b4c5';
export const demoOrganization = '0a1b2c3d-aaaa-4bbb-8ccc-ddddeeeeffff';
export const demoMpnId = '1234567';

/** The applications of the demo. The secret opens nothing but the simulator. */
export const demoClients: EntraOptions['clients'] = [
  { clientId: 'c0ffee00-1111-4222-8333-444455556666', secret: 'simulator-only', redirectUris: ['http://localhost', 'http://127.0.0.1'] },
  { clientId: 'c0ffee00-1111-4222-8333-444455557777', redirectUris: ['http://localhost', 'http://127.0.0.1'] },
];

const files: { readonly [path: string]: readonly [name: string, type: string] } = {
  '/': ['portal.html', 'text/html; charset=utf-8'],
  '/portal.css': ['portal.css', 'text/css; charset=utf-8'],
  '/portal.js': ['portal.js', 'text/javascript; charset=utf-8'],
};

function portalFile(path: string): SimResponse {
  const file = files[path];
  if (!file) return empty(404);
  const headers = {
    'content-type': file[1],
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'",
  };
  return { status: 200, headers, body: readFileSync(new URL(`portal/${file[0]}`, import.meta.url)) };
}

/** fetch hides the reason of a broken connection in its cause. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: string } };
  return `no answer (${cause?.code ?? name ?? 'unknown'})`;
}

export async function servePartnerCenter(options: ServePartnerCenterOptions = {}): Promise<PartnerCenterServers> {
  const clock = options.clock ?? movableClock();
  const surroundings = { now: clock.now, random: options.random ?? Math.random, uuid: options.uuid ?? (() => randomUUID()) };
  const authority = options.authority ?? sharedTestAuthority();
  const tenantId = options.tenantId ?? demoTenant;
  const origins = { api: '', certificates: '', authority: '' };
  const faults = createFaults({ surroundings, wait: async (ms) => void (await sleep(ms, undefined, { ref: false })) });
  const entra = createEntra({
    surroundings,
    tenantId,
    clients: options.clients ?? demoClients,
    origin: () => origins.authority,
    ...(options.entra ? { switches: options.entra } : {}),
  });
  const partnerCenter = createPartnerCenter({
    surroundings,
    organizationId: options.organizationId ?? demoOrganization,
    mpnId: options.mpnId ?? demoMpnId,
    checkToken: entra.checkToken,
    baseUrl: () => origins.api,
    certificateOrigin: () => origins.certificates,
    authority,
    ...(options.organizationName === undefined ? {} : { organizationName: options.organizationName }),
    ...(options.switches ? { switches: options.switches } : {}),
    ...(options.catalogue ? { catalogue: options.catalogue } : {}),
    ...(options.users ? { users: options.users } : {}),
  });

  const send: Send = async ({ url, headers, body }) => {
    if (faults.networkCut) throw new Error('The network is cut.');
    const signal = AbortSignal.timeout(partnerCenter.switches.webhookTimeoutMs);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal }).catch((error: unknown) => {
      throw new Error(reasonOf(error), { cause: error });
    });
    await response.arrayBuffer();
    return { status: response.status };
  };
  let delivering = false;
  async function deliver(): Promise<void> {
    const dueAt = partnerCenter.dueAt();
    if (delivering || dueAt === null || dueAt > clock.now()) return;
    delivering = true;
    try {
      await partnerCenter.deliverDue(send);
    } finally {
      delivering = false;
    }
  }

  const api = faults.around(partnerCenter.service, 'partner-center');
  const control = controlService({ partnerCenter, faults, clock }, () => void deliver());
  const front: Service = (request) => {
    const { pathname } = new URL(request.url, 'http://simulator');
    if (pathname.startsWith('/__control')) return control(request);
    return request.method === 'GET' && Object.hasOwn(files, pathname) ? Promise.resolve(portalFile(pathname)) : api(request);
  };

  const tls = authority.serverCertificate();
  const { ports = {} } = options;
  const on = (port: number | undefined): { readonly port?: number } => (port === undefined ? {} : { port });
  const servers: Served[] = [];
  async function start(service: Service, port: number | undefined, secure: boolean): Promise<string> {
    const served = await serve(service, { ...on(port), ...(secure ? { tls } : {}) });
    servers.push(served);
    return served.origin;
  }
  const close = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.close())));
  try {
    origins.certificates = await start(faults.around(partnerCenter.certificateService, 'certificates'), ports.certificates, true);
    origins.authority = await start(faults.around(entra.service, 'entra'), ports.authority, true);
    origins.api = await start(front, ports.api, options.secureApi ?? false);
  } catch (error) {
    await close();
    throw error;
  }
  const timer = setInterval(() => void deliver(), options.tickMs ?? 50);
  timer.unref();

  return {
    partnerCenter,
    entra,
    faults,
    clock,
    authority,
    tenantId,
    apiOrigin: origins.api,
    certificateOrigin: origins.certificates,
    authorityOrigin: origins.authority,
    portalUrl: `${origins.api}/`,
    controlUrl: `${origins.api}/__control`,
    async close() {
      clearInterval(timer);
      await close();
    },
  };
}
