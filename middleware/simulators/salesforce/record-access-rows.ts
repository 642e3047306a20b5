/** Rows of `UserRecordAccess`: computed for one user and the records the filter names. */
import { createAccess, type Shares } from './access.ts';
import { normalizeId } from './ids.ts';
import { ApiError } from './org-errors.ts';
import type { RecordValues } from './schema-model.ts';
import type { Condition } from './soql-parse.ts';
import type { OrgState } from './state.ts';
import type { OrgSwitches } from './switches.ts';

export function recordAccessRows(state: OrgState, shares: Shares, switches: OrgSwitches, where: Condition | null): RecordValues[] {
  const parts = where === null ? [] : where.kind === 'and' ? where.parts : [where];
  const named = (field: string): string[] =>
    parts.flatMap((part) => {
      if (part.kind === 'compare' && part.path.toLowerCase() === field && part.operator === '=' && part.value.kind === 'text')
        return [part.value.value];
      if (part.kind !== 'in' || part.path.toLowerCase() !== field || part.negated || !Array.isArray(part.values)) return [];
      return (part.values as readonly { kind: string; value?: unknown }[]).flatMap((one) =>
        one.kind === 'text' ? [String(one.value)] : [],
      );
    });
  const userId = normalizeId(named('userid')[0] ?? '');
  const recordIds = named('recordid');
  if (userId === null || recordIds.length === 0) {
    throw new ApiError(400, 'MALFORMED_QUERY', 'UserRecordAccess can be queried only with filters on UserId and RecordId.');
  }
  if (recordIds.length > 200) throw new ApiError(400, 'MALFORMED_QUERY', 'UserRecordAccess can be queried for at most 200 records.');
  const access = createAccess(state, shares, switches, userId);
  return recordIds.flatMap((given) => {
    const record = state.record(given);
    const object = record && state.schema.objectByPrefix(String(record['Id']).slice(0, 3));
    if (!record || !object) return [];
    const read = access.canSee(object, record);
    const edit = read && access.canEdit(object, record);
    const remove = read && access.canDelete(object, record);
    return [
      {
        Id: String(record['Id']),
        RecordId: String(record['Id']),
        UserId: userId,
        HasReadAccess: read,
        HasEditAccess: edit,
        HasDeleteAccess: remove,
        HasTransferAccess: remove,
        HasAllAccess: remove,
        MaxAccessLevel: remove ? 'All' : edit ? 'Edit' : read ? 'Read' : 'None',
      },
    ];
  });
}
