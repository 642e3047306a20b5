/** Deals and questions that wait, on the home page. Fires `row` with the action and the row. */
import { LightningElement, api } from 'lwc';
import { NavigationMixin } from 'lightning/navigation';
import { ageText, fieldLabelOf } from 'c/partnerCenterRules';
import { fill, healthText, panelText } from 'c/partnerCenterText';

/** @typedef {import('c/partnerCenterRecord').Attention} Attention */

/** @param {Attention} row */
function titleOf(row) {
  if (row.opportunityName) return row.opportunityName;
  return row.kind === 'match' && row.partnerValue ? fill(healthText.incoming, row.partnerValue) : row.message;
}

/** @param {Attention} row */
const wordsOf = (row) =>
  row.kind === 'conflict' ? fill(panelText.conflict, fieldLabelOf(row.field ?? '')) : row.message;

export default class PartnerCenterWaiting extends NavigationMixin(LightningElement) {
  /** @type {readonly Attention[]} */
  @api rows = [];
  /** Epoch ms. @type {number} */
  @api now = 0;
  /** A step is being saved. @type {boolean} */
  @api busy = false;

  text = { ...healthText, link: panelText.link, keepAsNew: panelText.keepAsNew, retry: panelText.retry };

  get shownRows() {
    return this.rows.map((row) => {
      const incoming = row.kind === 'match' && row.opportunityId === null;
      return {
        ...row,
        incoming,
        retriable: row.kind === 'parked' || row.kind === 'refused',
        kindLabel: healthText[/** @type {keyof typeof healthText} */ (`kind_${row.kind}`)] ?? row.kind,
        title: titleOf(row),
        openTitle: `${healthText.open}: ${titleOf(row)}`,
        words: wordsOf(row),
        age: row.since === null ? '' : ageText(row.since, this.now),
        shownSuggestions: incoming
          ? row.suggestions.map((one) => ({
              ...one,
              why: [fill(panelText.score, one.score), ...one.reasons].join(' · '),
              linkTitle: fill(panelText.linkTo, one.name)
            }))
          : []
      };
    });
  }

  /** @param {Event} event */
  handleOpen(event) {
    const { id } = /** @type {HTMLElement} */ (event.currentTarget).dataset;
    this[NavigationMixin.Navigate]({ type: 'standard__recordPage', attributes: { recordId: id, actionName: 'view' } });
  }

  /** @param {Event} event */
  handleAct(event) {
    const { action, id, target } = /** @type {HTMLElement} */ (event.currentTarget).dataset;
    this.dispatchEvent(
      new CustomEvent('row', { detail: { action, row: this.rows.find((one) => one.id === id), target } })
    );
  }
}
