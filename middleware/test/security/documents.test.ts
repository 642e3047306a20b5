/** What the security documents point at is there. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
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

/** Levels of the items of each section in ASVS 5.0.0, in the order of their numbers. */
const levels: { readonly [section: string]: string } = {
  'V1.1': '22',
  'V1.2': '1111122223',
  'V1.3': '112222222223',
  'V1.4': '222',
  'V1.5': '123',
  'V2.1': '122',
  'V2.2': '112',
  'V2.3': '12223',
  'V2.4': '23',
  'V3.1': '3',
  'V3.2': '113',
  'V3.3': '12223',
  'V3.4': '11222233',
  'V3.5': '11122333',
  'V3.6': '3',
  'V3.7': '22333',
  'V4.1': '12233',
  'V4.2': '23333',
  'V4.3': '22',
  'V4.4': '1222',
  'V5.1': '2',
  'V5.2': '112333',
  'V5.3': '113',
  'V5.4': '222',
  'V6.1': '122',
  'V6.2': '111111112222',
  'V6.3': '11223333',
  'V6.4': '112233',
  'V6.5': '22222333',
  'V6.6': '2223',
  'V6.7': '33',
  'V6.8': '2222',
  'V7.1': '222',
  'V7.2': '1111',
  'V7.3': '22',
  'V7.4': '11222',
  'V7.5': '223',
  'V7.6': '22',
  'V8.1': '1233',
  'V8.2': '1123',
  'V8.3': '133',
  'V8.4': '23',
  'V9.1': '111',
  'V9.2': '1222',
  'V10.1': '22',
  'V10.2': '223',
  'V10.3': '22223',
  'V10.4': '1111122222233333',
  'V10.5': '22222',
  'V10.6': '22',
  'V10.7': '222',
  'V11.1': '2233',
  'V11.2': '22233',
  'V11.3': '11233',
  'V11.4': '1222',
  'V11.5': '23',
  'V11.6': '23',
  'V11.7': '33',
  'V12.1': '12233',
  'V12.2': '11',
  'V12.3': '22223',
  'V13.1': '2333',
  'V13.2': '222223',
  'V13.3': '2233',
  'V13.4': '1222233',
  'V14.1': '22',
  'V14.2': '12223333',
  'V14.3': '122',
  'V15.1': '12233',
  'V15.2': '12233',
  'V15.3': '1222222',
  'V15.4': '3333',
  'V16.1': '2',
  'V16.2': '22222',
  'V16.3': '2222',
  'V16.4': '222',
  'V16.5': '2223',
  'V17.1': '23',
  'V17.2': '22223333',
  'V17.3': '22',
};
/** Chapters where level 3 is answered too. */
const inFull = ['V9', 'V10', 'V11', 'V16'];

interface Row {
  readonly item: string;
  readonly level: string;
  readonly state: string;
  readonly where: string;
}
const asvs: readonly Row[] = read('docs/asvs.md')
  .split('\n')
  .filter((line) => /^\| V/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, item = '', , level = '', state = '', where = '']) => ({ item, level, state, where }));
const chapterOf = (item: string): string => item.split('.')[0] ?? '';
const sectionOf = (item: string): string => item.split('.').slice(0, 2).join('.');
/** A section or chapter stands for its items. */
const itemsOf = (name: string): readonly string[] =>
  Object.entries(levels)
    .flatMap(([section, digits]) => [...digits].map((_, index) => `${section}.${index + 1}`))
    .filter((item) => [item, sectionOf(item), chapterOf(item)].includes(name));
const levelOf = (item: string): string => levels[sectionOf(item)]?.[Number(item.split('.')[2]) - 1] ?? '';

test('Every item of the standard up to the aimed level is answered once, with its level', () => {
  assert.deepEqual(
    ['1', '2', '3'].map((level) => Object.values(levels).join('').split(level).length - 1),
    [70, 183, 92],
    'as many items of each level as the standard has',
  );
  const answered = asvs
    .flatMap(({ item }) => item.split(', '))
    .flatMap((name) => (itemsOf(name).length > 0 ? itemsOf(name) : [`? ${name}`]));
  assert.deepEqual(
    answered.filter((item, index) => item.startsWith('?') || answered.indexOf(item) !== index),
    [],
    'no number that the standard does not have, none twice',
  );
  const aimed = Object.keys(levels)
    .flatMap(itemsOf)
    .filter((item) => levelOf(item) !== '3' || inFull.includes(chapterOf(item)));
  assert.deepEqual(
    aimed.filter((item) => !answered.includes(item)),
    [],
  );
  for (const { item, level, state } of asvs) {
    assert.match(state, /^(met|partly|n\/a)$/, item);
    if (state !== 'n/a') assert.match(item, /^V\d+\.\d+\.\d+$/, `${item}: what applies has a row of its own`);
    assert.equal(level, state === 'n/a' ? '' : levelOf(item), item);
  }
});

const titlePattern = /`([\w-]+\/[\w./-]+\.[jt]s)`: `([^`]+)`/g;
const namePattern = /`([\w-]+\/[\w./-]+\.[jt]s)` \(`(\w+)`\)/g;

test('Every row of the standard names tests and code that are there, or says why not', () => {
  let places = 0;
  for (const { item, state, where } of asvs) {
    const titles = [...where.matchAll(titlePattern)];
    const names = [...where.matchAll(namePattern)];
    for (const [, file = '', title = ''] of titles)
      assert.ok(read(file).includes(`'${title}'`) || read(file).includes(`\`${title}\``), `${item}: ${file} has no test "${title}"`);
    for (const [, file = '', name = ''] of names) {
      const declared = new RegExp(
        `\\b(?:function\\*?|const|class|interface|type) ${name}\\b|^ +(?:async )?${name}(?:: \\(|\\(.*\\{$)`,
        'm',
      );
      assert.match(read(file), declared, `${item}: ${file} declares no ${name}`);
    }
    const files = [...where.matchAll(/`[\w-]+\/[\w./-]+\.[jt]s`/g)];
    assert.equal(titles.length + names.length, files.length, `${item}: each file comes with a title or a name`);
    const pages = [...where.matchAll(/`docs\/[\w./-]+\.md`/g)];
    if (state === 'met') assert.ok(files.length + pages.length > 0, `${item} names a place`);
    if (state === 'partly') assert.match(where, /^[A-Z][^`]{20,}/, `${item} says what is missing`);
    if (state === 'n/a') assert.ok(where.length > 5, `${item} says why`);
    places += files.length + pages.length;
  }
  assert.ok(places > 150, `${places} places`);
});

test('Every file of the service that touches cryptography stands in the inventory', () => {
  const [, inventory = ''] = read('docs/security.md').split('## Cryptography in use');
  const files = globSync('middleware/src/**/*.ts', { cwd: root }).filter((path) => /from 'node:(crypto|tls|https)'/.test(read(path)));
  assert.ok(files.length > 10, `${files.length} files`);
  assert.deepEqual(
    files.filter((path) => !pathsIn(inventory).includes(path)),
    [],
  );
});
