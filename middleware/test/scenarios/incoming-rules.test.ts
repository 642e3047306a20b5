/** The admin's rules for deals from Microsoft: link when certain, who owns them, who is told; and a referral that is not there any more. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  acceptedDeal,
  arrived,
  auditOf,
  isQuiet,
  messageOf,
  openWorld,
  ownReferrals,
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

before(async () => {
  world = await openWorld({ orgSettings: { Matching: 'link-when-certain', Notify_Accepted: 'false' } });
});

after(() => world?.close());

const microsoft = () => world.partner.partnerCenter.microsoft;
const customer = (name: string) => ({ name, addressLine1: '1 Quay', city: 'Leith', postalCode: 'EH6 6AA', country: 'GB' });

function opportunityOf(name: string, values: { readonly Amount: number; readonly CloseDate: string; readonly Name: string }): string {
  const { addressLine1, city, postalCode, country } = customer(name);
  const account = seller(world).insert('Account', {
    Name: name,
    BillingStreet: addressLine1,
    BillingCity: city,
    BillingPostalCode: postalCode,
    BillingCountry: country,
  });
  return seller(world).insert('Opportunity', { AccountId: account, StageName: 'Qualification', ...values });
}

test('A deal that surely is an opportunity you have is linked by itself, and the audit says why', async () => {
  const mine = opportunityOf('Harbour Ltd', { Name: 'Harbour archive', Amount: 40_000, CloseDate: '2027-03-31' });
  const sent = microsoft().sendDeal({
    name: 'Harbour archive',
    dealValue: 40_000,
    currency: 'USD',
    closingDate: '2027-03-31',
    customer: customer('Harbour Ltd'),
  });
  assert.equal(await arrived(world, sent.id), mine);
  await settled(world);
  assert.equal(row(world, mine).Sync_with_Partner_Center__c, true);
  assert.match(auditOf(world, mine), /Linked to the existing opportunity .*same customer.*same value/);
});

test('A deal that only may be one is asked about', async () => {
  const mine = opportunityOf('Pier Ltd', { Name: 'Pier website', Amount: 90_000, CloseDate: '2027-09-30' });
  const sent = microsoft().sendDeal({ name: 'Pier data lake', dealValue: 12_000, currency: 'USD', customer: customer('Pier Ltd') });
  const asked = await until(
    'a question',
    () =>
      world.org.query(`SELECT Id, Suggestions__c FROM PC_Attention__c WHERE Referral_Id__c = '${sent.id}' AND Status__c = 'Open'`)[0] ??
      null,
  );
  assert.ok(String(asked.Suggestions__c).includes(mine));
  seller(world).insert('PC_Service_Request__c', { Attention__c: String(asked.Id), Kind__c: 'keep_as_new' });
  assert.notEqual(await arrived(world, sent.id), mine);
  await settled(world);
});

test('A team member who is a user owns the deal, else who owns the customer, else the one the setting names', async () => {
  const owner = (username: string): string =>
    world.org.addUser({ username, firstName: 'Ona', lastName: 'Owner', email: username, profile: 'standard' });
  const [member, keeper] = [owner('member@partner.example'), owner('keeper@partner.example')];
  const byTeam = microsoft().sendDeal({
    name: 'Owned by the team',
    customer: customer('Team Ltd'),
    team: [{ firstName: 'Ona', lastName: 'Owner', email: 'member@partner.example', phoneNumber: '+44 113 496 0003' }],
  });
  const account = world.org.insert('Account', {
    Name: 'Kept Ltd',
    OwnerId: keeper,
    BillingCity: 'Leith',
    BillingPostalCode: 'EH6 6AA',
    BillingCountry: 'GB',
  });
  const byAccount = microsoft().sendDeal({ name: 'Owned by the customer', customer: customer('Kept Ltd'), team: [] });
  const byDefault = microsoft().sendDeal({ name: 'Owned by nobody', customer: customer('Stray Ltd'), team: [] });
  const owners: unknown[] = [];
  for (const sent of [byTeam, byAccount, byDefault]) owners.push(row(world, await arrived(world, sent.id)).OwnerId);
  await settled(world);
  assert.deepEqual(owners, [member, keeper, world.org.userId(people.seller)]);
  assert.equal(row(world, await arrived(world, byAccount.id)).AccountId, account);
});

test('A bell that is switched off does not ring; one that is on rings once for one occasion', async () => {
  const before = world.org.notifications.length;
  const rung = (type: string): number => world.org.notifications.slice(before).filter((one) => one.type === type).length;
  const id = await acceptedDeal(world);
  assert.equal(rung('PC_Accepted'), 0);
  seller(world).update(id, { Amount: 0 });
  await untilState(world, id, 'Needs you');
  await settled(world);
  seller(world).update(id, { Amount: null });
  await world.middleware.command('sync', { id });
  await settled(world);
  assert.equal(rung('PC_Needs_You'), 1);
  seller(world).update(id, { Amount: 15_000 });
  await untilState(world, id, 'In sync');
  await settled(world);
});

test('A referral that is gone: the opportunity says so and what to do, nothing is made anew; back again, it goes on', async () => {
  const id = await sharedDeal(world, { help: null });
  const own = referralOf(world, id);
  const before = ownReferrals(world).length;
  const remove = world.partner.faults.add({
    service: 'partner-center',
    method: 'GET',
    path: new RegExp(`/referrals/${own.id}$`),
    fault: { kind: 'answer', status: 410 },
  });
  seller(world).update(id, { Amount: 21_000 });
  await untilState(world, id, 'Needs you');
  await settled(world);
  assert.match(messageOf(world, id), /referral is not there any more, or not visible.* untick "Sync with Partner Center"/);
  await world.middleware.command('sync', { id });
  assert.equal(ownReferrals(world).length, before);
  remove();
  await world.middleware.command('sync', { id });
  await untilShown(world, id, 'the deal is in sync again', () => stateOf(world, id) === 'In sync');
  await settled(world);
  assert.equal(referralOf(world, id).details.dealValue, 21_000);
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
