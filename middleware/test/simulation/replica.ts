/**
 * One replica of the service: the same core, worker, event client, sweeps and webhook door as in production, put together like
 * `app/service` but without a socket. It can be stopped, or killed at any moment.
 */
import { coverGap, coverStart, leadEvents } from '../../src/app/event-leader.ts';
import { catchUpMs } from '../../src/app/mapping-in-force.ts';
import { openCore, type Core } from '../../src/app/core.ts';
import { healthOf } from '../../src/app/status.ts';
import { toSyncError } from '../../src/errors.ts';
import type { Log } from '../../src/log.ts';
import { readNotice } from '../../src/partner-center/webhook/index.ts';
import type { Engine } from '../../src/sync/engine.ts';
import { createSweeper, every, markAllOpen, type Sweeper, type SweepResult } from '../../src/sync/sweep.ts';
import { createWorker, type Worker } from '../../src/sync/worker.ts';
import type { SimRequest, SimResponse } from '../../simulators/wire.ts';
import { empty } from '../../simulators/wire.ts';
import type { Bug } from './bug.ts';
import { simulatedEventStream } from './event-stream.ts';
import { watched } from './coverage.ts';
import { storeSeam } from './store-seam.ts';
import type { World } from './world.ts';

const minute = 60_000;
const leaseMs = 60_000;

export interface Replica {
  readonly name: string;
  /** Null until it has opened. */
  core(): Core | null;
  up(): boolean;
  /** Passes in flight, and sweeps for what the event stream missed. */
  busy(): number;
  /** Notices at the door, verified and stored. */
  receive(request: SimRequest): Promise<SimResponse>;
  sweepNow(): Promise<SweepResult>;
  markAll(): Promise<number>;
  /** A good end: passes in flight are finished. */
  stop(): Promise<void>;
  /** No good-bye. */
  kill(): void;
  /** Its connections to the bus break. */
  breakStreams(): void;
}

/** Lines people would see; errors of ours are troubles of the run. */
function logOf(world: World, name: string, alive: () => boolean): Log {
  const say =
    (level: 'warn' | 'error') =>
    (facts: object, text: string): void => {
      if (!alive()) return;
      const { code, key, again } = facts as { code?: string; key?: string; again?: number };
      const { error } = facts as { error?: { code?: string; message?: string; stack?: string; facts?: { cause?: unknown } } };
      world.trace.add(
        name,
        `${level}: ${text}${code ? ` [${code}]` : ''}${again === undefined ? '' : ` again in ${Math.round(again / 1000)} s`}`,
        key ?? '',
      );
      if (code) world.trace.count('told', code);
      if (level === 'error' && error !== undefined && error.code !== 'STORE_DOWN' && toSyncError(error).code === 'BUG') {
        const cause = error.facts?.cause;
        world.troubles.push(
          `an error of ours: ${text}: ${cause instanceof Error ? (cause.stack ?? cause.message) : (error.stack ?? error.message)}`,
        );
      }
    };
  const info = (facts: object, text: string): void => {
    if (!alive()) return;
    const { code, again } = facts as { code?: string; again?: number };
    if (code) world.trace.count('told', code);
    if (text !== 'a mapping came into force')
      world.trace.add(name, `${text}${code ? ` [${code}]` : ''}${again === undefined ? '' : ` again in ${Math.round(again / 1000)} s`}`);
  };
  const log = { debug: () => undefined, info, warn: say('warn'), error: say('error'), child: () => log };
  return log as unknown as Log;
}

/** @param shared other processes may work on the same store. */
export function startReplica(world: World, name: string, shared: boolean, bug: Bug | null = null): Replica {
  const incarnation = world.newIncarnation(name);
  const { system } = incarnation;
  const log = logOf(world, name, incarnation.alive);
  const stopping = new AbortController();
  const { signal } = stopping;
  const breaks: (() => void)[] = [];
  let core: Core | null = null;
  let worker: Worker | null = null;
  let sweeper: Sweeper | null = null;
  let covering = 0;

  const opened = (): Core => {
    if (!core) throw new Error(`${name} is not up yet`);
    return core;
  };
  let inUse: Engine | null = null;
  /** The engine with the deliberate mistake in it, watched. */
  const seen = (): Engine => (inUse ??= watched(bug ? bug.engine(opened().engine, world) : opened().engine, world.trace, name));
  const sweepNow = (): Promise<SweepResult> => {
    sweeper ??= createSweeper(seen(), signal);
    return sweeper.sweepNow();
  };

  async function covered(missed: Promise<void>): Promise<void> {
    covering += 1;
    await missed.finally(() => (covering -= 1));
  }

  /** As in `app/service`: until Salesforce has said which org this is, nothing is sent. */
  async function findOrg(): Promise<void> {
    for (let wait = 1_000; !signal.aborted; wait = Math.min(wait * 2, minute)) {
      try {
        await opened().checkOrg();
        await opened().mapping.reload();
        return;
      } catch (thrown) {
        log.warn({ code: toSyncError(thrown).code, again: wait }, 'Salesforce cannot be asked which org this is');
        await system.sleep(wait, signal);
      }
    }
  }

  async function work(): Promise<void> {
    const transport = world.transportFor(incarnation);
    const real = storeSeam({
      store: world.store,
      incarnation,
      scheduler: world.scheduler,
      idle: world.idle,
      chance: world.chance.fork(`store of ${name} ${world.scheduler.steps()}`),
      down: () => world.cuts.store,
      onCommit: (call, args) => {
        world.trace.count('commit', call);
        if (call === 'release') world.trace.count('outcome', `${(args[1] as { kind: string }).kind} ${(args[1] as { code: string }).code}`);
        if (call === 'finish') world.trace.count('outcome', 'done');
        world.moments.commit(name);
      },
    });
    const store = bug?.store?.(real, world) ?? real;
    for (;;) {
      try {
        core = await openCore({
          config: world.template.config,
          system,
          log,
          seams: {
            store,
            salesforce: bug?.transport?.(transport, world) ?? transport,
            partnerCenter: bug?.transport?.(transport, world) ?? transport,
            tokens: world.signIn.sourceFor(incarnation),
          },
        });
        break;
      } catch (thrown) {
        // a supervisor starts it again
        log.warn({ code: toSyncError(thrown).code }, 'the process did not start');
        await system.sleep(5_000);
      }
    }
    const { engine, mapping } = core;
    await findOrg();
    if (signal.aborted) return;
    world.trace.add(name, 'is up');
    worker = createWorker(seen(), {
      concurrency: 4,
      leaseMs,
      acts: { sweepNow, reloadMapping: () => mapping.read() },
      atWork: core.atWork,
    });
    const open = simulatedEventStream({
      pubSub: world.events.pubSub,
      scheduler: world.scheduler,
      incarnation,
      latency: world.latency,
      cut: () => world.cuts.bus,
      opened: (breakIt) => breaks.push(breakIt),
    });
    const timed = (ms: number, task: string, act: () => Promise<unknown>): Promise<void> => every(engine, ms, task, act, signal);
    const soon = (act: () => Promise<unknown>): Promise<unknown> =>
      act().catch((error: unknown) => log.warn({ code: toSyncError(error).code }, 'a first reading failed'));
    const heartbeat = async (): Promise<void> => core?.salesforce.side.heartbeat(await healthOf(core));
    await Promise.all([
      worker.run(signal),
      leadEvents({
        core,
        signal,
        open,
        onGap: (why) => covered(coverGap(opened(), signal, sweepNow, why)),
        onFresh: () => covered(coverStart(opened(), signal, sweepNow)),
      }),
      ...(world.conditions.sweeps
        ? [
            soon(sweepNow).then(() => timed(world.conditions.sweepMinutes * minute, 'sweep', sweepNow)),
            timed(24 * 60 * minute, 'full sweep', () => markAllOpen(engine, signal)),
          ]
        : []),
      timed(30 * minute, 'mapping', () => mapping.reload()),
      ...(shared ? [timed(catchUpMs, 'mapping of the others', () => mapping.catchUp())] : []),
      timed(15 * minute, 'heartbeat', heartbeat),
      timed(60 * minute, 'tidy', () => store.purge(system.now() - 30 * 24 * 60 * minute)),
    ]);
  }

  const breakStreams = (): void => {
    for (const breakIt of breaks.splice(0)) breakIt();
  };
  const working = work().catch((error: unknown) =>
    world.troubles.push(`${name} stopped working: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  );
  world.trace.add(name, 'starts');

  return {
    name,
    core: () => core,
    up: () => incarnation.alive() && !signal.aborted && worker !== null,
    busy: () => (worker?.running() ?? 0) + covering,
    sweepNow,
    markAll: () => markAllOpen(opened().engine, signal),
    async receive({ headers, body }) {
      const { engine, store, partnerCenter } = opened();
      const verification = await partnerCenter.verify({ headers, body });
      if (verification.kind === 'unavailable') return empty(503);
      if (verification.kind === 'refused') return empty(verification.status);
      const read = readNotice(verification.notice, system.now());
      if (read.kind === 'malformed') return empty(400);
      if (read.kind !== 'notice') return empty(200);
      if (engine.orgId === '') return empty(503);
      try {
        return empty((await store.accept(engine.orgId, [read.notice], null, system.now())) > 0 ? 202 : 200);
      } catch {
        return empty(503);
      }
    },
    async stop() {
      world.trace.add(name, 'is asked to stop');
      stopping.abort();
      await working;
      incarnation.kill();
      world.trace.add(name, 'has stopped');
    },
    kill() {
      world.trace.add(name, 'is killed');
      incarnation.kill();
      for (const worker of world.idle) worker.abort();
      breakStreams();
    },
    breakStreams,
  };
}
