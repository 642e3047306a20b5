/** Stand-in for `lightning/navigation`: the host page listens and goes where it has a page of its own. */
import { Adapter } from 'page/wire';

const Navigate = Symbol('Navigate');
const GenerateUrl = Symbol('GenerateUrl');

export const NavigationMixin = (Base) =>
  class extends Base {
    [Navigate](page) {
      window.dispatchEvent(new CustomEvent('page:navigate', { detail: page }));
    }
    [GenerateUrl](page) {
      return Promise.resolve(`#/record/${page.attributes?.recordId ?? ''}`);
    }
  };
NavigationMixin.Navigate = Navigate;
NavigationMixin.GenerateUrl = GenerateUrl;

export class CurrentPageReference extends Adapter {
  static live = new Set();

  emptyAnswer() {
    return globalThis.localPage.reference;
  }
  complete() {
    return true;
  }
  async answer() {
    return globalThis.localPage.reference;
  }
}
