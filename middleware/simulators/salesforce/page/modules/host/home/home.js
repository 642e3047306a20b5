/** Home page of the app: the health of the connection. */
import { LightningElement } from 'lwc';

export default class Home extends LightningElement {
  connectedCallback() {
    document.title = 'Home | Local Salesforce';
  }
}
