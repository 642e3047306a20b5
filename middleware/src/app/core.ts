/** Everything a command needs: store, both sides, engine, mapping. The running service adds subscriptions, timers and the door. */
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';

import { createAtWork } from '../at-work.ts';
import type { Config } from '../config.ts';
import { SyncError, toSyncError } from '../errors.ts';
import type { Log } from '../log.ts';
import { openStore, type OpenStore } from '../store/open.ts';
import type { Engine } from '../sync/engine.ts';
import type { AtWork, System } from '../sync/ports.ts';
import { connectPartnerCenter, type PartnerCenter, type PartnerCenterParts } from './connect-partner-center.ts';
import { connectSalesforce, type Salesforce, type SalesforceParts } from './connect-salesforce.ts';
import { holdMapping, type MappingInForce } from './mapping-in-force.ts';

export interface ServiceParts {
  readonly config: Config;
  readonly system: System;
  readonly log: Log;
  /** Seams for the simulation; production leaves them out. */
  readonly seams?: {
    readonly store?: OpenStore;
    readonly salesforce?: SalesforceParts['transport'];
    readonly partnerCenter?: PartnerCenterParts['transport'];
    readonly tokens?: PartnerCenterParts['tokens'];
  };
  /** Told of every outgoing call, for metrics. */
  readonly observe?: PartnerCenterParts['observe'];
}

export interface Core {
  readonly config: Config;
  readonly system: System;
  readonly log: Log;
  readonly store: OpenStore;
  readonly salesforce: Salesforce;
  readonly partnerCenter: PartnerCenter;
  readonly engine: Engine;
  /** Passes of this process. */
  readonly atWork: AtWork;
  readonly mapping: MappingInForce;
  /** Finds out which org this is; throws when Salesforce cannot be asked. */
  checkOrg(): Promise<void>;
  /** Calls made to either remote since this process began. */
  calls(): number;
  /** Why an operator stopped the traffic, null when it flows. */
  pausedFor(): string | null;
  pause(reason: string | null): Promise<void>;
  close(): Promise<void>;
}

const orgSetting = 'org.id';
const pauseSetting = 'paused';
/** How soon a paused service looks whether it may go on. */
const pauseMs = 3_000;

export const socketPathOf = (config: Config): string => join(config.COSELL_DATA_DIR, 'admin.sock');

function storeUrl(config: Config): string {
  if (config.DATABASE_URL !== null) return config.DATABASE_URL;
  mkdirSync(config.COSELL_DATA_DIR, { recursive: true, mode: 0o700 });
  return `sqlite:${join(config.COSELL_DATA_DIR, 'cosell.sqlite')}`;
}

export async function openCore(parts: ServiceParts): Promise<Core> {
  const { config, system, log, seams = {} } = parts;
  mkdirSync(config.COSELL_DATA_DIR, { recursive: true, mode: 0o700 });
  const store =
    seams.store ??
    (await openStore({
      url: storeUrl(config),
      sealingKeys: config.COSELL_SEALING_KEYS,
      system,
      onTrouble: (error) => log.warn({ error }, 'the store lost a connection and makes a new one'),
    }));

  let orgId = (await store.setting(orgSetting)) ?? '';
  let refusal: SyncError | null = new SyncError('CRM_SIGN_IN', { message: 'Salesforce has not been reached yet.' });
  let calls = 0;
  let paused = (await store.setting(pauseSetting)) || null;

  let mapping: MappingInForce | null = null;
  const inForce = (): MappingInForce => {
    if (!mapping) throw new SyncError('BUG', { message: 'the mapping is used before it is there' });
    return mapping;
  };
  const atWork = createAtWork(system);
  const salesforce = connectSalesforce({
    config,
    system,
    atWork,
    log,
    mapping: () => inForce().current(),
    called: () => void (calls += 1),
    ...(seams.salesforce ? { transport: seams.salesforce } : {}),
  });
  const partnerCenter = connectPartnerCenter({
    config,
    store,
    system,
    atWork,
    log,
    observe: (report) => {
      calls += 1;
      parts.observe?.(report);
    },
    ...(seams.partnerCenter ? { transport: seams.partnerCenter } : {}),
    ...(seams.tokens ? { tokens: seams.tokens } : {}),
  });
  mapping = await holdMapping(salesforce.side, store, system, log);

  const engine: Engine = {
    system,
    store,
    crm: salesforce.side,
    partner: partnerCenter.side,
    log,
    get orgId() {
      return orgId;
    },
    mapping: () => inForce().current(),
    // looked at again soon, so that a resume is felt at once
    standstill: () => (paused !== null ? new SyncError('PAUSED', { message: paused, notBefore: system.now() + pauseMs }) : refusal),
  };

  return {
    config,
    system,
    log,
    store,
    salesforce,
    partnerCenter,
    engine,
    atWork,
    mapping,
    async checkOrg() {
      try {
        const checked = await salesforce.check();
        if (orgId !== '' && orgId !== checked.orgId) {
          throw new SyncError('CRM_ORG_UNKNOWN', {
            message: `This store belongs to the org ${orgId}; the sign-in leads to ${checked.orgId}. Use a data folder of its own for each org.`,
          });
        }
        if (orgId === '') await store.saveSetting(orgSetting, checked.orgId, system.now());
        orgId = checked.orgId;
        refusal = checked.refusal;
      } catch (thrown) {
        refusal = toSyncError(thrown);
        throw refusal;
      }
    },
    calls: () => calls,
    pausedFor: () => paused,
    async pause(reason) {
      paused = reason;
      await store.saveSetting(pauseSetting, reason ?? '', system.now());
    },
    async close() {
      await Promise.all([salesforce.close(), partnerCenter.close()]);
      if (!seams.store) await store.close();
    },
  };
}
