import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaks } from './breaks.ts';
import { allRules, checkPackage } from './checks.ts';
import { readPackage } from './package-files.ts';
import { buildModel, runRules } from './package-model.ts';
import { standardObjects } from './standard-schema.ts';

const files = readPackage();

test('the package breaks none of the rules that Salesforce applies at deployment', () => {
  assert.deepEqual(checkPackage(files), []);
});

test('the rules know the standard objects', () => {
  assert.ok(standardObjects().size > 400);
  assert.equal(standardObjects().get('Opportunity')?.fields.get('Amount'), 'number');
});

test('every rule has a planted fault', () => {
  const planted = new Set(breaks.map((entry) => entry.rule));
  assert.deepEqual(
    allRules.map((rule) => rule.name).filter((name) => !planted.has(name)),
    [],
  );
  assert.equal(new Set(allRules.map((rule) => rule.name)).size, allRules.length);
});

for (const { rule: name, path, from, to, says } of breaks) {
  test(`${name} finds a planted fault (${says.source})`, () => {
    const before = files.get(path) ?? '';
    assert.ok(from === '' ? !files.has(path) : before.includes(from), `${path} holds ${from}`);
    const model = buildModel(new Map(files).set(path, from === '' ? to : before.replace(from, () => to)));
    const rule = allRules.find((candidate) => candidate.name === name);
    assert.ok(rule, name);
    const faults = runRules(model, [rule]);
    assert.ok(
      faults.some((fault) => says.test(fault.text)),
      JSON.stringify(faults),
    );
  });
}
