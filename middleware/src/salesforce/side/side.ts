/** Salesforce as the engine sees it: puts the parts of the adapter together behind the port. */
import type { Mapping } from '../../domain/mapping.ts';
import type { Log } from '../../log.ts';
import type { FieldName } from '../../domain/deal.ts';
import type { AtWork, CrmSide, CrmSnapshot, System } from '../../sync/ports.ts';
import type { SalesforceClient } from '../client/client.ts';
import { createCreator } from './create.ts';
import { createLookups } from './lookups.ts';
import { readMapping, readReferenceLists, type ReadMapping } from './mapping.ts';
import { createLead } from './create-lead.ts';
import { findMatches } from './match.ts';
import { findTwins } from './match-twin.ts';
import { createOrg } from './org.ts';
import { createReader } from './read.ts';
import { createNotifier, createReport, heartbeat, readServiceRequest } from './report.ts';
import { saveCatalogue, type CatalogueEntry, type CatalogueResult } from './catalogue.ts';
import { listShared } from './list-shared.ts';
import { changedSince, sweepFrom } from './sweep.ts';
import { rawValues } from '../translate/to-deal.ts';
import { isSalesforceSnapshot } from './snapshot.ts';
import { createWriter } from './write.ts';

export interface SalesforceSideOptions {
  readonly client: SalesforceClient;
  readonly system: System;
  readonly atWork: AtWork;
  readonly log: Log;
  /** The mapping in force, the same the engine plans by. A new value is a new object. */
  readonly mapping: () => Mapping;
  /** The package's defaults, for what the org does not hold. */
  readonly defaultMapping: Mapping;
}

/** What only the admin's commands ask of Salesforce. */
export interface SalesforceSide extends CrmSide {
  readMapping(): Promise<ReadMapping>;
  /** Opportunities that are shared or carry a referral, in id order, a page behind `after`; `since` looks at the last change (epoch ms). */
  listShared(
    after: string | null,
    since: number | null,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly name: string | null }[]>;
  /** The sweep position that looks at nothing older than the time. */
  sweepFrom(at: number): string;
  /** Enters solutions into the catalogue, by their ids; one result per row. */
  saveCatalogue(rows: readonly CatalogueEntry[]): Promise<readonly CatalogueResult[]>;
  /** The values as Salesforce holds them, before the mapping: for showing. Lists have none. */
  rawValues(snapshot: CrmSnapshot): Promise<{ readonly [F in FieldName]?: unknown }>;
}

export function createSalesforceSide(options: SalesforceSideOptions): SalesforceSide {
  const { client, system, atWork, log, mapping, defaultMapping } = options;
  const org = createOrg(client, system, atWork, log, mapping);
  const reader = createReader(org);
  const lookups = createLookups(org);
  let lists: { readonly [list: string]: readonly string[] } | null = null;

  return {
    read: reader.read,
    findByReferral: async (referralId) => (await lookups.byReferral(referralId)).map(({ Id }) => Id),
    findMatches: (deal) => findMatches(org, lookups, deal),
    findTwins: (snapshot) => findTwins(lookups, snapshot),
    createLead: (create) => createLead(org, lookups, create),
    write: createWriter(org, reader, lookups),
    create: createCreator(org, reader, lookups),
    readServiceRequest: (id) => readServiceRequest(org, id),
    report: createReport(org),
    notify: createNotifier(org),
    changedSince: (position, signal) => changedSince(org, position, signal),
    async readMapping() {
      // an admin who has just given a permission wants to see it work
      org.refresh();
      const read = await readMapping(org, defaultMapping);
      lists = await readReferenceLists(org);
      return read;
    },
    listShared: (after, since, limit) => listShared(org, after, since, limit),
    sweepFrom,
    saveCatalogue: (rows) => saveCatalogue(org, rows),
    rawValues: async (snapshot) => (isSalesforceSnapshot(snapshot) ? rawValues(snapshot.raw, await org.plan()) : {}),
    async heartbeat(health) {
      lists ??= await readReferenceLists(org);
      await heartbeat(org, health, lists);
    },
  };
}
