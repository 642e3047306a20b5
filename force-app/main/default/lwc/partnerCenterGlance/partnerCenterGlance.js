/** Solutions, contact, team and help at a glance, with the two upgrades a deal can still take. Fires `act` and `place`. */
import { LightningElement, api } from 'lwc';
import { panelText } from 'c/partnerCenterText';

/** @param {import('c/partnerCenterRecord').Person} person */
const nameOf = (person) => [person.firstName, person.lastName].filter(Boolean).join(' ') || person.email || '';

export default class PartnerCenterGlance extends LightningElement {
  /** @type {import('c/partnerCenterRecord').Deal | undefined} */
  @api deal;
  /** @type {import('c/partnerCenterRecord').Related | undefined} */
  @api related;
  /** The deal is open in Partner Center, so that it can be upgraded. @type {boolean} */
  @api upgradable = false;
  /** A step is being saved. @type {boolean} */
  @api busy = false;

  text = panelText;

  get solutions() {
    const solutions = this.related?.solutions;
    if (solutions) return solutions.map((one) => one.name).join(', ');
    return this.deal?.products ?? '';
  }

  get contacts() {
    return (this.related?.contacts ?? []).map((one) => [nameOf(one), one.email].filter(Boolean).join(', ')).join('; ');
  }

  get team() {
    const owner = this.deal ? [nameOf(this.deal.owner)] : [];
    const members = (this.related?.teamMembers ?? []).map(nameOf);
    return [...new Set([...owner, ...members])].filter(Boolean).join(', ');
  }

  get rows() {
    const deal = this.deal;
    const related = this.related;
    if (!deal) return [];
    const always = [
      { label: panelText.solutions, value: this.solutions || panelText.noSolutions },
      ...(related?.contacts === null
        ? []
        : [{ label: panelText.contact, value: this.contacts || panelText.noContact }]),
      { label: panelText.team, value: this.team }
    ];
    const filled = [
      { label: panelText.dealType, value: deal.dealType },
      { label: panelText.crmId, value: deal.microsoftCrmId },
      { label: panelText.registration, value: deal.registration }
    ].filter((row) => row.value !== null);
    return [...always, ...filled];
  }

  get help() {
    return this.deal?.help ?? panelText.noHelp;
  }

  get seen() {
    const shown = this.deal?.incoming || this.deal?.visible || this.deal?.help;
    return this.deal?.referralId && shown ? panelText.seenYes : panelText.seenNo;
  }

  get canAskHelp() {
    return this.upgradable && !this.deal?.help && !this.deal?.incoming;
  }

  get canShow() {
    return this.upgradable && !this.deal?.visible && !this.deal?.help && !this.deal?.incoming;
  }

  /** @param {Event} event */
  handleAct(event) {
    const { action } = /** @type {HTMLElement} */ (event.currentTarget).dataset;
    this.dispatchEvent(new CustomEvent('act', { detail: { action } }));
  }
}
