/** What the store needs of a database: typed queries, transactions, and the few things in which the two engines differ. */
import type { Kysely, RawBuilder, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

export type Db = Kysely<Tables>;
export type Trx = Transaction<Tables>;

/** The statements and words that are not the same on SQLite and PostgreSQL; both sets stand in `differences.ts`. */
export interface Differences {
  readonly kind: 'sqlite' | 'postgres';
  readonly textType: RawBuilder<unknown>;
  readonly bytesType: RawBuilder<unknown>;
  /** Type and default of a key the database counts up by itself. */
  readonly countedKey: RawBuilder<unknown>;
  /** Appended to a select: rows stay ours until the transaction ends. Empty where there is one connection only. */
  readonly forUpdate: RawBuilder<unknown>;
  /** The same, passing over rows another process holds. */
  readonly forUpdateSkipLocked: RawBuilder<unknown>;
  /** Refuses updates, and deletes of entries that retention has not released. */
  readonly guardAudit: readonly RawBuilder<unknown>[];
  /** Serialises everything that gives an identity to a link, until the transaction ends. */
  lockIdentities(trx: Trx): Promise<void>;
  /** Tells other processes that work is there; heard when the transaction commits. */
  announce(trx: Trx): Promise<void>;
  /** After rows came in with their own numbers, the counter goes on behind them. */
  resetCounters(trx: Trx): Promise<void>;
}

/** An open database. Errors that come out of `read` and `write` are `SyncError`s. */
export interface Engine {
  readonly differences: Differences;
  read<T>(act: (db: Db) => Promise<T>): Promise<T>;
  /** One transaction, repeated as a whole when the server gave it up for another one. `act` does no I/O but queries. */
  write<T>(act: (trx: Trx) => Promise<T>): Promise<T>;
  /** Pages of rows from one moment, while the store goes on working. */
  snapshot<T>(pages: (db: Db) => AsyncIterable<T>): AsyncIterable<T>;
  /** Called when another process announced work. Returns the way to stop listening. */
  onAnnounced(listener: () => void): void;
  close(): Promise<void>;
}
