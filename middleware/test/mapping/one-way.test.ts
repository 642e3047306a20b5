/** One-way steps made outside the panel wait there for a confirmation, when the setting says so. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  ask,
  forget,
  isQuiet,
  messageOf,
  newDeal,
  openWorld,
  ownReferrals,
  partnerWrites,
  referralOf,
  row,
  seller,
  settled,
  stateOf,
  until,
  untilState,
  type World,
} from '../scenarios/scene.ts';

let world: World;

before(async () => {
  world = await openWorld({ orgSettings: { Confirm_One_Way_Steps: 'true', Won_Hold_Hours: '0' } });
});

after(() => world?.close());

const rows = (id: string) =>
  world.org.query(
    `SELECT Kind__c, Cause__c, Field__c, Status__c FROM PC_Attention__c WHERE Opportunity__c = '${id}' AND Kind__c = 'confirm' ORDER BY CreatedDate, Id`,
  );
const openRows = (id: string) =>
  rows(id)
    .filter((one) => one.Status__c === 'Open')
    .map((one) => one.Cause__c);
const noticesOf = (id: string): number => world.org.notifications.filter((one) => JSON.stringify(one).includes(id)).length;

/** What the panel does: the confirmation, then the change it belongs to. */
function inPanel(id: string, field: string | null, change: { readonly [name: string]: string | boolean }): void {
  seller(world).insert('PC_Request__c', { Opportunity__c: id, Kind__c: 'confirm', ...(field === null ? {} : { Field__c: field }) });
  seller(world).update(id, change);
}

test('A tick in a list view waits: nothing is sent, and the opportunity says what it would mean', async () => {
  const before = ownReferrals(world).length;
  const id = newDeal(world, { help: null });
  await untilState(world, id, 'Needs you');
  assert.match(messageOf(world, id), /ticked outside the panel.*private deal.*confirm/s);
  assert.deepEqual(openRows(id), ['share']);
  assert.equal(ownReferrals(world).length, before);
  const answer = await ask(world, id, 'confirm');
  assert.deepEqual([answer.outcome, stateOf(world, id), openRows(id)], ['Done', 'In sync', []]);
  assert.equal(ownReferrals(world).length, before + 1);
});

test('A tick in the panel is confirmed by the panel: nobody is asked', async () => {
  const id = newDeal(world, { help: null, tick: false });
  inPanel(id, null, { Sync_with_Partner_Center__c: true });
  await untilState(world, id, 'In sync');
  await settled(world);
  assert.deepEqual(rows(id), []);
  assert.equal(noticesOf(id), 0);
  assert.equal(world.org.query(`SELECT Outcome__c FROM PC_Request__c WHERE Opportunity__c = '${id}'`)[0]?.Outcome__c, 'Done');
});

test('Help asked for by inline edit waits while everything else flows; confirmed, Microsoft is asked', async () => {
  const id = newDeal(world, { help: null, tick: false });
  inPanel(id, null, { Sync_with_Partner_Center__c: true });
  await untilState(world, id, 'In sync');
  seller(world).update(id, { How_can_Microsoft_help__c: 'Quotes or licensing', Amount: 12_345 });
  await untilState(world, id, 'Needs you');
  await until('the amount flows all the same', () => referralOf(world, id).details.dealValue === 12_345);
  assert.deepEqual(openRows(id), ['help']);
  assert.equal(world.partner.partnerCenter.legOf(referralOf(world, id).id), undefined);
  assert.equal(referralOf(world, id).consent.consentToShareReferralWithMicrosoftSellers, false);
  const answer = await ask(world, id, 'confirm', { Field__c: 'help' });
  assert.equal(answer.outcome, 'Done');
  await untilState(world, id, 'Waiting for Microsoft');
  assert.equal(world.partner.partnerCenter.legOf(referralOf(world, id).id)?.inviteContext?.assistanceRequestCode, 'QuotesOrLicensing');
});

test('Help that was asked for before sharing is part of sharing: one confirmation does', async () => {
  const id = newDeal(world, { tick: false });
  inPanel(id, null, { Sync_with_Partner_Center__c: true });
  await untilState(world, id, 'Waiting for Microsoft');
  assert.deepEqual(rows(id), []);
});

test('Made visible in a list view: it waits, and taken back it was never sent', async () => {
  const id = newDeal(world, { help: null, tick: false });
  inPanel(id, null, { Sync_with_Partner_Center__c: true });
  await untilState(world, id, 'In sync');
  seller(world).update(id, { PC_Visible_to_Microsoft__c: true });
  await untilState(world, id, 'Needs you');
  assert.deepEqual(openRows(id), ['visible']);
  seller(world).update(id, { PC_Visible_to_Microsoft__c: false });
  await untilState(world, id, 'In sync');
  assert.deepEqual(openRows(id), []);
  inPanel(id, 'visible', { PC_Visible_to_Microsoft__c: true });
  await until('it is visible', () => referralOf(world, id).consent.consentToShareReferralWithMicrosoftSellers);
});

test('Closed as won by an import: it waits, and the deal stays open until someone confirms', async () => {
  const id = newDeal(world, { help: null, tick: false });
  inPanel(id, null, { Sync_with_Partner_Center__c: true });
  await untilState(world, id, 'In sync');
  seller(world).update(id, { StageName: 'Closed Won' });
  await untilState(world, id, 'Needs you');
  assert.match(messageOf(world, id), /Won closes the deal/);
  assert.equal(referralOf(world, id).status, 'Active');
  await ask(world, id, 'confirm', { Field__c: 'state' });
  await until('the deal is won', () => referralOf(world, id).substatus === 'Won');
  await untilState(world, id, 'In sync');
});

test('Two looks at a step that waits send nothing and ask once', async () => {
  const id = newDeal(world, { help: null });
  await untilState(world, id, 'Needs you');
  await settled(world);
  forget(world);
  await world.middleware.command('sync', { id });
  await settled(world);
  assert.deepEqual([partnerWrites(world), rows(id).length, row(world, id).Referral_Identifier__c ?? null], [[], 1, null]);
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
