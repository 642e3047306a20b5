/** The Details tab with the section "Microsoft Partner Center". */
import { LightningElement, api } from 'lwc';
import EditDialog from 'host/editDialog';
import { objectInfo, opportunityFields, readRecord, sections } from 'host/layouts';

const all = sections.flatMap((section) => section.fields);

export default class Details extends LightningElement {
  @api recordId;
  record = null;
  info = null;

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
    [this.info, this.record] = await Promise.all([objectInfo('Opportunity'), readRecord(this.recordId, 'Opportunity', all)]);
  }

  get sections() {
    if (!this.record) return [];
    return sections
      .map(({ label, fields }) => ({ label, fields: fields.filter((name) => name in this.record.fields).map((name) => this.show(name)) }))
      .filter((section) => section.fields.length > 0);
  }

  show(name) {
    const { value, displayValue } = this.record.fields[name];
    const { label, dataType } = this.info.fields[name];
    return {
      name,
      label,
      isLink: dataType === 'Url' && value !== null,
      value: dataType === 'Boolean' ? (value ? '✓ Yes' : 'No') : (displayValue ?? value ?? ''),
    };
  }

  handleEdit() {
    void EditDialog.open({
      label: 'Edit Opportunity',
      size: 'small',
      recordId: this.recordId,
      objectApiName: 'Opportunity',
      fields: opportunityFields,
    });
  }
}
