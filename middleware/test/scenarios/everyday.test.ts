/** What sellers and Microsoft do all day, and what it costs. */
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
  partnerCalls,
  partnerWrites,
  people,
  referralOf,
  row,
  salesforceCalls,
  salesforceWrites,
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
let deal: string;

before(async () => {
  world = await openWorld();
  deal = await acceptedDeal(world);
  // calls are counted below: the sweeps a service begins with are over first
  await world.middleware.command('sweep');
  await settled(world);
});

after(() => world?.close());

test('A seller saves internal fields of a shared deal: no call is made at all', async () => {
  forget(world);
  seller(world).update(deal, { NextStep: 'Call on Friday', Description: 'Internal notes' });
  await settled(world);
  assert.deepEqual([salesforceCalls(world).length, partnerCalls(world).length], [0, 0]);
});

test('A seller changes a shared field and takes it back at once: it is looked at and nothing is written on either side', async (t) => {
  forget(world);
  const { Amount } = row(world, deal);
  seller(world).update(deal, { Amount: 1_234 });
  seller(world).update(deal, { Amount: Amount ?? null });
  await until('the save was looked at', () => salesforceCalls(world).length > 0 && partnerCalls(world).length > 0);
  await settled(world);
  t.diagnostic(
    `calls for a no-change edit: ${salesforceCalls(world).length} Salesforce, ${partnerCalls(world).length} Partner Center; writes: ${salesforceWrites(world).length}/${partnerWrites(world).length}`,
  );
  assert.deepEqual(partnerWrites(world), []);
  assert.deepEqual(salesforceWrites(world), []);
});

test('One changed field of one deal costs at most two calls on each side', async (t) => {
  // its echo, which the next test is about, may come before the change is told
  const { chances } = world.partner.partnerCenter.webhooks;
  chances.lose = 1;
  t.after(() => {
    chances.lose = 0;
  });
  forget(world);
  seller(world).update(deal, { Amount: 77_700 });
  await until('the amount is in Partner Center', () => referralOf(world, deal).details.dealValue === 77_700);
  await until('the change is told on the opportunity', () => auditOf(world, deal).split('\n')[0]?.includes('77700'));
  const [salesforce, partner] = [salesforceCalls(world), partnerCalls(world)];
  t.diagnostic(`calls for a lone change: ${salesforce.length} Salesforce, ${partner.length} Partner Center`);
  assert.ok(salesforce.length <= 2, salesforce.map(({ method, path }) => `${method} ${path.slice(0, 80)}`).join('\n'));
  assert.ok(partner.length <= 2, partner.map(({ method, path }) => `${method} ${path.slice(0, 80)}`).join('\n'));
  await settled(world);
});

test('Our own change comes back as a webhook and as an event, and neither writes anything more', async () => {
  const events = world.partner.partnerCenter.webhooks.all().length;
  forget(world);
  seller(world).update(deal, { CloseDate: '2027-05-05' });
  await until('the date is in Partner Center', () => String(referralOf(world, deal).details.closingDateTime).startsWith('2027-05-05'));
  await until('Partner Center has told of it', () =>
    world.partner.partnerCenter.webhooks
      .all()
      .slice(events)
      .some(({ state }) => state === 'delivered'),
  );
  await settled(world);
  assert.equal(partnerWrites(world).length, 1, 'one PATCH');
  assert.equal(salesforceWrites(world).length, 1, 'one write of the opportunity');
});

test('An edit the seller makes while the service writes the opportunity is not lost', async () => {
  const remove = world.salesforceFaults.add({ method: 'POST', path: /composite/, fault: { kind: 'delay', ms: 400 }, count: 1 });
  forget(world);
  world.partner.partnerCenter.microsoft.edit(referralOf(world, deal).id, { notes: 'Microsoft has written.' });
  await until('the service is about to write', () => salesforceWrites(world).length > 0);
  seller(world).update(deal, { Amount: 88_800 });
  await until(
    'both edits are there',
    () => referralOf(world, deal).details.dealValue === 88_800 && row(world, deal).PC_Shared_Notes__c === 'Microsoft has written.',
    () => JSON.stringify([referralOf(world, deal).details.dealValue, row(world, deal).Amount]),
  );
  assert.equal(row(world, deal).Amount, 88_800);
  remove();
});

test('A deal without help from Microsoft is shared as a private one: no leg, nobody at Microsoft sees it', async () => {
  const id = await sharedDeal(world, { help: null });
  const own = referralOf(world, id);
  assert.equal(world.partner.partnerCenter.legOf(own.id), undefined);
  assert.equal(own.consent.consentToShareReferralWithMicrosoftSellers, false);
  assert.equal(row(world, id).PC_Deal_Type__c, 'Private');
});

test('Asking for help later turns a private deal into a co-sell deal of the same engagement', async () => {
  const id = await sharedDeal(world, { help: null });
  const own = referralOf(world, id);
  seller(world).update(id, { How_can_Microsoft_help__c: 'Quotes or licensing' });
  await untilState(world, id, 'Waiting for Microsoft');
  assert.equal(world.partner.partnerCenter.legOf(own.id)?.engagementId, own.engagementId);
  assert.equal(referralOf(world, id).id, own.id);
});

test('A copy of a shared deal carries no identifier and does not share a second time, whoever makes it', async () => {
  const before = ownReferrals(world).length;
  const name = String(row(world, deal).Name);
  // a seller may not fill the identifiers, so only the tick comes along: the copy is asked about
  const bySeller = seller(world).clone(deal, { Name: `${name} (copy)` });
  // an admin may fill every field: the flow takes identifiers and tick away
  const byAdmin = world.org.asUser(people.admin).clone(deal, { Name: `${name} (second copy)` });
  await untilState(world, bySeller, 'Needs you');
  assert.match(messageOf(world, bySeller), /has no Microsoft solution/);
  const of = (object: string, field: string): string => String(world.org.query(`SELECT ${field} FROM ${object} LIMIT 1`)[0]?.[field]);
  seller(world).insert('PC_Opportunity_Solution__c', { Opportunity__c: bySeller, Solution__c: of('PC_Solution__c', 'Id') });
  seller(world).insert('OpportunityContactRole', { OpportunityId: bySeller, ContactId: of('OpportunityContactRole', 'ContactId') });
  await untilShown(world, bySeller, 'the question', (record) => String(record.PC_Sync_Message__c).includes('resembles'));
  assert.match(messageOf(world, bySeller), /resembles .* shared as a second deal only when you say so/);
  await settled(world);
  assert.equal(row(world, byAdmin).Sync_with_Partner_Center__c, false);
  for (const copy of [bySeller, byAdmin]) {
    assert.equal(row(world, copy).Amount, row(world, deal).Amount);
    for (const field of ['Referral_Identifier__c', 'Referral_Link__c', 'PC_Engagement_Id__c', 'PC_Microsoft_Status__c'])
      assert.equal(row(world, copy)[field] ?? null, null, field);
    assert.ok(!auditOf(world, copy).includes('| created |'), 'the trail of the other deal stays there');
  }
  assert.equal(ownReferrals(world).length, before);
  seller(world).update(bySeller, { Sync_with_Partner_Center__c: false });
  await settled(world);
});

test('The solutions a seller adds and removes are the ones Partner Center shows', async () => {
  const id = await sharedDeal(world);
  const [retail] = world.org.query("SELECT Id FROM PC_Solution__c WHERE Name = 'Contoso Retail Insights'");
  const added = seller(world).insert('PC_Opportunity_Solution__c', { Opportunity__c: id, Solution__c: String(retail?.Id) });
  const ids = (): string =>
    referralOf(world, id)
      .details.requirements.solutions.map((solution) => solution.id)
      .sort()
      .join();
  await until('two solutions in Partner Center', () => ids() === 'SOL-CDEM,SOL-CRI', ids);
  seller(world).delete(added);
  await until('one solution in Partner Center', () => ids() === 'SOL-CDEM', ids);
});

test('A value Partner Center would refuse is not sent, and the opportunity says what to do', async () => {
  const id = await acceptedDeal(world);
  seller(world).update(id, { Amount: null });
  await untilState(world, id, 'Needs you');
  assert.match(messageOf(world, id), /Fill Amount/);
  assert.ok((referralOf(world, id).details.dealValue ?? 0) > 0);
  seller(world).update(id, { Amount: 5_000 });
  await untilState(world, id, 'In sync');
  await until('the value is in Partner Center', () => referralOf(world, id).details.dealValue === 5_000);
});

test('An incomplete deal is shared as soon as what was missing is filled', async () => {
  const id = newDeal(world, { opportunity: { PC_Contact_Consent__c: false } });
  await untilState(world, id, 'Needs you');
  assert.match(messageOf(world, id), /consent/i);
  assert.equal(row(world, id).Referral_Identifier__c ?? null, null);
  seller(world).update(id, { PC_Contact_Consent__c: true });
  await untilState(world, id, 'Waiting for Microsoft');
});

test('Lost with its reason closes the deal in Partner Center, and it cannot be reopened', async () => {
  const id = await acceptedDeal(world);
  seller(world).update(id, { StageName: 'Closed Lost', PC_Lost_Reason__c: 'Customer did not respond' });
  await until('the deal is Closed/Lost', () => referralOf(world, id).substatus === 'Lost');
  assert.equal(referralOf(world, id).statusReason, 'Customer did not respond');
  await untilState(world, id, 'In sync');
  seller(world).update(id, { StageName: 'Qualification' });
  await untilShown(world, id, 'the opportunity says that nothing can be changed any more', (record) =>
    /stays so/.test(String(record.PC_Sync_Message__c)),
  );
  assert.equal(referralOf(world, id).substatus, 'Lost');
});

test('Notifications tell the owner of an accepted deal, once', async () => {
  const before = world.org.notifications.length;
  const id = await acceptedDeal(world);
  const told = world.org.notifications.slice(before).filter((one) => one.type === 'PC_Accepted');
  assert.equal(told.length, 1);
  assert.equal(stateOf(world, id), 'In sync');
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
