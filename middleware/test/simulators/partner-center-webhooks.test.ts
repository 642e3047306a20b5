import assert from 'node:assert/strict';
import { constants, verify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';

import { attackNames, attacks, dispatchName, type AttackName } from '../../simulators/partner-center/attacks.ts';
import { sharedTestAuthority } from '../../simulators/certificates.ts';
import type { SignedDelivery } from '../../simulators/partner-center/signing.ts';
import { bench, coSell, create, listPath, type Bench } from './partner-center-harness.ts';

const registrationPath = '/webhooks/v1/registration';
const url = 'https://mw.example.com/webhooks/partner-center';
const registration = {
  WebhookUrl: url,
  WebhookEvents: ['referral-created', 'referral-updated', 'related-referral-created', 'related-referral-updated', 'test-created'],
  SignatureTokenToMsSignatureHeader: true,
};

interface Inbox {
  readonly world: Bench;
  readonly received: (SignedDelivery & { url: string })[];
  /** Delivers what is due; the receiver answers with the status. */
  deliver(status?: number): Promise<number>;
  events(): string[];
}

async function registered(options: Parameters<typeof bench>[0] = {}): Promise<Inbox> {
  const world = bench(options);
  assert.equal((await world.call('POST', registrationPath, { body: registration })).status, 200);
  const received: (SignedDelivery & { url: string })[] = [];
  return {
    world,
    received,
    deliver: (status = 202) =>
      world.center.deliverDue((delivery) => {
        received.push(delivery);
        return Promise.resolve({ status });
      }),
    events: () => received.map(({ body }) => (JSON.parse(body) as { EventName: string }).EventName),
  };
}

test('a tenant has one registration: a second POST is refused, PUT changes it, GET shows it', async () => {
  const world = bench();
  const statusOf = async (method: string, body?: object): Promise<number> =>
    (await world.call(method, registrationPath, body ? { body } : {})).status;

  assert.equal(await statusOf('GET'), 404);
  assert.equal(await statusOf('PUT', registration), 404);
  assert.equal(await statusOf('POST', registration), 200);
  assert.equal(await statusOf('POST', registration), 409);
  assert.equal(await statusOf('PUT', { webhookurl: 'https://other.example/hook', webhookevents: ['referral-created'] }), 200);
  const { body } = await world.call('GET', registrationPath);
  assert.deepEqual([body['WebhookUrl'], body['SignatureTokenToMsSignatureHeader']], ['https://other.example/hook', false]);
  assert.ok(body['SubscriberId']);
});

test('an error of the webhook host has its own form and carries the correlation of the call', async () => {
  const { body, headers } = await bench().call('GET', registrationPath, { headers: { 'ms-correlationid': 'k-1' } });

  assert.deepEqual(Object.keys(body), ['code', 'description', 'data', 'source']);
  assert.equal(headers['ms-correlationid'], 'k-1');
});

test('the host knows the four referral events and refuses an unknown one', async () => {
  const world = bench();

  const { body } = await world.call('GET', `${registrationPath}/events`);
  const refused = await world.call('POST', registrationPath, { body: { ...registration, WebhookEvents: ['referral-exploded'] } });

  assert.ok((body as unknown as string[]).includes('related-referral-updated'));
  assert.equal(refused.status, 400);
});

test('a test event is delivered and its result can be read, two a minute', async () => {
  const { world, deliver, events } = await registered();
  const start = (): Promise<{ status: number; body: { [name: string]: unknown } }> =>
    world.call('POST', `${registrationPath}/validationEvents`);
  const first = await start();
  await start();

  const third = await start();
  await deliver();
  const result = await world.call('GET', `${registrationPath}/validationEvents/${String(first.body['correlationId'])}`);

  assert.deepEqual([first.status, third.status], [200, 429]);
  assert.deepEqual(events(), ['test-created', 'test-created']);
  assert.equal(result.body['status'], 'completed');
  assert.equal((result.body['results'] as { responseCode: string }[])[0]?.responseCode, 'OK');
});

test('own changes and those of Microsoft raise events, related ones name the leg', async () => {
  const { world, deliver, events, received } = await registered();
  const { id, legId } = await coSell(world);
  world.center.microsoft.accept(id);
  world.center.microsoft.edit(id, { dealValue: 90_000 });

  await deliver();

  assert.deepEqual(events(), ['referral-created', 'related-referral-created', 'related-referral-updated', 'referral-updated']);
  assert.deepEqual(JSON.parse(received[2]?.body ?? ''), {
    EventName: 'related-referral-updated',
    ResourceUri: `https://api.partnercenter.microsoft.com/engagements/v1/referrals/${legId}`,
    ResourceName: 'related-referral',
    AuditUri: null,
    ResourceChangeUtcDate: world.center.referral(legId)?.updatedDateTime.replace('Z', '+00:00'),
  });
});

test('by a switch related events carry the id of the own referral', async () => {
  const { world, deliver, received } = await registered({ switches: { relatedEventCarries: 'own referral' } });
  const { id } = await coSell(world);

  await deliver();

  assert.match(received[1]?.body ?? '', new RegExp(`referrals/${id}"`));
});

test('an event that is not answered well is tried ten times, then it lies in the offline queue for good', async () => {
  const { world, deliver } = await registered({ switches: { webhookRetryMs: 1000 } });
  await create(world);

  let made = 0;
  for (let minute = 0; minute < 20; minute += 1) {
    made += await deliver(503);
    world.advance(1000);
  }

  assert.equal(made, 10);
  assert.deepEqual(
    world.center.webhooks.offline().map(({ event, attempts }) => [event.EventName, attempts.length]),
    [['referral-created', 10]],
  );
  assert.equal(world.center.dueAt(), null);
});

test('a receiver that breaks the connection is tried again', async () => {
  const { world, deliver } = await registered();
  await create(world);
  await world.center.deliverDue(() => Promise.reject(new Error('reset')));
  const dueAt = world.center.dueAt();

  world.advance(60_000);
  const made = await deliver();

  assert.equal(dueAt, world.now());
  assert.equal(made, 1);
  assert.equal(world.center.webhooks.all()[0]?.state, 'delivered');
});

test('events can be lost, repeated, delayed and overtaken', async () => {
  const { world, deliver, events } = await registered();
  const { webhooks } = world.center;
  const id = await create(world);
  await deliver();
  webhooks.faultNext({ kind: 'lose' });
  webhooks.faultNext({ kind: 'repeat', times: 3 });
  webhooks.faultNext({ kind: 'reorder' });
  const edit = (name: string): void => void world.center.microsoft.edit(id, { name });
  edit('lost');
  edit('three times');
  edit('overtaken');
  world.center.microsoft.sendLead();

  await deliver();
  world.advance(1);
  await deliver();

  assert.deepEqual(events(), [
    'referral-created',
    'referral-updated',
    'referral-updated',
    'referral-updated',
    'referral-created',
    'referral-updated',
  ]);
  assert.deepEqual(webhooks.all().filter(({ state }) => state === 'lost').length, 1);
});

test('nobody is told when no webhook is registered, or another environment has taken it', async () => {
  const world = bench();
  await create(world);
  assert.equal(world.center.webhooks.all().length, 0);

  world.center.registration.take('https://sandbox.example/hook');
  await create(world);
  const urls: string[] = [];
  await world.center.deliverDue((delivery) => {
    urls.push(delivery.url);
    return Promise.resolve({ status: 200 });
  });

  assert.deepEqual(urls, ['https://sandbox.example/hook']);
});

/** What a careful receiver does, with nothing but node:crypto. */
async function isGenuine(world: Bench, { headers, body }: SignedDelivery): Promise<boolean> {
  const address = new URL(headers['x-ms-certificate-url'] ?? 'https://missing.example/');
  if (address.host !== '3psostorageacct.blob.core.windows.net' || address.protocol !== 'https:' || address.search !== '') return false;
  if (headers['x-ms-signature-algorithm'] !== 'rsa-sha256') return false;
  const file = await Promise.race([
    world.center.certificateService({ method: 'GET', url: address.pathname, headers: {}, body: new Uint8Array() }),
    new Promise<null>((resolve) => setImmediate(() => resolve(null))),
  ]);
  if (file?.status !== 200) return false;
  const blocks =
    Buffer.from(file.body)
      .toString('utf8')
      .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const [leaf, issuer] = blocks.map((block) => new X509Certificate(block));
  const { root, intermediate } = sharedTestAuthority();
  if (!leaf || !issuer?.raw.equals(new X509Certificate(intermediate.pem).raw)) return false;
  const now = world.now();
  const trusted =
    leaf.verify(issuer.publicKey) &&
    leaf.checkIssued(issuer) &&
    issuer.verify(new X509Certificate(root.pem).publicKey) &&
    !leaf.ca &&
    leaf.validFromDate.getTime() <= now &&
    leaf.validToDate.getTime() > now;
  const { O, CN } = leaf.toLegacyObject().subject as { O?: unknown; CN?: unknown };
  const key = leaf.publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  const signature = /^Signature ([A-Za-z0-9+/=]+)$/.exec(headers['x-ms-signature'] ?? headers['authorization'] ?? '')?.[1];
  if (!trusted || O !== 'Microsoft Corporation' || CN !== dispatchName || key < 2048 || signature === undefined) return false;
  const bytes = Buffer.from(body, 'utf8');
  return verify('sha256', bytes, { key: leaf.publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(signature, 'base64'));
}

for (const separate of [true, false]) {
  test(`a delivery is signed over its raw body, with the signature in ${separate ? 'x-ms-signature' : 'Authorization'}`, async () => {
    const { world, deliver, received } = await registered();
    await world.call('PUT', registrationPath, { body: { ...registration, SignatureTokenToMsSignatureHeader: separate } });
    await create(world);

    await deliver();

    const delivery = received[0];
    assert.ok(delivery);
    assert.match(delivery.headers[separate ? 'x-ms-signature' : 'authorization'] ?? '', /^Signature /);
    assert.equal(await isGenuine(world, delivery), true);
    assert.equal(await isGenuine(world, { ...delivery, body: `${delivery.body} ` }), false);
  });
}

for (const name of attackNames) {
  test(`a forged delivery does not pass a careful check: ${attacks[name].says}`, async () => {
    const { world, deliver, received } = await registered();
    await create(world);
    world.center.webhooks.attackNext(name);

    await deliver();

    assert.ok(received[0]);
    assert.equal(await isGenuine(world, received[0]), false);
  });
}

test('the missing intermediate of one attack can be fetched where the certificate says', async () => {
  const { world } = await registered();
  const name: AttackName = 'intermediate-by-address';

  const { headers } = world.center.signer.sign('{}', true, name);
  const fetched = async (path: string): Promise<Buffer> =>
    Buffer.from((await world.center.certificateService({ method: 'GET', url: path, headers: {}, body: new Uint8Array() })).body);
  const leaf = new X509Certificate(await fetched(new URL(headers['x-ms-certificate-url'] ?? '').pathname));
  const issuer = new X509Certificate(await fetched(new URL(/URI:(\S+)/.exec(leaf.infoAccess ?? '')?.[1] ?? '').pathname));

  assert.equal(leaf.verify(issuer.publicKey), true);
});

test('a renewed certificate lies under the same address and has another key', async () => {
  const { world } = await registered();
  const { signer } = world.center;
  const [before, address] = [signer.leaf().der, signer.certificateUrl()];

  signer.renew();

  assert.equal(signer.certificateUrl(), address);
  assert.notDeepEqual(signer.leaf().der, before);
});

test('the list tells of every event nobody delivered, for a sweep', async () => {
  const { world, deliver } = await registered();
  world.center.webhooks.faultNext({ kind: 'lose' });
  const { id } = world.center.microsoft.sendDeal();
  await deliver();

  const { body } = await world.call('GET', `${listPath}?$filter=${encodeURIComponent('updatedDateTime ge 2026-03-02T09:00:00Z')}`);

  assert.ok((body['value'] as { id: string }[]).some((referral) => referral.id === id));
});
