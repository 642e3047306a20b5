/** The doctor asks a running service, over its own door: what the service tells is what the doctor understands. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openWorld, type World } from '../../simulators/demo/world.ts';
import { adminUsername } from '../../simulators/salesforce/org-rows.ts';
import { judgeAll, type Finding } from '../../src/setup/doctor/findings.ts';
import { gatherFacts } from '../../src/setup/doctor/gather.ts';
import type { OrgGet } from '../../src/setup/org-reader.ts';

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world?.close());

async function look(): Promise<(id: string) => Finding> {
  const { token } = world.org.login(adminUsername);
  const get: OrgGet = async (path) => {
    const response = await fetch(`${world.salesforceOrigin}/services/data/v66.0${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, body: await response.json() };
  };
  const findings = judgeAll(
    await gatherFacts({
      admin: null,
      service: { get, skewMs: () => Promise.resolve(0) },
      whyNoService: '',
      settings: { user: null, orgs: [], sandboxes: [], simulated: true },
      ask: async () => ({ where: 'running service', answer: await world.middleware.command('doctor.facts') }),
    }),
  );
  return (id) => findings.find((finding) => finding.id === id) ?? assert.fail(id);
}

test('A service that is signed in, registered and in time is well', async () => {
  const of = await look();
  for (const id of ['same-org', 'service', 'partner-center', 'webhook', 'mapping', 'clock-salesforce', 'clock-partner-center', 'guard'])
    assert.equal(of(id).standing, 'good', `${id}: ${of(id).found}`);
  assert.equal(of('webhook').found, `${world.middlewareUrl}/webhooks/partner-center`);
});

test('A mistake in the mapping is told with its cure, and stays out of force', async () => {
  const [row] = world.org.state.rows('PC_Field_Map__mdt');
  assert.ok(row);
  world.org.state.put('PC_Field_Map__mdt', { ...row, Referral_Path__c: 'no.such.field' });
  const of = await look();
  world.org.state.put('PC_Field_Map__mdt', row);
  assert.equal(of('mapping').standing, 'attention', of('mapping').found);
  assert.ok((of('mapping').todo ?? '').length > 10);
});

test('A webhook nobody receives any more is noticed', async () => {
  await world.middleware.command('webhook.unregister');
  const of = await look();
  assert.equal(of('webhook').todo, 'Run "cosell webhook register".');
});

test('A clock that is minutes off is noticed on both sides', async () => {
  world.middleware.tellClock(4 * 60_000);
  const of = await look();
  world.middleware.tellClock(0);
  assert.match(of('clock-salesforce').found, /ahead of Salesforce/);
  assert.match(of('clock-partner-center').found, /ahead of Partner Center/);
});

test('A service whose Salesforce sign-in is refused says why', async () => {
  world.org.revokeTokens();
  world.org.registerApp({ consumerKey: '3MVG9simulated.consumer.key', consumerSecret: 'other', runAs: adminUsername });
  const of = await look();
  assert.equal(of('same-org').standing, 'attention');
  assert.match(of('same-org').found, /COSELL_SALESFORCE_/);
  assert.equal(of('mapping').standing, 'unknown');
  assert.match(of('same-org').todo ?? '', /Correct the setting named here/);
});

test('A sign-in to Partner Center that was given up is to be made again', async () => {
  await world.middleware.command('disconnect');
  const of = await look();
  assert.equal(of('partner-center').todo, 'Run "cosell connect partner-center".');
  assert.equal(of('webhook').standing, 'unknown');
});
