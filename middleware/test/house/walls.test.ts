import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cruise, type ICruiseResult } from 'dependency-cruiser';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '../../..');
const { forbidden, options } = require(join(root, '.dependency-cruiser.cjs')) as { forbidden: never[]; options: object };

async function look(paths: readonly string[]): Promise<ICruiseResult> {
  const result = await cruise([...paths], { ...options, baseDir: root, ruleSet: { forbidden }, validate: true }, undefined, undefined);
  return result.output as ICruiseResult;
}

/** Planted breaches: file to write, its content, the rule that must see it. Names begin with `planted-` and are removed again. */
const breaches = [
  ['middleware/src/domain/planted-a.ts', "import 'node:fs';", 'domain: built-ins'],
  ['middleware/src/domain/planted-b.ts', "import { z } from 'zod';\nexport const a = z;", 'domain: packages'],
  ['middleware/src/sync/planted-c.ts', "import '../transport.ts';", 'sync: rooms'],
  ['middleware/src/salesforce/planted-d.ts', "import '../partner-center/side.ts';", 'salesforce: rooms'],
  ['middleware/src/partner-center/planted-e.ts', "import '@azure/msal-node';", 'msal only in auth'],
  ['middleware/src/store/planted-f.ts', "import 'express';", 'store: packages'],
  ['middleware/src/http/planted-g.ts', "import '../store/open.ts';", 'http: rooms'],
  ['middleware/src/sync/planted-h.ts', "import '../../simulators/wire.ts';", 'nothing that runs in production knows simulators or tests'],
  ['middleware/simulators/planted-i.ts', "import '../src/domain/deal.ts';\nimport '../src/errors.ts';", 'simulators know nothing of us'],
  ['middleware/src/salesforce/planted-j.ts', "import { z } from 'zod';\nexport const a = z;", 'zod only at the door'],
] as const;

let clean: ICruiseResult;
let breached: ICruiseResult;

before(async () => {
  clean = await look(['middleware/src', 'middleware/simulators']);
  mkdirSync(join(root, 'middleware/src/http'), { recursive: true });
  try {
    for (const [path, content] of breaches) writeFileSync(join(root, path), `${content}\nexport {};\n`);
    breached = await look(breaches.map(([path]) => path));
  } finally {
    for (const [path] of breaches) rmSync(join(root, path), { force: true });
  }
});

after(() => {
  for (const [path] of breaches) rmSync(join(root, path), { force: true });
});

test('the wall test sees the whole house', () => {
  assert.ok(clean.summary.totalCruised > 100, `only ${clean.summary.totalCruised} modules seen`);
});

test('no room imports what it must not know', () => {
  assert.deepEqual(
    clean.summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`),
    [],
  );
});

for (const [path, , rule] of breaches) {
  test(`a planted breach is caught: ${path} against "${rule}"`, () => {
    assert.ok(
      breached.summary.violations.some((violation) => violation.rule.name === rule && violation.from === path),
      breached.summary.violations.map((violation) => `${violation.rule.name}: ${violation.from}`).join('\n'),
    );
  });
}

/** Rules about words in the source that imports cannot show. */
const sources = (): [string, string][] =>
  globSync('middleware/src/**/*.ts', { cwd: root }).map((path) => [
    path,
    readFileSync(join(root, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/[^\n]*/g, ''),
  ]);
const where = (pattern: RegExp, allowed: RegExp): string[] =>
  sources()
    .filter(([path, text]) => pattern.test(text) && !allowed.test(path))
    .map(([path]) => path);

test('the environment is read in one place', () => {
  assert.deepEqual(where(/process\.env/, /src\/config\.ts$/), []);
});

test('clock, timers, chance and ids come from one place', () => {
  assert.deepEqual(where(/Date\.now\(|new Date\(\)|Math\.random\(|randomUUID\(|(?<!\.)setTimeout\(|setInterval\(/, /src\/system\.ts$/), []);
});

test('no text becomes code, a pattern or a page', () => {
  assert.deepEqual(where(/\beval\(|new Function\(|\bRegExp\(|from 'node:vm'/, /^$/), []);
  const components = globSync('force-*/**/lwc/**/*.{js,html}', { cwd: root }).filter((path) => !path.includes('__tests__'));
  assert.ok(components.length > 20, `${components.length} files of components`);
  assert.deepEqual(
    components.filter((path) =>
      /innerHTML|outerHTML|insertAdjacentHTML|lwc:dom|\beval\(|new Function\(/.test(readFileSync(join(root, path), 'utf8')),
    ),
    [],
  );
});

test('no test is skipped and no line is left for later', () => {
  const marks = new RegExp(
    [
      '(//|\\*)[^\\n]*\\b(TO' + 'DO|FIX' + 'ME)\\b',
      '\\.(skip|only|todo)\\(',
      '@ts-' + 'ignore',
      'as ' + 'any\\b',
      'eslint-' + 'disable',
    ].join('|'),
  );
  const found = globSync('{middleware,scripts}/**/*.{ts,mts}', { cwd: root, exclude: ['middleware/dist/**'] }).filter(
    (path) => !path.endsWith('walls.test.ts') && marks.test(readFileSync(join(root, path), 'utf8')),
  );
  assert.deepEqual(found, []);
});
