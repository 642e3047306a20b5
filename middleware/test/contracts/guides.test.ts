/** The guides say what the code does: generated tables, commands that exist, fields that exist, pictures and pages that are there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { readPackage, repository } from '../package/package-files.ts';
import { buildModel } from '../package/package-model.ts';
import { fill, guides } from './guides.ts';

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const again = 'run "node scripts/generate-package.mts" and commit the result';

for (const guide of guides) {
  test(`${guide.path} holds the tables that code and package give`, async () => {
    const page = read(guide.path);
    assert.equal(page, await fill(guide, page), again);
  });
}

const pages = [...guides.map(({ path }) => path), 'docs/coming-from-microsofts-connector.md', 'docs/for-sellers.md'];

for (const page of pages) {
  test(`${page}: every page and picture it points at is there`, () => {
    const targets = [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
    assert.ok(targets.length > 0);
    assert.deepEqual(
      targets.filter((target) => !existsSync(join(repository, dirname(page), target))),
      [],
    );
  });
}

const model = buildModel(readPackage(['force-app']));
const names = new Set([...model.objects.values()].flatMap(({ name, fields }) => [name, ...fields.keys()]));

test('Every field and object of ours that a guide names is in the package', () => {
  for (const page of pages) {
    const named = [...read(page).matchAll(/\b\w+__(?:c|e|mdt)\b/g)].map(([name]) => name).filter((name) => name !== 'My_Field__c');
    assert.deepEqual(
      named.filter((name) => !names.has(name)),
      [],
      page,
    );
  }
});

test('Every dependency stands in the decision about dependencies, with its reason', () => {
  const manifest = JSON.parse(read('package.json')) as { readonly [kind: string]: { readonly [name: string]: string } | undefined };
  const wanted = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => Object.keys(manifest[kind] ?? {})).sort();
  const rows = read('docs/decisions/004-dependencies.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (Package|---)/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const listed = rows.flatMap(([, packages = '']) => packages.replace(/\(.*\)/, '').split(',')).map((name) => name.trim());
  assert.deepEqual(listed.sort(), wanted);
  for (const [, packages, role = '', why = ''] of rows) assert.ok(role !== '' && why.length > 10, packages);
});
