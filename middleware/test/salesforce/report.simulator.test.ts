/** What the service tells and asks apart from a deal: mapping, sweep, attention, answers, notifications, heartbeat, org guard. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { defaultMapping } from '../../src/domain/default-mapping.ts';
import { checkOrg } from '../../src/salesforce/org-guard.ts';
import type { Health, Notice, SweepPage } from '../../src/sync/ports.ts';
import { people } from '../../simulators/salesforce/seed.ts';
import { simulatedSide, type SimulatedSide } from './simulated-org.ts';

const health: Health = {
  packageVersion: '0.1.0',
  cadence: 'Changes in seconds.',
  backlog: 2,
  oldestDirty: Date.parse('2026-11-20T09:59:00Z'),
  parked: 1,
  links: 3,
  version: '1.0.0',
  state: 'Running',
  apiUsed: null,
  apiLimit: null,
  webhookOwner: null,
  webhookState: 'registered',
  tokenAgeDays: 3.14159,
  lastSweepAt: null,
  parkedCauses: [{ code: 'CRM_VALIDATION', count: 1, cure: 'Read the message.' }],
  message: null,
  settings: { leads: 'ignore' },
};

async function sweep(
  world: SimulatedSide,
  position: string | null,
): Promise<{ readonly notices: readonly Notice[]; readonly position: string }> {
  const pages: SweepPage[] = [];
  for await (const page of world.side.changedSince(position, new AbortController().signal)) pages.push(page);
  return { notices: pages.flatMap((page) => page.notices), position: pages.at(-1)?.position ?? '' };
}

const subjects = (notices: readonly Notice[]): readonly string[] => notices.map((notice) => `${notice.reason} ${notice.subject.id}`).sort();

test('the mapping of a fresh installation is the shipped one, without a finding', async () => {
  const world = await simulatedSide();

  const { mapping, findings } = await world.side.readMapping();

  assert.deepEqual(findings, []);
  const byField = (a: { field: string }, b: { field: string }): number => (a.field < b.field ? -1 : 1);
  assert.deepEqual([...mapping.fields].sort(byField), [...defaultMapping.fields].sort(byField));
  assert.deepEqual(mapping.settings, defaultMapping.settings);
  assert.equal(mapping.values.length, defaultMapping.values.length);
});

test('a mistake in a record is named with record, field and cure, and a mapped field the org lacks is left out', async () => {
  const world = await simulatedSide();
  world.org.state.putCustomMetadata('PC_Field_Map__mdt', 'Deal_Value', 'Deal value', {
    Salesforce_Path__c: 'No_Such_Field__c',
    Referral_Path__c: 'details/dealValue',
    Direction__c: 'Both',
    On_Create__c: true,
    On_Update__c: true,
    Owner__c: 'Salesforce',
    Transform__c: 'number',
  });
  world.org.state.putCustomMetadata('PC_Field_Map__mdt', 'Mine', 'Mine', {
    Salesforce_Path__c: 'NextStep',
    Referral_Path__c: 'details/unheardOf',
    Direction__c: 'Both',
    Owner__c: 'Salesforce',
    Transform__c: 'text',
  });
  world.org.state.putCustomMetadata('PC_Setting__mdt', 'Matching', 'Matching', { Value__c: 'perhaps' });
  world.org.state.putCustomMetadata('PC_Setting__mdt', 'Won_Stage', 'Won stage', { Value__c: 'Gewonnen' });

  const { mapping, findings } = await world.side.readMapping();

  assert.deepEqual(
    findings.map((finding) => [finding.code, finding.weight]),
    [
      ['MAP_UNKNOWN_PATH', 'blocks'],
      ['MAP_SETTING', 'blocks'],
      ['MAP_STAGE', 'blocks'],
      ['CRM_FIELD_MISSING', 'warns'],
      ['MAP_REQUIRED', 'blocks'],
    ],
  );
  assert.match(findings[0]?.text ?? '', /Mine.*details\/unheardOf/);
  assert.match(findings[3]?.text ?? '', /No_Such_Field__c.*Deal_Value/);

  world.mapping = mapping;
  const snapshot = await world.read(world.seeded.opportunities['Northwind data platform'] ?? '');
  assert.equal('value' in snapshot.deal, false);
  assert.equal(snapshot.deal.name, 'Northwind data platform');
});

test('without read access to the mapping the shipped defaults hold, and the service says so', async () => {
  const world = await simulatedSide();
  world.org.unassign(people.integration, 'PC_Integration');

  const { findings } = await world.side.readMapping();

  assert.equal(
    findings.some((finding) => finding.code === 'MAP_NOT_READABLE'),
    true,
  );
  assert.equal(
    findings.some((finding) => finding.code === 'CRM_FIELD_MISSING' && finding.weight === 'blocks'),
    true,
  );
});

test('a sweep finds what changed: deal, account, contact, solution, request, deletion; a second one finds nothing new', async () => {
  const world = await simulatedSide();
  const northwind = world.share('Northwind data platform');
  const tailspin = world.share('Tailspin move to Azure');
  const woodgrove = world.share('Woodgrove fraud detection');
  world.org.update(woodgrove, { Referral_Identifier__c: 'r-3' });
  world.advance(20 * 60_000);
  const first = await sweep(world, null);
  assert.deepEqual(new Set(first.notices.map((notice) => notice.subject.id)), new Set([northwind, tailspin, woodgrove]));

  world.advance(20 * 60_000);
  world.org.asUser(people.seller).update(world.seeded.accounts['Northwind Traders'] ?? '', { BillingCity: 'Tacoma' });
  world.org.asUser(people.seller).update(world.seeded.contacts['Jonas Weber'] ?? '', { Phone: '1' });
  const request = world.org.asUser(people.seller).insert('PC_Request__c', { Opportunity__c: tailspin, Kind__c: 'sync_now' });
  const [, solution] = world.org.state.rows('PC_Solution__c');
  world.org
    .asUser(people.seller)
    .insert('PC_Opportunity_Solution__c', { Opportunity__c: northwind, Solution__c: String(solution?.['Id']) });
  world.org.delete(woodgrove);
  world.advance(60_000);
  const second = await sweep(world, first.position);

  assert.deepEqual(
    subjects(second.notices),
    [`account ${northwind}`, `contact ${tailspin}`, `deleted ${woodgrove}`, `request ${request}`, `solution ${northwind}`].sort(),
  );

  const third = await sweep(world, second.position);
  const fresh = third.notices.filter((notice) => !second.notices.some((known) => known.id === notice.id) && notice.reason !== 'request');
  assert.deepEqual(fresh, []);
});

test('a sweep that goes on where an earlier one broke off finds what was changed since, at the places that one had passed', async () => {
  const world = await simulatedSide();
  const northwind = world.share('Northwind data platform');
  let position = '';
  for await (const page of world.side.changedSince(null, new AbortController().signal)) {
    position = page.position;
    break;
  }
  world.advance(60_000);
  const tailspin = world.share('Tailspin move to Azure');

  const { notices } = await sweep(world, position);

  assert.deepEqual(new Set(notices.map((notice) => notice.subject.id)), new Set([northwind, tailspin]));
});

test('an aborted sweep stops; a damaged position starts from the beginning', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  const stopped: SweepPage[] = [];
  for await (const page of world.side.changedSince(null, AbortSignal.abort())) stopped.push(page);

  assert.deepEqual(stopped, []);
  assert.deepEqual(
    (await sweep(world, 'not a position')).notices.map((notice) => notice.subject.id),
    [id],
  );
});

test('attention without a deal is kept by its key: repeating it makes no second row, closing keeps the row', async () => {
  const world = await simulatedSide();
  const change = {
    key: 'link-7:match',
    open: true,
    kind: 'match',
    field: null,
    crmValue: null,
    partnerValue: 'A deal',
    crmBy: null,
    partnerBy: null,
    message: 'A deal came.',
    cure: 'Link it.',
    cause: 'match',
    referralId: 'r-7',
    suggestions: [{ opportunityId: '0065g0000000002AAA', name: 'Northwind', score: 90, reasons: ['same customer'] }],
    since: Date.parse('2026-11-20T10:00:00Z'),
  } as const;

  await world.side.report([change], []);
  await world.side.report([{ ...change, open: false }], []);

  const rows = world.org.state.rows('PC_Attention__c');
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.['Status__c'], 'Closed');
  assert.match(String(rows[0]?.['Suggestions__c']), /same customer/);

  const row = String(rows[0]?.['Id']);
  const service = world.org.insert('PC_Service_Request__c', { Attention__c: row, Kind__c: 'keep_as_new' });
  assert.deepEqual(await world.side.readServiceRequest(service), {
    id: service,
    kind: 'keep_as_new',
    reason: null,
    target: null,
    referralId: 'r-7',
    by: 'Ada Admin',
  });
  await world.side.report([], [{ id: service, outcome: 'Done', message: 'Kept as new.' }]);
  assert.equal(await world.side.readServiceRequest(service), null);
  assert.equal(world.org.get(service)?.['Message__c'], 'Kept as new.');
});

test('the owner gets a notification that opens the deal', async () => {
  const world = await simulatedSide();
  const recordId = world.seeded.opportunities['Northwind data platform'] ?? '';

  await world.side.notify({
    kind: 'new_deal',
    recordId,
    recipientId: world.seeded.users.seller,
    title: 'New deal from Microsoft',
    body: 'Accept or decline it.',
  });

  assert.deepEqual(
    world.org.notifications.map(({ title, targetId, recipientIds }) => [title, targetId, recipientIds]),
    [['New deal from Microsoft', recordId, [world.seeded.users.seller]]],
  );
});

test('bells of one moment ring with one call; one that cannot ring leaves the others alone', async () => {
  const world = await simulatedSide();
  const { seller, admin } = world.seeded.users;
  const recordId = world.seeded.opportunities['Northwind data platform'] ?? '';
  const bell = (recipientId: string, title: string): Promise<void> =>
    world.side.notify({ kind: 'accepted', recordId, recipientId, title, body: 'Microsoft works on it.' });
  await bell(seller, 'first');
  world.calls.length = 0;

  const results = await Promise.allSettled([bell(seller, 'one'), bell('005000000000000AAA', 'two'), bell(admin, 'three')]);

  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(world.calls, ['POST /actions/standard/customNotificationAction']);
  assert.deepEqual(
    world.org.notifications.map(({ title }) => title),
    ['first', 'one', 'three'],
  );
});

test('attention rows of one moment are raised with one call; one that is refused leaves the others alone', async () => {
  const world = await simulatedSide();
  const rows = ['a', 'b', 'c'].map((name) => ({
    key: `link-${name}:match`,
    open: true,
    kind: 'match' as const,
    field: null,
    crmValue: null,
    partnerValue: null,
    crmBy: null,
    partnerBy: null,
    message: `About ${name}.`,
    cure: 'Decide.',
    cause: 'match',
    referralId: name,
    suggestions: [],
    since: Date.parse('2026-11-20T09:59:00Z'),
  }));
  world.org.state.schema.putValidationRule('PC_Attention__c', {
    name: 'No_B',
    active: true,
    formula: 'Referral_Id__c = "b"',
    message: 'Not b.',
  });
  await world.side.findByReferral('signed in');
  world.calls.length = 0;

  const results = await Promise.allSettled(rows.map((row) => world.side.report([row], [])));

  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(world.calls, ['PATCH /composite/sobjects/PC_Attention__c/Key__c']);
  assert.equal(world.org.state.rows('PC_Attention__c').length, 2);
});

test('the heartbeat keeps one connection record with health, usage of the API and the reference lists', async () => {
  const world = await simulatedSide();

  await world.side.heartbeat(health);
  await world.side.heartbeat({ ...health, backlog: 0 });

  const rows = world.org.state.rows('PC_Connection__c');
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.['Backlog__c'], 0);
  assert.equal(rows[0]?.['Token_Age_Days__c'], 3.1);
  assert.equal(Number(rows[0]?.['API_Limit__c']) > 0, true);
  const settings = JSON.parse(String(rows[0]?.['Settings__c'])) as { leads: string; lists: { [list: string]: string[] } };
  assert.equal(settings.leads, 'ignore');
  assert.equal((settings.lists['decline-reason'] ?? []).length > 0, true);
});

test('an org has to be named before it may use the real Partner Center, a sandbox a second time', async () => {
  const world = await simulatedSide({ orgId: '00D5g00000ABCDE' });
  const sandbox = await simulatedSide({ sandbox: true });
  const nobody = { allowedOrgs: [], allowedSandboxes: [], partnerIsLoopback: false };

  const unknown = await checkOrg(world.client, nobody);
  assert.equal(unknown.refusal?.code, 'CRM_ORG_UNKNOWN');
  assert.match(unknown.refusal?.message ?? '', /COSELL_ORG_ID/);
  assert.equal((await checkOrg(world.client, { ...nobody, allowedOrgs: ['00D5g00000ABCDE'] })).refusal, null);
  assert.equal((await checkOrg(world.client, { ...nobody, partnerIsLoopback: true })).refusal, null);

  const { orgId } = await checkOrg(sandbox.client, nobody);
  assert.equal((await checkOrg(sandbox.client, { ...nobody, allowedOrgs: [orgId] })).refusal?.code, 'CRM_ORG_UNKNOWN');
  assert.equal((await checkOrg(sandbox.client, { ...nobody, allowedSandboxes: [orgId] })).refusal, null);
});
