/** Reads deals whole: one query with parents and children for up to 200 of them (Salesforce APIs §6). */
import { SyncError } from '../../errors.ts';
import type { Reading } from '../../sync/ports.ts';
import { gather } from '../client/gather.ts';
import { longId, looksLikeId, quoteAll } from '../client/soql.ts';
import { columnsOf, subqueriesOf, type ReadPlan } from '../fields/read-plan.ts';
import { understood } from '../client/client.ts';
import { IdRow } from '../schema.ts';
import type { Org } from './org.ts';
import { snapshotOf, type SalesforceSnapshot } from './snapshot.ts';

/** An audit may hold 100,000 characters; with more deals than this in one answer it is left out and read when it is needed. */
const mostWithAudit = 20;
const windowMs = 4;

export function dealQuery(plan: ReadPlan, ids: readonly string[]): string {
  const columns = [...columnsOf(plan, ids.length <= mostWithAudit), ...subqueriesOf(plan)];
  return `SELECT ${columns.join(', ')} FROM Opportunity WHERE Id IN (${quoteAll(ids)})`;
}

export interface Reader {
  read(id: string): Promise<Reading<SalesforceSnapshot>>;
}

const inBin = 'It is in the recycle bin.';
const invisible = 'It was deleted, or the integration user may not see it.';

export function createReader(org: Org): Reader {
  async function load(ids: readonly string[]): Promise<readonly Reading<SalesforceSnapshot>[]> {
    return org.withPlan(async (plan) => {
      const wanted = [...new Set(ids)];
      const { records, serverTime } = await org.client.query(dealQuery(plan, wanted));
      const notes = await org.notes.read(plan, wanted);
      const snapshots = await Promise.all(records.map((record) => snapshotOf(org.client, record, plan, serverTime, notes)));
      const found = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
      const binned = await deletedOf(wanted.filter((id) => !found.has(id)));
      return ids.map((id): Reading<SalesforceSnapshot> => {
        const snapshot = found.get(id);
        return snapshot ? { kind: 'found', snapshot } : { kind: 'gone', why: binned.has(id) ? inBin : invisible };
      });
    });
  }

  async function deletedOf(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const { records } = await org.client.query(`SELECT Id FROM Opportunity WHERE IsDeleted = true AND Id IN (${quoteAll(ids)})`, {
      all: true,
    });
    return new Set(records.map((record) => understood(IdRow, record).Id));
  }

  const gathered = gather<string, Reading<SalesforceSnapshot>>(org.system, { windowMs, max: 200 }, load);
  return {
    async read(id) {
      if (!looksLikeId(id)) return { kind: 'gone', why: 'The identifier is not one of a Salesforce record.' };
      return gathered(longId(id));
    },
  };
}

/** Reads a snapshot that must be there; throws `SyncError` CRM_GONE otherwise. */
export async function readExisting(reader: Reader, id: string): Promise<SalesforceSnapshot> {
  const reading = await reader.read(id);
  if (reading.kind === 'gone') throw new SyncError('CRM_GONE', { message: reading.why });
  return reading.snapshot;
}
