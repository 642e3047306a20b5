/**
 * What waits for a person's answer: values that both sides changed, an incoming deal that may be this one, a step to confirm, a refused change.
 * Fires `act` with the action and the row.
 */
import { LightningElement, api } from 'lwc';
import { ageText, fieldLabelOf, valueText } from 'c/partnerCenterRules';
import { fill, panelText } from 'c/partnerCenterText';

/** @typedef {import('c/partnerCenterRecord').Attention} Attention */

/** @param {string | null} who */
const by = (who) => (who ? fill(panelText.changedBy, who) : '');

export default class PartnerCenterQuestions extends LightningElement {
  /** @type {readonly Attention[]} */
  @api rows = [];
  /** Epoch ms. @type {number} */
  @api now = 0;
  /** A step is being saved. @type {boolean} */
  @api busy = false;

  text = panelText;

  get shownRows() {
    return this.rows.map((row) => ({
      ...row,
      title: this.titleOf(row),
      age: row.since === null ? '' : fill(panelText.since, ageText(row.since, this.now)),
      isConflict: row.kind === 'conflict',
      isMatch: row.kind === 'match',
      isConfirm: row.kind === 'confirm',
      isPlain: !['conflict', 'match', 'confirm'].includes(row.kind),
      sides: this.sidesOf(row),
      shownSuggestions: row.suggestions.map((one) => ({
        ...one,
        alike: fill(panelText.score, one.score),
        why: one.reasons.join(' · '),
        linkTitle: fill(panelText.linkTo, one.name)
      }))
    }));
  }

  /** @param {Attention} row */
  titleOf(row) {
    return row.kind === 'conflict' ? fill(panelText.conflict, fieldLabelOf(row.field ?? '')) : row.message;
  }

  /** @param {Attention} row */
  sidesOf(row) {
    const name = row.field ?? '';
    const field = fieldLabelOf(name);
    /** @param {string | null} value */
    const shown = (value) => (value === null ? panelText.empty : valueText(name, value));
    return [
      {
        value: 'salesforce',
        where: panelText.inSalesforce,
        shown: shown(row.salesforceValue),
        who: by(row.salesforceBy)
      },
      {
        value: 'partner-center',
        where: panelText.inPartnerCenter,
        shown: shown(row.partnerValue),
        who: by(row.partnerBy)
      }
    ].map((side) => ({
      ...side,
      key: `${row.id}${side.value}`,
      useTitle: fill(panelText.useThisOf, field, side.where)
    }));
  }

  /** @param {Event} event */
  handleAct(event) {
    const { action, id, value } = /** @type {HTMLElement} */ (event.currentTarget).dataset;
    const row = this.rows.find((one) => one.id === id);
    this.dispatchEvent(new CustomEvent('act', { detail: { action, row, value } }));
  }
}
