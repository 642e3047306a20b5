/**
 * The panel of a deal. Opens with two requests: the record, and one query for what hangs on it. After a person's own action it looks again a few
 * times and stops; it also looks when the person comes back to the page.
 */
import { LightningElement, api, wire } from 'lwc';
import { graphql } from 'lightning/graphql';
import { NavigationMixin } from 'lightning/navigation';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import { RefreshEvent } from 'lightning/refresh';
import { getRecord, notifyRecordUpdateAvailable } from 'lightning/uiRecordApi';
import ADMINISTER from '@salesforce/customPermission/PC_Administer';
import { parseAudit } from 'c/partnerCenterAuditLine';
import { askAboutDeal } from 'c/partnerCenterActions';
import { everyMinute, inSeries, now, onReturn } from 'c/partnerCenterClock';
import PartnerCenterDialog from 'c/partnerCenterDialog';
import { explain } from 'c/partnerCenterErrors';
import { coreQuery, dealQuery, optionalFields, readDeal, readRelated, requiredFields } from 'c/partnerCenterRecord';
import {
  canRegister,
  checklistOf,
  doorOf,
  doorOfAttention,
  expiryOf,
  helpKinds,
  isFinal,
  nextStep,
  readSettings,
  registrationChoices,
  serviceNotice,
  stateOf,
  statusOf,
  unreadOf
} from 'c/partnerCenterRules';
import { errorText, fill, panelText } from 'c/partnerCenterText';
import { pageOf } from './places';
import { readSeen, writeSeen } from './seen';
import { answerQuestion, goThrough, setSharing } from './steps';

/** @typedef {import('c/partnerCenterRecord').Deal} Deal */
/** @typedef {import('c/partnerCenterRules').DoorName} DoorName */
/** @typedef {import('c/partnerCenterRules').Door} Door */

/** How many entries the panel shows before "Show all". */
const few = 5;

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
  /** @type {number | null} */
  askedAt = null;
  /** @type {string | null} */
  requestId = null;
  /** @type {string | null} */
  progress = null;
  /** @type {number | null} */
  seenAt = null;
  time = now();
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

  // ------------------------------------------------------------------------------------------------ what is shown

  get loading() {
    return this.deal === null && this.dealError === null;
  }

  get notFound() {
    return this.deal === null && this.dealError !== null;
  }

  get noPermission() {
    return this.deal !== null && !this.deal.mayRead;
  }

  get ready() {
    return this.deal !== null && this.deal.mayRead;
  }

  get link() {
    return this.deal?.link ?? null;
  }

  get settings() {
    return readSettings(this.related?.connection?.settings);
  }

  get status() {
    return this.deal ? statusOf(this.deal, { now: this.time, askedAt: this.askedAt }) : undefined;
  }

  get state() {
    return stateOf(this.deal?.referralStatus ?? null);
  }

  get checklist() {
    if (!this.deal) return [];
    const { solutions = null, contacts = null, teamMembers = [] } = this.related ?? {};
    return checklistOf(this.deal, {
      solutions,
      contacts,
      team: [this.deal.owner, ...teamMembers],
      countries: this.settings.countries
    });
  }

  get missing() {
    return this.related ? this.checklist.filter((line) => !line.done).length : 0;
  }

  get showsChecklist() {
    if (!this.related || isFinal(this.state) || this.deal?.incoming) return false;
    return this.deal?.referralId === null || this.missing > 0;
  }

  /** A deal that is linked already has no use for incoming deals that resemble it. */
  get questions() {
    const rows = this.related?.questions ?? [];
    return this.deal?.referralId === null ? rows : rows.filter((row) => row.opportunityId !== null);
  }

  get nextStep() {
    const { deal, status } = this;
    return deal && status && this.related
      ? nextStep(deal, {
          status,
          missing: this.showsChecklist ? this.missing : 0,
          questions: this.questions,
          now: this.time
        })
      : undefined;
  }

  get notice() {
    return this.related ? serviceNotice(this.related.connection, this.time) : null;
  }

  get expiry() {
    return this.deal && this.status?.kind === 'answer' ? expiryOf(this.deal.expires, this.time) : null;
  }

  get facts() {
    const aged = ['in-sync', 'waiting', 'needs-you', 'on-hold', 'answer'].includes(this.status?.kind ?? '');
    return aged && this.deal?.dealType ? [this.deal.dealType] : [];
  }

  get upgradable() {
    return this.deal?.shared === true && this.state === 'active';
  }

  get cannotToggle() {
    return this.busy || isFinal(this.state);
  }

  get cannotSync() {
    return (
      this.busy || !this.deal?.shared || isFinal(this.state) || this.progress === 'asked' || this.progress === 'working'
    );
  }

  get showsPath() {
    return this.deal?.referralId !== null;
  }

  get moreActions() {
    const open = this.deal?.shared === true && this.state === 'active';
    const linked = this.deal?.referralId !== null && !isFinal(this.state);
    const admin = linked && Boolean(ADMINISTER);
    return [
      { name: 'won', label: panelText.closeWon, shown: open },
      { name: 'lost', label: panelText.closeLost, shown: open },
      { name: 'register', label: panelText.register, shown: canRegister(this.deal) },
      { name: 'undo', label: panelText.undoLink, shown: linked && this.deal?.incoming === true },
      { name: 'release', label: panelText.releaseHold, shown: admin && this.status?.kind === 'on-hold' },
      { name: 'retire', label: panelText.retire, shown: admin }
    ].filter((action) => action.shown);
  }

  get hasMore() {
    return this.moreActions.length > 0;
  }

  get lines() {
    return parseAudit(this.deal?.audit);
  }

  get shownLines() {
    return this.showsAll ? this.lines : this.lines.slice(0, few);
  }

  get moreLabel() {
    return this.showsAll ? panelText.showLess : fill(panelText.showAll, this.lines.length);
  }

  get hasMoreLines() {
    return this.lines.length > few;
  }

  get unread() {
    return unreadOf(this.lines, this.seenAt);
  }

  get unreadTitle() {
    const { length } = this.unread;
    return length === 1 ? panelText.unreadOne : fill(panelText.unread, length);
  }

  get shownUnread() {
    return this.unread.slice(0, few);
  }

  // ------------------------------------------------------------------------------------------------ what a person does

  handleSyncNow() {
    return this.carryOut(() => askAboutDeal(/** @type {Deal} */ (this.deal).id, 'sync_now'));
  }

  /** @param {CustomEvent<{ checked: boolean }>} event */
  async handleToggle(event) {
    const toggle = /** @type {HTMLInputElement} */ (/** @type {unknown} */ (event.target));
    const deal = /** @type {Deal} */ (this.deal);
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
      : this.carryOut(() => answerQuestion(/** @type {Deal} */ (this.deal), action, row, value));
  }

  /** @param {CustomEvent<{ value: string }>} event */
  handleMore(event) {
    const action = event.detail.value;
    return action === 'undo'
      ? this.carryOut(() => askAboutDeal(/** @type {Deal} */ (this.deal).id, 'undo_link'))
      : this.passDoor(/** @type {DoorName} */ (action));
  }

  /** @param {CustomEvent<{ place: string }>} event */
  handlePlace(event) {
    this[NavigationMixin.Navigate](pageOf(event.detail.place, /** @type {Deal} */ (this.deal)));
  }

  /** @param {CustomEvent<{ field: string }>} event */
  handlePutBack(event) {
    return this.carryOut(() =>
      askAboutDeal(/** @type {Deal} */ (this.deal).id, 'put_back', { field: event.detail.field })
    );
  }

  handleSeen() {
    const newest = this.unread[0]?.entry;
    if (!newest || !this.recordId) return;
    this.seenAt = newest.at;
    writeSeen(this.recordId, newest.at);
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
    const deal = /** @type {Deal} */ (this.deal);
    const door = doorOf(name, deal, this.settings);
    const chosen = await this.askDoor(door);
    return chosen
      ? this.carryOut(
          () => goThrough(deal, name, chosen, this.settings),
          name === 'share' ? panelText.shared : undefined
        )
      : false;
  }

  /** @param {import('c/partnerCenterRecord').Attention} row */
  async confirmRow(row) {
    const deal = /** @type {Deal} */ (this.deal);
    const chosen = await this.askDoor(doorOfAttention(row, deal, this.settings));
    return chosen ? this.carryOut(() => answerQuestion(deal, 'confirm', row, undefined)) : false;
  }

  /** @param {Door} door @returns {Promise<{ choice: string | null, note: string } | undefined>} */
  askDoor(door) {
    const lists = {
      help: helpKinds,
      decline: this.settings.declineReasons,
      error: this.settings.errorReasons,
      registration: registrationChoices
    };
    return PartnerCenterDialog.open({
      label: door.title,
      size: 'small',
      door,
      choices: door.asks === null ? [] : lists[door.asks],
      chosen: door.name === 'lost' ? (this.deal?.lostReason ?? null) : null
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
      if (made) {
        this.requestId = made.id;
        this.askedAt = this.time;
        this.progress = 'asked';
      }
      this.dispatchEvent(
        new ShowToastEvent({
          title: panelText.title,
          message: done ?? (made ? panelText.asked : panelText.saved),
          variant: 'success'
        })
      );
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
      if (this.progress === 'asked') this.progress = 'working';
      this.refresh().then(() => {
        if (left === 0 && this.requestId !== null) this.endRequest('late');
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
    const answer = this.related?.requests.find((request) => request.id === this.requestId && request.outcome !== null);
    if (!answer) return;
    this.endRequest('done');
    if (answer.outcome === 'Done') {
      this.dispatchEvent(
        new ShowToastEvent({ title: panelText.answerDone, message: answer.message, variant: 'success' })
      );
    } else {
      this.actionNote = fill(
        answer.outcome === 'Refused' ? panelText.answerRefused : panelText.answerLater,
        answer.message
      );
    }
  }

  /** @param {'done' | 'late'} progress */
  endRequest(progress) {
    this.progress = progress;
    this.requestId = null;
    this.askedAt = null;
  }
}
