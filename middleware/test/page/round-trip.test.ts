/** The page over the whole demo: real middleware, real events, simulated Partner Center. From the switch to "in sync" on the screen. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openWorld, type World } from '../../simulators/demo/world.ts';
import { pageService } from '../../simulators/salesforce/page/serve.ts';
import { openBrowser } from './browser.ts';
import { addSolution, complete } from './deals.ts';
import { builtPage, overflowOf, violationsOf } from './page-fixture.ts';

let browser: Browser;
let world: World;
let page: Page;
let portal: Page;
const complaints: string[] = [];

before(async () => {
  const [directory, opened] = await Promise.all([builtPage(), openBrowser()]);
  browser = opened;
  world = await openWorld({ page: (org) => pageService({ directory, org }) });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
  portal = await context.newPage();
  for (const one of [page, portal]) {
    one.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    one.on('pageerror', (error) => complaints.push(error.message));
  }
});
after(async () => {
  await browser.close();
  await world.close();
});

describe('a deal on the screen', { concurrency: false }, () => {
  it('is in sync after the switch', async (test) => {
    const id = world.seeded.opportunities['Fabrikam cold-chain analytics'] ?? '';
    addSolution(world.org, id);
    world.org.asUser('sam@cosell.test').update(id, complete);
    await page.goto(`${world.salesforceOrigin}/?user=seller#/record/${id}`);
    const panel = page.locator('c-partner-center-panel');
    await panel.getByText('Ready. Switch on').waitFor();

    await panel.getByRole('switch').press('Space');
    await page.getByRole('dialog').getByRole('button', { name: 'Share the deal' }).click();
    const begun = performance.now();
    await panel.getByRole('heading', { name: 'In sync with Partner Center' }).waitFor();
    test.diagnostic(`in sync on the screen ${Math.round(performance.now() - begun)} ms after the confirmation`);

    await panel.getByText('Created').waitFor();
    assert.equal(await panel.getByRole('link', { name: 'Open in Partner Center' }).count(), 1);
    assert.equal(await panel.getByText('Review and confirm').count(), 0, 'the panel confirmed its own step');
  });

  it('follows sync now to its answer', async () => {
    const panel = page.locator('c-partner-center-panel');

    await panel.getByRole('button', { name: 'Sync now', exact: true }).click();
    await panel.getByText('Answered').waitFor();

    await page.getByText('Both sides were compared').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('travels from the seller at Microsoft to the list of opportunities, and the answer back', async () => {
    await portal.goto(world.partner.portalUrl);
    await portal.getByRole('button', { name: 'Send a new deal …' }).click();
    const form = portal.getByRole('dialog');
    await form.getByLabel('Name').fill('Wide World: plant analytics');
    await form.getByLabel('Customer').fill('Wide World Importers');
    assert.deepEqual(await violationsOf(portal), []);
    await form.getByRole('button', { name: 'Send', exact: true }).click();
    const deal = portal.getByRole('listitem', { name: 'Wide World: plant analytics' });
    await deal.getByText('Partner: New').waitFor();

    const found = (): { readonly [field: string]: unknown } | undefined =>
      world.org.query("SELECT Id, PC_Sync_State__c FROM Opportunity WHERE Name = 'Wide World: plant analytics'")[0];
    while (found()?.['PC_Sync_State__c'] !== 'Needs you') await portal.waitForTimeout(50);
    await page.goto(`${world.salesforceOrigin}/?user=seller#/record/${String(found()?.['Id'])}`);
    const panel = page.locator('c-partner-center-panel');
    await panel.getByRole('heading', { name: 'Microsoft sent you this deal' }).waitFor();
    await panel.getByRole('button', { name: 'Accept', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Accept the deal' }).click();

    await deal.getByText('Partner: Active / Accepted').waitFor();
    assert.deepEqual(await violationsOf(portal), []);
    assert.equal(await overflowOf(portal), 0);
    assert.deepEqual(complaints, []);
  });

  it('leaves the service reporting on the home page', async () => {
    await page.goto(`${world.salesforceOrigin}/?user=admin#/home`);

    await page.getByText(/Reported .+ Service \d/).waitFor();
    await page.getByText('Deals in sync').waitFor();
    assert.deepEqual(complaints, []);
  });
});
