/** Where a deal stands in Partner Center (API §6), and what Microsoft does with it. */
import { panelText } from 'c/partnerCenterText';

/**
 * @typedef {'none' | 'new' | 'active' | 'won' | 'lost' | 'declined' | 'expired' | 'retired' | 'other'} DealState
 * @typedef {{ key: string, label: string, step: 'done' | 'current' | 'ahead' | 'bad', stepText: string }} PathStep
 * @typedef {import('c/partnerCenterRecord').Deal} Deal
 */

/** @type {Readonly<Record<string, DealState>>} */
const closedStates = { won: 'won', lost: 'lost', declined: 'declined', expired: 'expired', error: 'retired' };

/**
 * State behind a status like `Active / Accepted`.
 * @param {string | null} status
 * @returns {DealState}
 */
export function stateOf(status) {
  if (!status) return 'none';
  const [main, sub = ''] = status.split('/').map((part) => part.trim().toLowerCase());
  if (main === 'new') return 'new';
  if (main === 'active') return 'active';
  return main === 'closed' ? (closedStates[sub] ?? 'other') : 'other';
}

/** Nothing can be changed any more. @param {DealState} state */
export const isFinal = (state) => ['won', 'lost', 'declined', 'expired', 'retired'].includes(state);

/**
 * A won deal that Partner Center may take a registration of (API §9); whether its solution is eligible, only Partner Center knows.
 * @param {Pick<Deal, 'shared' | 'referralStatus' | 'registration' | 'dealType' | 'microsoftStatus'> | null} deal
 */
export function canRegister(deal) {
  if (!deal?.shared || deal.registration || stateOf(deal.referralStatus) !== 'won') return false;
  if (deal.dealType === 'Co-sell') return ['active', 'won'].includes(stateOf(deal.microsoftStatus));
  return deal.dealType === 'Partner-led';
}

/** @type {Readonly<Record<string, string>>} */
const endLabels = {
  won: panelText.pathWon,
  lost: panelText.pathLost,
  declined: panelText.pathDeclined,
  expired: panelText.pathExpired,
  retired: panelText.pathRetired
};

/**
 * Partner Center's path: shared (or received), accepted, closed.
 * @param {Pick<Deal, 'referralStatus' | 'incoming'>} deal
 * @returns {PathStep[]}
 */
export function pathOf(deal) {
  const state = stateOf(deal.referralStatus);
  const skipped = state === 'declined' || state === 'expired';
  const labels = [
    deal.incoming ? panelText.pathReceived : panelText.pathShared,
    panelText.pathAccepted,
    endLabels[state] ?? panelText.pathClosed
  ];
  const at = state === 'none' ? -1 : state === 'new' ? 0 : isFinal(state) ? 2 : 1;
  return labels
    .map((label, index) => ({ label, index }))
    .filter(({ index }) => !(skipped && index === 1))
    .map(({ label, index }) => {
      const bad = index === 2 && index === at && state !== 'won';
      const step = bad
        ? 'bad'
        : index < at || (index === at && state === 'won')
          ? 'done'
          : index === at
            ? 'current'
            : 'ahead';
      const stepText =
        step === 'done' ? panelText.stepDone : step === 'ahead' ? panelText.stepAhead : panelText.stepCurrent;
      return { key: `${index}`, label, step, stepText };
    });
}

/** @type {Readonly<Record<string, string>>} */
const microsoftLabels = {
  new: panelText.microsoftPending,
  active: panelText.microsoftAccepted,
  won: panelText.microsoftWon,
  lost: panelText.microsoftLost,
  declined: panelText.microsoftDeclined,
  expired: panelText.microsoftExpired
};

/**
 * What Microsoft does with the deal, in words.
 * @param {Pick<Deal, 'microsoftStatus' | 'incoming' | 'visible' | 'help' | 'referralId'>} deal
 */
export function microsoftWords(deal) {
  const known = microsoftLabels[stateOf(deal.microsoftStatus)];
  if (known) return known;
  if (deal.microsoftStatus) return deal.microsoftStatus;
  if (deal.incoming) return panelText.microsoftSent;
  if (deal.help && deal.referralId) return panelText.microsoftPending;
  return deal.visible && deal.referralId
    ? panelText.microsoftVisible
    : deal.referralId
      ? panelText.microsoftPrivate
      : panelText.microsoftNotAsked;
}
