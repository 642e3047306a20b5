/** The panel in a real browser over the simulated org: what a seller does by clicking. How each state looks is `states.test.ts`. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { conflict, match, putDeal, states } from './deals.ts';
import { openLocalPage, panelOf as panel, panelOpened, visit, type LocalOrg, type LocalPage, type Visit } from './page-fixture.ts';

let browser: Browser;
let local: LocalPage;
let world: LocalOrg;
let open: Visit;

before(async () => {
  [browser, local] = await Promise.all([openBrowser(), openLocalPage()]);
});
afterEach(() => open.close());
after(async () => {
  await browser.close();
  await local.close();
});

const service = 'integration@cosell.test';
const sharing = (page: Page): Locator => panel(page).getByRole('switch');
const dialog = (page: Page): Locator => page.getByRole('dialog');
const button = (where: Locator | Page, name: string): Locator => where.getByRole('button', { name, exact: true });
const newest = (kind: string): { readonly [field: string]: unknown } => {
  const [row] = world.org.query(
    `SELECT Id, Reason__c, Field__c, Value__c, Attention__c FROM PC_Request__c WHERE Kind__c = '${kind}' ORDER BY CreatedDate DESC`,
  );
  assert.ok(row, `no request of kind ${kind}`);
  return row;
};

/** A fresh org, the deal in a state, and the page open on it. */
async function story(
  state: string,
  options: Parameters<typeof visit>[3] & { readonly rows?: (id: string) => readonly object[] } = {},
): Promise<{ page: Page; id: string }> {
  world = await local.renew();
  const id = putDeal(world.org, world.seeded, state);
  for (const row of options.rows?.(id) ?? []) world.org.insert('PC_Attention__c', { ...row, OwnerId: world.seeded.users.seller });
  open = await visit(browser, local.origin, `#/record/${id}`, options);
  await panelOpened(open.page);
  return { page: open.page, id };
}

/** Ends a story: the browser had nothing to complain about. */
const end = (): void => assert.deepEqual(open.complaints, []);

/** The service answers while the page watches; the next look of the page is brought on. */
async function serviceWrites(page: Page, id: string, values: (typeof states)[string]): Promise<void> {
  world.org.asUser(service).update(id, values);
  await page.clock.runFor(2500);
}

/** The dialog takes the focus a moment after it is there; a key that is pressed before goes to the page behind it. */
const takesKeys = (page: Page): Promise<void> => page.locator('lightning-overlay-container:focus-within').waitFor({ state: 'attached' });

/** Chooses in a list of the dialog, and waits until the list shows it. */
async function choose(page: Page, list: string, option: string): Promise<void> {
  await takesKeys(page);
  const box = dialog(page).getByRole('combobox', { name: list });
  await box.click();
  await page.getByRole('option', { name: option }).click();
  await dialog(page).getByRole('combobox', { name: list }).getByText(option).or(dialog(page).getByText(option)).first().waitFor();
}

/** The dialog is gone; when it stays because it refuses something, its words are the failure. */
async function closed(page: Page): Promise<void> {
  const refusal = dialog(page).getByRole('alert');
  const said = await Promise.race([
    dialog(page)
      .waitFor({ state: 'detached' })
      .then(() => null),
    refusal.waitFor().then(
      () => refusal.innerText(),
      () => null,
    ),
  ]);
  assert.equal(said, null);
}

describe('the panel', { concurrency: false }, () => {
  it('opens with two requests', async (test) => {
    const { page } = await story('in-sync');

    const own = local.takeRequests().filter(([part]) => part === 'component');
    assert.equal(own.length, 2, own.join('\n'));

    await page.goto(`${local.origin}/?user=seller#/opportunities`);
    const link = page.getByRole('link', { name: 'Fabrikam cold-chain analytics' });
    await link.waitFor();
    const clicked = performance.now();
    await link.click();
    await panelOpened(page);
    test.diagnostic(`panel with data ${Math.round(performance.now() - clicked)} ms after the click`);
    end();
  });

  it('shares a deal after the dialog and shows how it gets in sync', async () => {
    const { page, id } = await story('ready');
    await panel(page).getByText('Ready. Switch on').waitFor();

    await sharing(page).press('Space');
    await dialog(page).getByText('Customer name and address').waitFor();
    await button(dialog(page), 'Share the deal').click();
    await panel(page).getByRole('heading', { name: 'On its way to Partner Center' }).waitFor();
    assert.equal(world.org.get(id)?.['Sync_with_Partner_Center__c'], true);

    await serviceWrites(page, id, { ...states['waiting'], How_can_Microsoft_help__c: null });
    await panel(page).getByRole('heading', { name: 'Waiting for Microsoft to answer' }).waitFor();
    await page.getByText('✔ In sync').waitFor();
    end();
  });

  it('leaves the switch off when the person thinks better of it, by keyboard alone', async () => {
    const { page, id } = await story('ready');

    await sharing(page).focus();
    await page.keyboard.press('Space');
    await takesKeys(page);
    await page.keyboard.press('Escape');
    await closed(page);

    assert.equal(await sharing(page).isChecked(), false);
    assert.equal(world.org.get(id)?.['Sync_with_Partner_Center__c'], false);
    end();
  });

  it('names what is missing and leads to where it is cured', async () => {
    const { page } = await story('incomplete');
    const list = panel(page).locator('c-partner-center-checklist');
    await list.getByText('7 of 10').waitFor();

    await button(list, 'Add').click();
    await choose(page, 'Record', 'Contoso Retail Insights');
    await button(dialog(page), 'Save').click();
    await closed(page);
    await list.getByRole('button', { name: 'Edit' }).first().click();
    await takesKeys(page);
    await dialog(page).getByRole('checkbox', { name: 'Customer agreed to share contacts' }).press('Space');
    await choose(page, 'Customer buys through marketplace', 'Have not decided');
    await button(dialog(page), 'Save').click();
    await closed(page);

    await page.clock.runFor(11_000);
    await page.evaluate('window.dispatchEvent(new Event("focus")); undefined');
    await list.getByText('10 of 10').waitFor();
    end();
  });

  it('puts the switch back and explains when Salesforce refuses', async () => {
    const { page, id } = await story('ready', { provoked: [400] });
    world.org.lockRow(id);

    await sharing(page).press('Space');
    await button(dialog(page), 'Share the deal').click();

    await panel(page).getByRole('alert').getByText('Salesforce is busy or another change holds the record.').waitFor();
    assert.equal(await sharing(page).isChecked(), false);
    end();
  });

  it('overwrites nothing when somebody was faster', async () => {
    const { page, id } = await story('ready', { provoked: [412] });
    world.advance(60_000);
    world.org.asUser(service).update(id, { Amount: 1 });

    await sharing(page).press('Space');
    await button(dialog(page), 'Share the deal').click();

    await panel(page).getByRole('alert').getByText('The deal has changed since you opened it.').waitFor();
    await panel(page).getByText('Ready. Switch on').waitFor();
    assert.equal(world.org.get(id)?.['Sync_with_Partner_Center__c'], false);
    end();
  });

  it('accepts a deal from Microsoft', async () => {
    const { page, id } = await story('incoming');
    await panel(page).getByText('2 days left to answer').waitFor();

    await button(panel(page), 'Accept').click();
    await dialog(page).getByText('Declining it later.').waitFor();
    await button(dialog(page), 'Accept the deal').click();
    await panel(page).getByText('Asked', { exact: true }).waitFor();
    const request = newest('accept');

    world.org.asUser(service).update(String(request['Id']), { Outcome__c: 'Done', Message__c: 'The deal is accepted.' });
    await serviceWrites(page, id, { PC_Sync_State__c: 'In sync', PC_Sync_Message__c: null, PC_Referral_Status__c: 'Active / Accepted' });
    await panel(page).getByRole('heading', { name: 'In sync with Partner Center' }).waitFor();
    await page.getByText('The deal is accepted.').waitFor();
    end();
  });

  it('declines a deal only with a reason', async () => {
    const { page } = await story('incoming');

    await button(panel(page), 'Decline').click();
    await button(dialog(page), 'Decline the deal').click();
    await dialog(page).getByText('Choose a reason: Microsoft asks for one.').waitFor();
    await choose(page, 'Reason', 'Requirement not met');
    await button(dialog(page), 'Decline the deal').click();
    await closed(page);
    await panel(page).getByText('Asked', { exact: true }).waitFor();

    assert.equal(newest('decline')['Reason__c'], 'Requirement not met');
    end();
  });

  it('closes the answer when the time is over', async () => {
    const { page, id } = await story('incoming');

    world.org.asUser(service).update(id, { PC_Expires__c: '2026-11-20T11:00:00Z' });
    await page.clock.runFor(11_000);
    await page.evaluate('window.dispatchEvent(new Event("focus")); undefined');

    await panel(page).getByText('The time to answer is over').waitFor();
    assert.equal(await button(panel(page), 'Accept').isDisabled(), true);
    end();
  });

  it('shows both values of a conflict and uses the chosen one', async () => {
    const { page } = await story('conflict', { rows: (id) => [conflict(id)] });

    const question = panel(page).locator('c-partner-center-questions');
    await question.getByText('Close date was changed on both sides').waitFor();
    await question.getByTitle('Use this one: Close date, In Partner Center').first().click();
    await panel(page).getByText('Asked', { exact: true }).waitFor();

    const request = newest('put_back');
    assert.deepEqual([request['Field__c'], request['Value__c']], ['closeDate', 'partner-center']);
    end();
  });

  it('offers to link an incoming deal that resembles this one', async () => {
    const { page } = await story('ready', { rows: (id) => [match({ id, name: 'Fabrikam cold-chain analytics' })] });

    await panel(page).getByText('86 % alike').waitFor();
    await button(panel(page), 'Link to this one').click();
    await panel(page)
      .getByText('The service is working on it')
      .or(panel(page).getByText('Asked', { exact: true }))
      .first()
      .waitFor();

    const [request] = world.org.query('SELECT Kind__c, Target__c FROM PC_Service_Request__c');
    assert.equal(request?.['Kind__c'], 'link');
    end();
  });

  it('follows sync now and says when the service does not answer', async () => {
    const { page } = await story('in-sync');

    await button(panel(page), 'Sync now').click();
    await panel(page).getByText('Asked', { exact: true }).waitFor();
    await page.clock.runFor(21_000);
    await panel(page).getByText('The service has not answered yet.').waitFor();

    local.takeRequests();
    await page.clock.runFor(55_000);
    assert.deepEqual(local.takeRequests(), [], 'the page looks a few times and then stops');
    end();
  });

  it('closes a deal as won after the dialog, on the stage of the seller', async () => {
    const { page, id } = await story('in-sync');

    await panel(page).getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Close as won' }).click();
    await dialog(page).getByText('younger than 72 hours').waitFor();
    await button(dialog(page), 'Close as won').click();
    await closed(page);
    await panel(page).locator('[data-part="stage"]').getByText('Closed Won').waitFor();

    assert.equal(world.org.get(id)?.['StageName'], 'Closed Won');
    end();
  });

  it('remembers what the person has seen', async () => {
    const { page } = await story('in-sync');

    await button(panel(page), 'Mark as seen').click();
    await panel(page).getByText('since you last looked').waitFor({ state: 'detached' });
    await page.reload();
    await panel(page).getByText('At a glance').waitFor();

    assert.equal(await panel(page).getByText('since you last looked').count(), 0);
    end();
  });

  it('asks from a quick action of the record', async () => {
    const { page } = await story('in-sync');

    await button(page, 'Sync Now').click();
    await dialog(page).getByText('The service compares both sides').waitFor();
    await button(dialog(page), 'Sync now').click();
    await closed(page);

    newest('sync_now');
    end();
  });
});
