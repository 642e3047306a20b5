import { createElement } from 'lwc';
import { getRecord } from 'lightning/uiRecordApi';
import Audit from 'c/partnerCenterAudit';
import { dealId, makeRecord, settle } from 'test/deal';

const lines = [
  'v1 2026-11-20 11:00:00Z | to Salesforce | updated | done | by "Mia" | Deal value: "1" -> "2", lost "3"; Notes: changed | request r-2',
  'v1 2026-11-20 10:00:00Z | to Partner Center | refused | refused | by "Sam" | Close date: "a" -> "=b" | code PC_REFUSED | text "No."',
  'v1 2026-11-20 09:00:00Z | inside | noted | done',
  'Old "connector" line'
].join('\n');

const toasts = jest.fn();

async function open() {
  const element = createElement('c-partner-center-audit', { is: Audit });
  element.recordId = dealId;
  element.addEventListener('lightning__showtoast', (event) => toasts(event.detail.message));
  document.body.appendChild(element);
  await settle();
  return { element, find: (selector) => element.shadowRoot.querySelector(selector) };
}

async function show(audit, options) {
  const opened = await open();
  getRecord.emit(makeRecord({ Audit__c: audit, Referral_Identifier__c: 'ref-1' }, options));
  await settle();
  return opened;
}

async function filter(find, name, detail) {
  find(`[data-name="${name}"]`).dispatchEvent(new CustomEvent('change', { detail }));
  await settle();
}

afterEach(() => {
  document.body.replaceChildren();
  jest.clearAllMocks();
  jest.restoreAllMocks();
});

describe('the audit', () => {
  it('shows every line and what can be filtered', async () => {
    const { element, find } = await show(lines);
    expect(find('c-partner-center-timeline').lines).toHaveLength(4);
    expect(find('[data-part="count"]').textContent).toBe('4 of 4 entries');
    expect(find('[data-name="field"]').options.map((one) => one.label)).toEqual([
      'All fields',
      'Close date',
      'Deal value',
      'Notes'
    ]);
    await expect(element).toBeAccessible();
  });

  it('filters by direction, field, failure and text, and clears the filters when nothing is left', async () => {
    const { element, find } = await show(lines);
    const count = () => find('[data-part="count"]').textContent;
    await filter(find, 'way', { value: 'to Salesforce' });
    expect(count()).toBe('1 of 4 entries');
    await filter(find, 'way', { value: '' });
    await filter(find, 'failures', { checked: true });
    expect(count()).toBe('1 of 4 entries');
    await filter(find, 'failures', { checked: false });
    await filter(find, 'search', { value: 'CONNECTOR' });
    expect(count()).toBe('1 of 4 entries');
    await filter(find, 'field', { value: 'Notes' });
    expect(find('c-partner-center-error-panel').message).toBe('No entry fits these filters.');
    await expect(element).toBeAccessible();
    find('c-partner-center-error-panel').dispatchEvent(new CustomEvent('action'));
    await settle();
    expect(count()).toBe('4 of 4 entries');
  });

  it('draws a long history in pages', async () => {
    const { find } = await show(Array(60).fill('v1 2026-11-20 09:00:00Z | inside | noted | done').join('\n'));
    expect(find('c-partner-center-timeline').lines).toHaveLength(50);
    find('[data-button="more"]').click();
    await settle();
    expect(find('c-partner-center-timeline').lines).toHaveLength(60);
  });

  it('copies what is shown with the ids that support needs', async () => {
    const writeText = jest.fn().mockResolvedValue(undefined);
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
    const { find } = await show(lines);
    find('[data-button="copy"]').click();
    await settle();
    expect(writeText.mock.calls[0][0].split('\n').slice(0, 3)).toEqual([
      `Salesforce ${dealId}`,
      'Partner Center ref-1',
      ''
    ]);
    expect(toasts).toHaveBeenCalledWith('4 entries were copied.');
  });

  it('says so when the browser does not allow copying', async () => {
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: jest.fn().mockRejectedValue(new Error('denied')) },
      configurable: true
    });
    const { find } = await show(lines);
    find('[data-button="copy"]').click();
    await settle();
    expect(toasts).toHaveBeenCalledWith('The browser did not allow copying. Use Export instead.');
  });

  it('exports one row per changed field, safe for a spreadsheet', async () => {
    const clicked = [];
    jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click() {
      clicked.push({ href: this.href, name: this.download });
    });
    const { find } = await show(lines);
    find('[data-button="export"]').click();
    const rows = decodeURIComponent(clicked[0].href.split(',').slice(1).join(',')).slice(1).split('\r\n');
    expect(clicked[0].name).toBe(`partner-center-audit-${dealId}.csv`);
    expect(rows).toHaveLength(6);
    expect(rows[0]).toContain('"Old value","New value"');
    expect(rows[1]).toContain('"Deal value","1","2","3"');
    expect(rows[2]).toContain('"Notes","","changed"');
    expect(rows[3]).toContain(`"'=b"`);
    expect(rows[5]).toContain('"Old ""connector"" line"');
  });

  it('says what will be here when nothing was exchanged yet', async () => {
    const { element, find } = await show(null);
    expect(find('c-partner-center-error-panel').heading).toBe('Nothing was exchanged with Partner Center yet.');
    expect(find('[data-button="copy"]')).toBeNull();
    await expect(element).toBeAccessible();
  });

  it('tells a user without the permission set what to ask for', async () => {
    const { element, find } = await show(null, { hidden: ['Audit__c'] });
    expect(find('c-partner-center-error-panel').kind).toBe('permission');
    await expect(element).toBeAccessible();
  });

  it('shows an error, and a spinner before anything is there', async () => {
    const { element, find } = await open();
    expect(find('lightning-spinner')).not.toBeNull();
    getRecord.error({ message: 'no' }, 500);
    await settle();
    expect(find('c-partner-center-error-panel').kind).toBe('error');
    await expect(element).toBeAccessible();
  });
});
