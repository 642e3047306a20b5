/** Deals that Microsoft sends, and what a seller does with them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  arrived,
  ask,
  isQuiet,
  messageOf,
  openWorld,
  people,
  referralOf,
  row,
  seller,
  settled,
  stateOf,
  until,
  untilShown,
  untilState,
  type World,
} from './scene.ts';

let world: World;
const day = 86_400_000;

before(async () => {
  world = await openWorld();
});

after(() => world?.close());

const microsoft = () => world.partner.partnerCenter.microsoft;
const count = (soql: string): number => world.org.query(soql).length;

test('Two deals of one new customer at the same moment make two opportunities and one account', async () => {
  const customer = { name: 'Wingtip Aviation', city: 'York', postalCode: 'YO1 7HH', country: 'GB', addressLine1: '2 Minster Yard' };
  const [one, two] = [
    microsoft().sendDeal({ name: 'Wingtip fleet data', customer }),
    microsoft().sendDeal({ name: 'Wingtip crew planning', customer }),
  ];
  const ids = [await arrived(world, one.id), await arrived(world, two.id)];
  await settled(world);
  assert.equal(new Set(ids).size, 2);
  assert.equal(count("SELECT Id FROM Account WHERE Name = 'Wingtip Aviation'"), 1);
  assert.deepEqual(
    ids.map((id) => row(world, id).AccountId),
    Array(2).fill(row(world, ids[0] ?? '').AccountId),
  );
});

test('A deal of a customer that is there already uses that account', async () => {
  const accounts = count('SELECT Id FROM Account');
  const sent = microsoft().sendDeal({
    name: 'Fabrikam cold store',
    customer: { name: 'Fabrikam Fisheries', addressLine1: 'Hamngatan 4', city: 'Gothenburg', postalCode: '411 14', country: 'SE' },
  });
  const id = await until('an opportunity or a question', () => {
    const [found] = world.org.query(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${sent.id}'`);
    const [asked] = world.org.query(`SELECT Id FROM PC_Attention__c WHERE Referral_Id__c = '${sent.id}' AND Kind__c = 'match'`);
    return found ? String(found.Id) : asked ? 'asked' : null;
  });
  if (id === 'asked') {
    const [attention] = world.org.query(`SELECT Id, Suggestions__c FROM PC_Attention__c WHERE Referral_Id__c = '${sent.id}'`);
    seller(world).insert('PC_Service_Request__c', { Attention__c: String(attention?.Id), Kind__c: 'keep_as_new' });
  }
  const made = await arrived(world, sent.id);
  assert.equal(row(world, made).AccountId, world.seeded.accounts['Fabrikam Fisheries']);
  assert.equal(count('SELECT Id FROM Account'), accounts);
});

test('A deal that resembles an opportunity waits as a question with suggestions, and links where the seller says', async () => {
  const mine = seller(world).insert('Opportunity', {
    Name: 'Trey Research archive',
    AccountId: seller(world).insert('Account', {
      Name: 'Trey Research',
      BillingStreet: '1 Lab Way',
      BillingCity: 'Oslo',
      BillingPostalCode: '0150',
      BillingCountry: 'NO',
    }),
    StageName: 'Qualification',
    Amount: 55_000,
    CloseDate: '2027-02-28',
  });
  const sent = microsoft().sendDeal({
    name: 'Trey Research archive',
    dealValue: 55_000,
    currency: 'USD',
    closingDate: '2027-02-28',
    customer: { name: 'Trey Research', addressLine1: '1 Lab Way', city: 'Oslo', postalCode: '0150', country: 'NO' },
  });
  const attention = await until('a question with suggestions', () => {
    const [found] = world.org.query(
      `SELECT Id, Suggestions__c FROM PC_Attention__c WHERE Referral_Id__c = '${sent.id}' AND Kind__c = 'match' AND Status__c = 'Open'`,
    );
    return found ?? null;
  });
  const suggestions = JSON.parse(String(attention.Suggestions__c)) as { opportunityId: string; reasons: string[] }[];
  assert.equal(suggestions[0]?.opportunityId, mine);
  assert.ok((suggestions[0]?.reasons.length ?? 0) > 0, 'a suggestion says why');
  assert.equal(count(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${sent.id}'`), 0);
  const request = seller(world).insert('PC_Service_Request__c', { Attention__c: String(attention.Id), Kind__c: 'link', Target__c: mine });
  await untilShown(world, mine, 'the opportunity carries the referral', (record) => record.Referral_Identifier__c === sent.id);
  await untilShown(world, request, 'the request is answered', (record) => record.Outcome__c === 'Done');
  await settled(world);
  assert.equal(row(world, String(attention.Id)).Status__c, 'Closed');
  assert.equal(row(world, mine).Sync_with_Partner_Center__c, true);
  assert.equal(count(`SELECT Id FROM Opportunity WHERE Name = 'Trey Research archive'`), 1);
});

test('A seller declines a deal with a reason', async () => {
  const sent = microsoft().sendDeal({ name: 'Not for us', customer: { name: 'Declined Ltd' } });
  const id = await arrived(world, sent.id);
  await untilState(world, id, 'Needs you');
  const { outcome } = await ask(world, id, 'decline', { Reason__c: 'Budget not adequate' });
  assert.equal(outcome, 'Done');
  assert.deepEqual([referralOf(world, id).substatus, referralOf(world, id).statusReason], ['Declined', 'Budget not adequate']);
  const again = await ask(world, id, 'accept');
  assert.equal(again.outcome, 'Refused');
  assert.match(again.message, /declined already/);
});

test('A deal about to expire warns its owner once, and says so when it has expired', async () => {
  const sent = microsoft().sendDeal({ name: 'Running out', customer: { name: 'Hourglass Ltd' } });
  const id = await arrived(world, sent.id);
  await untilState(world, id, 'Needs you');
  await settled(world);
  const warnings = (): number => world.org.notifications.filter((one) => one.type === 'PC_Expiring' && one.targetId === id).length;
  assert.equal(warnings(), 0);
  world.advance(11 * day + 60_000);
  await until('the owner is warned', () => warnings() === 1);
  await settled(world);
  world.advance(3 * day);
  await until('the deal has expired', () => referralOf(world, id).substatus === 'Expired');
  await untilShown(world, id, 'the opportunity says that it has expired', (record) => /expired/.test(String(record.PC_Sync_Message__c)));
  assert.equal(warnings(), 1);
});

test('A substatus nobody knows yet is shown as it is and stops nothing', async () => {
  const sent = microsoft().sendDeal({ name: 'Of the future', customer: { name: 'Tomorrow Ltd' } });
  const id = await arrived(world, sent.id);
  await settled(world);
  microsoft().setState(sent.id, 'Active', 'Accepted');
  microsoft().setState(sent.id, 'Active', 'Engaged');
  await untilShown(world, id, 'the unknown state is shown', (record) => String(record.PC_Referral_Status__c).includes('Engaged'));
  await settled(world);
  seller(world).update(id, { Amount: 91_000 });
  await until('edits go on', () => referralOf(world, id).details.dealValue === 91_000);
  assert.notEqual(stateOf(world, id), 'Needs you', messageOf(world, id));
});

test('A lead is left alone, as the setting says', async () => {
  const lead = microsoft().sendLead({ name: 'Only a lead', customer: { name: 'Lead Ltd' } });
  await settled(world);
  assert.equal(count(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${lead.id}'`), 0);
});

test('An incoming deal belongs to the default owner, never to the integration user, and its owner is told', async () => {
  const before = world.org.notifications.length;
  const sent = microsoft().sendDeal({ name: 'Whose is it', customer: { name: 'Owner Ltd' } });
  const id = await arrived(world, sent.id);
  await settled(world);
  assert.equal(row(world, id).OwnerId, world.org.userId(people.seller));
  assert.deepEqual(world.org.notifications.slice(before).filter((one) => one.type === 'PC_New_Deal').length, 1);
});

test('An opportunity whose making was cut off is found again, and its owner is told of it all the same, once', async () => {
  const before = world.org.notifications.length;
  const restore = world.salesforceFaults.add({ method: 'POST', path: /composite\/graph/, fault: { kind: 'cut' }, count: 1 });
  const sent = microsoft().sendDeal({ name: 'Cut off', customer: { name: 'Cut Ltd' } });
  const id = await arrived(world, sent.id);
  await untilState(world, id, 'Needs you');
  await settled(world);
  restore();
  assert.equal(count(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${sent.id}'`), 1);
  const bells = world.org.notifications.slice(before).filter((one) => one.targetId === id && one.type === 'PC_New_Deal');
  assert.equal(bells.length, 1);
  assert.match(String(row(world, id).Audit__c), /made by a try that was cut off/);
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
