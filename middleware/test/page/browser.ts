/** A Chromium for the page tests: the one named by CHROMIUM_PATH, one of the machine, or the one inside the npm package. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { projectRoot } from '../../simulators/salesforce/page/module-map.ts';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];

interface Found {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
}

/** The fonts of the machine and the one that comes with the packaged browser, so that pictures look alike everywhere. */
function fontSettings(): string {
  const file = join(projectRoot, '.cache/page/fonts.conf');
  mkdirSync(dirname(file), { recursive: true });
  const folder = join(tmpdir(), 'fonts');
  const cache = join(projectRoot, '.cache/page/fonts');
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${folder}</dir><cachedir>${cache}</cachedir></fontconfig>`,
  );
  return file;
}

async function find(): Promise<Found> {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return { path: named, args: [], env: {} };
  const found = installed.find((path) => existsSync(path));
  if (found !== undefined) return { path: found, args: [], env: {} };
  const { default: packaged } = await import('@sparticuz/chromium');
  const path = await packaged.executablePath();
  // Its own arguments are for a place that runs one page and ends: in a single process a second page hangs.
  const args = packaged.args.filter((argument) => !['--single-process', '--no-zygote'].includes(argument));
  return { path, args, env: { FONTCONFIG_FILE: fontSettings() } };
}

/** @throws when no browser starts: the reason of the last try */
export async function openBrowser(): Promise<Browser> {
  const { path, args, env } = await find();
  const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return chromium.launch({ executablePath: path, args: [...args, '--no-sandbox'], headless: true, env: { ...environment, ...env } });
}
