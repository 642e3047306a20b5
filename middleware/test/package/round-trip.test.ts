import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { ComponentSet, ForceIgnore, MetadataConverter } from '@salesforce/source-deploy-retrieve';
import { packageDirectories, parseXml, readPackage, repository, type Element } from './package-files.ts';

/** Names, texts and attributes of an element, without positions and order of siblings with different names. */
function shape(element: Element): unknown {
  const children = element.children.map(shape).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { name: element.name, text: element.children.length === 0 ? element.text.trim() : '', children };
}

function filesBelow(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]));
}

/** The part of a path below `main/default`, where both directions of the conversion agree. */
const below = (path: string): string => path.slice(path.indexOf('main/default/') + 'main/default/'.length);
/** What never leaves the machine: see `.forceignore`. */
const stays = (path: string): boolean =>
  path.includes('/__tests__/') ||
  path.includes('/__mocks__/') ||
  /(^|\/)(jsconfig\.json|tsconfig\.json|README\.md)$/.test(path) ||
  path.endsWith('.d.ts');

for (const directory of ['force-app', 'force-reports'] as const) {
  test(`${directory} comes back the same after a conversion to the deploy format and back`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cosell-round-'));
    try {
      const converter = new MetadataConverter();
      const out = await converter.convert(ComponentSet.fromSource(join(repository, directory)), 'metadata', {
        type: 'directory',
        outputDirectory: folder,
        packageName: 'deployed',
        genUniqueDir: false,
      });
      mkdirSync(join(folder, 'back/force-app'), { recursive: true });
      writeFileSync(
        join(folder, 'back/sfdx-project.json'),
        '{"packageDirectories":[{"path":"force-app","default":true}],"sourceApiVersion":"66.0"}',
      );
      const deployed = out.packagePath ?? join(folder, 'deployed');
      await converter.convert(ComponentSet.fromSource(deployed), 'source', {
        type: 'directory',
        outputDirectory: join(folder, 'back/force-app'),
        genUniqueDir: false,
      });
      const back = new Map(
        [...filesBelow(join(folder, 'back'))].filter(([path]) => path.includes('main/default/')).map(([path, text]) => [below(path), text]),
      );
      const before = new Map([...readPackage([directory])].filter(([path]) => !stays(path)).map(([path, text]) => [below(path), text]));
      const generated = ['objects/Opportunity/Opportunity.object-meta.xml'];
      assert.deepEqual(
        [...back.keys()].filter((path) => !generated.includes(path) && !before.has(path)),
        [],
        'files that nobody wrote',
      );
      assert.deepEqual(
        [...before.keys()].filter((path) => !back.has(path)),
        [],
        'files that got lost',
      );
      for (const [path, text] of before) {
        const returned = back.get(path) ?? '';
        if (path.endsWith('-meta.xml')) assert.deepEqual(shape(parseXml(returned)), shape(parseXml(text)), path);
        else assert.equal(returned, text, path);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

test('each package directory can be read on its own', () => {
  for (const directory of packageDirectories) assert.ok(ComponentSet.fromSource(join(repository, directory)).size > 0, directory);
});

test('no test, type or editor file of a component would reach the org', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cosell-ignore-'));
  try {
    const bundle = join(folder, 'force-app/main/default/lwc/partnerCenterProbe');
    mkdirSync(join(bundle, '__tests__'), { recursive: true });
    mkdirSync(join(bundle, '__mocks__'), { recursive: true });
    cpSync(join(repository, '.forceignore'), join(folder, '.forceignore'));
    writeFileSync(join(folder, 'sfdx-project.json'), '{"packageDirectories":[{"path":"force-app","default":true}]}');
    mkdirSync(join(folder, 'force-app/test/jest-mocks'), { recursive: true });
    writeFileSync(join(folder, 'force-app/test/jest-mocks/modal.js'), '');
    const kept = ['partnerCenterProbe.js', 'partnerCenterProbe.html', 'partnerCenterProbe.js-meta.xml'];
    const dropped = [
      '__tests__/partnerCenterProbe.test.js',
      '__tests__/data.json',
      '__mocks__/graphql.js',
      'jsconfig.json',
      'tsconfig.json',
      'README.md',
      'partnerCenterProbe.test.js',
      'types.d.ts',
      '.eslintrc.json',
    ];
    for (const name of [...kept, ...dropped])
      writeFileSync(
        join(bundle, name),
        name.endsWith('.xml')
          ? '<LightningComponentBundle xmlns="http://soap.sforce.com/2006/04/metadata"><apiVersion>66.0</apiVersion></LightningComponentBundle>'
          : '',
      );
    const ignore = ForceIgnore.findAndCreate(bundle);
    assert.deepEqual(
      kept.filter((name) => ignore.denies(join(bundle, name))),
      [],
    );
    assert.deepEqual(
      dropped.filter((name) => ignore.accepts(join(bundle, name))),
      [],
    );
    assert.ok(ignore.denies(join(folder, 'force-app/test/jest-mocks/modal.js')));
    const content = ComponentSet.fromSource(join(folder, 'force-app'))
      .getSourceComponents()
      .toArray()
      .flatMap((component) => component.walkContent());
    assert.deepEqual(content.map((path) => relative(bundle, path)).sort(), ['partnerCenterProbe.html', 'partnerCenterProbe.js']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
