/** What happens to deals while a guess about a remote is tried: each story ends in a state that does not depend on the guess. */
import assert from 'node:assert/strict';

import { toSyncError } from '../../src/errors.ts';
import { ConnectionLost } from '../../simulators/faults.ts';

import type { Referral } from '../../simulators/partner-center/model.ts';
import { people, type Scene } from './virtual-scene.ts';

const hour = 3_600_000;
const deal = 'Fabrikam cold-chain analytics';
const help = 'Proof of concept or demo';

const day = (referral: Referral): string => String(referral.details.closingDateTime).slice(0, 10);

/** A private deal becomes a co-sell deal, Microsoft accepts, both sides edit, it is won. */
export async function wholeLife(scene: Scene): Promise<void> {
  const { seller, center } = scene;
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  seller.update(id, { How_can_Microsoft_help__c: help, PC_Note_to_Microsoft__c: 'Please join the next call.' });
  await scene.shows(id, 'Waiting for Microsoft');
  await scene.rest();
  assert.equal(scene.leg(id)?.inviteContext?.assistanceRequestCode, 'ProofOfConceptOrDemo');

  center.microsoft.accept(scene.own(id).id);
  await scene.until('status, seller and identifier of Microsoft', () => {
    const row = scene.row(id);
    return (
      row['PC_Microsoft_Status__c'] === 'Active / Accepted' &&
      String(row['PC_Microsoft_Seller__c']).includes('morgan.field@microsoft.example') &&
      row['PC_Microsoft_CRM_Id__c']
    );
  });
  center.microsoft.edit(scene.own(id).id, { dealValue: 131_000, notes: ' Kick-off on Monday. ' }, 'partner referral');
  await scene.until('the edit of Microsoft', () => scene.row(id)['Amount'] === 131_000 && scene.row(id)['PC_Shared_Notes__c']);
  seller.update(id, { CloseDate: '2026-09-30', Name: 'Fabrikam analytics' });
  await scene.until('the edit of the seller', () => day(scene.own(id)) === '2026-09-30' && scene.own(id).name === 'Fabrikam analytics');
  await scene.quiet();

  seller.update(id, { StageName: 'Closed Won' });
  await scene.shows(id, 'On hold');
  await scene.rest();
  scene.world.scheduler.leap(73 * hour);
  await scene.until('Won after 72 hours', () => scene.own(id).substatus === 'Won');
  await scene.shows(id, 'In sync');
  assert.match(String(scene.row(id)['PC_Sync_Message__c']), /won in Partner Center/);
}

/** Microsoft sends two deals; one is accepted and edited, the other declined. */
export async function incomingDeals(scene: Scene): Promise<void> {
  const { center, seller } = scene;
  const [wanted, unwanted] = ['Wanted', 'Unwanted'].map((name) => center.microsoft.sendDeal({ name, customer: { name: `${name} Ltd` } }));
  assert.ok(wanted && unwanted);
  const id = await scene.arrived(wanted.id);
  const other = await scene.arrived(unwanted.id);
  await scene.shows(id, 'Needs you');
  assert.equal((await scene.ask(id, 'accept')).outcome, 'Done');
  assert.equal((await scene.ask(other, 'decline', { Reason__c: 'Not a customer' })).outcome, 'Done');
  seller.update(id, { Amount: 81_500 });
  await scene.until('the amount', () => scene.own(id).details.dealValue === 81_500);
  assert.deepEqual([scene.own(id).substatus, scene.own(other).substatus], ['Accepted', 'Declined']);
  assert.equal(scene.org.state.rows('Opportunity').filter((row) => row['Referral_Identifier__c'] === wanted.id).length, 1);
  await scene.shows(id, 'In sync');
}

/** Every notice is lost: the sweep finds three new deals and an edit. */
export async function sweepFinds(scene: Scene): Promise<void> {
  const { center } = scene;
  center.registration.take('https://somebody.else.example/hook');
  const sent = ['First', 'Second', 'Third'].map((name) =>
    center.microsoft.sendDeal({ name, currency: 'USD', customer: { name: `${name} Ltd` } }),
  );
  const ids: string[] = [];
  for (const { id } of sent) ids.push(await scene.arrived(id));
  await scene.rest();
  const [first = ''] = ids;
  center.microsoft.edit(scene.own(first).id, { dealValue: 99_000 }, 'partner referral');
  await scene.until('the edit', () => scene.row(first)['Amount'] === 99_000);
  assert.equal(scene.org.state.rows('Opportunity').filter((row) => row['Referral_Identifier__c']).length, 3);
}

/** The answers to both POSTs are lost: each referral is made once. */
export async function cutOff(scene: Scene): Promise<void> {
  const { center, world } = scene;
  const posts = { service: 'partner-center', method: 'POST', path: /referrals\/?$/ };
  world.faults.next({ kind: 'cut' }, posts);
  const id = scene.share(deal, { How_can_Microsoft_help__c: help });
  await scene.until('the first POST', () => world.faults.unused().length === 0);
  world.faults.next({ kind: 'cut' }, posts);
  await scene.shows(id, 'Waiting for Microsoft', 90);
  await scene.rest();
  assert.deepEqual(world.faults.unused(), []);
  assert.deepEqual(
    center.referrals().map(({ organizationId }) => organizationId === 'msft'),
    [false, true],
  );
}

/** Lost with a reason; retired as a duplicate; accepted and won in one go. */
export async function closings(scene: Scene): Promise<void> {
  const { seller, center } = scene;
  const lost = scene.share(deal);
  const won = await scene.arrived(center.microsoft.sendDeal({ name: 'Quick', customer: { name: 'Quick Ltd' } }).id);
  await scene.shows(lost, 'In sync');
  seller.update(lost, { StageName: 'Closed Lost', PC_Lost_Reason__c: 'Budget not adequate' });
  await scene.until('the deal is lost', () => scene.own(lost).substatus === 'Lost');
  assert.equal(scene.own(lost).statusReason, 'Budget not adequate');
  seller.update(won, { StageName: 'Closed Won' });
  await scene.until('the deal is accepted', () => scene.own(won).substatus === 'Accepted');
  await scene.rest();
  scene.world.scheduler.leap(73 * hour);
  await scene.until('the deal is won', () => scene.own(won).substatus === 'Won');
}

/** What is frozen in Partner Center changes in Salesforce: it is shown as different, never sent, and the rest flows. */
export async function frozenFields(scene: Scene): Promise<void> {
  const { seller } = scene;
  const id = scene.share(deal, { How_can_Microsoft_help__c: help });
  await scene.shows(id, 'Waiting for Microsoft');
  await scene.rest();
  const before = scene.own(id);
  seller.update(String(scene.row(id)['AccountId']), { BillingCity: 'Malmö', NumberOfEmployees: 12_000 });
  seller.update(id, { Amount: 64_000, PC_Note_to_Microsoft__c: 'Another note' });
  await scene.until('the amount flows', () => scene.own(id).details.dealValue === 64_000);
  await scene.rest();
  const after = scene.own(id);
  assert.deepEqual([after.customerProfile, after.inviteContext], [before.customerProfile, before.inviteContext]);
  assert.match(String(scene.row(id)['PC_Sync_Message__c']), /City differs .* cannot be changed there any more/);
}

/** A colleague saves in Partner Center while our change is on its way: both edits are there. */
export async function editedInBetween(scene: Scene): Promise<void> {
  const { seller, center, world } = scene;
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  await scene.rest();
  const before = world.faults.requests.length;
  world.faults.next({ kind: 'delay', ms: 3_000 }, { service: 'partner-center', method: 'PATCH' });
  seller.update(id, { Amount: 71_000 });
  await scene.until('the PATCH is on its way', () => world.faults.requests.slice(before).some(({ method }) => method === 'PATCH'));
  center.editAsPartner(scene.own(id).id, (draft) => Object.assign(draft, { name: 'Renamed by a colleague' }));
  await scene.until('both edits', () => scene.own(id).details.dealValue === 71_000 && scene.row(id)['Name'] === 'Renamed by a colleague');
}

/** A colleague closes the deal in Partner Center while the seller wins it. */
export async function closedInBetween(scene: Scene): Promise<void> {
  const { seller, center, world } = scene;
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  await scene.rest();
  const before = world.faults.requests.length;
  world.faults.next({ kind: 'delay', ms: 3_000 }, { service: 'partner-center', method: 'PATCH' });
  seller.update(id, { StageName: 'Closed Won' });
  await scene.until('the PATCH is on its way', () => world.faults.requests.slice(before).some(({ method }) => method === 'PATCH'));
  center.editAsPartner(scene.own(id).id, (draft) =>
    Object.assign(draft, { status: 'Closed', substatus: 'Lost', statusReason: 'Requirement not met' }),
  );
  await scene.until('the opportunity says so', () => /stays so/.test(String(scene.row(id)['PC_Sync_Message__c'])));
  assert.equal(scene.own(id).substatus, 'Lost');
}

/** Nobody answers a deal from Microsoft: it expires, and the opportunity says so. */
export async function expiry(scene: Scene, days: number): Promise<void> {
  const sent = scene.center.microsoft.sendDeal({ name: 'Unanswered', customer: { name: 'Unanswered Ltd' } });
  const id = await scene.arrived(sent.id);
  await scene.rest();
  scene.world.scheduler.leap((days * 24 - 1) * hour);
  assert.equal(scene.own(id).status, 'New');
  await scene.until('it has expired', () => /expired without an answer/.test(String(scene.row(id)['PC_Sync_Message__c'])), 3 * 60);
}

export async function retires(scene: Scene, allowed: boolean): Promise<void> {
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  const { outcome, message } = await scene.ask(id, 'retire', { Reason__c: 'Test referral' }, people.admin);
  assert.equal(outcome, allowed ? 'Done' : 'Refused', message);
  assert.equal(scene.own(id).substatus, allowed ? 'Error' : 'Accepted');
}

/** The receiver of webhooks is away; what was not delivered again is found by a sweep. */
export async function receiverAway(scene: Scene): Promise<void> {
  const { world, center } = scene;
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  await scene.rest();
  const { door } = world;
  world.door = () => Promise.reject(new ConnectionLost('The receiver is away.'));
  center.editAsPartner(scene.own(id).id, (draft) => Object.assign(draft, { name: 'Renamed meanwhile' }));
  world.look();
  await world.scheduler.run(world.scheduler.now() + 3 * 60_000);
  world.door = door;
  await scene.until('the new name', () => scene.row(id)['Name'] === 'Renamed meanwhile');
}

/** The receiver needs three seconds: Microsoft may take that for a failure and deliver again. */
export async function receiverSlow(scene: Scene): Promise<void> {
  const { world, center } = scene;
  const { door } = world;
  world.door = async (request) => {
    await world.scheduler.wait(3_000);
    return door(request);
  };
  const sent = center.microsoft.sendDeal({ name: 'Slow', customer: { name: 'Slow Ltd' } });
  const id = await scene.arrived(sent.id);
  await scene.shows(id, 'Needs you');
  world.door = door;
  await scene.rest();
  assert.equal(scene.org.state.find('Opportunity', 'Referral_Identifier__c', sent.id).length, 1);
}

/** A person in the portal, with Microsoft's own page. */
async function inPortal(scene: Scene, method: string, path: string, body: unknown): Promise<number> {
  const answer = await scene.center.service({
    method,
    url: `/v1.0/engagements${path}`,
    headers: { authorization: `Bearer ${scene.world.signIn.tokenOfAPerson()}`, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  });
  return answer.status;
}

export async function registeredEarly(scene: Scene, status: string): Promise<void> {
  const id = scene.share(deal, { How_can_Microsoft_help__c: help });
  await scene.shows(id, 'Waiting for Microsoft');
  scene.center.microsoft.accept(scene.own(id).id);
  await scene.shows(id, 'In sync');
  scene.seller.update(id, { StageName: 'Closed Won' });
  await scene.shows(id, 'On hold');
  assert.equal((await scene.ask(id, 'release_hold', {}, people.admin)).outcome, 'Done');
  await scene.until('the deal is won', () => scene.own(id).substatus === 'Won');
  const registration = { type: 'AzureIPCoSell', contract: { currency: 'USD', value: 120_000, term: 'Finite' } };
  const answer = await inPortal(scene, 'PATCH', `/referrals/${scene.own(id).id}`, [
    { op: 'add', path: '/registrations/-', value: registration },
  ]);
  assert.ok(answer < 300, String(answer));
  await scene.until('the registration is shown', () => scene.row(id)['PC_Registration_Status__c'] === status);
}

/** The tokens lose what Microsoft asks for; with good ones it goes on where it stopped. */
export async function tokensWithout(
  scene: Scene,
  kind: 'without MFA' | 'of the application',
  end: 'sign in' | 'named' | 'goes on',
): Promise<void> {
  const { world, seller } = scene;
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  await scene.rest();
  world.signIn.tokensAre(kind);
  seller.update(id, { Amount: 47_000 });
  const arrived = (): boolean => scene.own(id).details.dealValue === 47_000;
  if (end !== 'goes on') {
    const told = (): boolean => {
      const codes = world.trace.counts.get('told');
      return (
        codes?.has(end === 'sign in' ? 'PC_SIGN_IN' : 'PC_NO_ACCESS') === true || (end === 'named' && codes?.has('PC_SIGN_IN') === true)
      );
    };
    await scene.until('it is told', told);
    assert.equal(arrived(), false);
    world.signIn.tokensAre('with MFA');
    world.signIn.renew();
    const admin = scene.org.asUser(people.admin);
    admin.insert('PC_Service_Request__c', { Kind__c: 'retry_all' });
  }
  await scene.until('the amount', arrived, 90);
}

export async function referralsUser(scene: Scene, mayWrite: boolean): Promise<void> {
  scene.org.update(scene.world.template.seeded.users.seller, { Email: 'connector@partner.example' });
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  await scene.rest();
  scene.users['connector@partner.example'] = { role: 'referrals user' };
  scene.seller.update(id, { Amount: 47_000 });
  if (mayWrite) {
    await scene.until('the amount', () => scene.own(id).details.dealValue === 47_000);
    return;
  }
  await scene.shows(id, 'Needs you');
  assert.match(String(scene.row(id)['PC_Sync_Message__c']), /Referrals admin/);
}

export async function registersHook(scene: Scene, allowed: boolean): Promise<void> {
  const core = scene.fleet.replicas[0]?.core();
  assert.ok(core);
  const work = core.partnerCenter.registration.register(null).then(
    ({ owner }) => owner,
    (thrown: unknown) => toSyncError(thrown).code,
  );
  let end: string | null = null;
  void work.then((told) => (end = told));
  await scene.until('it is decided', () => end !== null);
  assert.equal(end, allowed ? 'ours' : 'PC_NO_ACCESS');
}

export async function notesTooLong(scene: Scene): Promise<void> {
  const id = scene.share(deal);
  await scene.shows(id, 'In sync');
  scene.seller.update(id, { PC_Shared_Notes__c: 'Much more than twenty letters of notes.' });
  await scene.shows(id, 'Needs you');
  await scene.quiet();
  assert.deepEqual([scene.row(id)['PC_Sync_State__c'], scene.own(id).details.notes], ['Needs you', null]);
  assert.match(String(scene.row(id)['PC_Sync_Message__c']), /notes/i);
  scene.seller.update(id, { Amount: 49_000 });
  await scene.until('the amount goes all the same', () => scene.own(id).details.dealValue === 49_000);
  await scene.quiet();
  assert.equal(scene.row(id)['PC_Sync_State__c'], 'Needs you');
  scene.seller.update(id, { PC_Shared_Notes__c: 'Much more than twenty letters, and an amount.', Amount: 50_000 });
  await scene.until('the amount goes in the same save', () => scene.own(id).details.dealValue === 50_000);
  await scene.quiet();
  assert.equal(scene.own(id).details.notes, null);
  scene.seller.update(id, { PC_Shared_Notes__c: 'Short notes.' });
  await scene.until('the short notes', () => scene.own(id).details.notes === 'Short notes.');
  await scene.shows(id, 'In sync');
}

export async function referenceTooLong(scene: Scene): Promise<void> {
  const id = scene.share(deal);
  await scene.shows(id, 'Needs you');
  assert.match(String(scene.row(id)['PC_Sync_Message__c']), /externalReferenceId/);
  assert.equal(scene.center.referrals().length, 0);
}

export function mapsSalesStage({ org }: { readonly org: Scene['org'] }): void {
  const rule = org.state.rows('PC_Field_Map__mdt').find((one) => one['DeveloperName'] === 'Sales_Stage');
  assert.ok(rule);
  org.state.put('PC_Field_Map__mdt', { ...rule, Direction__c: 'To Partner Center', On_Create__c: true, On_Update__c: true });
}

export async function salesStage(scene: Scene, words: 'any' | 'percent' | 'word'): Promise<void> {
  const id = scene.share(deal);
  if (words === 'any') {
    await scene.shows(id, 'In sync');
    assert.equal(scene.own(id).salesStage, 'Qualification');
    return;
  }
  await scene.shows(id, 'Needs you');
  assert.match(String(scene.row(id)['PC_Sync_Message__c']), /salesStage/);
}

export async function microsoftEdits(scene: Scene): Promise<void> {
  const { center } = scene;
  const id = scene.share(deal, { How_can_Microsoft_help__c: help });
  await scene.shows(id, 'Waiting for Microsoft');
  center.microsoft.accept(scene.own(id).id);
  await scene.shows(id, 'In sync');
  center.microsoft.edit(scene.own(id).id, { dealValue: 131_000, notes: 'From Microsoft' });
  await scene.rest();
  const own = scene.own(id);
  assert.deepEqual([scene.row(id)['Amount'], scene.row(id)['PC_Shared_Notes__c'] ?? null], [own.details.dealValue, own.details.notes]);
}
