/** Metadata that clients also see as records: permission sets, groups, custom permissions, notification types, record types. */
import type { RecordValues } from './schema-model.ts';
import type { OrgState } from './state.ts';

/** Adds the rows of metadata that has none yet; repeating it changes nothing. */
export function syncSetupRows(state: OrgState): void {
  const { schema } = state;
  const ensure = (object: string, key: string, value: string, row: RecordValues): string => {
    const existing = state.find(object, key, value)[0];
    if (existing) return String(existing['Id']);
    const id = state.newId(object);
    const now = state.stamp();
    state.put(object, { Id: id, [key]: value, ...row, IsDeleted: false, CreatedDate: now, LastModifiedDate: now, SystemModstamp: now });
    return id;
  };
  for (const set of schema.permissionSets.values()) {
    ensure('PermissionSet', 'Name', set.name, { Label: set.label, Type: 'Regular', IsOwnedByProfile: false, IsCustom: true });
  }
  for (const group of schema.permissionSetGroups.values()) {
    const groupId = ensure('PermissionSetGroup', 'DeveloperName', group.name, { MasterLabel: group.label, Status: 'Updated' });
    ensure('PermissionSet', 'Name', group.name, {
      Label: group.label,
      Type: 'Group',
      PermissionSetGroupId: groupId,
      IsOwnedByProfile: false,
      IsCustom: true,
    });
  }
  for (const permission of schema.customPermissions.values()) {
    ensure('CustomPermission', 'DeveloperName', permission.name, { MasterLabel: permission.label });
  }
  for (const type of schema.notificationTypes.values()) {
    ensure('CustomNotificationType', 'DeveloperName', type.name, {
      CustomNotifTypeName: type.name,
      MasterLabel: type.label,
      Desktop: type.desktop,
      Mobile: type.mobile,
    });
  }
  for (const object of schema.objects()) {
    for (const recordType of object.recordTypes.values()) {
      const known = state.find('RecordType', 'DeveloperName', recordType.developerName).some((row) => row['SobjectType'] === object.name);
      if (known) continue;
      const id = state.newId('RecordType');
      state.put('RecordType', {
        Id: id,
        Name: recordType.label,
        DeveloperName: recordType.developerName,
        SobjectType: object.name,
        IsActive: recordType.active,
        IsDeleted: false,
      });
    }
  }
}
