/** One value against one field: what the platform takes, changes or refuses (Salesforce APIs §5.4). */
import { normalizeId } from './ids.ts';
import { RowError } from './org-errors.ts';
import type { FieldDefinition, FieldValue } from './schema-model.ts';
import type { OrgSwitches } from './switches.ts';
import { isRealDate, parseTime, wireTime } from './wire-time.ts';

const jsonType = (value: unknown): string =>
  value === null
    ? 'VALUE_NULL'
    : typeof value === 'string'
      ? 'VALUE_STRING'
      : typeof value === 'number'
        ? 'VALUE_NUMBER_INT'
        : typeof value === 'boolean'
          ? `VALUE_${String(value).toUpperCase()}`
          : 'START_OBJECT';

const shown = (value: unknown): string => (typeof value === 'object' ? '' : ` value ${String(value)}`);

function unreadable(type: string, value: unknown, field: FieldDefinition): RowError {
  return new RowError(
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${type} from ${jsonType(value)}${shown(value)} or request may be missing a required field`,
    [field.name],
  );
}

/**
 * The value as it will be stored. Lengths and picklists are `checkValue`'s.
 * @throws RowError `JSON_PARSER_ERROR`, `MALFORMED_ID`, `NUMBER_OUTSIDE_VALID_RANGE`
 */
export function coerceValue(field: FieldDefinition, value: unknown, switches: OrgSwitches): FieldValue {
  if (value === null || value === undefined) return field.type === 'Checkbox' ? nullCheckbox(field) : null;
  switch (field.type) {
    case 'Checkbox': {
      if (typeof value === 'boolean') return value;
      if (value === 'true' || value === 'false') return value === 'true';
      throw unreadable('boolean', value, field);
    }
    case 'Number':
    case 'Currency':
    case 'Percent':
      return coerceNumber(field, value);
    case 'Date': {
      if (value === '') return null;
      if (typeof value === 'string' && isRealDate(value)) return value;
      throw unreadable('date', value, field);
    }
    case 'DateTime': {
      if (value === '') return null;
      const ms = typeof value === 'string' ? parseTime(value) : null;
      if (ms === null) throw unreadable('datetime', value, field);
      return wireTime(ms);
    }
    case 'Lookup':
    case 'MasterDetail':
    case 'Id': {
      if (value === '') return null;
      const id = typeof value === 'string' ? normalizeId(value) : null;
      if (id === null) throw new RowError('MALFORMED_ID', `${field.label}: id value of incorrect type: ${String(value)}`, [field.name]);
      return id;
    }
    default: {
      if (typeof value !== 'string') throw unreadable('string', value, field);
      const text = switches.trimsText ? value.trim() : value;
      if (text === '') return null;
      const listed = field.picklist?.values.find((one) => one.value.toLowerCase() === text.toLowerCase());
      return listed ? listed.value : text;
    }
  }
}

function nullCheckbox(field: FieldDefinition): never {
  throw new RowError('INVALID_TYPE_ON_FIELD_IN_RECORD', `${field.label}: value not of required type: null`, [field.name]);
}

function coerceNumber(field: FieldDefinition, value: unknown): FieldValue {
  if (value === '') return null;
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw unreadable(field.type === 'Currency' ? 'currency' : 'double', value, field);
  const scale = field.scale ?? 0;
  const rounded = roundHalfUp(number, scale);
  const room = (field.precision ?? 18) - scale;
  if (Math.abs(rounded) >= 10 ** room) {
    throw new RowError('NUMBER_OUTSIDE_VALID_RANGE', `${field.label}: value outside of valid range on numeric field: ${number}`, [
      field.name,
    ]);
  }
  return rounded;
}

/** Decimal rounding on the printed number, so that 1.005 becomes 1.01. */
function roundHalfUp(value: number, scale: number): number {
  const [digits = '0', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const shifted = Math.round(Number(`${digits}e${Number(exponent) + scale}`));
  const result = Number(`${shifted}e${-scale}`);
  return value < 0 && result !== 0 ? -result : result;
}

const emailShape = /^[^\s@<>(),;:"[\]\\]+@[^\s@.<>(),;:"[\]\\]+(?:\.[^\s@.<>(),;:"[\]\\]+)+$/;

/**
 * @param available the picklist values of the record's record type; undefined = all active ones
 * @throws RowError `STRING_TOO_LONG`, `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST`, `INVALID_EMAIL_ADDRESS`
 */
export function checkValue(field: FieldDefinition, value: FieldValue, available?: readonly string[]): void {
  if (typeof value !== 'string') return;
  if (field.length !== undefined && value.length > field.length) {
    const start = value.length > 60 ? `${value.slice(0, 60)}...` : value;
    throw new RowError('STRING_TOO_LONG', `${field.label}: data value too large: ${start} (max length=${field.length})`, [field.name]);
  }
  if (field.type === 'Email' && !emailShape.test(value)) {
    throw new RowError('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${value}`, [field.name]);
  }
  if (field.picklist?.restricted) {
    const allowed = field.picklist.values.filter((one) => one.active && (available === undefined || available.includes(one.value)));
    for (const part of field.type === 'MultiselectPicklist' ? value.split(';') : [value]) {
      if (!allowed.some((one) => one.value === part)) {
        throw new RowError('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', `${field.label}: bad value for restricted picklist field: ${part}`, [
          field.name,
        ]);
      }
    }
  }
}
