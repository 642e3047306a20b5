/** Values of deal fields as people read them: the audit and the service write them plainly, the same in every language. */
import LOCALE from '@salesforce/i18n/locale';
import { fieldNameOf, fieldNames } from './fields';
import { timeText } from './times';

/** `2027-02-15` → `Feb 15, 2027`: a day, the same in every zone. @param {string} value */
function dayText(value) {
  const at = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : NaN;
  return Number.isNaN(at)
    ? value
    : new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(at));
}

/** `150000` → `150,000`. @param {string} value */
function amountText(value) {
  const amount = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
  return Number.isNaN(amount) ? value : new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 }).format(amount);
}

/** @param {string} value */
function momentText(value) {
  const at = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? value : timeText(at);
}

/** @type {Readonly<Record<string, (value: string) => string>>} */
const readers = { closeDate: dayText, value: amountText, expiresAt: momentText };

/**
 * @param {string} nameOrWord field name, or the word of the audit
 * @param {string} value
 * @returns {string} the value itself where there is nothing to improve
 */
export function valueText(nameOrWord, value) {
  const name = fieldNames.find((one) => one === nameOrWord) ?? fieldNameOf(nameOrWord) ?? '';
  return readers[name]?.(value) ?? value;
}
