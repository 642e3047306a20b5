/** Dialog of a screen quick action. */
import { api } from 'lwc';
import LightningModal from 'lightning/modal';

export default class ActionDialog extends LightningModal {
  @api recordId;

  handleClose() {
    this.close();
  }
}
