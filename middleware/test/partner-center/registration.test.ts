import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { SyncError } from '../../src/errors.ts';
import { createRegistration, type Registration } from '../../src/partner-center/registration/registration.ts';
import { simulatedPartnerCenter, type SimulatedWorld } from './simulated-partner-center.ts';

const ownUrl = 'https://connector.example/webhooks/partner-center';
const otherUrl = 'https://flow.example/hook';
const referralEvents = ['referral-created', 'referral-updated', 'related-referral-created', 'related-referral-updated'];

function world(): SimulatedWorld & { readonly registration: Registration } {
  const simulated = simulatedPartnerCenter();
  const registration = createRegistration({
    call: simulated.call,
    system: simulated.system,
    baseUrl: 'https://api.partnercenter.microsoft.com/webhooks/v1',
    ownUrl,
  });
  return { ...simulated, registration };
}

async function taken(work: Promise<unknown>): Promise<SyncError> {
  const error = await work.then(
    () => assert.fail('should have been refused'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SyncError);
  return error;
}

describe('the webhook registration', () => {
  it('shows that nobody is registered, and what is missing', async () => {
    const { registration } = world();

    assert.deepEqual(await registration.show(), { owner: 'nobody', url: null, events: [], missing: [...referralEvents, 'test-created'] });
  });

  it('is made with the four referral events and the test event, signature in its own header', async () => {
    const { registration, center } = world();

    const state = await registration.register(null);

    assert.equal(state.owner, 'ours');
    assert.deepEqual(state.missing, []);
    assert.deepEqual(center.registration.current()?.webhookEvents, [...referralEvents, 'test-created']);
    assert.equal(center.registration.current()?.signatureTokenToMsSignatureHeader, true);
  });

  it('changes nothing when it is already right', async () => {
    const { registration, requests } = world();
    await registration.register(null);
    requests.length = 0;

    await registration.register(null);

    assert.deepEqual(
      requests.map(({ method }) => method),
      ['GET'],
    );
  });

  it('never replaces another address unless that address is named', async () => {
    const { registration, center } = world();
    center.registration.take(otherUrl, ['referral-created', 'invoice-ready']);

    const unnamed = await taken(registration.register(null));
    const misnamed = await taken(registration.register('https://else.example/'));

    assert.equal(unnamed.code, 'HOOK_TAKEN');
    assert.match(unnamed.message, /flow\.example/);
    assert.equal(misnamed.code, 'HOOK_TAKEN');
    assert.equal(center.registration.current()?.webhookUrl, otherUrl);
  });

  it('replaces the named address and keeps the events that were there', async () => {
    const { registration, center } = world();
    center.registration.take(otherUrl, ['invoice-ready', 'referral-created']);

    const state = await registration.register(otherUrl);

    assert.equal(state.owner, 'ours');
    assert.deepEqual(center.registration.current()?.webhookEvents, [
      'invoice-ready',
      ...['referral-created', 'referral-updated', 'related-referral-created', 'related-referral-updated', 'test-created'],
    ]);
  });

  it('adds missing events to its own registration', async () => {
    const { registration, center } = world();
    center.registration.take(ownUrl.replace('connector', 'CONNECTOR'), ['referral-created']);

    assert.deepEqual((await registration.show()).missing.length, 4);
    assert.deepEqual((await registration.register(null)).missing, []);
  });

  it('is given up by taking our events out, and another one is left alone', async () => {
    const { registration, center } = world();
    await registration.register(null);

    const after = await registration.unregister();
    center.registration.take(otherUrl, ['referral-created']);
    const others = await registration.unregister();

    assert.deepEqual(after.events, ['test-created']);
    assert.equal(others.owner, 'other');
    assert.deepEqual(center.registration.current()?.webhookEvents, ['referral-created']);
  });

  it('names the events the service offers', async () => {
    const { registration } = world();

    assert.ok((await registration.offeredEvents()).includes('related-referral-updated'));
  });

  it('sends a test event and tells how its delivery went', async () => {
    const { registration, center, system } = world();
    await registration.register(null);
    const sleep = system.sleep;
    system.sleep = async (ms, signal) => {
      await center.deliverDue(() => Promise.resolve({ status: 200 }));
      return sleep(ms, signal);
    };

    const result = await registration.test(60_000);

    assert.deepEqual(
      result.attempts.map(({ answer }) => answer),
      ['OK'],
    );
    assert.equal(result.url, ownUrl);
  });

  it('ends the wait for a test that is never delivered', async () => {
    const { registration, system } = world();
    await registration.register(null);
    const start = system.now();

    const result = await registration.test(10_000);

    assert.deepEqual(result.attempts, []);
    assert.ok(system.now() - start <= 12_000);
  });
});
