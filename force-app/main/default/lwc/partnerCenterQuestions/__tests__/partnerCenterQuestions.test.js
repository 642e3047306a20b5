import { createElement } from 'lwc';
import Questions from 'c/partnerCenterQuestions';
import { readAttention } from 'c/partnerCenterRecord';
import { at, conflictRow, dealId, edges, matchRow } from 'test/deal';

const read = (row) => readAttention(edges([row]).edges[0].node);

async function show(rows) {
  const element = createElement('c-partner-center-questions', { is: Questions });
  Object.assign(element, { rows: rows.map(read), now: at });
  const heard = jest.fn();
  element.addEventListener('act', ({ detail }) => heard(detail.action, detail.row.id, detail.value));
  document.body.appendChild(element);
  await Promise.resolve();
  return { element, root: element.shadowRoot, heard };
}

afterEach(() => document.body.replaceChildren());

describe('questions', () => {
  it('show both values of a conflict with who and since when, and take the chosen one', async () => {
    const { element, root, heard } = await show([conflictRow]);
    expect(root.textContent).toMatch(
      /Close date was changed on both sides.*open since 2 hours ago.*Jan 31, 2027.*changed by Sam Seller.*Feb 15, 2027.*changed by Mia Microsoft/s
    );
    root.querySelector('[data-value="partner-center"]').click();
    expect(heard).toHaveBeenCalledWith('use', 'at1', 'partner-center');
    await expect(element).toBeAccessible();
  });

  it('show an empty value as such', async () => {
    const { root } = await show([
      { ...conflictRow, Salesforce_Value__c: null, Salesforce_By__c: null, Since__c: null, Field__c: null }
    ]);
    expect(root.textContent).toContain('(empty)');
  });

  it('show which opportunity an incoming deal resembles and why', async () => {
    const { element, root, heard } = await show([matchRow]);
    expect(root.textContent).toContain('83 % alike · same account · similar value');
    root.querySelector('[data-action="link"]').click();
    root.querySelector('[data-action="keep"]').click();
    expect(heard.mock.calls).toEqual([
      ['link', 'at2', dealId],
      ['keep', 'at2', undefined]
    ]);
    await expect(element).toBeAccessible();
  });

  it('lead to a confirmation, or to another try with the cure beside it', async () => {
    const { element, root, heard } = await show([
      { ...conflictRow, Id: 'c', Kind__c: 'confirm' },
      { ...conflictRow, Id: 'r', Kind__c: 'refused', Message__c: 'Refused.', Cure__c: 'Shorten it.' }
    ]);
    root.querySelector('[data-action="confirm"]').click();
    root.querySelector('[data-action="retry"]').click();
    expect(heard.mock.calls).toEqual([
      ['confirm', 'c', undefined],
      ['retry', 'r', undefined]
    ]);
    expect(root.textContent).toContain('Shorten it.');
    await expect(element).toBeAccessible();
  });
});
