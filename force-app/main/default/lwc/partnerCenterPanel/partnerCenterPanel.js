/**
 * The panel of a deal. Opens with two requests: the record, and one query for what hangs on it. After a person's own action it looks again a few
 * times and stops; it also looks when the person comes back to the page. What is shown is `view`, what a step does is `steps`.
 */
import { LightningElement, api, wire } from 'lwc';
import { graphql } from 'lightning/graphql';
import { NavigationMixin } from 'lightning/navigation';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import { RefreshEvent } from 'lightning/refresh';
import { getRecord, notifyRecordUpdateAvailable } from 'lightning/uiRecordApi';
import ADMINISTER from '@salesforce/customPermission/PC_Administer';
import { askAboutDeal } from 'c/partnerCenterActions';
import { everyMinute, inSeries, now, onReturn } from 'c/partnerCenterClock';
import PartnerCenterDialog from 'c/partnerCenterDialog';
import { explain } from 'c/partnerCenterErrors';
import { coreQuery, dealQuery, optionalFields, readDeal, readRelated, requiredFields } from 'c/partnerCenterRecord';
import { defaultSettings, doorOf, doorOfAttention } from 'c/partnerCenterRules';
import { errorText, panelText } from 'c/partnerCenterText';
import { pageOf } from './places';
import { answered, asked, givenUp, looked, noRequest } from './request';
import { readSeen, writeSeen } from './seen';
import { answerQuestion, choicesOf, goThrough, setSharing } from './steps';
import { createViewer } from './view';

/** @typedef {import('c/partnerCenterRecord').Deal} Deal */
/** @typedef {import('c/partnerCenterRules').DoorName} DoorName */
/** @typedef {import('c/partnerCenterRules').Door} Door */

export default class PartnerCenterPanel extends NavigationMixin(LightningElement) {
  /** @type {string | undefined} */
  @api recordId;

  text = { ...panelText, retryLoad: errorText.retry };
  requiredFields = requiredFields;
  optionalFields = optionalFields;
  query = dealQuery;
  /** @type {Deal | null} */
  deal = null;
  /** @type {unknown} */
  dealError = null;
  /** @type {import('c/partnerCenterRecord').Related | null} */
  related = null;
  /** The org refused the whole query; the smaller one is asked instead. */
  asksLess = false;
  relatedFailed = false;
  /** @type {unknown} */
  actionError = null;
  /** @type {string | null} */
  actionNote = null;
  busy = false;
  showsAll = false;
  request = noRequest;
  /** @type {number | null} */
  seenAt = null;
  time = now();
  viewer = createViewer();
  /** @type {(() => Promise<unknown>) | undefined} */
  refreshRelated;
  /** @type {(() => void)[]} */
  stops = [];
  /** @type {(() => void) | undefined} */
  stopSeries;

  connectedCallback() {
    this.seenAt = this.recordId ? readSeen(this.recordId) : null;
    this.stops = [
      everyMinute(() => {
        this.time = now();
      }),
      onReturn(() => this.refresh())
    ];
  }

  disconnectedCallback() {
    this.stops.forEach((stop) => stop());
    this.stopSeries?.();
  }

  get variables() {
    return this.recordId ? { recordId: this.recordId } : undefined;
  }

  /** @param {{ data?: import('lightning/uiRecordApi').UiRecord, error?: unknown }} result */
  @wire(getRecord, { recordId: '$recordId', fields: '$requiredFields', optionalFields: '$optionalFields' })
  wiredDeal({ data, error }) {
    if (data) {
      this.deal = readDeal(data);
      this.dealError = null;
      this.time = now();
    } else if (error) {
      this.dealError = error;
    }
  }

  /** @param {import('lightning/graphql').GraphqlResult} result */
  @wire(graphql, { query: '$query', variables: '$variables' })
  wiredRelated({ data, errors, refresh }) {
    this.refreshRelated = refresh ?? this.refreshRelated;
    if (data) {
      this.related = readRelated(data, this.recordId ?? '');
      this.relatedFailed = false;
      this.time = now();
      this.followRequest();
    } else if (errors && !this.asksLess) {
      this.asksLess = true;
      this.query = coreQuery;
    } else if (errors) {
      this.relatedFailed = true;
    }
  }

  get view() {
    const { deal, dealError, related, request, busy, seenAt, showsAll, time } = this;
    return this.viewer({ deal, dealError, related, request, busy, admin: Boolean(ADMINISTER), seenAt, showsAll, time });
  }

  get settings() {
    return this.view.ready?.settings ?? defaultSettings;
  }

  /** The deal of a step: steps are offered only while it is shown. */
  get shownDeal() {
    return /** @type {Deal} */ (this.deal);
  }

  // ------------------------------------------------------------------------------------------------ what a person does

  handleSyncNow() {
    return this.carryOut(() => askAboutDeal(this.shownDeal.id, 'sync_now'));
  }

  /** @param {CustomEvent<{ checked: boolean }>} event */
  async handleToggle(event) {
    const toggle = /** @type {HTMLInputElement} */ (/** @type {unknown} */ (event.target));
    const deal = this.shownDeal;
    const on = event.detail.checked;
    const done =
      on && deal.referralId === null
        ? await this.passDoor('share')
        : await this.carryOut(() => setSharing(deal, on), on ? panelText.shared : panelText.unshared);
    if (!done) toggle.checked = !on;
  }

  /** @param {CustomEvent<{ action: string, row?: import('c/partnerCenterRecord').Attention, value?: string }>} event */
  handleAct(event) {
    const { action, row, value } = event.detail;
    if (!row) return this.passDoor(/** @type {DoorName} */ (action));
    return action === 'confirm'
      ? this.confirmRow(row)
      : this.carryOut(() => answerQuestion(this.shownDeal, action, row, value));
  }

  /** @param {CustomEvent<{ value: string }>} event */
  handleMore(event) {
    const action = event.detail.value;
    return action === 'undo'
      ? this.carryOut(() => askAboutDeal(this.shownDeal.id, 'undo_link'))
      : this.passDoor(/** @type {DoorName} */ (action));
  }

  /** @param {CustomEvent<{ place: string }>} event */
  handlePlace(event) {
    this[NavigationMixin.Navigate](pageOf(event.detail.place, this.shownDeal));
  }

  /** @param {CustomEvent<{ field: string }>} event */
  handlePutBack(event) {
    return this.carryOut(() => askAboutDeal(this.shownDeal.id, 'put_back', { field: event.detail.field }));
  }

  handleSeen() {
    const newest = this.view.ready?.history.newest;
    if (!newest || !this.recordId) return;
    this.seenAt = newest;
    writeSeen(this.recordId, newest);
  }

  handleShowAll() {
    this.showsAll = !this.showsAll;
  }

  handleReload() {
    this.actionError = null;
    this.actionNote = null;
    return this.refresh();
  }

  /**
   * Shows the dialog of a one-way door and goes through it when the person says so.
   * @param {DoorName} name
   */
  async passDoor(name) {
    const { shownDeal: deal, settings } = this;
    const chosen = await this.askDoor(doorOf(name, deal, settings));
    const done = name === 'share' ? panelText.shared : undefined;
    return chosen ? this.carryOut(() => goThrough(deal, name, chosen, settings), done) : false;
  }

  /** @param {import('c/partnerCenterRecord').Attention} row */
  async confirmRow(row) {
    const { shownDeal: deal, settings } = this;
    const chosen = await this.askDoor(doorOfAttention(row, deal, settings));
    return chosen ? this.carryOut(() => answerQuestion(deal, 'confirm', row, undefined)) : false;
  }

  /** @param {Door} door @returns {Promise<{ choice: string | null, note: string } | undefined>} */
  askDoor(door) {
    return PartnerCenterDialog.open({
      label: door.title,
      size: 'small',
      door,
      choices: choicesOf(door, this.settings),
      chosen: door.name === 'lost' ? this.shownDeal.lostReason : null
    });
  }

  // ------------------------------------------------------------------------------------------------ doing and looking again

  /**
   * Does one thing, says what came of it, and looks again a few times.
   * @param {() => Promise<{ id: string } | null>} work
   * @param {string} [done] what to say when it is saved
   * @returns {Promise<boolean>}
   */
  async carryOut(work, done) {
    this.busy = true;
    this.actionError = null;
    this.actionNote = null;
    try {
      const made = await work();
      this.time = now();
      if (made) this.request = asked(made.id, this.time);
      this.say(panelText.title, done ?? (made ? panelText.asked : panelText.saved));
      this.lookAgain();
      return true;
    } catch (error) {
      this.actionError = error;
      if (explain(error).kind === 'stale') this.actionNote = panelText.movedOn;
      await this.refresh();
      return false;
    } finally {
      this.busy = false;
    }
  }

  lookAgain() {
    this.stopSeries?.();
    this.stopSeries = inSeries((left) => {
      this.request = looked(this.request);
      this.refresh().then(() => {
        if (left === 0) this.request = givenUp(this.request);
      });
    });
    this.dispatchEvent(new RefreshEvent());
    this.refresh();
  }

  /** Reads the record and what hangs on it again. A failure is shown by the wires. */
  async refresh() {
    if (!this.recordId) return;
    this.time = now();
    await Promise.allSettled([notifyRecordUpdateAvailable([{ recordId: this.recordId }]), this.refreshRelated?.()]);
  }

  /** The answer to this person's request, once it is there. */
  followRequest() {
    const found = answered(this.request, this.related?.requests ?? []);
    if (!found) return;
    this.request = found.request;
    if (found.done !== null) this.say(panelText.answerDone, found.done);
    if (found.note !== null) this.actionNote = found.note;
  }

  /** @param {string} title @param {string} message */
  say(title, message) {
    this.dispatchEvent(new ShowToastEvent({ title, message, variant: 'success' }));
  }
}
