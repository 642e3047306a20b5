/** Partner Center and Microsoft's sign-in in trouble: changes wait, nothing is lost or doubled, and the state is plain to see. */
import assert from 'node:assert/strict';
import { get } from 'node:https';
import { after, before, test } from 'node:test';

import {
  acceptedDeal,
  eventually,
  forget,
  isQuiet,
  messageOf,
  newDeal,
  openWorld,
  ownReferrals,
  partnerCalls,
  partnerWrites,
  referralOf,
  row,
  seller,
  settled,
  stateOf,
  status,
  until,
  untilState,
  type World,
} from './scene.ts';

let world: World;
let deal: string;

before(async () => {
  world = await openWorld();
  deal = await acceptedDeal(world);
});

after(() => world?.close());

const faults = () => world.partner.faults;
const value = (): unknown => referralOf(world, deal).details.dealValue;

/** What `cosell connect partner-center` does, with the authority's page answering at once. */
async function signInAgain(): Promise<void> {
  const { url, pending } = (await world.middleware.command('connect.begin', { redirectUri: 'http://localhost:1/callback' })) as {
    url: string;
    pending: unknown;
  };
  const location = await new Promise<string>((resolve, reject) => {
    get(url, { ca: world.partner.authority.root.pem }, (response) => {
      response.resume();
      resolve(String(response.headers.location));
    }).on('error', reject);
  });
  const query = new URL(location).searchParams;
  await world.middleware.command('connect.finish', {
    pending,
    answer: { code: query.get('code') ?? undefined, state: query.get('state') ?? undefined },
  });
}

test('Somebody was faster (412) twice in a row: it is read again, merged and written once', async () => {
  faults().next({ kind: 'answer', status: 412 }, { method: 'PATCH' });
  faults().next({ kind: 'answer', status: 412 }, { method: 'PATCH' });
  forget(world);
  seller(world).update(deal, { Amount: 31_000 });
  await until('the value is in Partner Center', () => value() === 31_000);
  await settled(world);
  assert.deepEqual(
    partnerWrites(world).map((call) => call.status),
    [412, 412, 200],
  );
});

test('A storm of 412: the deal is tried again later and arrives when the storm is over; other deals go on meanwhile', async () => {
  const other = newDeal(world, { help: null });
  await untilState(world, other, 'In sync');
  const id = referralOf(world, deal).id;
  const end = faults().add({ method: 'PATCH', path: new RegExp(id), fault: { kind: 'answer', status: 412 } });
  seller(world).update(deal, { Amount: 32_000 });
  await until('several tries were refused', () => partnerCalls(world).filter((call) => call.status === 412).length > 4);
  seller(world).update(other, { Amount: 32_111 });
  await until('the other deal goes on', () => referralOf(world, other).details.dealValue === 32_111);
  end();
  await until('the value arrives', () => value() === 32_000);
  await settled(world);
  assert.equal((await status(world)).parked, 0);
});

test('Partner Center asks to slow down (429 with Retry-After): nothing is sent before that time, then everything', async () => {
  faults().next({ kind: 'answer', status: 429, retryAfterSeconds: 60 }, { service: 'partner-center' });
  forget(world);
  seller(world).update(deal, { Amount: 33_000 });
  await until('the refusal came', () => partnerCalls(world).some((call) => call.status === 429));
  const calls = partnerCalls(world).length;
  seller(world).update(deal, { Amount: 33_001 });
  for (let looks = 0; looks < 5; looks += 1) await status(world);
  world.advance(30_000);
  await eventually('half of the time has passed for the service too', async () => (await status(world)).backlog > 0);
  assert.ok(partnerCalls(world).length <= calls + 1, 'silence is kept (a call that was on its way is allowed)');
  world.advance(35_000);
  await until('the value arrives', () => value() === 33_001);
  await settled(world);
});

test('Partner Center is down (503) while a seller works: the last value arrives when it is back', async () => {
  const end = faults().add({ service: 'partner-center', fault: { kind: 'answer', status: 503 } });
  seller(world).update(deal, { Amount: 34_000 });
  await until('it was tried', () => partnerCalls(world).some((call) => call.status === 503));
  seller(world).update(deal, { Amount: 34_001 });
  end();
  world.advance(20 * 60_000);
  await until('the value arrives', () => value() === 34_001);
  await settled(world);
});

test('A token that is refused once (401) is renewed without a word', async () => {
  world.partner.entra.revokeAccessTokens();
  seller(world).update(deal, { Amount: 35_000 });
  await until('the value arrives', () => value() === 35_000);
  await settled(world);
  assert.equal((await status(world)).state, 'Running');
});

test('The answer to a write is lost: it is looked at again, and the write is not made twice', async () => {
  faults().next({ kind: 'cut' }, { method: 'PATCH' });
  forget(world);
  seller(world).update(deal, { Amount: 36_000 });
  await until('the value arrives', () => value() === 36_000);
  await untilState(world, deal, 'In sync');
  await settled(world);
  assert.equal(partnerWrites(world).filter((call) => call.status === 200 || call.status === null).length, 1);
});

test('The answer to a create is lost, and Partner Center lists new referrals late: still exactly one', async () => {
  world.partner.partnerCenter.switches.listDelayMs = 1_500;
  world.partner.partnerCenter.webhooks.faultNext({ kind: 'lose' });
  faults().next({ kind: 'cut' }, { method: 'POST', path: /referrals\/?$/ });
  const id = newDeal(world, { help: null });
  await untilState(world, id, 'In sync');
  await settled(world);
  assert.equal(ownReferrals(world).filter((referral) => referral.externalReferenceId === id).length, 1);
  world.partner.partnerCenter.switches.listDelayMs = 0;
});

test('The sign-in has ended: the state says so, changes wait, and after a new consent everything goes on', async () => {
  world.partner.entra.revokeRefreshTokens();
  world.partner.entra.revokeAccessTokens();
  seller(world).update(deal, { Amount: 37_000 });
  const asleep = await eventually('the state says that a sign-in is needed', async () => {
    const now = await status(world);
    return now.state === 'Needs sign-in' ? now : null;
  });
  assert.match(String(asleep.message), /cosell connect partner-center/);
  const id = newDeal(world, { help: null });
  await eventually('both changes wait', async () => (await status(world)).backlog >= 2);
  assert.equal((await status(world)).parked, 0);
  await signInAgain();
  world.advance(61_000);
  await until('the change arrives', () => value() === 37_000);
  await untilState(world, id, 'In sync');
  await settled(world);
  assert.equal((await status(world)).state, 'Running');
});

test('What Partner Center refuses for good is shown on the opportunity with its words, and tried again when the seller changes it', async () => {
  const wasName = row(world, deal).Name;
  faults().next({ kind: 'answer', status: 400 }, { method: 'PATCH' });
  seller(world).update(deal, { Name: 'A name nobody likes' });
  await untilState(world, deal, 'Needs you');
  assert.match(messageOf(world, deal), /Sync now/);
  await settled(world);
  forget(world);
  await world.middleware.command('sweep');
  await settled(world);
  assert.deepEqual(partnerWrites(world), [], 'not tried over and over');
  seller(world).update(deal, { Name: `${String(wasName)} again` });
  await until('the new name is in Partner Center', () => referralOf(world, deal).name === `${String(wasName)} again`);
  await until('the opportunity is in sync again', () => stateOf(world, deal) === 'In sync');
  await settled(world);
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
