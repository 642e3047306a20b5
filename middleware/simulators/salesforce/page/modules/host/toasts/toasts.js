/** Shows the toasts of the page; each goes by itself or by its button. */
import { LightningElement } from 'lwc';

let last = 0;

export default class Toasts extends LightningElement {
  toasts = [];

  connectedCallback() {
    window.addEventListener('lightning__showtoast', (event) => this.show(event.detail));
  }

  show({ title, message = '', variant = 'info' }) {
    last += 1;
    const key = `${last}`;
    this.toasts = [...this.toasts, { key, title, message, className: `toast toast_${variant}`, closeTitle: `Close: ${title}` }];
    setTimeout(() => this.remove(key), 5000);
  }

  remove(key) {
    this.toasts = this.toasts.filter((toast) => toast.key !== key);
  }

  handleClose(event) {
    this.remove(event.currentTarget.dataset.key);
  }
}
