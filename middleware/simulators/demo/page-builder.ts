/** Child of `page-process`: builds once, tells how long it took, ends. */
import { buildPage } from '../salesforce/page/build.ts';

const { milliseconds } = await buildPage({ outDir: process.argv[2] ?? '' });
process.send?.({ milliseconds });
process.disconnect?.();
