import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { webhookPath, type DeliveryReport } from '../../src/http/webhook-route.ts';
import { openDoor, type Door } from '../../src/http/door.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createNoticeVerifier } from '../../src/partner-center/webhook/index.ts';
import type { Notice } from '../../src/sync/ports.ts';
import { realSystem } from '../../src/system.ts';
import type { Transport } from '../../src/transport.ts';
import { sharedTestAuthority } from '../../simulators/certificates.ts';
import { attackNames, attacks } from '../../simulators/partner-center/attacks.ts';
import { createSigner } from '../../simulators/partner-center/signing.ts';
import { SyncError } from '../../src/errors.ts';

const id = '7c0f3a52-6f0a-4b1e-9d6e-2f6a3c1b8e01';
const bodyOf = (changes: object = {}): string =>
  JSON.stringify({
    EventName: 'referral-updated',
    ResourceUri: `https://api.partnercenter.microsoft.com/engagements/v1/referrals/${id}`,
    ResourceName: 'referral',
    AuditUri: null,
    ResourceChangeUtcDate: new Date().toISOString(),
    ...changes,
  });

describe('the webhook door', () => {
  const origin = 'https://certificates.test';
  const authority = sharedTestAuthority();
  const signer = createSigner({ authority, origin: () => origin });
  const stored: Notice[] = [];
  const reports: DeliveryReport[] = [];
  let storeFails = false;
  /** Only so many new certificate addresses are looked at in a minute; each attack gets its own. */
  let moved = 0;
  let door: Door;
  let url = '';

  /** The simulator's certificate host; a hanging one is a broken connection after the time limit. */
  const transport: Transport = async (request) => {
    const { pathname } = new URL(request.url);
    const hangs = (attacks as { readonly [name: string]: { readonly says: string } })[
      /attack-(.+)\.cer/.exec(pathname)?.[1] ?? ''
    ]?.says.includes('never answers');
    if (hangs) throw new SyncError('NET_UNDECIDED');
    const answer = await signer.certificateService({ method: 'GET', url: pathname, headers: {}, body: new Uint8Array() });
    return { status: answer.status, headers: answer.headers, body: Buffer.from(answer.body) };
  };

  before(async () => {
    const system = realSystem(() => moved);
    door = await openDoor({
      system,
      webhook: {
        verify: createNoticeVerifier({
          transport,
          system,
          certificateHosts: ['certificates.test'],
          extraRoots: [authority.root.pem],
          issuerHosts: ['certificates.test'],
        }),
        accept: (notices) => {
          if (storeFails) return Promise.reject(new SyncError('STORE_DOWN'));
          const fresh = notices.filter((notice) => !stored.some((one) => one.id === notice.id));
          stored.push(...fresh);
          return Promise.resolve(fresh.length);
        },
        observe: (report) => reports.push(report),
      },
      commands: {},
      adminToken: null,
      ready: () => Promise.resolve(true),
      metrics: createMetrics([]),
      host: '127.0.0.1',
      port: 0,
      socketPath: null,
    });
    url = `http://127.0.0.1:${door.port}${webhookPath}`;
  });
  after(() => door.stop());

  const post = async (body: string, headers: { readonly [name: string]: string }): Promise<Response> => {
    const response = await fetch(url, { method: 'POST', headers, body });
    assert.equal(await response.text(), '', 'a stranger learns a status and nothing else');
    return response;
  };
  const deliver = (body: string, separateHeader = true): Promise<Response> => {
    const signed = signer.sign(body, separateHeader);
    return post(signed.body, signed.headers);
  };

  it('stores a genuine delivery before it answers 202, in both header forms', async () => {
    for (const separate of [true, false]) {
      const body = bodyOf({ AuditUri: String(separate) });
      const before_ = stored.length;

      assert.equal((await deliver(body, separate)).status, 202);
      assert.equal(stored.length, before_ + 1);
    }
  });

  it('answers 200 to the same delivery a second time', async () => {
    const body = bodyOf({ AuditUri: 'twice' });

    assert.equal((await deliver(body)).status, 202);
    assert.equal((await deliver(body)).status, 200);
  });

  it('answers 200 to a test and to an event nobody asked for', async () => {
    assert.equal((await deliver(bodyOf({ EventName: 'test-created' }))).status, 200);
    assert.equal((await deliver(bodyOf({ EventName: 'invoice-ready' }))).status, 200);
    assert.deepEqual(
      reports.slice(-2).map(({ result }) => result),
      ['test', 'unknown'],
    );
  });

  it('answers 400 to a genuine delivery that is no notification', async () => {
    assert.equal((await deliver('[]')).status, 400);
    assert.equal((await deliver(bodyOf({ ResourceUri: 'https://x/y' }))).status, 400);
    assert.equal((await deliver(bodyOf({ ResourceChangeUtcDate: '2099-01-01T00:00:00Z' }))).status, 400);
  });

  it('answers 503 with a time to come back when the notice cannot be stored, and takes it afterwards', async () => {
    const body = bodyOf({ AuditUri: 'store' });
    storeFails = true;
    const first = await deliver(body);
    storeFails = false;

    const second = await deliver(body);

    assert.equal(first.status, 503);
    assert.equal(first.headers.get('retry-after'), '30');
    assert.equal(second.status, 202);
  });

  for (const name of attackNames) {
    const { says, verdict } = attacks[name];
    it(`${verdict === 'accepted' ? 'takes' : 'refuses'} a delivery: ${says}`, async () => {
      const count = stored.length;
      moved += 61_000;
      const { body, headers } = signer.sign(bodyOf({ AuditUri: name }), true, name);

      const { status } = await post(body, headers);

      if (verdict === 'accepted') assert.equal(status, 202);
      else if (verdict === 'later') assert.equal(status, 503);
      else assert.ok(status === 400 || status === 401, `${name}: ${status}`);
      assert.equal(stored.length, verdict === 'accepted' ? count + 1 : count);
    });
  }

  it('answers 413 to a body above 256 KiB', async () => {
    assert.equal((await post('x'.repeat(300_000), { 'content-type': 'application/json' })).status, 413);
  });

  it('answers 415 to a compressed body and to another content type', async () => {
    assert.equal((await post('x', { 'content-type': 'application/json', 'content-encoding': 'gzip' })).status, 415);
    assert.equal((await post('x', { 'content-type': 'text/plain' })).status, 415);
  });

  it('answers 400 to an empty body', async () => {
    assert.equal((await post('', { 'content-type': 'application/json' })).status, 400);
  });

  it('answers 405 to anything but POST', async () => {
    const response = await fetch(url);

    assert.equal(response.status, 405);
    assert.equal(response.headers.get('allow'), 'POST');
  });
});
