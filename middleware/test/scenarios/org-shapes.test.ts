/** Orgs that differ: opportunity teams, and record types that do not know every value. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  acceptedDeal,
  arrived,
  ask,
  auditOf,
  isQuiet,
  messageOf,
  openWorld,
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

before(async () => {
  world = await openWorld({ org: { teams: true }, packages: ['force-app', 'force-teams'] });
  world.org.addUser({
    username: 'tess@cosell.test',
    firstName: 'Tess',
    lastName: 'Team',
    email: 'tess@partner.example',
    profile: 'standard',
  });
  world.org.update(world.org.userId('tess@cosell.test'), { Phone: '+44 113 496 0009' });
});

after(() => world?.close());

const microsoft = () => world.partner.partnerCenter.microsoft;
const mailsOf = (id: string): readonly (string | null)[] => referralOf(world, id).team.map((member) => member.email);
const membersOf = (id: string): readonly string[] =>
  world.org.query(`SELECT UserId FROM OpportunityTeamMember WHERE OpportunityId = '${id}'`).map((one) => String(one.UserId));

test('Who joins and leaves the opportunity team joins and leaves the deal; the owner is always on it', async () => {
  const id = await acceptedDeal(world);
  const tess = world.org.userId('tess@cosell.test');
  const owner = mailsOf(id);
  assert.equal(owner.length, 1);
  const member = seller(world).insert('OpportunityTeamMember', { OpportunityId: id, UserId: tess, TeamMemberRole: 'Sales Rep' });
  await until('Tess is on the deal', () => mailsOf(id).includes('tess@partner.example'));
  await settled(world);
  seller(world).delete(member);
  await until('Tess is off the deal', () => !mailsOf(id).includes('tess@partner.example'));
  await settled(world);
  assert.deepEqual(mailsOf(id), owner);
  assert.deepEqual(membersOf(id), []);
});

test('Lost in Partner Center with a reason the record type does not know: the deal is closed all the same, and the field is named', async () => {
  const id = await acceptedDeal(world);
  const stages = world.org.state.schema.field('Opportunity', 'StageName')?.picklist?.values.map((one) => one.value) ?? [];
  world.org.state.schema.putRecordType('Opportunity', {
    developerName: 'Channel',
    label: 'Channel',
    active: true,
    picklists: { StageName: stages, How_can_Microsoft_help__c: ['Proof of concept or demo'], PC_Lost_Reason__c: ['Other'] },
  });
  // the org's own restriction on our picklist, as some admins set it
  const reason = world.org.state.schema.field('Opportunity', 'PC_Lost_Reason__c');
  assert.ok(reason?.picklist);
  world.org.state.schema.putField('Opportunity', { ...reason, picklist: { ...reason.picklist, restricted: true } });
  world.org.query('SELECT Id FROM RecordType');
  const [recordType] = world.org.query("SELECT Id FROM RecordType WHERE DeveloperName = 'Channel'");
  world.org.update(id, { RecordTypeId: String(recordType?.Id) });
  await settled(world);
  microsoft().setState(referralOf(world, id).id, 'Closed', 'Lost', 'Budget not adequate');
  await untilShown(world, id, 'the deal is closed', (record) => record.StageName === 'Closed Lost');
  await settled(world);
  assert.equal(row(world, id).PC_Lost_Reason__c ?? null, null);
  assert.match(auditOf(world, id), /code CRM_PICKLIST \| text "Reason: .*Add the value to the record type, or map it to another one/);
  assert.equal(stateOf(world, id), 'In sync');
});

const restrict = (name: string): void => {
  const field = world.org.state.schema.field('Opportunity', name);
  assert.ok(field?.picklist);
  world.org.state.schema.putField('Opportunity', { ...field, picklist: { ...field.picklist, restricted: true } });
};
const offering = (picklists: { readonly [field: string]: readonly string[] }): void =>
  world.org.state.schema.putRecordType('Opportunity', { developerName: 'Direct', label: 'Direct', active: true, picklists });
const stages = (): readonly string[] =>
  world.org.state.schema.field('Opportunity', 'StageName')?.picklist?.values.map((one) => one.value) ?? [];
const ofThatKind = (id: string): void => {
  const [recordType] = world.org.query("SELECT Id FROM RecordType WHERE DeveloperName = 'Direct'");
  world.org.update(id, { RecordTypeId: String(recordType?.Id) });
};
/** A colleague does it in the portal. */
const sets = (referralId: string, intent: string, value?: number): void => {
  world.partner.partnerCenter.editAsPartner(referralId, ({ details }) => {
    const { attributes } = details.requirements.additionalRequirements;
    attributes.splice(0, attributes.length, { type: 'CustomerMarketplaceIntent', id: intent });
    if (value !== undefined) details.dealValue = value;
  });
};
const refusedRows = (id: string) =>
  world.org.query(
    `SELECT Message__c, Cure__c, Status__c FROM PC_Attention__c WHERE Opportunity__c = '${id}' AND Kind__c = 'refused' AND Status__c = 'Open'`,
  );

test('A value the record type does not know stays in sight with its cure, and arrives once the admin has added it', async () => {
  const help = ['Proof of concept or demo'];
  const id = await acceptedDeal(world);
  restrict('PC_Marketplace_Intent__c');
  offering({ StageName: stages(), How_can_Microsoft_help__c: help, PC_Marketplace_Intent__c: ['Yes', 'Have not decided'] });
  ofThatKind(id);
  await settled(world);
  sets(referralOf(world, id).id, 'No', 77_000);
  await untilShown(world, id, 'the refusal', (record) => record.PC_Sync_State__c === 'Needs you');
  await settled(world);
  assert.equal(row(world, id).Amount, 77_000, 'the rest of the change is there');
  assert.match(messageOf(world, id), /Marketplace intent: .*Add the value to the record type, or map it to another one/);
  assert.equal(refusedRows(id).length, 1);

  seller(world).update(id, { Name: 'Another name for this deal' });
  await until('the seller’s edit is sent all the same', () => referralOf(world, id).name === 'Another name for this deal');
  await settled(world);
  assert.equal(stateOf(world, id), 'Needs you', 'another change does not hide it');

  offering({ StageName: stages(), How_can_Microsoft_help__c: help, PC_Marketplace_Intent__c: ['Yes', 'No', 'Have not decided'] });
  await ask(world, id, 'sync_now');
  await untilState(world, id, 'In sync');
  await settled(world);
  assert.equal(row(world, id).PC_Marketplace_Intent__c, 'No');
  assert.equal(refusedRows(id).length, 0);
});

test('A deal from Microsoft with such a value becomes an opportunity without it, and asks for the cure', async () => {
  const field = world.org.state.schema.field('Opportunity', 'PC_Marketplace_Intent__c');
  assert.ok(field?.picklist);
  const without = field.picklist.values.filter((one) => one.value !== 'No');
  world.org.state.schema.putField('Opportunity', { ...field, picklist: { ...field.picklist, restricted: true, values: without } });
  await world.middleware.stop();
  const sent = microsoft().sendDeal({
    name: 'Wingtip marketplace plans',
    customer: { name: 'Wingtip Aviation', city: 'York', country: 'GB' },
  });
  sets(sent.id, 'No');
  await world.middleware.start();
  const id = await arrived(world, sent.id);
  await untilShown(world, id, 'the refusal', (record) => /Marketplace intent: /.test(String(record.PC_Sync_Message__c)));
  await settled(world);
  assert.equal(row(world, id).PC_Marketplace_Intent__c ?? null, null);
  assert.equal(refusedRows(id).length, 1);

  world.org.state.schema.putField('Opportunity', field);
  await ask(world, id, 'sync_now');
  await settled(world);
  assert.equal(row(world, id).PC_Marketplace_Intent__c, 'No');
  assert.equal(refusedRows(id).length, 0);
});

test('A deal that Microsoft loses while the record type has no such stage says so, and is closed once the stage is there', async () => {
  const id = await acceptedDeal(world);
  const help = ['Proof of concept or demo'];
  const intents = ['Yes', 'No', 'Have not decided'];
  restrict('StageName');
  offering({
    StageName: stages().filter((stage) => stage !== 'Closed Lost'),
    How_can_Microsoft_help__c: help,
    PC_Marketplace_Intent__c: intents,
  });
  ofThatKind(id);
  await settled(world);
  microsoft().setState(referralOf(world, id).id, 'Closed', 'Lost', 'Other');
  await untilShown(world, id, 'the refusal', (record) => record.PC_Sync_State__c === 'Needs you');
  await settled(world);
  assert.notEqual(row(world, id).StageName, 'Closed Lost');
  assert.match(messageOf(world, id), /State: /);

  offering({ StageName: stages(), How_can_Microsoft_help__c: help, PC_Marketplace_Intent__c: intents });
  await ask(world, id, 'sync_now');
  await untilShown(world, id, 'the deal is closed', (record) => record.StageName === 'Closed Lost');
  await settled(world);
  assert.equal(refusedRows(id).length, 0);
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
