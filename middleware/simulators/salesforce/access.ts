/** Who may do what: rights on objects and fields from profile kind and permission sets, rights on rows from sharing. */
import type { FieldDefinition, ObjectDefinition, ObjectPermission, RecordValues } from './schema-model.ts';
import type { OrgState } from './state.ts';
import type { OrgSwitches } from './switches.ts';

/** Profile names of the simulated org; the kind decides what a user has without any permission set. */
export const profiles = {
  admin: 'System Administrator',
  standard: 'Standard User',
  minimum: 'Minimum Access - API Only Integrations',
} as const;
export type ProfileKind = keyof typeof profiles;

export interface Access {
  readonly userId: string;
  readonly isAdmin: boolean;
  object(object: ObjectDefinition): ObjectPermission;
  canReadField(object: ObjectDefinition, field: FieldDefinition): boolean;
  canEditField(object: ObjectDefinition, field: FieldDefinition): boolean;
  canSee(object: ObjectDefinition, record: RecordValues): boolean;
  canEdit(object: ObjectDefinition, record: RecordValues): boolean;
  canDelete(object: ObjectDefinition, record: RecordValues): boolean;
}

/** Row rights given by hand (manual share, role, sharing rule). */
export interface Shares {
  share(recordId: string, userId: string, level: 'read' | 'edit'): void;
  level(recordId: string, userId: string): 'read' | 'edit' | null;
}

export function createShares(): Shares {
  const levels = new Map<string, 'read' | 'edit'>();
  return {
    share: (recordId, userId, level) => void levels.set(`${recordId} ${userId}`, level),
    level: (recordId, userId) => levels.get(`${recordId} ${userId}`) ?? null,
  };
}

const nothing: ObjectPermission = { read: false, create: false, edit: false, delete: false, viewAll: false, modifyAll: false };
const everything: ObjectPermission = { read: true, create: true, edit: true, delete: true, viewAll: true, modifyAll: true };
const ordinary: ObjectPermission = { read: true, create: true, edit: true, delete: true, viewAll: false, modifyAll: false };
const readOnly: ObjectPermission = { ...nothing, read: true, viewAll: true };

/** Names of the user's permission sets, those of his groups included. */
export function permissionSetNames(state: OrgState, userId: string): Set<string> {
  const names = new Set<string>();
  for (const assignment of state.find('PermissionSetAssignment', 'AssigneeId', userId)) {
    const set = state.record(String(assignment['PermissionSetId'] ?? ''));
    if (set) names.add(String(set['Name']));
    const group = state.record(String(assignment['PermissionSetGroupId'] ?? ''));
    for (const member of state.schema.permissionSetGroups.get(String(group?.['DeveloperName'] ?? ''))?.members ?? []) names.add(member);
  }
  return names;
}

export function hasCustomPermission(state: OrgState, userId: string, permission: string): boolean {
  for (const name of permissionSetNames(state, userId))
    if (state.schema.permissionSets.get(name)?.customPermissions.has(permission)) return true;
  return false;
}

export function profileKind(state: OrgState, userId: string): ProfileKind {
  const name = state.record(String(state.record(userId)?.['ProfileId'] ?? ''))?.['Name'];
  return name === profiles.admin ? 'admin' : name === profiles.standard ? 'standard' : 'minimum';
}

/** Cheap to make: once per request. */
export function createAccess(state: OrgState, shares: Shares, switches: OrgSwitches, userId: string): Access {
  const kind = profileKind(state, userId);
  const isAdmin = kind === 'admin';
  const sets = [...permissionSetNames(state, userId)].flatMap((name) => state.schema.permissionSets.get(name) ?? []);
  const holds = (permission: string): boolean => sets.some((set) => set.userPermissions.has(permission));
  const viewAllData = isAdmin || holds('ViewAllData') || holds('ModifyAllData');
  const modifyAllData = isAdmin || holds('ModifyAllData');
  const objects = new Map<string, ObjectPermission>();
  const rows = new Map<string, 'none' | 'read' | 'edit'>();

  const combined = (object: ObjectDefinition): ObjectPermission => {
    if (isAdmin) return everything;
    if (object.accessThrough) {
      const through = state.schema.object(object.accessThrough.object);
      const rights = through ? objectRights(through) : nothing;
      return { ...rights, create: rights.edit, edit: rights.edit, delete: rights.edit };
    }
    if (object.openToRead) return readOnly;
    if (object.openToAll) return ordinary;
    if (object.kind === 'metadata') {
      return sets.some((set) => set.customMetadataTypes.has(object.name)) || holds('ViewSetup') || holds('CustomizeApplication')
        ? readOnly
        : nothing;
    }
    let rights = kind === 'standard' && object.kind === 'standard' ? ordinary : nothing;
    for (const set of sets) {
      const more = set.objects.get(object.name);
      if (!more) continue;
      rights = {
        read: rights.read || more.read,
        create: rights.create || more.create,
        edit: rights.edit || more.edit,
        delete: rights.delete || more.delete,
        viewAll: rights.viewAll || more.viewAll,
        modifyAll: rights.modifyAll || more.modifyAll,
      };
    }
    return rights;
  };
  const objectRights = (object: ObjectDefinition): ObjectPermission => {
    let rights = objects.get(object.name);
    if (!rights) {
      rights = combined(object);
      objects.set(object.name, rights);
    }
    return rights;
  };

  const needsPermission = (object: ObjectDefinition, field: FieldDefinition): boolean => {
    if (isAdmin || object.kind === 'event' || object.kind === 'metadata' || object.kind === 'setting') return false;
    if (field.permissionable === false || field.name === object.nameField) return false;
    if (!field.custom) return kind !== 'standard' && switches.standardFieldsNeedPermission;
    return field.required !== true && field.type !== 'MasterDetail';
  };
  const granted = (object: ObjectDefinition, field: FieldDefinition, right: 'readable' | 'editable'): boolean => {
    const key = `${object.name}.${field.permissionName ?? field.name}`;
    return sets.some((set) => {
      const permission = set.fields.get(key);
      return permission?.[right] === true || (right === 'readable' && permission?.editable === true);
    });
  };

  /** The strongest right on a row, object rights left aside. */
  const rowLevel = (object: ObjectDefinition, record: RecordValues): 'none' | 'read' | 'edit' => {
    const rights = objectRights(object);
    if (modifyAllData || rights.modifyAll) return 'edit';
    const key = String(record['Id']);
    let level = rows.get(key);
    if (level === undefined) {
      level = shared(object, record);
      rows.set(key, level);
    }
    return level === 'none' && (viewAllData || rights.viewAll) ? 'read' : level;
  };
  const parentLevel = (field: FieldDefinition, record: RecordValues): 'none' | 'read' | 'edit' => {
    const parent = state.record(String(record[field.name] ?? ''));
    const definition = state.schema.object(field.referenceTo?.[0] ?? '');
    if (!parent || !definition || !objectRights(definition).read) return 'none';
    const level = rowLevel(definition, parent);
    if (level === 'read') return field.writeRequiresMasterRead ? 'edit' : 'read';
    return level === 'edit' && !objectRights(definition).edit && !field.writeRequiresMasterRead ? 'read' : level;
  };
  /** A note follows the deals it hangs on; a link for viewers gives no right to edit. */
  const noteLevel = (note: RecordValues, least: 'none' | 'read' | 'edit'): 'none' | 'read' | 'edit' => {
    const definition = state.schema.object('ContentDocumentLink');
    const deal = definition?.fields.get('LinkedEntityId');
    if (!deal) return least;
    const levels = state.find('ContentDocumentLink', 'ContentDocumentId', note['Id'] ?? null).map((link) => {
      const level = parentLevel(deal, link);
      return level === 'edit' && link['ShareType'] === 'V' ? 'read' : level;
    });
    return levels.includes('edit') ? 'edit' : levels.includes('read') ? 'read' : least;
  };
  const shared = (object: ObjectDefinition, record: RecordValues): 'none' | 'read' | 'edit' => {
    const byHand = shares.level(String(record['Id']), userId);
    if (record['OwnerId'] === userId || byHand === 'edit') return 'edit';
    const least = byHand ?? 'none';
    switch (object.sharingModel) {
      case 'ReadWrite':
        return 'edit';
      case 'Read':
        return 'read';
      case 'Private': {
        if (object.name === 'ContentNote') return noteLevel(record, least);
        if (object.name !== 'Opportunity') return least;
        const member = state.find('OpportunityTeamMember', 'OpportunityId', record['Id'] ?? null).find((one) => one['UserId'] === userId);
        const level = member?.['OpportunityAccessLevel'];
        return level === 'Edit' || level === 'All' ? 'edit' : member ? 'read' : least;
      }
      case 'ControlledByParent': {
        const through =
          object.accessThrough?.field ??
          [...object.fields.values()].find((field) => field.type === 'MasterDetail')?.name ??
          (object.name === 'Contact' ? 'AccountId' : undefined);
        const field = through === undefined ? undefined : object.fields.get(through);
        if (!field) return least;
        const level = parentLevel(field, record);
        return level === 'none' ? least : level;
      }
    }
  };

  return {
    userId,
    isAdmin,
    object: objectRights,
    canReadField: (object, field) => objectRights(object).read && (!needsPermission(object, field) || granted(object, field, 'readable')),
    canEditField: (object, field) =>
      field.formula === undefined && field.type !== 'AutoNumber' && (!needsPermission(object, field) || granted(object, field, 'editable')),
    canSee: (object, record) => objectRights(object).read && rowLevel(object, record) !== 'none',
    canEdit: (object, record) => objectRights(object).edit && rowLevel(object, record) === 'edit',
    canDelete: (object, record) => {
      const rights = objectRights(object);
      if (!rights.delete || rowLevel(object, record) !== 'edit') return false;
      // Deleting asks for more than editing: the owner, all-data rights, or edit on the master.
      return rights.modifyAll || modifyAllData || record['OwnerId'] === userId || !object.fields.has('OwnerId');
    },
  };
}
