/** List of opportunities with the mark of the connector. */
import { LightningElement } from 'lwc';
import { query } from 'host/layouts';

const text = (mark) => `{ uiapi { query { Opportunity(orderBy: {Name: {order: ASC}}, first: 100) { edges { node {
  Id Name { value } StageName { displayValue value } Amount { displayValue } CloseDate { displayValue } Account { Name { value } } ${mark}
} } } } } }`;

export default class List extends LightningElement {
  rows = [];
  loaded = false;

  connectedCallback() {
    document.title = 'Opportunities | Local Salesforce';
    void this.load();
  }

  async load() {
    const { Opportunity } = await query(text('PC_Sync_Mark__c @optional { value }'));
    this.rows = Opportunity.edges.map(({ node }) => ({
      id: node.Id,
      name: node.Name.value,
      link: `#/record/${node.Id}`,
      account: node.Account?.Name.value ?? '',
      stage: node.StageName.value,
      amount: node.Amount.displayValue ?? '',
      closeDate: node.CloseDate.displayValue ?? '',
      mark: node.PC_Sync_Mark__c?.value ?? '',
    }));
    this.loaded = true;
  }

  get empty() {
    return this.loaded && this.rows.length === 0;
  }
}
