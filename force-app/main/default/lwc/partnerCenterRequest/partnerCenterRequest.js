/**
 * Screen quick actions of a deal: sync now, accept, decline. One component for all three: the page reference names the action; where it does not,
 * the person chooses among what the deal allows.
 */
import { LightningElement, api, wire } from 'lwc';
import { CloseActionScreenEvent } from 'lightning/actions';
import { CurrentPageReference } from 'lightning/navigation';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import { getRecord, notifyRecordUpdateAvailable } from 'lightning/uiRecordApi';
import { askAboutDeal } from 'c/partnerCenterActions';
import { now } from 'c/partnerCenterClock';
import { optionalFields, readDeal, requiredFields } from 'c/partnerCenterRecord';
import { defaultSettings, doorOf, expiryOf, stateOf } from 'c/partnerCenterRules';
import { doorText, panelText, requestText } from 'c/partnerCenterText';

/** @typedef {'sync_now' | 'accept' | 'decline'} Kind */

/** @type {Record<string, Kind>} */
const kindOfAction = { PC_Sync_Now: 'sync_now', PC_Accept: 'accept', PC_Decline: 'decline' };

export default class PartnerCenterRequest extends LightningElement {
  /** @type {string | undefined} */
  @api recordId;

  text = { ...requestText, ...doorText };
  requiredFields = requiredFields;
  optionalFields = optionalFields;
  /** @type {import('c/partnerCenterRecord').Deal | null} */
  deal = null;
  /** @type {unknown} */
  error = null;
  /** @type {Kind | null} */
  named = null;
  /** @type {string | null} */
  reason = null;
  busy = false;

  /** @param {{ attributes?: { apiName?: string, actionName?: string } } | null | undefined} page */
  @wire(CurrentPageReference)
  wiredPage(page) {
    const name = (page?.attributes?.apiName ?? page?.attributes?.actionName ?? '').split('.').pop() ?? '';
    this.named = kindOfAction[name] ?? null;
  }

  /** @param {{ data?: import('lightning/uiRecordApi').UiRecord, error?: unknown }} result */
  @wire(getRecord, { recordId: '$recordId', fields: '$requiredFields', optionalFields: '$optionalFields' })
  wiredDeal({ data, error }) {
    if (data) this.deal = readDeal(data);
    this.error = error ?? null;
  }

  get waits() {
    return this.deal?.incoming === true && stateOf(this.deal.referralStatus) === 'new';
  }

  get title() {
    const titles = {
      sync_now: requestText.syncTitle,
      accept: requestText.acceptTitle,
      decline: requestText.declineTitle
    };
    return this.named ? titles[this.named] : requestText.title;
  }

  /** Why nothing can be asked; empty when something can. */
  get refusal() {
    if (!this.deal) return '';
    if (this.named === 'sync_now' || this.named === null) return this.deal.shared ? '' : requestText.notShared;
    return this.waits ? '' : requestText.notWaiting;
  }

  get allowed() {
    return this.deal !== null && this.refusal === '';
  }

  /** @param {Kind} kind */
  offers(kind) {
    if (!this.allowed) return false;
    return this.named === null ? kind === 'sync_now' || this.waits : this.named === kind;
  }

  get offersSync() {
    return this.offers('sync_now');
  }

  get offersAccept() {
    return this.offers('accept');
  }

  get offersDecline() {
    return this.offers('decline');
  }

  get expiry() {
    return this.waits ? expiryOf(this.deal?.expires ?? null, now()) : null;
  }

  get sync() {
    return panelText.syncNow;
  }

  /** What freezes and what becomes impossible. */
  get door() {
    if (!this.deal || !this.waits || this.named === 'sync_now') return null;
    return doorOf(this.named === 'decline' ? 'decline' : 'accept', this.deal, defaultSettings);
  }

  get reasons() {
    return defaultSettings.declineReasons.map((one) => ({ label: one, value: one }));
  }

  /** @param {CustomEvent<{ value: string }>} event */
  handleReason(event) {
    this.reason = event.detail.value;
  }

  handleSync() {
    return this.ask('sync_now');
  }

  handleAccept() {
    return this.ask('accept');
  }

  async handleDecline() {
    if (this.reason) {
      await this.ask('decline', this.reason);
      return;
    }
    const box = /** @type {any} */ (this.template?.querySelector('lightning-combobox'));
    box.reportValidity();
  }

  handleClose() {
    this.dispatchEvent(new CloseActionScreenEvent());
  }

  /** @param {Kind} kind @param {string} [reason] */
  async ask(kind, reason) {
    const id = /** @type {string} */ (this.recordId);
    this.busy = true;
    this.error = null;
    try {
      await askAboutDeal(id, kind, { reason });
      this.dispatchEvent(
        new ShowToastEvent({ title: requestText.title, message: requestText.sent, variant: 'success' })
      );
      await notifyRecordUpdateAvailable([{ recordId: id }]);
      this.handleClose();
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
  }
}
