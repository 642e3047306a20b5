/** The admin's own commands for the mapping, with a running service and without one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import {
  forget,
  newDeal,
  openWorld,
  partnerWrites,
  referralOf,
  row,
  salesforceWrites,
  seller,
  settled,
  sharedDeal,
  until,
  untilState,
  type World,
} from '../scenarios/scene.ts';
import { cosell, withoutService } from './cosell.ts';

interface Row {
  readonly weight: string;
  readonly code: string;
  readonly record: string | null;
  readonly field: string | null;
  readonly text: string;
  readonly cure: string;
}
interface Checked {
  readonly inForce: boolean;
  readonly findings: readonly Row[];
  readonly unwatched: readonly Row[];
}
interface Tried {
  readonly note: string | null;
  readonly warnings: readonly string[];
  readonly fields: readonly {
    readonly field: string;
    readonly record: string;
    readonly salesforce: string | null;
    readonly produces: string | null;
    readonly partnerCenter: string | null;
    readonly happens: string;
    readonly why: string;
  }[];
}
interface Diffed {
  readonly differences: readonly { readonly record: string; readonly part: string; readonly file: unknown; readonly here: unknown }[];
}

let world: World;
let deal: string;

before(async () => {
  world = await openWorld();
  deal = await sharedDeal(world, { help: null });
});

after(() => world?.close());

/** What an admin writes under Setup, Custom Metadata Types. */
function changeRecord(type: string, name: string, change: { readonly [field: string]: string | number | boolean | null }): () => void {
  const found = world.org.state.rows(type).find((one) => one['DeveloperName'] === name);
  assert.ok(found, `${type}.${name}`);
  world.org.state.put(type, { ...found, ...change });
  return () => void world.org.state.put(type, found);
}

const command = async <T>(name: string, input: unknown = null): Promise<T> => (await world.middleware.command(name, input)) as T;
const check = (): Promise<Checked> => command<Checked>('mapping.check');
const tryOn = (id: string): Promise<Tried> => command<Tried>('mapping.try', { id });
const fieldOf = (tried: Tried, label: string) => tried.fields.find((one) => one.field === label);

test('The shipped mapping is right, and the fields no flow watches are named', async () => {
  const checked = await check();
  assert.deepEqual(checked.findings, []);
  assert.equal(checked.inForce, true);
  const records = checked.unwatched.map((one) => one.record);
  assert.ok(records.includes('Customer_Country'), 'account fields are noticed by the sweep');
  assert.ok(!records.includes('Deal_Value'));
  for (const one of checked.unwatched) assert.match(one.text, /no flow of force-app watches it/);
});

const mistakes: readonly {
  readonly what: string;
  readonly type: string;
  readonly name: string;
  readonly change: { readonly [field: string]: string | number | boolean | null };
  readonly code: string;
  readonly weight: 'blocks' | 'warns';
  readonly record?: string;
}[] = [
  {
    what: 'a field that does not exist',
    type: 'PC_Field_Map__mdt',
    name: 'Deal_Value',
    change: { Salesforce_Path__c: 'Worth__c' },
    code: 'MAP_REQUIRED',
    weight: 'blocks',
  },
  {
    what: 'a field that does not exist, of a deal that can do without',
    type: 'PC_Field_Map__mdt',
    name: 'Partner_Role',
    change: { Salesforce_Path__c: 'Our_Role__c' },
    code: 'CRM_FIELD_MISSING',
    weight: 'warns',
  },
  {
    what: 'a text where a number belongs',
    type: 'PC_Field_Map__mdt',
    name: 'Deal_Value',
    change: { Salesforce_Path__c: 'Name', Transform__c: 'none' },
    code: 'MAP_TYPE',
    weight: 'blocks',
  },
  {
    what: 'a number where a day belongs',
    type: 'PC_Field_Map__mdt',
    name: 'Close_Date',
    change: { Salesforce_Path__c: 'Amount' },
    code: 'MAP_TYPE',
    weight: 'blocks',
  },
  {
    what: 'a transform that does not fit',
    type: 'PC_Field_Map__mdt',
    name: 'Deal_Name',
    change: { Transform__c: 'number' },
    code: 'MAP_TRANSFORM',
    weight: 'blocks',
  },
  {
    what: 'a path of a referral that is none',
    type: 'PC_Field_Map__mdt',
    name: 'Notes',
    change: { Referral_Path__c: 'details/remarks' },
    code: 'MAP_UNKNOWN_PATH',
    weight: 'blocks',
  },
  {
    what: 'a required field switched off',
    type: 'PC_Field_Map__mdt',
    name: 'Close_Date',
    change: { Direction__c: 'Off' },
    code: 'MAP_REQUIRED',
    weight: 'blocks',
    record: '',
  },
  {
    what: "Microsoft's field sent to Microsoft",
    type: 'PC_Field_Map__mdt',
    name: 'Microsoft_Status',
    change: { Direction__c: 'Both' },
    code: 'MAP_FROZEN',
    weight: 'blocks',
  },
  {
    what: 'a customer field kept the same after creation',
    type: 'PC_Field_Map__mdt',
    name: 'Customer_City',
    change: { On_Update__c: true },
    code: 'MAP_FROZEN',
    weight: 'warns',
  },
  {
    what: 'a help code Microsoft does not know',
    type: 'PC_Value_Map__mdt',
    name: 'Help_Demo',
    change: { Partner_Center_Value__c: 'Demo' },
    code: 'MAP_VALUE',
    weight: 'blocks',
  },
  {
    what: 'a help value without a line',
    type: 'PC_Value_Map__mdt',
    name: 'Help_Demo',
    change: { Direction__c: 'Off' },
    code: 'MAP_VALUE_UNMAPPED',
    weight: 'warns',
    record: 'Help',
  },
  {
    what: 'an open stage that would close deals as won',
    type: 'PC_Value_Map__mdt',
    name: 'Stage_Won',
    change: { Salesforce_Value__c: 'Qualification' },
    code: 'MAP_STAGE_MEANING',
    weight: 'blocks',
  },
  {
    what: 'an active stage that is closed',
    type: 'PC_Setting__mdt',
    name: 'Active_Stage',
    change: { Value__c: 'Closed Lost' },
    code: 'MAP_STAGE_MEANING',
    weight: 'blocks',
  },
  {
    what: 'a stage the org does not have',
    type: 'PC_Setting__mdt',
    name: 'On_Hold_Stage',
    change: { Value__c: 'Parked' },
    code: 'MAP_STAGE',
    weight: 'blocks',
  },
  {
    what: 'a setting that is no number',
    type: 'PC_Setting__mdt',
    name: 'Won_Hold_Hours',
    change: { Value__c: 'three days' },
    code: 'MAP_SETTING',
    weight: 'blocks',
  },
];

test('Every kind of mistake is named with record, field and cure, and only mistakes keep a mapping out of force', async () => {
  for (const { what, type, name, change, code, weight, record = name } of mistakes) {
    const undo = changeRecord(type, name, change);
    const checked = await check();
    const found = checked.findings.find((one) => one.code === code && (record === '' || one.record === record));
    assert.ok(found, `${what}: ${JSON.stringify(checked.findings)}`);
    assert.equal(found.weight, weight, what);
    assert.ok(found.text.length > 20 && found.cure.length > 10, what);
    assert.equal(checked.inForce, weight === 'warns', what);
    undo();
  }
  assert.deepEqual((await check()).findings, []);
});

test('A wrong mapping stops nothing: the last good one stays in force, and a shared deal still syncs', async () => {
  const undo = changeRecord('PC_Field_Map__mdt', 'Close_Date', { Salesforce_Path__c: 'Amount' });
  const { problems } = await command<{ problems: readonly string[] }>('mapping.reload');
  assert.match(problems.join(), /Close_Date/);
  assert.match((await command<{ message: string }>('status')).message, /Close_Date/, 'the health says so');
  const checked = await cosell(world, 'mapping', 'check');
  assert.equal(checked.status, 3);
  assert.match(checked.out, /^Mistake: Mapping record Close_Date/m);
  seller(world).update(deal, { CloseDate: '2027-08-15' });
  await until('the close date is in Partner Center', () =>
    String(referralOf(world, deal).details.closingDateTime).startsWith('2027-08-15'),
  );
  undo();
  assert.deepEqual(await command('mapping.reload'), { problems: [] });
});

test('Trying the mapping on a deal that is not ticked shows what would be sent and changes nothing', async () => {
  const id = newDeal(world, { tick: false });
  await settled(world);
  forget(world);
  const tried = await tryOn(id);
  assert.match(tried.note ?? '', /not ticked/);
  assert.deepEqual(fieldOf(tried, 'Deal value'), {
    field: 'Deal value',
    record: 'Deal_Value',
    path: 'Amount',
    salesforce: String(row(world, id).Amount),
    produces: String(row(world, id).Amount),
    partnerCenter: null,
    happens: 'sent',
    why: 'The referral would be created with it.',
  });
  const help = fieldOf(tried, 'Help from Microsoft');
  assert.deepEqual([help?.salesforce, help?.produces], ['Proof of concept or demo', 'ProofOfConceptOrDemo']);
  assert.equal(fieldOf(tried, "Microsoft's status")?.happens, 'left out');
  assert.deepEqual([partnerWrites(world), salesforceWrites(world)], [[], []]);
  const { out, status } = await cosell(world, 'mapping', 'try', id);
  assert.equal(status, 0);
  assert.match(out, /^Field +In Salesforce +Would produce +In Partner Center +What happens +Why$/m);
});

test('Trying it on a shared deal tells equal, frozen and missing apart', async () => {
  const account = String(row(world, deal).AccountId);
  world.org.update(account, { BillingCity: 'York' });
  const tried = await tryOn(deal);
  assert.equal(fieldOf(tried, 'Deal name')?.happens, 'same');
  assert.deepEqual(
    [fieldOf(tried, 'City')?.happens, fieldOf(tried, 'City')?.why],
    ['differs', 'It cannot be changed in Partner Center any more.'],
  );
  const incomplete = newDeal(world, { tick: false, opportunity: { Amount: null } });
  const value = fieldOf(await tryOn(incomplete), 'Deal value');
  assert.equal(value?.happens, 'waits');
  assert.match(value?.why ?? '', /Fill Amount/);
});

test('Choosing Description for the notes warns, and the try shows what Microsoft would read', async () => {
  const undo = changeRecord('PC_Field_Map__mdt', 'Notes', { Salesforce_Path__c: 'Description' });
  const id = newDeal(world, { tick: false, opportunity: { Description: 'Our margin is thin.' } });
  const { findings } = await check();
  assert.deepEqual(
    findings.map((one) => [one.code, one.record, one.weight]),
    [['MAP_NOTES', 'Notes', 'warns']],
  );
  const tried = await tryOn(id);
  assert.equal(fieldOf(tried, 'Notes')?.produces, 'Our margin is thin.');
  assert.match(tried.warnings.join(), /everything in Description is sent/);
  undo();
  await command('mapping.reload');
});

test('An export is stable, a diff names each difference', async () => {
  const file = join(world.dataDir, 'mapping.json');
  assert.equal((await cosell(world, 'mapping', 'export', file)).status, 0);
  const text = readFileSync(file, 'utf8');
  const mapping: unknown = JSON.parse(text);
  assert.equal(`${JSON.stringify(await command('mapping.export'), null, 2)}\n`, text);
  assert.deepEqual((await command<Diffed>('mapping.diff', { mapping })).differences, []);
  const undo = changeRecord('PC_Field_Map__mdt', 'Deal_Value', { Owner__c: 'Ask' });
  const undoSetting = changeRecord('PC_Setting__mdt', 'Matching', { Value__c: 'always-create' });
  const changed = await cosell(world, '--json', 'mapping', 'diff', file);
  assert.equal(changed.status, 3);
  assert.deepEqual((JSON.parse(changed.out) as Diffed).differences, [
    { record: 'PC_Field_Map.Deal_Value', part: 'owner', file: 'crm', here: 'ask' },
    { record: 'PC_Setting', part: 'matching', file: 'ask', here: 'always-create' },
  ]);
  undo();
  undoSetting();
  await command('mapping.reload');
});

test('A file that is no export is refused in plain words', async () => {
  const { status, problems } = await cosell(world, 'mapping', 'diff', join(world.dataDir, 'nothing.json'));
  assert.equal(status, 1);
  assert.match(problems, /cannot be read as an export/);
});

test('Without a running service every command gives the same', async () => {
  const [checked, tried, mapping] = [await check(), await tryOn(deal), await command('mapping.export')];
  await world.middleware.stop();
  await withoutService(world, async (commands) => {
    assert.deepEqual(await commands['mapping.check']?.(null), checked);
    assert.deepEqual(await commands['mapping.try']?.({ id: deal }), tried);
    assert.deepEqual(await commands['mapping.export']?.(null), mapping);
    assert.deepEqual(await commands['mapping.diff']?.({ mapping }), { problems: [], differences: [] });
  });
  const { out, status } = await cosell(world, 'mapping', 'try', deal);
  assert.equal(status, 0);
  assert.match(out, /^Deal value /m);
  await world.middleware.start();
  await untilState(world, deal, 'In sync');
});
