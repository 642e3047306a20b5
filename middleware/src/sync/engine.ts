/** What every part of the engine is handed: the two sides, the store, the world, and the mapping in force. */
import type { Mapping } from '../domain/mapping.ts';
import type { Log } from '../log.ts';
import type { CrmSide, PartnerSide, Store, System } from './ports.ts';
import type { SyncError } from '../errors.ts';

export interface Engine {
  readonly system: System;
  readonly store: Store;
  readonly crm: CrmSide;
  readonly partner: PartnerSide;
  readonly log: Log;
  readonly orgId: string;
  /** The mapping in force: the last good one. */
  mapping(): Mapping;
  /** Why nothing may be sent or applied right now (unknown org, paused by an operator); null when all is well. */
  standstill(): SyncError | null;
}
