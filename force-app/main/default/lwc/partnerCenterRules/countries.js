/** Is a country text known as a two-letter code (API §8 V3)? */

/** @type {Map<string, string> | null} */
let names = null;

/** English country names, upper case → code, from the browser's own table. */
function namesOfCountries() {
  if (names) return names;
  const display = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const pairs = letters
    .flatMap((first) => letters.map((second) => first + second))
    .map((code) => [display.of(code)?.toUpperCase() ?? code, code]);
  names = new Map(/** @type {[string, string][]} */ (pairs));
  return names;
}

/**
 * @param {string} country code or name
 * @param {Readonly<Record<string, string>>} [mapped] spellings of the admin's map, upper case
 */
export function countryKnown(country, mapped = {}) {
  const text = country.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(text) || text in mapped || namesOfCountries().has(text);
}
