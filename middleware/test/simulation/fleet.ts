/** The processes of the service: started, stopped, killed at any moment, one or two of them on one store. */
import { empty } from '../../simulators/wire.ts';
import { ConnectionLost } from '../../simulators/faults.ts';
import type { OpenStore } from '../../src/store/open.ts';
import { untold } from '../../src/sync/untold.ts';
import type { Bug } from './bug.ts';
import { startReplica, type Replica } from './replica.ts';
import type { World } from './world.ts';

export interface Fleet {
  readonly replicas: readonly Replica[];
  up(): readonly Replica[];
  join(): string | null;
  killOne(part: number, downMs: number): string | null;
  killAll(downMs: number): string;
  /** The process that makes the n-th call from now is killed right before it is sent, or right after it was answered. */
  killAtCall(when: 'before' | 'after', count: number): string;
  killAtCommit(count: number): string;
  noKills(): void;
  restartOne(part: number): string | null;
  /** Every process is killed, the store is lost and made anew from these lines. */
  replaceStore(lines: readonly string[]): Promise<void>;
  breakStreams(): void;
  stopAll(): Promise<void>;
}

const mostReplicas = 2;

async function noteLostLines({ lostLines }: World, store: OpenStore): Promise<void> {
  for (const link of await store.links(null, 1_000)) {
    const id = link.opportunityId ?? '';
    const lines = untold(link);
    if (lines.length > 0) lostLines.set(id, [...(lostLines.get(id) ?? []), ...lines]);
  }
}

/** @param shared there may be more than one process at a time. */
export function createFleet(world: World, bug: Bug | null, shared = false): Fleet {
  let replicas: Replica[] = [];
  let names = 0;
  let planned: { readonly what: 'before' | 'after' | 'commit'; left: number } | null = null;
  const choose = world.chance.fork('balancer');

  const start = (): Replica => {
    names += 1;
    const replica = startReplica(world, `service ${names}`, shared, bug);
    replicas.push(replica);
    return replica;
  };
  const up = (): readonly Replica[] => replicas.filter((replica) => replica.up());

  function kill(replica: Replica, downMs: number): void {
    replica.kill();
    replicas = replicas.filter((one) => one !== replica);
    world.scheduler.after(downMs, () => {
      if (replicas.length < mostReplicas) start();
    });
  }

  function strike(what: 'before' | 'after' | 'commit', name: string): void {
    if (planned?.what !== what) return;
    planned.left -= 1;
    if (planned.left > 0) return;
    const victim = replicas.find((replica) => replica.name === name);
    planned = null;
    if (victim) {
      world.trace.count('killed', what);
      kill(victim, 4_000);
    }
  }
  world.moments.beforeCall = (name) => strike('before', name);
  world.moments.afterCall = (name) => strike('after', name);
  world.moments.commit = (name) => strike('commit', name);
  world.door = async (request) => {
    const open = replicas.filter((replica) => replica.core() !== null);
    if (open.length === 0) throw new ConnectionLost('Nobody is up.');
    const chosen = choose.pick(open);
    return chosen.receive(request).catch(() => empty(503));
  };

  return {
    get replicas() {
      return replicas;
    },
    up,
    join: () => (replicas.length < mostReplicas ? `${start().name} joins` : null),
    killOne(part, downMs) {
      const victim = replicas[Math.floor(part * replicas.length)];
      if (!victim) return null;
      kill(victim, downMs);
      return `${victim.name} is killed and comes back after ${downMs / 1000} s`;
    },
    killAll(downMs) {
      for (const replica of [...replicas]) kill(replica, downMs);
      return `every process is killed; they come back after ${downMs / 1000} s`;
    },
    killAtCall(when, count) {
      planned = { what: when, left: count };
      return `the process that makes call ${count} from now is killed ${when} it`;
    },
    killAtCommit(count) {
      planned = { what: 'commit', left: count };
      return `the process that makes commit ${count} from now is killed right after it`;
    },
    noKills() {
      planned = null;
    },
    restartOne(part) {
      const one = up()[Math.floor(part * up().length)];
      if (!one) return null;
      replicas = replicas.filter((other) => other !== one);
      void one.stop().then(() => {
        if (replicas.length < mostReplicas) start();
      });
      return `${one.name} is restarted in good order`;
    },
    async replaceStore(lines) {
      for (const replica of [...replicas]) replica.kill();
      replicas = [];
      const old = world.store;
      await noteLostLines(world, old);
      world.store = await world.openStore();
      async function* all(): AsyncIterable<string> {
        yield* lines;
      }
      await world.store.import(all(), world.scheduler.now());
      await old.close();
      start();
    },
    breakStreams() {
      for (const replica of replicas) replica.breakStreams();
    },
    async stopAll() {
      const all = replicas;
      replicas = [];
      await Promise.all(all.map((replica) => replica.stop()));
    },
  };
}
