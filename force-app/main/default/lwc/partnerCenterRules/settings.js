/**
 * Settings and reference lists that the service leaves on its connection record as JSON.
 * @typedef {object} Settings
 * @property {string} wonStage stage that means won
 * @property {string} lostStage
 * @property {number} wonHoldHours hours a deal has to be old before Won is sent
 * @property {boolean} confirms one-way steps done outside the panel wait for a confirmation, so the panel confirms its own
 * @property {readonly string[]} declineReasons reasons Microsoft takes for declined and lost deals (API §6.2)
 * @property {readonly string[]} errorReasons reasons for retiring a duplicate or a test
 * @property {Readonly<Record<string, string>>} countries spellings the admin has mapped, upper case → code
 */

/** Used until the service has reported, so that the panel is usable from the first minute. @type {Settings} */
export const defaultSettings = Object.freeze({
  wonStage: 'Closed Won',
  lostStage: 'Closed Lost',
  wonHoldHours: 72,
  confirms: true,
  declineReasons: Object.freeze([
    'Budget not adequate',
    'Customer did not respond',
    'Customer chose another vendor',
    'Requirement not met',
    'Not a customer',
    'Time line too short',
    'Abuse, spam or phishing',
    'Other'
  ]),
  errorReasons: Object.freeze([
    'Duplicate made by bulk upload',
    'Duplicate made in Partner Center',
    'Duplicate sent by Microsoft',
    'Connector data sync issue',
    'Customer matching issue',
    'Solution issue',
    'Test referral',
    'Data error',
    'Other'
  ]),
  countries: Object.freeze({})
});

/** Where a registered solution runs and how it is priced: the words the service knows (API §9). */
export const registrationChoices = Object.freeze([
  "On Azure, in the customer's subscription, pay as you go",
  "On Azure, in the customer's subscription, other pricing",
  'On Azure, in our own subscription, pay as you go',
  'On Azure, in our own subscription, other pricing',
  'Not on Azure, pay as you go',
  'Not on Azure, other pricing'
]);

/** @param {unknown} value @param {string} fallback */
const textOr = (value, fallback) => (typeof value === 'string' && value !== '' ? value : fallback);

/** @param {unknown} value @param {readonly string[]} fallback */
function textsOr(value, fallback) {
  const texts = Array.isArray(value) ? value.filter((one) => typeof one === 'string' && one !== '') : [];
  return texts.length > 0 ? texts : fallback;
}

/** @param {unknown} value @returns {Record<string, any>} */
const asObject = (value) =>
  value !== null && typeof value === 'object' ? /** @type {Record<string, any>} */ (value) : {};

/**
 * @param {string | null | undefined} json `Settings__c` of the connection
 * @returns {Settings} what is missing or unreadable keeps its default
 */
export function readSettings(json) {
  let read = /** @type {Record<string, any>} */ ({});
  try {
    read = asObject(JSON.parse(json ?? '{}'));
  } catch {
    return defaultSettings;
  }
  const lists = asObject(read.lists);
  const hours = Number(read.wonHoldHours ?? NaN);
  const countries = Object.entries(asObject(read.countries)).map(([name, code]) => [name.toUpperCase(), String(code)]);
  return {
    wonStage: textOr(read.wonStage, defaultSettings.wonStage),
    lostStage: textOr(read.lostStage, defaultSettings.lostStage),
    wonHoldHours: hours >= 0 ? hours : defaultSettings.wonHoldHours,
    confirms: read.confirmOneWaySteps !== false,
    declineReasons: textsOr(lists['decline-reason'], defaultSettings.declineReasons),
    errorReasons: textsOr(lists['error-reason'], defaultSettings.errorReasons),
    countries: Object.fromEntries(countries)
  };
}
