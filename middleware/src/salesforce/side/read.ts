/** Reads deals whole: one query with parents and children for up to 200 of them (Salesforce APIs §6). */
import { SyncError, toSyncError } from '../../errors.ts';
import type { Reading } from '../../sync/ports.ts';
import { understood, type Rows } from '../client/client.ts';
import { longId, looksLikeId, quoteAll } from '../client/soql.ts';
import { columnsOf, subqueriesOf, type ReadPlan } from '../fields/read-plan.ts';
import { auditField } from '../fields/service-fields.ts';
import { IdRow } from '../schema.ts';
import { questions, type Org } from './org.ts';
import { snapshotOf, type SalesforceSnapshot } from './snapshot.ts';

/**
 * Audits of so many characters travel in one answer, which stays well below what the transport takes. One may hold 100,000; most hold
 * far fewer, so it is learnt how long they are. Beyond that they are left out and read when they are needed.
 */
const auditsTogether = 4_000_000;
const longestAudit = 100_000;
const firstGuess = 20_000;

export function dealQuery(plan: ReadPlan, ids: readonly string[], withAudit: boolean): string {
  const columns = [...columnsOf(plan, withAudit), ...subqueriesOf(plan)];
  return `SELECT ${columns.join(', ')} FROM Opportunity WHERE Id IN (${quoteAll(ids)})`;
}

export interface Reader {
  read(id: string): Promise<Reading<SalesforceSnapshot>>;
}

const inBin = 'It is in the recycle bin.';
const invisible = 'It was deleted, or the integration user may not see it.';

export function createReader(org: Org): Reader {
  /** Characters an audit is expected to hold. */
  let expected = firstGuess;

  async function rows(plan: ReadPlan, ids: readonly string[]): Promise<Rows> {
    const withAudit = ids.length === 1 || ids.length * expected <= auditsTogether;
    try {
      const answer = await org.client.query(dealQuery(plan, ids, withAudit));
      const lengths = withAudit ? answer.records.map((record) => String(record[auditField] ?? '').length) : [];
      if (lengths.length > 0) expected = (expected + lengths.reduce((sum, length) => sum + length, 0) / lengths.length) / 2;
      return answer;
    } catch (error) {
      if (!withAudit || ids.length === 1 || toSyncError(error).code !== 'NET_TOO_LARGE') throw error;
      expected = longestAudit;
      return rows(plan, ids);
    }
  }

  async function load(ids: readonly string[]): Promise<readonly Reading<SalesforceSnapshot>[]> {
    return org.withPlan(async (plan) => {
      const wanted = [...new Set(ids)];
      const { records, serverTime } = await rows(plan, wanted);
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

  const gathered = org.gather<string, Reading<SalesforceSnapshot>>(questions, load);
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
