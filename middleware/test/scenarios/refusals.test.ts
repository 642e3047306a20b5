/** What the customer's org refuses, and what the seller or admin then reads. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  acceptedDeal,
  auditOf,
  forget,
  isQuiet,
  messageOf,
  newDeal,
  openWorld,
  ownReferrals,
  people,
  referralOf,
  row,
  salesforceWrites,
  seller,
  settled,
  stateOf,
  status,
  until,
  untilShown,
  untilState,
  type World,
} from './scene.ts';

let world: World;
let deal: string;

before(async () => {
  world = await openWorld();
  deal = await acceptedDeal(world);
});

after(() => world?.close());

const microsoft = () => world.partner.partnerCenter.microsoft;

function putRule(name: string, formula: string, message: string): void {
  world.org.state.schema.putValidationRule('Opportunity', { name, active: true, formula, message });
}

test("A validation rule of the customer refuses Microsoft's value: the message of the rule is shown, and the write is not tried over and over", async () => {
  putRule('Amount_Limit', 'Amount > 1000000', 'Amounts above one million need the CFO.');
  microsoft().edit(referralOf(world, deal).id, { dealValue: 2_000_000 });
  await untilState(world, deal, 'Needs you');
  assert.match(messageOf(world, deal), /Amounts above one million need the CFO\./);
  assert.match(messageOf(world, deal), /Sync now/);
  await settled(world);
  assert.notEqual(row(world, deal).Amount, 2_000_000);
  const [attention] = world.org.query(
    `SELECT Id, Cause__c FROM PC_Attention__c WHERE Opportunity__c = '${deal}' AND Kind__c = 'refused' AND Status__c = 'Open'`,
  );
  assert.equal(attention?.Cause__c, 'CRM_VALIDATION');
  forget(world);
  await world.middleware.command('sweep');
  await settled(world);
  const retried = salesforceWrites(world).filter(({ body }) => body.includes('2000000'));
  assert.equal(retried.length, 0, 'the refused value is not sent again by itself');
  assert.equal(
    auditOf(world, deal)
      .split('\n')
      .filter((line) => line.includes('need the CFO')).length,
    1,
    'told once',
  );
});

test('The rule is changed and the seller presses Sync now: the value arrives and the question closes', async () => {
  world.org.state.schema.removeValidationRule('Opportunity', 'Amount_Limit');
  seller(world).insert('PC_Request__c', { Opportunity__c: deal, Kind__c: 'sync_now' });
  await until(
    'the value is on the opportunity',
    () => row(world, deal).Amount === 2_000_000,
    () => messageOf(world, deal),
  );
  await untilState(world, deal, 'In sync');
  await settled(world);
  assert.equal(world.org.query(`SELECT Id FROM PC_Attention__c WHERE Opportunity__c = '${deal}' AND Status__c = 'Open'`).length, 0);
});

test('A locked row is tried again by itself', async () => {
  world.org.lockRow(deal, 2);
  microsoft().edit(referralOf(world, deal).id, { dealValue: 71_000 });
  await until('the value arrives', () => row(world, deal).Amount === 71_000);
  await settled(world);
  assert.equal((await status(world)).parked, 0);
});

test('Salesforce busy, a gateway page, a cut connection: the change arrives all the same, once', async () => {
  world.org.failNext({ match: '/query', kind: { html: { status: 503 } } });
  world.org.failNext({ match: '/composite', kind: { afterwards: 'cut' } });
  microsoft().edit(referralOf(world, deal).id, { dealValue: 72_000 });
  await until('the value arrives', () => row(world, deal).Amount === 72_000);
  await untilState(world, deal, 'In sync');
  await settled(world);
});

test('A session that ended is opened again without a word', async () => {
  world.org.expireTokens();
  seller(world).update(deal, { Amount: 73_000 });
  await until('the change is sent', () => referralOf(world, deal).details.dealValue === 73_000);
  await settled(world);
});

test('A field of the mapping that the org lacks is named in the health message; everything else works', async () => {
  const rule = world.org.state.rows('PC_Field_Map__mdt').find((one) => one['Referral_Path__c'] === 'details/notes');
  assert.ok(rule);
  world.org.state.put('PC_Field_Map__mdt', { ...rule, Salesforce_Path__c: 'Removed_Field__c' });
  await world.middleware.command('mapping.reload');
  const { message } = await status(world);
  assert.match(String(message), /Removed_Field__c/);
  seller(world).update(deal, { Amount: 74_000 });
  await until('other fields are kept the same', () => referralOf(world, deal).details.dealValue === 74_000);
  await settled(world);
  world.org.state.put('PC_Field_Map__mdt', rule);
  await world.middleware.command('mapping.reload');
  assert.doesNotMatch(String((await status(world)).message), /Removed_Field__c/);
});

test('An integration user without its permission sets is a clear state, not a crash; with them back the work goes on', async () => {
  for (const set of ['PC_Integration', 'PC_Integration_All_Deals']) world.org.unassign(people.integration, set);
  const id = newDeal(world, { help: null });
  world.org.asUser(people.seller).update(deal, { Amount: 75_000 });
  await world.middleware.command('sync', { id: deal }).catch(() => undefined);
  await world.middleware.command('mapping.reload');
  const trouble = await status(world);
  for (const set of ['PC_Integration', 'PC_Integration_All_Deals']) world.org.assign(people.integration, set);
  await world.middleware.command('mapping.reload');
  assert.equal(trouble.state, 'Degraded');
  assert.match(
    String(trouble.message),
    /Sync_with_Partner_Center__c of the package is missing.*assign the permission set "Partner Center: integration"/,
  );
  assert.equal(trouble.parkedCauses[0]?.code, 'CRM_FIELD_MISSING');
  assert.equal((await status(world)).state, 'Running');
  await world.middleware.command('retry', {});
  world.advance(120_000);
  await world.middleware.command('sweep');
  await until('the change made meanwhile is sent', () => referralOf(world, deal).details.dealValue === 75_000);
  await untilShown(world, id, 'the deal ticked meanwhile is shared', (record) => record.Referral_Identifier__c);
  await settled(world);
});

test('A required field that the deal does not carry refuses a new opportunity: the attention list says so, nothing half-made stays', async () => {
  putRule('Needs_Next_Step', 'ISBLANK(NextStep)', 'Fill Next Step on every opportunity.');
  const accounts = world.org.query('SELECT Id FROM Account').length;
  const sent = microsoft().sendDeal({ name: 'Refused at the door', customer: { name: 'Doorstep Ltd' } });
  const attention = await until(
    'an attention row',
    () => world.org.query(`SELECT Id, Message__c FROM PC_Attention__c WHERE Referral_Id__c = '${sent.id}' AND Status__c = 'Open'`)[0],
  );
  assert.match(String(attention.Message__c), /Fill Next Step/);
  assert.equal(world.org.query('SELECT Id FROM Account').length, accounts, 'no account without its opportunity');
  world.org.state.schema.removeValidationRule('Opportunity', 'Needs_Next_Step');
  seller(world).insert('PC_Service_Request__c', { Attention__c: String(attention.Id), Kind__c: 'retry' });
  await until(
    'the opportunity is made',
    () => world.org.query(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${sent.id}'`)[0],
  );
  await settled(world);
});

test('The org has used up its calls: nothing is lost, the work goes on when calls are free', async () => {
  world.org.setDailyLimit(100_000, 100_000);
  const before = ownReferrals(world).length;
  const id = newDeal(world, { help: null });
  await until('the service has noticed', () => world.salesforceFaults.requests.some((request) => request.status === 403));
  assert.equal(ownReferrals(world).length, before);
  world.org.setDailyLimit(100_000, 10);
  world.advance(20 * 60_000);
  await untilState(world, id, 'In sync');
  assert.notEqual(stateOf(world, id), 'Needs you');
  await settled(world);
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
