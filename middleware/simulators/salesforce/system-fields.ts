/** Fields every object of a kind has, and small builders for field definitions. */
import type { FieldDefinition, FieldType, ObjectDefinition } from './schema-model.ts';

const readOnly = { createable: false, updateable: false, permissionable: false } as const;

/** A standard field. */
export const standardField = (name: string, type: FieldType, extra: Partial<FieldDefinition> = {}): FieldDefinition => ({
  name,
  label: name.replace(/Id$/, ' ID').replace(/([a-z])([A-Z])/g, '$1 $2'),
  type,
  custom: false,
  permissionable: true,
  ...extra,
});

const idField = standardField('Id', 'Id', { ...readOnly, label: 'Record ID' });
const user = { referenceTo: ['User'], relationshipName: '' } as const;

const stamps: readonly FieldDefinition[] = [
  standardField('IsDeleted', 'Checkbox', { ...readOnly, label: 'Deleted' }),
  standardField('CreatedDate', 'DateTime', readOnly),
  standardField('CreatedById', 'Lookup', { ...readOnly, ...user, relationshipName: 'CreatedBy' }),
  standardField('LastModifiedDate', 'DateTime', readOnly),
  standardField('LastModifiedById', 'Lookup', { ...readOnly, ...user, relationshipName: 'LastModifiedBy' }),
  standardField('SystemModstamp', 'DateTime', readOnly),
];

const owner = standardField('OwnerId', 'Lookup', {
  referenceTo: ['User'],
  relationshipName: 'Owner',
  label: 'Owner ID',
  permissionable: false,
});

/**
 * @param kind `custom` has owner and stamps; `detail` (a master-detail child) and `plain` have no owner; `event` and `metadata` their own few.
 */
export function systemFields(kind: 'custom' | 'detail' | 'plain' | 'event' | 'metadata'): FieldDefinition[] {
  switch (kind) {
    case 'custom':
      return [idField, owner, ...stamps];
    case 'detail':
    case 'plain':
      return [idField, ...stamps];
    case 'event':
      return [
        standardField('ReplayId', 'Text', { ...readOnly, length: 1000 }),
        standardField('EventUuid', 'Text', { ...readOnly, length: 36 }),
        standardField('CreatedDate', 'DateTime', readOnly),
        standardField('CreatedById', 'Lookup', { ...readOnly, ...user, relationshipName: 'CreatedBy' }),
      ];
    case 'metadata':
      return [
        idField,
        standardField('DeveloperName', 'Text', { ...readOnly, length: 40 }),
        standardField('MasterLabel', 'Text', { ...readOnly, length: 40 }),
        standardField('Label', 'Text', { ...readOnly, length: 40 }),
        standardField('Language', 'Text', { ...readOnly, length: 40 }),
        standardField('NamespacePrefix', 'Text', { ...readOnly, length: 15 }),
        standardField('QualifiedApiName', 'Text', { ...readOnly, length: 70 }),
        standardField('SystemModstamp', 'DateTime', readOnly),
      ];
  }
}

/** Fields as the object definition wants them. */
export const fieldMap = (fields: readonly FieldDefinition[]): ReadonlyMap<string, FieldDefinition> =>
  new Map(fields.map((field) => [field.name, field]));

/** An object definition with the usual empty parts. */
export function objectDefinition(
  given: Pick<ObjectDefinition, 'name' | 'label' | 'pluralLabel' | 'kind' | 'keyPrefix'> & {
    readonly fields: readonly FieldDefinition[];
  } & Partial<Omit<ObjectDefinition, 'fields'>>,
): ObjectDefinition {
  return {
    nameField: given.fields.some((field) => field.name === 'Name') ? 'Name' : null,
    sharingModel: 'ReadWrite',
    recordTypes: new Map(),
    validationRules: new Map(),
    ...given,
    fields: fieldMap(given.fields),
  };
}
