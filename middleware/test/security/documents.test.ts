/** What the security documents point at is there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
/** Paths in code marks: with a slash and an ending. */
const pathsIn = (text: string): readonly string[] =>
  [...text.matchAll(/`((?:middleware|docs|force-app|scripts)\/[\w./-]+\.\w+)`/g)].map((found) => found[1] ?? '');

for (const document of ['docs/security.md', 'docs/asvs.md', 'docs/performance.md']) {
  test(`Every file that ${document} names exists`, () => {
    const paths = pathsIn(read(document));
    assert.ok(paths.length > 0, 'the document names files');
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(root, path))),
      [],
    );
  });
}

test('Every test that the table of attacks names is in the file it names', () => {
  const named = [...read('docs/security.md').matchAll(/`(middleware\/test\/[\w./-]+\.ts)`: `([^`]+)`/g)];
  assert.ok(named.length >= 20, 'the table names tests');
  for (const [, file = '', title = ''] of named) assert.ok(read(file).includes(`'${title}'`), `${file} has no test "${title}"`);
});

test('Every chapter of the standard is answered, and what is said to be met names a file', () => {
  const rows = read('docs/asvs.md')
    .split('\n')
    .filter((line) => /^\| V\d/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const chapters = new Set(rows.flatMap(([, section = '']) => [...section.matchAll(/V(\d+)/g)].map((found) => Number(found[1]))));
  assert.deepEqual(
    [...chapters].sort((a, b) => a - b),
    Array.from({ length: 17 }, (_, index) => index + 1),
  );
  for (const [, section = '', , state = '', where = ''] of rows) {
    assert.match(state, /^(met|partly|n\/a)$/, section);
    assert.ok(where.length > 5, `${section} says where or why`);
    if (state === 'met' && section !== 'V12.1') assert.ok(pathsIn(where).length > 0, `${section} names a file`);
  }
});
