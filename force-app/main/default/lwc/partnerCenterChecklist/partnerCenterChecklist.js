/** Ready to share: one line per thing Partner Center asks for, with its cure beside it. Fires `place` with where it is cured. */
import { LightningElement, api } from 'lwc';
import { checkText, fill } from 'c/partnerCenterText';

/** @type {Record<string, string>} */
const buttonTexts = {
  deal: checkText.edit,
  account: checkText.openAccount,
  solutions: checkText.addSolution,
  contacts: checkText.addSolution
};

export default class PartnerCenterChecklist extends LightningElement {
  /** @type {readonly import('c/partnerCenterRules').CheckLine[]} */
  @api lines = [];

  text = checkText;

  get shownLines() {
    const open = this.lines.filter((line) => !line.done);
    const done = this.lines.filter((line) => line.done);
    return [...open, ...done].map((line) => ({
      ...line,
      icon: line.done ? 'utility:check' : 'utility:warning',
      state: line.done ? checkText.done : checkText.open,
      className: line.done ? 'line line_done' : 'line line_open',
      button: line.done || line.place === null ? '' : buttonTexts[line.place],
      buttonTitle: line.place === null ? '' : `${buttonTexts[line.place]}: ${line.label}`
    }));
  }

  get count() {
    return fill(checkText.count, this.lines.filter((line) => line.done).length, this.lines.length);
  }

  get complete() {
    return this.lines.every((line) => line.done);
  }

  /** @param {Event} event */
  handlePlace(event) {
    const { place } = /** @type {HTMLElement} */ (event.currentTarget).dataset;
    this.dispatchEvent(new CustomEvent('place', { detail: { place } }));
  }
}
