// Before the bundle: style, signed-in user and clock. `?slds=2`, `?user=admin`; both are kept while the page is used.
const query = new URLSearchParams(location.search);
const keep = (name, fallback) => {
  const value = query.get(name) ?? sessionStorage.getItem(`page:${name}`) ?? fallback;
  sessionStorage.setItem(`page:${name}`, value);
  return value;
};

const slds = keep('slds', '1') === '2' ? '2' : '1';
const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = `/lightning/slds${slds}.css`;
const styled = new Promise((resolve) => style.addEventListener('load', resolve));
document.head.prepend(style);
document.documentElement.dataset.slds = slds;
if (query.get('dir') === 'rtl') document.documentElement.dir = 'rtl';

const user = keep('user', 'seller');
const response = await fetch(`/lightning/session?user=${encodeURIComponent(user)}`, { method: 'POST' });
const { session, people, now } = await response.json();

// The org's clock may be moved; ages on the page follow it.
const offset = now - Date.now();
if (Math.abs(offset) > 60000) {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...values) {
      super(...(values.length === 0 ? [RealDate.now() + offset] : values));
    }
    static now() {
      return RealDate.now() + offset;
    }
  };
}

globalThis.localPage = { session, people, user, slds, reference: null };
await styled;
await import('/lightning/main.js');
