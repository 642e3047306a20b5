/** Parsers at the door met by noise: never a crash, never a wrong accept. Webhook, DER and audit line have such tests in their rooms. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_MIN_VERSION } from 'node:tls';

import fc from 'fast-check';

import { printProblems, readConfig } from '../../src/config.ts';
import { settings } from '../../src/settings.ts';
import { quote, startsWith } from '../../src/salesforce/client/soql.ts';
import { codeOf, wireErrorsOf } from '../../src/salesforce/client/failure.ts';
import { catalogue, SyncError } from '../../src/errors.ts';
import { failureOf } from '../../src/partner-center/failure.ts';
import { createTransport, isSafeUrl } from '../../src/transport.ts';
import { createTestAuthority } from '../../simulators/certificates.ts';
import { empty, serve } from '../../simulators/wire.ts';

/** What a literal says to Salesforce, null when it ends before its last character. */
function readLiteral(literal: string): string | null {
  if (!literal.startsWith("'")) return null;
  let value = '';
  for (let at = 1; at < literal.length; at += 1) {
    const character = literal[at] ?? '';
    if (character === "'") return at === literal.length - 1 ? value : null;
    if (character !== '\\') {
      value += character;
      continue;
    }
    at += 1;
    const escaped = literal[at] ?? '';
    value += { n: '\n', r: '\r', t: '\t' }[escaped] ?? escaped;
  }
  return null;
}

test('Whatever a value holds, it stays one literal of a query and means itself', () => {
  const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'\\\'"%_\n\r\tab ()') }));
  fc.assert(
    fc.property(hostile, (text) => assert.equal(readLiteral(quote(text)), text)),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(hostile, (text) => assert.notEqual(readLiteral(startsWith(text)), null)),
    { numRuns: 2_000 },
  );
  assert.equal(readLiteral("'a' OR Name LIKE '%'"), null, 'the reader sees an escape');
});

test('Noise in the settings is refused in words, never by a crash, and an address that is not safe never gets in', () => {
  const names = Object.keys(settings);
  const noise = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(fc.string(), fc.webUrl(), fc.constantFrom('http://evil.example', '__proto__', '-1', '1e99', 'yes')),
    { maxKeys: 20 },
  );
  fc.assert(
    fc.property(noise, (environment) => {
      const read = readConfig(environment);
      if (read.kind === 'bad') assert.ok(printProblems(read.problems).length > 0);
      else
        for (const name of ['COSELL_PARTNER_API', 'COSELL_AUTHORITY', 'COSELL_PUBLIC_URL'] as const)
          assert.ok(isSafeUrl(read.config[name]));
    }),
    { numRuns: 500 },
  );
});

test('Any answer of a remote becomes an error of the catalogue', () => {
  const status = fc.integer({ min: 100, max: 599 });
  fc.assert(
    fc.property(status, fc.jsonValue(), (code, body) => {
      const [first] = wireErrorsOf(body);
      assert.ok(codeOf(code, first) in catalogue);
      const answer = { status: code, headers: { 'retry-after': 'soon' }, body: Buffer.from(JSON.stringify(body)) };
      assert.ok(failureOf(answer, 0, 0).code in catalogue);
    }),
    { numRuns: 1_000 },
  );
  fc.assert(
    fc.property(status, fc.uint8Array(), (code, body) => assert.ok(failureOf({ status: code, headers: {}, body }, 0, 0).code in catalogue)),
  );
});

test('A server is spoken to over TLS 1.2 or newer, and only when somebody we trust vouches for its certificate', async () => {
  const authority = createTestAuthority();
  const served = await serve(() => Promise.resolve(empty(302, { location: 'https://elsewhere.example/' })), {
    tls: authority.serverCertificate(),
  });
  const stranger = createTransport();
  const friend = createTransport({ extraRoots: [authority.root.pem] });
  try {
    assert.equal(DEFAULT_MIN_VERSION, 'TLSv1.2');
    await assert.rejects(stranger.transport({ method: 'GET', url: served.origin }), (error: unknown) => error instanceof SyncError);
    const answer = await friend.transport({ method: 'GET', url: served.origin });
    assert.equal(answer.status, 302, 'a redirect is an answer and is not followed');
  } finally {
    await Promise.all([stranger.close(), friend.close(), served.close()]);
  }
});

test('An address is safe only with https, or on this machine', () => {
  fc.assert(fc.property(fc.webUrl({ validSchemes: ['http', 'ftp', 'ws'] }), (url) => assert.equal(isSafeUrl(url), false)));
  for (const url of [
    'http://127.0.0.1.evil.example',
    'http://localhost@evil.example',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://[::2]',
    '//x',
  ])
    assert.equal(isSafeUrl(url), false, url);
});
