/**
 * Dialog in front of a one-way door: what freezes, what becomes impossible, and the reason when one is needed.
 * Closes with `{ choice, note }` when the person goes on, with nothing otherwise.
 */
import { api } from 'lwc';
import LightningModal from 'lightning/modal';
import { doorText } from 'c/partnerCenterText';

export default class PartnerCenterDialog extends LightningModal {
  /** @type {import('c/partnerCenterRules').Door} */
  @api door = {
    name: 'confirm',
    title: '',
    intro: [],
    freezes: [],
    impossible: [],
    button: '',
    destructive: false,
    asks: null
  };
  /** What can be chosen, when the door asks for a choice. @type {readonly string[]} */
  @api choices = [];
  /** Chosen already. @type {string | null} */
  @api chosen = null;

  text = doorText;
  /** @type {string | null} */
  choice = null;
  note = '';

  connectedCallback() {
    this.choice = this.chosen;
  }

  get asks() {
    return this.door.asks !== null;
  }

  get choiceLabel() {
    const labels = { help: doorText.helpChoose, registration: doorText.registerChoose };
    return labels[/** @type {keyof typeof labels} */ (this.door.asks)] ?? doorText.reason;
  }

  get choicePlaceholder() {
    return this.door.asks === 'help' || this.door.asks === 'registration'
      ? doorText.helpPlaceholder
      : doorText.reasonChoose;
  }

  get missingText() {
    return this.door.asks === 'help' || this.door.asks === 'registration'
      ? doorText.choiceMissing
      : doorText.reasonMissing;
  }

  get asksNote() {
    return this.door.asks !== null && this.door.asks !== 'help';
  }

  get noteLabel() {
    return this.door.asks === 'registration' ? doorText.registerNote : doorText.noteLabel;
  }

  get options() {
    return this.choices.map((one) => ({ label: one, value: one }));
  }

  get buttonVariant() {
    return this.door.destructive ? 'destructive' : 'brand';
  }

  /** @param {CustomEvent<{ value: string }>} event */
  handleChoice(event) {
    this.choice = event.detail.value;
  }

  /** @param {CustomEvent<{ value: string }>} event */
  handleNote(event) {
    this.note = event.detail.value;
  }

  handleCancel() {
    this.close();
  }

  handleConfirm() {
    const box = /** @type {any} */ (this.template?.querySelector('lightning-combobox'));
    if (this.asks && !this.choice) {
      box.reportValidity();
      box.focus();
      return;
    }
    this.close({ choice: this.choice, note: this.note });
  }
}
