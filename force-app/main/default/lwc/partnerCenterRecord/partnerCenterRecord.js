/**
 * Records as the components know them.
 * @typedef {{ firstName: string | null, lastName: string | null, phone: string | null, email: string | null }} Person
 * @typedef {object} Deal times are epoch ms, texts null when empty
 * @property {string} id
 * @property {string} name
 * @property {number | null} amount
 * @property {string | null} currency
 * @property {string | null} closeDate
 * @property {string | null} stage the seller's own
 * @property {string | null} accountId
 * @property {string | null} accountName
 * @property {string | null} street
 * @property {string | null} city
 * @property {string | null} country
 * @property {string | null} countryCode
 * @property {string | null} ownerId
 * @property {Person} owner
 * @property {number | null} lastModified
 * @property {string | null} version `LastModifiedDate` as sent, for a guarded change
 * @property {boolean} shared
 * @property {string | null} help
 * @property {string | null} products
 * @property {string | null} referralId
 * @property {string | null} link
 * @property {string | null} audit
 * @property {boolean} visible
 * @property {boolean} consent
 * @property {string | null} intent
 * @property {string | null} partnerRole
 * @property {string | null} solutionArea
 * @property {string | null} solutionPlay
 * @property {string | null} lostReason
 * @property {string | null} referralStatus
 * @property {string | null} microsoftStatus
 * @property {string | null} microsoftReason
 * @property {string | null} microsoftSeller
 * @property {string | null} microsoftCrmId
 * @property {string | null} registration
 * @property {string | null} dealType
 * @property {boolean} incoming Microsoft sent it
 * @property {number | null} expires
 * @property {number | null} holdUntil
 * @property {string | null} syncState
 * @property {string | null} syncMessage
 * @property {number | null} lastSynced
 * @property {boolean} mayRead the sharing switch is visible to this user
 * @property {boolean} someHidden other fields of ours are not
 */
import { getFieldValue } from 'lightning/uiRecordApi';
import { optionalFields, requiredFields, schema, someOrgsFields } from './fields';

export { optionalFields, requiredFields, schema };
export { coreQuery, dealQuery, healthQuery } from './queries';
export { readAttention, readConnection, readRelated, readRequest } from './rows';

/** @typedef {import('./rows').Attention} Attention */
/** @typedef {import('./rows').Connection} Connection */
/** @typedef {import('./rows').Answer} Answer */
/** @typedef {import('./rows').Solution} Solution */
/** @typedef {import('./rows').Related} Related */

/** @param {unknown} value @returns {string | null} */
const text = (value) => (typeof value === 'string' && value !== '' ? value : null);

/** @param {unknown} value @returns {number | null} */
function time(value) {
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
}

/**
 * The record of the `getRecord` wire as a deal.
 * @param {import('lightning/uiRecordApi').UiRecord} record
 * @returns {Deal}
 */
export function readDeal(record) {
  /** @param {import('lightning/uiRecordApi').FieldReference} field */
  const value = (field) => getFieldValue(record, field);
  /** @param {import('lightning/uiRecordApi').FieldReference} field */
  const asText = (field) => text(value(field));
  const s = schema;
  const amount = value(s.AMOUNT);
  const own = Object.values(s).filter((field) => field.fieldApiName.startsWith('PC_'));
  return {
    id: record.id,
    name: asText(s.NAME) ?? '',
    amount: typeof amount === 'number' ? amount : null,
    currency: asText(someOrgsFields[0]),
    closeDate: asText(s.CLOSE_DATE),
    stage: asText(s.STAGE_NAME),
    accountId: asText(s.ACCOUNT_ID),
    accountName: asText(s.ACCOUNT_NAME),
    street: asText(s.ACCOUNT_BILLING_STREET),
    city: asText(s.ACCOUNT_BILLING_CITY),
    country: asText(s.ACCOUNT_BILLING_COUNTRY),
    countryCode: asText(someOrgsFields[1]),
    ownerId: asText(s.OWNER_ID),
    owner: {
      firstName: asText(s.OWNER_FIRST_NAME),
      lastName: asText(s.OWNER_LAST_NAME),
      phone: asText(s.OWNER_PHONE),
      email: asText(s.OWNER_EMAIL)
    },
    lastModified: time(record.lastModifiedDate ?? value(s.LAST_MODIFIED_DATE)),
    version: text(record.lastModifiedDate ?? value(s.LAST_MODIFIED_DATE)),
    shared: value(s.SYNC_WITH_PARTNER_CENTER) === true,
    help: asText(s.HOW_CAN_MICROSOFT_HELP),
    products: asText(s.PRODUCTS),
    referralId: asText(s.REFERRAL_IDENTIFIER),
    link: asText(s.REFERRAL_LINK),
    audit: asText(s.AUDIT),
    visible: value(s.PC_VISIBLE_TO_MICROSOFT) === true,
    consent: value(s.PC_CONTACT_CONSENT) === true,
    intent: asText(s.PC_MARKETPLACE_INTENT),
    partnerRole: asText(s.PC_PARTNER_ROLE),
    solutionArea: asText(s.PC_SOLUTION_AREA),
    solutionPlay: asText(s.PC_SOLUTION_PLAY),
    lostReason: asText(s.PC_LOST_REASON),
    referralStatus: asText(s.PC_REFERRAL_STATUS),
    microsoftStatus: asText(s.PC_MICROSOFT_STATUS),
    microsoftReason: asText(s.PC_MICROSOFT_REASON),
    microsoftSeller: asText(s.PC_MICROSOFT_SELLER),
    microsoftCrmId: asText(s.PC_MICROSOFT_CRM_ID),
    registration: asText(s.PC_REGISTRATION_STATUS),
    dealType: asText(s.PC_DEAL_TYPE),
    incoming: value(s.PC_ORIGIN) === 'From Microsoft',
    expires: time(value(s.PC_EXPIRES)),
    holdUntil: time(value(s.PC_HOLD_UNTIL)),
    syncState: asText(s.PC_SYNC_STATE),
    syncMessage: asText(s.PC_SYNC_MESSAGE),
    lastSynced: time(value(s.PC_LAST_SYNCED)),
    mayRead: value(s.SYNC_WITH_PARTNER_CENTER) !== undefined,
    someHidden: own.some((field) => value(field) === undefined)
  };
}
