/** Names of deal fields, as requests and attention rows carry them, and as the audit writes them. */
import { fieldText } from 'c/partnerCenterText';

/** @typedef {keyof typeof fieldText} FieldName */

/** Audit word of each field; the audit is English in every org. @type {Readonly<Record<FieldName, string>>} */
const auditWords = {
  name: 'Deal name',
  value: 'Deal value',
  currency: 'Currency',
  closeDate: 'Close date',
  notes: 'Notes',
  campaign: 'Campaign',
  stateReason: 'Reason',
  salesStage: 'Sales stage',
  externalReference: 'CRM id',
  customerName: 'Customer name',
  customerAddressLine1: 'Street',
  customerAddressLine2: 'Street (second line)',
  customerCity: 'City',
  customerState: 'State',
  customerPostalCode: 'Postal code',
  customerCountry: 'Country',
  customerDuns: 'D-U-N-S number',
  customerSize: 'Customer size',
  contacts: 'Customer contacts',
  team: 'Team',
  solutions: 'Solutions',
  help: 'Help from Microsoft',
  noteToMicrosoft: 'Note to Microsoft',
  consent: 'Consent to share contacts',
  visible: 'Visible to Microsoft sellers',
  marketplaceIntent: 'Marketplace intent',
  partnerRole: 'Partner role',
  solutionArea: 'Solution area',
  solutionPlay: 'Solution play',
  state: 'State',
  microsoftStatus: "Microsoft's status",
  microsoftReason: "Microsoft's reason",
  microsoftSeller: "Microsoft's seller",
  microsoftCrmId: 'Microsoft CRM identifier',
  expiresAt: 'Expires',
  registrationStatus: 'Deal registration'
};

export const fieldNames = Object.freeze(/** @type {FieldName[]} */ (Object.keys(auditWords)));

/** Field behind an audit word, null for a word this version does not know. @param {string} word */
export const fieldNameOf = (word) => fieldNames.find((name) => auditWords[name] === word) ?? null;

/**
 * Label of a field for people: of a field name or of an audit word; anything else stays as it is.
 * @param {string} nameOrWord
 * @returns {string}
 */
export function fieldLabelOf(nameOrWord) {
  const name = fieldNames.find((one) => one === nameOrWord) ?? fieldNameOf(nameOrWord);
  return name ? fieldText[name] : nameOrWord;
}

/** The closed list of ways in which Microsoft can help (API §13): values of the restricted picklist. */
export const helpKinds = Object.freeze([
  'Workload specific value proposition',
  'Customer technical architecture',
  'Proof of concept or demo',
  'Quotes or licensing',
  'Post sales customer success',
  'General or other'
]);
