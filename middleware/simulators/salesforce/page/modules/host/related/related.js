/** Related lists: Microsoft Solutions and contact roles. */
import { LightningElement, api } from 'lwc';
import { NavigationMixin } from 'lightning/navigation';
import { encodeDefaultFieldValues } from 'lightning/pageReferenceUtils';
import { callOrg } from 'page/org';
import { readList } from 'host/layouts';

const nameOf = (record, step) => record.fields[step]?.displayValue ?? record.fields[step]?.value?.fields?.Name?.value ?? '';

export default class Related extends NavigationMixin(LightningElement) {
  @api recordId;
  lists = [];

  connectedCallback() {
    this.onChanged = () => void this.load();
    window.addEventListener('page:changed', this.onChanged);
    void this.load();
  }

  disconnectedCallback() {
    window.removeEventListener('page:changed', this.onChanged);
  }

  async load() {
    this.lists = [
      await this.read(
        'solutions',
        'Microsoft Solutions',
        'PC_Opportunity_Solutions__r',
        ['PC_Opportunity_Solution__c.Solution__r.Name'],
        'Solution__r',
      ),
      await this.read('contacts', 'Contact Roles', 'OpportunityContactRoles', ['OpportunityContactRole.Contact.Name'], 'Contact'),
    ].filter((list) => list !== null);
  }

  async read(key, label, list, fields, step) {
    try {
      const { records } = await readList(this.recordId, list, fields);
      return {
        key,
        label: `${label} (${records.length})`,
        rows: records.map((one) => ({ id: one.id, name: nameOf(one, step), removeTitle: `Remove ${nameOf(one, step)}` })),
      };
    } catch {
      return null;
    }
  }

  handleNew(event) {
    const isSolution = event.currentTarget.dataset.key === 'solutions';
    this[NavigationMixin.Navigate](
      isSolution
        ? {
            type: 'standard__objectPage',
            attributes: { objectApiName: 'PC_Opportunity_Solution__c', actionName: 'new' },
            state: { defaultFieldValues: encodeDefaultFieldValues({ Opportunity__c: this.recordId }) },
          }
        : { type: 'standard__recordRelationshipPage', attributes: { recordId: this.recordId } },
    );
  }

  async handleRemove(event) {
    await callOrg('DELETE', `/ui-api/records/${event.currentTarget.dataset.id}`, { part: 'host' });
    await this.load();
  }
}
