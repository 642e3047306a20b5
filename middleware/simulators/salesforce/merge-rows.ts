/**
 * Merging accounts or contacts, as the page's merge does: the master is saved, what hung on the losers hangs on the master, and the losers
 * go to the recycle bin naming their master. Flows run for master and losers, not for what is re-parented.
 */
import { deleteRow } from './delete-row.ts';
import { RowError } from './org-errors.ts';
import type { ObjectDefinition, RecordValues } from './schema-model.ts';
import type { OrgState, SaveContext } from './state.ts';
import type { OrgSwitches } from './switches.ts';

/** Objects the platform can merge (leads too; this org converts none). */
const mergeable: readonly string[] = ['Account', 'Contact'];
const mostLosers = 2;

function rowToMerge(state: OrgState, id: string): { readonly object: ObjectDefinition; readonly row: RecordValues } {
  const row = state.record(id);
  const object = state.schema.objectByPrefix(id.slice(0, 3));
  if (!row || !object) throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 404);
  if (row['IsDeleted'] === true) throw new RowError('ENTITY_IS_DELETED', 'entity is deleted', [], 404);
  if (!mergeable.includes(object.name)) throw new RowError('INVALID_TYPE', `sObject type '${object.name}' can't be merged.`);
  return { object, row };
}

/** Every row that points at the loser points at the master afterwards. */
function reparent(state: OrgState, switches: OrgSwitches, object: ObjectDefinition, loserId: string, masterId: string): void {
  for (const child of state.schema.objects()) {
    for (const field of child.fields.values()) {
      if (!field.referenceTo?.includes(object.name) || child.kind === 'setting' || field.name === 'MasterRecordId') continue;
      for (const row of state.find(child.name, field.name, loserId)) {
        const moved = switches.mergeMovesStamp ? { SystemModstamp: state.stamp() } : {};
        state.put(child.name, { ...row, [field.name]: row['Id'] === masterId ? null : masterId, ...moved });
      }
    }
  }
}

export function mergeRows(
  state: OrgState,
  switches: OrgSwitches,
  masterId: string,
  loserIds: readonly string[],
  context: SaveContext,
  takeLock: (object: ObjectDefinition, record: RecordValues) => void,
): void {
  const { object, row: master } = rowToMerge(state, masterId);
  if (loserIds.length === 0 || loserIds.length > mostLosers || loserIds.includes(masterId))
    throw new RowError('INVALID_NUM_RECORDS', 'A merge takes a master and one or two other records.');
  for (const id of loserIds) {
    const { object: other, row } = rowToMerge(state, id);
    if (other.name !== object.name) throw new RowError('INVALID_TYPE', 'Records of one kind can be merged.');
    reparent(state, switches, object, String(row['Id']), String(master['Id']));
    deleteRow(state, switches, id, context, takeLock);
    state.put(object.name, { ...(state.record(id) ?? row), MasterRecordId: String(master['Id']) });
  }
  context.update(object.name, masterId, {});
}
