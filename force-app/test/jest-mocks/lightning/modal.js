/* Stand-in for the modal of the platform: `open` is a mock, `close` is an event that a test can hear. */
import { LightningElement, api } from 'lwc';

export default class LightningModal extends LightningElement {
  static open = jest.fn().mockResolvedValue(undefined);
  @api label;
  @api size;
  @api close(result) {
    this.dispatchEvent(new CustomEvent('closed', { detail: result }));
  }
}
