/** The catalogue of solutions sellers pick from, filled by the admin's file. */
import { failureOf } from '../client/failure.ts';
import { cut } from '../translate/text.ts';
import type { Org } from './org.ts';

export interface CatalogueEntry {
  /** `SOL-…` of an own or third-party solution, or the GUID of a Microsoft one (API §5.5). */
  readonly id: string;
  readonly name: string;
  readonly kind: 'Own' | 'Microsoft' | 'Third party';
  readonly active: boolean;
}

export interface CatalogueResult {
  readonly id: string;
  readonly saved: boolean;
  /** Why it was refused, null when it was saved. */
  readonly problem: string | null;
}

export async function saveCatalogue(org: Org, entries: readonly CatalogueEntry[]): Promise<readonly CatalogueResult[]> {
  const rows = entries.map((entry) => ({
    Solution_Id__c: entry.id,
    Name: cut(entry.name, 80),
    Kind__c: entry.kind,
    Active__c: entry.active,
  }));
  const results = await org.client.upsert('PC_Solution__c', 'Solution_Id__c', rows);
  return entries.map((entry, index) => {
    const result = results[index];
    return result?.success
      ? { id: entry.id, saved: true, problem: null }
      : { id: entry.id, saved: false, problem: failureOf(400, result?.errors ?? []).message };
  });
}
