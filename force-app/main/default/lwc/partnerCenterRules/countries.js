/**
 * Is a country text known to the service as a two-letter code (API §8 V3)? The service has the last word; the panel asks for a cure only
 * where it is sure.
 */

/** Languages in which people type country names. */
const languages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'sv', 'da', 'nb', 'fi', 'pl'];

/** Names that no language's table holds. */
const others = [
  'Oesterreich',
  'Plurinational State of Bolivia',
  'Bosnia',
  "People's Republic of China",
  'Mainland China',
  'Republic of the Congo',
  'Democratic Republic of the Congo',
  'DR Congo',
  'Congo DRC',
  "Côte d'Ivoire",
  'Ivory Coast',
  'Czech Republic',
  'Česko',
  'Swaziland',
  'République française',
  'Federal Republic of Germany',
  'Holy See',
  'Hong Kong',
  'Magyarország',
  'Islamic Republic of Iran',
  'Republic of Ireland',
  'Éire',
  'Nippon',
  "Democratic People's Republic of Korea",
  'Korea',
  'Republic of Korea',
  'Korea, Republic of',
  'Korea (South)',
  "Lao People's Democratic Republic",
  'Macao',
  'Macau',
  'Federated States of Micronesia',
  'Republic of Moldova',
  'Burma',
  'Holland',
  'The Netherlands',
  'Macedonia',
  'Palestine',
  'The Philippines',
  'Portuguese Republic',
  'Russian Federation',
  'Saint Kitts and Nevis',
  'Saint Vincent and the Grenadines',
  'Slovak Republic',
  'Syrian Arab Republic',
  'Taiwan, Province of China',
  'United Republic of Tanzania',
  'East Timor',
  'Turkey',
  'Emirates',
  'Great Britain',
  'Britain',
  'England',
  'Scotland',
  'Wales',
  'Northern Ireland',
  'United Kingdom of Great Britain and Northern Ireland',
  'United States of America',
  'America',
  'Bolivarian Republic of Venezuela'
];

/** Without accents, signs and double blanks; "&" is "and". @param {string} text */
const plain = (text) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replace(/[.'’]/g, '')
    .replace(/[\s,()-]+/g, ' ')
    .trim();

/** @type {Set<string> | null} */
let names = null;

/** Country names, from the browser's own tables. */
function namesOfCountries() {
  if (names) return names;
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const tables = languages.map((language) => new Intl.DisplayNames([language], { type: 'region', fallback: 'none' }));
  const found = tables.flatMap((table) => codes.map((code) => table.of(code)));
  names = new Set([...others, ...found.filter((name) => name !== undefined)].map(plain));
  return names;
}

/**
 * @param {string} country code or name
 * @param {Readonly<Record<string, string>>} [mapped] spellings of the admin's map, upper case
 */
export function countryKnown(country, mapped = {}) {
  const text = plain(country);
  return /^[a-z]{2,3}$/.test(text) || country.trim().toUpperCase() in mapped || namesOfCountries().has(text);
}
