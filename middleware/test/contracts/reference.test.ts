/** Service, shipped mapping and simulator, each compared with the tables of the reference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Deal, DealState } from '../../src/domain/deal.ts';
import { defaultMapping, referenceLists } from '../../src/domain/default-mapping.ts';
import { fieldNames, fields, type FrozenWhen } from '../../src/domain/fields.ts';
import { isFrozen } from '../../src/domain/freeze.ts';
import { expiryDays, moves, terminalStates } from '../../src/domain/lifecycle.ts';
import { findMissing, findUnsendable, readyRules } from '../../src/domain/validate.ts';
import { stateOf } from '../../src/partner-center/state.ts';
import { sizeBand } from '../../src/salesforce/translate/size.ts';
import { statusTable, moves as simulatedMoves } from '../../simulators/partner-center/lifecycle.ts';
import { frozenTable } from '../../simulators/partner-center/frozen.ts';
import { helpCodes } from '../../simulators/partner-center/model.ts';
import { rules as simulatedRules } from '../../simulators/partner-center/rules.ts';
import { switchesWith } from '../../simulators/partner-center/switches.ts';
import { completeDeal } from '../partner-center/simulated-partner-center.ts';
import * as reference from './reference-tables.ts';

const property = (path: string): reference.Property | undefined => reference.properties.find((one) => one.path === path);
const sorted = (texts: Iterable<string>): readonly string[] => [...texts].sort();

// -------------------------------------------------------------------------------------------------------- fields, API §5 and §8.1

test('Every field of a deal stands for a documented property of the referral', () => {
  assert.deepEqual(
    fieldNames.filter((field) => !property(fields[field].path)),
    [],
  );
});

test('Nobody maps two fields to one property', () => {
  const paths = fieldNames.map((field) => fields[field].path);
  assert.equal(new Set(paths).size, paths.length);
});

const frozenWord: { readonly [W in FrozenWhen]: (property: reference.Property) => boolean } = {
  never: ({ later }) => later === 'yes',
  always: ({ create, later }) => create === 'S' && later === 'no',
  created: ({ later }) => later === 'no',
  asked: ({ later }) => later === 'until shared',
  given: ({ later }) => later === 'once',
  yes: ({ later }) => later === 'only to yes',
};

for (const field of fieldNames) {
  const { path, frozen } = fields[field];
  test(`${fields[field].label}: "${frozen}" is what the reference says of ${path}`, () => {
    const found = property(path);
    assert.ok(found && frozenWord[frozen](found), JSON.stringify(found));
  });
}

test('What the reference freezes is frozen in the service at that moment, and not before', () => {
  const open: Deal = { state: 'active', visible: false, help: null };
  const at = { created: { partner: open, asked: false }, asked: { partner: open, asked: true } };
  for (const field of fieldNames) {
    const { path } = fields[field];
    const is = (list: readonly string[]): boolean => list.includes(path);
    if (is(reference.frozen.always) || is(reference.frozen['after creation'])) assert.ok(isFrozen(field, at.created), field);
    if (is(reference.frozen['after the first co-sell request']))
      assert.deepEqual([isFrozen(field, at.created), isFrozen(field, at.asked)], [false, true], field);
    if (is(reference.frozen['once set to Yes']))
      assert.deepEqual(
        [isFrozen(field, at.created), isFrozen(field, { ...at.created, partner: { ...open, visible: true } })],
        [false, true],
      );
    if (is(reference.frozen['once a value is given']))
      assert.ok(!isFrozen(field, at.created) && isFrozen(field, { ...at.created, partner: { ...open, help: 'GeneralOrOther' } }), field);
    if (is(reference.frozen['changeable while open'])) assert.ok(!isFrozen(field, at.asked), field);
    for (const state of terminalStates) assert.ok(isFrozen(field, { partner: { ...open, state }, asked: false }), `${field} when ${state}`);
  }
});

test('The simulator freezes what the reference freezes', () => {
  const pathsWhen = (when: string): readonly string[] => frozenTable.filter((rule) => rule.when === when).flatMap(({ paths }) => paths);
  const covered = (path: string, paths: readonly string[]): boolean => {
    const wire = `/${path.replace(/^leg:/, '')}`;
    return paths.some((one) => wire === one || wire.startsWith(`${one}/`));
  };
  for (const path of reference.frozen['after creation']) assert.ok(covered(path, pathsWhen('after creation')), path);
  for (const path of reference.frozen['after the first co-sell request'])
    assert.ok(covered(path, pathsWhen('after the first co-sell request')), path);
  for (const path of reference.frozen['once set to Yes']) assert.ok(covered(path, pathsWhen('once set to yes')), path);
  for (const path of reference.frozen['once a value is given']) assert.ok(covered(path, pathsWhen('once a value is given')), path);
  for (const path of reference.frozen['changeable while open'])
    assert.ok(
      !frozenTable.some(({ paths }) =>
        covered(
          path,
          paths.filter((one) => one !== ''),
        ),
      ),
      path,
    );
});

// ------------------------------------------------------------------------------------------------------------- enumerations, §5.2

test('Each number of employees becomes a size Microsoft knows', () => {
  for (let employees = 1; employees < 60_000; employees = Math.ceil(employees * 1.07)) {
    const band = sizeBand(employees);
    assert.ok(band !== null && reference.customerSizes.includes(band), `${employees}: ${band}`);
  }
});

test('The help a seller may choose, and what Microsoft calls it, are those of the reference', () => {
  const ours = Object.fromEntries(
    defaultMapping.values.filter(({ map }) => map === 'help').map(({ crmValue, partnerValue }) => [crmValue, partnerValue]),
  );
  assert.deepEqual(ours, reference.helpLabels);
  assert.deepEqual(sorted(helpCodes.filter((code) => code !== 'Unknown')), sorted(Object.values(reference.helpLabels)));
});

test('The answers about the marketplace are those of the reference', () => {
  assert.deepEqual(
    sorted(defaultMapping.values.filter(({ map }) => map === 'intent').map(({ partnerValue }) => partnerValue)),
    sorted(reference.intents),
  );
});

// ------------------------------------------------------------------------------------------------------------------ lifecycle, §6

test('The simulator has the status table of the reference', () => {
  const { None: _none, ...simulated } = statusTable;
  assert.deepEqual(simulated, reference.statuses);
});

const stateOfText = (text: string): DealState => {
  const [status = '', substatus = null] = text.split('/');
  return stateOf(status, substatus);
};

test('The moves of the service are the moves of the reference', () => {
  const theirs = reference.moves.map(
    ({ from, to, who, reason }) => `${stateOfText(from)} → ${stateOfText(to)} by ${who}${reason ? ', with a reason' : ''}`,
  );
  const ours = moves.map(
    ({ from, to, actor, needsReason }) =>
      `${from} → ${to} by ${actor === 'service' ? 'clock' : 'partner'}${needsReason ? ', with a reason' : ''}`,
  );
  assert.deepEqual(sorted(ours), sorted(theirs));
});

test('The moves of the simulator are the moves of the reference', () => {
  const theirs = reference.moves.map(({ from, to, reason }) => `${from} → ${to} ${reason}`);
  const ours = simulatedMoves
    .filter(({ from, to }) => from !== to)
    .map(({ from, to, substatus, reason }) => `${from} → ${to}/${substatus} ${reason}`);
  assert.deepEqual(sorted(ours), sorted(theirs));
});

test('Days to answer and hours before Won are those of the reference', () => {
  assert.deepEqual(
    [expiryDays, switchesWith().expiryDays, defaultMapping.settings.wonHoldHours],
    [reference.expiryDays, reference.expiryDays, reference.wonHoldHours],
  );
});

test('The reasons a person may choose are those of the reference', () => {
  const offered = (list: 'decline-reason' | 'error-reason'): readonly string[] =>
    referenceLists[list].map(({ value }) => value.toLowerCase());
  assert.deepEqual(offered('decline-reason'), reference.closeReasons);
  assert.deepEqual(
    offered('error-reason'),
    reference.errorReasons.map((reason) => reason.toLowerCase()),
  );
});

// ---------------------------------------------------------------------------------------------------------------------- rules, §8

test('Every rule of the reference is kept somewhere: before sending, by states, by frozen fields, or by Partner Center alone', () => {
  const ready = new Set(readyRules.map(({ code }) => code));
  for (const [rule, kept] of Object.entries(reference.rules)) {
    if (kept === 'ready' && rule !== 'V18') assert.ok(ready.has(rule), `${rule} is not asked before sending`);
    if (kept !== 'ready') assert.ok(!ready.has(rule), `${rule} is asked before sending although it is kept by ${kept}`);
  }
  assert.deepEqual(
    findUnsendable({ value: 0 }).map(({ code, field }) => [code, field]),
    [['V7', 'value']],
    'V18: an update never carries an empty value',
  );
  for (const { id } of simulatedRules) assert.ok(id in reference.rules, `${id} of the simulator is unknown to the reference`);
});

test('What the reference requires on creation is asked for before sending, or sent by ourselves', () => {
  // type, qualification and the other consents are ours to say; a contact is needed only where help is asked for
  const said = [
    'type',
    'consent/consentToContact',
    'consent/consentToMicrosoftToContactSpecificPartners',
    'consent/consentToShareReferralWithMicrosoftSellers',
  ];
  for (const { path, create } of reference.properties) {
    if (create !== 'R' || said.includes(path)) continue;
    const field = fieldNames.find((name) => fields[name].path === path);
    assert.ok(field, `no field stands for ${path}`);
    const without: Deal = { ...completeDeal, [field]: ['team', 'solutions'].includes(field) ? [] : field === 'consent' ? false : null };
    assert.ok(
      findMissing(without).some((finding) => finding.field === field),
      `${field} may be missing`,
    );
  }
});

// -------------------------------------------------------------------------------------------------------- default mapping, §14

const ruleAt = (path: string) => defaultMapping.fields.find((rule) => fields[rule.field].path === path);

test("The shipped mapping keeps everything the same that Microsoft's connector keeps the same", () => {
  for (const path of reference.floor['to Salesforce']) {
    const rule = ruleAt(path);
    assert.ok(rule?.onUpdate && (rule.direction === 'both' || rule.direction === 'to-crm'), `${path} does not come in`);
  }
  for (const path of reference.floor['to Partner Center']) {
    const rule = ruleAt(path);
    assert.ok(rule?.onUpdate && (rule.direction === 'both' || rule.direction === 'to-partner'), `${path} does not go out`);
  }
});

const ways = { both: ['both'], out: ['to-partner'], in: ['to-crm'], off: ['off'], create: ['both', 'to-partner'] } as const;

for (const { crm, path, way } of reference.defaultMap) {
  test(`${crm} and ${path} are mapped (${way}) as the reference proposes`, () => {
    const rule = ruleAt(path);
    assert.equal(rule?.crmPath, crm);
    assert.ok((ways[way] as readonly string[]).includes(rule.direction), rule.direction);
    if (way === 'create') assert.deepEqual([rule.onCreate, rule.onUpdate], [true, false]);
  });
}
