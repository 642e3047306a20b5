import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import fc from 'fast-check';

import { people } from '../../simulators/salesforce/seed.ts';
import { createTokenSource } from '../../src/salesforce/auth/token-source.ts';
import { pemOf, selfSigned } from '../../src/setup/client-app/certificate.ts';
import { generateApp, printGenerated, type AppWishes } from '../../src/setup/client-app/generate.ts';
import { root } from '../../src/setup/installation.ts';
import { realSystem } from '../../src/system.ts';
import { createTransport } from '../../src/transport.ts';
import { ownHome, serveOrg } from './served-org.ts';

const home = ownHome();
const scratch = mkdtempSync(join(tmpdir(), 'cosell-app-'));
after(() => {
  rmSync(scratch, { recursive: true, force: true });
  home.remove();
});

const now = Date.parse('2026-11-20T10:00:00Z');
const wishes = (name: string, change: Partial<AppWishes> = {}): AppWishes => ({
  contactEmail: 'admin@contoso.example',
  out: join(scratch, name),
  days: 730,
  root,
  now,
  ...change,
});

test('The certificate is what a verifier reads: name, time, key, own signature, no authority', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = new X509Certificate(
    selfSigned({ commonName: 'Partner Center service', ...keys, notBefore: now, notAfter: Date.parse('2055-01-02T03:04:05Z') }),
  );
  assert.equal(certificate.subject, 'CN=Partner Center service');
  assert.equal(certificate.issuer, certificate.subject);
  assert.equal(certificate.ca, false);
  assert.deepEqual([certificate.validFromDate.getTime(), certificate.validToDate.getTime()], [now, Date.parse('2055-01-02T03:04:05Z')]);
  assert.ok(certificate.checkPrivateKey(keys.privateKey));
  assert.ok(certificate.verify(keys.publicKey));
  assert.ok(!certificate.verify(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey));
});

test('Whatever the name and the time, the certificate can be read again', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 1024 });
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 300, unit: fc.constantFrom(...'abcXYZ 0123-äß漢') }),
      fc.integer({ min: 1, max: 40_000 }),
      (commonName, days) => {
        const certificate = new X509Certificate(selfSigned({ commonName, ...keys, notBefore: now, notAfter: now + days * 86_400_000 }));
        assert.ok(certificate.verify(keys.publicKey));
        assert.equal(certificate.validToDate.getTime(), now + days * 86_400_000);
      },
    ),
    { numRuns: 60 },
  );
});

test('OpenSSL, where there is one, agrees with the certificate and its extensions', (t) => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const path = join(scratch, 'one.crt');
  writeFileSync(
    path,
    pemOf(selfSigned({ commonName: 'Partner Center service', ...keys, notBefore: Date.now() - 60_000, notAfter: Date.now() + 86_400_000 })),
  );
  const verified = spawnSync('openssl', ['verify', '-CAfile', path, '-check_ss_sig', path], { encoding: 'utf8' });
  if (verified.error) {
    t.diagnostic('there is no openssl on this machine');
    return;
  }
  const shown = spawnSync('openssl', ['x509', '-in', path, '-noout', '-text'], { encoding: 'utf8' }).stdout;
  assert.match(shown, /Version: 3[\s\S]*sha256WithRSAEncryption[\s\S]*CA:FALSE[\s\S]*Digital Signature/);
  assert.match(spawnSync('openssl', ['asn1parse', '-in', path], { encoding: 'utf8' }).stdout, /:2\.5\.29\.15|X509v3 Key Usage/);
});

test('The generated folder holds key, certificate and the filled-in app, and the key is for its owner only', () => {
  const made = generateApp(wishes('app'));
  assert.equal(made.goodUntil, '2028-11-19');
  assert.equal(statSync(made.privateKey).mode & 0o777, 0o600);
  const certificate = new X509Certificate(readFileSync(made.certificate));
  assert.ok(certificate.checkPrivateKey(createPrivateKey(readFileSync(made.privateKey))));
  const global = readFileSync(
    join(made.out, 'app/extlClntAppGlobalOauthSets/PC_Partner_Center_Service_glbloauth.ecaGlblOauth-meta.xml'),
    'utf8',
  );
  const body = /<certificate>([A-Za-z0-9+/=]+)<\/certificate>/.exec(global)?.[1] ?? '';
  assert.equal(new X509Certificate(Buffer.from(body, 'base64')).fingerprint256, certificate.fingerprint256);
  assert.match(
    readFileSync(join(made.out, 'app/externalClientApps/PC_Partner_Center_Service.eca-meta.xml'), 'utf8'),
    /<contactEmail>admin@contoso\.example</,
  );
  for (const name of made.files) assert.doesNotMatch(readFileSync(join(made.out, name), 'utf8'), /\{\{/, name);
  assert.equal(readFileSync(join(made.out, '.gitignore'), 'utf8'), '*\n');
  assert.match(printGenerated(made), /COSELL_SALESFORCE_PRIVATE_KEY_FILE=.*service\.key/);
});

test('A key is never overwritten, never put into the package, and wrong wishes write nothing', () => {
  mkdirSync(join(scratch, 'full'));
  writeFileSync(join(scratch, 'full/service.key'), 'mine');
  assert.throws(() => generateApp(wishes('full')), /never overwritten/);
  assert.throws(() => generateApp(wishes('x', { out: join(root, 'force-app/secret') })), /lies in the Salesforce package/);
  assert.throws(() => generateApp(wishes('mail', { contactEmail: 'nobody' })), /no mail address/);
  assert.throws(() => generateApp(wishes('days', { days: Number('soon') })), /--days must be a whole number/);
  assert.throws(() => generateApp(wishes('bare', { root: scratch })), /Run this command in the clone/);
  assert.deepEqual(
    ['mail', 'days', 'bare'].filter((name) => existsSync(join(scratch, name))),
    [],
  );
  assert.equal(readFileSync(join(scratch, 'full/service.key'), 'utf8'), 'mine');
});

test('An org takes the generated app, and the service signs in with the generated key', async () => {
  const made = generateApp(wishes('whole', { now: Date.now() }));
  const served = await serveOrg(['force-app']);
  const wire = createTransport();
  try {
    const { ComponentSet } = await import('@salesforce/source-deploy-retrieve');
    const set = ComponentSet.fromSource(join(made.out, 'app'));
    const operation = await set.deploy({ usernameOrConnection: await served.connection() });
    const result = await operation.pollStatus({ frequency: 20 } as unknown as Parameters<typeof operation.pollStatus>[0]);
    assert.equal(result.response.success, true, JSON.stringify(result.response.details.componentFailures));
    assert.equal(set.size, 5);

    served.org.registerApp({
      consumerKey: 'generated',
      certificate: readFileSync(made.certificate, 'utf8'),
      preauthorized: [people.integration],
    });
    const source = (privateKey: string) =>
      createTokenSource({
        transport: wire.transport,
        system: realSystem(),
        loginUrl: served.origin,
        credentials: { kind: 'jwt', clientId: 'generated', username: people.integration, privateKey, audience: null },
      });
    const session = await source(readFileSync(made.privateKey, 'utf8')).session();
    assert.equal(session.instanceUrl, served.origin);
    const stranger = String(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await assert.rejects(source(stranger).session());
    assert.ok(createPublicKey(readFileSync(made.certificate)));
  } finally {
    await wire.close();
    await served.close();
  }
});
