/** Stand-in for `lightning-quick-action-panel`: header, body and footer inside the dialog of a quick action. */
import { LightningElement, api } from 'lwc';

export default class QuickActionPanel extends LightningElement {
  @api header;
}
