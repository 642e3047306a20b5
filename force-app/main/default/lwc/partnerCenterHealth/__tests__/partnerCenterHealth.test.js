import { createElement } from 'lwc';
import { graphql } from 'lightning/graphql';
import { createRecord } from 'lightning/uiRecordApi';
import Health from 'c/partnerCenterHealth';
import { at, conflictRow, dealId, edges, expectAccessible, matchRow, settle } from 'test/deal';

const refresh = jest.fn().mockResolvedValue(undefined);

const connection = {
  Id: 'c01',
  Version__c: '1.0',
  Package_Version__c: '1.0',
  State__c: 'Running',
  Heartbeat__c: '2026-11-20T11:58:00Z',
  Backlog__c: 0,
  Parked__c: 0,
  Links__c: 120,
  Oldest_Unsent__c: null,
  API_Used__c: 3400,
  API_Limit__c: 10000,
  Webhook_Owner__c: 'https://cosell.example/webhooks',
  Webhook_State__c: 'ok',
  Token_Age_Days__c: 12.4,
  Last_Sweep__c: '2026-11-20T09:00:00Z',
  Message__c: null,
  Parked_Causes__c: null,
  Settings__c: null,
  Cadence__c: null
};

const answer = ({ connections = [connection], questions = [], requests = [] }) => ({
  uiapi: { query: { connection: edges(connections), questions: edges(questions), requests: edges(requests) } }
});

async function open() {
  const element = createElement('c-partner-center-health', { is: Health });
  document.body.appendChild(element);
  await settle();
  const root = element.shadowRoot;
  return {
    element,
    root,
    find: (selector) => root.querySelector(selector),
    figure: (key) => root.querySelector(`[data-figure="${key}"]`)
  };
}

async function show(rows = {}) {
  const opened = await open();
  graphql.emit(answer(rows), undefined, refresh);
  await settle();
  return opened;
}

const showConnection = (values) => show({ connections: [{ ...connection, ...values }] });

beforeEach(() => {
  jest.useFakeTimers({ now: at });
  createRecord.mockResolvedValue({ id: 'sr1' });
});

afterEach(() => {
  document.body.replaceChildren();
  jest.clearAllMocks();
  jest.useRealTimers();
});

describe('the health page', () => {
  it('shows a connection in good health', async () => {
    const { element, root, find, figure } = await show();
    expect(find('[data-part="state"]').textContent).toMatch(/Running.*Reported 2 minutes ago.*Service 1\.0/s);
    expect(figure('backlog').textContent).toContain('None: everything is sent.');
    expect(figure('api').textContent).toMatch(/3,400 of 10,000 \(34 %\).*6,600 calls stay free/s);
    expect(figure('token').textContent).toContain('12 days old');
    expect(root.querySelectorAll('.figure_bad, .figure_warning')).toHaveLength(0);
    await expectAccessible(element);
  });

  it.each([
    ['api', { API_Used__c: 8500 }, 'The connector slows down by itself', 'warning'],
    ['api', { API_Used__c: 10000 }, 'All calls are used', 'bad'],
    [
      'backlog',
      { Backlog__c: 4, Oldest_Unsent__c: '2026-11-20T11:00:00Z' },
      'The oldest waits since 1 hour ago',
      'warning'
    ],
    ['webhook', { Webhook_State__c: 'Events missing' }, 'are not in the registration', 'warning'],
    ['webhook', { Webhook_State__c: 'Taken by another address' }, 'only the latest one gets events', 'bad'],
    ['webhook', { Webhook_Owner__c: null, Webhook_State__c: null }, 'Not registered', 'warning'],
    ['token', { Token_Age_Days__c: 80 }, '10 days are left', 'warning'],
    ['token', { Token_Age_Days__c: 89 }, '1 days are left', 'bad'],
    ['parked', { Parked__c: 3 }, '3', 'warning'],
    ['sweep', { Last_Sweep__c: null }, 'Not yet', 'good']
  ])('judges %s: %j', async (key, values, text, standing) => {
    const { figure } = await showConnection(values);
    expect(figure(key).textContent).toContain(text);
    expect(figure(key).className).toContain(`figure_${standing}`);
  });

  it('leaves out what the service does not know', async () => {
    const { figure } = await showConnection({ API_Limit__c: null, Token_Age_Days__c: null, Version__c: null });
    expect(figure('api')).toBeNull();
    expect(figure('token')).toBeNull();
  });

  it.each([
    [{ State__c: 'Needs sign-in' }, 'cosell connect partner-center'],
    [{ State__c: 'Paused' }, 'Changes wait until the service goes on.'],
    [{ State__c: 'Degraded', Message__c: 'One mapping is wrong.' }, 'One mapping is wrong.'],
    [{ Heartbeat__c: '2026-11-20T10:00:00Z' }, 'The service has not reported for 2 hours.']
  ])('says what to do: %j', async (values, text) => {
    const { find } = await showConnection(values);
    expect(find('[data-part="state"]').textContent).toContain(text);
  });

  it('groups parked deals by cause with count and cure', async () => {
    const causes = [
      { code: 'CRM_VALIDATION', count: 2, cure: 'Read the rule.' },
      { code: 'PC_NO_ACCESS', count: 1, cure: 'Give the role.' }
    ];
    const { element, root } = await showConnection({ Parked_Causes__c: JSON.stringify(causes) });
    expect(root.textContent).toMatch(/2 deals.*CRM_VALIDATION.*Read the rule\..*1 deal.*PC_NO_ACCESS/s);
    await expectAccessible(element);
  });

  it('asks the service, looks again, and shows its answer', async () => {
    const { find } = await show();
    find('[data-kind="retry_all"]').click();
    await settle();
    expect(createRecord).toHaveBeenCalledWith({
      apiName: 'PC_Service_Request__c',
      fields: { Kind__c: 'retry_all', Connection__c: 'c01' }
    });
    expect(find('[data-part="answer"]').textContent).toContain('Asked.');
    jest.advanceTimersByTime(2000);
    await settle();
    expect(refresh).toHaveBeenCalledTimes(2);
    graphql.emit(
      answer({
        requests: [{ Id: 'sr1', Kind__c: 'retry_all', Outcome__c: 'Done', Message__c: '3 deals are tried again.' }]
      }),
      undefined,
      refresh
    );
    await settle();
    expect(find('[data-part="answer"]').textContent).toContain('3 deals are tried again.');
  });

  it('shows why asking was refused', async () => {
    createRecord.mockRejectedValue({ status: 400, body: { message: 'Only administrators.' } });
    const { element, find } = await show();
    find('[data-kind="sweep_now"]').click();
    await settle();
    expect(find('c-partner-center-error-panel').error.body.message).toBe('Only administrators.');
    await expectAccessible(element);
  });

  it('answers a waiting row through the deal, or through the service when there is none', async () => {
    const { find } = await show({ questions: [conflictRow, matchRow] });
    const waiting = find('c-partner-center-waiting');
    const [onDeal, incoming] = waiting.rows;
    waiting.dispatchEvent(new CustomEvent('row', { detail: { action: 'retry', row: onDeal } }));
    await settle();
    expect(createRecord.mock.calls.at(-1)[0]).toMatchObject({
      apiName: 'PC_Request__c',
      fields: { Opportunity__c: dealId, Kind__c: 'retry' }
    });
    waiting.dispatchEvent(new CustomEvent('row', { detail: { action: 'link', row: incoming, target: dealId } }));
    await settle();
    expect(createRecord.mock.calls.at(-1)[0]).toMatchObject({
      apiName: 'PC_Service_Request__c',
      fields: { Kind__c: 'link', Target__c: dealId }
    });
  });

  it('leads through the set-up while the service has never reported', async () => {
    const { element, find } = await show({ connections: [] });
    expect(find('c-partner-center-error-panel').heading).toBe('The connector has not reported yet');
    await expectAccessible(element);
  });

  it('tells a user without permission what to ask for', async () => {
    const { element, find } = await open();
    expect(find('lightning-spinner')).not.toBeNull();
    graphql.emitErrors([{ message: "Field 'PC_Connection__c' in type 'RecordQuery' is undefined" }]);
    await settle();
    expect(find('c-partner-center-error-panel').kind).toBe('permission');
    await expectAccessible(element);
  });

  it('shows an error with another try', async () => {
    const { find } = await open();
    graphql.emitErrors([{ message: 'Internal' }], undefined, refresh);
    await settle();
    expect(find('c-partner-center-error-panel').kind).toBe('error');
    find('c-partner-center-error-panel').dispatchEvent(new CustomEvent('action'));
    await settle();
    expect(refresh).toHaveBeenCalled();
  });

  it('keeps ages true and looks again when the person comes back', async () => {
    const { element, find } = await show();
    jest.advanceTimersByTime(60000);
    await settle();
    expect(find('[data-part="state"]').textContent).toContain('Reported 3 minutes ago');
    window.dispatchEvent(new Event('focus'));
    await settle();
    expect(refresh).toHaveBeenCalledTimes(1);
    element.remove();
    expect(jest.getTimerCount()).toBe(0);
  });
});
