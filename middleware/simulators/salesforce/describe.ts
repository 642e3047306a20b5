/** Describe results as `GET /sobjects/X/describe` gives them: only what the caller may see. */
import type { Access } from './access.ts';
import type { Org } from './org.ts';
import type { FieldDefinition, FieldType, ObjectDefinition } from './schema-model.ts';

const wireTypes: { readonly [type in FieldType]: readonly [type: string, soapType: string] } = {
  Id: ['id', 'tns:ID'],
  Text: ['string', 'xsd:string'],
  TextArea: ['textarea', 'xsd:string'],
  LongTextArea: ['textarea', 'xsd:string'],
  Html: ['textarea', 'xsd:string'],
  Picklist: ['picklist', 'xsd:string'],
  MultiselectPicklist: ['multipicklist', 'xsd:string'],
  Checkbox: ['boolean', 'xsd:boolean'],
  Number: ['double', 'xsd:double'],
  Currency: ['currency', 'xsd:double'],
  Percent: ['percent', 'xsd:double'],
  Date: ['date', 'xsd:date'],
  DateTime: ['datetime', 'xsd:dateTime'],
  Time: ['time', 'xsd:time'],
  Url: ['url', 'xsd:string'],
  Email: ['email', 'xsd:string'],
  Phone: ['phone', 'xsd:string'],
  AutoNumber: ['string', 'xsd:string'],
  Lookup: ['reference', 'tns:ID'],
  MasterDetail: ['reference', 'tns:ID'],
  MetadataRelationship: ['reference', 'tns:ID'],
};

export const wireType = (field: FieldDefinition): string =>
  !field.custom && field.type === 'Number' && (field.scale ?? 0) === 0 ? 'int' : wireTypes[field.type][0];

export function describeGlobal(org: Org, access: Access, version: string): unknown {
  return {
    encoding: 'UTF-8',
    maxBatchSize: 200,
    sobjects: org.state.schema
      .objects()
      .filter((object) => access.object(object).read || access.object(object).create)
      .map((object) => objectSummary(access, object, version)),
  };
}

export function objectSummary(access: Access, object: ObjectDefinition, version: string): { readonly [name: string]: unknown } {
  const rights = access.object(object);
  const base = `/services/data/${version}/sobjects/${object.name}`;
  const isRow = object.kind !== 'event';
  return {
    activateable: false,
    createable: rights.create,
    custom: object.kind !== 'standard' && object.kind !== 'setting',
    customSetting: false,
    deletable: isRow && rights.delete,
    deprecatedAndHidden: false,
    feedEnabled: false,
    hasSubtypes: false,
    isSubtype: false,
    keyPrefix: object.keyPrefix,
    label: object.label,
    labelPlural: object.pluralLabel,
    layoutable: object.kind === 'standard' || object.kind === 'custom',
    mergeable: false,
    mruEnabled: false,
    name: object.name,
    queryable: isRow,
    replicateable: isRow,
    retrieveable: isRow,
    searchable: object.kind === 'standard',
    triggerable: object.kind !== 'metadata',
    undeletable: isRow && rights.delete,
    updateable: isRow && rights.edit,
    urls: { rowTemplate: `${base}/{ID}`, describe: `${base}/describe`, sobject: base },
  };
}

export function describeObject(org: Org, access: Access, object: ObjectDefinition, version: string): unknown {
  const fields = [...object.fields.values()].filter((field) => object.kind === 'event' || access.canReadField(object, field));
  return {
    ...objectSummary(access, object, version),
    fields: fields.map((field) => describeField(access, object, field)),
    childRelationships: org.state.schema.childRelationships(object.name).map((one) => ({
      cascadeDelete: one.field.type === 'MasterDetail' || one.field.deleteConstraint === 'Cascade',
      childSObject: one.childObject,
      deprecatedAndHidden: false,
      field: one.field.name,
      relationshipName: one.name,
      restrictedDelete: one.field.deleteConstraint === 'Restrict',
    })),
    recordTypeInfos: [
      ...org.state
        .rows('RecordType')
        .filter((row) => row['SobjectType'] === object.name)
        .map((row) => ({
          active: row['IsActive'],
          available: true,
          defaultRecordTypeMapping: false,
          developerName: row['DeveloperName'],
          master: false,
          name: row['Name'],
          recordTypeId: row['Id'],
          urls: {},
        })),
      {
        active: true,
        available: true,
        defaultRecordTypeMapping: true,
        developerName: 'Master',
        master: true,
        name: 'Master',
        recordTypeId: '012000000000000AAA',
        urls: {},
      },
    ],
  };
}

function describeField(access: Access, object: ObjectDefinition, field: FieldDefinition): { readonly [name: string]: unknown } {
  const rights = access.object(object);
  const editable = access.canEditField(object, field);
  const long = field.type === 'LongTextArea' || field.type === 'Html';
  const computed = field.formula !== undefined;
  const text =
    field.length ?? (field.picklist ? 255 : field.referenceTo || field.type === 'Id' ? 18 : field.type === 'AutoNumber' ? 30 : 0);
  return {
    aggregatable: !long,
    autoNumber: field.type === 'AutoNumber',
    byteLength: text * 3,
    calculated: computed,
    calculatedFormula: field.formula ?? null,
    cascadeDelete: field.type === 'MasterDetail',
    caseSensitive: field.caseSensitive ?? false,
    compoundFieldName: field.permissionName !== undefined && field.permissionName !== field.name ? field.permissionName : null,
    createable: rights.create && editable && field.createable !== false,
    custom: field.custom,
    defaultValue: field.type === 'Checkbox' ? field.defaultValue === 'true' : null,
    defaultValueFormula: field.type === 'Checkbox' ? null : (field.defaultValue ?? null),
    defaultedOnCreate:
      field.type === 'Checkbox' || field.defaultValue !== undefined || field.name === 'OwnerId' || field.createable === false,
    deprecatedAndHidden: false,
    digits: 0,
    externalId: field.externalId ?? false,
    extraTypeInfo: long ? 'plaintextarea' : null,
    filterable: !long,
    groupable: !long && !computed && field.type !== 'DateTime',
    htmlFormatted: field.type === 'Html',
    idLookup: field.type === 'Id' || (field.externalId ?? false),
    inlineHelpText: field.inlineHelpText ?? null,
    label: field.label,
    length: text,
    mask: null,
    name: field.name,
    nameField: field.name === object.nameField,
    namePointing: false,
    nillable: !(field.required ?? false) && field.type !== 'Checkbox' && field.type !== 'MasterDetail' && field.type !== 'Id',
    permissionable:
      field.permissionable !== false &&
      !(field.custom && (field.required || field.type === 'MasterDetail')) &&
      field.name !== object.nameField,
    picklistValues: (field.picklist?.values ?? []).map((one) => ({
      active: one.active,
      defaultValue: one.isDefault,
      label: one.label,
      validFor: null,
      value: one.value,
    })),
    precision: field.precision ?? 0,
    referenceTo: field.referenceTo ?? [],
    relationshipName: field.relationshipName ?? null,
    relationshipOrder: field.type === 'MasterDetail' ? 0 : null,
    restrictedDelete: field.deleteConstraint === 'Restrict',
    restrictedPicklist: field.picklist?.restricted ?? false,
    scale: field.scale ?? 0,
    soapType: wireTypes[field.type][1],
    sortable: !long,
    type: wireType(field),
    unique: field.unique ?? false,
    updateable: rights.edit && editable && field.updateable !== false,
    writeRequiresMasterRead: field.writeRequiresMasterRead ?? false,
  };
}
