/** What happens to deals while a guess about Salesforce is tried. */
import assert from 'node:assert/strict';

import { RowError } from '../../simulators/salesforce/org-errors.ts';
import type { World } from '../simulation/world.ts';
import { people, type Scene } from './virtual-scene.ts';

const deal = 'Fabrikam cold-chain analytics';
const minute = 60_000;

/** A deal is shared and edited; the session ends in between. */
export async function signsInAgain(scene: Scene): Promise<void> {
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  scene.org.expireTokens();
  scene.seller.update(id, { Amount: 52_000 });
  await scene.until('the amount', () => scene.own(id).details.dealValue === 52_000);
}

/** The secret is wrong: it is told, and goes on by itself when the app has the right one. */
export async function wrongSecret(scene: Scene): Promise<void> {
  await scene.until('it is told', () => scene.world.trace.counts.get('told')?.has('CRM_SIGN_IN'));
  scene.org.registerApp({ consumerKey: 'consumer-key', consumerSecret: 'rotated', runAs: people.integration });
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
}

/** The seller saves while the service writes the opportunity. */
export async function savedInBetween(scene: Scene): Promise<void> {
  const { world, center, seller } = scene;
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  await scene.rest();
  const before = world.faults.requests.length;
  const writing = (): boolean =>
    world.faults.requests.slice(before).some(({ body }) => Buffer.from(body).toString('utf8').includes('PC_Shared_Notes__c":'));
  world.faults.add({ service: 'salesforce', method: 'POST', path: /composite/, fault: { kind: 'delay', ms: 400 } });
  center.editAsPartner(scene.own(id).id, (draft) => {
    draft.details.notes = 'From a colleague';
  });
  await scene.until('the service is about to write', writing);
  seller.update(id, { Amount: 53_000 });
  world.faults.clear();
  await scene.until(
    'both edits',
    () => scene.own(id).details.dealValue === 53_000 && scene.row(id)['PC_Shared_Notes__c'] === 'From a colleague',
  );
  assert.equal(scene.row(id)['Amount'], 53_000);
}

/** Texts with blanks at their ends travel both ways and come to rest. */
export async function blanksAtTheEnds(scene: Scene): Promise<void> {
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  scene.center.editAsPartner(scene.own(id).id, (draft) => {
    draft.details.notes = '  Two blanks before and after  ';
  });
  await scene.until('the notes', () => String(scene.row(id)['PC_Shared_Notes__c']).includes('Two blanks'));
  scene.seller.update(id, { Name: ' A name with blanks ' });
  await scene.until('the name', () => scene.own(id).name?.trim() === 'A name with blanks');
  await scene.shows(id, 'In sync');
}

/** A stage is taken out of the org after the mapping was read; a deal that is lost in Partner Center would get it. */
export async function stageRemoved(scene: Scene, refuses: boolean): Promise<void> {
  const { state } = scene.org;
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  await scene.rest();
  const stage = state.rows('OpportunityStage').find((row) => row['ApiName'] === 'Closed Lost');
  assert.ok(stage);
  state.put('OpportunityStage', { ...stage, ApiName: 'Dropped', MasterLabel: 'Dropped' });
  scene.center.editAsPartner(scene.own(id).id, (draft) =>
    Object.assign(draft, { status: 'Closed', substatus: 'Lost', statusReason: 'Requirement not met' }),
  );
  await scene.rest();
  assert.equal(scene.row(id)['StageName'], refuses ? 'Qualification' : 'Closed Lost');
  if (refuses) assert.match(String(scene.row(id)['Audit__c']), /CRM_PICKLIST.*State.*map it to another one/);
  assert.match(String(scene.row(id)['PC_Sync_Message__c']), /lost in Partner Center/);
}

/** An org with a record type that was there before the package. */
export function hasRecordType({ org }: World): void {
  org.state.schema.putRecordType('Opportunity', {
    developerName: 'Existing',
    label: 'Existing',
    active: true,
    picklists: { StageName: ['Qualification', 'Closed Won', 'Closed Lost'] },
  });
}

export async function recordType(scene: Scene): Promise<void> {
  const [type] = scene.org.state.rows('RecordType');
  const id = scene.world.template.seeded.opportunities[deal] ?? '';
  scene.org.update(id, { RecordTypeId: String(type?.['Id']) });
  scene.share(deal, { PC_Marketplace_Intent__c: null });
  await scene.until('the referral', () => scene.row(id)['Referral_Identifier__c']);
  scene.seller.update(id, { Amount: 54_000 });
  await scene.until('the amount', () => scene.own(id).details.dealValue === 54_000);
}

/** A campaign of the deal is deleted; everything else goes on. */
export async function campaignDeleted(scene: Scene): Promise<void> {
  const campaign = scene.org.insert('Campaign', { Name: 'Spring', IsActive: true });
  const id = scene.share(deal, { CampaignId: campaign });
  await scene.shows(id, 'In sync');
  assert.equal(scene.own(id).campaignId, campaign);
  scene.org.delete(campaign);
  await scene.rest();
  scene.seller.update(id, { Amount: 55_000 });
  await scene.until('the amount', () => scene.own(id).details.dealValue === 55_000);
  await scene.sweep();
}

/** The account of a deal is merged into another one: the difference is shown, and edits go on. */
export async function accountsMerged(scene: Scene): Promise<void> {
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  const loser = String(scene.row(id)['AccountId']);
  const master = scene.seller.insert('Account', { Name: 'Master Ltd', BillingCity: 'York', BillingCountry: 'GB' });
  scene.org.asUser(people.admin).merge(master, loser);
  assert.equal(scene.row(id)['AccountId'], master);
  scene.seller.update(id, { Amount: 55_500 });
  await scene.until('the amount', () => scene.own(id).details.dealValue === 55_500);
  await scene.sweep();
  assert.match(String(scene.row(id)['PC_Sync_Message__c']), /City differs .* cannot be changed there any more/);
}

/** Something in the org fails while Microsoft's edit is written. */
async function failsMeanwhile(scene: Scene, refuses: boolean, breakIt: () => void, repair: () => void): Promise<void> {
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  await scene.rest();
  breakIt();
  scene.center.editAsPartner(scene.own(id).id, (draft) => {
    draft.details.dealValue = 56_000;
  });
  if (refuses) {
    const attention = (): unknown =>
      scene.org.state.rows('PC_Attention__c').some((row) => row['Kind__c'] === 'refused' && row['Status__c'] === 'Open');
    await scene.until('people are told', attention);
    await scene.quiet();
    assert.notEqual(scene.row(id)['Amount'], 56_000);
    repair();
    assert.equal((await scene.ask(id, 'sync_now')).outcome, 'Done');
  }
  await scene.until('the amount', () => scene.row(id)['Amount'] === 56_000);
}

export function brokenRule(scene: Scene, refuses: boolean): Promise<void> {
  const { schema } = scene.org.state;
  const rule = { name: 'Broken', active: true, formula: 'No_Such_Field__c > 1', message: 'Never shown.' };
  return failsMeanwhile(
    scene,
    refuses,
    () => schema.putValidationRule('Opportunity', rule),
    () => schema.removeValidationRule('Opportunity', 'Broken'),
  );
}

export function failingFlow(scene: Scene, refuses: boolean): Promise<void> {
  let fails = false;
  scene.org.state.registerHooks({
    afterSave: (object, record) => {
      if (fails && object.name === 'Opportunity' && record['Amount'] === 56_000)
        throw new RowError('CANNOT_EXECUTE_FLOW_TRIGGER', 'We can’t save this record because the “Budget” process failed.');
    },
  });
  return failsMeanwhile(
    scene,
    refuses,
    () => {
      fails = true;
    },
    () => {
      fails = false;
    },
  );
}

/** Four shared deals, one of them with three contacts and three solutions: all of it is read. */
export async function manyRows(scene: Scene): Promise<void> {
  const names = [deal, 'Northwind data platform', 'Tailspin move to Azure', 'Woodgrove fraud detection'];
  const ids = names.map((name) => scene.share(name));
  const [first = ''] = ids;
  const account = String(scene.row(first)['AccountId']);
  for (const name of ['Kai', 'Lou']) {
    const contact = scene.seller.insert('Contact', {
      AccountId: account,
      FirstName: name,
      LastName: 'Ek',
      Email: `${name}@fabrikam.example`,
    });
    scene.seller.insert('OpportunityContactRole', { OpportunityId: first, ContactId: contact, Role: 'Influencer' });
  }
  for (const solution of scene.org.state.rows('PC_Solution__c').slice(1))
    scene.seller.insert('PC_Opportunity_Solution__c', { Opportunity__c: first, Solution__c: String(solution['Id']) });
  for (const id of ids) await scene.shows(id, 'In sync');
  await scene.until(
    'contacts and solutions',
    () => scene.own(first).customerProfile.team.length === 3 && scene.own(first).details.requirements.solutions.length === 3,
  );
  scene.world.events.bus.faults.loseNext(ids.length);
  for (const id of ids) scene.seller.update(id, { Amount: 57_000 });
  await scene.rest();
  await scene.sweep();
  for (const id of ids) assert.equal(scene.own(id).details.dealValue, 57_000);
}

export async function currency(scene: Scene, code: string): Promise<void> {
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  assert.equal(scene.own(id).details.currency, code);
}

/** Nothing happens for ten minutes, then a seller saves: the event alone brings it. */
export async function longSilence(scene: Scene): Promise<void> {
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  await scene.world.scheduler.run(scene.world.scheduler.now() + 10 * minute);
  scene.seller.update(id, { Amount: 58_000 });
  await scene.until('the amount', () => scene.own(id).details.dealValue === 58_000, 6);
}

/** The service is away for two hours while a seller saves. */
export async function awayForHours(scene: Scene): Promise<void> {
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  await scene.rest();
  const stopped = scene.fleet.stopAll();
  await scene.world.scheduler.run(scene.world.scheduler.now() + minute);
  await stopped;
  scene.seller.update(id, { Amount: 59_000 });
  scene.world.scheduler.leap(2 * 60 * minute);
  scene.fleet.join();
  await scene.until('the amount', () => scene.own(id).details.dealValue === 59_000);
}

/** Four deals are shared one after the other, whatever the org still allows of events. */
export async function fourDeals(scene: Scene): Promise<void> {
  const names = [deal, 'Northwind data platform', 'Tailspin move to Azure', 'Woodgrove fraud detection'];
  for (const id of names.map((name) => scene.share(name))) await scene.shows(id, 'In sync', 90);
  await scene.sweep();
}
