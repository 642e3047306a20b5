/** Custom metadata records: the fields exist, the values fit (Salesforce package §9). */
import { child, childrenOf, flagOf, MetadataProblem, requiredText, type XmlElement } from './metadata-xml.ts';
import type { DraftRecord, FieldDefinition, FieldValue } from './schema-model.ts';
import type { Apply } from './deploy-model.ts';
import { isRealDate, parseTime } from './wire-time.ts';

/** XML schema type → field types it may fill. */
const FITS: { readonly [type: string]: readonly string[] } = {
  'xsd:string': ['Text', 'TextArea', 'LongTextArea', 'Picklist', 'Url', 'Email', 'Phone', 'MetadataRelationship'],
  'xsd:boolean': ['Checkbox'],
  'xsd:double': ['Number', 'Percent'],
  'xsd:int': ['Number', 'Percent'],
  'xsd:date': ['Date'],
  'xsd:dateTime': ['DateTime'],
  'xsd:picklist': ['Picklist'],
};

export const applyCustomMetadata: Apply = ({ fullName, root }, { state }) => {
  const [typeName = '', recordName = ''] = fullName.split('.');
  const type = state.schema.object(`${typeName}__mdt`);
  if (!type) throw new MetadataProblem(`In field: fullName - no CustomObject named ${typeName}__mdt found`, root);
  if (recordName.length > 40 || !/^[A-Za-z](?:_?[A-Za-z0-9])*$/.test(recordName))
    throw new MetadataProblem(`The record name '${recordName}' is not valid`, root);
  const label = requiredText(root, 'label');
  if (label.length > 40) throw new MetadataProblem(`Label is too long: ${label.length} characters, at most 40`, child(root, 'label'));
  flagOf(root, 'protected');
  const values: DraftRecord = {};
  for (const entry of childrenOf(root, 'values')) {
    const name = requiredText(entry, 'field');
    const field = type.fields.get(name);
    if (!field?.custom) throw new MetadataProblem(`Unable to find custom field ${name} on custom metadata type ${type.name}`, entry);
    if (name in values) throw new MetadataProblem(`Field ${name} has more than one value`, entry);
    const value = child(entry, 'value');
    values[name] = value ? valueOf(value, field) : null;
  }
  for (const field of type.fields.values()) {
    if (field.custom && field.required === true && (values[field.name] ?? null) === null)
      throw new MetadataProblem(`Required field is missing: ${field.name}`, root);
    if (field.custom && !(field.name in values)) values[field.name] = field.type === 'Checkbox' ? field.defaultValue === 'true' : null;
  }
  state.putCustomMetadata(type.name, recordName, label, values);
};

function valueOf(element: XmlElement, field: FieldDefinition): FieldValue {
  if (element.attributes['xsi:nil'] === 'true') return field.type === 'Checkbox' ? false : null;
  const type = element.attributes['xsi:type'] ?? '';
  const { text } = element;
  const refuse = (message: string): never => {
    throw new MetadataProblem(`${field.name}: ${message}`, element);
  };
  if (!FITS[type]) refuse(`the simulated org does not know the type '${type}'`);
  if (!FITS[type]?.includes(field.type)) refuse(`a value of type ${type} can't be stored in a field of type ${field.type}`);
  switch (field.type) {
    case 'Checkbox':
      return text === 'true' || text === 'false' ? text === 'true' : refuse(`'${text}' is neither true nor false`);
    case 'Number':
    case 'Percent': {
      const number = Number(text);
      if (text === '' || Number.isNaN(number)) return refuse(`'${text}' is no number`);
      const whole = (field.precision ?? 18) - (field.scale ?? 0);
      if (Math.abs(number) >= 10 ** whole) return refuse(`value outside of valid range: ${text}`);
      return number;
    }
    case 'Date':
      return isRealDate(text) ? text : refuse(`'${text}' is no date`);
    case 'DateTime':
      return parseTime(text) === null ? refuse(`'${text}' is no date and time`) : text;
    case 'Picklist':
      if (field.picklist?.restricted === true && text !== '' && !field.picklist.values.some((one) => one.value === text))
        refuse(`bad value for restricted picklist field: ${text}`);
      return text === '' ? null : text;
    default:
      if (field.length !== undefined && text.length > field.length)
        refuse(`data value too large: ${text.slice(0, 40)} (max length=${field.length})`);
      return text === '' ? null : text;
  }
}
