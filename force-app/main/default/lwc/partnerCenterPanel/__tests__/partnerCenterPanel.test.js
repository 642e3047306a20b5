import { createElement } from 'lwc';
import { graphql } from 'lightning/graphql';
import { createRecord, getRecord, notifyRecordUpdateAvailable, updateRecord } from 'lightning/uiRecordApi';
import Dialog from 'c/partnerCenterDialog';
import Panel from 'c/partnerCenterPanel';
import {
  at,
  conflictRow,
  dealId,
  expectAccessible,
  incoming,
  makeRecord,
  makeRelated,
  matchRow,
  settle,
  shared
} from 'test/deal';

const refresh = jest.fn().mockResolvedValue(undefined);

/** @returns {HTMLElement & Record<string, any>} */
function open() {
  const element = createElement('c-partner-center-panel', { is: Panel });
  element.recordId = dealId;
  document.body.appendChild(element);
  return element;
}

async function show(values, rows = {}, options = {}) {
  const element = open();
  getRecord.emit(makeRecord(values, options));
  graphql.emit(makeRelated(rows), undefined, refresh);
  await settle();
  return element;
}

const find = (element, selector) => element.shadowRoot.querySelector(selector);
const part = (element, name) => find(element, `c-partner-center-${name}`);
const toggle = (element) => find(element, 'lightning-input');

async function flip(element, checked) {
  toggle(element).checked = checked;
  toggle(element).dispatchEvent(new CustomEvent('change', { detail: { checked } }));
  await settle();
}

async function act(element, name, detail) {
  part(element, name).dispatchEvent(new CustomEvent('act', { detail }));
  await settle();
}

async function more(element, value) {
  find(element, 'lightning-button-menu').dispatchEvent(new CustomEvent('select', { detail: { value } }));
  await settle();
}

const requestMade = () => createRecord.mock.calls.at(-1)[0];

beforeEach(() => {
  jest.useFakeTimers({ now: at });
  window.localStorage.clear();
  createRecord.mockResolvedValue({ id: 'rq1' });
  updateRecord.mockResolvedValue({});
  Dialog.open.mockResolvedValue({ choice: null, note: '' });
});

afterEach(() => {
  document.body.replaceChildren();
  jest.clearAllMocks();
  jest.useRealTimers();
});

describe('what the panel shows', () => {
  it('shows a spinner until the deal is there', async () => {
    const element = open();
    await settle();
    expect(find(element, 'lightning-spinner')).not.toBeNull();
    expect(part(element, 'status')).toBeNull();
  });

  it('says that a deal is not shared, and that it is ready to be', async () => {
    const element = await show({});
    expect(part(element, 'status').status.title).toBe('Not shared with Microsoft');
    expect(part(element, 'status').nextStep.kind).toBe('share');
    expect(part(element, 'checklist').lines.every((line) => line.done)).toBe(true);
    expect(part(element, 'path')).toBeNull();
    await expectAccessible(element);
  });

  it('shows state, path, changes of Microsoft, glance and timeline of a shared deal', async () => {
    const element = await show(shared);
    expect(part(element, 'status').status.title).toBe('In sync with Partner Center');
    expect(part(element, 'path').deal.id).toBe(dealId);
    expect(element.shadowRoot.textContent).toContain('Microsoft changed 1 thing since you last looked');
    expect(part(element, 'glance').related.solutions[0].name).toBe('Cloud Move');
    expect(find(element, 'a').href).toBe('https://partner.example/ref-1');
    expect(part(element, 'checklist')).toBeNull();
    await expectAccessible(element);
  });

  it('shows the countdown and the answer buttons for a deal that Microsoft sent', async () => {
    const element = await show(incoming);
    expect(part(element, 'status').status.title).toBe('Microsoft sent you this deal');
    expect(part(element, 'status').expiry.left).toBe('4 days left to answer');
    expect(part(element, 'status').nextStep.text).toMatch(
      /^Accept or decline this deal within 4 days \(until Nov 24, 2026/
    );
    await expectAccessible(element);
  });

  it('puts questions in front of everything else', async () => {
    const element = await show(shared, {
      questions: [conflictRow, { ...conflictRow, Id: 'at3' }],
      incoming: [matchRow]
    });
    expect(part(element, 'questions').rows.map((row) => row.id)).toEqual(['at1', 'at3']);
    expect(part(element, 'status').nextStep.text).toBe('2 questions wait for your answer below.');
    await expectAccessible(element);
  });

  it('tells a user without the permission set what to ask for', async () => {
    const element = await show({}, {}, { hidden: ['Sync_with_Partner_Center__c'] });
    expect(part(element, 'error-panel').kind).toBe('permission');
    expect(part(element, 'error-panel').message).toContain('Partner Center Seller');
    expect(toggle(element)).toBeNull();
    await expectAccessible(element);
  });

  it('says when some details are hidden', async () => {
    const element = await show(shared, {}, { hidden: ['PC_Microsoft_Seller__c'] });
    expect(element.shadowRoot.textContent).toContain('Some details are hidden from you.');
  });

  it('says why a deal cannot be shown, and offers to try again', async () => {
    const element = open();
    getRecord.error({ message: 'gone', errorCode: 'NOT_FOUND' }, 404);
    await settle();
    const panel = part(element, 'error-panel');
    expect(panel.heading).toBe('This deal can’t be shown');
    panel.dispatchEvent(new CustomEvent('action'));
    await settle();
    expect(notifyRecordUpdateAvailable).toHaveBeenCalledWith([{ recordId: dealId }]);
    await expectAccessible(element);
  });

  it('asks a smaller query when the org refuses the first one, and stays usable when that fails too', async () => {
    const element = open();
    getRecord.emit(makeRecord(shared));
    graphql.emitErrors([{ message: 'unknown type' }], undefined, refresh);
    await settle();
    graphql.emitErrors([{ message: 'unknown type' }], undefined, refresh);
    await settle();
    expect(part(element, 'error-panel').message).toBe('Solutions, contacts and questions could not be loaded.');
    expect(toggle(element).checked).toBe(true);
    part(element, 'error-panel').dispatchEvent(new CustomEvent('action'));
    await settle();
    expect(refresh).toHaveBeenCalled();
  });

  it('says when the service is silent', async () => {
    const element = await show(shared, { connection: [] });
    expect(part(element, 'status').notice).toMatch(/^The connector is not connected yet/);
  });

  it('shows five entries of the timeline until all are wanted', async () => {
    const line = 'v1 2026-11-20 11:40:00Z | to Partner Center | updated | done';
    const element = await show({ ...shared, Audit__c: Array(7).fill(line).join('\n') });
    const timeline = () => part(element, 'timeline');
    expect(timeline().lines).toHaveLength(5);
    find(element, '[data-button="all"]').click();
    await settle();
    expect(timeline().lines).toHaveLength(7);
  });

  it('forgets what was marked as seen only when something new comes', async () => {
    const element = await show(shared);
    find(element, '[data-button="seen"]').click();
    await settle();
    expect(element.shadowRoot.textContent).not.toContain('since you last looked');
    const again = await show(shared);
    expect(again.shadowRoot.textContent).not.toContain('since you last looked');
  });
});

describe('sharing', () => {
  it('shares after the dialog, guarded by what was shown', async () => {
    const element = await show({});
    await flip(element, true);
    expect(Dialog.open.mock.calls[0][0].door.freezes).toContain('Customer name and address');
    expect(updateRecord).toHaveBeenCalledWith(
      { fields: { Id: dealId, Sync_with_Partner_Center__c: true } },
      { ifUnmodifiedSince: '2026-11-20T11:50:00.000Z' }
    );
  });

  it('confirms its own one-way step before it is made, where the service asks for it', async () => {
    const element = await show({});
    await flip(element, true);
    expect(requestMade().fields).toEqual({ Opportunity__c: dealId, Kind__c: 'confirm' });
    expect(createRecord.mock.invocationCallOrder[0]).toBeLessThan(updateRecord.mock.invocationCallOrder[0]);
  });

  it('confirms nothing where steps outside the panel are sent at once', async () => {
    const settings = JSON.stringify({ confirmOneWaySteps: false });
    const element = await show({}, { connection: [{ Id: 'c', Settings__c: settings }] });
    await flip(element, true);
    expect(createRecord).not.toHaveBeenCalled();
    expect(updateRecord).toHaveBeenCalledTimes(1);
  });

  it('flips back when the person thinks better of it', async () => {
    Dialog.open.mockResolvedValue(undefined);
    const element = await show({});
    await flip(element, true);
    expect(updateRecord).not.toHaveBeenCalled();
    expect(toggle(element).checked).toBe(false);
  });

  it('flips back and explains when Salesforce refuses', async () => {
    updateRecord.mockRejectedValue({
      status: 400,
      body: { output: { errors: [{ message: 'Fill the stage first.' }] } }
    });
    const element = await show({});
    await flip(element, true);
    expect(toggle(element).checked).toBe(false);
    expect(part(element, 'error-panel').error.body.output.errors[0].message).toBe('Fill the stage first.');
    await expectAccessible(element);
  });

  it('reads again and says so when somebody was faster', async () => {
    updateRecord.mockRejectedValue({ status: 412, body: { message: 'modified' } });
    const element = await show(shared);
    await flip(element, false);
    expect(part(element, 'error-panel').message).toMatch(/^The deal has changed since you opened it/);
    expect(refresh).toHaveBeenCalled();
  });

  it('stops and resumes without a dialog, because nothing is lost', async () => {
    const element = await show(shared);
    await flip(element, false);
    expect(Dialog.open).not.toHaveBeenCalled();
    expect(updateRecord.mock.calls[0][0].fields.Sync_with_Partner_Center__c).toBe(false);
  });
});

describe('looking again', () => {
  it('looks again five times within 20 seconds and then stops', async () => {
    const element = await show(shared);
    find(element, '[data-button="sync"]').click();
    await settle();
    const before = refresh.mock.calls.length;
    for (const step of [1500, 1000, 2500, 5000, 10000]) {
      jest.advanceTimersByTime(step);
      await settle();
    }
    expect(refresh.mock.calls.length - before).toBe(5);
    expect(part(element, 'status').progress).toBe('late');
    jest.advanceTimersByTime(50000);
    await settle();
    expect(refresh.mock.calls.length - before).toBe(5);
  });

  it('follows its request until the service answers', async () => {
    const element = await show(shared);
    find(element, '[data-button="sync"]').click();
    await settle();
    expect(requestMade()).toEqual({
      apiName: 'PC_Request__c',
      fields: { Opportunity__c: dealId, Kind__c: 'sync_now' }
    });
    expect(part(element, 'status').progress).toBe('asked');
    expect(part(element, 'status').status.kind).toBe('sending');
    jest.advanceTimersByTime(2000);
    await settle();
    expect(part(element, 'status').progress).toBe('working');
    const answered = {
      Id: 'rq1',
      Kind__c: 'sync_now',
      Outcome__c: 'Done',
      Message__c: 'Both sides agree.',
      CreatedDate: null
    };
    graphql.emit(makeRelated({ requests: [answered] }), undefined, refresh);
    await settle();
    expect(part(element, 'status').progress).toBe('done');
    expect(part(element, 'status').status.kind).toBe('in-sync');
  });

  it('shows why the service refused', async () => {
    const element = await show(shared);
    find(element, '[data-button="sync"]').click();
    await settle();
    graphql.emit(
      makeRelated({ requests: [{ Id: 'rq1', Kind__c: 'sync_now', Outcome__c: 'Refused', Message__c: 'No country.' }] }),
      undefined,
      refresh
    );
    await settle();
    expect(part(element, 'error-panel').message).toBe('The service refused: No country.');
  });

  it('looks again when the person comes back, not more often than every ten seconds', async () => {
    await show(shared);
    jest.advanceTimersByTime(11000);
    window.dispatchEvent(new Event('focus'));
    window.dispatchEvent(new Event('focus'));
    await settle();
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('keeps the age true from minute to minute, and stops with the page', async () => {
    const element = await show(shared);
    expect(part(element, 'status').status.detail).toBe('Last change 3 minutes ago');
    jest.advanceTimersByTime(60000);
    await settle();
    expect(part(element, 'status').status.detail).toBe('Last change 4 minutes ago');
    element.remove();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('answers and steps', () => {
  it('accepts and declines with the reason', async () => {
    const element = await show(incoming);
    await act(element, 'status', { action: 'accept' });
    expect(requestMade().fields.Kind__c).toBe('accept');
    Dialog.open.mockResolvedValue({ choice: 'Not a customer', note: 'We tried.' });
    await act(element, 'status', { action: 'decline' });
    expect(requestMade().fields).toMatchObject({
      Kind__c: 'decline',
      Reason__c: 'Not a customer',
      Note__c: 'We tried.'
    });
    expect(Dialog.open.mock.calls.at(-1)[0].choices).toContain('Budget not adequate');
  });

  it('uses the value the person chose', async () => {
    const element = await show(shared, { questions: [conflictRow] });
    const [row] = part(element, 'questions').rows;
    await act(element, 'questions', { action: 'use', row, value: 'partner-center' });
    expect(requestMade().fields).toEqual({
      Opportunity__c: dealId,
      Kind__c: 'put_back',
      Attention__c: 'at1',
      Field__c: 'closeDate',
      Value__c: 'partner-center'
    });
  });

  it('links an incoming deal through a service request, or keeps it as new', async () => {
    const element = await show({}, { incoming: [matchRow] });
    const [row] = part(element, 'questions').rows;
    await act(element, 'questions', { action: 'link', row, value: dealId });
    expect(requestMade()).toEqual({
      apiName: 'PC_Service_Request__c',
      fields: { Kind__c: 'link', Attention__c: 'at2', Target__c: dealId }
    });
    await act(element, 'questions', { action: 'keep', row });
    expect(requestMade().fields.Kind__c).toBe('keep_as_new');
  });

  it('links and keeps on the deal itself when the row hangs on it', async () => {
    const element = await show(shared, { questions: [{ ...matchRow, Opportunity__c: dealId }] });
    const [row] = part(element, 'questions').rows;
    await act(element, 'questions', { action: 'link', row, value: dealId });
    expect(requestMade().apiName).toBe('PC_Request__c');
  });

  it('confirms a step after its own dialog, and tries refused ones again', async () => {
    const rows = [
      {
        ...conflictRow,
        Id: 'at3',
        Kind__c: 'confirm',
        Field__c: 'visible',
        Message__c: 'It was made visible by an import.'
      }
    ];
    const element = await show(shared, { questions: rows });
    const [row] = part(element, 'questions').rows;
    await act(element, 'questions', { action: 'confirm', row });
    expect(Dialog.open.mock.calls[0][0].door.intro[0]).toBe('It was made visible by an import.');
    expect(requestMade().fields).toMatchObject({ Kind__c: 'confirm', Attention__c: 'at3' });
    await act(element, 'questions', { action: 'retry', row });
    expect(requestMade().fields.Kind__c).toBe('retry');
    Dialog.open.mockResolvedValue(undefined);
    const before = createRecord.mock.calls.length;
    await act(element, 'questions', { action: 'confirm', row });
    expect(createRecord.mock.calls.length).toBe(before);
  });

  it('upgrades a deal: visible, then help of the chosen kind', async () => {
    const element = await show({ ...shared, How_can_Microsoft_help__c: null });
    await act(element, 'glance', { action: 'visible' });
    expect(updateRecord.mock.calls.at(-1)[0].fields.PC_Visible_to_Microsoft__c).toBe(true);
    Dialog.open.mockResolvedValue({ choice: 'Quotes or licensing', note: '' });
    await act(element, 'glance', { action: 'help' });
    expect(updateRecord.mock.calls.at(-1)[0].fields.How_can_Microsoft_help__c).toBe('Quotes or licensing');
  });

  it('closes as won or lost with the stages of the settings', async () => {
    const settings = JSON.stringify({ wonStage: 'Signed', lostStage: 'Gone' });
    const element = await show(shared, {
      connection: [{ Id: 'c', Heartbeat__c: '2026-11-20T11:58:00Z', Settings__c: settings }]
    });
    await more(element, 'won');
    expect(updateRecord.mock.calls.at(-1)[0].fields.StageName).toBe('Signed');
    expect(requestMade().fields).toMatchObject({ Kind__c: 'confirm', Field__c: 'state' });
    Dialog.open.mockResolvedValue({ choice: 'Other', note: '' });
    await more(element, 'lost');
    expect(updateRecord.mock.calls.at(-1)[0].fields).toMatchObject({ StageName: 'Gone', PC_Lost_Reason__c: 'Other' });
  });

  it('lets an admin retire a deal and end a hold', async () => {
    const element = await show({ ...shared, PC_Sync_State__c: 'On hold', PC_Hold_Until__c: '2026-11-22T12:00:00Z' });
    Dialog.open.mockResolvedValue({ choice: 'Test referral', note: '' });
    await more(element, 'retire');
    expect(requestMade().fields).toMatchObject({ Kind__c: 'retire', Reason__c: 'Test referral' });
    await more(element, 'release');
    expect(requestMade().fields.Kind__c).toBe('release_hold');
  });

  it('registers a won deal with what only a person knows', async () => {
    const element = await show({
      ...shared,
      PC_Referral_Status__c: 'Closed / Won',
      PC_Deal_Type__c: 'Co-sell',
      PC_Microsoft_Status__c: 'Active / Accepted',
      PC_Registration_Status__c: null
    });
    Dialog.open.mockResolvedValue({ choice: 'Not on Azure, other pricing', note: 'signed: 2026-11-01' });
    await more(element, 'register');
    expect(Dialog.open.mock.calls.at(-1)[0].choices).toContain('Not on Azure, other pricing');
    expect(requestMade().fields).toMatchObject({
      Kind__c: 'register',
      Reason__c: 'Not on Azure, other pricing',
      Note__c: 'signed: 2026-11-01'
    });
  });

  it('undoes the link of a deal that nobody has answered', async () => {
    const element = await show(incoming);
    await more(element, 'undo');
    expect(requestMade().fields.Kind__c).toBe('undo_link');
  });

  it('puts back a value that lost', async () => {
    const element = await show(shared);
    const timelines = element.shadowRoot.querySelectorAll('c-partner-center-timeline');
    timelines[timelines.length - 1].dispatchEvent(new CustomEvent('putback', { detail: { field: 'value' } }));
    await settle();
    expect(requestMade().fields).toMatchObject({ Kind__c: 'put_back', Field__c: 'value' });
  });

  it('leads to the place where something missing is cured', async () => {
    const element = await show({ PC_Contact_Consent__c: false });
    for (const place of ['deal', 'account', 'solutions', 'contacts']) {
      part(element, 'checklist').dispatchEvent(new CustomEvent('place', { detail: { place } }));
    }
    await settle();
    expect(part(element, 'error-panel')).toBeNull();
  });

  it('keeps sync now closed for a deal that is not shared', async () => {
    const element = await show({});
    expect(find(element, '[data-button="sync"]').disabled).toBe(true);
  });
});
