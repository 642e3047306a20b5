/** The opportunity page: highlights, the seller's stage path, details, related lists, the panel and the audit. */
import { LightningElement, api } from 'lwc';
import { callOrg } from 'page/org';
import ActionDialog from 'host/actionDialog';
import ChooseDialog from 'host/chooseDialog';
import { contactChoices, readRecord } from 'host/layouts';

const shown = ['Name', 'Amount', 'CloseDate', 'StageName', 'AccountId', 'Account.Name', 'Owner.Name', 'PC_Sync_Mark__c'];

export default class Record extends LightningElement {
  @api recordId;
  record = null;
  refused = false;
  tab = 'details';
  actions = [
    { name: 'PC_Sync_Now', label: 'Sync Now' },
    { name: 'PC_Accept', label: 'Accept' },
    { name: 'PC_Decline', label: 'Decline' },
  ];

  connectedCallback() {
    this.onRecords = (event) => {
      if (event.detail.ids.includes(this.recordId)) void this.load();
    };
    window.addEventListener('page:records', this.onRecords);
    void this.load();
  }

  disconnectedCallback() {
    window.removeEventListener('page:records', this.onRecords);
  }

  async load() {
    try {
      this.record = await readRecord(this.recordId, 'Opportunity', shown);
      document.title = `${this.field('Name')} | Local Salesforce`;
    } catch {
      this.refused = true;
    }
  }

  field(name) {
    const field = this.record?.fields[name];
    return field?.displayValue ?? field?.value ?? '';
  }

  get name() {
    return this.field('Name');
  }

  get stage() {
    return this.record?.fields.StageName?.value ?? '';
  }

  get highlights() {
    const mark = this.field('PC_Sync_Mark__c');
    return [
      { label: 'Account', value: this.field('Account') },
      { label: 'Close Date', value: this.field('CloseDate') },
      { label: 'Amount', value: this.field('Amount') },
      { label: 'Owner', value: this.field('Owner') },
      ...(mark ? [{ label: 'Partner Center', value: mark }] : []),
    ];
  }

  get tabs() {
    const tabs = [
      { name: 'details', label: 'Details' },
      { name: 'related', label: 'Related' },
      { name: 'audit', label: 'Partner Center Audit' },
    ];
    return tabs.map((tab) => ({
      ...tab,
      selected: String(tab.name === this.tab),
      className: tab.name === this.tab ? 'tab tab_current' : 'tab',
    }));
  }

  get showsDetails() {
    return this.tab === 'details';
  }

  get showsRelated() {
    return this.tab === 'related';
  }

  get showsAudit() {
    return this.tab === 'audit';
  }

  handleTab(event) {
    this.tab = event.currentTarget.dataset.name;
  }

  handleAction(event) {
    const action = event.currentTarget.dataset.name;
    globalThis.localPage.reference = { type: 'standard__quickAction', attributes: { apiName: `Opportunity.${action}` } };
    void ActionDialog.open({ label: event.currentTarget.label, size: 'small', recordId: this.recordId });
  }

  @api async addContact() {
    const choices = await contactChoices(this.record.fields.AccountId.value);
    const contact = await ChooseDialog.open({ label: 'Add a contact role', size: 'small', choices });
    if (!contact) return;
    await callOrg('POST', '/ui-api/records', {
      body: { apiName: 'OpportunityContactRole', fields: { OpportunityId: this.recordId, ContactId: contact, IsPrimary: true } },
      part: 'host',
    });
    window.dispatchEvent(new CustomEvent('page:changed'));
  }
}
