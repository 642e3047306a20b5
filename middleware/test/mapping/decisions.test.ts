/** What is decided about deals: leads, links that are undone, copies and renewals, owners, and what an org cannot take. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { setSetting } from '../../simulators/demo/world.ts';
import {
  acceptedDeal,
  arrived,
  ask,
  auditOf,
  isQuiet,
  messageOf,
  newDeal,
  openWorld,
  ownReferrals,
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
} from '../scenarios/scene.ts';

let world: World;

before(async () => {
  world = await openWorld({ orgSettings: { Leads: 'lead-records' } });
});

after(() => world?.close());

const microsoft = () => world.partner.partnerCenter.microsoft;

test('A lead becomes a Lead record of the default owner, once', async () => {
  const lead = microsoft().sendLead({ name: 'Interest in analytics' });
  const found = await until(
    'a Lead is there',
    () =>
      world.org.query(
        `SELECT Id, Company, LastName, Email, OwnerId, Description FROM Lead WHERE Company = '${String(lead.customerProfile.name)}'`,
      )[0],
  );
  assert.ok(String(found.Description).includes(lead.id));
  assert.equal(found.OwnerId, world.seeded.users.seller);
  await world.middleware.command('sync', { id: lead.id });
  await settled(world);
  assert.equal(world.org.query('SELECT Id FROM Lead').length, 1);
  assert.equal(world.org.query(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${lead.id}'`).length, 0);
});

test('An accepted lead becomes an opportunity', async () => {
  const lead = microsoft().sendLead({ name: 'Interest in migration', customer: { name: 'Wingtip Toys' } });
  await until('a Lead is there', () => world.org.query('SELECT Id FROM Lead').length === 2);
  microsoft().setState(lead.id, 'Active', 'Accepted');
  const id = await arrived(world, lead.id);
  await untilShown(world, id, 'it is a lead by its type', (record) => record.PC_Deal_Type__c === 'Lead');
});

test('A renewal of a shared deal is not shared before someone says so', async () => {
  const first = await sharedDeal(world, { help: null, opportunity: { Name: 'Data estate 2026' } });
  const account = String(row(world, first).AccountId);
  const before = ownReferrals(world).length;
  const renewal = newDeal(world, {
    help: null,
    tick: false,
    opportunity: { AccountId: account, Name: 'Data estate 2027', Amount: row(world, first).Amount ?? null },
  });
  seller(world).update(renewal, { Sync_with_Partner_Center__c: true });
  await untilState(world, renewal, 'Needs you');
  assert.match(messageOf(world, renewal), /resembles "Data estate 2026".*second deal/s);
  const early = await ask(world, renewal, 'sync_now');
  assert.equal(early.outcome, 'Refused');
  assert.equal(ownReferrals(world).length, before);
  assert.equal((await ask(world, renewal, 'keep_as_new')).outcome, 'Done');
  await untilState(world, renewal, 'In sync');
  assert.equal(ownReferrals(world).length, before + 1);
  assert.notEqual(referralOf(world, renewal).id, referralOf(world, first).id);
});

test('A link to the wrong opportunity is undone: it is not shared any more, and the deal is asked about again', async () => {
  const wrong = newDeal(world, { tick: false, opportunity: { Name: 'Harbour analytics', Amount: 64_000 } });
  const account = row(world, String(row(world, wrong).AccountId));
  const sent = microsoft().sendDeal({
    name: 'Harbour analytics',
    dealValue: 64_000,
    customer: { name: String(account.Name), city: 'Leeds', postalCode: String(account.BillingPostalCode), country: 'GB' },
  });
  const question = await until(
    'it is asked about',
    () =>
      world.org.query(`SELECT Id FROM PC_Attention__c WHERE Referral_Id__c = '${sent.id}' AND Kind__c = 'match' AND Status__c = 'Open'`)[0],
  );
  seller(world).insert('PC_Service_Request__c', { Attention__c: String(question.Id), Kind__c: 'link', Target__c: wrong });
  await until('it is linked', () => row(world, wrong).Referral_Identifier__c === sent.id);
  await settled(world);

  const { outcome } = await ask(world, wrong, 'undo_link');
  assert.equal(outcome, 'Done');
  const after = row(world, wrong);
  assert.deepEqual(
    [
      after.Referral_Identifier__c ?? null,
      after.PC_Engagement_Id__c ?? null,
      after.Sync_with_Partner_Center__c,
      after.PC_Sync_State__c ?? null,
    ],
    [null, null, false, null],
  );
  assert.match(auditOf(world, wrong), /link is undone/);
  await until(
    'it is asked about again',
    () =>
      world.org.query(`SELECT Id FROM PC_Attention__c WHERE Referral_Id__c = '${sent.id}' AND Kind__c = 'match' AND Status__c = 'Open'`)
        .length === 1,
  );
  assert.equal(world.partner.partnerCenter.referral(sent.id)?.status, 'New', 'nothing was answered to Microsoft');
  const again = world.org.query(
    `SELECT Id FROM PC_Attention__c WHERE Referral_Id__c = '${sent.id}' AND Kind__c = 'match' AND Status__c = 'Open'`,
  )[0];
  seller(world).insert('PC_Service_Request__c', { Attention__c: String(again?.Id), Kind__c: 'keep_as_new' });
  const own = await arrived(world, sent.id);
  assert.notEqual(own, wrong);
});

test('A pair that was made for each other is not taken apart', async () => {
  const id = await sharedDeal(world, { help: null });
  const { outcome, message } = await ask(world, id, 'undo_link');
  assert.equal(outcome, 'Refused');
  assert.match(message, /made for each other/);
});

test('An account that is merged away is followed: the deal goes on, and the new customer is shown as different, not sent', async () => {
  const id = await acceptedDeal(world);
  const loser = String(row(world, id).AccountId);
  const master = seller(world).insert('Account', {
    Name: 'Master Ltd',
    BillingStreet: '1 Main Street',
    BillingCity: 'York',
    BillingPostalCode: 'YO1 1AA',
    BillingCountry: 'GB',
  });
  const name = referralOf(world, id).customerProfile.name;
  world.org.asUser(people.admin).merge(master, loser);
  assert.deepEqual(
    [row(world, id).AccountId, row(world, loser).IsDeleted, row(world, loser).MasterRecordId],
    [master, true, master],
    'what hung on the loser hangs on the master',
  );
  // no flow runs for what a merge moves: the sweep finds it
  await world.middleware.command('sweep');
  await untilShown(world, id, 'the difference is shown', () => messageOf(world, id).includes('cannot be changed there any more'));
  assert.equal(referralOf(world, id).customerProfile.name, name);
  seller(world).update(id, { Amount: 77_777 });
  await until('edits go on', () => referralOf(world, id).details.dealValue === 77_777);
  await settled(world);
});

test('A contact that is merged away is followed: the deal carries the one that stayed', async () => {
  const id = await sharedDeal(world, { help: null });
  const [role] = world.org.query(`SELECT Id, ContactId FROM OpportunityContactRole WHERE OpportunityId = '${id}'`);
  const loser = String(role?.ContactId);
  const stays = seller(world).insert('Contact', {
    AccountId: row(world, id).AccountId ?? null,
    FirstName: 'Stay',
    LastName: 'Er',
    Email: 'stay.er@customer.example',
    Phone: '+44 113 496 0001',
  });
  world.org.asUser(people.admin).merge(stays, loser);
  assert.equal(row(world, String(role?.Id)).ContactId, stays);
  await world.middleware.command('sweep');
  await until('the contact that stayed is on the referral, alone', () => {
    const mails = referralOf(world, id).customerProfile.team.map((person) => person.email);
    return mails.length === 1 && mails[0] === 'stay.er@customer.example';
  });
  await settled(world);
});

test('The owner of a shared deal leaves the company: the deal goes on', async () => {
  const leaver = world.org.addUser({
    username: 'leaver@cosell.test',
    firstName: 'Lea',
    lastName: 'Ver',
    email: 'leaver@cosell.test',
    profile: 'standard',
  });
  const id = await acceptedDeal(world);
  world.org.update(id, { OwnerId: leaver });
  world.org.update(leaver, { IsActive: false });
  microsoft().edit(referralOf(world, id).id, { notes: 'Still here.' });
  await untilShown(world, id, "Microsoft's notes arrive", (record) => record.PC_Shared_Notes__c === 'Still here.');
});

test('Nobody is there to own an incoming deal: it waits with its cure, and comes in when an owner is named', async () => {
  setSetting(world.org, 'Default_Owner', 'leaver@cosell.test');
  await world.middleware.command('mapping.reload');
  const sent = microsoft().sendDeal({ name: 'Ownerless', customer: { name: 'Ownerless Ltd' } });
  const waiting = await until(
    'it waits',
    () =>
      world.org.query(
        `SELECT Id, Message__c, Cure__c, Cause__c FROM PC_Attention__c WHERE Referral_Id__c = '${sent.id}' AND Status__c = 'Open'`,
      )[0],
  );
  assert.equal(waiting.Cause__c, 'CRM_INACTIVE_OWNER');
  assert.match(String(waiting.Message__c), /Default Owner/);
  assert.equal(world.org.query("SELECT Id FROM Account WHERE Name = 'Ownerless Ltd'").length, 0, 'nothing half-made stays');
  setSetting(world.org, 'Default_Owner', people.seller);
  await world.middleware.command('mapping.reload');
  seller(world).insert('PC_Service_Request__c', { Attention__c: String(waiting.Id), Kind__c: 'retry' });
  const id = await arrived(world, sent.id);
  assert.equal(row(world, id).OwnerId, world.seeded.users.seller);
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
