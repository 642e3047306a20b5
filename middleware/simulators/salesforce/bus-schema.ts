/**
 * Avro schemas of platform events, derived from their definitions (Salesforce APIs §2.6).
 */
import { createHash } from 'node:crypto';
import avro from 'avsc';

/** A field of a platform event, with its Salesforce type. */
export interface EventField {
  readonly name: string;
  /** Checkbox, Date, DateTime, Number, Text, LongTextArea (Salesforce package §4). */
  readonly type: string;
  readonly required: boolean;
}

/** A platform event as deployed. */
export interface EventDefinition {
  /** API name with `__e`. */
  readonly name: string;
  readonly fields: readonly EventField[];
}

/** What a subscriber gets from GetSchema, and the means to write a payload. */
export interface EventSchema {
  /** Fingerprint: changes when the definition changes. */
  readonly id: string;
  readonly json: string;
  encode(values: { readonly [field: string]: unknown }): Uint8Array;
  /** Throws when the payload does not fit the schema. */
  decode(payload: Uint8Array): { readonly [field: string]: unknown };
}

const AVRO_TYPES: { readonly [salesforceType: string]: string } = {
  Checkbox: 'boolean',
  Date: 'long',
  DateTime: 'long',
  Number: 'double',
  Currency: 'double',
  Percent: 'double',
  Text: 'string',
  TextArea: 'string',
  LongTextArea: 'string',
};

/** True for the field types an event may have. */
export const isEventFieldType = (type: string): boolean => type in AVRO_TYPES;

/** CreatedDate and CreatedById first, then each field as a union with null. Fields go by name, so that order of deployment does not matter. */
export function eventSchema(definition: EventDefinition): EventSchema {
  const fields = [...definition.fields].sort((a, b) => (a.name < b.name ? -1 : 1));
  const json = JSON.stringify({
    name: definition.name,
    namespace: 'com.sforce.eventbus',
    type: 'record',
    fields: [
      { name: 'CreatedDate', type: 'long', doc: 'CreatedDate:DateTime' },
      { name: 'CreatedById', type: 'string', doc: 'CreatedBy:EntityId' },
      ...fields.map(({ name, type }) => ({ name, type: ['null', AVRO_TYPES[type] ?? 'string'], doc: `Data:${type}`, default: null })),
    ],
  });
  const type = avro.Type.forSchema(JSON.parse(json) as avro.Schema);
  const types = new Map(fields.map((field) => [field.name, field.type]));
  return {
    id: createHash('md5').update(json).digest('base64url'),
    json,
    encode: (values) => {
      const record: { [field: string]: unknown } = { CreatedDate: values['CreatedDate'], CreatedById: values['CreatedById'] };
      for (const [name, salesforceType] of types) record[name] = wireValue(salesforceType, values[name]);
      return type.toBuffer(record);
    },
    decode: (payload) => ({ ...(type.fromBuffer(Buffer.from(payload)) as { [field: string]: unknown }) }),
  };
}

function wireValue(type: string, value: unknown): unknown {
  if (value === undefined || value === null || value === '') return null;
  switch (AVRO_TYPES[type]) {
    case 'boolean':
      return value === true || value === 'true';
    case 'double':
      return Number(value);
    case 'long':
      return typeof value === 'number' ? value : Date.parse(String(value));
    default:
      return String(value);
  }
}
