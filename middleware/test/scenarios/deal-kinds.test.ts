/** The kinds of deals and what belongs to each: upgrades, services, the on-hold stage of partners who come from Microsoft's connector, odd texts. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  acceptedDeal,
  arrived,
  forget,
  isQuiet,
  messageOf,
  newDeal,
  openWorld,
  partnerWrites,
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
  // a list of more than one page whose next link has the documented, odd form (API §4.1)
  world = await openWorld({ orgSettings: { On_Hold_Stage: 'Needs Analysis' }, partner: { pageSize: 2, oddNextLink: true } });
});

after(() => world?.close());

const microsoft = () => world.partner.partnerCenter.microsoft;
const legs = (id: string): number =>
  world.partner.partnerCenter
    .referrals()
    .filter((referral) => referral.organizationId === 'msft' && referral.engagementId === referralOf(world, id).engagementId).length;
const visibleAt = (id: string): boolean => referralOf(world, id).consent.consentToShareReferralWithMicrosoftSellers;

test('Private, then partner-led, then co-sell: the same referral goes up each step, and no step is taken back', async () => {
  const id = await sharedDeal(world, { help: null });
  const own = referralOf(world, id).id;
  assert.deepEqual([row(world, id).PC_Deal_Type__c, visibleAt(id), legs(id)], ['Private', false, 0]);

  seller(world).update(id, { PC_Visible_to_Microsoft__c: true });
  await untilShown(world, id, 'it is partner-led', (record) => record.PC_Deal_Type__c === 'Partner-led');
  await settled(world);
  assert.deepEqual([visibleAt(id), legs(id)], [true, 0]);
  seller(world).update(id, { PC_Visible_to_Microsoft__c: false });
  await settled(world);
  assert.equal(visibleAt(id), true, 'visible stays visible');
  assert.match(messageOf(world, id), /Visible to Microsoft sellers differs from Partner Center .* cannot be changed there any more/);
  seller(world).update(id, { PC_Visible_to_Microsoft__c: true });

  seller(world).update(id, { How_can_Microsoft_help__c: 'Quotes or licensing', PC_Note_to_Microsoft__c: 'Please join the call.' });
  await untilState(world, id, 'Waiting for Microsoft');
  await settled(world);
  assert.deepEqual([row(world, id).PC_Deal_Type__c, legs(id), referralOf(world, id).id], ['Co-sell', 1, own]);
  seller(world).update(id, { How_can_Microsoft_help__c: null, PC_Note_to_Microsoft__c: 'Something else.' });
  await untilShown(world, id, 'what cannot be taken back', (record) => {
    const message = String(record.PC_Sync_Message__c);
    return message.includes('Help from Microsoft differs') && message.includes('Note to Microsoft differs');
  });
  await settled(world);
  assert.deepEqual([row(world, id).PC_Deal_Type__c, legs(id)], ['Co-sell', 1]);
});

test('A services deal carries its trio; with one part missing it waits and says which', async () => {
  const id = newDeal(world, { opportunity: { PC_Partner_Role__c: 'Implementation partner', PC_Solution_Area__c: 'Data and AI' } });
  await untilState(world, id, 'Needs you');
  assert.match(messageOf(world, id), /services deal needs a solution play/);
  seller(world).update(id, { PC_Solution_Play__c: 'Migrate and modernise' });
  await untilState(world, id, 'Waiting for Microsoft');
  await settled(world);
  assert.deepEqual(
    referralOf(world, id)
      .details.requirements.additionalRequirements.attributes.map((one) => `${one.type}: ${one.id}`)
      .sort(),
    [
      'CustomerMarketplaceIntent: HaveNotDecided',
      'PartnerRole: Implementation partner',
      'SolutionArea: Data and AI',
      'SolutionPlay: Migrate and modernise',
    ],
  );
});

test('Won in Partner Center by a colleague: the opportunity is won', async () => {
  const id = await acceptedDeal(world);
  microsoft().setState(referralOf(world, id).id, 'Closed', 'Won');
  await untilShown(world, id, 'the opportunity is won', (record) => record.StageName === 'Closed Won');
  await settled(world);
});

test('Campaign and marketplace intent of a shared deal follow the seller', async () => {
  const campaign = world.org.insert('Campaign', { Name: 'Spring fair' });
  const id = await acceptedDeal(world, { opportunity: { PC_Marketplace_Intent__c: 'Yes' } });
  const intent = (): string | null | undefined =>
    referralOf(world, id).details.requirements.additionalRequirements.attributes.find((one) => one.type === 'CustomerMarketplaceIntent')
      ?.id;
  assert.equal(intent(), 'Yes');
  seller(world).update(id, { CampaignId: campaign, PC_Marketplace_Intent__c: 'No' });
  await until('both are in Partner Center', () => referralOf(world, id).campaignId === campaign && intent() === 'No');
  await settled(world);
});

test('An on-hold deal: edits are not sent, leaving the stage accepts it, and then they are', async () => {
  const sent = microsoft().sendDeal({ name: 'On hold first', dealValue: 10_000, currency: 'USD', customer: { name: 'Holding Ltd' } });
  const id = await arrived(world, sent.id);
  await settled(world);
  assert.equal(row(world, id).StageName, 'Needs Analysis');
  forget(world);
  seller(world).update(id, { Amount: 12_000 });
  await settled(world);
  assert.deepEqual(partnerWrites(world), [], 'nothing is sent while nobody has answered');
  seller(world).update(id, { StageName: 'Qualification' });
  await until('the deal is accepted with the edit', () => {
    const own = world.partner.partnerCenter.referral(sent.id);
    return own?.substatus === 'Accepted' && own.details.dealValue === 12_000;
  });
  await settled(world);
  assert.equal(row(world, id).StageName, 'Qualification', 'the stage stays where the seller put it');
});

test('An on-hold deal that is set to lost is declined', async () => {
  const sent = microsoft().sendDeal({ name: 'Not for us', customer: { name: 'Elsewhere Ltd' } });
  const id = await arrived(world, sent.id);
  await settled(world);
  seller(world).update(id, { StageName: 'Closed Lost', PC_Lost_Reason__c: 'Not a customer' });
  await until('the deal is declined', () => world.partner.partnerCenter.referral(sent.id)?.substatus === 'Declined');
  assert.equal(world.partner.partnerCenter.referral(sent.id)?.statusReason, 'Not a customer');
  await settled(world);
});

test('Escaped text is read as people wrote it, and a state that stands in the region is the state', async () => {
  const sent = microsoft().sendDeal({
    name: 'R&amp;D platform &lt;phase 2&gt;',
    notes: 'Smith &amp; Sons want a demo.',
    customer: { name: 'Smith &amp; Sons', state: null, region: 'Texas', country: 'US', city: 'Austin', postalCode: '73301' },
  });
  const id = await arrived(world, sent.id);
  await settled(world);
  const account = row(world, String(row(world, id).AccountId));
  assert.deepEqual(
    [row(world, id).Name, row(world, id).PC_Shared_Notes__c, account.Name, account.BillingState],
    ['R&D platform <phase 2>', 'Smith & Sons want a demo.', 'Smith & Sons', 'Texas'],
  );
});

test('The sweep follows the odd next link to the last page', async () => {
  world.partner.partnerCenter.webhooks.faultNext({ kind: 'lose' });
  world.partner.partnerCenter.webhooks.faultNext({ kind: 'lose' });
  const sent = microsoft().sendDeal({ name: 'On the last page', customer: { name: 'Last Page Ltd' } });
  await settled(world);
  assert.equal(world.org.query(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${sent.id}'`).length, 0);
  await world.middleware.command('sweep');
  await arrived(world, sent.id);
  await settled(world);
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
