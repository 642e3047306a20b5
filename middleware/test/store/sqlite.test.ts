import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { openStore, type OpenStore } from '../../src/store/open.ts';
import { manualSystem } from './manual-system.ts';
import { claimOne, code, keyOne, notice, opportunity, orgId, told } from './samples.ts';
import { storeContract, type Bench } from './store.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'cosell-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(folder, `store-${(files += 1)}`, 'cosell.db');

storeContract('SQLite', benchOf());

function benchOf(): Bench {
  const stores: OpenStore[] = [];
  return {
    async open(system, { sealingKeys = [] } = {}) {
      const path = newFile();
      const openFile = async (keys: readonly string[]): Promise<OpenStore> => {
        const store = await openStore({ url: `sqlite:${path}`, sealingKeys: keys, system });
        stores.push(store);
        return store;
      };
      let store = await openFile(sealingKeys);
      return {
        store,
        tamper(statement) {
          const raw = new DatabaseSync(path, { timeout: 1_000 });
          return Promise.resolve()
            .then(() => raw.exec(statement))
            .finally(() => raw.close());
        },
        async reopen(options = {}) {
          await store.close();
          store = await openFile(options.sealingKeys ?? sealingKeys);
          return store;
        },
      };
    },
    async closeStores() {
      for (const store of stores.splice(0)) await store.close();
    },
  };
}

/** A process of its own that uses the store until it is killed. */
function startChild(path: string): { readonly lines: AsyncIterator<string>; kill(): Promise<void> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'store-child.ts'), path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  return {
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('the embedded store', () => {
  test('a second process on the same file is refused, and free to go on once the first is gone', async () => {
    const path = newFile();
    const child = startChild(path);
    await child.lines.next();
    const open = (): Promise<OpenStore> => openStore({ url: `sqlite:${path}`, sealingKeys: [], system: manualSystem() });

    await assert.rejects(open(), code('STORE_LOCKED'));
    await child.kill();

    await (await open()).close();
  });

  test('the same file twice in one process is refused as well', async () => {
    const path = newFile();
    const open = (): Promise<OpenStore> => openStore({ url: `sqlite:${path}`, sealingKeys: [], system: manualSystem() });
    const first = await open();

    await assert.rejects(open(), code('STORE_LOCKED'));
    await first.close();

    await (await open()).close();
  });

  test('a process that is killed hard keeps every notice it acknowledged, with its position', async () => {
    const path = newFile();
    let acknowledged = 0;
    for (let round = 0; round < 3; round++) {
      const child = startChild(path);
      const wanted = acknowledged + 40 + round * 25;
      while (acknowledged < wanted) acknowledged = Number((await child.lines.next()).value);
      await child.kill();
    }

    const store = await openStore({ url: `sqlite:${path}`, sealingKeys: [], system: manualSystem() });
    const { links } = await store.health(0);
    assert.ok(links >= acknowledged, `${links} of ${acknowledged}`);
    assert.equal(await store.position('events'), String(links));
    for (let number = 1; number <= links; number++)
      assert.ok(await store.linkByOpportunity(orgId, `006-${number}`), `notice ${number} is missing`);
    await store.close();
    const raw = new DatabaseSync(path);
    assert.deepEqual({ ...raw.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' });
    raw.close();
  });

  test('what a dead process was working on is due at once, and counts as a failed attempt', async () => {
    const path = newFile();
    const system = manualSystem();
    const first = await openStore({ url: `sqlite:${path}`, sealingKeys: [], system });
    const link = await told(first, opportunity('006A'), system.now());
    await claimOne(first, system.now());
    await first.close();

    const second = await openStore({ url: `sqlite:${path}`, sealingKeys: [], system });

    const lease = await claimOne(second, system.now());
    assert.deepEqual([lease.key, lease.attempts, lease.reasons], [link.id, 1, ['saved']]);
    await second.close();
  });

  test('only the account of the service may read the file, and secrets are not in it', async () => {
    const path = newFile();
    const store = await openStore({ url: `sqlite:${path}`, sealingKeys: [keyOne], system: manualSystem() });
    await store.saveSecret('token', new TextEncoder().encode('plain-refresh-token'), null, 1);

    assert.equal(statSync(path).mode & 0o077, 0);
    for (const file of [path, `${path}-wal`]) assert.equal(readFileSync(file).includes('plain-refresh-token'), false);
    await store.close();
  });

  test('an upgrade of the tables that fails half-way leaves nothing behind', async () => {
    const path = newFile();
    const system = manualSystem();
    mkdirSync(dirname(path), { recursive: true });
    const raw = new DatabaseSync(path);
    raw.exec('create table named_lock (in_the_way text)');
    await assert.rejects(openStore({ url: `sqlite:${path}`, sealingKeys: [], system }), code('STORE_DOWN'));

    raw.exec('drop table named_lock');
    raw.close();
    const store = await openStore({ url: `sqlite:${path}`, sealingKeys: [], system });

    assert.equal(await store.tryLock('leader', 'one', 1, 0), true);
    await store.close();
  });

  test('notices are taken in durably one by one, and the rate is told', async (context) => {
    const system = manualSystem();
    const store = await openStore({ url: `sqlite:${newFile()}`, sealingKeys: [], system });
    const count = 1_000;
    const begun = performance.now();

    for (let number = 0; number < count; number++) {
      await store.accept(orgId, [notice(opportunity(`006-${number % 200}`))], { stream: 'events', value: String(number) }, number);
    }

    context.diagnostic(`${Math.round((count / (performance.now() - begun)) * 1_000)} durable notices a second`);
    assert.deepEqual([await store.position('events'), (await store.health(0)).backlog], ['999', 200]);
    await store.close();
  });

  test('a store of a newer version is left alone', async () => {
    const path = newFile();
    const system = manualSystem();
    await (await openStore({ url: `sqlite:${path}`, sealingKeys: [], system })).close();
    const raw = new DatabaseSync(path);
    raw.exec("insert into kysely_migration (name, timestamp) values ('9999_future', '2030-01-01T00:00:00Z')");
    raw.close();

    await assert.rejects(openStore({ url: `sqlite:${path}`, sealingKeys: [], system }), /newer version/);
    await assert.rejects(openStore({ url: `sqlite:${path}`, sealingKeys: [], system }), code('STORE_DOWN'));
  });

  test('an address of an unknown kind and a file that is no store are refused with their cause', async () => {
    const system = manualSystem();
    const noStore = join(folder, 'no-store.txt');
    writeFileSync(noStore, 'a text '.repeat(1_000));

    await assert.rejects(openStore({ url: 'mysql://db', sealingKeys: [], system }), code('CONFIG_INVALID'));
    await assert.rejects(openStore({ url: `sqlite:${noStore}`, sealingKeys: [], system }), code('STORE_DOWN'));
    await assert.rejects(openStore({ url: 'sqlite::memory:', sealingKeys: ['c2hvcnQ='], system }), code('STORE_KEY'));
  });
});
