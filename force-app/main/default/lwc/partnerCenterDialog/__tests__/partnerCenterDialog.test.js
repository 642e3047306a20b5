import { createElement } from 'lwc';
import Dialog from 'c/partnerCenterDialog';
import { defaultSettings, doorOf } from 'c/partnerCenterRules';

const deal = { help: null, visible: false, referralId: 'r' };

async function show(name, values = {}) {
  const element = createElement('c-partner-center-dialog', { is: Dialog });
  Object.assign(element, { door: doorOf(name, deal, defaultSettings), ...values });
  const closed = jest.fn();
  element.addEventListener('closed', (event) => closed(event.detail));
  document.body.appendChild(element);
  await Promise.resolve();
  const find = (selector) => element.shadowRoot.querySelector(selector);
  return { element, find, closed };
}

afterEach(() => document.body.replaceChildren());

describe('the dialog in front of a one-way door', () => {
  it('lists what freezes and what becomes impossible', async () => {
    const { element, find } = await show('visible');
    expect(find('c-partner-center-door').door.freezes).toEqual(['Visible to Microsoft sellers']);
    expect(find('lightning-combobox')).toBeNull();
    await expect(element).toBeAccessible();
  });

  it('goes on with the button and stays out with the other one', async () => {
    const { find, closed } = await show('visible');
    find('[data-button="confirm"]').click();
    find('[data-button="cancel"]').click();
    expect(closed.mock.calls).toEqual([[{ choice: null, note: '' }], [null]]);
  });

  it('does not go on without the reason that Microsoft asks for', async () => {
    const { element, find, closed } = await show('decline', { choices: ['Other', 'Not a customer'] });
    const box = find('lightning-combobox');
    box.reportValidity = jest.fn();
    find('[data-button="confirm"]').click();
    expect(box.reportValidity).toHaveBeenCalled();
    expect(closed).not.toHaveBeenCalled();
    await expect(element).toBeAccessible();
  });

  it('hands over the reason and the note', async () => {
    const { find, closed } = await show('decline', { choices: ['Other'] });
    find('lightning-combobox').dispatchEvent(new CustomEvent('change', { detail: { value: 'Other' } }));
    find('lightning-textarea').dispatchEvent(new CustomEvent('change', { detail: { value: 'Too small.' } }));
    find('[data-button="confirm"]').click();
    expect(closed).toHaveBeenCalledWith({ choice: 'Other', note: 'Too small.' });
  });

  it('asks for the kind of help, and takes over what was chosen before', async () => {
    const { find, closed } = await show('help', { choices: ['General or other'], chosen: 'General or other' });
    expect(find('lightning-combobox').label).toBe('How can Microsoft help?');
    find('[data-button="confirm"]').click();
    expect(closed).toHaveBeenCalledWith({ choice: 'General or other', note: '' });
  });
});
