/** Every state of the pages in both styles and at phone width: accessible, quiet in the console, nothing sticking out. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { conflict, match, putDeal, states } from './deals.ts';
import { expectClean, openBuilt, openLocalPage, visit, type Built, type LocalPage, type VisitOptions } from './page-fixture.ts';

let built: Built;
let local: LocalPage;

before(async () => {
  built = await openBuilt();
});
afterEach(async () => {
  await Promise.all(built.browser.contexts().map((context) => context.close()));
  await local.close();
});
after(async () => {
  await built.browser.close();
});

/** Nothing may be wider than the page: no sideways scrolling. */
async function expectNoOverflow(page: Page): Promise<void> {
  const [content, width] = await page.evaluate<readonly [number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  assert.ok(content <= width, `${content} px in a page of ${width} px`);
}

async function look(hash: string, ready: string, options: VisitOptions): Promise<void> {
  const seen = await visit(built.browser, local, hash, options);
  await seen.page.getByText(ready).first().waitFor();
  await expectClean(seen);
  await expectNoOverflow(seen.page);
  await seen.close();
}

const looks: readonly VisitOptions[] = [{ slds: '1' }, { slds: '2', width: 390, height: 844 }];
/** The long run looks at every state in both ways, the short one at each state in one. */
const full = process.env['COSELL_TEST_FULL'] === '1';

describe('states of the deal', { concurrency: false }, () => {
  for (const [index, state] of Object.keys(states).entries()) {
    const chosen = full ? looks : looks.slice(index % 2, (index % 2) + 1);
    it(`${state}: right ${chosen.map(({ slds, width }) => `in SLDS ${slds} on a ${width === undefined ? 'desk' : 'phone'}`).join(' and ')}`, async () => {
      local = await openLocalPage(built.directory);
      const id = putDeal(local.org, local.seeded, state);

      for (const options of chosen) await look(`#/record/${id}`, 'At a glance', options);
    });
  }

  it('questions: right on the narrowest phone, from right to left, and at twice the size', async () => {
    local = await openLocalPage(built.directory);
    const id = putDeal(local.org, local.seeded, 'ready');
    const OwnerId = local.seeded.users.seller;
    local.org.insert('PC_Attention__c', { ...conflict(id), OwnerId });
    local.org.insert('PC_Attention__c', { ...match({ id, name: 'Fabrikam cold-chain analytics' }), OwnerId });

    await look(`#/record/${id}`, 'Questions for you', { width: 320, height: 640 });
    await look(`#/record/${id}`, 'Questions for you', { direction: 'rtl' });
    await look(`#/record/${id}`, 'Questions for you', { width: 640, height: 450, slds: '2' });
  });

  it('audit: filters and long history', async () => {
    local = await openLocalPage(built.directory);
    const id = putDeal(local.org, local.seeded, 'in-sync');

    for (const options of looks) {
      const seen = await visit(built.browser, local, `#/record/${id}`, options);
      await seen.page.getByRole('tab', { name: 'Partner Center Audit' }).click();
      const audit = seen.page.locator('c-partner-center-audit');
      await audit.getByText('7 of 7 entries').waitFor();
      await audit.getByRole('checkbox', { name: 'Failures only' }).press('Space');
      await audit.getByText('1 of 7 entries').waitFor();
      await expectClean(seen);
      const [download] = await Promise.all([
        seen.page.waitForEvent('download'),
        audit.getByRole('button', { name: 'Export as CSV' }).click(),
      ]);
      assert.match(download.suggestedFilename(), /^partner-center-audit-006/);
      await seen.close();
    }
  });
});

describe('the home page', { concurrency: false }, () => {
  it('shows the health of the connection and takes the requests of an admin', async () => {
    local = await openLocalPage(built.directory);
    local.org.insert(
      'PC_Attention__c',
      match({ id: local.seeded.opportunities['Fabrikam cold-chain analytics'] ?? '', name: 'Fabrikam cold-chain analytics' }),
    );

    for (const options of looks) await look('#/home', 'Put aside, by cause', { ...options, user: 'admin' });
    const seen = await visit(built.browser, local, '#/home', { user: 'admin' });
    await seen.page.getByRole('button', { name: 'Try all again' }).click();
    await seen.page.getByText('Asked. The answer appears here.').waitFor();
    const [request] = local.org.query('SELECT Id FROM PC_Service_Request__c');
    local.org
      .asUser('integration@cosell.test')
      .update(String(request?.['Id']), { Outcome__c: 'Done', Message__c: '3 deals are tried again.' });
    await seen.page.clock.runFor(2500);
    await seen.page.getByText('3 deals are tried again.').waitFor();
    await expectClean(seen);
    await seen.close();
  });

  it('leads through the set-up before the service has reported', async () => {
    local = await openLocalPage(built.directory, { connected: false });

    await look('#/home', 'The connector has not reported yet', {});
  });

  it('shows a seller the state without the buttons, and an outsider what to ask for', async () => {
    local = await openLocalPage(built.directory);

    await look('#/home', 'The buttons are for Partner Center admins.', {});
    await look('#/home', 'You can’t see the connection', { user: 'outsider' });
  });

  it('lists the opportunities with their mark', async () => {
    local = await openLocalPage(built.directory);
    putDeal(local.org, local.seeded, 'in-sync');

    for (const options of looks) await look('#/opportunities', '✔ In sync', options);
  });
});
