/** A Chromium for the page tests: the one named by CHROMIUM_PATH, one of the machine, or the one inside the npm package. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { projectRoot } from '../../simulators/salesforce/page/module-map.ts';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];
const packageRoot = join(projectRoot, 'node_modules/@sparticuz/chromium');

interface Found {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
}

/**
 * Unpacks the browser of the npm package into a folder of its own. The package unpacks in place, so that a second process would start a
 * half-written file; here it is unpacked beside and then moved.
 */
async function unpack(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { readonly version: string };
  const folder = join(projectRoot, '.cache', `chromium-${version}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = draft;
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    await packaged.executablePath();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  writeFileSync(join(draft, 'fonts.conf'), fontSettings(folder));
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

/** The fonts of the machine and those that come with the packaged browser, so that pictures look alike everywhere. */
const fontSettings = (folder: string): string =>
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'font-cache')}</cachedir></fontconfig>`;

async function find(): Promise<Found> {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return { path: named, args: [], env: {} };
  const found = installed.find((path) => existsSync(path));
  if (found !== undefined) return { path: found, args: [], env: {} };
  const folder = await unpack();
  const { default: packaged } = await import('@sparticuz/chromium');
  // Its own arguments are for a place that runs one page and ends: in a single process a second page hangs.
  const args = packaged.args.filter((argument) => !['--single-process', '--no-zygote'].includes(argument));
  return { path: join(folder, 'chromium'), args, env: { FONTCONFIG_FILE: join(folder, 'fonts.conf') } };
}

/** Without these the page is drawn by an imitated graphics card, which takes twice as much processor time as everything else. */
const drawnPlainly = ['--disable-gpu', '--disable-software-rasterizer'];

/** @throws when no browser starts: the reason of the last try */
export async function openBrowser(): Promise<Browser> {
  const { path, args, env } = await find();
  const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return chromium.launch({
    executablePath: path,
    args: [...args, '--no-sandbox', ...drawnPlainly],
    headless: true,
    env: { ...environment, ...env },
  });
}
