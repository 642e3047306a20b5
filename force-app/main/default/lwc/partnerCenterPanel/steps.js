/** Carries out what a person chose in the panel. Each returns the request record made, or null for a change of the deal. */
import { askAboutDeal, askService, changeDeal } from 'c/partnerCenterActions';
import { schema } from 'c/partnerCenterRecord';
import { helpKinds, registrationChoices } from 'c/partnerCenterRules';

/**
 * @typedef {import('c/partnerCenterRecord').Deal} Deal
 * @typedef {import('c/partnerCenterRecord').Attention} Attention
 * @typedef {{ choice: string | null, note: string }} Chosen
 * @typedef {import('c/partnerCenterRules').DoorName} DoorName
 * @typedef {import('c/partnerCenterRules').Settings} Settings
 * @typedef {{ id: string } | null} Made
 */

/**
 * What a person can choose from in the dialog of a door.
 * @param {import('c/partnerCenterRules').Door} door
 * @param {Settings} settings
 * @returns {readonly string[]}
 */
export function choicesOf({ asks }, { declineReasons, errorReasons }) {
  if (asks === null) return [];
  return { help: helpKinds, decline: declineReasons, error: errorReasons, registration: registrationChoices }[asks];
}

/** @param {Deal} deal @param {Record<string, unknown>} fields @returns {Promise<Made>} */
async function change(deal, fields) {
  await changeDeal(deal, fields);
  return null;
}

/** @param {Deal} deal @param {boolean} on */
export const setSharing = (deal, on) => change(deal, { [schema.SYNC_WITH_PARTNER_CENTER.fieldApiName]: on });

/**
 * One-way steps that are changes of the deal, with the field that their confirmation names; null: sharing itself.
 * @type {Readonly<Partial<Record<DoorName, string | null>>>}
 */
const confirmed = { share: null, visible: 'visible', help: 'help', won: 'state', lost: 'state' };

/** @param {DoorName} door @param {string | null} choice @param {Settings} settings @returns {Record<string, unknown>} */
function fieldsOf(door, choice, settings) {
  const s = schema;
  switch (door) {
    case 'share':
      return { [s.SYNC_WITH_PARTNER_CENTER.fieldApiName]: true };
    case 'visible':
      return { [s.PC_VISIBLE_TO_MICROSOFT.fieldApiName]: true };
    case 'help':
      return { [s.HOW_CAN_MICROSOFT_HELP.fieldApiName]: choice };
    case 'won':
      return { [s.STAGE_NAME.fieldApiName]: settings.wonStage };
    default:
      return { [s.STAGE_NAME.fieldApiName]: settings.lostStage, [s.PC_LOST_REASON.fieldApiName]: choice };
  }
}

/**
 * A step through a one-way door, after its dialog. A change of the deal is confirmed a moment before it is made, so that the service
 * does not ask again; should the change then be refused, the confirmation means nothing.
 * @param {Deal} deal
 * @param {DoorName} door
 * @param {Chosen} chosen
 * @param {Settings} settings
 * @returns {Promise<Made>}
 */
export async function goThrough(deal, door, { choice, note }, settings) {
  const field = confirmed[door];
  if (field !== undefined) {
    if (settings.confirms) await askAboutDeal(deal.id, 'confirm', { field });
    return change(deal, fieldsOf(door, choice, settings));
  }
  switch (door) {
    case 'accept':
      return askAboutDeal(deal.id, 'accept');
    case 'decline':
      return askAboutDeal(deal.id, 'decline', { reason: choice, note });
    case 'retire':
      return askAboutDeal(deal.id, 'retire', { reason: choice, note });
    case 'register':
      return askAboutDeal(deal.id, 'register', { reason: choice, note });
    default:
      return askAboutDeal(deal.id, 'release_hold');
  }
}

/**
 * The answer to a question. An incoming deal without an opportunity is asked about through the service's own request object.
 * @param {Deal} deal
 * @param {string} action
 * @param {Attention} row
 * @param {string | undefined} value
 * @returns {Promise<Made>}
 */
export function answerQuestion(deal, action, row, value) {
  const incoming = row.opportunityId === null && row.kind === 'match';
  const kind = action === 'link' ? 'link' : 'keep_as_new';
  switch (action) {
    case 'use':
      return askAboutDeal(deal.id, 'put_back', { attentionId: row.id, field: row.field, value });
    case 'link':
    case 'keep':
      return incoming
        ? askService(kind, { attentionId: row.id, target: value })
        : askAboutDeal(deal.id, kind, { attentionId: row.id, target: value });
    case 'confirm':
      return askAboutDeal(deal.id, 'confirm', { attentionId: row.id, field: row.field });
    default:
      return askAboutDeal(deal.id, 'retry', { attentionId: row.id });
  }
}
