/** Orgs that differ: opportunity teams, and record types that do not know every value. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  acceptedDeal,
  auditOf,
  isQuiet,
  openWorld,
  referralOf,
  row,
  seller,
  settled,
  stateOf,
  until,
  untilShown,
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

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
