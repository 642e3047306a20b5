/** The shared engine: PostgreSQL through a `pg` pool, and one more connection that listens for work. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { System } from '../sync/ports.ts';
import { postgresDifferences, workChannel } from './differences.ts';
import type { Engine } from './engine.ts';
import { storeFailure, wasGivenUp } from './failure.ts';
import { patientSocket } from './patient-socket.ts';
import type { Tables } from './tables.ts';

const mostRepeats = 5;
/** Pause before the listening connection is opened again, ms. Polling goes on meanwhile. */
const listenAgain = 1_000;

export interface PostgresOptions {
  readonly url: string;
  readonly system: System;
  /** Connections of the pool. */
  readonly poolSize: number;
  /** A connection in use that says nothing for so long is given up, ms; longer than any statement of ours takes. */
  readonly silenceMs: number;
  /** Told of connections that broke; nothing needs to be done. */
  readonly onTrouble: (error: unknown) => void;
}

/** int8 as number: everything counted or timed here is far below 2^53. */
const int8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: (id: number, format: 'text' | 'binary' = 'text'): unknown =>
    id === int8 && format === 'text' ? Number : pg.types.getTypeParser(id, format),
};

export function openPostgres({ url, system, poolSize, silenceMs, onTrouble }: PostgresOptions): Engine {
  const connection: pg.ClientConfig = {
    connectionString: url,
    application_name: 'cosell',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 10_000,
    types,
  };
  // not the listening connection: it may have nothing to hear for days, and polling stands behind it
  const pool = new pg.Pool({ ...connection, stream: () => patientSocket(silenceMs), max: poolSize });
  // both are needed: without a listener of its own, a connection cut while in use would end the process
  pool.on('error', onTrouble);
  pool.on('connect', (client) => client.on('error', onTrouble));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });

  const closing = new AbortController();
  let listening: Promise<void> | null = null;

  async function listenOnce(listener: () => void): Promise<void> {
    const client = new pg.Client(connection);
    const ended = new Promise<void>((resolve) => {
      client.on('error', (error) => {
        onTrouble(error);
        resolve();
      });
      client.on('end', () => resolve());
      closing.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', listener);
    try {
      await client.connect();
      await client.query(`listen ${workChannel}`);
      // what was announced while nobody listened
      listener();
      await ended;
    } catch (error) {
      onTrouble(error);
    } finally {
      await client.end().catch(onTrouble);
    }
  }

  async function listen(listener: () => void): Promise<void> {
    while (!closing.signal.aborted) {
      await listenOnce(listener);
      await system.sleep(listenAgain, closing.signal);
    }
  }

  async function guarded<T>(act: () => Promise<T>): Promise<T> {
    for (let repeat = 0; ; repeat++) {
      try {
        return await act();
      } catch (error) {
        if (repeat >= mostRepeats || !wasGivenUp(error)) throw storeFailure(error);
      }
    }
  }

  return {
    differences: postgresDifferences,
    read: (act) => guarded(() => act(db)),
    write: (act) => guarded(() => db.transaction().execute(act)),
    async *snapshot(pages) {
      const trx = await guarded(() => db.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute());
      try {
        yield* pages(trx);
      } catch (error) {
        throw storeFailure(error);
      } finally {
        await trx.rollback().execute();
      }
    },
    onAnnounced(listener) {
      listening ??= listen(listener);
    },
    async close() {
      closing.abort();
      await listening;
      await db.destroy();
      if (!pool.ended) await pool.end();
    },
  };
}
