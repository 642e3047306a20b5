/** What a one-way door means: which fields freeze, and what becomes impossible. */
import { LightningElement, api } from 'lwc';
import { doorText } from 'c/partnerCenterText';

export default class PartnerCenterDoor extends LightningElement {
  /** @type {import('c/partnerCenterRules').Door | null} */
  @api door = null;

  text = doorText;

  get intro() {
    return this.door?.intro ?? [];
  }

  get freezes() {
    return this.door?.freezes ?? [];
  }

  get impossible() {
    return this.door?.impossible ?? [];
  }
}
