/** The adapter against the simulated org: the package deployed, a small company in it, one clock for both, no sockets. */
import { createAtWork } from '../../src/at-work.ts';
import { defaultMapping } from '../../src/domain/default-mapping.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { silentLog } from '../../src/log.ts';
import { createTokenSource, type TokenSource } from '../../src/salesforce/auth/token-source.ts';
import { createSalesforceClient, type SalesforceClient } from '../../src/salesforce/client/client.ts';
import { createSalesforceSide } from '../../src/salesforce/side/side.ts';
import type { CrmSide, CrmSnapshot, CrmWrite, System } from '../../src/sync/ports.ts';
import type { Transport, WireRequest } from '../../src/transport.ts';
import { createDeployedOrg } from '../../simulators/demo/deployed-org.ts';
import { people, seedOrg, type SeededOrg } from '../../simulators/salesforce/seed.ts';
import type { SalesforceOrg, SalesforceOrgOptions } from '../../simulators/salesforce/service.ts';

export const origin = 'https://contoso.my.salesforce.test';
export const start = Date.parse('2026-11-20T10:00:00Z');

export interface SimulatedSide {
  readonly org: SalesforceOrg;
  readonly seeded: SeededOrg;
  readonly system: System;
  readonly client: SalesforceClient;
  readonly tokens: TokenSource;
  readonly side: CrmSide;
  readonly transport: Transport;
  /** Requests since the last `forget`, as `METHOD path` without the query. */
  readonly calls: string[];
  mapping: Mapping;
  /** Hears of each request before it is answered. */
  onCall: (call: string) => void;
  advance(ms: number): void;
  /** Everything a seller fills in before sharing a deal. */
  share(opportunity: string): string;
  read(id: string): Promise<CrmSnapshot>;
}

/** The clock moves when someone sleeps, and only then; each request takes no time. */
export async function simulatedSide(options: Partial<SalesforceOrgOptions> = {}): Promise<SimulatedSide> {
  const clock = { now: start };
  let ids = 0;
  const uuid = (): string => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`;
  const surroundings = { now: () => clock.now, random: () => 0.5, uuid };
  const org = await createDeployedOrg(['force-app'], { surroundings, origin, ...options });
  const seeded = seedOrg(org);
  org.registerApp({ consumerKey: 'key', consumerSecret: 'secret', runAs: people.integration });

  const calls: string[] = [];
  const world: Pick<SimulatedSide, 'mapping' | 'onCall'> = { mapping: defaultMapping, onCall: () => undefined };
  const transport: Transport = async (request: WireRequest) => {
    const url = new URL(request.url);
    const call = `${request.method} ${url.pathname.replace('/services/data/v66.0', '')}`;
    calls.push(call);
    world.onCall(call);
    const body = typeof request.body === 'string' ? new TextEncoder().encode(request.body) : (request.body ?? new Uint8Array());
    const headers = Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
    const response = await org.service({ method: request.method, url: url.pathname + url.search, headers, body });
    return {
      status: response.status,
      headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value])),
      body: typeof response.body === 'string' ? new TextEncoder().encode(response.body) : response.body,
    };
  };
  const system: System = {
    now: () => clock.now,
    random: () => 0.5,
    id: uuid,
    sleep: async (ms, signal) => {
      if (signal?.aborted) return false;
      await new Promise<void>((resolve) => setImmediate(resolve));
      clock.now += ms;
      return true;
    },
  };
  const tokens = createTokenSource({
    transport,
    system,
    loginUrl: origin,
    credentials: { kind: 'client-credentials', clientId: 'key', clientSecret: 'secret' },
  });
  const client = createSalesforceClient({ transport, tokens, system });
  const side = createSalesforceSide({
    client,
    system,
    atWork: createAtWork(system),
    log: silentLog(),
    mapping: () => world.mapping,
    defaultMapping,
  });
  clock.now += 5_000;

  return Object.assign(world, {
    org,
    seeded,
    system,
    client,
    tokens,
    side,
    transport,
    calls,
    advance: (ms: number) => {
      clock.now += ms;
    },
    share(name: string) {
      const id = seeded.opportunities[name] ?? '';
      const [solution] = org.state.rows('PC_Solution__c');
      const sam = org.asUser(people.seller);
      sam.insert('PC_Opportunity_Solution__c', { Opportunity__c: id, Solution__c: String(solution?.['Id']) });
      sam.update(id, {
        Sync_with_Partner_Center__c: true,
        PC_Contact_Consent__c: true,
        How_can_Microsoft_help__c: 'Proof of concept or demo',
        PC_Marketplace_Intent__c: 'Yes',
      });
      clock.now += 5_000;
      return id;
    },
    async read(id: string) {
      const reading = await side.read(id);
      if (reading.kind !== 'found') throw new Error(reading.why);
      return reading.snapshot;
    },
  });
}

/** A write that changes nothing, to be completed. */
export const writeOn = (basedOn: CrmSnapshot, change: Partial<CrmWrite>): CrmWrite => ({
  id: basedOn.id,
  basedOn,
  set: {},
  display: {},
  audit: [],
  answers: [],
  attention: [],
  ...change,
});
