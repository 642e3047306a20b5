import { createElement } from 'lwc';
import { parseAudit } from 'c/partnerCenterAuditLine';
import Timeline from 'c/partnerCenterTimeline';
import { at } from 'test/deal';

async function show(text, more = {}) {
  const element = createElement('c-partner-center-timeline', { is: Timeline });
  Object.assign(element, { lines: parseAudit(text), now: at, ...more });
  document.body.appendChild(element);
  await Promise.resolve();
  return { element, root: element.shadowRoot };
}

afterEach(() => document.body.replaceChildren());

describe('the timeline', () => {
  it('tells direction, fields with old and new value, who, result and request id', async () => {
    const { element, root } = await show(
      'v1 2026-11-20 11:00:00Z | to Partner Center | updated | refused | by "Sam" | Close date: "2026-09-30" -> empty; Notes: changed | code PC_REFUSED | text "Not taken." | request r-1'
    );
    expect(root.textContent).toMatch(
      /Updated.*To Partner Center.*Refused.*1 hour ago.*Close date.*Sep 30, 2026.*\(empty\).*Notes.*changed \(value is confidential\).*Not taken\..*by Sam.*Code PC_REFUSED · Request id r-1/s
    );
    await expect(element).toBeAccessible();
  });

  it('shows a line it cannot read as it is', async () => {
    const { element, root } = await show('Synchronized by the old connector');
    expect(root.textContent).toContain('Synchronized by the old connector');
    await expect(element).toBeAccessible();
  });

  it('offers to put back the value that lost, where that is allowed', async () => {
    const text =
      'v1 2026-11-20 11:00:00Z | to Salesforce | updated | done | Deal value: "1" -> "2", lost "3"; Own thing: "1" -> "2", lost "3"';
    const { element, root } = await show(text, { canPutBack: true });
    const heard = jest.fn();
    element.addEventListener('putback', (event) => heard(event.detail.field));
    root.querySelectorAll('lightning-button').forEach((button) => button.click());
    expect(heard.mock.calls).toEqual([['value']]);
    expect(root.textContent).toContain('not used: 3');
    element.canPutBack = false;
    await Promise.resolve();
    expect(root.querySelectorAll('lightning-button')).toHaveLength(0);
  });

  it('is empty without lines', async () => {
    expect((await show('')).root.querySelectorAll('li')).toHaveLength(0);
  });
});
