/** The local page: header, the three pages, toasts. Stands in for Lightning Experience around the package's components. */
import { LightningElement } from 'lwc';
import { decodeDefaultFieldValues } from 'lightning/pageReferenceUtils';
import { callOrg } from 'page/org';
import ChooseDialog from 'host/chooseDialog';
import EditDialog from 'host/editDialog';
import { accountFields, opportunityFields, solutionChoices } from 'host/layouts';

/** `#/opportunities`, `#/home`, `#/record/006…` */
function readRoute() {
  const [, page = 'opportunities', recordId = null] = location.hash.split('/');
  return { page: page === '' ? 'opportunities' : page, recordId };
}

export default class App extends LightningElement {
  route = readRoute();
  people = globalThis.localPage.people;
  user = globalThis.localPage.user;
  slds = globalThis.localPage.slds;

  connectedCallback() {
    window.addEventListener('hashchange', () => {
      this.route = readRoute();
    });
    window.addEventListener('page:navigate', (event) => void this.navigate(event.detail));
  }

  get onHome() {
    return this.route.page === 'home';
  }

  get onList() {
    return this.route.page === 'opportunities';
  }

  get onRecord() {
    return this.route.page === 'record' && this.route.recordId !== null;
  }

  get homeClass() {
    return this.onHome ? 'tab tab_current' : 'tab';
  }

  get listClass() {
    return this.onHome ? 'tab' : 'tab tab_current';
  }

  get homeCurrent() {
    return this.onHome ? 'page' : undefined;
  }

  get listCurrent() {
    return this.onHome ? undefined : 'page';
  }

  get choices() {
    return this.people.map((one) => ({ ...one, selected: one.key === this.user }));
  }

  get styles() {
    return ['1', '2'].map((value) => ({ value, label: `SLDS ${value}`, selected: value === this.slds }));
  }

  handleUser(event) {
    this.reload('user', event.target.value);
  }

  handleStyle(event) {
    this.reload('slds', event.target.value);
  }

  reload(name, value) {
    const query = new URLSearchParams(location.search);
    query.set(name, value);
    location.search = query.toString();
  }

  /** Page references that the components name; what is not here is told, not swallowed. */
  async navigate({ type, attributes, state = {} }) {
    const { recordId, objectApiName, actionName } = attributes;
    if (type === 'standard__recordPage' && recordId.startsWith('001')) return this.edit(recordId, 'Account', accountFields);
    if (type === 'standard__recordPage' && actionName === 'edit') return this.edit(recordId, 'Opportunity', opportunityFields);
    if (type === 'standard__recordPage') return this.open(recordId);
    if (type === 'standard__objectPage' && objectApiName === 'PC_Opportunity_Solution__c')
      return this.addSolution(decodeDefaultFieldValues(state.defaultFieldValues));
    if (type === 'standard__recordRelationshipPage') {
      this.template.querySelector('host-record')?.addContact();
      return undefined;
    }
    throw new Error(`The local page has no page for ${JSON.stringify({ type, attributes })}.`);
  }

  open(recordId) {
    location.hash = `#/record/${recordId}`;
  }

  edit(recordId, objectApiName, fields) {
    return EditDialog.open({ label: `Edit ${objectApiName}`, size: 'small', recordId, objectApiName, fields });
  }

  async addSolution(values) {
    const solution = await ChooseDialog.open({ label: 'Add a Microsoft solution', size: 'small', choices: await solutionChoices() });
    if (!solution) return;
    await callOrg('POST', '/ui-api/records', {
      body: { apiName: 'PC_Opportunity_Solution__c', fields: { ...values, Solution__c: solution } },
      part: 'host',
    });
    window.dispatchEvent(new CustomEvent('page:changed'));
  }
}
