/**
 * Makes the pictures of the docs anew: every state of the pages, in both styles, and the important ones at phone width.
 * Run it with `node middleware/test/page/take-pictures.ts`, look at what changed, and commit it.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { projectRoot } from '../../simulators/salesforce/page/module-map.ts';
import { conflict, match, putDeal, states } from './deals.ts';
import { openBuilt, openLocalPage, visit, type LocalPage, type VisitOptions } from './page-fixture.ts';

interface Picture {
  readonly name: string;
  /** Sets the org up; gives the address. */
  prepare(local: LocalPage): string;
  /** What to wait for, and what to do before the picture. */
  show(page: Page): Promise<void>;
  readonly user?: VisitOptions['user'];
  readonly connected?: boolean;
  readonly phone?: boolean;
  /** Only the component, not the whole page. */
  readonly part?: string;
}

const panel = 'c-partner-center-panel';
const opened = (page: Page): Promise<void> => page.locator(panel).getByText('At a glance').waitFor();
const deal = (state: string) => (local: LocalPage) => `#/record/${putDeal(local.org, local.seeded, state)}`;

function questions(local: LocalPage): string {
  const OwnerId = local.seeded.users.seller;
  const id = putDeal(local.org, local.seeded, 'in-sync');
  local.org.insert('PC_Attention__c', { ...conflict(id), OwnerId });
  return `#/record/${id}`;
}

function resembling(local: LocalPage): string {
  const id = putDeal(local.org, local.seeded, 'ready');
  local.org.insert('PC_Attention__c', { ...match({ id, name: 'Fabrikam cold-chain analytics' }), OwnerId: local.seeded.users.seller });
  return `#/record/${id}`;
}

function waitingRows(local: LocalPage): string {
  const id = putDeal(local.org, local.seeded, 'in-sync');
  local.org.insert('PC_Attention__c', conflict(id));
  local.org.insert('PC_Attention__c', match({ id, name: 'Fabrikam cold-chain analytics' }));
  return '#/home';
}

async function pressToggle(page: Page): Promise<void> {
  await opened(page);
  await page.locator(panel).getByRole('switch').press('Space');
  await page.getByRole('dialog').getByText('Becomes impossible').waitFor();
}

const pictures: readonly Picture[] = [
  ...Object.keys(states).map((state): Picture => ({
    name: `panel-${state}`,
    prepare: deal(state),
    show: opened,
    part: panel,
    phone: ['incomplete', 'incoming', 'in-sync'].includes(state),
  })),
  { name: 'panel-conflict', prepare: questions, show: opened, part: panel, phone: true },
  { name: 'panel-match', prepare: resembling, show: opened, part: panel },
  { name: 'opportunity', prepare: deal('in-sync'), show: opened, phone: true },
  { name: 'dialog-share', prepare: deal('ready'), show: pressToggle },
  {
    name: 'dialog-decline',
    prepare: deal('incoming'),
    phone: true,
    show: async (page) => {
      await opened(page);
      await page.locator(panel).getByRole('button', { name: 'Decline', exact: true }).click();
      await page.getByRole('dialog').getByText('Becomes impossible').waitFor();
    },
  },
  {
    name: 'panel-refused',
    part: panel,
    prepare: (local) => {
      const address = deal('ready')(local);
      local.org.lockRow(address.split('/').at(-1) ?? '', 5);
      return address;
    },
    show: async (page) => {
      await pressToggle(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Share the deal' }).click();
      await page.locator(panel).getByRole('alert').waitFor();
    },
  },
  {
    name: 'panel-not-connected',
    connected: false,
    prepare: deal('ready'),
    part: panel,
    show: opened,
  },
  {
    name: 'panel-no-permission',
    user: 'outsider',
    part: panel,
    prepare: (local) => {
      const address = deal('in-sync')(local);
      local.org.share(address.split('/').at(-1) ?? '', 'olga@cosell.test', 'read');
      return address;
    },
    show: (page) => page.getByText('You can’t see this deal’s Partner Center fields').waitFor(),
  },
  {
    name: 'audit',
    prepare: deal('in-sync'),
    part: 'c-partner-center-audit',
    phone: true,
    show: async (page) => {
      await page.getByRole('tab', { name: 'Partner Center Audit' }).click();
      await page.getByText('7 of 7 entries').waitFor();
    },
  },
  {
    name: 'quick-action-accept',
    prepare: deal('incoming'),
    show: async (page) => {
      await opened(page);
      await page.getByRole('button', { name: 'Accept', exact: true }).first().click();
      await page.getByRole('dialog').getByText('You tell Microsoft').waitFor();
    },
  },
  { name: 'home', user: 'admin', prepare: waitingRows, show: (page) => page.getByText('Put aside, by cause').waitFor(), phone: true },
  {
    name: 'home-not-connected',
    user: 'admin',
    connected: false,
    prepare: () => '#/home',
    show: (page) => page.getByText('The connector has not reported yet').waitFor(),
  },
  {
    name: 'opportunities',
    prepare: (local) => {
      putDeal(local.org, local.seeded, 'in-sync');
      return '#/opportunities';
    },
    show: (page) => page.getByText('✔ In sync').waitFor(),
  },
];

const wanted = process.argv.slice(2);
const folder = join(projectRoot, 'docs/images');
const { directory, browser } = await openBuilt();
if (wanted.length === 0) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

for (const picture of pictures.filter((one) => wanted.length === 0 || wanted.includes(one.name))) {
  const looks: { readonly suffix: string; readonly options: VisitOptions }[] = [
    { suffix: 'slds1', options: { slds: '1' } },
    { suffix: 'slds2', options: { slds: '2' } },
    ...(picture.phone ? [{ suffix: 'phone', options: { slds: '1', width: 390, height: 844 } } as const] : []),
  ];
  for (const { suffix, options } of looks) {
    const local = await openLocalPage(directory, { connected: picture.connected ?? true });
    const seen = await visit(browser, local, picture.prepare(local), { ...options, ...(picture.user ? { user: picture.user } : {}) });
    await picture.show(seen.page);
    await seen.page.evaluate('document.fonts.ready.then(() => undefined)');
    const path = join(folder, `${picture.name}-${suffix}.png`);
    if (picture.part !== undefined) await seen.page.locator(picture.part).screenshot({ path, animations: 'disabled' });
    else
      await seen.page.screenshot({
        path,
        animations: 'disabled',
        fullPage: !picture.name.startsWith('dialog') && !picture.name.startsWith('quick'),
      });
    process.stdout.write(`${picture.name}-${suffix}\n`);
    await seen.close();
    await local.close();
  }
}
await browser.close();
