/** A won deal is registered with Microsoft from Salesforce, by request (API §9). */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  acceptedDeal,
  ask,
  auditOf,
  forget,
  isQuiet,
  openWorld,
  partnerWrites,
  people,
  referralOf,
  row,
  seller,
  settled,
  sharedDeal,
  stateOf,
  until,
  untilShown,
  type World,
} from './scene.ts';

let world: World;
const choice = "On Azure, in the customer's subscription, pay as you go";

before(async () => {
  world = await openWorld();
});

after(() => world?.close());

/** Won at once by an admin's release, or after the 72 hours. */
async function win(id: string): Promise<void> {
  seller(world).update(id, { StageName: 'Closed Won' });
  await settled(world);
  if (referralOf(world, id).substatus !== 'Won') await ask(world, id, 'release_hold', {}, people.admin);
  await until('the deal is won', () => referralOf(world, id).substatus === 'Won');
  await settled(world);
}

test('A deal that is not won, or that Microsoft cannot see, is not registered, and the answer says why', async () => {
  const open = await acceptedDeal(world);
  const early = await ask(world, open, 'register', { Reason__c: choice });
  assert.deepEqual([early.outcome, early.message], ['Refused', 'Only a won deal can be registered.']);
  const hidden = await sharedDeal(world, { help: null });
  await win(hidden);
  const answer = await ask(world, hidden, 'register', { Reason__c: choice });
  assert.equal(answer.outcome, 'Refused');
  assert.match(answer.message, /private deal/);
  assert.equal(referralOf(world, hidden).registrations.length, 0);
});

test('A won co-sell deal is registered once, with value, day and solution of the deal, and its state is shown', async () => {
  const id = await acceptedDeal(world);
  world.advance(73 * 3_600_000);
  await win(id);
  const vague = await ask(world, id, 'register', { Note__c: 'signed: last week' });
  assert.equal(vague.outcome, 'Refused');
  assert.match(vague.message, /needs a day .*where the solution runs/);

  forget(world);
  const { outcome, message } = await ask(world, id, 'register', { Reason__c: choice, Note__c: 'signed: 2026-12-01\nend: 2027-12-01' });
  assert.deepEqual([outcome, message.includes('ReviewPending')], ['Done', true], message);
  const own = referralOf(world, id);
  assert.equal(own.registrations.length, 1);
  const { contract, solutionDetails } = own.registrations[0] as unknown as {
    contract: { value: number; term: string; signDateTime: string; endDateTime: string };
    solutionDetails: { id: string; isDeployedOnAzure: boolean; pricingModel: string }[];
  };
  assert.deepEqual(
    [contract.value, contract.term, contract.signDateTime.slice(0, 10), contract.endDateTime.slice(0, 10)],
    [own.details.dealValue, 'Finite', '2026-12-01', '2027-12-01'],
  );
  assert.deepEqual(
    [solutionDetails[0]?.id, solutionDetails[0]?.isDeployedOnAzure, solutionDetails[0]?.pricingModel],
    [own.details.requirements.solutions[0]?.id, true, 'PayAsYouGo'],
  );
  assert.equal(partnerWrites(world).length, 1);
  assert.equal(row(world, id).PC_Registration_Status__c, 'ReviewPending');
  assert.match(auditOf(world, id), /The won deal is registered/);

  const again = await ask(world, id, 'register', { Reason__c: choice });
  assert.equal(again.outcome, 'Done');
  assert.equal(referralOf(world, id).registrations.length, 1, 'not a second one');
});

test('The answer to a registration is lost: it is looked at again, and it is not sent twice', async () => {
  const id = await acceptedDeal(world);
  world.advance(73 * 3_600_000);
  await win(id);
  const remove = world.partner.faults.add({ service: 'partner-center', method: 'PATCH', fault: { kind: 'cut' }, count: 1 });
  const { outcome } = await ask(world, id, 'register', { Reason__c: choice });
  remove();
  assert.equal(outcome, 'Done');
  assert.equal(referralOf(world, id).registrations.length, 1);
});

test('A deal won too early: Microsoft fails the registration, and the opportunity shows it', async () => {
  const id = await acceptedDeal(world);
  await win(id);
  await ask(world, id, 'register', { Reason__c: choice });
  await untilShown(world, id, 'the failed registration', (record) => record.PC_Registration_Status__c === 'Failed');
});

test('What Partner Center refuses is the answer to the request', async () => {
  const id = await acceptedDeal(world);
  world.advance(73 * 3_600_000);
  await win(id);
  const remove = world.partner.faults.add({
    service: 'partner-center',
    method: 'PATCH',
    fault: { kind: 'answer', status: 400 },
    count: 1,
  });
  const { outcome, message } = await ask(world, id, 'register', { Reason__c: choice });
  remove();
  assert.equal(outcome, 'Refused');
  assert.match(message, /press Sync now/);
  assert.equal(referralOf(world, id).registrations.length, 0);
  assert.equal(stateOf(world, id), 'In sync', 'the deal stands as it did');
  assert.match(auditOf(world, id), /\| refused \|/);
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
