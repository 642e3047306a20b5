/** A partner moves over from another connector: counted first, then linked without a word to Microsoft. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';

import { cosell, withoutService } from '../mapping/cosell.ts';
import {
  auditOf,
  forget,
  isQuiet,
  newDeal,
  openWorld,
  partnerCalls,
  partnerWrites,
  referralOf,
  row,
  salesforceWrites,
  seller,
  settled,
  sharedDeal,
  status,
  until,
  untilState,
  type World,
} from '../scenarios/scene.ts';

interface Row {
  readonly opportunityId: string | null;
  readonly referralId: string | null;
  readonly outcome: string;
  readonly why: string;
}
interface Part {
  readonly done: boolean;
  readonly calls: number;
  readonly counts: { readonly [outcome: string]: number };
  readonly rows: readonly Row[];
}
interface Backfilled {
  readonly counted: Part | null;
  readonly applied: Part | null;
}

let world: World;
let same: readonly string[];
let different: string;
let untold: string;
let incomplete: string;
let unticked: string;
let resembling: string;
let strangers: string;

/** What another connector leaves behind: identifiers, and nothing this service remembers. */
function forgetEverything(): void {
  const store = new DatabaseSync(join(world.dataDir, 'cosell.sqlite'));
  for (const table of ['work', 'inbox', 'link_alias', 'link', 'checkpoint']) store.exec(`DELETE FROM ${table}`);
  store.close();
  for (const { Id } of world.org.query('SELECT Id FROM Opportunity WHERE Referral_Identifier__c != null')) {
    world.org.update(String(Id), {
      PC_Engagement_Id__c: null,
      PC_Sync_State__c: null,
      PC_Sync_Message__c: null,
      PC_Referral_Status__c: null,
      PC_Last_Synced__c: null,
      Audit__c: null,
    });
  }
}

before(async () => {
  world = await openWorld();
  const microsoft = world.partner.partnerCenter.microsoft;
  const shared = [];
  for (let i = 0; i < 4; i++) shared.push(await sharedDeal(world, { help: null }));
  const [one = '', two = '', three = '', four = ''] = shared;
  await world.middleware.stop();
  same = [one, two];
  different = three;
  unticked = four;
  forgetEverything();
  world.org.update(different, { Amount: 999 });
  world.org.update(unticked, { Sync_with_Partner_Center__c: false });
  untold = newDeal(world, { help: null });
  incomplete = newDeal(world, { help: null, opportunity: { Amount: null } });
  const candidate = newDeal(world, { tick: false, opportunity: { Name: 'Port analytics', Amount: 41_000 } });
  const account = row(world, String(row(world, candidate).AccountId));
  resembling = microsoft.sendDeal({
    name: 'Port analytics',
    dealValue: 41_000,
    customer: { name: String(account.Name), city: 'Leeds', postalCode: String(account.BillingPostalCode), country: 'GB' },
  }).id;
  strangers = microsoft.sendDeal({ name: 'Brand new', customer: { name: 'Stranger GmbH' } }).id;
  world.advance(60_000);
  forget(world);
});

after(() => world?.close());

const run = async (...options: readonly string[]): Promise<{ readonly status: number; readonly result: Backfilled }> => {
  const { status: code, out, problems } = await cosell(world, '--json', 'backfill', ...options);
  assert.ok(out.startsWith('{'), out + problems);
  return { status: code, result: JSON.parse(out) as Backfilled };
};
const outcomeOf = (part: Part | null, id: string): string | undefined =>
  part?.rows.find((one) => one.opportunityId === id || one.referralId === id)?.outcome;
const expected = { create: 2, adopt: 2, match: 1, conflict: 1, blocked: 1, ignored: 1 };

test('The dry run counts every deal with its reason and writes nothing anywhere', async () => {
  const { status: code, result } = await run('--dry-run');
  assert.equal(code, 0);
  const { counted } = result;
  assert.deepEqual(counted?.counts, expected);
  assert.deepEqual(
    [same[0], same[1], different, untold, incomplete, unticked, resembling, strangers].map((id) => outcomeOf(counted, String(id))),
    ['adopt', 'adopt', 'conflict', 'create', 'blocked', 'ignored', 'match', 'create'],
  );
  assert.match(counted?.rows.find((one) => one.opportunityId === incomplete)?.why ?? '', /Fill Amount/);
  assert.match(counted?.rows.find((one) => one.opportunityId === different)?.why ?? '', /Deal value/);
  assert.equal(result.applied, null);
  assert.deepEqual([partnerWrites(world), salesforceWrites(world)], [[], []]);
});

test('Within a budget it stops, and goes on from there the next time', async () => {
  const first = await run('--dry-run', '--restart', '--budget', '3');
  assert.deepEqual([first.status, first.result.counted?.done], [3, false]);
  const second = await run('--dry-run');
  assert.deepEqual([second.status, second.result.counted?.done, second.result.counted?.counts], [0, true, expected]);
  assert.ok((second.result.counted?.rows.length ?? 0) < 8, 'what was counted is not counted twice');
});

test('Carried out: what is there on both sides is linked and nothing is sent about it', async () => {
  forget(world);
  const { status: code, result } = await run();
  assert.equal(code, 0);
  assert.equal(result.counted, null, 'the count of today is enough');
  assert.deepEqual(result.applied?.counts, expected);
  const creates = partnerWrites(world);
  assert.deepEqual(
    creates.map(({ method, body }) => [method, (JSON.parse(body) as { externalReferenceId: string }).externalReferenceId]),
    [['POST', untold]],
    'only the deal that was not there is made',
  );
  assert.match(auditOf(world, String(same[0])), /adopted .*nothing was sent/);
  assert.equal(world.org.query(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${strangers}'`).length, 1);
  assert.equal(
    world.org.query(`SELECT Id FROM PC_Attention__c WHERE Referral_Id__c = '${resembling}' AND Kind__c = 'match' AND Status__c = 'Open'`)
      .length,
    1,
  );
  assert.equal(row(world, different).Amount, 999, 'what differs is not overwritten');
  assert.notEqual(referralOf(world, different).details.dealValue, 999);
});

test('Moving over rings no bells about deals that were there before', () => {
  const about = new Set([...same, different]);
  assert.deepEqual(
    world.org.notifications.filter((one) => [...about].some((id) => JSON.stringify(one).includes(id))),
    [],
  );
});

test('The service starts: it goes on with what changes from then on, and only that', async () => {
  forget(world);
  await world.middleware.start();
  await settled(world);
  assert.deepEqual(partnerWrites(world), []);
  seller(world).update(String(same[1]), { Amount: 77_000 });
  await until('the change is sent', () => referralOf(world, String(same[1])).details.dealValue === 77_000);
  await untilState(world, String(same[1]), 'In sync');
  assert.equal((await status(world)).parked, 0);
});

test('With a running service it works the same way, and finds nothing that is left', async () => {
  const late = newDeal(world, { help: null, tick: false });
  await settled(world);
  forget(world);
  const { result } = await run('--dry-run', '--restart');
  assert.deepEqual([result.counted?.counts.adopt, result.counted?.counts.create], [0, 0]);
  assert.equal(outcomeOf(result.counted, late), undefined);
  const linked = referralOf(world, String(same[0])).id;
  assert.equal(partnerCalls(world).filter(({ path }) => path.includes(linked)).length, 0, 'what is linked is not read to be counted');
  const applied = await run();
  assert.equal(applied.result.applied?.counts.create, 0);
  assert.deepEqual(partnerWrites(world), []);
});

test('A second pass over every linked deal writes nothing', async () => {
  const [question] = world.org.query(
    `SELECT Id FROM PC_Attention__c WHERE Referral_Id__c = '${resembling}' AND Kind__c = 'match' AND Status__c = 'Open'`,
  );
  seller(world).insert('PC_Service_Request__c', { Attention__c: String(question?.Id), Kind__c: 'keep_as_new' });
  await until(
    'it has an opportunity',
    () => world.org.query(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${resembling}'`).length === 1,
  );
  await isQuiet(world);
});

test('From now on only: the sweeps begin now and take in nothing old', async () => {
  await world.middleware.stop();
  forgetEverything();
  world.advance(3_600_000);
  await withoutService(world, async (commands) => assert.ok(await commands['backfill.from-now']?.(null)));
  world.advance(60_000);
  forget(world);
  await world.middleware.start();
  await settled(world);
  await world.middleware.command('sweep');
  await settled(world);
  assert.equal(partnerCalls(world).filter(({ path }) => /referrals\/[0-9a-f]/.test(path)).length, 0, 'no old referral is read');
  assert.equal(row(world, String(same[0])).PC_Sync_State__c ?? null, null);
});

test('A budget that is no number, a day that is none: said in words', async () => {
  const { status: code, problems } = await cosell(world, 'backfill', '--dry-run', '--since', 'yesterday-ish');
  assert.equal(code, 1);
  assert.match(problems, /since must be a date/);
});

test('The catalogue is filled from a CSV or a JSON file; entering it again changes names and makes no second row', async () => {
  const [csv, json] = [join(world.dataDir, 'solutions.csv'), join(world.dataDir, 'solutions.json')];
  writeFileSync(
    csv,
    'id,name,kind,active\r\nSOL-NEW-1,"Port, harbour and sea",Own,\r\n11111111-2222-4333-8444-555555555555,Azure SQL,,yes\r\n',
  );
  writeFileSync(json, JSON.stringify({ solutions: [{ id: 'SOL-NEW-1', name: 'Port analytics', kind: 'Third party', active: false }] }));
  const entries = () =>
    world.org.query(
      "SELECT Solution_Id__c, Name, Kind__c, Active__c FROM PC_Solution__c WHERE Solution_Id__c LIKE 'SOL-NEW%' OR Name = 'Azure SQL' ORDER BY Name",
    );
  const first = await cosell(world, 'catalogue', 'import', csv);
  assert.deepEqual([first.status, first.out.trim()], [0, '2 solutions are in the catalogue.']);
  assert.deepEqual(
    entries().map((one) => [one.Name, one.Kind__c, one.Active__c]),
    [
      ['Azure SQL', 'Microsoft', true],
      ['Port, harbour and sea', 'Own', true],
    ],
  );
  await cosell(world, 'catalogue', 'import', json);
  assert.deepEqual(
    entries().map((one) => [one.Name, one.Kind__c, one.Active__c]),
    [
      ['Azure SQL', 'Microsoft', true],
      ['Port analytics', 'Third party', false],
    ],
  );
});

test('A catalogue file with mistakes says which line and what', async () => {
  const file = join(world.dataDir, 'wrong.csv');
  writeFileSync(file, 'id,name,kind\nSOL-1,Fine,Own\n,Nameless id,Own\nSOL-3,Odd,Borrowed\n');
  const { status: code, problems } = await cosell(world, 'catalogue', 'import', file);
  assert.equal(code, 1);
  assert.match(problems, /solutions\.1\.id .*solutions\.2\.kind must be Own, Microsoft or Third party/);
});
