/** Edits fields of any record. */
import { api } from 'lwc';
import LightningModal from 'lightning/modal';
import { updateRecord } from 'lightning/uiRecordApi';
import { objectInfo, picklists, readRecord } from 'host/layouts';

const types = { Currency: 'number', Double: 'number', Date: 'date', Boolean: 'checkbox' };

export default class EditDialog extends LightningModal {
  @api recordId;
  @api objectApiName;
  @api fields = [];
  inputs = [];
  error = '';

  async connectedCallback() {
    const [info, record, lists] = await Promise.all([
      objectInfo(this.objectApiName),
      readRecord(this.recordId, this.objectApiName, this.fields),
      picklists(this.objectApiName),
    ]);
    this.inputs = this.fields
      .filter((name) => name in record.fields && info.fields[name])
      .map((name) => {
        const { label, dataType, updateable } = info.fields[name];
        const { value } = record.fields[name];
        const options = lists[name]
          ? [{ label: '--None--', value: '' }, ...lists[name].values.map((one) => ({ label: one.label, value: one.value }))]
          : [];
        return {
          name,
          label,
          value: value ?? '',
          before: value ?? '',
          checked: value === true,
          disabled: !updateable,
          type: types[dataType] ?? 'text',
          options,
          isList: options.length > 0,
          isLong: dataType === 'TextArea',
          isCheckbox: dataType === 'Boolean',
        };
      });
  }

  handleChange(event) {
    const { name } = event.currentTarget.dataset;
    const input = this.inputs.find((one) => one.name === name);
    const value = input.isCheckbox ? event.detail.checked : event.detail.value;
    this.inputs = this.inputs.map((one) => (one.name === name ? { ...one, value, checked: value === true } : one));
  }

  async handleSave() {
    const asNumber = (input) => (input.type === 'number' ? Number(input.value) : input.value);
    const changed = this.inputs
      .filter((input) => input.value !== input.before)
      .map((input) => [input.name, input.value === '' ? null : asNumber(input)]);
    try {
      if (changed.length > 0) await updateRecord({ fields: { Id: this.recordId, ...Object.fromEntries(changed) } });
      window.dispatchEvent(new CustomEvent('page:changed'));
      this.close('saved');
    } catch (error) {
      const fieldErrors = Object.values(error.body?.output?.fieldErrors ?? {}).flat();
      this.error =
        [...(error.body?.output?.errors ?? []), ...fieldErrors].map((one) => one.message).join(' ') || error.body?.message || String(error);
    }
  }

  handleCancel() {
    this.close();
  }
}
