/** Is the connection healthy, what waits, and what is to be done? Opens with one request. */
import { LightningElement, wire } from 'lwc';
import { graphql } from 'lightning/graphql';
import ADMINISTER from '@salesforce/customPermission/PC_Administer';
import { askAboutDeal, askService } from 'c/partnerCenterActions';
import { everyMinute, inSeries, now, onReturn } from 'c/partnerCenterClock';
import { healthQuery, readAttention, readConnection, readRequest } from 'c/partnerCenterRecord';
import { ageText } from 'c/partnerCenterRules';
import { errorText, fill, healthText, panelText } from 'c/partnerCenterText';
import { figuresOf, stateOfConnection } from './figures';

/** @typedef {import('c/partnerCenterRecord').Attention} Attention */
/** @typedef {import('c/partnerCenterRecord').Answer} Answer */
/** @typedef {import('c/partnerCenterActions').ServiceRequestKind} ServiceRequestKind */

/** @type {Record<string, string>} */
const stateIcons = { good: 'utility:success', warning: 'utility:warning', bad: 'utility:error' };

/** @param {any} connection */
const nodesOf = (connection) => (connection?.edges ?? []).map((/** @type {any} */ edge) => edge.node);

export default class PartnerCenterHealth extends LightningElement {
  text = { ...healthText, retryOne: panelText.retry, cure: panelText.cure, retryLoad: errorText.retry };
  query = healthQuery;
  loaded = false;
  /** @type {import('c/partnerCenterRecord').Connection | null} */
  connection = null;
  /** @type {Attention[]} */
  questions = [];
  /** @type {Answer[]} */
  requests = [];
  /** @type {unknown} */
  error = null;
  /** @type {unknown} */
  actionError = null;
  asked = false;
  busy = false;
  time = now();
  /** @type {(() => Promise<unknown>) | undefined} */
  refreshData;
  /** @type {(() => void)[]} */
  stops = [];
  /** @type {(() => void) | undefined} */
  stopSeries;

  connectedCallback() {
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

  /** @param {import('lightning/graphql').GraphqlResult} result */
  @wire(graphql, { query: '$query' })
  wiredHealth({ data, errors, refresh }) {
    this.refreshData = refresh ?? this.refreshData;
    if (data) {
      const found = data.uiapi.query;
      const [connection] = nodesOf(found.connection);
      this.connection = connection ? readConnection(connection) : null;
      this.questions = nodesOf(found.questions).map(readAttention);
      this.requests = nodesOf(found.requests).map(readRequest);
      this.loaded = true;
      this.error = null;
      this.time = now();
      if (this.requests[0]?.outcome) this.asked = false;
    } else if (errors) {
      this.error = errors;
    }
  }

  get loading() {
    return !this.loaded && this.error === null;
  }

  get noPermission() {
    return (
      !this.loaded &&
      this.error !== null &&
      /PC_Connection__c|FieldUndefined|permission|access/i.test(JSON.stringify(this.error))
    );
  }

  get failed() {
    return !this.loaded && this.error !== null && !this.noPermission;
  }

  get notConnected() {
    return this.loaded && (this.connection === null || this.connection.heartbeat === null);
  }

  get connected() {
    return this.loaded && this.connection !== null && this.connection.heartbeat !== null;
  }

  get state() {
    const state = stateOfConnection(/** @type {NonNullable<typeof this.connection>} */ (this.connection), this.time);
    return { ...state, icon: stateIcons[state.standing], className: `bar bar_${state.standing}` };
  }

  get reported() {
    return fill(healthText.reported, ageText(this.connection?.heartbeat ?? 0, this.time));
  }

  get version() {
    const { version, packageVersion } = this.connection ?? {};
    return version ? fill(healthText.version, version, packageVersion ?? '-') : '';
  }

  get figures() {
    if (!this.connection) return [];
    return figuresOf(this.connection, this.time).map((figure) => ({
      ...figure,
      className: `figure figure_${figure.standing}`,
      icon: stateIcons[figure.standing]
    }));
  }

  get causes() {
    return (this.connection?.causes ?? []).map((cause) => ({
      ...cause,
      shown: cause.count === 1 ? healthText.causeCountOne : fill(healthText.causeCount, cause.count)
    }));
  }

  get admin() {
    return Boolean(ADMINISTER);
  }

  get lastAnswer() {
    return this.requests.find((request) => request.outcome !== null)?.message ?? '';
  }

  refresh() {
    this.time = now();
    return Promise.allSettled([this.refreshData?.()]);
  }

  /** @param {Event} event */
  handleAsk(event) {
    const { kind } = /** @type {HTMLElement} */ (event.currentTarget).dataset;
    return this.ask(() => askService(/** @type {ServiceRequestKind} */ (kind), { connectionId: this.connection?.id }));
  }

  /** @param {CustomEvent<{ action: 'retry' | 'keep_as_new' | 'link', row: Attention, target?: string }>} event */
  handleRow(event) {
    const { action, row, target } = event.detail;
    const details = { attentionId: row.id, target };
    return this.ask(() =>
      row.opportunityId === null ? askService(action, details) : askAboutDeal(row.opportunityId, action, details)
    );
  }

  /** @param {() => Promise<unknown>} work */
  async ask(work) {
    this.busy = true;
    this.actionError = null;
    try {
      await work();
      this.asked = true;
      this.stopSeries?.();
      this.stopSeries = inSeries(() => this.refresh());
      await this.refresh();
    } catch (error) {
      this.actionError = error;
    } finally {
      this.busy = false;
    }
  }
}
