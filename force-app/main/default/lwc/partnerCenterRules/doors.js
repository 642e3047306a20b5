/** One-way doors: steps that cannot be taken back, with what freezes and what becomes impossible (API §5.4, §6, §7.2, §8.1). */
import { doorText, fill } from 'c/partnerCenterText';

/**
 * @typedef {'share' | 'visible' | 'help' | 'accept' | 'decline' | 'won' | 'lost' | 'retire' | 'release' | 'register' | 'confirm'} DoorName
 * @typedef {object} Door
 * @property {DoorName} name
 * @property {string} title
 * @property {string[]} intro sentences
 * @property {string[]} freezes
 * @property {string[]} impossible
 * @property {string} button
 * @property {boolean} destructive
 * @property {'decline' | 'error' | 'help' | 'registration' | null} asks list the person has to choose from
 * @typedef {Pick<import('c/partnerCenterRecord').Deal, 'help' | 'visible' | 'referralId'>} DoorDeal
 * @typedef {import('./settings').Settings} Settings
 */

const d = doorText;
const atCreation = [d.customerNameAndAddress, d.duns, d.consent];
const atHelp = [d.contacts, d.note, d.helpKind, d.visibility];

/** @param {DoorDeal} deal @returns {Omit<Door, 'name'>} */
function shareDoor(deal) {
  const help = Boolean(deal.help);
  const visible = help ? [...atHelp] : deal.visible ? [d.visibility] : [];
  return {
    title: d.shareTitle,
    intro: help ? [d.shareIntro, d.shareHelpIntro] : deal.visible ? [d.shareIntro, d.visibleIntro] : [d.shareIntro],
    freezes: [...atCreation, ...visible],
    impossible: help
      ? [d.shareNoDelete, d.helpNoBack]
      : deal.visible
        ? [d.shareNoDelete, d.visibleNoHide]
        : [d.shareNoDelete],
    button: d.shareButton,
    destructive: false,
    asks: null
  };
}

/** @param {DoorName} name @param {DoorDeal} deal @param {Settings} settings @returns {Omit<Door, 'name'>} */
function makeDoor(name, deal, settings) {
  const plain = { freezes: [d.everything], destructive: false, asks: null };
  switch (name) {
    case 'share':
      return shareDoor(deal);
    case 'visible':
      return {
        ...plain,
        title: d.visibleTitle,
        intro: [d.visibleIntro],
        freezes: [d.visibility],
        impossible: [d.visibleNoHide],
        button: d.visibleButton
      };
    case 'help':
      return {
        ...plain,
        title: d.helpTitle,
        intro: [d.helpIntro],
        freezes: atHelp,
        impossible: [d.helpNoBack],
        button: d.helpButton,
        asks: 'help'
      };
    case 'accept':
      return {
        ...plain,
        title: d.acceptTitle,
        intro: [d.acceptIntro],
        freezes: atCreation,
        impossible: [d.acceptNoDecline],
        button: d.acceptButton
      };
    case 'decline':
      return {
        ...plain,
        title: d.declineTitle,
        intro: [d.declineIntro],
        impossible: [d.declineNoAccept],
        button: d.declineButton,
        destructive: true,
        asks: 'decline'
      };
    case 'won': {
      const hold = settings.wonHoldHours > 0 ? [fill(d.wonHold, settings.wonHoldHours)] : [];
      return {
        ...plain,
        title: d.wonTitle,
        intro: [fill(d.wonIntro, settings.wonStage), ...hold],
        impossible: [d.wonNoReopen],
        button: d.wonButton
      };
    }
    case 'lost':
      return {
        ...plain,
        title: d.lostTitle,
        intro: [fill(d.lostIntro, settings.lostStage)],
        impossible: [d.lostNoReopen],
        button: d.lostButton,
        destructive: true,
        asks: 'decline'
      };
    case 'retire':
      return {
        ...plain,
        title: d.retireTitle,
        intro: [d.retireIntro],
        impossible: [d.retireNoReopen],
        button: d.retireButton,
        destructive: true,
        asks: 'error'
      };
    case 'release':
      return {
        ...plain,
        title: d.releaseTitle,
        intro: [d.releaseIntro],
        impossible: [d.releaseNoRegistration],
        button: d.releaseButton
      };
    case 'register':
      return {
        ...plain,
        title: d.registerTitle,
        intro: [d.registerIntro],
        freezes: [],
        impossible: [d.registerNoBack],
        button: d.registerButton,
        asks: 'registration'
      };
    default:
      return {
        ...plain,
        title: d.confirmTitle,
        intro: [d.confirmIntro],
        freezes: [],
        impossible: [d.confirmNoBack],
        button: d.confirmButton
      };
  }
}

/**
 * The dialog in front of a step.
 * @param {DoorName} name
 * @param {DoorDeal} deal
 * @param {Settings} settings
 * @returns {Door}
 */
export const doorOf = (name, deal, settings) => ({ name, ...makeDoor(name, deal, settings) });

/** @type {Readonly<Record<string, DoorName>>} */
const doorOfField = { visible: 'visible', help: 'help' };

/**
 * The dialog for a step that was made outside the panel and waits for a confirmation: what freezes is that step's, the question is ours.
 * @param {import('c/partnerCenterRecord').Attention} row
 * @param {DoorDeal} deal
 * @param {Settings} settings
 * @returns {Door}
 */
export function doorOfAttention(row, deal, settings) {
  const confirm = doorOf('confirm', deal, settings);
  const named = /** @type {DoorName | undefined} */ (
    ['share', 'visible', 'help', 'decline', 'won', 'lost'].find((one) => one === row.cause)
  );
  const name = named ?? doorOfField[row.field ?? ''];
  if (!name) return { ...confirm, intro: [row.message || confirm.intro[0]] };
  const step = doorOf(name, deal, settings);
  return {
    ...confirm,
    intro: [...(row.message ? [row.message] : []), ...confirm.intro],
    freezes: step.freezes,
    impossible: step.impossible,
    destructive: step.destructive
  };
}
