/** Rows that the platform computes from metadata: which permission set grants what, which flows are active. */
import type { FlowDefinition } from './flow-model.ts';
import type { PermissionSetDefinition, RecordValues } from './schema-model.ts';
import type { OrgState } from './state.ts';

/** Rows of a computed object; null when the object is stored. */
export function viewRows(state: OrgState, object: string): readonly RecordValues[] | null {
  switch (object) {
    case 'FieldPermissions':
      return grants(state).flatMap(({ parentId, set }) =>
        [...set.fields].map(([field, right]) => ({
          ParentId: parentId,
          SobjectType: field.split('.')[0] ?? '',
          Field: field,
          PermissionsRead: right.readable,
          PermissionsEdit: right.editable,
        })),
      );
    case 'ObjectPermissions':
      return grants(state).flatMap(({ parentId, set }) =>
        [...set.objects].map(([name, right]) => ({
          ParentId: parentId,
          SobjectType: name,
          PermissionsRead: right.read,
          PermissionsCreate: right.create,
          PermissionsEdit: right.edit,
          PermissionsDelete: right.delete,
          PermissionsViewAllRecords: right.viewAll,
          PermissionsModifyAllRecords: right.modifyAll,
        })),
      );
    case 'FlowDefinitionView':
      return state.schema.components('Flow').map((one) => {
        const flow = one.definition as FlowDefinition;
        const active = flow.status === 'Active';
        return { ApiName: one.fullName, ActiveVersionId: active ? `301${one.fullName}` : null, IsActive: active };
      });
    default:
      return null;
  }
}

/** Every row of `PermissionSet` with what it grants; the row of a group grants what its members do. */
function grants(state: OrgState): readonly { readonly parentId: string; readonly set: PermissionSetDefinition }[] {
  const { permissionSets, permissionSetGroups } = state.schema;
  return state.rows('PermissionSet').flatMap((row) => {
    const name = String(row['Name']);
    const members = row['Type'] === 'Group' ? (permissionSetGroups.get(name)?.members ?? []) : [name];
    return members.flatMap((member) => {
      const set = permissionSets.get(member);
      return set ? [{ parentId: String(row['Id']), set }] : [];
    });
  });
}
