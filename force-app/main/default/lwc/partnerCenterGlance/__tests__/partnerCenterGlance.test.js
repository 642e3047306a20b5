import { createElement } from 'lwc';
import Glance from 'c/partnerCenterGlance';
import { readDeal, readRelated } from 'c/partnerCenterRecord';
import { dealId, makeRecord, makeRelated, shared } from 'test/deal';

async function show(values, rows = {}, more = {}) {
  const element = createElement('c-partner-center-glance', { is: Glance });
  Object.assign(element, {
    deal: values && readDeal(makeRecord(values)),
    related: readRelated(makeRelated(rows), dealId),
    ...more
  });
  document.body.appendChild(element);
  await Promise.resolve();
  return { element, root: element.shadowRoot };
}

afterEach(() => document.body.replaceChildren());

describe('at a glance', () => {
  it('shows solutions, contact, team and help', async () => {
    const { element, root } = await show({ ...shared, PC_Microsoft_CRM_Id__c: '7-ABC' });
    expect(root.textContent).toMatch(
      /Cloud Move.*Carla Customer, carla@contoso.example.*Sam Seller.*Co-sell.*7-ABC.*Proof of concept or demo/s
    );
    await expect(element).toBeAccessible();
  });

  it('says what is not there yet', async () => {
    const { element, root } = await show({}, { solutions: [], contacts: [] });
    expect(root.textContent).toMatch(/None yet.*None yet.*Not asked for/s);
    await expect(element).toBeAccessible();
  });

  it('leaves out what the user may not see and shows old solution ids', async () => {
    const { root } = await show({ Products__c: 'SOL-9' }, { solutions: undefined, contacts: undefined });
    expect(root.textContent).toContain('SOL-9');
    expect(root.textContent).not.toContain('Customer contact');
  });

  it('offers the upgrades that are left', async () => {
    const { element, root } = await show({ ...shared, How_can_Microsoft_help__c: null }, {}, { upgradable: true });
    const heard = jest.fn();
    element.addEventListener('act', (event) => heard(event.detail.action));
    root.querySelectorAll('lightning-button').forEach((button) => button.click());
    expect(heard.mock.calls).toEqual([['help'], ['visible']]);
    await expect(element).toBeAccessible();
  });

  it('is empty without a deal', async () => {
    const { root } = await show(undefined);
    expect(root.querySelectorAll('lightning-button')).toHaveLength(0);
  });
});
