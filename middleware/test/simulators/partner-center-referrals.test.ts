import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bench, coSell, create, errorOf, legBody, listPath, privateDeal, sharedDeal, start } from './partner-center-harness.ts';
import type { JsonObject } from '../../simulators/partner-center/model.ts';

const dayMs = 86_400_000;

test('a new deal is Active and Accepted whatever was sent, with ids, times and links from the server', async () => {
  const { call } = bench();

  const { status, body, headers } = await call('POST', listPath, {
    body: { ...privateDeal, status: 'New', substatus: 'Pending' },
    headers: { 'client-request-id': 'c-1' },
  });

  assert.equal(status, 201);
  assert.deepEqual([body['status'], body['substatus'], body['direction'], body['mpnId']], ['Active', 'Accepted', 'Outgoing', '1234567']);
  assert.equal(body['acceptedDateTime'], body['createdDateTime']);
  assert.match(String(body['createdDateTime']), /^2026-03-02T09:00:00\.\d{7}Z$/);
  assert.match(String(body['eTag']), /^".+"$/);
  const links = body['links'] as { relatedReferrals: { uri: string } };
  assert.match(links.relatedReferrals.uri, new RegExp(`engagementId eq ${String(body['engagementId'])}$`));
  assert.equal(headers['client-request-id'], 'c-1');
  assert.ok(headers['request-id']);
});

test('property names are read in any letter case and written in one', async () => {
  const world = bench();
  const { consent, ...rest } = privateDeal;
  const shouted = { ...rest, Consent: { ConsentToToShareInfoWithOthers: consent.consentToToShareInfoWithOthers, CONSENTTOCONTACT: true } };

  const { body, status } = await world.call('POST', listPath, { body: shouted });

  assert.equal(status, 201);
  assert.equal((body['consent'] as JsonObject)['consentToContact'], true);
});

test("a co-sell deal is two posts: Microsoft's leg waits as New and Pending for 14 days in the same engagement", async () => {
  const world = bench();

  const { legId, engagementId } = await coSell(world);

  const { body } = await world.call('GET', `${listPath}/${legId}`);
  assert.deepEqual(
    [body['organizationId'], body['status'], body['substatus'], body['engagementId']],
    ['msft', 'New', 'Pending', engagementId],
  );
  assert.equal(body['expirationDateTime'], '2026-03-16T09:00:00Z');
});

test('a private deal becomes co-sell by making it visible and then asking Microsoft, and turns Shared by itself', async () => {
  const world = bench();
  const id = await create(world);
  const engagementId = world.center.referral(id)?.engagementId;

  const early = await world.call('POST', listPath, { body: legBody(engagementId) });
  const visible = await world.call('PATCH', `${listPath}/${id}`, {
    body: [{ op: 'replace', path: '/consent/consentToShareReferralWithMicrosoftSellers', value: true }],
  });
  const leg = await world.call('POST', listPath, { body: legBody(engagementId) });

  assert.equal(early.status, 400);
  assert.equal(visible.status, 204);
  assert.equal(leg.status, 201);
  assert.equal(world.center.referral(id)?.type, 'Shared');
});

test('a guarded change with an old version is refused with 412 and changes nothing', async () => {
  const world = bench();
  const id = await create(world);
  const { body: before } = await world.call('GET', `${listPath}/${id}`);
  await world.call('PATCH', `${listPath}/${id}`, { body: [{ op: 'replace', path: '/details/dealValue', value: '61000' }] });

  const late = await world.call('PATCH', `${listPath}/${id}`, {
    headers: { 'if-match': String(before['eTag']) },
    body: [{ op: 'replace', path: '/name', value: 'Late' }],
  });

  assert.equal(late.status, 412);
  assert.equal(errorOf(late).code, 'preconditionFailed');
  assert.equal(world.center.referral(id)?.details.dealValue, 61000);
  assert.equal(world.center.referral(id)?.name, privateDeal.name);
});

test('a change answers 204 without a body, or 200 with the referral when it is preferred, under a new version each time', async () => {
  const world = bench();
  const id = await create(world);
  const first = await world.call('PATCH', `${listPath}/${id}`, { body: [{ op: 'replace', path: '/name', value: 'One' }] });

  const second = await world.call('PATCH', `${listPath}/${id}`, {
    headers: { prefer: 'return=representation' },
    body: [{ op: 'replace', path: '/NAME', value: 'Two' }],
  });

  assert.deepEqual([first.status, first.body, second.status, second.body['name']], [204, {}, 200, 'Two']);
  assert.notEqual(first.headers['etag'], second.headers['etag']);
});

test('a change is taken whole or not at all', async () => {
  const world = bench();
  const id = await create(world);

  const refused = await world.call('PATCH', `${listPath}/${id}`, {
    body: [
      { op: 'replace', path: '/name', value: 'Half' },
      { op: 'replace', path: '/details/currency', value: 'XQQ' },
    ],
  });

  assert.equal(refused.status, 400);
  assert.equal(world.center.referral(id)?.name, privateDeal.name);
});

for (const [what, body] of [
  ['remove', [{ op: 'remove', path: '/team/0' }]],
  ['move', [{ op: 'move', from: '/name', path: '/statusReason' }]],
  ['an unknown field', [{ op: 'replace', path: '/nothing', value: 1 }]],
  ['a hole in a list', [{ op: 'replace', path: '/team/7', value: {} }]],
  ['a word for a number', [{ op: 'replace', path: '/details/dealValue', value: 'a lot' }]],
  ['an object instead of a list', { name: 'x' }],
] as const) {
  test(`a change with ${what} is refused`, async () => {
    const world = bench();
    const id = await create(world);

    const { status } = await world.call('PATCH', `${listPath}/${id}`, { body });

    assert.equal(status, 400);
  });
}

test('a team member appended twice stands there twice', async () => {
  const world = bench();
  const id = await create(world);
  const add = { body: [{ op: 'add', path: '/team/-', value: privateDeal.team[0] }] };

  await world.call('PATCH', `${listPath}/${id}`, add);
  await world.call('PATCH', `${listPath}/${id}`, add);

  assert.equal(world.center.referral(id)?.team.length, 3);
});

test('PUT needs a version and refuses a frozen value that differs', async () => {
  const world = bench();
  const id = await create(world);
  const { body } = await world.call('GET', `${listPath}/${id}`);
  const whole = { ...body };
  delete whole['links'];
  const profile = whole['customerProfile'] as JsonObject;

  const bare = await world.call('PUT', `${listPath}/${id}`, { body: whole });
  const renamed = await world.call('PUT', `${listPath}/${id}`, {
    headers: { 'if-match': String(body['eTag']) },
    body: { ...whole, customerProfile: { ...profile, name: 'Other' } },
  });
  const changed = await world.call('PUT', `${listPath}/${id}`, {
    headers: { 'if-match': String(body['eTag']) },
    body: { ...whole, name: 'New name' },
  });

  assert.deepEqual([bare.status, renamed.status, changed.status, changed.body['name']], [412, 400, 200, 'New name']);
});

test("the partner reads Microsoft's leg and cannot write it", async () => {
  const world = bench();
  const { legId } = await coSell(world);

  const read = await world.call('GET', `${listPath}/${legId}`);
  const written = await world.call('PATCH', `${listPath}/${legId}`, { body: [{ op: 'replace', path: '/name', value: 'Mine' }] });

  assert.deepEqual([read.status, written.status, errorOf(written).code], [200, 403, 'accessDenied']);
});

test('an unanswered deal expires after 14 days of the movable clock, and stays closed', async () => {
  const world = bench();
  const { id } = world.center.microsoft.sendDeal();

  world.advance(14 * dayMs);
  const accepted = await world.call('PATCH', `${listPath}/${id}`, {
    body: [
      { op: 'replace', path: '/status', value: 'Active' },
      { op: 'replace', path: '/substatus', value: 'Accepted' },
    ],
  });

  assert.equal(accepted.status, 400);
  assert.equal(world.center.referral(id)?.substatus, 'Expired');
  assert.equal(world.center.referral(id)?.closedDateTime, '2026-03-16T09:00:00Z');
});

test('the list has pages of 100 and a link to the next one until all were seen once', async () => {
  const world = bench();
  for (let index = 0; index < 205; index += 1) await create(world);
  const ids: string[] = [];
  let url: string | undefined = `${listPath}?$orderby=createdDateTime desc`;

  let pages = 0;
  while (url !== undefined) {
    const { body } = await world.call('GET', url);
    ids.push(...(body['value'] as { id: string }[]).map(({ id }) => id));
    const link = body['@odata.nextLink'] as string | undefined;
    url = link?.replace('https://api.partner.microsoft.com', '');
    pages += 1;
  }

  assert.equal(pages, 3);
  assert.equal(new Set(ids).size, 205);
  assert.equal(ids[0], world.center.referrals().at(-1)?.id);
});

test('the documented odd form of the next link can be switched on', async () => {
  const world = bench({ switches: { oddNextLink: true, pageSize: 1 } });
  await create(world);
  await create(world);

  const { body } = await world.call('GET', listPath);

  assert.match(String(body['@odata.nextLink']), /^http:\/\/api\.partner\.microsoft\.com\/v1\.0\/referrals\?\$skiptoken=/);
});

test('a new deal can be read at once and shows up in the list after the delay', async () => {
  const world = bench({ switches: { listDelayMs: 3000 } });
  const id = await create(world);
  const count = async (): Promise<unknown> => (await world.call('GET', listPath)).body['@odata.count'];

  const early = await count();
  world.advance(3000);

  assert.deepEqual([early, await count(), (await world.call('GET', `${listPath}/${id}`)).status], [0, 1, 200]);
});

for (const [filter, expected] of [
  ["status eq 'Active'", ['own', 'second']],
  ["status eq 'New' and direction eq 'Incoming'", ['inbound']],
  ["(status eq 'New' or status eq 'Active') and qualification ne 'None'", ['inbound', 'own', 'second']],
  ["customerProfile/address/country eq 'gb'", ['inbound', 'own', 'second']],
  ["team/any(t:t/email eq 'Sam@partner.example')", ['own', 'second']],
  ["team/any(t:t/email eq 'nobody@partner.example')", []],
  ['updatedDateTime gt 2026-03-02T09:00:30Z', ['second']],
  ["updatedDateTime le '2026-03-02T09:00:30.0000000Z'", ['inbound', 'own']],
  ['updatedDateTime ge 2026-03-02T10:01:00+01:00', ['second']],
] as const) {
  test(`the list can be filtered by ${filter}`, async () => {
    const world = bench({ switches: { microsoftLegInList: 'by engagement' } });
    const names = new Map([
      [await create(world), 'own'],
      [world.center.microsoft.sendDeal({ team: [] }).id, 'inbound'],
    ]);
    world.advance(60_000);
    names.set(await create(world), 'second');

    const { body, status } = await world.call('GET', `${listPath}?$filter=${encodeURIComponent(filter)}`);

    assert.equal(status, 200);
    assert.deepEqual((body['value'] as { id: string }[]).map(({ id }) => names.get(id)).toSorted(), [...expected]);
  });
}

test('an engagement is found with its id in quotes and without, both legs in it', async () => {
  const world = bench({ switches: { microsoftLegInList: 'by engagement' } });
  const { engagementId } = await coSell(world);
  const count = async (filter: string): Promise<unknown> =>
    (await world.call('GET', `${listPath}?$filter=${encodeURIComponent(filter)}`)).body['@odata.count'];

  assert.deepEqual([await count(`engagementId eq ${engagementId}`), await count(`engagementId eq '${engagementId}'`)], [2, 2]);
});

for (const filter of [
  "externalReferenceId eq 'x'",
  "name eq 'x'",
  'status eq',
  "status like 'x'",
  "(status eq 'New'",
  "status eq 'New' or",
  "contains(name,'x')",
  "status eq 'New' 5",
]) {
  test(`the filter ${filter} is refused`, async () => {
    const { status, body } = await bench().call('GET', `${listPath}?$filter=${encodeURIComponent(filter)}`);

    assert.deepEqual([status, (body['error'] as JsonObject)['target']], [400, '$filter']);
  });
}

test('a selection shows only what was asked for', async () => {
  const world = bench();
  await create(world);

  const { body } = await world.call('GET', `${listPath}?$select=id,UpdatedDateTime&$top=1`);

  assert.deepEqual(Object.keys((body['value'] as JsonObject[])[0] ?? {}), ['id', 'updatedDateTime']);
});

test('marketplace leads never come through the API', async () => {
  const world = bench();
  const { id } = world.center.microsoft.sendLead({ qualification: 'Direct' });

  assert.equal((await world.call('GET', listPath)).body['@odata.count'], 0);
  assert.equal((await world.call('GET', `${listPath}/${id}`)).status, 404);
});

test('a Referrals user sees the deals whose team names it, and changes none', async () => {
  const world = bench({ users: { 'sam@partner.example': { role: 'referrals user' }, 'eve@partner.example': { role: 'referrals user' } } });
  const { id } = await coSell(world);
  const as = (name: string): { token: string } => ({ token: `${name}@partner.example|referrals` });

  assert.equal((await world.call('GET', listPath, as('sam'))).body['@odata.count'], 2);
  assert.equal((await world.call('GET', listPath, as('eve'))).body['@odata.count'], 0);
  assert.equal((await world.call('GET', `${listPath}/${id}`, as('eve'))).status, 404);
  assert.equal(
    (await world.call('PATCH', `${listPath}/${id}`, { ...as('sam'), body: [{ op: 'replace', path: '/name', value: 'x' }] })).status,
    403,
  );
  assert.equal((await world.call('POST', listPath, { ...as('sam'), body: privateDeal })).status, 403);
});

test('each host takes tokens of its own audience only', async () => {
  const world = bench();

  assert.equal((await world.call('GET', listPath, { token: 'connector@partner.example|webhooks' })).status, 401);
  assert.equal((await world.call('GET', '/webhooks/v1/registration', { token: 'connector@partner.example|referrals' })).status, 401);
});

test('a token without MFA is refused with 900421, and ValidateMfa tells', async () => {
  const world = bench();

  const refused = await world.call('GET', listPath, {
    token: 'connector@partner.example|referrals|no-mfa',
    headers: { validatemfa: 'true' },
  });
  const taken = await world.call('GET', listPath, { headers: { validatemfa: 'true' } });

  assert.deepEqual(
    [refused.status, errorOf(refused).code, refused.headers['isMfaCompliant'], taken.headers['isMfaCompliant']],
    [401, '900421', 'false', 'true'],
  );
});

test('referrals cannot be read with an app-only token', async () => {
  assert.equal((await bench().call('GET', listPath, { token: 'app|referrals' })).status, 403);
});

test('too many calls are answered with 429 and the seconds to wait, after which calls pass again', async () => {
  const world = bench({ switches: { throttle: { capacity: 2, perSecond: 0.5 }, throttleBody: 'gateway' } });
  const statuses = [];
  for (let index = 0; index < 3; index += 1) statuses.push(await world.call('GET', listPath));

  world.advance(2000);
  const later = await world.call('GET', listPath);

  assert.deepEqual(
    statuses.map(({ status }) => status),
    [200, 200, 429],
  );
  assert.equal(statuses[2]?.headers['retry-after'], '2');
  assert.deepEqual(statuses[2]?.body, { statusCode: 429, message: 'Rate limit is exceeded. Try again in 2 seconds.' });
  assert.equal(later.status, 200);
});

test("the Microsoft seller accepts, and its leg shows the seller and the identifier of Microsoft's CRM", async () => {
  const world = bench();
  const { id, legId } = await coSell(world);

  world.center.microsoft.accept(id);

  const { body } = await world.call('GET', `${listPath}/${legId}`);
  assert.deepEqual([body['status'], body['substatus']], ['Active', 'Accepted']);
  assert.match(String((body['trackingInfo'] as JsonObject)['microsoftMsxId']), /^7-/);
  assert.equal((body['team'] as JsonObject[]).length, 1);
  assert.throws(() => world.center.microsoft.decline(id), /not possible/);
});

test('Microsoft sends a deal, the partner accepts it and wins it after three days', async () => {
  const world = bench();
  const { id } = world.center.microsoft.sendDeal({ dealValue: 12_000 });
  const move = (status: string, substatus: string): Promise<{ status: number }> =>
    world.call('PATCH', `${listPath}/${id}`, {
      body: [
        { op: 'replace', path: '/status', value: status },
        { op: 'replace', path: '/substatus', value: substatus },
      ],
    });

  const accepted = await move('Active', 'Accepted');
  world.advance(3 * dayMs);
  const won = await move('Closed', 'Won');
  const registered = await world.call('PATCH', `${listPath}/${id}`, {
    body: [{ op: 'add', path: '/registrations/-', value: { type: 'AzureIPCoSell', contract: { value: '12000', currency: 'GBP' } } }],
  });

  assert.deepEqual([accepted.status, won.status, registered.status], [204, 204, 204]);
  assert.equal(world.center.referral(id)?.registrationStatus, 'ReviewPending');
  assert.equal(world.center.referral(id)?.registrations[0]?.['status'], 'ReviewPending');
});

test('registering a deal won within 72 hours fails, and other changes after closing are refused', async () => {
  const world = bench();
  const id = await create(world);
  await world.call('PATCH', `${listPath}/${id}`, {
    body: [
      { op: 'replace', path: '/status', value: 'Closed' },
      { op: 'replace', path: '/substatus', value: 'Won' },
    ],
  });

  const registered = await world.call('PATCH', `${listPath}/${id}`, {
    body: [{ op: 'add', path: '/registrations/-', value: { type: 'AzureIPCoSell' } }],
  });
  const renamed = await world.call('PATCH', `${listPath}/${id}`, { body: [{ op: 'replace', path: '/name', value: 'Afterwards' }] });

  assert.deepEqual([registered.status, world.center.referral(id)?.registrationStatus, renamed.status], [204, 'Failed', 400]);
});

test('words that nobody documented can be sent out', async () => {
  const world = bench();
  const id = await create(world);

  world.center.microsoft.setState(id, 'Active', 'Engaged');

  assert.equal((await world.call('GET', `${listPath}/${id}`)).body['substatus'], 'Engaged');
});

test('times never stand still: two changes in one millisecond have different times', async () => {
  const world = bench();
  const first = await create(world, sharedDeal);
  const second = await create(world, sharedDeal);

  const [one, two] = [first, second].map((id) => world.center.referral(id)?.createdDateTime ?? '');

  assert.ok((one ?? '') < (two ?? ''));
  assert.equal(world.now(), start);
});
