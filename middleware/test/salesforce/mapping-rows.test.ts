/** Mistakes in the admin's records: each is named with the record, the field and the cure, and never stops the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { defaultMapping } from '../../src/domain/default-mapping.ts';
import { fieldRules, settingsOf, valueRules } from '../../src/salesforce/side/mapping-rows.ts';
import { FieldMapRow, ValueMapRow } from '../../src/salesforce/schema.ts';

const fieldRow = (name: string, change: object = {}): FieldMapRow =>
  FieldMapRow.parse({
    DeveloperName: name,
    Salesforce_Path__c: 'Amount',
    Referral_Path__c: 'details/dealValue',
    Direction__c: 'Both',
    On_Create__c: true,
    On_Update__c: true,
    Owner__c: 'Salesforce',
    Transform__c: 'number',
    ...change,
  });
const valueRow = (change: object): ValueMapRow =>
  ValueMapRow.parse({
    DeveloperName: 'V',
    Map__c: 'stage',
    Salesforce_Value__c: 'Signed',
    Partner_Center_Value__c: 'won',
    Direction__c: 'Both',
    ...change,
  });
const codesOf = (findings: readonly { readonly code: string }[]): readonly string[] =>
  findings.map((finding) => finding.code).filter((code) => code !== 'MAP_REQUIRED');

for (const [what, change, code] of [
  ['a referral path that does not exist', { Referral_Path__c: 'details/nothing' }, 'MAP_UNKNOWN_PATH'],
  ['a direction nobody knows', { Direction__c: 'Sideways' }, 'MAP_DIRECTION'],
  ['an owner nobody knows', { Owner__c: 'Nobody' }, 'MAP_OWNER'],
  ['a transform nobody knows', { Transform__c: 'magic' }, 'MAP_TRANSFORM'],
  ['a transform that does not fit the field', { Transform__c: 'country' }, 'MAP_TRANSFORM'],
  ['a path with a blank in it', { Salesforce_Path__c: 'Deal Amount' }, 'MAP_PATH'],
  ['a path that would end the query', { Salesforce_Path__c: 'Amount FROM Account' }, 'MAP_PATH'],
  ['a limit of nothing', { Limit__c: 0 }, 'MAP_LIMIT'],
] as const) {
  test(`${what} is named with its record and a cure`, () => {
    const { rules, findings } = fieldRules([
      fieldRow('Deal_Value', change),
      fieldRow('Name', { Referral_Path__c: 'name', Salesforce_Path__c: 'Name', Transform__c: 'text' }),
    ]);

    assert.deepEqual(codesOf(findings), [code]);
    assert.match(findings[0]?.text ?? '', /Deal_Value/);
    assert.notEqual(findings[0]?.cure, '');
    assert.deepEqual(
      rules.map((rule) => rule.record),
      ['Name'],
    );
  });
}

test('two records for one field are a mistake, unless one of them is off', () => {
  assert.deepEqual(codesOf(fieldRules([fieldRow('A'), fieldRow('B')]).findings), ['MAP_TWICE']);
  assert.deepEqual(codesOf(fieldRules([fieldRow('A'), fieldRow('B', { Direction__c: 'Off' })]).findings), []);
});

test('a mapping without name, state, close date or value blocks, and says which', () => {
  assert.deepEqual(
    fieldRules([fieldRow('A')]).findings.map((finding) => [finding.code, finding.field, finding.weight]),
    [
      ['MAP_REQUIRED', 'name', 'blocks'],
      ['MAP_REQUIRED', 'state', 'blocks'],
      ['MAP_REQUIRED', 'closeDate', 'blocks'],
    ],
  );
});

test('value map lines with a state, help code or country nobody knows are left out and named', () => {
  const { rules, findings } = valueRules([
    valueRow({}),
    valueRow({ Partner_Center_Value__c: 'almost' }),
    valueRow({ Map__c: 'help', Partner_Center_Value__c: 'Anything' }),
    valueRow({ Map__c: 'country', Partner_Center_Value__c: 'gbr' }),
    valueRow({ Map__c: 'colour' }),
    valueRow({ Salesforce_Value__c: ' ' }),
  ]);

  assert.equal(rules.length, 1);
  assert.deepEqual(codesOf(findings), ['MAP_VALUE', 'MAP_VALUE', 'MAP_VALUE', 'MAP_VALUE', 'MAP_VALUE']);
});

test('settings are read one by one: a wrong one keeps its default, a blank one may mean "none"', () => {
  const rows = [
    { DeveloperName: 'Won_Hold_Hours', Value__c: '48' },
    { DeveloperName: 'Audit_Days', Value__c: 'many' },
    { DeveloperName: 'On_Hold_Stage', Value__c: null },
    { DeveloperName: 'Notify_Accepted', Value__c: 'false' },
    { DeveloperName: 'Default_Currency', Value__c: 'eur' },
    { DeveloperName: 'Unheard_Of', Value__c: 'x' },
  ];

  const { settings, findings } = settingsOf(rows, defaultMapping.settings, []);

  assert.deepEqual(
    [settings.wonHoldHours, settings.auditDays, settings.onHoldStage, settings.notify.accepted, settings.defaultCurrency],
    [48, defaultMapping.settings.auditDays, null, false, 'EUR'],
  );
  assert.deepEqual(
    findings.map((finding) => [finding.code, finding.weight]),
    [
      ['MAP_SETTING', 'blocks'],
      ['MAP_SETTING', 'warns'],
    ],
  );
});

test('a stage the org does not have is named with the stages it has', () => {
  const { findings } = settingsOf([], defaultMapping.settings, ['Prospecting', 'Closed Won']);

  assert.deepEqual(
    findings.map((finding) => finding.code),
    ['MAP_STAGE'],
  );
  assert.match(findings[0]?.text ?? '', /Closed Lost/);
  assert.match(findings[0]?.cure ?? '', /Prospecting, Closed Won/);
});
