/** The running service: a core, its door, its subscriptions and timers; started and stopped as one. */
import { createMetrics, type Metrics } from '../http/metrics.ts';
import { openDoor, type Door } from '../http/door.ts';
import type { OpenEventStream } from '../salesforce/events/stream.ts';
import { createSweeper, every, markAllOpen } from '../sync/sweep.ts';
import { createWorker } from '../sync/worker.ts';
import { toSyncError } from '../errors.ts';
import { openCore, socketPathOf, type Core, type ServiceParts } from './core.ts';
import { coverGap, coverStart, leadEvents } from './event-leader.ts';
import { catchUpMs } from './mapping-in-force.ts';
import type { Commands } from './commands.ts';
import { commandsOf, healthOf, type Running } from './status.ts';
import { version } from './version.ts';

export interface RunningService {
  /** Port of the public door. */
  readonly port: number;
  readonly core: Core;
  /** Resolves when the work has ended although nobody asked for it: the process is of no use any more and should be started anew. */
  readonly broken: Promise<void>;
  /** Passes in flight are finished or given back, then everything is closed. May be called twice. */
  stop(): Promise<void>;
}

export interface StartOptions extends ServiceParts {
  /** Seam for tests: events that do not come over gRPC. */
  readonly openEvents?: OpenEventStream;
}

const minute = 60_000;
const day = 86_400_000;
const leaseMs = 60_000;
const keepInbox = 30 * day;

function metricsOf(core: Core): Metrics {
  const health = (read: (counts: Awaited<ReturnType<typeof core.store.health>>) => number) => async () =>
    read(await core.store.health(core.system.now()));
  return createMetrics([
    { name: 'cosell_backlog', help: 'Deals waiting for a pass.', read: health((counts) => counts.backlog) },
    { name: 'cosell_parked', help: 'Deals put aside.', read: health((counts) => counts.parked) },
    { name: 'cosell_links', help: 'Deals known.', read: health((counts) => counts.links) },
    {
      name: 'cosell_oldest_unsent_seconds',
      help: 'Age of the oldest unsent change.',
      read: health((counts) => (counts.oldestDirty === null ? 0 : (core.system.now() - counts.oldestDirty) / 1_000)),
    },
    {
      name: 'cosell_salesforce_calls_used',
      help: 'API calls of the org in 24 hours, all integrations together.',
      read: () => core.salesforce.client.usage()?.used ?? 0,
    },
  ]);
}

/** Asks Salesforce which org this is, until it answers; meanwhile nothing is sent. */
async function findOrg(core: Core, signal: AbortSignal): Promise<void> {
  for (let wait = 1_000; !signal.aborted; wait = Math.min(wait * 2, minute)) {
    try {
      await core.checkOrg();
      await core.mapping.reload();
      return;
    } catch (thrown) {
      const error = toSyncError(thrown);
      core.log.warn({ code: error.code, error, again: wait }, 'Salesforce cannot be asked which org this is; nothing is sent until then');
      await core.system.sleep(wait, signal);
    }
  }
}

export async function startService(options: StartOptions): Promise<RunningService> {
  const { config, system, log } = options;
  let metrics: Metrics | null = null;
  const core = await openCore({
    ...options,
    observe: (report) => {
      metrics?.outbound('partner-center', report.operation, report.outcome, report.ms / 1_000);
      log.debug({ ...report }, 'called Partner Center');
    },
  });
  metrics = metricsOf(core);
  const { store, engine, mapping, partnerCenter } = core;
  const stopping = new AbortController();
  const { signal } = stopping;

  let webhook: { owner: string | null; state: string | null } = { owner: null, state: null };
  const { sweepNow, lastAt } = createSweeper(engine, signal);
  const running: Running = {
    lastSweepAt: lastAt,
    webhook: () => webhook,
    cadence: () =>
      `Changes in seconds; both sides are swept every ${config.COSELL_SWEEP_MINUTES} minutes and compared in full every ${config.COSELL_FULL_SWEEP_HOURS} hours.`,
  };
  const plain = commandsOf(core, running, { sweepNow, drain: null, importStore: null });
  /** Commands that change what the health page shows: it is told at once, not at the next beat. */
  const thenWatch = ['webhook.register', 'webhook.unregister', 'connect.finish', 'connect.wait', 'disconnect', 'pause', 'resume'].map(
    (name) => [
      name,
      async (input: unknown): Promise<unknown> => {
        const result = await plain[name]?.(input);
        await watchWebhook().catch((error: unknown) =>
          log.warn({ code: toSyncError(error).code }, 'the webhook registration could not be read'),
        );
        void heartbeat().catch((error: unknown) =>
          log.warn({ code: toSyncError(error).code }, 'the connection record could not be written; it is with the next beat'),
        );
        return result;
      },
    ],
  );
  const commands: Commands = { ...plain, ...(Object.fromEntries(thenWatch) as Commands) };

  let isBroken = false;
  let door: Door;
  try {
    door = await openDoor({
      system,
      commands,
      metrics,
      adminToken: config.COSELL_ADMIN_TOKEN,
      webhook: {
        verify: partnerCenter.verify,
        accept: async (notices) => {
          if (engine.orgId === '') throw new Error('the org is not known yet');
          return store.accept(engine.orgId, notices, null, system.now());
        },
        observe: (report, address) => {
          metrics.delivery(report.result);
          const facts = { result: report.result, status: report.status, code: report.code, why: report.why };
          if (report.code === null) log.debug(facts, 'a webhook delivery');
          else log.warn({ ...facts, address }, 'a webhook delivery was not taken');
        },
      },
      ready: async () => {
        if (isBroken) return false;
        await store.health(system.now());
        return true;
      },
      host: config.COSELL_HOST,
      port: config.COSELL_PORT,
      socketPath: socketPathOf(config),
      ...(config.COSELL_TRUST_PROXY === null ? {} : { trustedProxies: config.COSELL_TRUST_PROXY }),
      onError: (error) => log.error({ error }, 'a request failed'),
      observeDoor: ({ kind, ...facts }) => {
        if (kind === 'refused') log.warn(facts, 'the door refused a request');
        else log.info(facts, 'an admin command');
      },
    });
  } catch (error) {
    await core.close();
    throw error;
  }

  const worker = createWorker(engine, {
    concurrency: config.COSELL_CONCURRENCY,
    leaseMs,
    acts: { sweepNow, reloadMapping: () => mapping.read() },
    atWork: core.atWork,
  });

  const heartbeat = async (): Promise<void> => {
    if (engine.orgId !== '') await core.salesforce.side.heartbeat(await healthOf(core, running));
  };
  const watchWebhook = async (): Promise<void> => {
    const found = await partnerCenter.registration.show();
    webhook = {
      owner: found.url,
      state:
        found.owner === 'ours'
          ? found.missing.length > 0
            ? 'Events missing'
            : 'Registered'
          : found.owner === 'other'
            ? 'Taken by another address'
            : 'Not registered',
    };
  };
  const tidy = async (): Promise<void> => {
    await store.purge(system.now() - keepInbox);
    await store.pruneAudit(system.now() - engine.mapping().settings.auditDays * day);
  };
  const timed = (ms: number, name: string, act: () => Promise<unknown>): Promise<void> => every(engine, ms, name, act, signal);

  async function work(): Promise<void> {
    await findOrg(core, signal);
    if (signal.aborted) return;
    const soon = async (name: string, act: () => Promise<unknown>): Promise<void> => {
      await act().catch((error: unknown) =>
        log.warn({ task: name, code: toSyncError(error).code }, 'a first reading failed; it is repeated on its timer'),
      );
    };
    void soon('webhook', watchWebhook).then(() => soon('heartbeat', heartbeat));
    await Promise.all([
      worker.run(signal),
      leadEvents({
        core,
        signal,
        onGap: (why) => coverGap(core, signal, sweepNow, why),
        onFresh: () => coverStart(core, signal, sweepNow),
        ...(options.openEvents ? { open: options.openEvents } : {}),
      }),
      soon('sweep', sweepNow).then(() => timed(config.COSELL_SWEEP_MINUTES * minute, 'sweep', sweepNow)),
      timed(config.COSELL_FULL_SWEEP_HOURS * 60 * minute, 'full sweep', () => markAllOpen(engine, signal)),
      timed(config.COSELL_MAPPING_MINUTES * minute, 'mapping', () => mapping.reload()),
      // only where there can be others
      ...(store.kind === 'postgres' ? [timed(catchUpMs, 'mapping of the others', () => mapping.catchUp())] : []),
      timed(5 * minute, 'heartbeat', heartbeat),
      timed(60 * minute, 'webhook', watchWebhook),
      soon('tidy', tidy).then(() => timed(60 * minute, 'tidy', tidy)),
      timed(day, 'second factor', () => partnerCenter.checkMfa()),
      partnerCenter.renewal?.keepFresh(signal, (error) =>
        log.warn({ code: error.code, error }, 'the sign-in to Partner Center could not be renewed'),
      ) ?? Promise.resolve(),
    ]);
  }

  const broken = Promise.withResolvers<void>();
  const working = work().catch((error: unknown) => {
    log.error({ error }, 'the service stopped working');
    isBroken = true;
    broken.resolve();
  });
  log.info({ version, port: door.port, store: store.kind }, 'the service is up');

  let stopped: Promise<void> | null = null;
  return {
    port: door.port,
    core,
    broken: broken.promise,
    stop() {
      stopped ??= (async () => {
        stopping.abort();
        await door.stop();
        await working;
        await core.close();
        log.info({}, 'the service has stopped');
      })();
      return stopped;
    },
  };
}
