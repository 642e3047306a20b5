/** Users, permissions, stages, currencies: what set-up is made of, as clients query it. */
import { lookup, nameField, of, readOnly, text } from './field-builders.ts';
import type { FieldDefinition, ObjectDefinition } from './schema-model.ts';
import type { OrgFeatures } from './standard-objects.ts';
import { objectDefinition, standardField as field, systemFields } from './system-fields.ts';

const setup = { openToRead: true, adminOnly: true, kind: 'setting', sharingModel: 'Read' } as const;

const settingObject = (
  name: string,
  keyPrefix: string,
  fields: readonly FieldDefinition[],
  extra: Partial<Omit<ObjectDefinition, 'fields'>> = {},
): ObjectDefinition =>
  objectDefinition({
    name,
    label: name.replace(/([a-z])([A-Z])/g, '$1 $2'),
    pluralLabel: name,
    keyPrefix,
    ...setup,
    ...extra,
    fields: fields.map((one) => ({ ...one, permissionable: false })),
  });

export function setupObjects(features: OrgFeatures): ObjectDefinition[] {
  const plain = systemFields('plain');
  return [
    settingObject('User', '005', [
      ...plain.filter((one) => one.name !== 'IsDeleted'),
      field('Name', 'Text', { length: 121, ...readOnly }),
      text('Username', 80, { required: true, unique: true }),
      text('FirstName', 40),
      text('LastName', 80, { required: true }),
      text('Alias', 8),
      field('Email', 'Email', { length: 128 }),
      field('Phone', 'Phone', { length: 40 }),
      text('Title', 80),
      text('CompanyName', 80),
      field('IsActive', 'Checkbox', { defaultValue: 'true', label: 'Active' }),
      lookup('ProfileId', 'Profile', 'Users'),
      text('UserType', 40),
      text('TimeZoneSidKey', 40),
      text('LocaleSidKey', 40),
      text('LanguageLocaleKey', 40),
    ]),
    settingObject('Profile', '00e', [...plain, nameField(255), text('UserType', 40)]),
    settingObject('Organization', '00D', [
      ...plain,
      nameField(80),
      text('InstanceName', 5),
      field('IsSandbox', 'Checkbox'),
      field('TrialExpirationDate', 'DateTime'),
      text('NamespacePrefix', 15),
      text('OrganizationType', 40),
      text('Country', 80),
      text('TimeZoneSidKey', 40),
      text('DefaultLocaleSidKey', 40),
      text('LanguageLocaleKey', 40),
    ]),
    settingObject('RecordType', '012', [
      ...plain,
      nameField(80),
      text('DeveloperName', 80),
      text('SobjectType', 40),
      field('IsActive', 'Checkbox'),
    ]),
    settingObject('OpportunityStage', '01J', [
      ...plain,
      text('MasterLabel', 255),
      text('ApiName', 255),
      field('IsActive', 'Checkbox'),
      field('SortOrder', 'Number', { precision: 9, scale: 0 }),
      field('IsClosed', 'Checkbox'),
      field('IsWon', 'Checkbox'),
      text('ForecastCategoryName', 40),
      field('DefaultProbability', 'Percent', { precision: 3, scale: 0 }),
    ]),
    settingObject('PermissionSet', '0PS', [
      ...plain,
      text('Name', 80),
      text('Label', 80),
      text('Type', 40),
      lookup('PermissionSetGroupId', 'PermissionSetGroup'),
      field('IsOwnedByProfile', 'Checkbox'),
      field('IsCustom', 'Checkbox'),
    ]),
    settingObject('PermissionSetGroup', '0PG', [...plain, text('DeveloperName', 80), text('MasterLabel', 80), text('Status', 40)]),
    settingObject('PermissionSetAssignment', '0Pa', [
      ...plain,
      lookup('PermissionSetId', 'PermissionSet', 'Assignments'),
      lookup('PermissionSetGroupId', 'PermissionSetGroup', 'Assignments'),
      lookup('AssigneeId', 'User', 'PermissionSetAssignments', { required: true }),
    ]),
    settingObject('CustomPermission', '0CP', [...plain, text('DeveloperName', 80), text('MasterLabel', 80)]),
    settingObject('CustomNotificationType', '0ML', [
      ...plain,
      text('CustomNotifTypeName', 80),
      text('DeveloperName', 80),
      text('MasterLabel', 80),
      field('Desktop', 'Checkbox'),
      field('Mobile', 'Checkbox'),
    ]),
    ...(features.multiCurrency
      ? [
          settingObject('CurrencyType', '01L', [
            ...plain,
            text('IsoCode', 3),
            field('IsActive', 'Checkbox'),
            field('IsCorporate', 'Checkbox'),
            field('ConversionRate', 'Number', { precision: 18, scale: 6 }),
            field('DecimalPlaces', 'Number', { precision: 1, scale: 0 }),
          ]),
        ]
      : []),
    settingObject(
      'UserRecordAccess',
      '0Ua',
      [
        text('Id', 18),
        text('RecordId', 18),
        text('UserId', 18),
        ...of('Checkbox', 'HasReadAccess', 'HasEditAccess', 'HasDeleteAccess', 'HasTransferAccess', 'HasAllAccess'),
        text('MaxAccessLevel', 20),
      ],
      { computed: true },
    ),
    settingObject(
      'FieldPermissions',
      '01k',
      [
        lookup('ParentId', 'PermissionSet'),
        text('SobjectType', 40),
        text('Field', 120),
        ...of('Checkbox', 'PermissionsRead', 'PermissionsEdit'),
      ],
      { computed: true },
    ),
    settingObject(
      'ObjectPermissions',
      '110',
      [
        lookup('ParentId', 'PermissionSet'),
        text('SobjectType', 40),
        ...of('Checkbox', 'PermissionsRead', 'PermissionsCreate', 'PermissionsEdit', 'PermissionsDelete'),
        ...of('Checkbox', 'PermissionsViewAllRecords', 'PermissionsModifyAllRecords'),
      ],
      { computed: true },
    ),
    settingObject('FlowDefinitionView', '3dd', [text('ApiName', 80), text('ActiveVersionId', 100), field('IsActive', 'Checkbox')], {
      computed: true,
    }),
  ];
}
