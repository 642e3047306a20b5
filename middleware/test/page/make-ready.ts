/** Builds the page and unpacks the browser, which test files that run at the same time on a fresh clone would each do for themselves. */
import { openBrowser } from './browser.ts';
import { builtPage } from './page-fixture.ts';

const [browser] = await Promise.all([openBrowser(), builtPage()]);
await browser.close();
