/** What is shipped besides our own code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { isKnown, isPermissive, printLicences, productionPackages } from './licences.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test('The list of licences is the one of the lockfile', () => {
  const file = read('docs/licences.md');
  assert.equal(file, printLicences(file), 'run "npm run licences"');
});

test('Every package in production has a permissive licence', () => {
  const rows = productionPackages();
  assert.ok(rows.length > 50, `${rows.length} packages`);
  assert.deepEqual(
    rows.filter(({ name, licence }) => !isPermissive(licence) && !isKnown(name)).map(({ name, licence }) => `${name}: ${licence}`),
    [],
  );
  for (const licence of ['GPL-3.0', 'AGPL-3.0-only', 'MIT AND GPL-2.0', 'SSPL-1.0', 'not stated'])
    assert.ok(!isPermissive(licence), licence);
});

test('Direct dependencies are pinned to one version, and the lockfile knows the hash of everything', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as {
    readonly [part: string]: { readonly [name: string]: string };
  };
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) assert.match(version, /^\d/, name);
  const { packages } = JSON.parse(read('package-lock.json')) as {
    readonly packages: { readonly [path: string]: { readonly integrity?: string; readonly link?: boolean; readonly inBundle?: boolean } };
  };
  const without = Object.entries(packages).filter(
    ([path, entry]) => path !== '' && entry.link !== true && entry.inBundle !== true && !entry.integrity?.startsWith('sha512-'),
  );
  assert.deepEqual(
    without.map(([path]) => path),
    [],
  );
});
