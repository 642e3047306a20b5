/** Stand-in for `lightning/refresh`: the host page reads its lists again. */
export class RefreshEvent extends CustomEvent {
  constructor() {
    super('lightning__refresh', { composed: true, cancelable: true, bubbles: true });
  }
}
