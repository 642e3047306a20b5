/** The world of demo and scenarios: a Salesforce org with the package deployed, Partner Center, sign-in, and the middleware. */
import { createPublicKey, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { keptRsaKey } from '../certificates.ts';
import { demoClients, demoMpnId, demoOrganization, servePartnerCenter, type PartnerCenterServers } from '../partner-center/http.ts';
import type { Switches } from '../partner-center/switches.ts';
import { attachEvents, type OrgEvents } from '../salesforce/pubsub-org.ts';
import { servePubSub, type PubSubServer } from '../salesforce/pubsub.ts';
import { people, seedOrg, type SeededOrg } from '../salesforce/seed.ts';
import type { SalesforceOrg, SalesforceOrgOptions } from '../salesforce/service.ts';
import { createFaults, type Faults } from '../faults.ts';
import { movableClock, serve, type MovableClock, type Served, type Service } from '../wire.ts';
import { createMiddleware, type Middleware } from './child.ts';
import { createDeployedOrg } from './deployed-org.ts';

export interface World {
  readonly clock: MovableClock;
  readonly org: SalesforceOrg;
  readonly events: OrgEvents;
  readonly pubSub: PubSubServer;
  readonly seeded: SeededOrg;
  /** Faults on the way to Salesforce. */
  readonly salesforceFaults: Faults;
  readonly salesforceOrigin: string;
  readonly partner: PartnerCenterServers;
  readonly middleware: Middleware;
  readonly middlewareUrl: string;
  /** Settings of the middleware, for commands in processes of their own. */
  readonly environment: { readonly [name: string]: string };
  readonly dataDir: string;
  /** Moves every clock. */
  advance(ms: number): void;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly org?: Partial<Omit<SalesforceOrgOptions, 'surroundings'>>;
  readonly partner?: Partial<Switches>;
  /** Settings of the package by developer name; incoming deals go to the seller unless said otherwise. */
  readonly orgSettings?: { readonly [name: string]: string };
  /** Further settings of the middleware. */
  readonly settings?: { readonly [name: string]: string };
  /** The middleware's entry, when it is not the demo's. */
  readonly entry?: string;
  /** Serves the pages in front of the org; `behind` is the org with its faults. */
  readonly page?: (org: SalesforceOrg, behind: Service) => Service;
  readonly ports?: { readonly salesforce?: number; readonly partnerCenter?: number };
  readonly packages?: readonly string[];
  /** Told of each thing that is ready. */
  readonly progress?: (text: string) => void;
}

const consumerKey = '3MVG9simulated.consumer.key';

/** Below the range from which outgoing connections take theirs, so that a middleware that is started again finds it free. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Consent as the admin would give it: the authorize page of the simulated authority signs in at once and redirects. */
async function consent(middleware: Middleware, ca: string): Promise<void> {
  const redirectUri = 'http://localhost:1/callback';
  const { url, pending } = (await middleware.command('connect.begin', { redirectUri })) as { url: string; pending: unknown };
  const location = await new Promise<string>((resolve, reject) => {
    get(url, { ca }, (response) => {
      response.resume();
      if (response.headers.location) resolve(response.headers.location);
      else reject(new Error(`The sign-in page answered ${response.statusCode} without a redirect.`));
    }).on('error', reject);
  });
  const query = new URL(location).searchParams;
  await middleware.command('connect.finish', {
    pending,
    answer: { code: query.get('code') ?? undefined, state: query.get('state') ?? undefined, error: query.get('error') ?? undefined },
  });
}

/** The simulated org with our package, as an admin would have set it up. */
async function openOrg(
  clock: MovableClock,
  options: WorldOptions,
  certificate: string,
): Promise<{ org: SalesforceOrg; events: OrgEvents; seeded: SeededOrg }> {
  const surroundings = { now: clock.now, random: Math.random, uuid: () => randomUUID() };
  const org = await createDeployedOrg(options.packages ?? ['force-app'], { surroundings, ...options.org });
  org.registerApp({ consumerKey, certificate, preauthorized: [people.integration] });
  const events = attachEvents(org);
  const seeded = seedOrg(org);
  for (const [name, value] of Object.entries({ Default_Owner: people.seller, ...options.orgSettings })) setSetting(org, name, value);
  return { org, events, seeded };
}

/** What an admin does under Setup, Custom Metadata Types: writes one setting of the package. */
export function setSetting(org: SalesforceOrg, name: string, value: string | null): void {
  const row = org.state.rows('PC_Setting__mdt').find((one) => one['DeveloperName'] === name);
  if (!row) throw new Error(`The package has no setting ${name}.`);
  org.state.put('PC_Setting__mdt', { ...row, Value__c: value });
}

/** Waits until the middleware listens to the org's events, at most ten seconds: in a world with a fault it may never. */
async function listening(events: OrgEvents): Promise<void> {
  const end = Date.now() + 10_000;
  while (events.pubSub.openStreams() === 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const progress = options.progress ?? (() => undefined);
  const clock = movableClock();
  const started = Date.now();
  const key = keptRsaKey('connected app');
  const dataDir = mkdtempSync(join(tmpdir(), 'cosell-'));
  const closing: (() => Promise<unknown>)[] = [async () => rmSync(dataDir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  try {
    const { org, events, seeded } = await openOrg(clock, options, String(createPublicKey(key).export({ type: 'spki', format: 'pem' })));
    progress('Salesforce org with the package deployed');
    const partner = await servePartnerCenter({
      clock,
      ...(options.partner ? { switches: options.partner } : {}),
      ...(options.ports?.partnerCenter === undefined ? {} : { ports: { api: options.ports.partnerCenter } }),
    });
    closing.push(() => partner.close());
    progress('Partner Center and sign-in authority');

    const tls = partner.authority.serverCertificate();
    const pubSub = await servePubSub(events.pubSub, { tls });
    closing.push(() => pubSub.close());
    const salesforceFaults = createFaults({
      surroundings: { now: clock.now, random: Math.random, uuid: () => randomUUID() },
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
    });
    const api = salesforceFaults.around(org.service, 'salesforce');
    const page = options.page?.(org, api);
    const served: Served = await serve(page ?? api, options.ports?.salesforce === undefined ? {} : { port: options.ports.salesforce });
    closing.push(() => served.close());
    org.setOrigin(served.origin);

    const port = await freePort();
    const middlewareUrl = `http://127.0.0.1:${port}`;
    const [client] = demoClients;
    const environment = {
      COSELL_DATA_DIR: dataDir,
      COSELL_SEALING_KEYS: randomBytes(32).toString('base64'),
      COSELL_SALESFORCE_LOGIN_URL: served.origin,
      COSELL_SALESFORCE_CLIENT_ID: consumerKey,
      COSELL_SALESFORCE_USERNAME: people.integration,
      COSELL_SALESFORCE_PRIVATE_KEY: String(key.export({ type: 'pkcs8', format: 'pem' })),
      COSELL_PUBSUB_ENDPOINT: pubSub.address,
      COSELL_TENANT_ID: partner.tenantId,
      COSELL_CLIENT_ID: client?.clientId ?? '',
      COSELL_CLIENT_SECRET: client?.secret ?? '',
      COSELL_AUTHORITY: partner.authorityOrigin,
      COSELL_PARTNER_API: partner.apiOrigin,
      COSELL_WEBHOOK_API: partner.apiOrigin,
      COSELL_PARTNER_ORGANIZATION: demoOrganization,
      COSELL_PARTNER_LOCATIONS: demoMpnId,
      COSELL_CREATE_QUIET_SECONDS: '2',
      COSELL_PUBLIC_URL: middlewareUrl,
      COSELL_CERTIFICATE_HOSTS: new URL(partner.certificateOrigin).host,
      COSELL_EXTRA_ROOTS: partner.authority.root.pem,
      COSELL_PORT: String(port),
      COSELL_LOG_LEVEL: 'info',
      ...options.settings,
    };
    const middleware = createMiddleware(environment, dataDir, options.entry);
    await middleware.start();
    closing.push(() => middleware.stop());
    await consent(middleware, partner.authority.root.pem);
    await middleware.command('webhook.register', {});
    await listening(events);
    progress(`middleware, signed in and registered (${((Date.now() - started) / 1000).toFixed(1)} s in all)`);

    let offset = 0;
    return {
      clock,
      org,
      events,
      pubSub,
      seeded,
      salesforceFaults,
      partner,
      middleware,
      middlewareUrl,
      environment,
      dataDir,
      close,
      salesforceOrigin: served.origin,
      advance(ms) {
        offset += ms;
        clock.advance(ms);
        middleware.tellClock(offset);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
