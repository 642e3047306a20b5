/** Short ways to write the fields of standard objects. */
import type { FieldDefinition, FieldType, PicklistValue } from './schema-model.ts';
import { standardField as field } from './system-fields.ts';

export const picklist = (values: readonly string[], restricted = false, first = false): Pick<FieldDefinition, 'picklist'> => ({
  picklist: {
    restricted,
    values: values.map((value, index): PicklistValue => ({ value, label: value, active: true, isDefault: first && index === 0 })),
  },
});
export const readOnly = { createable: false, updateable: false } as const;
export const always = { permissionable: false } as const;
export const lookup = (
  name: string,
  target: string,
  childRelationshipName?: string,
  extra: Partial<FieldDefinition> = {},
): FieldDefinition =>
  field(name, 'Lookup', {
    referenceTo: [target],
    relationshipName: name.replace(/Id$/, ''),
    deleteConstraint: 'SetNull',
    ...(childRelationshipName === undefined ? {} : { childRelationshipName }),
    ...extra,
  });
export const text = (name: string, length: number, extra: Partial<FieldDefinition> = {}): FieldDefinition =>
  field(name, 'Text', { length, ...extra });
export const of = (type: FieldType, ...names: string[]): FieldDefinition[] => names.map((name) => field(name, type));
export const nameField = (length: number): FieldDefinition => text('Name', length, { required: true, ...always });
