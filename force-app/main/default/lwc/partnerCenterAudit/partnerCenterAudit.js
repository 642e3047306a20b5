/** Everything that was exchanged with Partner Center about a deal. Reads one record. */
import { LightningElement, api, wire } from 'lwc';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import { getFieldValue, getRecord } from 'lightning/uiRecordApi';
import AUDIT from '@salesforce/schema/Opportunity.Audit__c';
import NAME from '@salesforce/schema/Opportunity.Name';
import REFERRAL from '@salesforce/schema/Opportunity.Referral_Identifier__c';
import { auditWays, parseAudit } from 'c/partnerCenterAuditLine';
import { now } from 'c/partnerCenterClock';
import { auditText, errorText, fill } from 'c/partnerCenterText';
import { fieldsIn, filterLines, noFilters, toCsv, toSupportText } from './filters';

/** How many entries are drawn at first; a long history stays quick. */
const page = 50;

export default class PartnerCenterAudit extends LightningElement {
  /** @type {string | undefined} */
  @api recordId;

  text = { ...auditText, retry: errorText.retry };
  requiredFields = [NAME];
  optionalFields = [AUDIT, REFERRAL];
  /** @type {import('lightning/uiRecordApi').UiRecord | null} */
  record = null;
  /** @type {unknown} */
  error = null;
  filters = { ...noFilters };
  limit = page;
  time = now();

  /** @param {{ data?: import('lightning/uiRecordApi').UiRecord, error?: unknown }} result */
  @wire(getRecord, { recordId: '$recordId', fields: '$requiredFields', optionalFields: '$optionalFields' })
  wiredRecord({ data, error }) {
    if (data) {
      this.record = data;
      this.error = null;
      this.time = now();
    } else if (error) {
      this.error = error;
    }
  }

  get failed() {
    return this.record === null && this.error !== null;
  }

  get loading() {
    return this.record === null && this.error === null;
  }

  get audit() {
    return this.record ? getFieldValue(this.record, AUDIT) : undefined;
  }

  get noPermission() {
    return this.record !== null && this.audit === undefined;
  }

  get lines() {
    return parseAudit(typeof this.audit === 'string' ? this.audit : '');
  }

  get empty() {
    return this.record !== null && !this.noPermission && this.lines.length === 0;
  }

  get filled() {
    return this.lines.length > 0;
  }

  get found() {
    return filterLines(this.lines, this.filters);
  }

  get shown() {
    return this.found.slice(0, this.limit);
  }

  get noMatch() {
    return this.found.length === 0;
  }

  get hasMore() {
    return this.found.length > this.limit;
  }

  get moreLabel() {
    return fill(auditText.count, this.limit, this.found.length);
  }

  get count() {
    return fill(auditText.count, this.found.length, this.lines.length);
  }

  get ways() {
    const labels = [auditText.toPartner, auditText.toSalesforce, auditText.inside];
    return [
      { value: '', label: auditText.allWays },
      ...auditWays.map((value, index) => ({ value, label: labels[index] }))
    ];
  }

  get fields() {
    return [{ value: '', label: auditText.allFields }, ...fieldsIn(this.lines)];
  }

  /** @param {CustomEvent<{ value: string, checked: boolean }>} event */
  handleFilter(event) {
    const { name } = /** @type {HTMLElement} */ (event.currentTarget).dataset;
    const value = name === 'failures' ? event.detail.checked : event.detail.value;
    this.filters = { ...this.filters, [/** @type {string} */ (name)]: value };
    this.limit = page;
  }

  handleClear() {
    this.filters = { ...noFilters };
  }

  handleMore() {
    this.limit += page;
  }

  async handleCopy() {
    const referral = this.record ? getFieldValue(this.record, REFERRAL) : null;
    const about = [`Salesforce ${this.recordId}`, `Partner Center ${referral ?? '-'}`];
    try {
      await navigator.clipboard.writeText(toSupportText(this.found, about));
      this.say(fill(auditText.copied, this.found.length), 'success');
    } catch {
      this.say(auditText.copyFailed, 'warning');
    }
  }

  handleExport() {
    const link = document.createElement('a');
    link.href = `data:text/csv;charset=utf-8,${encodeURIComponent(`\uFEFF${toCsv(this.found)}`)}`;
    link.download = `partner-center-audit-${this.recordId}.csv`;
    link.click();
  }

  /** @param {string} message @param {'success' | 'warning'} variant */
  say(message, variant) {
    this.dispatchEvent(new ShowToastEvent({ title: auditText.title, message, variant }));
  }
}
