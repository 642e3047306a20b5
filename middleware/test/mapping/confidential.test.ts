/** A mapping marked confidential shows that something changed, never what. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  acceptedDeal,
  ask,
  auditOf,
  isQuiet,
  messageOf,
  openWorld,
  referralOf,
  row,
  seller,
  settled,
  until,
  untilState,
  type World,
} from '../scenarios/scene.ts';

const canary = 'CANARY-7731';
let world: World;

before(async () => {
  world = await openWorld();
  const rule = world.org.state.rows('PC_Field_Map__mdt').find((one) => one['DeveloperName'] === 'Notes');
  assert.ok(rule);
  world.org.state.put('PC_Field_Map__mdt', { ...rule, Confidential__c: true, Owner__c: 'Ask' });
  await world.middleware.command('mapping.reload');
});

after(() => world?.close());

test('A confidential value that both sides change stands in no audit, message, question or notification', async () => {
  const id = await acceptedDeal(world);
  seller(world).update(id, { PC_Shared_Notes__c: `${canary} one` });
  await until('it is sent all the same', () => referralOf(world, id).details.notes === `${canary} one`);
  await settled(world);
  world.partner.faults.networkCut = true;
  seller(world).update(id, { PC_Shared_Notes__c: `${canary} here` });
  world.partner.partnerCenter.microsoft.edit(referralOf(world, id).id, { notes: `${canary} there` }, 'partner referral');
  world.partner.faults.networkCut = false;
  await untilState(world, id, 'Needs you');
  await settled(world);
  assert.match(messageOf(world, id), /Notes was changed on both sides/);
  assert.match(auditOf(world, id), /Notes: changed/);
  const questions = world.org.query(
    `SELECT Salesforce_Value__c, Partner_Center_Value__c, Message__c FROM PC_Attention__c WHERE Opportunity__c = '${id}'`,
  );
  const stored = await world.middleware.command('audit', { id });
  for (const [where, text] of Object.entries({
    audit: auditOf(world, id),
    message: messageOf(world, id),
    questions,
    bells: world.org.notifications,
    stored,
  })) {
    assert.ok(!JSON.stringify(text).includes(canary), `${where} tells the value: ${JSON.stringify(text).slice(0, 400)}`);
  }
  assert.equal(row(world, id).PC_Shared_Notes__c, `${canary} here`);
});

test('A confidential value that has no place in Salesforce is asked about without telling it', async () => {
  const rule = world.org.state.rows('PC_Field_Map__mdt').find((one) => one['DeveloperName'] === 'Marketplace_Intent');
  assert.ok(rule);
  const id = await acceptedDeal(world);
  world.org.state.put('PC_Field_Map__mdt', { ...rule, Confidential__c: true });
  await world.middleware.command('mapping.reload');
  const sets = (intent: string): void => {
    world.partner.partnerCenter.editAsPartner(referralOf(world, id).id, ({ details }) => {
      const { attributes } = details.requirements.additionalRequirements;
      attributes.splice(0, attributes.length, { type: 'CustomerMarketplaceIntent', id: intent });
    });
  };
  sets(canary);
  await untilState(world, id, 'Needs you');
  await settled(world);
  const questions = world.org.query(
    `SELECT Salesforce_Value__c, Partner_Center_Value__c, Message__c, Cure__c FROM PC_Attention__c WHERE Opportunity__c = '${id}'`,
  );
  assert.match(messageOf(world, id), /Marketplace intent: A picklist does not take this value .*Add the value to the record type/);
  for (const text of [auditOf(world, id), messageOf(world, id), questions, await world.middleware.command('audit', { id })])
    assert.ok(!JSON.stringify(text).includes(canary), JSON.stringify(text).slice(0, 400));

  sets('No');
  await untilState(world, id, 'In sync');
  assert.equal(row(world, id).PC_Marketplace_Intent__c, 'No');
});

test('The plan says that a confidential field changes, never to what; the deal is named without its name', async () => {
  const names = world.org.state.rows('PC_Field_Map__mdt').find((one) => one['DeveloperName'] === 'Deal_Name');
  assert.ok(names);
  world.org.state.put('PC_Field_Map__mdt', { ...names, Confidential__c: true });
  await world.middleware.command('mapping.reload');
  const id = await acceptedDeal(world);
  await world.middleware.command('pause', {});
  seller(world).update(id, { PC_Shared_Notes__c: `${canary} planned`, Name: `${canary} renamed` });
  const printed = JSON.stringify(await world.middleware.command('plan', { id }));
  assert.ok(!printed.includes(canary), printed);
  assert.match(printed, /Notes changes/);
  assert.match(printed, /"Notes: changed"/);
  await world.middleware.command('resume');
  await until('it is sent all the same', () => referralOf(world, id).details.notes === `${canary} planned`);
  await settled(world);
  const stored = await world.middleware.command('audit', { id });
  for (const [where, text] of Object.entries({ audit: auditOf(world, id), bells: world.org.notifications, stored }))
    assert.ok(!JSON.stringify(text).includes(canary), `${where} tells the value: ${JSON.stringify(text).slice(0, 400)}`);
});

test('A second look at all of it changes nothing', async () => {
  const open = world.org.query("SELECT Opportunity__c FROM PC_Attention__c WHERE Kind__c = 'conflict' AND Status__c = 'Open'");
  for (const one of open) await ask(world, String(one.Opportunity__c), 'put_back', { Field__c: 'notes', Value__c: 'salesforce' });
  await isQuiet(world);
});
