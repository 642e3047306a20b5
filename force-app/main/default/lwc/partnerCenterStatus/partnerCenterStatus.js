/** Is it in sync, and what do I need to do? Fires `act` with the name of the step. */
import { LightningElement, api } from 'lwc';
import { nextText, panelText } from 'c/partnerCenterText';

export default class PartnerCenterStatus extends LightningElement {
  /** @type {import('c/partnerCenterRules').Status | undefined} */
  @api status;
  /** @type {import('c/partnerCenterRules').NextStep | undefined} */
  @api nextStep;
  /** Time left to answer Microsoft. @type {ReturnType<typeof import('c/partnerCenterRules').expiryOf>} */
  @api expiry = null;
  /** The service is not there. @type {string | null} */
  @api notice = null;
  /** A request of this person: `asked`, `working`, `done`, `late`. @type {string | null} */
  @api progress = null;
  /** A step is being saved. @type {boolean} */
  @api busy = false;

  text = { ...panelText, ...nextText };

  get tone() {
    return this.status?.tone ?? 'quiet';
  }

  get barClass() {
    return `bar bar_${this.tone}`;
  }

  get nextClass() {
    return this.nextStep?.pressing ? 'next next_pressing' : 'next';
  }

  get lines() {
    return (this.status?.lines ?? []).map((line, index) => ({ key: `${index}`, line }));
  }

  get answering() {
    return this.nextStep?.kind === 'answer';
  }

  get cannotAccept() {
    return this.busy || Boolean(this.expiry?.over);
  }

  get hasNext() {
    return this.nextStep !== undefined;
  }

  get countdownClass() {
    return this.expiry?.urgent ? 'countdown countdown_urgent' : 'countdown';
  }

  get progressText() {
    const words = {
      asked: panelText.progressAsked,
      working: panelText.progressWorking,
      done: panelText.progressDone,
      late: panelText.progressNone
    };
    return words[/** @type {keyof typeof words} */ (this.progress)] ?? '';
  }

  get progressValue() {
    return { asked: 25, working: 60, done: 100 }[/** @type {'asked' | 'working' | 'done'} */ (this.progress)] ?? 0;
  }

  get showsBar() {
    return this.progressValue > 0;
  }

  /** @param {Event} event */
  handleAct(event) {
    const { action } = /** @type {HTMLElement} */ (event.currentTarget).dataset;
    this.dispatchEvent(new CustomEvent('act', { detail: { action } }));
  }
}
