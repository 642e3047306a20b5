import { createElement } from 'lwc';
import { readAttention } from 'c/partnerCenterRecord';
import Waiting from 'c/partnerCenterWaiting';
import { at, conflictRow, dealId, edges, matchRow } from 'test/deal';

const read = (row) => readAttention(edges([row]).edges[0].node);

async function show(rows) {
  const element = createElement('c-partner-center-waiting', { is: Waiting });
  Object.assign(element, { rows: rows.map(read), now: at });
  const heard = jest.fn();
  element.addEventListener('row', ({ detail }) => heard(detail.action, detail.row.id, detail.target));
  document.body.appendChild(element);
  await Promise.resolve();
  return { element, root: element.shadowRoot, heard };
}

afterEach(() => document.body.replaceChildren());

describe('what waits', () => {
  it('says that nothing waits', async () => {
    const { element, root } = await show([]);
    expect(root.textContent).toContain('Nothing waits for anyone.');
    await expect(element).toBeAccessible();
  });

  it('shows deals by name and incoming ones with what they resemble', async () => {
    const parked = {
      ...conflictRow,
      Id: 'p',
      Kind__c: 'parked',
      Message__c: 'Put aside.',
      Opportunity__c: null,
      Since__c: null
    };
    const { element, root, heard } = await show([
      { ...conflictRow, Opportunity__r: { Name: { value: 'Contoso' } } },
      matchRow,
      parked
    ]);
    expect(root.textContent).toMatch(
      /Two values.*Contoso.*Close date was changed on both sides.*Incoming deal: Contoso lift and shift.*83 % alike.*Put aside/s
    );
    root.querySelectorAll('lightning-button[data-action]').forEach((button) => button.click());
    expect(heard.mock.calls).toEqual([
      ['link', 'at2', dealId],
      ['keep_as_new', 'at2', undefined],
      ['retry', 'p', undefined]
    ]);
    root.querySelector(`lightning-button[data-id="${dealId}"]`).click();
    await expect(element).toBeAccessible();
  });

  it('shows a kind it does not know by its own word', async () => {
    const { root } = await show([{ ...conflictRow, Kind__c: 'brand_new' }]);
    expect(root.textContent).toContain('brand_new');
  });
});
