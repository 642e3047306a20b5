/** What the admin's settings decide about deals that come in, and what Microsoft does on its own leg. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  acceptedDeal,
  arrived,
  auditOf,
  forget,
  isQuiet,
  messageOf,
  newDeal,
  openWorld,
  ownReferrals,
  partnerWrites,
  people,
  referralOf,
  row,
  seller,
  settled,
  sharedDeal,
  until,
  untilShown,
  untilState,
  type World,
} from './scene.ts';

let world: World;

before(async () => {
  world = await openWorld({ orgSettings: { Matching: 'link-when-certain', Notify_New_Deal: 'false', Notify_Accepted: 'false' } });
});

after(() => world?.close());

const microsoft = () => world.partner.partnerCenter.microsoft;
const bells = (): readonly string[] => world.org.notifications.map(({ type }) => type);

test('A deal that can only be one of ours is linked to it, and says why', async () => {
  const id = newDeal(world, { tick: false, opportunity: { Name: 'Quay analytics', Amount: 52_000 } });
  const account = row(world, String(row(world, id).AccountId));
  const sent = microsoft().sendDeal({
    name: 'Quay analytics',
    dealValue: 52_000,
    currency: 'USD',
    closingDate: String(row(world, id).CloseDate),
    customer: { name: String(account.Name), city: 'Leeds', postalCode: String(account.BillingPostalCode), country: 'GB' },
  });
  assert.equal(await arrived(world, sent.id), id);
  assert.match(auditOf(world, id), /linked.*same customer/);
  assert.equal(row(world, id).Sync_with_Partner_Center__c, true);
  await untilState(world, id, 'Needs you');
  await settled(world);
});

test('Of two that resemble it as much none is chosen: a person is asked', async () => {
  const first = newDeal(world, { tick: false, opportunity: { Name: 'Pier analytics', Amount: 43_000 } });
  const AccountId = row(world, first).AccountId ?? null;
  const second = newDeal(world, { tick: false, opportunity: { Name: 'Pier analytics', Amount: 43_000, AccountId } });
  const account = row(world, String(AccountId));
  const sent = microsoft().sendDeal({
    name: 'Pier analytics',
    dealValue: 43_000,
    currency: 'USD',
    closingDate: String(row(world, first).CloseDate),
    customer: { name: String(account.Name), city: 'Leeds', postalCode: String(account.BillingPostalCode), country: 'GB' },
  });
  const question = await until(
    'it is asked about',
    () =>
      world.org.query(
        `SELECT Id, Suggestions__c FROM PC_Attention__c WHERE Referral_Id__c = '${sent.id}' AND Kind__c = 'match' AND Status__c = 'Open'`,
      )[0],
  );
  for (const id of [first, second]) {
    assert.ok(String(question.Suggestions__c).includes(id));
    assert.equal(row(world, id).Referral_Identifier__c ?? null, null);
  }
  seller(world).insert('PC_Service_Request__c', { Attention__c: String(question.Id), Kind__c: 'link', Target__c: second });
  assert.equal(await arrived(world, sent.id), second);
  await settled(world);
});

test('A notification that is switched off does not ring; the others do', async () => {
  const before = bells().length;
  await arrived(world, microsoft().sendDeal({ name: 'Silent', customer: { name: 'Silent Ltd' } }).id);
  await acceptedDeal(world);
  await settled(world);
  assert.deepEqual(
    bells()
      .slice(before)
      .filter((type) => type === 'PC_New_Deal' || type === 'PC_Accepted'),
    [],
  );
  const declined = await sharedDeal(world);
  microsoft().decline(referralOf(world, declined).id);
  await until('the seller is told of a decline', () => bells().slice(before).includes('PC_Declined'));
  await settled(world);
});

test("Microsoft lets a request expire: it shows, and the seller's stage and deal stay", async () => {
  const id = await sharedDeal(world);
  const stage = row(world, id).StageName;
  microsoft().expire(referralOf(world, id).id);
  await untilShown(world, id, "Microsoft's status", (record) => record.PC_Microsoft_Status__c === 'Closed / Expired');
  assert.deepEqual([row(world, id).StageName, referralOf(world, id).status], [stage, 'Active']);
  seller(world).update(id, { Amount: 61_000 });
  await until('edits go on', () => referralOf(world, id).details.dealValue === 61_000);
  await settled(world);
});

test("Microsoft wins its own leg: it shows, and the seller's stage and deal stay", async () => {
  const id = await acceptedDeal(world);
  const stage = row(world, id).StageName;
  microsoft().win(referralOf(world, id).id);
  await untilShown(world, id, "Microsoft's status", (record) => record.PC_Microsoft_Status__c === 'Closed / Won');
  assert.deepEqual([row(world, id).StageName, referralOf(world, id).status], [stage, 'Active']);
  await settled(world);
});

for (const status of [404, 410]) {
  test(`A referral that is gone (${status}) is told with its cure, nothing is made anew, and it goes on when it is there again`, async () => {
    const id = await acceptedDeal(world);
    const own = referralOf(world, id);
    const before = ownReferrals(world).length;
    const path = new RegExp(own.id);
    const remove = world.partner.faults.add({ service: 'partner-center', path, fault: { kind: 'answer', status } });
    forget(world);
    seller(world).update(id, { Amount: 62_000 + status });
    await untilState(world, id, 'Needs you');
    assert.match(messageOf(world, id), /not there any more.*untick/s);
    await settled(world);
    assert.deepEqual([partnerWrites(world), ownReferrals(world).length], [[], before]);
    remove();
    seller(world).insert('PC_Request__c', { Opportunity__c: id, Kind__c: 'sync_now' });
    await until('the amount is there', () => referralOf(world, id).details.dealValue === 62_000 + status);
    await untilState(world, id, 'In sync');
    await settled(world);
  });
}

test('An incoming deal belongs to the team member who is a user, else to the owner of the account', async () => {
  const olga = people.outsider;
  const named = microsoft().sendDeal({
    name: 'For Olga',
    customer: { name: 'Olga Customer Ltd' },
    team: [{ firstName: 'Olga', lastName: 'Outside', email: 'olga@contoso.example', phoneNumber: '+44 1' }],
  });
  const outsider = world.org.userId(olga);
  assert.equal(row(world, await arrived(world, named.id)).OwnerId, outsider);
  const account = world.org.asUser(olga).insert('Account', {
    Name: 'Owned by Olga Ltd',
    BillingStreet: '1 High Street',
    BillingCity: 'Leeds',
    BillingPostalCode: 'LS9 9ZZ',
    BillingCountry: 'GB',
  });
  const known = microsoft().sendDeal({
    name: 'Of a customer of hers',
    customer: { name: 'Owned by Olga Ltd', city: 'Leeds', postalCode: 'LS9 9ZZ', country: 'GB' },
  });
  const id = await arrived(world, known.id);
  assert.deepEqual([row(world, id).AccountId, row(world, id).OwnerId], [account, outsider]);
  await settled(world);
});

test("Solution ids in the text field of Microsoft's connector are sent while there are no rows, and never written", async () => {
  const id = newDeal(world, { tick: false, help: null });
  for (const { Id } of world.org.query(`SELECT Id FROM PC_Opportunity_Solution__c WHERE Opportunity__c = '${id}'`))
    seller(world).delete(String(Id));
  seller(world).update(id, { Products__c: 'SOL-CRI;SOL-CDEM', Sync_with_Partner_Center__c: true });
  await untilState(world, id, 'In sync');
  const ids = () =>
    referralOf(world, id)
      .details.requirements.solutions.map((one) => one.id)
      .sort()
      .join();
  assert.equal(ids(), 'SOL-CDEM,SOL-CRI');
  await settled(world);
  assert.equal(row(world, id).Products__c, 'SOL-CRI;SOL-CDEM');
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
