/** Field values as the page shows them: `{value, displayValue}`. */
import type { Org } from './org.ts';
import { fieldValue } from './record-formula.ts';
import type { FieldDefinition, FieldValue, ObjectDefinition, RecordValues } from './schema-model.ts';
import { parseTime } from './wire-time.ts';

export interface UiValue {
  readonly value: FieldValue;
  readonly displayValue: string | null;
}

/** UI API prints times with `Z`, where REST prints `+0000`. */
const uiTime = (text: string): string => text.replace(/\+0000$/, 'Z');

export function uiValue(org: Org, object: ObjectDefinition, record: RecordValues, field: FieldDefinition): UiValue {
  const stored = fieldValue(org.state, object, record, field);
  const value = field.type === 'DateTime' && typeof stored === 'string' ? uiTime(stored) : stored;
  return { value, displayValue: shown(org, field, record, stored) };
}

function shown(org: Org, field: FieldDefinition, record: RecordValues, value: FieldValue): string | null {
  if (value === null) return null;
  switch (field.type) {
    case 'Picklist':
      return field.picklist?.values.find((one) => one.value === value)?.label ?? String(value);
    case 'Currency': {
      const code = record['CurrencyIsoCode'];
      const currency = typeof code === 'string' ? code : 'USD';
      return new Intl.NumberFormat('en-US', {
        style: 'currency',
        currency,
        minimumFractionDigits: field.scale ?? 2,
        maximumFractionDigits: field.scale ?? 2,
      }).format(Number(value));
    }
    case 'Percent':
      return `${Number(value).toFixed(field.scale ?? 0)}%`;
    case 'Number':
      return new Intl.NumberFormat('en-US', { minimumFractionDigits: field.scale ?? 0, maximumFractionDigits: field.scale ?? 0 }).format(
        Number(value),
      );
    case 'Date':
      return new Intl.DateTimeFormat('en-US', { timeZone: 'UTC' }).format(new Date(`${String(value)}T00:00:00Z`));
    case 'DateTime': {
      const ms = parseTime(String(value));
      return ms === null
        ? null
        : new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'short' }).format(new Date(ms));
    }
    case 'Lookup':
    case 'MasterDetail':
      return parentName(org, String(value));
    default:
      return null;
  }
}

/** What a lookup shows: the name of its target. */
export function parentName(org: Org, id: string): string | null {
  const parent = org.state.record(id);
  const object = parent && org.state.schema.objectByPrefix(id.slice(0, 3));
  const name = parent?.[object?.nameField ?? 'Name'];
  return typeof name === 'string' ? name : null;
}
