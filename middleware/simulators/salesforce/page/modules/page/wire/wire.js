/** Base of the wire adapters: says nothing until its configuration is complete, drops answers that belong to an older one. */
export class Adapter {
  static live = new Set();

  constructor(callback) {
    this.callback = callback;
    this.turn = 0;
    this.config = null;
    callback(this.emptyAnswer());
  }

  connect() {
    this.constructor.live.add(this);
  }

  disconnect() {
    this.constructor.live.delete(this);
    this.turn += 1;
  }

  update(config) {
    this.config = config;
    if (this.complete(config)) void this.fetch();
  }

  emptyAnswer() {
    return { data: undefined, error: undefined };
  }

  /** Fetches again; the promise ends when the component has the answer. */
  async fetch() {
    this.turn += 1;
    const { turn } = this;
    const answer = await this.answer(this.config);
    if (turn === this.turn) this.callback(answer);
  }
}

/** What a wire emits is read-only, as on the platform. */
export function freeze(value) {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
