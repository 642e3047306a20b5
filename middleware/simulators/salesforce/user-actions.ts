/** What people do through the pages: all rules of a save, flows included. */
import { createAccess } from './access.ts';
import { RowError } from './org-errors.ts';
import type { Org } from './org.ts';
import type { RecordValues } from './schema-model.ts';

export interface UserActions {
  readonly userId: string;
  insert(object: string, values: RecordValues): string;
  update(id: string, values: RecordValues): void;
  delete(id: string): void;
  /** The page's Clone: every field the user sees and may fill comes along, with the changes made before saving. Returns the id. */
  clone(id: string, changes: RecordValues): string;
  /** Accounts or contacts become one. */
  merge(masterId: string, ...loserIds: readonly string[]): void;
}

/** The hands of one user. Rights are the door's matter, except that a clone takes along only what its maker sees and may fill. */
export function createUserActions({ state, save, shares, switches }: Org, user: string): UserActions {
  const objectOf = (id: string): string => {
    const object = state.schema.objectByPrefix(id.slice(0, 3));
    if (!object) throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 404);
    return object.name;
  };
  return {
    userId: user,
    insert: (object, values) => save.insert(object, values, user),
    update: (id, values) => save.update(objectOf(id), id, values, user),
    delete: (id) => save.delete(id, user),
    clone: (id, changes) => {
      const name = objectOf(id);
      const rights = createAccess(state, shares, switches, user);
      const object = state.schema.object(name);
      const source = state.record(id) ?? {};
      const copied = [...(object?.fields.values() ?? [])].filter(
        (field) =>
          object &&
          field.createable !== false &&
          field.formula === undefined &&
          rights.canReadField(object, field) &&
          rights.canEditField(object, field),
      );
      return save.clone(
        name,
        { ...Object.fromEntries(copied.flatMap(({ name: one }) => (source[one] === undefined ? [] : [[one, source[one]]]))), ...changes },
        user,
      );
    },
    merge: (masterId, ...loserIds) => save.merge(masterId, loserIds, user),
  };
}
