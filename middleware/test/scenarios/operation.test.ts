/** What an operator does to the service: stop, kill, pause, restart; and what an unknown org may not do. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { openOffline } from '../../src/app/index.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { SyncError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import type { TokenSource } from '../../src/partner-center/tokens.ts';
import { realSystem } from '../../src/system.ts';
import type { Transport } from '../../src/transport.ts';
import {
  acceptedDeal,
  auditOf,
  eventually,
  forget,
  isQuiet,
  newDeal,
  openWorld,
  ownReferrals,
  partnerCalls,
  partnerWrites,
  people,
  referralOf,
  row,
  salesforceWrites,
  seller,
  settled,
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

test('Paused, nothing is sent or taken; the pause survives a restart; resumed, everything that waited goes through', async () => {
  await world.middleware.command('pause', { reason: 'data load tonight' });
  forget(world);
  seller(world).update(deal, { Amount: 41_000 });
  world.partner.partnerCenter.microsoft.edit(referralOf(world, deal).id, { notes: 'Written during the pause.' });
  await eventually('the change waits', async () => (await status(world)).backlog > 0);
  await world.middleware.stop();
  await world.middleware.start();
  const paused = await status(world);
  assert.deepEqual([paused.state, paused.message?.split('\n')[0], paused.backlog], ['Paused', 'data load tonight', 1]);
  assert.deepEqual(partnerWrites(world), []);
  assert.deepEqual(salesforceWrites(world), []);
  await world.middleware.command('resume');
  await until(
    'both changes went through',
    () => referralOf(world, deal).details.dealValue === 41_000 && row(world, deal).PC_Shared_Notes__c === 'Written during the pause.',
  );
  await settled(world);
});

test('Stopped gently in the middle of a pass, the pass is finished or given back, and the next start goes on at once', async () => {
  const remove = world.partner.faults.add({ service: 'partner-center', method: 'PATCH', fault: { kind: 'delay', ms: 500 }, count: 1 });
  forget(world);
  seller(world).update(deal, { Amount: 42_000 });
  await until('the pass is under way', () => partnerWrites(world).length > 0);
  await world.middleware.stop();
  remove();
  await world.middleware.start();
  assert.ok((await status(world)).backlog <= 1);
  await until('the value is in Partner Center', () => referralOf(world, deal).details.dealValue === 42_000);
  await settled(world);
  assert.equal(partnerWrites(world).filter((call) => call.status === 200).length, 1, 'written once');
});

test('What happened while the service was down is found when it starts', async () => {
  await world.middleware.stop();
  seller(world).update(deal, { CloseDate: '2027-09-09' });
  world.partner.partnerCenter.webhooks.faultNext({ kind: 'lose' });
  world.partner.partnerCenter.microsoft.edit(referralOf(world, deal).id, { notes: 'Written while it was down.' });
  const id = newDeal(world, { help: null });
  await world.middleware.start();
  await until(
    'both sides are the same',
    () =>
      String(referralOf(world, deal).details.closingDateTime).startsWith('2027-09-09') &&
      row(world, deal).PC_Shared_Notes__c === 'Written while it was down.',
  );
  await untilState(world, id, 'In sync');
  await settled(world);
});

for (const [when, fault] of [
  ['before the referral is made', { kind: 'delay', ms: 60_000 }],
  ['after it is made and before the answer', { kind: 'slow', ms: 60_000 }],
] as const) {
  test(`Killed ${when}: after the restart there is exactly one referral`, async () => {
    const remove = world.partner.faults.add({ service: 'partner-center', method: 'POST', path: /referrals\/?$/, fault, count: 1 });
    forget(world);
    const id = newDeal(world);
    await until('the create is under way', () => partnerCalls(world).some((call) => call.method === 'POST'));
    if (fault.kind === 'slow') await until('it is made', () => ownReferrals(world).some((referral) => referral.externalReferenceId === id));
    await world.middleware.kill();
    remove();
    await world.middleware.start();
    // a create that was not found may still be on its way: it is repeated a minute after the list would show it
    if (fault.kind === 'delay') world.advance(70_000);
    await untilState(world, id, 'Waiting for Microsoft');
    await settled(world);
    assert.equal(ownReferrals(world).filter((referral) => referral.externalReferenceId === id).length, 1);
    assert.equal(
      world.partner.partnerCenter.referrals().filter((referral) => referral.engagementId === referralOf(world, id).engagementId).length,
      2,
      'ours and one leg of Microsoft',
    );
  });
}

test('Retention forgets what is older than the setting says, and the chains of the rest still hold', async () => {
  const rule = world.org.state.rows('PC_Setting__mdt').find((one) => one['DeveloperName'] === 'Audit_Days');
  assert.ok(rule);
  world.org.state.put('PC_Setting__mdt', { ...rule, Value__c: '2' });
  const trail = async (): Promise<readonly { readonly at: number }[]> =>
    (await world.middleware.command('audit', { id: deal, limit: 1_000 })) as readonly { at: number }[];
  const before = await trail();
  await world.middleware.stop();
  world.advance(49 * 3_600_000);
  await world.middleware.start();
  seller(world).update(deal, { Amount: 47_474 });
  await until('a new change is sent', () => referralOf(world, deal).details.dealValue === 47_474);
  await settled(world);
  await eventually('the old entries are gone', async () => (await trail()).length < before.length);
  const now = world.clock.now();
  assert.ok((await trail()).every((one) => one.at > now - 2 * 86_400_000));
  assert.match(auditOf(world, deal), /created/, 'the audit on the opportunity is as it was');
  assert.deepEqual(await world.middleware.command('audit.verify'), { whole: true, breaks: [], keptDays: 2 });
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));

// ------------------------------------------------------------------------------------------- which org may use the real host

const settings = (more: { readonly [name: string]: string } = {}): Config => {
  const read = readConfig({
    COSELL_DATA_DIR: mkdtempSync(join(tmpdir(), 'cosell-guard-')),
    COSELL_SEALING_KEYS: Buffer.alloc(32, 7).toString('base64'),
    COSELL_SALESFORCE_LOGIN_URL: 'https://contoso.my.salesforce.com',
    COSELL_SALESFORCE_CLIENT_ID: 'consumer',
    COSELL_SALESFORCE_CLIENT_SECRET: 'secret',
    COSELL_TENANT_ID: '6d0c1e2f-3a4b-4c5d-8e6f-708192a3b4c5',
    COSELL_CLIENT_ID: 'c0ffee00-1111-4222-8333-444455556666',
    COSELL_CLIENT_SECRET: 'secret',
    COSELL_PARTNER_ORGANIZATION: '0a1b2c3d-aaaa-4bbb-8ccc-ddddeeeeffff',
    COSELL_PUBLIC_URL: 'https://cosell.contoso.example',
    ...more,
  });
  assert.equal(read.kind, 'good', read.kind === 'bad' ? JSON.stringify(read.problems) : '');
  return (read as { config: Config }).config;
};

/** The simulated org behind a transport, with no socket and no Partner Center: whoever is called otherwise is noted. */
async function guarded(org: World['org'], config: Config): Promise<{ readonly answer: unknown; readonly partnerCalls: readonly string[] }> {
  const partnerCalled: string[] = [];
  const salesforce: Transport = async (request) => {
    const url = new URL(request.url);
    const response = await org.service({
      method: request.method,
      url: `${url.pathname}${url.search}`,
      headers: { ...request.headers, host: url.host, 'x-forwarded-proto': 'https' },
      body: Buffer.from(request.body ?? ''),
    });
    return { status: response.status, headers: response.headers, body: Buffer.from(response.body) };
  };
  const partnerCenter: Transport = (request) => {
    partnerCalled.push(request.url);
    return Promise.reject(new SyncError('NET_NOT_SENT'));
  };
  const tokens: TokenSource = {
    token: () => Promise.resolve('token'),
    refused: () => Promise.resolve('token'),
    ended: () => Promise.resolve(),
    state: () => Promise.resolve({ kind: 'signed-in', account: 'connector@contoso.example', lastExchangeAt: Date.now() }),
  };
  const system = realSystem();
  const { commands, close } = await openOffline({
    config,
    system,
    log: createLog({ level: 'silent', format: 'json', write: () => undefined, now: system.now }),
    seams: { salesforce, partnerCenter, tokens },
  });
  try {
    const [ticked] = org.query('SELECT Id FROM Opportunity WHERE Sync_with_Partner_Center__c = true LIMIT 1');
    await commands.sync?.({ id: String(ticked?.Id) });
    return { answer: await commands.status?.(null), partnerCalls: partnerCalled };
  } finally {
    await close();
    rmSync(config.COSELL_DATA_DIR, { recursive: true, force: true });
  }
}

test('An org that is not named may not use the real Partner Center: nothing is sent, and the state says which setting names it', async () => {
  world.org.registerApp({ consumerKey: 'consumer', consumerSecret: 'secret', runAs: people.integration });
  const { answer, partnerCalls: called } = await guarded(world.org, settings());
  assert.deepEqual(called, []);
  assert.match(JSON.stringify(answer), /not named in the configuration.*COSELL_ORG_ID/);
});

test('The same org, named, may', async () => {
  const { partnerCalls: called } = await guarded(world.org, settings({ COSELL_ORG_ID: world.org.orgId }));
  assert.ok(
    called.some((url) => url.startsWith('https://')),
    'Microsoft was called',
  );
});

test('A sandbox has to be named a second time: what a refreshed copy sends is real', async () => {
  const [organization] = world.org.state.rows('Organization');
  assert.ok(organization);
  world.org.state.put('Organization', { ...organization, IsSandbox: true });
  const named = { COSELL_ORG_ID: world.org.orgId };
  const refused = await guarded(world.org, settings(named));
  assert.deepEqual(refused.partnerCalls, []);
  assert.match(JSON.stringify(refused.answer), /COSELL_ALLOW_SANDBOX/);
  const allowed = await guarded(world.org, settings({ ...named, COSELL_ALLOW_SANDBOX: world.org.orgId }));
  assert.ok(allowed.partnerCalls.length > 0);
  world.org.state.put('Organization', organization);
});
