/** The only way to get a store: opens the database an address names and brings its tables to this version. */
import { SyncError } from '../errors.ts';
import type { System } from '../sync/ports.ts';
import type { Engine } from './engine.ts';
import { migrate } from './migrations.ts';
import { openPostgres } from './postgres.ts';
import { createSealer } from './seal.ts';
import { openSqlite } from './sqlite.ts';
import { createStore, reapAll, type OpenStore } from './store.ts';

export type { AuditBreak } from './audit.ts';
export type { OpenStore } from './store.ts';

export interface StoreOptions {
  /** `sqlite:<path>`, `sqlite::memory:` or `postgres://…`. */
  readonly url: string;
  /** Base64 of 32 bytes each, newest first. Without any, secrets are refused and everything else works. */
  readonly sealingKeys: readonly string[];
  /** Ids, and the sleep behind `waitForWork`. Times come with each call. */
  readonly system: System;
  /** Connections to PostgreSQL, besides the one that listens. Default 10. */
  readonly poolSize?: number;
  /** A connection to PostgreSQL that says nothing for so long while it is in use is given up, ms. Default 30,000. */
  readonly silenceMs?: number;
  /** Told of connections to PostgreSQL that broke and are made anew; for the log. */
  readonly onTrouble?: (error: unknown) => void;
}

function openEngine({ url, system, poolSize = 10, silenceMs = 30_000, onTrouble = () => undefined }: StoreOptions): Engine {
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length));
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgres({ url, system, poolSize, silenceMs, onTrouble });
  throw new SyncError('CONFIG_INVALID', { message: 'The address of the store must begin with sqlite: or postgres://.' });
}

/**
 * Opens the store; ready for use when it resolves. Close it to give file and connections back.
 * @throws `STORE_LOCKED` another process has the file · `STORE_DOWN` it cannot be reached, or a newer version used it · `STORE_KEY` a
 * sealing key is not 32 bytes · `CONFIG_INVALID` the address is of no known kind.
 */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const sealer = createSealer(options.sealingKeys);
  const engine = openEngine(options);
  try {
    await engine.read((db) => migrate(db, engine.differences));
    if (engine.differences.kind === 'sqlite') await reapAll(engine, options.system.now());
    return createStore(engine, sealer, options.system);
  } catch (error) {
    await engine.close();
    throw error;
  }
}
