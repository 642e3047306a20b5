import { createElement } from 'lwc';
import Door from 'c/partnerCenterDoor';
import { defaultSettings, doorOf } from 'c/partnerCenterRules';

async function show(door) {
  const element = createElement('c-partner-center-door', { is: Door });
  element.door = door;
  document.body.appendChild(element);
  await Promise.resolve();
  const items = (name) =>
    [...element.shadowRoot.querySelectorAll(`[data-list="${name}"] li`)].map((li) => li.textContent);
  return { element, items };
}

afterEach(() => document.body.replaceChildren());

describe('what a one-way door means', () => {
  it('lists every field that freezes and every step that becomes impossible', async () => {
    const deal = { help: null, visible: false, referralId: 'r' };
    const { element, items } = await show(doorOf('visible', deal, defaultSettings));
    expect(element.shadowRoot.textContent).toContain('Nobody is asked for help.');
    expect(items('freezes')).toEqual(['Visible to Microsoft sellers']);
    expect(items('impossible')).toEqual(['Hiding the deal from Microsoft again.']);
    await expect(element).toBeAccessible();
  });

  it('leaves out a list that would be empty', async () => {
    const { element } = await show({ intro: ['A word.'], freezes: [], impossible: ['Going back.'] });
    expect(element.shadowRoot.querySelector('[data-list="freezes"]')).toBeNull();
    expect(element.shadowRoot.querySelectorAll('section')).toHaveLength(1);
  });

  it('shows nothing while there is no door', async () => {
    const { element } = await show(null);
    expect(element.shadowRoot.querySelector('section')).toBeNull();
    await expect(element).toBeAccessible();
  });
});
