/** Deleting and undeleting: cascade, cleared lookups, restrictions, recycle bin. */
import { RowError } from './org-errors.ts';
import type { ObjectDefinition, RecordValues } from './schema-model.ts';
import type { OrgState, SaveContext } from './state.ts';
import type { OrgSwitches } from './switches.ts';

const objectOf = (state: OrgState, record: RecordValues): ObjectDefinition => {
  const object = state.schema.objectByPrefix(String(record['Id']).slice(0, 3));
  if (!object) throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 404);
  return object;
};

export function deleteRow(
  state: OrgState,
  switches: OrgSwitches,
  id: string,
  context: SaveContext,
  takeLock: (object: ObjectDefinition, record: RecordValues) => void,
): void {
  const record = state.record(id);
  if (!record) throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 404);
  if (record['IsDeleted'] === true) throw new RowError('ENTITY_IS_DELETED', 'entity is deleted', [], 404);
  const object = objectOf(state, record);
  takeLock(object, record);
  for (const hooks of state.hooks) hooks.beforeDelete?.(object, record, context);
  removeWithChildren(state, switches, object, record, context.userId, state.uuid());
  for (const hooks of state.hooks) hooks.afterDelete?.(object, record, context);
}

/** Children that die with their parent start no flows: the platform skips triggers there. */
function removeWithChildren(
  state: OrgState,
  switches: OrgSwitches,
  object: ObjectDefinition,
  record: RecordValues,
  userId: string,
  batch: string,
): void {
  const id = String(record['Id']);
  for (const child of state.schema.objects()) {
    for (const field of child.fields.values()) {
      if (!field.referenceTo?.includes(object.name) || child.kind === 'setting') continue;
      const rows = state.find(child.name, field.name, id);
      if (rows.length === 0) continue;
      if (field.type === 'MasterDetail' || field.deleteConstraint === 'Cascade') {
        for (const row of rows) removeWithChildren(state, switches, child, row, userId, batch);
      } else if (field.deleteConstraint === 'Restrict') {
        throw new RowError(
          'DELETE_FAILED',
          `Your attempt to delete ${String(record['Name'] ?? id)} could not be completed because it is associated with the following ${child.pluralLabel.toLowerCase()}.: ${rows.map((row) => String(row['Name'] ?? row['Id'])).join(', ')}\n`,
        );
      } else if (field.name !== 'CreatedById' && field.name !== 'LastModifiedById') {
        for (const row of rows) {
          state.put(child.name, { ...row, [field.name]: null, ...(switches.setNullMovesStamp ? { SystemModstamp: state.stamp() } : {}) });
        }
      }
    }
  }
  const now = state.stamp();
  if (object.kind === 'setting') state.remove(object.name, id);
  else {
    state.put(object.name, {
      ...record,
      IsDeleted: true,
      LastModifiedDate: now,
      LastModifiedById: userId,
      SystemModstamp: now,
      [deletionBatch]: batch,
    });
  }
}

/** Not a field: marks rows that were deleted together, so that they come back together. */
const deletionBatch = '#deletion';

export function undeleteRow(state: OrgState, id: string, userId: string): void {
  const record = state.record(id);
  if (!record || record['IsDeleted'] !== true) throw new RowError('UNDELETE_FAILED', 'Entity is not in the recycle bin');
  const now = state.stamp();
  for (const object of state.schema.objects()) {
    for (const row of state.allRows(object.name)) {
      if (row['IsDeleted'] !== true || row[deletionBatch] !== record[deletionBatch]) continue;
      const { [deletionBatch]: _, ...rest } = row;
      state.put(object.name, { ...rest, IsDeleted: false, LastModifiedDate: now, LastModifiedById: userId, SystemModstamp: now });
    }
  }
}
