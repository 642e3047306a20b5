import { createElement } from 'lwc';
import ErrorPanel from 'c/partnerCenterErrorPanel';

async function show(values) {
  const element = createElement('c-partner-center-error-panel', { is: ErrorPanel });
  Object.assign(element, values);
  document.body.appendChild(element);
  await Promise.resolve();
  return element;
}

afterEach(() => document.body.replaceChildren());

describe('the error panel', () => {
  it('explains an error, with its details, and is announced', async () => {
    const element = await show({ error: { status: 403, body: { message: 'no rights' } }, announce: true });
    const text = element.shadowRoot.textContent;
    expect(text).toContain('That did not work');
    expect(text).toContain('Partner Center Seller');
    expect(text).toContain('no rights');
    expect(element.shadowRoot.querySelector('[role="alert"]')).not.toBeNull();
    await expect(element).toBeAccessible();
  });

  it('shows an empty place with its next step as a button', async () => {
    const element = await show({
      kind: 'empty',
      heading: 'Nothing yet',
      message: 'Share the deal.',
      actionLabel: 'Share'
    });
    const heard = jest.fn();
    element.addEventListener('action', heard);
    element.shadowRoot.querySelector('lightning-button').click();
    expect(heard).toHaveBeenCalledTimes(1);
    expect(element.shadowRoot.querySelector('[role="alert"]')).toBeNull();
    await expect(element).toBeAccessible();
  });

  it('says nothing twice when the caller has words of its own', async () => {
    const element = await show({ kind: 'odd', error: 'Raw', message: 'Better words' });
    expect(element.shadowRoot.textContent).toContain('Better words');
    expect(element.shadowRoot.textContent).not.toContain('Raw');
  });
});
