import { createElement } from 'lwc';
import Status from 'c/partnerCenterStatus';

const status = {
  kind: 'in-sync',
  tone: 'good',
  icon: 'utility:success',
  title: 'In sync',
  detail: 'Last change now',
  lines: []
};
const nextStep = { kind: 'nothing', text: 'Nothing to do.', pressing: false };

async function show(values = {}) {
  const element = createElement('c-partner-center-status', { is: Status });
  Object.assign(element, { status, nextStep, ...values });
  document.body.appendChild(element);
  await Promise.resolve();
  return { element, find: (selector) => element.shadowRoot.querySelector(selector) };
}

afterEach(() => document.body.replaceChildren());

describe('the status', () => {
  it('says how it stands and what to do', async () => {
    const { element, find } = await show();
    expect(find('[data-part="title"]').textContent).toBe('In sync');
    expect(find('[data-part="next"]').textContent).toContain('Nothing to do.');
    expect(find('[data-part="notice"]')).toBeNull();
    await expect(element).toBeAccessible();
  });

  it('stays empty until there is something to say', async () => {
    const { find } = await show({ status: undefined, nextStep: undefined });
    expect(find('[data-part="title"]')).toBeNull();
  });

  it('offers the answer with its countdown, and closes it when the time is over', async () => {
    const answer = { kind: 'answer', text: 'Accept or decline.', pressing: true };
    const { element, find } = await show({
      nextStep: answer,
      expiry: { over: false, urgent: true, left: '2 days left to answer', within: '' }
    });
    const heard = jest.fn();
    element.addEventListener('act', (event) => heard(event.detail.action));
    find('[data-action="accept"]').click();
    find('[data-action="decline"]').click();
    expect(heard.mock.calls).toEqual([['accept'], ['decline']]);
    expect(find('[data-part="countdown"]').textContent).toBe('2 days left to answer');
    element.expiry = { over: true, urgent: true, left: 'The time to answer is over', within: '' };
    await Promise.resolve();
    expect(find('[data-action="accept"]').disabled).toBe(true);
    await expect(element).toBeAccessible();
  });

  it.each([
    ['asked', 'Asked', 25],
    ['working', 'The service is working on it', 60],
    ['done', 'Answered', 100]
  ])('shows the progress of a request: %s', async (progress, text, value) => {
    const { find } = await show({ progress, notice: 'The service is silent.' });
    expect(find('[data-part="progress"]').textContent).toContain(text);
    expect(find('lightning-progress-bar').value).toBe(value);
    expect(find('[data-part="notice"]')).not.toBeNull();
  });

  it('says that an answer is late without a bar', async () => {
    const { find } = await show({ progress: 'late', status: { ...status, tone: 'attention', lines: ['No country.'] } });
    expect(find('[data-part="progress"]').textContent).toContain('has not answered yet');
    expect(find('lightning-progress-bar')).toBeNull();
  });
});
