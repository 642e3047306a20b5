import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fields, fieldNames } from '../../src/domain/fields.ts';
import { defaultMapping, referenceLists } from '../../src/domain/default-mapping.ts';
import { defaultMappingPath, printDefaultMapping } from './default-mapping.ts';
import { fieldsTablePath, printFieldsTable } from './fields-table.ts';
import { forbiddenMembers, manifestMembers, manifests, printManifest } from './manifest.ts';
import { readPackage, repository } from './package-files.ts';
import { printWatchedFields, watchedFieldsPath, watchingDirectories } from './watched-fields.ts';

const files = readPackage(['force-app']);
const committed = (path: string): string => readFileSync(join(repository, path), 'utf8');
const again = 'run "node scripts/generate-package.mts" and commit the result';

test('the default mapping of the service is the one the package installs', () => {
  assert.equal(committed(defaultMappingPath), printDefaultMapping(files), again);
});

test('the service knows which fields the flows watch', () => {
  assert.equal(committed(watchedFieldsPath), printWatchedFields(readPackage(watchingDirectories)), again);
});

test('the field table of the guide is the one of the package', async () => {
  assert.equal(committed(fieldsTablePath), await printFieldsTable(files), again);
});

test('the default mapping covers every field a deal can carry, but for the second street line', () => {
  const mapped = new Set(defaultMapping.fields.map((rule) => rule.field));
  assert.deepEqual(
    fieldNames.filter((name) => !mapped.has(name)),
    ['customerAddressLine2'],
  );
  for (const rule of defaultMapping.fields) if (fields[rule.field].frozen === 'created') assert.equal(rule.onUpdate, false, rule.record);
});

test('the reasons of Partner Center are offered, the examples of unpublished lists are not', () => {
  assert.equal(referenceLists['decline-reason'].filter((value) => value.active).length, 8);
  assert.equal(referenceLists['error-reason'].filter((value) => value.active).length, 9);
  for (const list of ['partner-role', 'solution-area', 'solution-play'] as const)
    assert.ok(referenceLists[list].every((value) => !value.active && value.value.startsWith('Example')));
});

for (const { path, directory } of manifests) {
  test(`${path} lists exactly what ${directory} deploys`, async () => {
    assert.equal(committed(path), await printManifest(directory), again);
  });

  test(`${path} names nothing that belongs to the customer`, () => {
    assert.deepEqual(forbiddenMembers(committed(path)), []);
    assert.ok([...manifestMembers(committed(path)).values()].flat().length >= 8);
  });
}

const notOurs: readonly (readonly [string, string])[] = [
  ['Profile', 'Admin'],
  ['Settings', 'Opportunity'],
  ['StandardValueSet', 'OpportunityStage'],
  ['CustomObject', 'Opportunity'],
  ['Layout', 'Opportunity-Opportunity Layout'],
  ['ExtlClntAppGlobalOauthSettings', 'PC_Partner_Center_Service_glbloauth'],
  ['ApexClass', 'PC_Helper'],
  ['ApexTrigger', 'PC_Trigger'],
  ['CustomField', 'Opportunity.Discount__c'],
  ['CustomField', 'Account.PC_Tier__c'],
  ['ListView', 'Opportunity.AllOpportunities'],
  ['Flow', 'Deal_Changed'],
  ['RecordType', 'Opportunity.PC_Deal'],
];
for (const [type, member] of notOurs) {
  test(`a manifest with ${type} ${member} is refused`, () => {
    const text = `<Package xmlns="http://soap.sforce.com/2006/04/metadata"><types><members>${member}</members><name>${type}</name></types></Package>`;
    assert.deepEqual(forbiddenMembers(text), [`${type}: ${member}`]);
  });
}
