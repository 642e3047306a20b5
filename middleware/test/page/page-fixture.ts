/** The local page over a simulated org with the real package, in a real browser. One build for the whole test file. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildDeployZip } from '../../simulators/demo/package-zip.ts';
import { deployInProcess } from '../../simulators/salesforce/deploy.ts';
import { buildPage } from '../../simulators/salesforce/page/build.ts';
import { projectRoot } from '../../simulators/salesforce/page/module-map.ts';
import { pageService } from '../../simulators/salesforce/page/serve.ts';
import { seedOrg, type SeededOrg } from '../../simulators/salesforce/seed.ts';
import { createSalesforceOrg, type SalesforceOrg } from '../../simulators/salesforce/service.ts';
import { serve, type Served } from '../../simulators/wire.ts';
import { openBrowser } from './browser.ts';
import { connection, noon } from './deals.ts';

export interface LocalPage {
  readonly org: SalesforceOrg;
  readonly seeded: SeededOrg;
  readonly origin: string;
  /** Requests to the data service since the last look: `[who asked, method path]`. */
  takeRequests(): readonly (readonly [string, string])[];
  /** The org's clock moves. */
  advance(ms: number): void;
  close(): Promise<void>;
}

/** A fresh org behind the built page. */
export async function openLocalPage(directory: string, options: { readonly connected?: boolean } = {}): Promise<LocalPage> {
  let now = noon;
  let count = 0;
  const org = createSalesforceOrg({
    surroundings: { now: () => now, random: () => 0.5, uuid: () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}` },
  });
  const outcome = deployInProcess(org.state, await buildDeployZip(['force-app']));
  assert.deepEqual(
    outcome.failures.map((failure) => `${failure.fullName}: ${failure.problem}`),
    [],
  );
  const seeded = seedOrg(org);
  if (options.connected !== false) org.insert('PC_Connection__c', connection);
  const requests: (readonly [string, string])[] = [];
  const page = pageService({ directory, org });
  const served: Served = await serve((request) => {
    if (request.url.startsWith('/services/'))
      requests.push([request.headers['x-page-part'] ?? '', `${request.method} ${request.url.split('?')[0]}`]);
    return page(request);
  });
  return {
    org,
    seeded,
    origin: served.origin,
    takeRequests: () => requests.splice(0),
    advance: (ms) => void (now += ms),
    close: () => served.close(),
  };
}

export interface Built {
  readonly directory: string;
  readonly browser: Browser;
}

/** Builds the page and opens the browser; call `close` on the browser afterwards. */
export async function openBuilt(): Promise<Built> {
  const directory = join(projectRoot, '.cache/page/test');
  await buildPage({ outDir: directory });
  return { directory, browser: await openBrowser() };
}

/**
 * What the base components say of themselves: ids across shadow roots, and a dialog whose opener is gone when it closes, as the
 * button beside a missing thing is once the thing is there.
 */
const expectedNoise = (text: string): boolean => text.includes('[LWC warn]') || text.includes('Modal :: Nothing to return focus to');

export interface Visit {
  readonly page: Page;
  /** What the browser said that it should not have. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export interface VisitOptions {
  readonly user?: 'seller' | 'admin' | 'outsider';
  readonly slds?: '1' | '2';
  readonly width?: number;
  readonly height?: number;
  readonly direction?: 'rtl';
  /** Statuses of answers that the test provokes. */
  readonly provoked?: readonly number[];
}

/** Opens a page of the app as someone; `hash` like `#/record/006…`. */
export async function visit(browser: Browser, local: LocalPage, hash: string, options: VisitOptions = {}): Promise<Visit> {
  const { user = 'seller', slds = '1', width = 1280, height = 900, provoked = [] } = options;
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height },
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type()) || expectedNoise(message.text())) return;
    const status = /status of (\d+)/.exec(message.text())?.[1];
    if (status !== undefined && provoked.includes(Number(status))) return;
    complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  await page.clock.install({ time: noon });
  const direction = options.direction === undefined ? '' : `&dir=${options.direction}`;
  await page.goto(`${local.origin}/?user=${user}&slds=${slds}${direction}${hash}`);
  return { page, complaints, close: () => context.close() };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly target: unknown; readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** Violations of the whole page, as one line each; empty when there is none. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResult> } };
    return axe.run();
  });
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
  );
}

/** Ends a test of a state: nothing complained, nothing inaccessible. */
export async function expectClean({ page, complaints }: Visit): Promise<void> {
  assert.deepEqual(await violationsOf(page), []);
  assert.deepEqual(complaints, []);
}
