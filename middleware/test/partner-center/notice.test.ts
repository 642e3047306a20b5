import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { SyncError } from '../../src/errors.ts';
import { createNoticeVerifier, readNotice, type ReadNotice, type VerifiedNotice } from '../../src/partner-center/webhook/index.ts';
import { readFacts } from '../../src/partner-center/webhook/certificate-facts.ts';
import { allowedCertificateUrl, allowedIssuerUrl } from '../../src/partner-center/webhook/certificate-url.ts';
import { readObjectId, readSequence, readValues } from '../../src/partner-center/webhook/der.ts';
import { guardedLookup, isPublicAddress, loopbackNamesOf } from '../../src/partner-center/webhook/guarded-lookup.ts';
import { readCertificates, trustedRoots } from '../../src/partner-center/webhook/roots.ts';
import { readSignatureHeaders } from '../../src/partner-center/webhook/signature-headers.ts';
import { createTransport } from '../../src/transport.ts';
import { createTestAuthority } from '../../simulators/certificates.ts';
import { serve } from '../../simulators/wire.ts';
import { makeAuthority } from './certificates.ts';
import { scripted, wire } from './scripted-transport.ts';
import { virtualSystem } from './virtual-system.ts';

const now = Date.parse('2026-03-02T09:15:40Z');
const id = '7c0f3a52-6f0a-4b1e-9d6e-2f6a3c1b8e01';
const event = {
  EventName: 'referral-updated',
  ResourceUri: `https://api.partnercenter.microsoft.com/engagements/v1/referrals/${id}`,
  ResourceName: 'referral',
  AuditUri: null,
  ResourceChangeUtcDate: '2026-03-02T09:15:31.5485487+00:00',
};
/** Stands for bytes whose signature was checked elsewhere. */
const verified = (body: unknown): VerifiedNotice =>
  ({ body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }) as unknown as VerifiedNotice;
const read = (changes: object = {}): ReadNotice => readNotice(verified({ ...event, ...changes }), now);

describe('a verified body', () => {
  it('becomes a notice that says where to look, named by its bytes', () => {
    const result = read();

    assert.deepEqual(result, {
      kind: 'notice',
      late: false,
      notice: {
        source: 'partner-webhook',
        id: createHash('sha256').update(JSON.stringify(event)).digest('hex'),
        subject: { kind: 'referral', id },
        reason: 'referral-updated',
        at: Date.parse('2026-03-02T09:15:31.548Z'),
      },
    });
  });

  it('is read whatever the case of its names', () => {
    const lower = Object.fromEntries(Object.entries(event).map(([name, value]) => [name.toLowerCase(), value]));

    assert.equal(readNotice(verified(lower), now).kind, 'notice');
  });

  it('never gives more of its address than the id at the end', () => {
    for (const address of [`https://evil.example/x/${id.toUpperCase()}`, `/${id}`, `anything at all/${id}`]) {
      const result = read({ ResourceUri: address });

      assert.deepEqual(result.kind === 'notice' && result.notice.subject, { kind: 'referral', id });
    }
  });

  for (const address of [
    '',
    'https://api.partnercenter.microsoft.com/engagements/v1/referrals/',
    `https://x/${id}?a=1`,
    `https://x/${id}/..`,
    `https://x/${id}%00`,
    `https://x/a${id}`,
    'https://x/../../admin',
    null,
    7,
    { a: 1 },
  ]) {
    it(`is refused with the address ${JSON.stringify(address)}`, () => {
      assert.equal(read({ ResourceUri: address }).kind, 'malformed');
    });
  }

  it('is refused from more than ten minutes in the future, and taken from just below', () => {
    assert.equal(read({ ResourceChangeUtcDate: '2026-03-02T09:26:00Z' }).kind, 'malformed');
    assert.equal(read({ ResourceChangeUtcDate: '2026-03-02T09:25:30Z' }).kind, 'notice');
  });

  it('is taken and marked when it is days late', () => {
    const result = read({ ResourceChangeUtcDate: '2026-02-20T00:00:00Z' });

    assert.equal(result.kind === 'notice' && result.late, true);
  });

  for (const date of ['yesterday', '2026-13-45T00:00:00Z', '', null, 5]) {
    it(`is refused with the date ${JSON.stringify(date)}`, () => {
      assert.equal(read({ ResourceChangeUtcDate: date }).kind, 'malformed');
    });
  }

  it('is acknowledged as a test, or as an event nobody asked for', () => {
    assert.deepEqual(read({ EventName: 'test-created', ResourceUri: null }), { kind: 'test' });
    assert.deepEqual(read({ EventName: 'invoice-ready', ResourceUri: null }), { kind: 'unknown', event: 'invoice-ready' });
  });

  it('never crashes and never yields anything but a GUID, whatever JSON it holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.record({
            EventName: fc.constantFrom(event.EventName, 'x'),
            ResourceUri: fc.oneof(fc.string(), fc.constant(event.ResourceUri)),
            ResourceChangeUtcDate: fc.oneof(fc.string(), fc.constant(event.ResourceChangeUtcDate)),
          }),
        ),
        (body) => {
          const result = readNotice(verified(body), now);

          if (result.kind === 'notice') assert.match(result.notice.subject.id, /^[0-9a-f-]{36}$/);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the door for forgers', () => {
  const authority = makeAuthority();
  const names = ['x-ms-certificate-url', 'x-ms-signature-algorithm', 'x-ms-signature', 'authorization', '__proto__', 'constructor'];
  const values = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'rsa-sha256',
      '__proto__',
      'Signature ',
      `Signature ${'QUJD'.repeat(80)}`,
      'https://3psostorageacct.blob.core.windows.net/cert/x.cer',
    ),
  );

  it('never opens and never breaks, whatever headers and bodies come', async () => {
    const { transport } = scripted(() => wire(200, authority.leaf.pem + authority.issuing.pem));
    const verify = createNoticeVerifier({ transport, system: virtualSystem(Date.now()), extraRoots: [authority.root.pem] });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), values), fc.uint8Array({ maxLength: 64 }), async (headers, body) => {
        const result = await verify({ headers, body });

        assert.notEqual(result.kind, 'verified');
      }),
      { numRuns: 300 },
    );
  });

  it('allows an address only when it is exactly of the documented form', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.string().map((rest) => `https://3psostorageacct.blob.core.windows.net${rest}`),
        ),
        (address) => {
          const allowed = allowedCertificateUrl(address, ['3psostorageacct.blob.core.windows.net']);

          if (allowed !== null) assert.match(allowed, /^https:\/\/3psostorageacct\.blob\.core\.windows\.net\/cert\/[A-Za-z0-9._-]+\.cer$/);
          const issuer = allowedIssuerUrl(address, []);
          if (issuer !== null)
            assert.match(issuer, /^https:\/\/(www\.microsoft\.com\/pkiops\/certs|caissuers\.microsoft\.com|cacerts\.digicert\.com)\//);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never finds a certificate in noise, nor breaks on a damaged one', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(authority.leaf.der.length - 1),
        fc.integer({ min: 0, max: 255 }),
        (noise, at, octet) => {
          assert.equal(readCertificates(noise), null);
          const damaged = Buffer.from(authority.leaf.der);
          damaged[at] = octet;
          const [certificate] = readCertificates(damaged) ?? [];
          if (certificate) readFacts(certificate);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads no length beyond the end and no indefinite one', () => {
    for (const hex of ['3005', '3080', '308500000000000', '1f01', '30820100', '0203'])
      assert.throws(() => readSequence(Buffer.from(hex, 'hex')), RangeError);
    assert.deepEqual(readValues(Buffer.alloc(0)), []);
    assert.equal(readObjectId(Buffer.from('2a864886f70d01010b', 'hex')), '1.2.840.113549.1.1.11');
  });

  it('takes both header forms and nothing that only looks like them', () => {
    const headers = { 'x-ms-certificate-url': 'u', 'x-ms-signature-algorithm': 'rsa-sha256' };

    assert.equal(readSignatureHeaders({ ...headers, authorization: 'Signature QUJD' }).kind, 'headers');
    assert.equal(readSignatureHeaders({ ...headers, 'x-ms-signature': ['Signature QUJD'] }).kind, 'refused');
    assert.equal(readSignatureHeaders({ ...headers, 'x-ms-signature': `Signature ${'A'.repeat(2_000)}` }).kind, 'refused');
  });
});

describe('the pinned roots', () => {
  it('are found in Node’s own list', () => {
    assert.equal(trustedRoots().length, 4);
  });

  it('do not take something else as an extra root', () => {
    assert.throws(() => trustedRoots(['hello']));
  });
});

describe('the guarded lookup', () => {
  const resolver =
    (addresses: readonly { readonly address: string; readonly family: number }[]) =>
    (_name: string, done: (error: Error | null, found: typeof addresses) => void) =>
      done(null, addresses);
  const look = (name: string, addresses: readonly { readonly address: string; readonly family: number }[], all = false): Promise<unknown> =>
    new Promise((resolve) => {
      guardedLookup(['localhost'], resolver(addresses))(name, { all }, (error, address) => resolve(error ? 'refused' : address));
    });

  for (const [address, family] of [
    ['127.0.0.1', 4],
    ['10.1.2.3', 4],
    ['172.16.0.1', 4],
    ['192.168.1.1', 4],
    ['169.254.169.254', 4],
    ['100.64.0.1', 4],
    ['0.0.0.0', 4],
    ['224.0.0.1', 4],
    ['::1', 6],
    ['::', 6],
    ['fe80::1', 6],
    ['fd00::1', 6],
    ['::ffff:127.0.0.1', 6],
    ['::ffff:10.0.0.1', 6],
    ['64:ff9b::a00:1', 6],
  ] as const) {
    it(`drops ${address}`, async () => {
      assert.equal(isPublicAddress(address, family), false);
      assert.equal(await look('host.example', [{ address, family }]), 'refused');
    });
  }

  it('keeps public addresses, and only those, of a mixed answer', async () => {
    const mixed = [
      { address: '10.0.0.1', family: 4 },
      { address: '20.60.1.2', family: 4 },
      { address: '2603:1030::1', family: 6 },
    ];

    assert.equal(await look('host.example', mixed), '20.60.1.2');
    assert.deepEqual(await look('host.example', mixed, true), mixed.slice(1));
  });

  it('lets a configured name of this machine lead here and nowhere else', async () => {
    assert.equal(await look('localhost', [{ address: '127.0.0.1', family: 4 }]), '127.0.0.1');
    assert.equal(await look('localhost', [{ address: '20.60.1.2', family: 4 }]), 'refused');
    assert.deepEqual(loopbackNamesOf(['localhost:4443', '3psostorageacct.blob.core.windows.net']), ['localhost']);
  });

  it('decides for real connections too', async () => {
    const tls = createTestAuthority();
    const served = await serve(() => Promise.resolve({ status: 200, headers: {}, body: 'file' }), { tls: tls.serverCertificate() });
    const open = createTransport({ extraRoots: [tls.root.pem], lookup: guardedLookup(['localhost']) });
    const guarded = createTransport({ extraRoots: [tls.root.pem], lookup: guardedLookup([]) });
    try {
      const reached = await open.transport({ method: 'GET', url: served.origin });
      const stopped = await guarded.transport({ method: 'GET', url: served.origin }).catch((error: unknown) => error);

      assert.equal(Buffer.from(reached.body).toString(), 'file');
      assert.ok(stopped instanceof SyncError && stopped.code === 'NET_NOT_SENT');
    } finally {
      await Promise.all([open.close(), guarded.close(), served.close()]);
    }
  });
});
