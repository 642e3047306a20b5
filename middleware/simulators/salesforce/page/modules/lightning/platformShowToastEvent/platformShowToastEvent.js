/** Stand-in for `lightning/platformShowToastEvent`: the host page shows the toast. */
export class ShowToastEvent extends CustomEvent {
  constructor(detail) {
    super('lightning__showtoast', { composed: true, cancelable: true, bubbles: true, detail });
  }
}
