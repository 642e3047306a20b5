/** What the components share with the service and the package: line format, field names, lists, labels. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { auditActs, auditResults, auditWays, parseAuditLine, printAuditLine, type AuditEntry } from '../../src/domain/audit-line.ts';
import { countryCode } from '../../src/salesforce/translate/countries.ts';
import { fieldNames, fields } from '../../src/domain/fields.ts';
import { projectRoot } from '../../simulators/salesforce/page/module-map.ts';
import { readLabels } from '../../simulators/salesforce/page/salesforce-imports.ts';

const components = join(projectRoot, 'force-app/main/default/lwc');
const metadata = join(projectRoot, 'force-app/main/default');
const source = (path: string): string => readFileSync(join(components, path), 'utf8');

interface PanelAudit {
  parseAuditLine(line: string): unknown;
  readonly auditWays: readonly string[];
  readonly auditActs: readonly string[];
  readonly auditResults: readonly string[];
}

// The bundle's file is an ES module without a package.json that says so: it is loaded as a data address.
const panelAudit = async (): Promise<PanelAudit> =>
  (await import(`data:text/javascript,${encodeURIComponent(source('partnerCenterAuditLine/partnerCenterAuditLine.js'))}`)) as PanelAudit;

const shownText = fc.option(fc.string(), { nil: null });
const label = fc.constantFrom(...fieldNames.map((name) => fields[name].label));
const plain = { noNullPrototype: true } as const;
const change = fc.oneof(
  fc.record({ field: label }, plain),
  fc.record({ field: label, from: shownText, to: shownText }, plain),
  fc.record({ field: label, from: shownText, to: shownText, lost: shownText }, plain),
);
const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
const entry: fc.Arbitrary<AuditEntry> = fc.record(
  {
    at: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
    way: fc.constantFrom(...auditWays),
    act: fc.constantFrom(...auditActs),
    result: fc.constantFrom(...auditResults),
    by: shownText,
    changes: fc.array(change, { maxLength: 4 }),
    code: fc.option(word, { nil: null }),
    text: shownText,
    requestId: fc.option(word, { nil: null }),
  },
  plain,
);

describe('the health page', () => {
  it('knows the words in which the service tells of a registration that needs somebody', () => {
    const [, words = ''] = /webhookTroubles = Object\.freeze\(\{([^}]*)\}/.exec(source('partnerCenterHealth/figures.js')) ?? [];
    const known = [...words.matchAll(/'([^']+)'/g)].map(([, word]) => word ?? '');
    const service = readFileSync(join(projectRoot, 'middleware/src/app/service.ts'), 'utf8');

    assert.equal(known.length, 2);
    for (const word of known) assert.ok(service.includes(`'${word}'`), word);
  });
});

describe('the audit line', () => {
  it('is read by the panel exactly as the service prints it', async () => {
    const panel = await panelAudit();

    fc.assert(
      fc.property(entry, (one) => assert.deepEqual(panel.parseAuditLine(printAuditLine(one)), one)),
      { numRuns: 500 },
    );
  });

  it('is refused by the panel exactly where the service refuses it', async () => {
    const panel = await panelAudit();
    const damaged = fc.tuple(entry, fc.nat(), fc.constantFrom('', '"', ' | ', ' -> ', '; ', 'x')).map(([one, at, put]) => {
      const line = printAuditLine(one);
      const place = at % (line.length + 1);
      return line.slice(0, place) + put + line.slice(place + 1);
    });

    fc.assert(
      fc.property(fc.oneof(damaged, fc.string()), (line) => assert.deepEqual(panel.parseAuditLine(line), parseAuditLine(line))),
      { numRuns: 1000 },
    );
  });

  it('has the same words on both sides', async () => {
    const panel = await panelAudit();

    assert.deepEqual([panel.auditWays, panel.auditActs, panel.auditResults], [auditWays, auditActs, auditResults]);
  });
});

describe('names and lists', () => {
  it('name every deal field as the service does', () => {
    const table = source('partnerCenterRules/fields.js');
    const words = [...table.matchAll(/^ {2}(\w+): ['"](.+)['"],?$/gm)].map(([, name, text]) => [name, text]);

    assert.deepEqual(
      words,
      fieldNames.map((name) => [name, fields[name].label]),
    );
  });

  it('have a label in English that is the audit word', () => {
    const labels = readLabels([join(projectRoot, 'force-app')]);

    for (const name of fieldNames) assert.equal(labels.get(`PC_Field_${name[0]?.toUpperCase()}${name.slice(1)}`), fields[name].label);
  });

  it('offer the kinds of help of the picklist', () => {
    const picklist = readFileSync(join(metadata, 'objects/Opportunity/fields/How_can_Microsoft_help__c.field-meta.xml'), 'utf8');
    const values = [...picklist.matchAll(/<value>\s*<fullName>(.+?)<\/fullName>/g)].map(([, value]) => value);
    const table = source('partnerCenterRules/fields.js');

    assert.equal(values.length, 6);
    for (const value of values) assert.ok(table.includes(`'${value}'`), value);
  });

  it('fall back to the shipped lists of reasons', () => {
    const defaults = source('partnerCenterRules/settings.js');
    const reasons = readdirSync(join(metadata, 'customMetadata')).filter((file) => /^PC_Reference_Value\.(Decline|Error)_/.test(file));

    assert.equal(reasons.length, 17);
    for (const file of reasons) {
      const values = [...readFileSync(join(metadata, 'customMetadata', file), 'utf8').matchAll(/xsd:string">(.+?)<\/value>/g)].map(
        ([, value]) => value,
      );
      assert.ok(
        values.some((value) => defaults.includes(`'${value}'`)),
        file,
      );
    }
  });
});

describe('countries', () => {
  it('that the service knows by any of their names are no missing thing in the panel', async () => {
    const panel = (await import(`data:text/javascript,${encodeURIComponent(source('partnerCenterRules/countries.js'))}`)) as {
      countryKnown(text: string): boolean;
    };
    const table = readFileSync(join(projectRoot, 'middleware/src/salesforce/translate/countries.ts'), 'utf8');
    const names = [...table.matchAll(/^(?:const table = `)?([A-Z]{2}\|[A-Z]{3}\|.+?)(?:`;)?$/gm)].flatMap(
      ([, line]) => line?.split('|') ?? [],
    );

    assert.ok(names.length > 700, `${names.length} names`);
    assert.deepEqual(
      names.filter((name) => countryCode(name) !== null && !panel.countryKnown(name)),
      [],
    );
    assert.equal(panel.countryKnown('Elbonia'), false);
  });
});

describe('the components as files', () => {
  const sources = globSync('**/*.{js,html}', { cwd: components }).filter((path) => !path.includes('__tests__'));

  it('use every custom label, and none that is not there', () => {
    const labels = new Set(readLabels([join(projectRoot, 'force-app')]).keys());
    const used = new Set(
      sources.flatMap((path) => [...source(path).matchAll(/@salesforce\/label\/c\.(\w+)/g)].map(([, name]) => name ?? '')),
    );

    assert.deepEqual(
      [...used].filter((name) => !labels.has(name)),
      [],
    );
    assert.deepEqual(
      [...labels].filter((name) => name.startsWith('PC_') && !used.has(name)),
      [],
    );
  });

  it('use every text they import', () => {
    const topics = globSync('partnerCenterText/*Text.js', { cwd: components }).filter((path) => !path.endsWith('partnerCenterText.js'));
    const others = sources
      .filter((path) => !path.startsWith('partnerCenterText/'))
      .map(source)
      .join('\n');
    const computed = /^(act[A-Z]|kind_)/;

    for (const topic of topics) {
      if (topic.endsWith('fieldText.js')) continue;
      const names = [...source(topic).matchAll(/^import (\w+) from/gm)].map(([, name]) => name ?? '');
      const unused = names.filter((name) => !computed.test(name) && !new RegExp(`\\b(\\w*[tT]ext|d|t)\\.${name}\\b`).test(others));
      assert.deepEqual(unused, [], topic);
    }
  });

  it('hold no text of their own in a template', () => {
    for (const path of sources.filter((one) => one.endsWith('.html'))) {
      const words = source(path)
        .replaceAll(/<!--[\s\S]*?-->/g, '')
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll(/\{[^}]+\}/g, ' ');
      assert.doesNotMatch(words, /[A-Za-z]/, path);
    }
  });

  it('are all known to the type check', () => {
    const { compilerOptions } = JSON.parse(readFileSync(join(projectRoot, 'tsconfig.lwc.json'), 'utf8')) as {
      compilerOptions: { paths: { [name: string]: string[] } };
    };
    const bundles = readdirSync(components).filter((name) => existsSync(join(components, name, `${name}.js`)));

    assert.deepEqual(Object.keys(compilerOptions.paths).sort(), bundles.map((name) => `c/${name}`).sort());
  });

  it('call no Apex and open no event stream', () => {
    for (const path of sources) assert.doesNotMatch(source(path), /@salesforce\/apex|lightning\/empApi/, path);
  });

  it('read only fields and objects that the package or the platform has in their queries', () => {
    const named = [
      ...['deal', 'core', 'health']
        .map((name) => source(`partnerCenterRecord/${name}Query.js`))
        .join('\n')
        .matchAll(/\b(\w+__[cr])\b/g),
    ].map(([, name]) => name ?? '');
    const known = new Set([
      ...readdirSync(join(metadata, 'objects')),
      ...globSync('objects/*/fields/*.field-meta.xml', { cwd: metadata }).map((path) => path.replace(/.*\/(.+)\.field-meta\.xml$/, '$1')),
    ]);
    const relationships = new Set(
      globSync('objects/*/fields/*.field-meta.xml', { cwd: metadata }).flatMap((path) => {
        const text = readFileSync(join(metadata, path), 'utf8');
        const child = /<relationshipName>(\w+)<\/relationshipName>/.exec(text)?.[1];
        const own = path.replace(/.*\/(.+)__c\.field-meta\.xml$/, '$1__r');
        return /<referenceTo>/.test(text) ? [own, `${child}__r`] : [];
      }),
    );

    for (const name of named) assert.ok(name.endsWith('__r') ? relationships.has(name) : known.has(name), name);
  });
});
