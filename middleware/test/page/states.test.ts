/** Every designed state of the pages: accessible, quiet in the console, nothing sticking out; then what a person does on home and audit. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { putDeal } from './deals.ts';
import { openContext, openLocalPage, overflowOf, violationsOf, visit, visitIn, type LocalPage, type Look } from './page-fixture.ts';
import { looks, looksOf, scenes, type LookName, type Scene } from './scenes.ts';

let browser: Browser;
let local: LocalPage;
/** One window per size: what the browser has compiled of the page once, it keeps. */
const windows = new Map<string, BrowserContext>();

before(async () => {
  [browser, local] = await Promise.all([openBrowser(), openLocalPage()]);
});
after(async () => {
  await browser.close();
  await local.close();
});

async function windowFor(name: LookName): Promise<BrowserContext> {
  const look: Look = looks[name];
  const key = `${look.width ?? 'desk'}`;
  const open = windows.get(key) ?? (await openContext(browser, look));
  windows.set(key, open);
  return open;
}

async function expectGood(scene: Scene, name: LookName): Promise<void> {
  const world = await local.renew({ connected: scene.connected ?? true });
  const hash = scene.prepare(world);
  const options = { ...looks[name], ...(scene.user ? { user: scene.user } : {}), provoked: scene.provoked ?? [] };
  const seen = scene.movesClock
    ? await visit(browser, local.origin, hash, options)
    : await visitIn(await windowFor(name), local.origin, hash, options);
  try {
    await scene.show(seen.page);
    assert.deepEqual(await violationsOf(seen.page), []);
    assert.deepEqual(seen.complaints, []);
    assert.equal(await overflowOf(seen.page), 0, 'px that stick out sideways');
  } finally {
    await seen.close();
  }
}

/** The long run looks at every state in every way, the short one at every sixth state in one way, each time another. */
const full = process.env['COSELL_TEST_FULL'] === '1';

describe('states of the pages', { concurrency: false }, () => {
  for (const [index, scene] of scenes.entries()) {
    if (!full && index % 6 > 0) continue;
    const all = looksOf(scene);
    const chosen = full ? all : all.filter((_, at) => at === (index / 6) % all.length);
    it(`${scene.name}: right in ${chosen.join(', ')}`, async () => {
      for (const name of chosen) await expectGood(scene, name);
    });
  }
});

describe('the home page', { concurrency: false }, () => {
  it('takes the request of an admin and shows its answer', async () => {
    const { org } = await local.renew();
    const seen = await visit(browser, local.origin, '#/home', { user: 'admin' });
    await seen.page.getByRole('button', { name: 'Try all again' }).click();
    await seen.page.getByText('Asked. The answer appears here.').waitFor();
    const [request] = org.query('SELECT Id FROM PC_Service_Request__c');
    org.asUser('integration@cosell.test').update(String(request?.['Id']), { Outcome__c: 'Done', Message__c: '3 deals are tried again.' });
    await seen.page.clock.runFor(2500);
    await seen.page.getByText('3 deals are tried again.').waitFor();
    assert.deepEqual(seen.complaints, []);
    await seen.close();
  });
});

describe('the audit', { concurrency: false }, () => {
  it('is handed over as a file', async () => {
    const { org, seeded } = await local.renew();
    const id = putDeal(org, seeded, 'in-sync');
    const seen = await visit(browser, local.origin, `#/record/${id}`);
    await seen.page.getByRole('tab', { name: 'Partner Center Audit' }).click();
    const [download] = await Promise.all([
      seen.page.waitForEvent('download'),
      seen.page.getByRole('button', { name: 'Export as CSV' }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^partner-center-audit-006/);
    assert.deepEqual(seen.complaints, []);
    await seen.close();
  });
});
