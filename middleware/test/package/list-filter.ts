/** Filters of list views and reports: whether a field can hold the value it is compared with. */
import { syncStates } from './formula-rules.ts';
import { fieldOf, type PackageModel } from './package-model.ts';

/** Closed lists of texts the service writes, compared with by list views. */
const written: Readonly<Record<string, readonly string[]>> = {
  PC_Sync_State__c: syncStates,
  Status__c: ['Open', 'Closed'],
  Kind__c: ['match', 'parked', 'conflict', 'refused', 'confirm', 'settings'],
};

/** What is wrong with a filter value, null when nothing is. */
export function filterFault(model: PackageModel, object: string, field: string, value: string): string | null {
  const found = fieldOf(model, object, field);
  if (!found?.own) return `${field} does not exist`;
  if (found.kind === 'boolean') return value === '1' || value === '0' ? null : `${field} is compared with 1 or 0`;
  if (found.kind === 'date') return /^NEXT_N_DAYS:[1-9]\d?$/.test(value) ? null : `${field} is compared with NEXT_N_DAYS:n`;
  if (found.kind === 'long-text') return `${field} is a long text and cannot be filtered`;
  const known = found.own.values ?? written[field];
  return known && !known.includes(value) ? `${field} never holds "${value}"` : null;
}
