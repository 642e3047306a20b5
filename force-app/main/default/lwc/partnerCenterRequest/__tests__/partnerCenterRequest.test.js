import { createElement } from 'lwc';
import { CurrentPageReference } from 'lightning/navigation';
import { createRecord, getRecord } from 'lightning/uiRecordApi';
import Request from 'c/partnerCenterRequest';
import { dealId, incoming, makeRecord, settle, shared } from 'test/deal';

async function show(action, values) {
  const element = createElement('c-partner-center-request', { is: Request });
  element.recordId = dealId;
  const closed = jest.fn();
  element.addEventListener('lightning__actionsclosescreen', closed);
  document.body.appendChild(element);
  if (action) CurrentPageReference.emit({ attributes: { apiName: `Opportunity.${action}` } });
  getRecord.emit(makeRecord(values));
  await settle();
  return { element, closed, find: (selector) => element.shadowRoot.querySelector(selector) };
}

const asked = () => createRecord.mock.calls.at(-1)?.[0].fields;

beforeEach(() => createRecord.mockResolvedValue({ id: 'rq1' }));

afterEach(() => {
  document.body.replaceChildren();
  jest.clearAllMocks();
});

describe('quick actions', () => {
  it('sync now asks and closes', async () => {
    const { element, find, closed } = await show('PC_Sync_Now', shared);
    await expect(element).toBeAccessible();
    find('[data-button="sync"]').click();
    await settle();
    expect(asked()).toEqual({ Opportunity__c: dealId, Kind__c: 'sync_now' });
    expect(closed).toHaveBeenCalled();
  });

  it('accept says what follows', async () => {
    const { element, find } = await show('PC_Accept', incoming);
    expect(find('c-partner-center-door').door.impossible[0]).toContain('Declining it later');
    find('[data-button="accept"]').click();
    await settle();
    expect(asked().Kind__c).toBe('accept');
    await expect(element).toBeAccessible();
  });

  it('decline wants a reason', async () => {
    const { element, find } = await show('PC_Decline', incoming);
    const box = find('lightning-combobox');
    box.reportValidity = jest.fn();
    find('[data-button="decline"]').click();
    await settle();
    expect(box.reportValidity).toHaveBeenCalled();
    expect(createRecord).not.toHaveBeenCalled();
    box.dispatchEvent(new CustomEvent('change', { detail: { value: 'Other' } }));
    find('[data-button="decline"]').click();
    await settle();
    expect(asked()).toMatchObject({ Kind__c: 'decline', Reason__c: 'Other' });
    await expect(element).toBeAccessible();
  });

  it('say why nothing can be asked', async () => {
    const { element, find, closed } = await show('PC_Accept', shared);
    expect(find('c-partner-center-error-panel').message).toBe('This deal does not wait for your answer.');
    expect(find('[data-button="accept"]')).toBeNull();
    find('[data-button="close"]').click();
    expect(closed).toHaveBeenCalled();
    const other = await show('PC_Sync_Now', {});
    expect(other.find('c-partner-center-error-panel').message).toContain('is not shared');
    await expect(element).toBeAccessible();
  });

  it('offer what the deal allows when the page does not name the action', async () => {
    const { find } = await show(null, incoming);
    expect(['sync', 'accept', 'decline'].every((name) => find(`[data-button="${name}"]`))).toBe(true);
    const quiet = await show(null, shared);
    expect(quiet.find('[data-button="accept"]')).toBeNull();
  });

  it('stay open and explain when Salesforce refuses', async () => {
    createRecord.mockRejectedValue({ status: 403, body: { message: 'no' } });
    const { find, closed } = await show('PC_Sync_Now', shared);
    find('[data-button="sync"]').click();
    await settle();
    expect(find('c-partner-center-error-panel').error.status).toBe(403);
    expect(closed).not.toHaveBeenCalled();
  });

  it('say why the deal cannot be read', async () => {
    const { find } = await show('PC_Sync_Now', shared);
    getRecord.error({ message: 'gone' }, 404);
    await settle();
    expect(find('c-partner-center-error-panel')).not.toBeNull();
  });
});
