/** One value through one line of the mapping, in each direction. Pure; the closed list of transforms stands in `domain/mapping`. */
import type { FieldName } from '../../domain/deal.ts';
import { fields } from '../../domain/fields.ts';
import type { FieldRule, Mapping } from '../../domain/mapping.ts';
import type { FieldFacts } from '../client/client.ts';
import { countryCode } from './countries.ts';
import { sizeBand } from './size.ts';
import { canonicalCode, canonicalFlag, canonicalNumber, canonicalText, cut, decodeEntities, isoInstant, utcDay } from './text.ts';
import { isPartnerValue, toCrmValue, toPartnerValue, type MapName } from './values.ts';

/** The value map a field goes through. */
export const mapOf: { readonly [F in FieldName]?: MapName } = {
  help: 'help',
  marketplaceIntent: 'intent',
  stateReason: 'lost-reason',
  state: 'stage',
  customerCountry: 'country',
  currency: 'currency',
};

/** Fields whose words are a closed list at Microsoft: what the map does not know is nothing. */
export const closedWords: readonly FieldName[] = ['help', 'marketplaceIntent'];

export const hasValueMap = (field: FieldName): boolean => mapOf[field] !== undefined;

/** Marks that Microsoft's connector puts into the deal's name (API §14.2). */
const withoutMark = (name: string): string => name.replace(/^[✔✖✓✗]\s*/u, '').replace(/\s*[✔✖✓✗]$/u, '');

/** Two letters by the admin's map, then by the table; else as typed, so that validation can name it. */
function countryOf(value: unknown, mapping: Mapping): string | null {
  const text = canonicalText(value);
  if (text === null) return null;
  return toPartnerValue(mapping, 'country', text)?.toUpperCase() ?? countryCode(text) ?? text;
}

function currencyOf(value: unknown, mapping: Mapping): string | null {
  const text = canonicalCode(value);
  return text === null ? null : (toPartnerValue(mapping, 'currency', text) ?? text).toUpperCase();
}

function mappedOf(field: FieldName, value: unknown, mapping: Mapping): string | null {
  const text = canonicalText(value);
  const map = mapOf[field];
  if (text === null || map === undefined) return text;
  const found = toPartnerValue(mapping, map, text);
  if (found !== null) return found;
  return !closedWords.includes(field) || isPartnerValue(mapping, map, text) ? text : null;
}

function transformed(rule: FieldRule, value: unknown, mapping: Mapping): unknown {
  switch (rule.transform) {
    case 'country':
      return countryOf(value, mapping);
    case 'currency':
      return currencyOf(value, mapping);
    case 'utc-day':
      return utcDay(value);
    case 'text':
      return canonicalText(value, rule.limit);
    case 'number':
      return canonicalNumber(value);
    case 'boolean':
      return canonicalFlag(value);
    case 'value-map':
      return mappedOf(rule.field, value, mapping);
    case 'none':
      return value;
  }
}

/** Whatever a transform gave, in the field's own form, so that a strange mapping cannot put a number where a text belongs. */
function conform(field: FieldName, value: unknown, limit: number | null): unknown {
  if (field === 'customerSize') return typeof value === 'number' ? sizeBand(value) : canonicalCode(value);
  switch (fields[field].kind) {
    case 'number':
      return canonicalNumber(value);
    case 'flag':
      return canonicalFlag(value);
    case 'day':
      return utcDay(value);
    case 'instant':
      return isoInstant(value);
    case 'code':
      return canonicalCode(typeof value === 'number' ? String(value) : value);
    default:
      return typeof value === 'boolean' ? String(value) : value === null || typeof value === 'object' ? null : cut(String(value), limit);
  }
}

/** Salesforce's value → canonical value. */
export function toCanonical(rule: FieldRule, value: unknown, mapping: Mapping): unknown {
  const one = (raw: unknown): unknown => {
    const result = transformed(
      { ...rule, transform: rule.transform === 'none' && isProse(rule.field) ? 'text' : rule.transform },
      raw,
      mapping,
    );
    const conformed = conform(rule.field, result, rule.limit);
    return rule.field === 'name' && typeof conformed === 'string' ? canonicalText(withoutMark(conformed)) : conformed;
  };
  const canonical = one(value);
  return canonical === null && rule.defaultValue !== null ? one(rule.defaultValue) : canonical;
}

const isProse = (field: FieldName): boolean => fields[field].kind === 'text' || fields[field].kind === 'long-text';

/** Reading such a field decodes entities. */
const isDecoded = (rule: FieldRule): boolean =>
  isProse(rule.field) || rule.transform === 'text' || rule.transform === 'country' || rule.transform === 'value-map';

/** A text that looks like entities is stored so that reading it gives the same text again. */
const protect = (text: string): string => (decodeEntities(text) === text ? text : text.replaceAll('&', '&amp;'));

const isText = (target: FieldFacts): boolean =>
  ['string', 'textarea', 'picklist', 'email', 'phone', 'url', 'combobox'].includes(target.type);

/** Canonical value → what the field in Salesforce takes. */
export function toCrm(rule: FieldRule, value: unknown, target: FieldFacts, mapping: Mapping): unknown {
  if (value === null || value === undefined) return target.type === 'boolean' ? false : null;
  if (typeof value === 'boolean') return isText(target) ? (value ? 'Yes' : 'No') : value;
  if (typeof value === 'number') return isText(target) ? String(value) : value;
  if (typeof value !== 'string') return null;
  const map = mapOf[rule.field];
  if (map !== undefined && (rule.transform === 'value-map' || rule.transform === map)) {
    const word = toCrmValue(mapping, map, value);
    if (word !== null) return word;
    if (closedWords.includes(rule.field) && !isPartnerValue(mapping, map, value)) return null;
  }
  if (fields[rule.field].kind === 'day' && target.type === 'datetime') return `${value}T00:00:00.000Z`;
  if (target.type === 'date') return utcDay(value);
  if (target.type === 'datetime') return isoInstant(value);
  const lengths = [rule.limit, target.length > 0 ? target.length : null].filter((length) => length !== null);
  const limit = lengths.length > 0 ? Math.min(...lengths) : null;
  return isDecoded(rule) ? cut(protect(value), limit) : value;
}
