/** Chooses one record out of a list. */
import { api } from 'lwc';
import LightningModal from 'lightning/modal';

export default class ChooseDialog extends LightningModal {
  @api choices = [];
  value = '';

  handleChange(event) {
    this.value = event.detail.value;
  }

  handleCancel() {
    this.close();
  }

  handleSave() {
    this.close(this.value);
  }
}
