/** Exactly one replica subscribes to platform events: deliveries are charged per subscriber. Whoever holds the lease does. */
import type { OpenEventStream } from '../salesforce/events/stream.ts';
import { grpcEventStream } from '../salesforce/events/grpc-stream.ts';
import { subscribeToEvents, type EventClient } from '../salesforce/events/subscribe.ts';
import { SyncError } from '../errors.ts';
import { markAllOpen, sweepCrmToItsEnd, type Sweeper } from '../sync/sweep.ts';
import type { Core } from './core.ts';

const lockName = 'salesforce.events';
/** How long the lease lasts and how often it is renewed, ms: a replica that died is replaced after their sum at the latest. */
const paces = {
  postgres: { leaseMs: 6_000, renewMs: 2_000 },
  // one process owns the file, so nobody waits for the lease: fewer writes
  sqlite: { leaseMs: 30_000, renewMs: 10_000 },
} as const;
/** Above this backlog no more events are asked for; they stay retained on the bus. */
const highWater = 20_000;
const poisonSetting = 'salesforce.events.poison';

export interface EventLeaderOptions {
  readonly core: Core;
  /** Seam for the simulation. */
  readonly open?: OpenEventStream;
  readonly signal: AbortSignal;
  /** The stream has a gap: both sides are swept from where they were, and every open deal is looked at. */
  readonly onGap: (why: string) => Promise<void>;
  /** Listening began at the tip of the stream: a sweep has to find what was told just before. */
  readonly onFresh?: () => Promise<void>;
}

function subscription({ core, open, onGap, onFresh }: EventLeaderOptions): EventClient {
  const { config, system, log, store, engine, salesforce } = core;
  let room = 100;
  const measure = async (): Promise<void> => {
    const { backlog } = await store.health(system.now());
    room = backlog > highWater ? 0 : 100;
  };
  return subscribeToEvents({
    open:
      open ??
      grpcEventStream({
        endpoint: config.COSELL_PUBSUB_ENDPOINT,
        extraRoots: config.COSELL_EXTRA_ROOTS === null ? [] : [config.COSELL_EXTRA_ROOTS],
      }),
    tokens: salesforce.tokens,
    system,
    log,
    position: () => store.position('/event/PC_Sync_Request__e'),
    handler: async (notices, position) => {
      await store.accept(engine.orgId, notices, position, system.now());
      await measure();
    },
    onGap,
    ...(onFresh ? { onFresh } : {}),
    onPoison: async (event) => {
      log.error({ code: 'CRM_EVENT_POISON', eventId: event.eventId, why: event.why }, 'an event was put aside');
      await store.saveSetting(`${poisonSetting}.${event.eventId}`, JSON.stringify(event), system.now());
    },
    room: () => room,
  });
}

/** Runs until the signal aborts: takes the lease when it is free, subscribes while it is ours. */
export async function leadEvents(options: EventLeaderOptions): Promise<void> {
  const { core, signal } = options;
  const { store, system, log } = core;
  const owner = system.id();
  const { leaseMs, renewMs } = paces[store.kind];
  let client: EventClient | null = null;
  try {
    do {
      const mine = await store.tryLock(lockName, owner, leaseMs, system.now()).catch(() => false);
      if (mine && client === null) {
        log.info({}, 'this process listens to Salesforce');
        client = subscription(options);
        client.start();
      }
      if (!mine && client !== null) {
        log.warn({}, 'another process listens to Salesforce now');
        await client.stop();
        client = null;
      }
    } while (await system.sleep(renewMs, signal));
  } finally {
    await client?.stop();
    await store.unlock(lockName, owner).catch(() => undefined);
  }
}

/**
 * What a gap leads to. Resolves when it is covered: no later position is stored before, so that a process that ends meanwhile leaves the
 * gap in sight. Throws NET_NOT_SENT when the signal aborts first.
 */
export async function coverGap(core: Core, signal: AbortSignal, sweepNow: Sweeper['sweepNow'], why: string): Promise<void> {
  core.log.warn({ code: 'CRM_EVENT_GAP', why }, 'the event stream has a gap: everything open is compared');
  await markAllOpen(core.engine, signal);
  await coverStart(core, signal, sweepNow);
}

/** Finds what was told before listening began; as for a gap, resolves when it is done and throws NET_NOT_SENT when it was stopped. */
export async function coverStart({ engine }: Core, signal: AbortSignal, sweepNow: Sweeper['sweepNow']): Promise<void> {
  await sweepCrmToItsEnd(engine, sweepNow, signal);
  if (signal.aborted) throw new SyncError('NET_NOT_SENT', { message: 'stopped before everything was looked for' });
}
