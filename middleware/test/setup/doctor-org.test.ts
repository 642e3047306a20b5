/** The doctor against the simulated org, over loopback and through the vendor's own library: well, and in each bad state. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { people } from '../../simulators/salesforce/seed.ts';
import { openOrgReader } from '../../src/app/index.ts';
import { readConfig } from '../../src/config.ts';
import { silentLog } from '../../src/log.ts';
import type { Standing } from '../../src/setup/doctor/check.ts';
import { judgeAll, statusOf, type Finding } from '../../src/setup/doctor/findings.ts';
import { gatherFacts, type Sources } from '../../src/setup/doctor/gather.ts';
import { adminView, openOrgLogin } from '../../src/setup/org-login.ts';
import { realSystem } from '../../src/system.ts';
import { repository } from '../package/package-files.ts';
import { ownHome, serveOrg, type ServedOrg } from './served-org.ts';
import { packageNamesPath, printPackageNames } from './package-names.ts';

const home = ownHome();
let served: ServedOrg;
const opened: ServedOrg[] = [];
const another = async (...given: Parameters<typeof serveOrg>): Promise<ServedOrg> => {
  const one = await serveOrg(...given);
  opened.push(one);
  return one;
};

before(async () => {
  served = await another(['force-app']);
});
after(async () => {
  for (const one of opened) await one.close();
  home.remove();
});

const nothing: Sources = {
  admin: null,
  service: null,
  whyNoService: 'the settings of the service are not here',
  settings: null,
  ask: null,
};

async function look(at: ServedOrg, more: Partial<Sources> = {}): Promise<readonly Finding[]> {
  const admin = adminView(await at.connection(), () => Date.now());
  return judgeAll(await gatherFacts({ ...nothing, admin, ...more }));
}
const of = (findings: readonly Finding[], id: string): Finding => findings.find((finding) => finding.id === id) ?? assert.fail(id);
const standings = (findings: readonly Finding[], standing: Standing): readonly string[] =>
  findings.filter((finding) => finding.standing === standing).map((finding) => finding.id);

test('An org with the package, its people and its flows is well', async () => {
  const findings = await look(served);
  assert.deepEqual(standings(findings, 'attention'), []);
  assert.deepEqual(standings(findings, 'unknown'), []);
  assert.equal(statusOf(findings), 0);
  assert.match(of(findings, 'package').found, /^all objects, \d{3} fields$/);
  assert.match(of(findings, 'flows').found, /9 flows/);
  assert.equal(of(findings, 'integration').found, people.integration);
});

test('An org without the package: the one thing to do is to deploy it', async () => {
  const findings = await look(await another([]));
  assert.equal(of(findings, 'package').found, 'nothing of the package is in this org');
  assert.equal(of(findings, 'package').todo, 'Run "cosell deploy --org <alias>".');
  assert.deepEqual(standings(findings, 'attention'), ['package']);
  assert.deepEqual(standings(findings, 'unknown'), []);
  assert.equal(of(findings, 'flows').found, 'the package is not deployed yet');
  assert.equal(statusOf(findings), 3);
});

test('The integration user without its permission set is noticed', async () => {
  served.org.unassign(people.integration, 'PC_Integration');
  try {
    assert.match(of(await look(served), 'integration').found, /nobody has the permission set PC_Integration/);
  } finally {
    served.org.assign(people.integration, 'PC_Integration');
  }
});

test('A seller who also got the permission set of the service is named', async () => {
  served.org.assign(people.seller, 'PC_Integration');
  try {
    const finding = of(await look(served), 'integration');
    assert.match(finding.found, new RegExp(people.seller));
    assert.match(finding.todo ?? '', /from everybody but the integration user/);
  } finally {
    served.org.unassign(people.seller, 'PC_Integration');
  }
});

test('Sellers and administrators count when they are active and assigned', async () => {
  served.org.unassign(people.seller, 'PC_Seller');
  served.org.unassign(people.admin, 'PC_Partner_Center_Admins');
  try {
    assert.match(of(await look(served), 'people').found, /no active user has PC_Seller/);
    served.org.assign(people.seller, 'PC_Seller');
    assert.match(of(await look(served), 'people').found, /no active user has PC_Admin/);
  } finally {
    served.org.assign(people.seller, 'PC_Seller');
    served.org.assign(people.admin, 'PC_Partner_Center_Admins');
  }
});

test('Fields and the event that the permission set does not give are named, with the admin’s sign-in alone', async () => {
  const { schema } = served.org.state;
  const set = schema.permissionSets.get('PC_Integration') ?? assert.fail();
  const fields = new Map(set.fields);
  fields.delete('Opportunity.PC_Sync_State__c');
  const objects = new Map(set.objects);
  objects.delete('PC_Sync_Request__e');
  schema.putPermissionSet({ ...set, fields, objects });
  try {
    const findings = await look(served);
    assert.equal(of(findings, 'visible').found, `${people.integration} does not see Opportunity.PC_Sync_State__c`);
    assert.equal(of(findings, 'event').standing, 'attention');
  } finally {
    schema.putPermissionSet(set);
  }
});

test('A field the integration user may only read is named', async () => {
  const { schema } = served.org.state;
  const set = schema.permissionSets.get('PC_Integration') ?? assert.fail();
  schema.putPermissionSet({ ...set, fields: new Map(set.fields).set('Opportunity.Audit__c', { readable: true, editable: false }) });
  try {
    assert.match(of(await look(served), 'visible').found, /may not change Opportunity\.Audit__c/);
  } finally {
    schema.putPermissionSet(set);
  }
});

test('Flows that arrived inactive, as in production, are to be activated', async () => {
  const findings = await look(await another(['force-app'], { flowsArriveInactive: true }));
  assert.match(of(findings, 'flows').found, /^inactive: PC_Contact_Role_Changed/);
  assert.match(of(findings, 'flows').todo ?? '', /Activate/);
});

test('A record type that was there before lacks the values of the new picklist', async () => {
  const old = await another(['force-app']);
  old.org.state.schema.putRecordType('Opportunity', { developerName: 'Renewal', label: 'Renewal', active: true, picklists: {} });
  const finding = of(await look(old), 'picklist');
  assert.match(finding.found, /^record type Renewal lacks Workload specific value proposition/);
});

test('A feature that is on wants its part of the package', async () => {
  const finding = of(await look(await another(['force-app'], { teams: true, multiCurrency: true })), 'features');
  assert.equal(finding.todo, 'Run "cosell deploy --org <alias> --with teams,multicurrency".');
  assert.equal(
    of(await look(await another(['force-app', 'force-teams'], { teams: true, countryPicklists: true, empty: true })), 'features').found,
    'opportunity teams, state and country picklists, enhanced notes',
  );
});

test('The settings decide whether this org may use the real Partner Center', async () => {
  const settings = { user: people.integration, orgs: [] as string[], sandboxes: [], simulated: false };
  const { orgId } = served.org;
  assert.match(of(await look(served, { settings }), 'guard').todo ?? '', new RegExp(`Put ${orgId} into COSELL_ORG_ID`));
  assert.equal(of(await look(served, { settings: { ...settings, orgs: [orgId.slice(0, 15)] } }), 'guard').standing, 'good');
  const sandbox = await another(['force-app'], { sandbox: true });
  assert.equal(of(await look(sandbox, { settings: { ...settings, orgs: [sandbox.org.orgId] } }), 'guard').standing, 'attention');
});

test('A session that has ended is said in words, and nothing counts as checked', async () => {
  const connection = await served.connection();
  served.org.revokeTokens();
  const findings = judgeAll(await gatherFacts({ ...nothing, admin: adminView(connection, () => Date.now()) }));
  assert.match(of(findings, 'org').found, /sign-in to the org has ended/);
  assert.equal(statusOf(findings), 1);
});

test('A question the org refuses stays open and leaves the others be', async () => {
  served.org.failNext({
    match: /FlowDefinitionView/,
    kind: { refuse: { status: 403, errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' } },
  });
  const findings = await look(served);
  assert.deepEqual(standings(findings, 'unknown'), ['flows']);
  assert.match(of(findings, 'flows').found, /TotalRequests Limit exceeded\. \(REQUEST_LIMIT_EXCEEDED\)/);
  assert.equal(statusOf(findings), 1);
});

test('An alias that sf does not know is refused with what to type', async () => {
  await assert.rejects(openOrgLogin('nowhere'), /"sf" knows no org "nowhere".*sf org login web --alias nowhere/);
});

test('Without an admin the service looks with its own rights', async () => {
  served.org.registerApp({ consumerKey: 'doctor', consumerSecret: 'secret', runAs: people.integration });
  const read = readConfig({
    COSELL_SEALING_KEYS: Buffer.alloc(32, 7).toString('base64'),
    COSELL_SALESFORCE_LOGIN_URL: served.origin,
    COSELL_SALESFORCE_CLIENT_ID: 'doctor',
    COSELL_SALESFORCE_CLIENT_SECRET: 'secret',
    COSELL_TENANT_ID: '11111111-2222-4333-8444-555555555555',
    COSELL_CLIENT_ID: '66666666-7777-4888-8999-000000000000',
    COSELL_CLIENT_SECRET: 'secret',
    COSELL_PUBLIC_URL: 'https://cosell.example.com',
  });
  if (read.kind === 'bad') assert.fail(JSON.stringify(read.problems));
  const reader = openOrgReader({ config: read.config, system: realSystem(), log: silentLog() });
  const { schema } = served.org.state;
  const set = schema.permissionSets.get('PC_Integration') ?? assert.fail();
  try {
    const well = judgeAll(await gatherFacts({ ...nothing, service: reader }));
    assert.deepEqual([standings(well, 'attention'), standings(well, 'unknown')], [[], []]);
    assert.deepEqual(
      ['visible', 'event', 'picklist', 'features', 'clock-salesforce'].filter((id) => of(well, id).standing !== 'good'),
      [],
    );
    assert.match(of(well, 'flows').found, /only an administrator sees this: add --org/);

    const fields = new Map(set.fields);
    fields.delete('Opportunity.Audit__c');
    schema.putPermissionSet({ ...set, fields });
    assert.match(of(judgeAll(await gatherFacts({ ...nothing, service: reader })), 'visible').found, /does not see Opportunity\.Audit__c/);
  } finally {
    schema.putPermissionSet(set);
    await reader.close();
  }
});

test('With neither a sign-in nor settings the doctor says what to give it', async () => {
  const findings = judgeAll(await gatherFacts(nothing));
  assert.equal(statusOf(findings), 1);
  assert.match(of(findings, 'org').found, /settings of the service are not here/);
});

test('A service of another version or none at all is said, not guessed', async () => {
  const odd = await look(served, { ask: () => Promise.resolve({ where: 'running service', answer: { hello: 1 } }) });
  assert.match(of(odd, 'webhook').found, /another version/);
  const silent = await look(served, { ask: () => Promise.reject(new Error('no answer')) });
  assert.equal(of(silent, 'service').standing, 'unknown');
});

test('The names the doctor looks for are those of the package', async () => {
  assert.equal(
    readFileSync(join(repository, packageNamesPath), 'utf8'),
    await printPackageNames(),
    'run "node scripts/generate-package.mts" and commit the result',
  );
});
