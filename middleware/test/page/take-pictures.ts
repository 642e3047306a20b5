/**
 * Makes the pictures of the docs anew: every designed state in both styles, some at other sizes and from right to left.
 * Run it with `node middleware/test/page/take-pictures.ts [name …]`, look at what changed, and commit it.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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
await browser.close();
await local.close();
