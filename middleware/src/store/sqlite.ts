/** The embedded engine: `node:sqlite` behind kysely's SQLite dialect, one process per file. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteAdapter, SqliteDialect, type DialectAdapter, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { SyncError } from '../errors.ts';
import { sqliteDifferences } from './differences.ts';
import type { Db, Engine } from './engine.ts';
import { storeFailure } from './failure.ts';
import type { Tables } from './tables.ts';

/** Statements kept prepared; there are far fewer shapes than this, apart from lists of different lengths. */
const mostStatements = 300;

function adaptStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}

/** What kysely's dialect asks of a database; preparing costs more than running, so statements are kept. */
function adaptDatabase(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(text) {
      const known = prepared.get(text);
      if (known) return known;
      const fresh = adaptStatement(database.prepare(text));
      if (prepared.size >= mostStatements) prepared.clear();
      prepared.set(text, fresh);
      return fresh;
    },
  };
}

/** SQLite rolls back table changes like any others; the dialect is only careful. With it a migration that is cut leaves nothing. */
class CarefulAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new CarefulAdapter();
  }
}

const connect = (database: DatabaseSync): Db =>
  new Kysely<Tables>({ dialect: new NodeSqliteDialect({ database: adaptDatabase(database) }) });

/**
 * Holds a lock the kernel gives back when the process dies, so it is never stale. (A file with a process id is: in a container the
 * process is always number 1.)
 * @throws `STORE_LOCKED`
 */
function lockFile(path: string): DatabaseSync {
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    throw new SyncError('STORE_LOCKED', { cause: error, message: `Another process is using ${path}.` });
  }
}

function openFile(path: string): { readonly database: DatabaseSync; readonly unlock: () => void } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = lockFile(path);
  try {
    const database = new DatabaseSync(path, { timeout: 5_000 });
    // a commit is on the disk when it returns
    database.exec('pragma journal_mode = wal; pragma synchronous = full');
    chmodSync(path, 0o600);
    return { database, unlock: () => (lock.isOpen ? lock.close() : undefined) };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * @param path a file, or `:memory:` for a store that ends with the process (simulation).
 * @throws `STORE_LOCKED` when another process has the file, `STORE_DOWN` when it cannot be opened.
 */
export function openSqlite(path: string): Engine {
  const inMemory = path === ':memory:';
  const { database, unlock } = ((): ReturnType<typeof openFile> => {
    try {
      return inMemory ? { database: new DatabaseSync(':memory:'), unlock: () => undefined } : openFile(path);
    } catch (error) {
      throw storeFailure(error);
    }
  })();
  const db = connect(database);

  async function guarded<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw storeFailure(error);
    }
  }

  /** One connection cannot read yesterday while it writes today: memory is read at once, a file through a second connection. */
  async function* snapshot<T>(pages: (db: Db) => AsyncIterable<T>): AsyncIterable<T> {
    if (inMemory) {
      const all: T[] = [];
      await guarded(() =>
        db.transaction().execute(async (trx) => {
          for await (const item of pages(trx)) all.push(item);
        }),
      );
      yield* all;
      return;
    }
    const reader = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    const readerDb = connect(reader);
    try {
      reader.exec('begin');
      yield* pages(readerDb);
    } catch (error) {
      throw storeFailure(error);
    } finally {
      await readerDb.destroy();
      if (reader.isOpen) reader.close();
    }
  }

  return {
    differences: sqliteDifferences,
    read: (act) => guarded(() => act(db)),
    write: (act) => guarded(() => db.transaction().execute(act)),
    snapshot,
    onAnnounced: () => undefined,
    async close() {
      // ends with the connection closed, whether or not a query ever ran through it
      await db.destroy();
      if (database.isOpen) database.close();
      unlock();
    },
  };
}
