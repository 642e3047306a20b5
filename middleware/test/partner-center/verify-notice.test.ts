import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { SyncError } from '../../src/errors.ts';
import { createNoticeVerifier, type Delivery, type VerifierOptions } from '../../src/partner-center/webhook/index.ts';
import type { WireRequest } from '../../src/transport.ts';
import { elliptic, issue, makeAuthority, rsa, signed, signerName, type CertificateOptions, type Issued } from './certificates.ts';
import { scripted, wire, type Answer, type Scripted } from './scripted-transport.ts';
import { virtualSystem, type VirtualSystem } from './virtual-system.ts';

const authority = makeAuthority();
const url = 'https://3psostorageacct.blob.core.windows.net/cert/pcnotifications-dispatch.microsoft.com.cer';
const body = Buffer.from('{"EventName":"referral-updated"}');
const realTime = (): number => Date.now();

const headersFor = (leaf: Issued, changes: { readonly [name: string]: string | undefined } = {}): Delivery['headers'] => ({
  'x-ms-certificate-url': url,
  'x-ms-signature-algorithm': 'rsa-sha256',
  'x-ms-signature': `Signature ${signed(body, leaf.keys.privateKey)}`,
  ...changes,
});

const chainOf = (...certificates: readonly Issued[]): Buffer => Buffer.from(certificates.map((one) => one.pem).join(''));

interface World extends Scripted {
  readonly system: VirtualSystem;
  verify(delivery: Delivery): ReturnType<ReturnType<typeof createNoticeVerifier>>;
}

/** @param file what lies at the certificate address. */
function world(file: Answer | ((request: WireRequest, count: number) => Answer), options: Partial<VerifierOptions> = {}): World {
  const net = scripted(typeof file === 'function' ? file : () => file);
  const system = virtualSystem(realTime());
  const verify = createNoticeVerifier({ transport: net.transport, system, extraRoots: [authority.root.pem], ...options });
  return { ...net, system, verify };
}

const goodFile = (): Answer => wire(200, chainOf(authority.leaf, authority.issuing));
const leafWith = (options: Partial<CertificateOptions>): Issued =>
  issue({ subject: signerName, keys: authority.leaf.keys, issuer: authority.issuing, ca: false, keyUsage: [0], ...options });

async function refusal(file: Issued | readonly Issued[], options: Partial<VerifierOptions> = {}): Promise<string> {
  const list = Array.isArray(file) ? (file as readonly Issued[]) : [file as Issued, authority.issuing];
  const result = await world(wire(200, chainOf(...list)), options).verify({ headers: headersFor(list[0] ?? authority.leaf), body });
  assert.equal(result.kind, 'refused');
  assert.equal(result.kind === 'refused' && result.status, 401);
  return result.kind === 'refused' ? result.why : '';
}

describe('a genuine delivery', () => {
  it('is verified with the signature in x-ms-signature', async () => {
    const result = await world(goodFile()).verify({ headers: headersFor(authority.leaf), body });

    assert.equal(result.kind, 'verified');
    assert.deepEqual(result.kind === 'verified' && Buffer.from(result.notice.body), body);
  });

  it('is verified with the signature in Authorization', async () => {
    const signature = `Signature ${signed(body, authority.leaf.keys.privateKey)}`;

    const result = await world(goodFile()).verify({
      headers: headersFor(authority.leaf, { 'x-ms-signature': undefined, authorization: signature }),
      body,
    });

    assert.equal(result.kind, 'verified');
  });

  it('is verified although a gateway put its own Authorization beside x-ms-signature', async () => {
    const result = await world(goodFile()).verify({ headers: headersFor(authority.leaf, { authorization: 'Basic Z2F0ZXdheQ==' }), body });

    assert.equal(result.kind, 'verified');
  });

  for (const hash of ['sha256', 'sha384', 'sha512']) {
    it(`is verified with RSA and ${hash}`, async () => {
      const headers = headersFor(authority.leaf, {
        'x-ms-signature-algorithm': `RSA-${hash.toUpperCase()}`,
        'x-ms-signature': `Signature ${signed(body, authority.leaf.keys.privateKey, hash)}`,
      });

      assert.equal((await world(goodFile()).verify({ headers, body })).kind, 'verified');
    });
  }

  it('is verified when the certificate is one DER file and the issuer comes from the configuration', async () => {
    const { verify } = world(wire(200, authority.leaf.der), { intermediates: [authority.issuing.pem] });

    assert.equal((await verify({ headers: headersFor(authority.leaf), body })).kind, 'verified');
  });

  it('is verified when the issuing certificate stands before the leaf in the file', async () => {
    const { verify } = world(wire(200, chainOf(authority.issuing, authority.leaf)));

    assert.equal((await verify({ headers: headersFor(authority.leaf), body })).kind, 'verified');
  });

  it('is verified when the issuer has to be fetched from the place the certificate names', async () => {
    const leaf = leafWith({ issuerUrl: 'http://www.microsoft.com/pkiops/certs/Test%20Issuing.crt' });
    const net = world((request) => (request.url === url ? wire(200, leaf.der) : wire(200, authority.issuing.der)));

    const result = await net.verify({ headers: headersFor(leaf), body });

    assert.equal(result.kind, 'verified');
    assert.equal(net.requests[1]?.url, 'https://www.microsoft.com/pkiops/certs/Test%20Issuing.crt');
  });

  it('is verified by an alternative name when the common name differs', async () => {
    const leaf = leafWith({
      subject: [
        ['O', 'Microsoft Corporation'],
        ['CN', 'other'],
      ],
      dnsNames: ['pcnotifications-dispatch.microsoft.com'],
    });

    assert.equal((await world(wire(200, chainOf(leaf, authority.issuing))).verify({ headers: headersFor(leaf), body })).kind, 'verified');
  });
});

describe('headers that do not hold', () => {
  for (const [what, changes, status] of [
    ['no certificate address', { 'x-ms-certificate-url': undefined }, 400],
    ['no algorithm', { 'x-ms-signature-algorithm': undefined }, 400],
    ['no signature at all', { 'x-ms-signature': undefined }, 401],
    ['a bearer token instead of a signature', { 'x-ms-signature': undefined, authorization: 'Bearer abcdefgh' }, 400],
    ['a signature that is not base64', { 'x-ms-signature': 'Signature ****' }, 400],
    ['two signatures joined by a comma', { 'x-ms-signature': 'Signature AAAA, Signature BBBB' }, 400],
    ['SHA-1', { 'x-ms-signature-algorithm': 'rsa-sha1' }, 401],
    ['MD5', { 'x-ms-signature-algorithm': 'rsa-md5' }, 401],
    ['an algorithm named __proto__', { 'x-ms-signature-algorithm': '__proto__' }, 401],
    ['an algorithm named constructor', { 'x-ms-signature-algorithm': 'constructor' }, 401],
    ['an HMAC', { 'x-ms-signature-algorithm': 'hmac-sha256' }, 401],
  ] as const) {
    it(`are refused without a download: ${what}`, async () => {
      const net = world(goodFile());

      const result = await net.verify({ headers: headersFor(authority.leaf, changes), body });

      assert.equal(result.kind === 'refused' && result.status, status);
      assert.equal(net.requests.length, 0);
    });
  }
});

describe('a certificate address that is not Microsoft’s', () => {
  const file = 'pcnotifications-dispatch.microsoft.com.cer';
  for (const [what, address] of [
    ['another account of the same storage', `https://evil.blob.core.windows.net/cert/${file}`],
    ['the allowed host as a sub-domain of another', `https://3psostorageacct.blob.core.windows.net.evil.example/cert/${file}`],
    ['the allowed host as a suffix', `https://x3psostorageacct.blob.core.windows.net/cert/${file}`],
    ['a name before the allowed host', `https://a.3psostorageacct.blob.core.windows.net/cert/${file}`],
    ['the allowed host with a dot at the end', `https://3psostorageacct.blob.core.windows.net./cert/${file}`],
    ['plain http', `http://3psostorageacct.blob.core.windows.net/cert/${file}`],
    ['another port', `https://3psostorageacct.blob.core.windows.net:8443/cert/${file}`],
    ['user information', `https://3psostorageacct.blob.core.windows.net@evil.example/cert/${file}`],
    ['a query', `https://3psostorageacct.blob.core.windows.net/cert/${file}?sig=1`],
    ['a fragment', `https://3psostorageacct.blob.core.windows.net/cert/${file}#x`],
    ['another folder', `https://3psostorageacct.blob.core.windows.net/other/${file}`],
    ['a path that climbs', `https://3psostorageacct.blob.core.windows.net/cert/../other/${file}`],
    ['an encoded path', `https://3psostorageacct.blob.core.windows.net/cert/%2e%2e/${file}`],
    ['a back-slash', `https://3psostorageacct.blob.core.windows.net\\@evil.example/cert/${file}`],
    ['letters of another script', `https://3psostorageacct.blob.core.window\u0455.net/cert/${file}`],
    ['the metadata service', 'https://169.254.169.254/cert/x.cer'],
    ['this machine', 'https://localhost/cert/x.cer'],
    ['a file address', 'file:///etc/cert/x.cer'],
    ['a very long address', `https://3psostorageacct.blob.core.windows.net/cert/${'a'.repeat(600)}.cer`],
    ['a line break', `https://3psostorageacct.blob.core.windows.net/cert/x.cer\r\nx: y`],
  ] as const) {
    it(`is refused without a download: ${what}`, async () => {
      const net = world(goodFile());

      const result = await net.verify({ headers: headersFor(authority.leaf, { 'x-ms-certificate-url': address }), body });

      assert.equal(result.kind === 'refused' && result.status, 401);
      assert.equal(net.requests.length, 0);
    });
  }

  it('is allowed on a port of its own only when the configuration names host and port', async () => {
    const address = 'https://localhost:4443/cert/x.cer';
    const delivery = { headers: headersFor(authority.leaf, { 'x-ms-certificate-url': address }), body };

    const named = await world(goodFile(), { certificateHosts: ['localhost:4443'] }).verify(delivery);
    const other = await world(goodFile(), { certificateHosts: ['localhost'] }).verify(delivery);

    assert.equal(named.kind, 'verified');
    assert.equal(other.kind, 'refused');
  });
});

describe('a signature that does not hold', () => {
  it('is refused when one byte of the body was changed', async () => {
    const changed = Buffer.from(body);
    changed[2] = (changed[2] ?? 0) ^ 1;

    assert.equal((await world(goodFile()).verify({ headers: headersFor(authority.leaf), body: changed })).kind, 'refused');
  });

  it('is refused when the body was only printed again with other blanks', async () => {
    const again = Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 2));

    assert.equal((await world(goodFile()).verify({ headers: headersFor(authority.leaf), body: again })).kind, 'refused');
  });

  it('is refused when another key made it', async () => {
    const headers = headersFor(authority.leaf, { 'x-ms-signature': `Signature ${signed(body, rsa().privateKey)}` });

    assert.equal((await world(goodFile()).verify({ headers, body })).kind, 'refused');
  });

  it('is refused when it was made with another hash than the header says', async () => {
    const headers = headersFor(authority.leaf, { 'x-ms-signature': `Signature ${signed(body, authority.leaf.keys.privateKey, 'sha512')}` });

    assert.equal((await world(goodFile()).verify({ headers, body })).kind, 'refused');
  });
});

describe('a certificate that may not sign', () => {
  const day = 86_400_000;

  it('is refused when it has expired', async () => {
    assert.match(await refusal(leafWith({ validFrom: Date.now() - 9 * day, validTo: Date.now() - day })), /no valid path/);
  });

  it('is refused when it is not valid yet', async () => {
    assert.match(await refusal(leafWith({ validFrom: Date.now() + day })), /no valid path/);
  });

  it('is refused when it is signed by itself', async () => {
    assert.match(await refusal([issue({ subject: signerName, keys: authority.leaf.keys, ca: false })]), /no valid path/);
  });

  it('is refused when its issuer has the right names and other keys', async () => {
    const fake = issue({ subject: authority.issuing.subject, keys: rsa(), issuer: { ...authority.root, keys: rsa() }, ca: true });

    assert.match(await refusal([leafWith({ issuer: fake }), fake]), /no valid path/);
  });

  it('is refused when a leaf issued it', async () => {
    assert.match(await refusal([leafWith({ issuer: authority.leaf }), authority.leaf, authority.issuing]), /no valid path/);
  });

  it('is refused below a sub-authority that path length 0 forbids', async () => {
    const sub = issue({ subject: [['CN', 'Sub']], keys: rsa(), issuer: authority.issuing, ca: true, keyUsage: [5] });

    assert.match(await refusal([leafWith({ issuer: sub }), sub, authority.issuing]), /no valid path/);
  });

  it('is refused when its issuer may not sign certificates', async () => {
    const issuing = issue({ subject: [['CN', 'No signing']], keys: rsa(), issuer: authority.root, ca: true, keyUsage: [0] });

    assert.match(await refusal([leafWith({ issuer: issuing }), issuing]), /no valid path/);
  });

  it('is refused when its issuer is no authority', async () => {
    const issuing = issue({ subject: [['CN', 'No authority']], keys: rsa(), issuer: authority.root, ca: false });

    assert.match(await refusal([leafWith({ issuer: issuing }), issuing]), /no valid path/);
  });

  it('is refused when its issuer has expired', async () => {
    const issuing = issue({
      subject: [['CN', 'Old']],
      keys: rsa(),
      issuer: authority.root,
      ca: true,
      validFrom: 0,
      validTo: Date.now() - day,
    });

    assert.match(await refusal([leafWith({ issuer: issuing }), issuing]), /no valid path/);
  });

  it('is refused when the path leads to a root nobody pinned', async () => {
    const stranger = makeAuthority();

    assert.match(await refusal([stranger.leaf, stranger.issuing, stranger.root]), /no valid path/);
  });

  it('is refused when an authority on the way carries a critical extension nobody knows', async () => {
    const issuing = issue({
      subject: [['CN', 'Odd']],
      keys: rsa(),
      issuer: authority.root,
      ca: true,
      unknownCritical: '1.3.6.1.4.1.99999.1',
    });

    assert.match(await refusal([leafWith({ issuer: issuing }), issuing]), /no valid path/);
  });

  it('is refused when it was signed with SHA-1', async () => {
    assert.match(await refusal(leafWith({ hash: 'sha1' })), /no valid path/);
  });

  it('is refused when it carries a critical extension nobody knows', async () => {
    assert.match(await refusal(leafWith({ unknownCritical: '1.3.6.1.4.1.99999.1' })), /critical extension/);
  });

  it('is refused when another organisation holds it', async () => {
    assert.match(
      await refusal(
        leafWith({
          subject: [
            ['O', 'Contoso'],
            ['CN', 'pcnotifications-dispatch.microsoft.com'],
          ],
        }),
      ),
      /not Microsoft Corporation/,
    );
  });

  it('is refused when it names two organisations', async () => {
    const subject = [['O', 'Contoso'], ...signerName] as const;

    assert.match(await refusal(leafWith({ subject })), /not Microsoft Corporation/);
  });

  it('is refused when the organisation only stands inside the common name', async () => {
    assert.match(
      await refusal(leafWith({ subject: [['CN', 'pcnotifications-dispatch.microsoft.com\nO=Microsoft Corporation']] })),
      /not Microsoft Corporation/,
    );
  });

  it('is refused when it belongs to another site of Microsoft', async () => {
    assert.match(
      await refusal(
        leafWith({
          subject: [
            ['O', 'Microsoft Corporation'],
            ['CN', 'someone.azurewebsites.net'],
          ],
        }),
      ),
      /not an allowed signer/,
    );
  });

  it('is refused when a wildcard would cover the name', async () => {
    const leaf = leafWith({ subject: [['O', 'Microsoft Corporation']], dnsNames: ['*.microsoft.com'] });

    assert.match(await refusal(leaf), /not an allowed signer/);
  });

  it('is refused when it is an authority itself', async () => {
    assert.match(await refusal([leafWith({ ca: true }), authority.issuing]), /authority/);
  });

  it('is refused when its key is not for signatures', async () => {
    assert.match(await refusal(leafWith({ keyUsage: [2] })), /not for signatures/);
  });

  it('is refused when its key has 1,024 bits', async () => {
    assert.match(await refusal(leafWith({ keys: rsa(1_024) })), /2,048/);
  });

  it('is refused when its key is elliptic', async () => {
    assert.match(await refusal(leafWith({ keys: elliptic() })), /not RSA/);
  });

  it('is refused when the file is no certificate', async () => {
    const result = await world(wire(200, '<html>hello</html>')).verify({ headers: headersFor(authority.leaf), body });

    assert.equal(result.kind, 'refused');
  });
});

describe('a certificate that cannot be fetched', () => {
  for (const [what, answer] of [
    ['the host cannot be reached', new SyncError('NET_NOT_SENT')],
    ['the host hangs', new SyncError('NET_UNDECIDED')],
    ['the host sends to another place', wire(302, '', { location: 'https://evil.example/x.cer' })],
    ['the file is not there', wire(404)],
    ['the file is larger than 64 KiB', wire(200, Buffer.alloc(70_000, 65))],
    ['the file is empty', wire(200)],
  ] as const) {
    it(`asks Microsoft to come back: ${what}`, async () => {
      const net = world(answer);

      const result = await net.verify({ headers: headersFor(authority.leaf), body });

      assert.equal(result.kind, 'unavailable');
      assert.equal(net.requests.length, 1);
    });
  }

  it('is not asked for again within 30 seconds, and is afterwards', async () => {
    const net = world((_request, count) => (count === 0 ? new SyncError('NET_NOT_SENT') : goodFile()));
    const delivery = { headers: headersFor(authority.leaf), body };
    await net.verify(delivery);

    const atOnce = await net.verify(delivery);
    net.system.advance(31_000);
    const later = await net.verify(delivery);

    assert.equal(atOnce.kind, 'unavailable');
    assert.equal(later.kind, 'verified');
    assert.equal(net.requests.length, 2);
  });

  it('asks Microsoft to come back when an issuer could not be fetched', async () => {
    const leaf = leafWith({ issuerUrl: 'http://caissuers.microsoft.com/issuing.crt' });
    const net = world((request) => (request.url === url ? wire(200, leaf.der) : new SyncError('NET_UNDECIDED')));

    assert.equal((await net.verify({ headers: headersFor(leaf), body })).kind, 'unavailable');
  });

  for (const address of [
    'http://169.254.169.254/latest',
    'http://localhost/x.crt',
    'http://www.microsoft.com/other/x.crt',
    'http://evil.example/pkiops/certs/x.crt',
    'ldap://www.microsoft.com/pkiops/certs/x',
  ]) {
    it(`never fetches an issuer from ${address}`, async () => {
      const leaf = leafWith({ issuerUrl: address });
      const net = world(wire(200, leaf.der));

      const result = await net.verify({ headers: headersFor(leaf), body });

      assert.equal(result.kind, 'refused');
      assert.equal(net.requests.length, 1);
    });
  }
});

describe('the store of certificates', () => {
  const delivery = { headers: headersFor(authority.leaf), body };
  const forged = {
    headers: headersFor(authority.leaf, { 'x-ms-signature': `Signature ${Buffer.alloc(256, 7).toString('base64')}` }),
    body,
  };

  it('downloads once for a hundred deliveries at the same moment', async () => {
    const net = world(goodFile());

    const results = await Promise.all(Array.from({ length: 100 }, () => net.verify(delivery)));

    assert.ok(results.every(({ kind }) => kind === 'verified'));
    assert.equal(net.requests.length, 1);
  });

  it('makes no further download for two hundred forged deliveries within a minute', async () => {
    const net = world(goodFile());
    await net.verify(delivery);

    const results = await Promise.all(Array.from({ length: 200 }, () => net.verify(forged)));

    assert.ok(results.every(({ kind }) => kind === 'refused'));
    assert.equal(net.requests.length, 1);
  });

  it('looks once more for two hundred forged deliveries after a minute', async () => {
    const net = world(goodFile());
    await net.verify(delivery);
    net.system.advance(61_000);

    const results = await Promise.all(Array.from({ length: 200 }, () => net.verify(forged)));

    assert.ok(results.every(({ kind }) => kind === 'refused'));
    assert.equal(net.requests.length, 2);
  });

  it('takes the new certificate that appears under the same address', async () => {
    const renewed = leafWith({ keys: rsa() });
    const net = world((_request, count) => (count === 0 ? goodFile() : wire(200, chainOf(renewed, authority.issuing))));
    await net.verify(delivery);
    net.system.advance(61_000);

    const result = await net.verify({ headers: headersFor(renewed), body });

    assert.equal(result.kind, 'verified');
  });

  it('asks Microsoft to come back when a fresh look is due and fails', async () => {
    const net = world((_request, count) => (count === 0 ? goodFile() : new SyncError('NET_NOT_SENT')));
    await net.verify(delivery);
    net.system.advance(61_000);

    assert.equal((await net.verify(forged)).kind, 'unavailable');
  });

  it('fetches again after twelve hours, and uses the older copy while that fails', async () => {
    const net = world((_request, count) => (count === 0 ? goodFile() : new SyncError('NET_NOT_SENT')));
    await net.verify(delivery);
    net.system.advance(12 * 3_600_000);

    const result = await net.verify(delivery);

    assert.equal(result.kind, 'verified');
    assert.equal(net.requests.length, 2);
  });

  it('stops trusting a certificate within an hour of its end', async () => {
    const leaf = leafWith({ validTo: Date.now() + 30 * 60_000 });
    const net = world(wire(200, chainOf(leaf, authority.issuing)));
    const short = { headers: headersFor(leaf), body };
    assert.equal((await net.verify(short)).kind, 'verified');
    net.system.advance(3_600_001);

    assert.equal((await net.verify(short)).kind, 'refused');
  });

  it('makes at most twenty downloads a minute however many addresses are named', async () => {
    const net = world(wire(404));

    for (let i = 0; i < 60; i += 1) {
      await net.verify({ headers: headersFor(authority.leaf, { 'x-ms-certificate-url': url.replace('pcnot', `n${i}pcnot`) }), body });
    }

    assert.equal(net.requests.length, 20);
  });
});
