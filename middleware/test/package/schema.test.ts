import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePackage, readPackage, type PackageFiles } from './package-files.ts';
import { countElements, schemaFaults } from './metadata-schema.ts';

const files = readPackage();
const field = 'force-app/main/default/objects/Opportunity/fields/Referral_Identifier__c.field-meta.xml';
const flow = 'force-app/main/default/flows/PC_Opportunity_Changed.flow-meta.xml';

/** The package with one piece of one file replaced. */
function broken(path: string, from: string, to: string): PackageFiles {
  const text = files.get(path) ?? '';
  assert.ok(text.includes(from), `${path} holds ${from}`);
  return new Map(files).set(path, text.replace(from, to));
}

test('every file of the package has the form that Salesforce describes', () => {
  assert.deepEqual(schemaFaults(files), []);
});

test('the form check sees the whole package', () => {
  const { files: parsed } = parsePackage(files);
  const elements = parsed.reduce((sum, file) => sum + countElements(file.root), 0);
  assert.ok(parsed.length > 300, `${parsed.length} files`);
  assert.ok(elements > 5_000, `${elements} elements`);
});

const breaks: readonly (readonly [what: string, path: string, from: string, to: string, says: RegExp])[] = [
  ['a misspelt element', field, '<length>100</length>', '<lenght>100</lenght>', /has no element lenght/],
  ['a wrong boolean', field, '<unique>true</unique>', '<unique>yes</unique>', /neither true nor false/],
  ['a wrong number', field, '<length>100</length>', '<length>many</length>', /is no number/],
  ['a wrong enum value', field, '<type>Text</type>', '<type>Txet</type>', /not one of the values of FieldType/],
  ['a repeated single element', field, '<unique>true</unique>', '<unique>true</unique>\n    <unique>true</unique>', /may stand only once/],
  [
    'a missing required element',
    'force-app/main/default/permissionsets/PC_Admin.permissionset-meta.xml',
    '<label>Partner Center: administrator</label>',
    '',
    /label is missing/,
  ],
  [
    'scattered elements',
    flow,
    '<environments>Default</environments>',
    '<decisions><label>x</label><locationX>1</locationX><locationY>1</locationY><name>x</name></decisions>',
    /must stand together/,
  ],
  [
    'children out of order',
    field,
    '<type>Text</type>\n    <unique>true</unique>',
    '<unique>true</unique>\n    <type>Text</type>',
    /alphabetical order/,
  ],
  [
    'text instead of elements',
    flow,
    /<start>[\s\S]*<\/start>/.exec(files.get(flow) ?? '')?.[0] ?? '',
    '<start>now</start>',
    /text where elements/,
  ],
  ['a file that is no XML', field, '</CustomField>', '', /cannot be read as XML/],
  [
    'an unknown root',
    field,
    /<CustomField[\s\S]*/.exec(files.get(field) ?? '')?.[0] ?? '',
    '<CustomFeild xmlns="http://soap.sforce.com/2006/04/metadata"/>',
    /no metadata type/,
  ],
  ['a missing namespace', field, ' xmlns="http://soap.sforce.com/2006/04/metadata"', '', /namespace is missing/],
];
for (const [what, path, from, to, says] of breaks) {
  test(`the form check finds ${what}`, () => {
    const faults = schemaFaults(broken(path, from, to));
    assert.ok(
      faults.some((fault) => fault.path === path && says.test(fault.text)),
      JSON.stringify(faults),
    );
  });
}
