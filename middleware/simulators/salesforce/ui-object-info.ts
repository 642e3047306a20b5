/** Object info and picklist values per record type, as the page and the health check read them. */
import type { Access } from './access.ts';
import { ApiError } from './org-errors.ts';
import type { Call, Org } from './org.ts';
import type { FieldDefinition, ObjectDefinition, PicklistValue } from './schema-model.ts';
import { wireType } from './describe.ts';

/** The id the platform gives to "no record type". */
export const masterRecordType = '012000000000000AAA';

const dataTypes: { readonly [type: string]: string } = {
  string: 'String',
  textarea: 'TextArea',
  picklist: 'Picklist',
  multipicklist: 'MultiPicklist',
  boolean: 'Boolean',
  double: 'Double',
  int: 'Int',
  currency: 'Currency',
  percent: 'Percent',
  date: 'Date',
  datetime: 'DateTime',
  time: 'Time',
  url: 'Url',
  email: 'Email',
  phone: 'Phone',
  reference: 'Reference',
  id: 'Reference',
};

export function objectInfo(org: Org, access: Access, object: ObjectDefinition, version: string): unknown {
  const rights = access.object(object);
  const fields = [...object.fields.values()].filter((field) => access.canReadField(object, field));
  return {
    apiName: object.name,
    associateEntityType: null,
    childRelationships: org.state.schema.childRelationships(object.name).map((one) => ({
      childObjectApiName: one.childObject,
      fieldName: one.field.name,
      junctionIdListNames: [],
      junctionReferenceTo: [],
      relationshipName: one.name,
    })),
    createable: rights.create,
    custom: object.kind === 'custom',
    defaultRecordTypeId: masterRecordType,
    deletable: rights.delete,
    dependentFields: {},
    eTag: `${object.name}-${org.state.schema.version()}`,
    feedEnabled: false,
    fields: Object.fromEntries(fields.map((field) => [field.name, fieldInfo(access, object, field)])),
    keyPrefix: object.keyPrefix,
    label: object.label,
    labelPlural: object.pluralLabel,
    layoutable: true,
    mruEnabled: false,
    nameFields: object.nameField === null ? [] : [object.nameField],
    queryable: true,
    recordTypeInfos: recordTypeInfos(org, object),
    searchable: object.kind === 'standard',
    themeInfo: { color: 'FCB95B', iconUrl: `/img/icon/${version}/${object.name.toLowerCase()}_120.png` },
    updateable: rights.edit,
  };
}

function recordTypeInfos(org: Org, object: ObjectDefinition): { readonly [id: string]: unknown } {
  const info = (recordTypeId: string, name: string, master: boolean): unknown => ({
    available: true,
    defaultRecordTypeMapping: master,
    master,
    name,
    recordTypeId,
  });
  return {
    [masterRecordType]: info(masterRecordType, 'Master', true),
    ...Object.fromEntries(
      org.state
        .rows('RecordType')
        .filter((row) => row['SobjectType'] === object.name && row['IsActive'] === true)
        .map((row) => [String(row['Id']), info(String(row['Id']), String(row['Name']), false)]),
    ),
  };
}

function fieldInfo(access: Access, object: ObjectDefinition, field: FieldDefinition): unknown {
  const rights = access.object(object);
  const editable = access.canEditField(object, field);
  return {
    apiName: field.name,
    calculated: field.formula !== undefined,
    compound: false,
    compoundComponentName: null,
    compoundFieldName: field.permissionName ?? null,
    controllerName: null,
    controllingFields: [],
    createable: rights.create && editable && field.createable !== false,
    custom: field.custom,
    dataType: dataTypes[wireType(field)] ?? 'String',
    extraTypeInfo: null,
    filterable: field.type !== 'LongTextArea',
    htmlFormatted: field.type === 'Html',
    inlineHelpText: field.inlineHelpText ?? null,
    label: field.label,
    length: field.length ?? 0,
    nameField: field.name === object.nameField,
    polymorphicForeignKey: false,
    precision: field.precision ?? 0,
    reference: field.referenceTo !== undefined,
    referenceTargetField: null,
    referenceToInfos: (field.referenceTo ?? []).map((apiName) => ({ apiName, nameFields: ['Name'] })),
    relationshipName: field.relationshipName ?? null,
    required: field.required ?? field.type === 'MasterDetail',
    scale: field.scale ?? 0,
    searchPrefilterable: false,
    sortable: field.type !== 'LongTextArea',
    unique: field.unique ?? false,
    updateable: rights.edit && editable && field.updateable !== false,
  };
}

/** One field's values, or all picklists of the object, for one record type. */
export function picklistValues(
  org: Org,
  call: Call,
  object: ObjectDefinition,
  recordTypeId: string,
  fieldName: string | undefined,
): unknown {
  const available = availableValues(org, object, recordTypeId);
  const print = (field: FieldDefinition): unknown => {
    const values = available(field);
    const shown = (one: PicklistValue): unknown => ({ attributes: null, label: one.label, validFor: [], value: one.value });
    const standard = values.find((one) => one.isDefault);
    return {
      controllerValues: {},
      defaultValue: standard ? shown(standard) : null,
      eTag: `${field.name}-${org.state.schema.version()}`,
      url: `/services/data/${call.version}/ui-api/object-info/${object.name}/picklist-values/${recordTypeId}/${field.name}`,
      values: values.map(shown),
    };
  };
  const fields = [...object.fields.values()].filter((field) => field.picklist && call.access.canReadField(object, field));
  if (fieldName === undefined)
    return {
      eTag: `${object.name}-${org.state.schema.version()}`,
      picklistFieldValues: Object.fromEntries(fields.map((field) => [field.name, print(field)])),
    };
  const field = fields.find((one) => one.name.toLowerCase() === fieldName.toLowerCase());
  if (!field) throw new ApiError(400, 'INVALID_FIELD', `${fieldName} is no picklist of ${object.name} or can't be seen by this user.`);
  return print(field);
}

function availableValues(org: Org, object: ObjectDefinition, recordTypeId: string): (field: FieldDefinition) => readonly PicklistValue[] {
  const active = (field: FieldDefinition): readonly PicklistValue[] => (field.picklist?.values ?? []).filter((one) => one.active);
  if (recordTypeId === masterRecordType) return active;
  const row = org.state.record(recordTypeId);
  const recordType = row?.['SobjectType'] === object.name ? object.recordTypes.get(String(row['DeveloperName'])) : undefined;
  if (!recordType) throw new ApiError(404, 'INVALID_TYPE', `The record type ${recordTypeId} does not exist on ${object.name}.`);
  return (field) => {
    const listed = recordType.picklists[field.name];
    // A standard picklist that the record type does not mention keeps all its values; a custom one has none until an admin adds them.
    if (listed === undefined) return field.custom && !org.switches.newPicklistInExistingRecordTypes ? [] : active(field);
    return active(field).filter((one) => listed.includes(one.value));
  };
}
