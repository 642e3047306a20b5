import { createElement } from 'lwc';
import Checklist from 'c/partnerCenterChecklist';

const line = (key, done, place = 'deal') => ({ key, label: `Label ${key}`, done, cure: `Cure ${key}`, place });

async function show(lines) {
  const element = createElement('c-partner-center-checklist', { is: Checklist });
  if (lines) element.lines = lines;
  document.body.appendChild(element);
  await Promise.resolve();
  return element;
}

afterEach(() => document.body.replaceChildren());

describe('the checklist', () => {
  it('puts what is missing first, with its cure and the way there', async () => {
    const element = await show([line('a', true), line('b', false), line('c', false, null)]);
    const root = element.shadowRoot;
    expect([...root.querySelectorAll('[data-key]')].map((one) => one.dataset.key)).toEqual(['b', 'c', 'a']);
    expect(root.querySelector('[data-part="count"]').textContent).toBe('1 of 3');
    expect(root.querySelector('[data-key="b"]').textContent).toContain('Cure b');
    expect(root.querySelector('[data-key="a"]').textContent).not.toContain('Cure a');
    const heard = jest.fn();
    element.addEventListener('place', (event) => heard(event.detail.place));
    root.querySelectorAll('lightning-button').forEach((button) => button.click());
    expect(heard.mock.calls).toEqual([['deal']]);
    await expect(element).toBeAccessible();
  });

  it('says that everything is there', async () => {
    const element = await show([line('a', true)]);
    expect(element.shadowRoot.textContent).toContain('Everything Microsoft asks for is there.');
    await expect(element).toBeAccessible();
  });

  it('shows nothing to do without lines', async () => {
    expect((await show()).shadowRoot.querySelectorAll('[data-key]')).toHaveLength(0);
  });
});
