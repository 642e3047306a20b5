import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import type { Standing } from '../../src/setup/doctor/check.ts';
import { checks } from '../../src/setup/doctor/checks.ts';
import { known, type Asked, type DoctorFacts } from '../../src/setup/doctor/facts.ts';
import { judgeAll, printFindings, statusOf } from '../../src/setup/doctor/findings.ts';
import { root } from '../../src/setup/installation.ts';
import type { ServiceFacts } from '../../src/setup/schema.ts';

const orgId = '00D5g0000000SIMEA2';
const service: ServiceFacts = {
  orgId,
  refusal: null,
  salesforce: { ok: true, why: null },
  partnerCenter: { ok: true, why: null, account: 'connector@contoso.example' },
  webhook: { owner: 'ours', url: 'https://cosell.example/webhooks/partner-center', missing: [] },
  clock: { salesforceMs: 200, partnerCenterMs: -900 },
  mapping: [],
};
const org = { orgId, name: 'Contoso', isSandbox: false, skewMs: 0 };
const flows = { missing: [], inactive: [], outdated: [], active: ['PC_Opportunity_Changed'] };
const features = { multiCurrency: false, teams: false, countryPicklists: false, notes: true };
const guard = { named: true, sandboxNamed: false, simulated: false };
const people = {
  integration: ['service@contoso.example'],
  sellers: ['sam@contoso.example'],
  admins: ['ada@contoso.example'],
  expected: 'service@contoso.example',
};

/** Everything as it should be. */
const healthy: DoctorFacts = {
  org: known(org),
  package: known({ none: false, missingObjects: [], missingFields: [], fields: 118 }),
  visible: known({ user: 'service@contoso.example', hidden: [], readOnly: [] }),
  assignments: known(people),
  event: known(true),
  flows: known(flows),
  recordTypes: known([{ name: 'New business', missing: [] }]),
  features: known(features),
  guard: known(guard),
  reached: known('running service'),
  service: known(service),
};
const unknown: Asked<never> = { kind: 'unknown', why: 'the org does not answer' };

const of = (facts: DoctorFacts, id: string) => {
  const found = judgeAll(facts).find((finding) => finding.id === id);
  assert.ok(found, id);
  return found;
};

interface Case {
  readonly check: string;
  readonly when: string;
  readonly change: Partial<DoctorFacts>;
  readonly standing?: Standing;
  readonly found: RegExp;
  readonly todo: RegExp;
}
const withService = (change: Partial<ServiceFacts>): Partial<DoctorFacts> => ({ service: known({ ...service, ...change }) });

const troubles: readonly Case[] = [
  {
    check: 'org',
    when: 'nobody can sign in',
    change: { org: unknown },
    standing: 'unknown',
    found: /does not answer/,
    todo: /Cure this first/,
  },
  {
    check: 'package',
    when: 'nothing was ever deployed',
    change: { package: known({ none: true, missingObjects: ['PC_Request__c'], missingFields: [], fields: 118 }) },
    found: /nothing of the package is in this org/,
    todo: /cosell deploy/,
  },
  {
    check: 'package',
    when: 'an object was never deployed',
    change: { package: known({ none: false, missingObjects: ['PC_Request__c'], missingFields: [], fields: 118 }) },
    found: /missing: PC_Request__c/,
    todo: /cosell deploy/,
  },
  {
    check: 'package',
    when: 'a field is missing',
    change: { package: known({ none: false, missingObjects: [], missingFields: ['Opportunity.Audit__c'], fields: 118 }) },
    found: /Opportunity\.Audit__c/,
    todo: /cosell deploy/,
  },
  {
    check: 'visible',
    when: 'the integration user does not see fields',
    change: { visible: known({ user: 'service@x.y', hidden: ['Opportunity.Audit__c'], readOnly: [] }) },
    found: /service@x\.y does not see Opportunity\.Audit__c/,
    todo: /Assign the permission set PC_Integration to service@x\.y/,
  },
  {
    check: 'visible',
    when: 'a field may only be read',
    change: { visible: known({ user: 'service@x.y', hidden: [], readOnly: ['Opportunity.Audit__c'] }) },
    found: /may not change/,
    todo: /Deploy the permission set/,
  },
  {
    check: 'integration',
    when: 'nobody has the permission set',
    change: { assignments: known({ ...people, integration: [] }) },
    found: /nobody has/,
    todo: /PC_Integration to the integration user service@contoso\.example/,
  },
  {
    check: 'integration',
    when: 'another user has it',
    change: { assignments: known({ ...people, integration: ['olga@x.y'] }) },
    found: /belongs to olga@x\.y/,
    todo: /Assign PC_Integration to service@/,
  },
  {
    check: 'integration',
    when: 'people have it too',
    change: { assignments: known({ ...people, integration: ['service@contoso.example', 'sam@x.y'] }) },
    found: /by hand are never sent/,
    todo: /Take PC_Integration from everybody but/,
  },
  {
    check: 'people',
    when: 'no seller may share',
    change: { assignments: known({ ...people, sellers: [] }) },
    found: /PC_Seller/,
    todo: /Assign PC_Seller/,
  },
  {
    check: 'people',
    when: 'no administrator is set up',
    change: { assignments: known({ ...people, admins: [] }) },
    found: /PC_Admin/,
    todo: /PC_Partner_Center_Admins/,
  },
  {
    check: 'event',
    when: 'the event may not be read',
    change: { event: known(false) },
    found: /may not read PC_Sync_Request__e/,
    todo: /PC_Integration/,
  },
  {
    check: 'flows',
    when: 'a flow is missing',
    change: { flows: known({ ...flows, missing: ['PC_Request_Created'] }) },
    found: /not deployed: PC_Request_Created/,
    todo: /cosell deploy/,
  },
  {
    check: 'flows',
    when: 'a flow arrived inactive',
    change: { flows: known({ ...flows, inactive: ['PC_Request_Created'] }) },
    found: /inactive: PC_Request_Created/,
    todo: /Activate/,
  },
  {
    check: 'flows',
    when: 'an older version runs',
    change: { flows: known({ ...flows, outdated: ['PC_Request_Created'] }) },
    found: /older version/,
    todo: /latest version/,
  },
  {
    check: 'picklist',
    when: 'a record type lacks values',
    change: { recordTypes: known([{ name: 'Renewal', missing: ['Quotes or licensing', 'General or other', 'Proof of concept or demo'] }]) },
    found: /Renewal lacks Quotes or licensing, General or other and 1 more/,
    todo: /Record Types/,
  },
  {
    check: 'features',
    when: 'teams are on and their part is not deployed',
    change: { features: known({ ...features, teams: true, multiCurrency: true }) },
    found: /opportunity teams/,
    todo: /--with teams,multicurrency/,
  },
  {
    check: 'guard',
    when: 'the org is not named',
    change: { guard: known({ ...guard, named: false }) },
    found: /not named in COSELL_ORG_ID/,
    todo: /Put 00D\w+ into COSELL_ORG_ID/,
  },
  {
    check: 'guard',
    when: 'a sandbox is named as an org only',
    change: { org: known({ ...org, isSandbox: true }) },
    found: /COSELL_ALLOW_SANDBOX/,
    todo: /what a sandbox sends is real/,
  },
  {
    check: 'guard',
    when: 'the running service refuses the org',
    change: withService({ refusal: 'The org is not named in COSELL_ORG_ID.' }),
    found: /^The org is not named/,
    todo: /of the service and start it anew/,
  },
  {
    check: 'same-org',
    when: 'the service signs in elsewhere',
    change: withService({ orgId: '00D000000000001AAA' }),
    found: /signs in to 00D0/,
    todo: /the same org/,
  },
  {
    check: 'same-org',
    when: 'the service cannot sign in',
    change: withService({ salesforce: { ok: false, why: 'invalid_grant' } }),
    found: /invalid_grant/,
    todo: /setting named here/,
  },
  { check: 'service', when: 'no service runs', change: { reached: known('this process') }, found: /no running service/, todo: /npm start/ },
  {
    check: 'partner-center',
    when: 'the sign-in has ended',
    change: withService({ partnerCenter: { ok: false, why: 'The password was changed.', account: null } }),
    found: /password was changed/,
    todo: /cosell connect partner-center/,
  },
  {
    check: 'webhook',
    when: 'nobody is registered',
    change: withService({ webhook: { owner: 'nobody', url: null, missing: [] } }),
    found: /nobody receives/,
    todo: /cosell webhook register"/,
  },
  {
    check: 'webhook',
    when: 'another address is registered',
    change: withService({ webhook: { owner: 'other', url: 'https://old.example', missing: [] } }),
    found: /go to https:\/\/old\.example/,
    todo: /--replace https:\/\/old\.example/,
  },
  {
    check: 'webhook',
    when: 'an event is not subscribed',
    change: withService({ webhook: { owner: 'ours', url: 'https://x.y', missing: ['referral-updated'] } }),
    found: /referral-updated/,
    todo: /webhook register/,
  },
  {
    check: 'webhook',
    when: 'it cannot be asked',
    change: withService({ webhook: { unknown: 'not signed in' } }),
    standing: 'unknown',
    found: /not signed in/,
    todo: /Sign in/,
  },
  {
    check: 'mapping',
    when: 'a record of the mapping is wrong',
    change: withService({
      mapping: [
        { text: 'Only a remark.', cure: 'None.', blocks: false },
        { text: 'Deal_Name names no field.', cure: 'Correct Salesforce Path.', blocks: true },
        { text: 'Another.', cure: 'x', blocks: true },
      ],
    }),
    found: /^Deal_Name names no field\. \(and 1 more\)$/,
    todo: /Correct Salesforce Path/,
  },
  {
    check: 'mapping',
    when: 'the mapping cannot be read',
    change: withService({ mapping: null }),
    standing: 'unknown',
    found: /could not be read/,
    todo: /sign-in of the service/,
  },
  {
    check: 'clock-salesforce',
    when: 'the clock lags',
    change: withService({ clock: { salesforceMs: 240_000, partnerCenterMs: 0 } }),
    found: /clock is 240 s behind Salesforce/,
    todo: /time synchronisation/,
  },
  {
    check: 'clock-partner-center',
    when: 'the clock runs ahead',
    change: withService({ clock: { salesforceMs: 0, partnerCenterMs: -180_000 } }),
    found: /180 s ahead of Partner Center/,
    todo: /time synchronisation/,
  },
  {
    check: 'clock-partner-center',
    when: 'the remote tells no time',
    change: withService({ clock: { salesforceMs: 0, partnerCenterMs: null } }),
    standing: 'unknown',
    found: /did not tell/,
    todo: /reaches Partner Center/,
  },
];

test('An org and a service as they should be leave nothing to do', () => {
  const findings = judgeAll(healthy);
  assert.deepEqual(
    findings.filter((finding) => finding.standing !== 'good' || finding.todo !== null),
    [],
  );
  assert.equal(statusOf(findings), 0);
  assert.match(printFindings(findings), /All is well\.$/);
});

for (const { check, when, change, standing = 'attention', found, todo } of troubles) {
  test(`The doctor sees that ${when}, and says the one thing to do`, () => {
    const facts = { ...healthy, ...change };
    const finding = of(facts, check);
    assert.equal(finding.standing, standing);
    assert.match(finding.found, found);
    assert.match(finding.todo ?? '', todo);
    assert.notEqual(statusOf(judgeAll(facts)), 0);
    assert.match(printFindings(judgeAll(facts)), todo);
  });
}

test('Every check has a state that makes it complain', () => {
  const complained = new Set(troubles.map((one) => one.check));
  assert.deepEqual(
    checks.map((one) => one.id).filter((id) => !complained.has(id)),
    [],
  );
});

test('Something to do weighs more than something unknown; without a sign-in nothing could be checked', () => {
  assert.equal(statusOf(judgeAll({ ...healthy, flows: unknown })), 1);
  assert.equal(statusOf(judgeAll({ ...healthy, flows: unknown, event: known(false) })), 3);
  assert.equal(statusOf(judgeAll({ ...healthy, org: unknown, event: known(false) })), 1);
});

test('What this run has no means to check is said and does not spoil the status', () => {
  const findings = judgeAll({ ...healthy, service: { kind: 'left-out', why: 'the settings of the service are not here' } });
  assert.equal(statusOf(findings), 0);
  assert.match(printFindings(findings), /· Not checked: the settings of the service are not here\n(?: {4}.+\n)* {4}Field mapping\n/);
});

test('A simulated Partner Center needs no named org', () => {
  assert.equal(of({ ...healthy, guard: known({ named: false, sandboxNamed: false, simulated: true }) }, 'guard').standing, 'good');
});

test('A part of the package that is deployed already is not asked for again', () => {
  const facts = {
    ...healthy,
    features: known({ ...features, teams: true }),
    flows: known({ ...flows, active: [...flows.active, 'PC_Team_Member_Changed'] }),
  };
  assert.equal(of(facts, 'features').standing, 'good');
});

test('The guide lists exactly the checks there are, in their order', () => {
  const guide = readFileSync(join(root, 'docs/install.md'), 'utf8');
  const table = guide
    .slice(guide.indexOf('## 12. Checking with doctor'))
    .split('\n')
    .filter((line) => line.startsWith('| '));
  assert.deepEqual(
    table.slice(2).map((line) => line.split('|')[1]?.trim()),
    checks.map((one) => one.title),
  );
});

test('Commands to copy name the org as it was named', () => {
  const facts = { ...healthy, assignments: known({ ...people, integration: [] }) };
  const todo = (alias: string | null): string => judgeAll(facts, alias).find((finding) => finding.id === 'integration')?.todo ?? '';

  assert.match(todo('my-sandbox'), /sf org assign permset -n PC_Integration -o my-sandbox --on-behalf-of service@contoso\.example$/);
  assert.match(todo(null), /-o <alias> /);
});
