/** Partner Center's path and Microsoft's answer beside the seller's own stage, never on top of it. */
import { LightningElement, api } from 'lwc';
import { microsoftWords, pathOf } from 'c/partnerCenterRules';
import { fill, panelText } from 'c/partnerCenterText';

export default class PartnerCenterPath extends LightningElement {
  /** @type {import('c/partnerCenterRecord').Deal | undefined} */
  @api deal;

  text = panelText;

  get steps() {
    if (!this.deal) return [];
    return pathOf(this.deal).map((one) => ({
      ...one,
      className: `step step_${one.step}`,
      current: one.step === 'current' || one.step === 'bad' ? 'step' : undefined
    }));
  }

  get microsoft() {
    return this.deal ? microsoftWords(this.deal) : '';
  }

  get seller() {
    return this.deal?.microsoftSeller ? fill(panelText.microsoftSeller, this.deal.microsoftSeller) : '';
  }

  get reason() {
    return this.deal?.microsoftReason ?? '';
  }

  get stage() {
    return this.deal?.stage ?? '';
  }
}
