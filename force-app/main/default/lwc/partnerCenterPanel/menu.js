/** Steps behind "More actions": seldom needed, each with its condition. */
import { canRegister } from 'c/partnerCenterRules';
import { panelText } from 'c/partnerCenterText';

/**
 * @param {import('c/partnerCenterRecord').Deal} deal
 * @param {{ state: string, final: boolean, admin: boolean, held: boolean }} standing `held`: Won waits to be sent
 */
export function menuOf(deal, { state, final, admin, held }) {
  const open = deal.shared && state === 'active';
  const linked = deal.referralId !== null && !final;
  return [
    { name: 'won', label: panelText.closeWon, shown: open },
    { name: 'lost', label: panelText.closeLost, shown: open },
    { name: 'register', label: panelText.register, shown: canRegister(deal) },
    { name: 'undo', label: panelText.undoLink, shown: linked && deal.incoming },
    { name: 'release', label: panelText.releaseHold, shown: linked && admin && held },
    { name: 'retire', label: panelText.retire, shown: linked && admin }
  ].filter((action) => action.shown);
}
