/**
 * Makes the pictures of the docs anew: every designed state in both styles, some at other sizes and from right to left.
 * Run it with `node middleware/test/page/take-pictures.ts [name …]`, look at what changed, and commit it.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openWorld } from '../../simulators/demo/world.ts';
import { projectRoot } from '../../simulators/salesforce/page/module-map.ts';
import { openBrowser } from './browser.ts';
import { openLocalPage, visit } from './page-fixture.ts';
import { looks, looksOf, scenes } from './scenes.ts';

const wanted = process.argv.slice(2);
const folder = join(projectRoot, 'docs/images');
const [browser, local] = await Promise.all([openBrowser(), openLocalPage()]);
if (wanted.length === 0) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

for (const scene of scenes.filter((one) => wanted.length === 0 || wanted.includes(one.name))) {
  for (const look of looksOf(scene)) {
    const world = await local.renew({ connected: scene.connected ?? true });
    const { page, close } = await visit(browser, local.origin, scene.prepare(world), {
      ...looks[look],
      ...(scene.user ? { user: scene.user } : {}),
    });
    await scene.show(page);
    await page.evaluate('document.fonts.ready.then(() => undefined)');
    const path = join(folder, `${scene.name}-${look}.png`);
    // a toast lies over whatever is below it and goes by itself
    const still = { path, animations: 'disabled', style: 'host-toasts { display: none; }' } as const;
    if (scene.part === undefined) await page.screenshot({ ...still, fullPage: true });
    else await page.locator(scene.part).screenshot(still);
    process.stdout.write(`${scene.name}-${look}\n`);
    await close();
  }
}
await local.close();

/** The page on which a person plays the seller at Microsoft, over the whole demo. */
if (wanted.length === 0 || wanted.includes('portal')) {
  const world = await openWorld();
  for (const [suffix, width, height] of [
    ['desk', 1280, 720],
    ['phone', 390, 844],
  ] as const) {
    const page = await browser.newPage({ viewport: { width, height }, locale: 'en-US', timezoneId: 'UTC' });
    await page.goto(world.partner.portalUrl);
    if (suffix === 'desk') {
      await page.getByRole('button', { name: 'Send a new deal …' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
    }
    await page.getByRole('group', { name: 'Actions for Fabrikam – data platform' }).waitFor();
    await page.getByText('delivered').first().waitFor();
    await page.screenshot({ path: join(folder, `portal-${suffix}.png`), fullPage: true });
    process.stdout.write(`portal-${suffix}\n`);
    await page.close();
  }
  await world.close();
}
await browser.close();
