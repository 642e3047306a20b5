import { createElement } from 'lwc';
import Path from 'c/partnerCenterPath';
import { readDeal } from 'c/partnerCenterRecord';
import { makeRecord, shared } from 'test/deal';

async function show(values) {
  const element = createElement('c-partner-center-path', { is: Path });
  element.deal = values && readDeal(makeRecord(values));
  document.body.appendChild(element);
  await Promise.resolve();
  return element;
}

afterEach(() => document.body.replaceChildren());

describe('the path', () => {
  it('shows Partner Center beside the stage of the seller', async () => {
    const element = await show({
      ...shared,
      PC_Microsoft_Status__c: 'Active / Accepted',
      PC_Microsoft_Seller__c: 'Mia',
      PC_Microsoft_Reason__c: 'Fits.'
    });
    expect(element.shadowRoot.querySelector('[aria-current="step"]').textContent).toContain('Accepted');
    expect(element.shadowRoot.querySelector('[data-part="microsoft"]').textContent).toMatch(
      /Accepted.*by Mia.*Fits\./s
    );
    expect(element.shadowRoot.querySelector('[data-part="stage"]').textContent).toContain('Proposal/Price Quote');
    await expect(element).toBeAccessible();
  });

  it('marks a deal that was lost', async () => {
    const element = await show({ ...shared, PC_Referral_Status__c: 'Closed / Lost', StageName: null });
    expect(element.shadowRoot.querySelector('.step_bad').textContent).toContain('Lost');
  });

  it('has no step without a deal', async () => {
    const element = await show(undefined);
    expect(element.shadowRoot.querySelectorAll('li')).toHaveLength(0);
  });
});
