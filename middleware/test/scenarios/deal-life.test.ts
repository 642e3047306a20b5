/** What happens to a shared deal over its life: deleted, switched off, in conflict, held, retired. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  acceptedDeal,
  ask,
  auditOf,
  forget,
  isQuiet,
  messageOf,
  openWorld,
  ownReferrals,
  partnerWrites,
  people,
  referralOf,
  row,
  seller,
  settled,
  sharedDeal,
  stateOf,
  until,
  untilShown,
  untilState,
  type World,
} from './scene.ts';

let world: World;
const hour = 3_600_000;

before(async () => {
  world = await openWorld();
});

after(() => world?.close());

const microsoft = () => world.partner.partnerCenter.microsoft;

test('A deleted opportunity leaves its referral untouched; restored, it goes on where it was', async () => {
  const id = await acceptedDeal(world);
  const own = referralOf(world, id);
  seller(world).delete(id);
  await settled(world);
  forget(world);
  microsoft().edit(own.id, { dealValue: 33_333 });
  await settled(world);
  assert.deepEqual(partnerWrites(world), []);
  assert.equal(world.partner.partnerCenter.referral(own.id)?.status, 'Active');
  assert.equal(
    world.org.query(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${own.id}'`).length,
    0,
    'no second opportunity is made',
  );
  world.org.undelete(id);
  world.advance(2_000);
  await world.middleware.command('sweep');
  await until(
    'what happened meanwhile is on the opportunity',
    () => row(world, id).Amount === 33_333,
    () => `${String(stateOf(world, id))} ${messageOf(world, id)}`,
  );
  seller(world).update(id, { Amount: 34_444 });
  await until('edits go on', () => referralOf(world, id).details.dealValue === 34_444);
  await settled(world);
});

test('The tick removed: nothing is sent or taken; ticked again, both sides are merged and nothing is overwritten', async () => {
  const id = await acceptedDeal(world);
  const own = referralOf(world, id);
  seller(world).update(id, { Sync_with_Partner_Center__c: false });
  await untilState(world, id, 'Stopped');
  await settled(world);
  forget(world);
  seller(world).update(id, { CloseDate: '2027-08-08' });
  microsoft().edit(own.id, { notes: 'Written while it was switched off.' });
  await settled(world);
  assert.deepEqual(partnerWrites(world), []);
  assert.equal(row(world, id).PC_Shared_Notes__c ?? null, null);
  seller(world).update(id, { Sync_with_Partner_Center__c: true });
  await until(
    'both edits are on both sides',
    () =>
      String(referralOf(world, id).details.closingDateTime).startsWith('2027-08-08') &&
      row(world, id).PC_Shared_Notes__c === 'Written while it was switched off.',
    () => `${String(stateOf(world, id))} ${messageOf(world, id)}`,
  );
  await untilState(world, id, 'In sync');
  assert.equal(referralOf(world, id).id, own.id, 'it is the same referral');
  await settled(world);
});

test('The value that lost a conflict is kept and put back by request', async () => {
  const id = await acceptedDeal(world);
  const own = referralOf(world, id);
  seller(world).update(id, { Amount: 150_000 });
  microsoft().edit(own.id, { dealValue: 160_000 });
  await until('the owner rule decided for Salesforce', () => referralOf(world, id).details.dealValue === 150_000);
  await until('both values are in the audit', () =>
    auditOf(world, id)
      .split('\n')
      .some((line) => line.includes('150000') && line.includes('lost "160000"')),
  );
  await settled(world);
  const { outcome } = await ask(world, id, 'put_back', { Field__c: 'value' });
  assert.equal(outcome, 'Done');
  assert.deepEqual([row(world, id).Amount, referralOf(world, id).details.dealValue], [160_000, 160_000]);
});

test('A field that asks: both sides stay as they are until a person chooses', async () => {
  const rule = world.org.state.rows('PC_Field_Map__mdt').find((one) => one['Referral_Path__c'] === 'details/dealValue');
  assert.ok(rule);
  world.org.state.put('PC_Field_Map__mdt', { ...rule, Owner__c: 'Ask' });
  await world.middleware.command('mapping.reload');
  try {
    const id = await acceptedDeal(world);
    seller(world).update(id, { Amount: 61_000 });
    microsoft().edit(referralOf(world, id).id, { dealValue: 62_000 });
    await untilState(world, id, 'Needs you');
    await settled(world);
    assert.deepEqual([row(world, id).Amount, referralOf(world, id).details.dealValue], [61_000, 62_000]);
    const open = (): readonly unknown[] =>
      world.org.query(`SELECT Id FROM PC_Attention__c WHERE Opportunity__c = '${id}' AND Kind__c = 'conflict' AND Status__c = 'Open'`);
    assert.equal(open().length, 1);
    const { outcome } = await ask(world, id, 'put_back', { Field__c: 'value', Value__c: 'partner-center' });
    assert.equal(outcome, 'Done');
    assert.deepEqual([row(world, id).Amount, referralOf(world, id).details.dealValue], [62_000, 62_000]);
    assert.equal(open().length, 0);
    assert.equal(stateOf(world, id), 'In sync');
  } finally {
    world.org.state.put('PC_Field_Map__mdt', rule);
    await world.middleware.command('mapping.reload');
  }
});

test('Won within 72 hours is held; an admin releases it, a seller may not', async () => {
  const id = await acceptedDeal(world);
  seller(world).update(id, { StageName: 'Closed Won' });
  await untilState(world, id, 'On hold');
  assert.match(messageOf(world, id), /Won is sent on .* UTC/);
  assert.ok(row(world, id).PC_Hold_Until__c);
  assert.throws(() => seller(world).insert('PC_Request__c', { Opportunity__c: id, Kind__c: 'release_hold' }), /admin/i);
  const { outcome } = await ask(world, id, 'release_hold', {}, people.admin);
  assert.equal(outcome, 'Done');
  await until('the deal is won', () => referralOf(world, id).substatus === 'Won');
  await settled(world);
});

test('A hold ends by itself after 72 hours, also when the service was restarted meanwhile', async () => {
  const id = await acceptedDeal(world);
  seller(world).update(id, { StageName: 'Closed Won' });
  await untilState(world, id, 'On hold');
  await settled(world);
  await world.middleware.stop();
  world.advance(73 * hour);
  assert.equal(referralOf(world, id).substatus, 'Accepted');
  await world.middleware.start();
  await until('the deal is won', () => referralOf(world, id).substatus === 'Won');
  await settled(world);
});

test('A referral is retired as a duplicate by an admin', async () => {
  const id = await sharedDeal(world, { help: null });
  const { outcome } = await ask(world, id, 'retire', { Reason__c: 'Duplicate made in Partner Center' }, people.admin);
  assert.equal(outcome, 'Done');
  assert.deepEqual([referralOf(world, id).substatus, referralOf(world, id).statusReason], ['Error', 'Duplicate made in Partner Center']);
  assert.match(messageOf(world, id), /retired/);
});

test('Microsoft declines: the seller is told, with the reason', async () => {
  const before = world.org.notifications.length;
  const id = await sharedDeal(world);
  microsoft().decline(referralOf(world, id).id, 'No Microsoft seller manages this customer');
  await untilShown(
    world,
    id,
    'status and reason',
    (record) =>
      record.PC_Microsoft_Status__c === 'Closed / Declined' &&
      record.PC_Microsoft_Reason__c === 'No Microsoft seller manages this customer',
  );
  await settled(world);
  assert.equal(world.org.notifications.slice(before).filter((one) => one.type === 'PC_Declined').length, 1);
});

for (const [words, help] of [
  ['adopted, not made twice', null],
  ['adopted, and Microsoft is asked for help as the seller wished', 'General or other'],
] as const)
  test(`A referral whose making was cut off is found and ${words}`, async () => {
    const before = ownReferrals(world).length;
    const remove = world.partner.faults.add({
      service: 'partner-center',
      method: 'POST',
      path: /referrals\/?$/,
      fault: { kind: 'cut' },
      count: 1,
    });
    // its webhook may tell of the referral before it is looked for
    const id = await sharedDeal(world, { help }).finally(remove);
    assert.equal(ownReferrals(world).length, before + 1);
    assert.match(auditOf(world, id), /adopted/);
    assert.equal(world.partner.partnerCenter.legOf(referralOf(world, id).id) !== undefined, help !== null);
  });

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
