/** The world of one run: both simulators, the ways to them and back, the clock, and the store that outlives every process. */
import { SyncError } from '../../src/errors.ts';
import type { AuditEntry } from '../../src/domain/audit-line.ts';
import { openStore, type OpenStore } from '../../src/store/open.ts';
import type { Transport, WireRequest, WireResponse } from '../../src/transport.ts';
import { createFaults, ConnectionLost, type Faults } from '../../simulators/faults.ts';
import type { Users } from '../../simulators/partner-center/access.ts';
import { createPartnerCenter, type PartnerCenter } from '../../simulators/partner-center/index.ts';
import type { Switches } from '../../simulators/partner-center/switches.ts';
import { ConnectionCut } from '../../simulators/salesforce/org-faults.ts';
import { attachEvents, type OrgEvents } from '../../simulators/salesforce/pubsub-org.ts';
import { people } from '../../simulators/salesforce/seed.ts';
import type { SalesforceOrg } from '../../simulators/salesforce/service.ts';
import type { OrgSwitches } from '../../simulators/salesforce/switches.ts';
import type { Service, SimRequest, SimResponse } from '../../simulators/wire.ts';
import type { Chance } from './chance.ts';
import { createHistory, type History } from './history.ts';
import { createIncarnation, never, type Incarnation } from './incarnation.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import { location, organization, origins, start, type Template } from './template.ts';
import { createTrace, type Trace } from './trace.ts';

export type Remote = 'salesforce' | 'partner-center' | 'certificates' | 'webhook';

/** What a seed decides about a whole run. */
export interface Conditions {
  /** Shortest and longest time a message is on its way, ms. */
  readonly latency: readonly [number, number];
  /** Milliseconds until a new referral shows up in the list. */
  readonly listDelayMs: number;
  /** Off: nothing tells of a create whose answer was lost. */
  readonly ownChangesRaiseEvents: boolean;
  readonly relatedEventCarries: 'microsoft leg' | 'own referral';
  readonly microsoftLegInList: 'always' | 'by engagement';
  readonly filterOnExternalReferenceId: boolean;
  /** Off in runs that lose no notice: there the notices alone have to be enough. */
  readonly sweeps: boolean;
  readonly sweepMinutes: number;
  /** How far the clocks of the machines are ahead of the world's, ms: processes start on them in turn. */
  readonly skewsMs: readonly [number, number];
}

/** Behaviours of the remotes other than the simulators' defaults. */
export interface Choices {
  readonly partner?: Partial<Switches>;
  readonly org?: Partial<OrgSwitches>;
  readonly events?: Parameters<typeof attachEvents>[1];
  /** Users of Partner Center with less than Referrals admin. */
  readonly users?: Users;
}

export interface World {
  readonly template: Template;
  readonly conditions: Conditions;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly org: SalesforceOrg;
  readonly events: OrgEvents;
  readonly center: PartnerCenter;
  readonly faults: Faults;
  readonly signIn: SignIn;
  readonly history: History;
  /** What went wrong that no invariant looks for: simulators that broke, errors of ours in the log. */
  readonly troubles: string[];
  /** What the service has written, told by the simulators. */
  readonly writes: string[];
  /** What people will put right by themselves, at the latest when everything works again. */
  readonly mends: Set<() => void>;
  /** What is cut off right now. */
  readonly cuts: { bus: boolean; store: boolean };
  /** Moments at which a process may be killed; each is told its name. */
  readonly moments: { beforeCall(name: string): void; afterCall(name: string): void; commit(name: string): void };
  store: OpenStore;
  /** Audit lines that were written down in a store and not told yet when it was lost: nobody can tell them any more. By opportunity. */
  readonly lostLines: Map<string, AuditEntry[]>;
  /** Workers that wait for the bell: a process that dies rings none, and the others have to see when its leases end. */
  readonly idle: Set<AbortController>;
  /** Receives webhooks: a process that is up, chosen by whoever stands in front. */
  door: (request: SimRequest) => Promise<SimResponse>;
  newIncarnation(name: string): Incarnation;
  transportFor(incarnation: Incarnation): Transport;
  latency(): number;
  openStore(): Promise<OpenStore>;
  /** Takes note of what both sides hold now, and plans the next delivery. Called after everything that may have changed something. */
  look(): void;
  close(): Promise<void>;
}

const bytesOf = (body: string | Uint8Array | undefined): Uint8Array =>
  typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array());
const lowerCase = (headers: { readonly [name: string]: string }): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** A request in a few words, without ids that say nothing. */
export function describe(service: string, { method, url }: Pick<SimRequest, 'method' | 'url'>): string {
  const path = decodeURIComponent(url)
    .replace('/services/data/v66.0', '')
    .replace('/v1.0/engagements', '')
    .replace(/SELECT .* FROM Opportunity WHERE Id IN/, 'the deals')
    .slice(0, 120);
  return `${service} ${method} ${path}`;
}

const requestTimeoutMs = 60_000;
const keepaliveMs = 60_000;

export async function openWorld(template: Template, chance: Chance, conditions: Conditions, choices: Choices = {}): Promise<World> {
  const scheduler = createScheduler(start, chance.fork('order'));
  const trace = createTrace(scheduler.now);
  const troubles: string[] = [];
  const cuts = { bus: false, store: false };
  const surroundings = (name: string) => {
    const own = chance.fork(name);
    return { now: scheduler.now, random: () => own.next(), uuid: () => own.uuid() };
  };
  const signIn = createSignIn(scheduler, chance.fork('sign-in'));
  const org = template.newOrg(surroundings('org'), choices.org);
  const events = attachEvents(org, choices.events);
  const center = createPartnerCenter({
    surroundings: surroundings('partner-center'),
    organizationId: organization,
    mpnId: location,
    checkToken: signIn.checkToken,
    signer: template.signer,
    switches: {
      listDelayMs: conditions.listDelayMs,
      ownChangesRaiseEvents: conditions.ownChangesRaiseEvents,
      relatedEventCarries: conditions.relatedEventCarries,
      microsoftLegInList: conditions.microsoftLegInList,
      filterOnExternalReferenceId: conditions.filterOnExternalReferenceId,
      ...choices.partner,
    },
    ...(choices.users ? { users: choices.users } : {}),
  });
  const faults = createFaults({ surroundings: surroundings('faults'), wait: scheduler.wait });
  const history = createHistory(scheduler, org, center);
  const delays = chance.fork('latency');
  const latency = (): number => {
    const [least, most] = conditions.latency;
    // mostly quick, now and then as slow as it gets
    return Math.round(least + (most - least) * delays.next() ** 3);
  };

  const guarded = (name: Remote, service: Service): Service =>
    faults.around(async (request) => {
      try {
        const response = await service(request);
        if (name === 'partner-center' && request.method !== 'GET' && request.url.includes('/referrals') && response.status < 300)
          world.writes.push(`Partner Center: ${request.method} ${request.url} ${Buffer.from(request.body).toString('utf8').slice(0, 300)}`);
        world.look();
        return response;
      } catch (error) {
        world.look();
        if (!(error instanceof ConnectionCut || error instanceof ConnectionLost))
          troubles.push(`the simulator of ${name} broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        throw error;
      }
    }, name);
  const door = guarded('webhook', (request) => world.door(request));
  const api = guarded('partner-center', center.service);
  const routes: { readonly [origin: string]: readonly [Remote, Service] } = {
    [origins.salesforce]: ['salesforce', guarded('salesforce', org.service)],
    [origins.referrals]: ['partner-center', api],
    [origins.webhooks]: ['partner-center', api],
    [origins.certificates]: ['certificates', guarded('certificates', center.certificateService)],
  };

  /** The answer, or a rejection when it takes longer than `ms`. */
  function inTime<T>(ms: number, answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const takeBack = scheduler.after(ms, () => reject(new ConnectionLost('No answer came in time.')));
      answer.then(resolve, reject).finally(takeBack);
    });
  }

  async function exchange(who: string, [name, service]: readonly [Remote, Service], request: SimRequest): Promise<SimResponse> {
    const sentAt = scheduler.now();
    await scheduler.wait(latency());
    const words = describe(name, request);
    // no connection outlives a closed lid: what was not through by then never arrives
    if (scheduler.now() - sentAt > requestTimeoutMs) {
      trace.add(who, `${words} → never arrived`);
      throw new ConnectionLost('The connection was lost while nothing ran.');
    }
    const count = faults.requests.length;
    try {
      const response = await service(request);
      const { fault } = faults.requests[count] ?? { fault: null };
      if (fault !== null) trace.count('fault', `${name}: ${fault}`);
      trace.add(who, `${words} → ${response.status}${fault === null ? '' : ` (${fault})`}`);
      await scheduler.wait(latency());
      return response;
    } catch (error) {
      const { fault } = faults.requests[count] ?? { fault: null };
      trace.count('fault', `${name}: ${fault ?? 'connection lost'}`);
      trace.add(who, `${words} → no answer (${fault ?? 'cut'})`);
      throw error;
    }
  }

  const transportFor =
    (incarnation: Incarnation): Transport =>
    async (request: WireRequest): Promise<WireResponse> => {
      const { origin, pathname, search } = new URL(request.url);
      const route = routes[origin];
      if (!route) throw new SyncError('NET_NOT_SENT', { message: `nobody is at ${origin}` });
      world.moments.beforeCall(incarnation.name);
      if (!incarnation.alive()) return never();
      const sent: SimRequest = {
        method: request.method,
        url: pathname + search,
        headers: lowerCase(request.headers ?? {}),
        body: bytesOf(request.body),
      };
      try {
        const response = await inTime(request.timeoutMs ?? requestTimeoutMs, exchange(incarnation.name, route, sent));
        if (incarnation.alive()) world.moments.afterCall(incarnation.name);
        if (!incarnation.alive()) return await never();
        return { status: response.status, headers: lowerCase(response.headers), body: bytesOf(response.body) };
      } catch (error) {
        if (!incarnation.alive()) return never();
        // a connection that could not be made at all is known not to have carried anything
        const surelyNot =
          error instanceof ConnectionLost &&
          /was lost|is cut/.test(error.message) &&
          !error.message.startsWith('The answer') &&
          delays.yes(0.5);
        throw new SyncError(surelyNot ? 'NET_NOT_SENT' : 'NET_UNDECIDED', { cause: error, message: 'the connection broke' });
      }
    };

  let planned: { readonly at: number; takeBack(): void } | null = null;
  let delivering = false;
  async function deliver(): Promise<void> {
    planned = null;
    if (delivering) return;
    delivering = true;
    try {
      await center.deliverDue(async ({ url, headers, body }) => {
        const target = new URL(url);
        if (target.origin !== origins.own) throw new ConnectionLost('That address belongs to somebody else.');
        const request: SimRequest = { method: 'POST', url: target.pathname, headers, body: Buffer.from(body) };
        const { status } = await inTime(center.switches.webhookTimeoutMs, exchange('Microsoft', ['webhook', door], request));
        return { status };
      });
    } finally {
      delivering = false;
      world.look();
    }
  }

  const keepalive = (): void => {
    if (events.pubSub.openStreams() > 0) events.pubSub.tick();
    scheduler.after(keepaliveMs, keepalive);
  };
  scheduler.after(keepaliveMs, keepalive);

  const incarnations = chance.fork('incarnations');
  let started = 0;
  const storeSystem = createIncarnation('store', scheduler, chance.fork('store'), 0).system;
  const newStore = (): Promise<OpenStore> =>
    openStore({ url: 'sqlite::memory:', sealingKeys: template.config.COSELL_SEALING_KEYS, system: storeSystem });

  const integration = org.userId(people.integration);
  org.state.registerHooks({
    afterSave: (object, record, prior, context) => {
      if (context.userId !== integration || object.name === 'PC_Connection__c') return;
      const changed = Object.keys(record).filter((name) => record[name] !== prior?.[name] && !/Modified|Modstamp|Created/.test(name));
      world.writes.push(`Salesforce: ${object.name} ${String(record['Name'] ?? record['Id'])}: ${changed.join(', ')}`);
    },
    afterDelete: (object, record, context) => {
      if (context.userId === integration) world.writes.push(`Salesforce: ${object.name} ${String(record['Id'])} is deleted`);
    },
  });

  const world: World = {
    template,
    conditions,
    scheduler,
    chance,
    trace,
    org,
    events,
    center,
    faults,
    signIn,
    history,
    troubles,
    writes: [],
    mends: new Set(),
    cuts,
    transportFor,
    latency,
    moments: { beforeCall: () => undefined, afterCall: () => undefined, commit: () => undefined },
    store: await newStore(),
    lostLines: new Map(),
    idle: new Set(),
    openStore: newStore,
    door: () => Promise.reject(new ConnectionLost('Nobody is up.')),
    newIncarnation(name) {
      started += 1;
      const skew = conditions.skewsMs[started % 2] ?? 0;
      return createIncarnation(name, scheduler, incarnations.fork(`${name} ${scheduler.steps()}`), skew);
    },
    look() {
      history.look();
      const due = center.dueAt();
      if (due === null || (planned !== null && planned.at <= due)) return;
      planned?.takeBack();
      planned = { at: due, takeBack: scheduler.after(due - scheduler.now(), () => void deliver()) };
    },
    close: () => world.store.close(),
  };
  return world;
}
