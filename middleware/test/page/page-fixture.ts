/** The local page over a simulated org with the real package, in a real browser. */
import { createRequire } from 'node:module';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { contentHash } from '../../simulators/content-hash.ts';
import { createDeployedOrg } from '../../simulators/demo/deployed-org.ts';
import { buildPage } from '../../simulators/salesforce/page/build.ts';
import { packageDirectories, pageRoot, projectRoot } from '../../simulators/salesforce/page/module-map.ts';
import { pageService } from '../../simulators/salesforce/page/serve.ts';
import { seedOrg, type SeededOrg } from '../../simulators/salesforce/seed.ts';
import type { SalesforceOrg } from '../../simulators/salesforce/service.ts';
import { serve, type Service } from '../../simulators/wire.ts';
import { connection, noon } from './deals.ts';

/**
 * Folder of the page, built once for one state of the sources: test files run at the same time, and a browser must not load a page that
 * another of them is writing.
 */
export async function builtPage(): Promise<string> {
  const sources = [...packageDirectories(), pageRoot, join(projectRoot, 'package-lock.json')];
  const folder = join(projectRoot, '.cache/page', `built-${contentHash(projectRoot, sources, '1')}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  await buildPage({ outDir: draft });
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

export interface LocalOrg {
  readonly org: SalesforceOrg;
  readonly seeded: SeededOrg;
  /** The org's clock moves. */
  advance(ms: number): void;
}

/** A fresh org with the package and a small company; `connected`: the service has reported. */
async function freshOrg({ connected = true }: { readonly connected?: boolean }): Promise<LocalOrg> {
  let now = noon;
  let count = 0;
  const org = await createDeployedOrg(['force-app'], {
    surroundings: { now: () => now, random: () => 0.5, uuid: () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}` },
  });
  const seeded = seedOrg(org);
  if (connected) org.insert('PC_Connection__c', connection);
  return { org, seeded, advance: (ms) => void (now += ms) };
}

export interface LocalPage {
  readonly origin: string;
  /** Puts a fresh org behind the page. */
  renew(options?: { readonly connected?: boolean }): Promise<LocalOrg>;
  /** Requests to the data service since the last look: `[who asked, method path]`. */
  takeRequests(): readonly (readonly [string, string])[];
  close(): Promise<void>;
}

/** The built page at one address, over one org after the other: what the browser has read of it once, it keeps. */
export async function openLocalPage(): Promise<LocalPage> {
  const directory = await builtPage();
  const requests: (readonly [string, string])[] = [];
  let page: Service | null = null;
  const served = await serve((request) => {
    if (page === null) throw new Error('no org is behind the page yet');
    if (request.url.startsWith('/services/'))
      requests.push([request.headers['x-page-part'] ?? '', `${request.method} ${request.url.split('?')[0]}`]);
    return page(request);
  });
  return {
    origin: served.origin,
    renew: async (options = {}) => {
      const fresh = await freshOrg(options);
      page = pageService({ directory, org: fresh.org });
      requests.splice(0);
      return fresh;
    },
    takeRequests: () => requests.splice(0),
    close: () => served.close(),
  };
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

/** How the page is looked at. */
export interface Look {
  readonly slds?: '1' | '2';
  readonly width?: number;
  readonly height?: number;
  readonly direction?: 'rtl';
}

export interface VisitOptions extends Look {
  readonly user?: 'seller' | 'admin' | 'outsider';
  /** Statuses of answers that the test provokes. */
  readonly provoked?: readonly number[];
}

/** A window that has nothing of an earlier one; its clock starts at the org's noon and runs. */
export async function openContext(browser: Browser, { width = 1280, height = 900 }: Look = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  await context.clock.install({ time: noon });
  return context;
}

/** Opens a page of the app as someone, in the context; `hash` like `#/record/006…`. */
export async function visitIn(context: BrowserContext, origin: string, hash: string, options: VisitOptions = {}): Promise<Visit> {
  const { user = 'seller', slds = '1', provoked = [] } = options;
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type()) || expectedNoise(message.text())) return;
    const status = /status of (\d+)/.exec(message.text())?.[1];
    if (status !== undefined && provoked.includes(Number(status))) return;
    complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  const direction = options.direction === undefined ? '' : `&dir=${options.direction}`;
  await page.goto(`${origin}/?user=${user}&slds=${slds}${direction}${hash}`);
  return { page, complaints, close: () => page.close() };
}

/** The same in a context of its own. */
export async function visit(browser: Browser, origin: string, hash: string, options: VisitOptions = {}): Promise<Visit> {
  const context = await openContext(browser, options);
  const seen = await visitIn(context, origin, hash, options);
  return { ...seen, close: () => context.close() };
}

export const panelOf = (page: Page): Locator => page.locator('c-partner-center-panel');

/** The deal and what hangs on it are there. */
export const panelOpened = (page: Page): Promise<void> => panelOf(page).getByText('At a glance').waitFor();

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
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResult> } };
    // Only what is wrong is described: describing what is right takes most of the time.
    return axe.run({ resultTypes: ['violations'] });
  });
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
  );
}

/** How far the page sticks out of the window sideways, in px; 0 when it does not. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate<number>('Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)');
