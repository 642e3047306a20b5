/** CustomField → the org's field, with the rules of Salesforce package §3, §4 and §9. */
import { isEventFieldType } from './bus-schema.ts';
import { formulaProblems } from './formula.ts';
import { child, flagOf, MetadataProblem, numberOf, requiredText, textOf, type XmlElement } from './metadata-xml.ts';
import { referenceType } from './record-formula.ts';
import type { Apply, Component, DeployContext, StoredComponent } from './deploy-model.ts';
import type { FieldDefinition, FieldType, ObjectDefinition } from './schema-model.ts';
import { picklistFrom, relationship } from './deploy-field-parts.ts';

const FIELD_TYPES: ReadonlySet<string> = new Set([
  'Text',
  'TextArea',
  'LongTextArea',
  'Html',
  'Picklist',
  'MultiselectPicklist',
  'Checkbox',
  'Number',
  'Currency',
  'Percent',
  'Date',
  'DateTime',
  'Time',
  'Url',
  'Email',
  'Phone',
  'AutoNumber',
  'Lookup',
  'MasterDetail',
  'MetadataRelationship',
]);

const METADATA_FIELD_TYPES: ReadonlySet<string> = new Set([
  'Checkbox',
  'Date',
  'DateTime',
  'Email',
  'Number',
  'Percent',
  'Phone',
  'Picklist',
  'Text',
  'TextArea',
  'LongTextArea',
  'Url',
  'MetadataRelationship',
]);

const EXTERNAL_ID_TYPES: ReadonlySet<string> = new Set(['Text', 'Number', 'Email', 'AutoNumber']);

/** All long texts of an object share this many characters (Salesforce package §3). */
const LONG_TEXT_TOTAL = 1_638_400;

export const applyField: Apply = (component, context) => {
  const [objectName = '', fieldName = ''] = component.fullName.split('.');
  const object = context.state.schema.object(objectName);
  if (!object) throw new MetadataProblem(`Entity of type 'CustomObject' named '${objectName}' cannot be found`, component.root);
  const before = context.state.schema.field(objectName, fieldName);
  if (!fieldName.endsWith('__c')) {
    if (!before)
      throw new MetadataProblem(
        `The field ${component.fullName} does not exist and a new field needs a name ending in __c`,
        component.root,
      );
    // Standard fields take help texts and labels only; the simulated org keeps its own.
    return;
  }
  const field = fieldFrom(component, object, context);
  if (before && before.type !== field.type) refuseTypeChange(component, before, field);
  context.state.schema.putField(object.name, field);
  if (field.formula !== undefined) {
    const current = context.state.schema.object(objectName) as ObjectDefinition;
    const problems = formulaProblems(field.formula, 'formula-field', (path) => referenceType(context.state, current, path));
    if (problems[0] !== undefined) throw new MetadataProblem(`Error: ${problems[0]}`, child(component.root, 'formula') ?? component.root);
  }
};

function refuseTypeChange(component: Component, before: FieldDefinition, after: FieldDefinition): void {
  const texts: readonly FieldType[] = ['Text', 'TextArea', 'LongTextArea', 'Url', 'Email', 'Phone', 'Picklist', 'AutoNumber'];
  if (texts.includes(before.type) && texts.includes(after.type)) return;
  throw new MetadataProblem(`Cannot change field type from ${before.type} to ${after.type}`, component.root);
}

function fieldFrom(component: Component, object: ObjectDefinition, context: DeployContext): FieldDefinition {
  const { root } = component;
  const name = component.fullName.split('.')[1] ?? '';
  const type = requiredText(root, 'type');
  if (!FIELD_TYPES.has(type))
    throw new MetadataProblem(`The simulated org does not know field type '${type}' (${component.fullName}).`, child(root, 'type'));
  checkName(name, component);
  checkAllowed(root, type, object, component, context);
  const label = requiredText(root, 'label');
  if (label.length > 40) throw new MetadataProblem(`Label is too long: ${label.length} characters, at most 40`, child(root, 'label'));
  tooLong(root, 'description', 1_000);
  tooLong(root, 'inlineHelpText', 510);
  const formula = textOf(root, 'formula');
  const picklist = formula === null && (type === 'Picklist' || type === 'MultiselectPicklist') ? picklistFrom(root, component) : undefined;
  const defaultValue = textOf(root, 'defaultValue');
  const lookup = type === 'Lookup' || type === 'MasterDetail' || type === 'MetadataRelationship';
  return {
    name,
    label,
    type: type as FieldType,
    custom: true,
    ...(formula === null ? sizeOf(root, type, object, context) : {}),
    ...numbers(root, type),
    ...(type === 'MasterDetail' || flagOf(root, 'required') ? { required: true } : {}),
    ...(flagOf(root, 'unique') ? { unique: true } : {}),
    ...(flagOf(root, 'externalId') ? { externalId: true } : {}),
    ...(flagOf(root, 'caseSensitive') ? { caseSensitive: true } : {}),
    ...(defaultValue === null || defaultValue === '' ? {} : { defaultValue }),
    ...(picklist ? { picklist } : {}),
    ...(formula === null
      ? {}
      : { formula, treatBlanksAsZero: textOf(root, 'formulaTreatBlanksAs') !== 'BlankAsBlank', createable: false, updateable: false }),
    ...(type === 'AutoNumber' ? { displayFormat: textOf(root, 'displayFormat') ?? '{0}', createable: false, updateable: false } : {}),
    ...(lookup ? relationship(component, object, context) : {}),
    ...(type === 'LongTextArea' || type === 'Html' || type === 'MultiselectPicklist' ? { sortable: false } : {}),
    ...(type === 'LongTextArea' || type === 'Html' ? { filterable: false } : {}),
    ...(textOf(root, 'description') === null ? {} : { description: textOf(root, 'description') ?? '' }),
    ...(textOf(root, 'inlineHelpText') === null ? {} : { inlineHelpText: textOf(root, 'inlineHelpText') ?? '' }),
  };
}

function checkName(name: string, component: Component): void {
  const bare = name.slice(0, -'__c'.length);
  if (bare.length > 40 || !/^[A-Za-z](?:_?[A-Za-z0-9])*$/.test(bare)) {
    throw new MetadataProblem(
      `The field name '${name}' may hold letters, digits and single underscores, begins with a letter and has at most 40 characters before __c`,
      component.root,
    );
  }
}

function checkAllowed(root: XmlElement, type: string, object: ObjectDefinition, component: Component, context: DeployContext): void {
  const refuse = (message: string, element = 'type'): never => {
    throw new MetadataProblem(message, child(root, element) ?? root);
  };
  const formula = child(root, 'formula') !== undefined;
  if (object.kind === 'event') {
    if (!isEventFieldType(type) || ['Currency', 'Percent', 'TextArea'].includes(type))
      refuse(`Field type ${type} is not allowed on a platform event (${component.fullName})`);
    for (const element of ['externalId', 'unique', 'formula']) {
      if (textOf(root, element) !== null && textOf(root, element) !== 'false')
        refuse(`${element} is not allowed on a field of a platform event`, element);
    }
  }
  if (object.kind === 'metadata' && !METADATA_FIELD_TYPES.has(type))
    refuse(`Field type ${type} is not allowed on a custom metadata type (${component.fullName})`);
  if (object.kind !== 'metadata' && type === 'MetadataRelationship')
    refuse('Metadata relationship fields exist on custom metadata types only');
  if (object.kind !== 'metadata' && child(root, 'fieldManageability'))
    refuse('fieldManageability exists on custom metadata types only', 'fieldManageability');
  if (type === 'Checkbox' && !formula && child(root, 'defaultValue') === undefined)
    refuse(`A default value is required for the Checkbox field ${component.fullName}`);
  if (type === 'Checkbox' && flagOf(root, 'required')) refuse('Can not specify required for a CustomField of type Checkbox', 'required');
  if (type === 'LongTextArea') {
    for (const element of ['required', 'unique', 'externalId']) {
      if (textOf(root, element) === 'true') refuse(`Can not specify '${element}' for a CustomField of type LongTextArea`, element);
    }
  }
  if (textOf(root, 'externalId') === 'true' && !EXTERNAL_ID_TYPES.has(type))
    refuse(`Can not specify 'externalId' for a CustomField of type ${type}`, 'externalId');
  if (type === 'MasterDetail') {
    for (const element of ['required', 'deleteConstraint', 'lookupFilter']) {
      if (child(root, element) && textOf(root, element) !== 'false')
        refuse(`Can not specify '${element}' for a CustomField of type MasterDetail`, element);
    }
  }
  if ((type === 'Url' || type === 'Checkbox' || type === 'Date' || type === 'DateTime') && child(root, 'length')) {
    refuse(`Can not specify 'length' for a CustomField of type ${type}`, 'length');
  }
  const objectFile = context.state.schema.component('CustomObject', object.name)?.definition as StoredComponent | undefined;
  if (textOf(root, 'trackHistory') === 'true' && (!objectFile || !flagOf(objectFile.root, 'enableHistory'))) {
    refuse(`Field history is not switched on for ${object.name}; leave trackHistory out`, 'trackHistory');
  }
}

function tooLong(root: XmlElement, element: string, most: number): void {
  const length = (textOf(root, element) ?? '').length;
  if (length > most) throw new MetadataProblem(`Value too long for field: ${element} maximum length is:${most}`, child(root, element));
}

function sizeOf(root: XmlElement, type: string, object: ObjectDefinition, context: DeployContext): Partial<FieldDefinition> {
  const length = numberOf(root, 'length');
  const lines = numberOf(root, 'visibleLines');
  switch (type) {
    case 'Text':
      if (length === null) throw new MetadataProblem("Must specify 'length' for a CustomField of type Text", child(root, 'type'));
      if (length < 1 || length > 255) throw new MetadataProblem('Field Length must be between 1 and 255', child(root, 'length'));
      return { length };
    case 'LongTextArea':
    case 'Html': {
      if (length === null) throw new MetadataProblem(`Must specify 'length' for a CustomField of type ${type}`, child(root, 'type'));
      if (length < 256 || length > 131_072) throw new MetadataProblem('Field Length must be between 256 and 131072', child(root, 'length'));
      if (lines === null || lines < 2)
        throw new MetadataProblem("Must specify 'visibleLines' of at least 2 for a long text area", child(root, 'type'));
      const name = textOf(root, 'fullName') ?? '';
      const others = [...object.fields.values()].filter((field) => field.type === 'LongTextArea' && field.name !== name);
      const total = others.reduce((sum, field) => sum + (field.length ?? 0), length);
      if (context.state.schema.object(object.name) && total > LONG_TEXT_TOTAL) {
        throw new MetadataProblem(
          `The long text areas of ${object.name} would hold more than ${LONG_TEXT_TOTAL} characters`,
          child(root, 'length'),
        );
      }
      return { length, visibleLines: lines };
    }
    case 'TextArea':
    case 'Url':
      return { length: 255 };
    case 'Email':
      return { length: 80 };
    case 'Phone':
      return { length: 40 };
    case 'Picklist':
      return { length: 255 };
    default:
      return {};
  }
}

function numbers(root: XmlElement, type: string): Partial<FieldDefinition> {
  if (type !== 'Number' && type !== 'Currency' && type !== 'Percent') return {};
  const precision = numberOf(root, 'precision') ?? 18;
  const scale = numberOf(root, 'scale');
  if (scale === null || child(root, 'precision') === undefined) {
    if (child(root, 'formula') === undefined)
      throw new MetadataProblem(`Must specify 'precision' and 'scale' for a CustomField of type ${type}`, child(root, 'type'));
  }
  if (precision > 18 || (scale ?? 0) > precision)
    throw new MetadataProblem('Precision must be at most 18 and not less than scale', child(root, 'precision'));
  return { precision, scale: scale ?? 0 };
}
