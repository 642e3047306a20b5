import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setImmediate as yieldOnce } from 'node:timers/promises';
import pg from 'pg';
import { openStore, type OpenStore } from '../../src/store/open.ts';
import type { Lease } from '../../src/sync/ports.ts';
import { manualSystem } from './manual-system.ts';
import { startPostgres, type PostgresServer } from './postgres-server.ts';
import { claimOne, code, leaseMs, notice, opportunity, orgId, passed, retryAt, told } from './samples.ts';
import { openSilentLine } from './silent-line.ts';
import { storeContract, type Bench } from './store.contract.ts';

let server: PostgresServer;
/** A database with all tables and no rows, to be copied. */
let blank: string;
before(async () => {
  server = await startPostgres();
  blank = await server.createDatabase();
  await (await openStore({ url: blank, sealingKeys: [], system: manualSystem() })).close();
});
after(() => server.stop());

async function query(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows as readonly unknown[];
  } finally {
    await client.end();
  }
}

storeContract('PostgreSQL', benchOf());

function benchOf(): Bench {
  const stores: OpenStore[] = [];
  return {
    async open(system, { sealingKeys = [] } = {}) {
      const url = await server.createDatabase(blank);
      const openHere = async (keys: readonly string[]): Promise<OpenStore> => {
        const store = await openStore({ url, sealingKeys: keys, system, poolSize: 4 });
        stores.push(store);
        return store;
      };
      const store = await openHere(sealingKeys);
      return {
        store,
        tamper: async (statement) => void (await query(url, statement)),
        reopen: (options = {}) => openHere(options.sealingKeys ?? sealingKeys),
      };
    },
    async closeStores() {
      await Promise.all(stores.splice(0).map((store) => store.close()));
    },
  };
}

/** Replicas on one database, closed at the end whatever happens. */
async function withReplicas(
  count: number,
  run: (stores: readonly OpenStore[], url: string, system: ReturnType<typeof manualSystem>) => Promise<void>,
): Promise<void> {
  const url = await server.createDatabase();
  const system = manualSystem();
  const stores = await Promise.all(Array.from({ length: count }, () => openStore({ url, sealingKeys: [], system, poolSize: 5 })));
  try {
    await run(stores, url, system);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index];
  assert.ok(item !== undefined);
  return item;
};

describe('several replicas on PostgreSQL', () => {
  test('four replicas that start at once bring the tables up to date once', async () => {
    for (let round = 0; round < 3; round++) {
      await withReplicas(4, async (stores, url) => {
        assert.deepEqual(await query(url, 'select name from kysely_migration'), [{ name: '0001_first' }]);
        for (const store of stores) assert.equal((await store.health(0)).links, 0);
      });
    }
  });

  test('two workers never work on one deal at the same time, and every notice is covered by a pass', async () => {
    await withReplicas(2, async (stores, _url, system) => {
      const now = system.now();
      const running = new Set<string>();
      const said = new Set<string>();
      const covered = new Set<string>();
      let overlaps = 0;
      let passes = 0;
      let telling = true;

      async function pass(store: OpenStore, lease: Lease): Promise<void> {
        if (running.has(lease.key)) overlaps += 1;
        running.add(lease.key);
        const link = await store.link(lease.key);
        assert.ok(link);
        for (let turn = 0; turn < 3; turn++) await yieldOnce();
        running.delete(lease.key);
        passes += 1;
        if (passes % 5 === 0) return store.release(lease, retryAt(now), now);
        await store.finish(lease, passed(link), now);
        for (const reason of lease.reasons) covered.add(reason);
      }
      async function work(store: OpenStore): Promise<void> {
        for (;;) {
          const last = !telling;
          const leases = await store.claim(3, leaseMs, now);
          await Promise.all(leases.map((lease) => pass(store, lease)));
          if (leases.length === 0 && last) return;
          await yieldOnce();
        }
      }
      async function tell(store: OpenStore, replica: number): Promise<void> {
        for (let number = 1; number <= 60; number++) {
          const reason = `${replica}-${number}`;
          await store.accept(orgId, [notice(opportunity(`006-${(number * 7) % 12}`), { reason })], null, now);
          said.add(reason);
        }
      }

      const workers = stores.flatMap((store) => [work(store), work(store)]);
      await Promise.all(stores.map(tell));
      telling = false;
      await Promise.all(workers);

      assert.equal(overlaps, 0);
      assert.deepEqual(
        [...said].filter((reason) => !covered.has(reason)),
        [],
      );
      assert.deepEqual(await at(stores, 0).health(now), { backlog: 0, oldestDirty: null, parked: 0, links: 12 });
    });
  });

  test('a lease that another replica took over is lost for good', async () => {
    await withReplicas(2, async (stores, _url, system) => {
      const [one, two] = [at(stores, 0), at(stores, 1)];
      const link = await told(one, opportunity('006A'), system.now());
      const late = await claimOne(one, system.now());
      system.advance(leaseMs);
      const owner = await claimOne(two, system.now());

      await assert.rejects(one.finish(late, passed({ ...link, referralId: 'late' }), system.now()), code('STORE_LEASE_LOST'));
      await two.finish(owner, passed(link), system.now());

      assert.equal((await one.link(link.id))?.referralId, null);
    });
  });

  test('a notice taken in by one replica wakes the others', async () => {
    await withReplicas(2, async (stores, _url, system) => {
      const [one, two] = [at(stores, 0), at(stores, 1)];
      const never = new AbortController().signal;
      await told(one, opportunity('006A'), system.now());
      await claimOne(two, system.now());
      await two.claim(1, leaseMs, system.now());
      // the clock stands still: only a wake-up ends the wait, and the listening connection may still be on its way
      const woken = two.waitForWork(60_000, never);
      await told(one, opportunity('006B'), system.now());
      await woken;

      while ((await two.claim(1, leaseMs, system.now())).length === 0) await two.waitForWork(60_000, never);
    });
  });

  test('every connection is cut, and the store goes on with nothing lost', async () => {
    await withReplicas(2, async (stores, url, system) => {
      const [one, two] = [at(stores, 0), at(stores, 1)];
      const never = new AbortController().signal;
      const before = system.now();
      let acknowledged = 0;
      for (let number = 0; number < 60; number++) {
        const cut = number % 20 === 10 ? server.cutConnections(url) : null;
        for (let done = false; !done;) {
          try {
            await one.accept(
              orgId,
              [notice(opportunity(`006-${number}`), { id: `cut ${number}` })],
              { stream: 'events', value: String(number) },
              system.now(),
            );
            done = true;
          } catch (error) {
            assert.ok(code('STORE_DOWN')(error), String(error));
          }
        }
        acknowledged += 1;
        await cut;
      }

      assert.equal((await two.health(system.now()).catch(() => two.health(system.now()))).links, acknowledged);
      assert.equal(await one.position('events'), '59');
      // the listening connection comes back by itself; marks are heard again
      await two.claim(100, leaseMs, system.now());
      const woken = two.waitForWork(60_000, never).then(() => 'woken' as const);
      while ((await Promise.race([woken, yieldOnce('not yet')])) !== 'woken') {
        // only the pause before the next attempt to listen may end by the clock
        system.advance(100);
        assert.ok(system.now() - before < 60_000, 'the wake-up did not come back');
        await one.mark([at(await one.links(null, 1), 0).id], 'again', 'event', system.now());
      }
    });
  });

  test('a network that swallows everything is noticed; the replica goes on when it is back, and what another one did meanwhile stands', async () => {
    const url = await server.createDatabase(blank);
    const line = await openSilentLine(url);
    const system = manualSystem();
    const one = await openStore({ url: line.url, sealingKeys: [], system, poolSize: 2, silenceMs: 500 });
    const two = await openStore({ url, sealingKeys: [], system, poolSize: 2 });
    try {
      await told(one, opportunity('006A'), system.now());
      const lease = await claimOne(one, system.now());
      const link = await one.link(lease.key);
      assert.ok(link);

      line.fallSilent();
      await assert.rejects(one.finish(lease, passed(link), system.now()), code('STORE_DOWN'));
      system.advance(leaseMs + 1);
      const taken = await claimOne(two, system.now());
      assert.equal(taken.key, lease.key, 'its lease has lapsed, and another replica does the work');

      line.recover();
      await one.health(system.now()).catch(() => undefined);
      await assert.rejects(one.finish(lease, passed(link), system.now()), code('STORE_LEASE_LOST'));
      await two.finish(taken, passed(link), system.now());
    } finally {
      line.close();
      await Promise.all([one.close(), two.close()]);
    }
  });

  test('halves made by two replicas at the same moment are one link', async () => {
    await withReplicas(2, async (stores, _url, system) => {
      const now = system.now();
      for (let round = 0; round < 8; round++) {
        const crm = await told(at(stores, 0), opportunity(`006-${round}`), now);
        const lease = await claimOne(at(stores, 0), now);

        await Promise.all([
          at(stores, 0).finish(lease, passed({ ...crm, referralId: `own-${round}`, engagementId: `eng-${round}` }), now),
          at(stores, 1).accept(
            orgId,
            [notice({ kind: 'referral', id: `own-${round}` }), notice({ kind: 'engagement', id: `eng-${round}` })],
            null,
            now,
          ),
        ]);

        assert.equal((await at(stores, 1).linkByReferral(`own-${round}`))?.id, crm.id);
        assert.equal((await at(stores, 1).linkByEngagement(`eng-${round}`))?.id, crm.id);
        for (const again of await at(stores, 1).claim(10, leaseMs, now)) {
          const link = await at(stores, 1).link(again.key);
          assert.ok(link);
          await at(stores, 1).finish(again, passed(link), now);
        }
      }
      assert.equal((await at(stores, 0).health(now)).links, 8);
    });
  });

  test('a server that is not there is named as such', async () => {
    await assert.rejects(
      openStore({ url: 'postgres://cosell@localhost/none?host=%2Fnowhere', sealingKeys: [], system: manualSystem() }),
      code('STORE_DOWN'),
    );
  });
});
