/** Signing in: what is sent, how long a session is kept, and which setting a refusal names. */
import assert from 'node:assert/strict';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';

import { createTokenSource, type Credentials } from '../../src/salesforce/auth/token-source.ts';
import { SyncError } from '../../src/errors.ts';
import { virtualSystem } from '../partner-center/virtual-system.ts';
import { answer, scripted } from './scripted.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const jwt: Credentials = { kind: 'jwt', clientId: 'consumer', username: 'service@acme.example', privateKey };
const secret: Credentials = { kind: 'client-credentials', clientId: 'consumer', clientSecret: 'hush' };
const granted = (token: string, instance = 'https://acme.my.salesforce.test/') =>
  answer(200, {
    access_token: token,
    instance_url: instance,
    id: 'https://login.salesforce.test/id/00D000000000001AAA/005000000000001AAA',
    token_type: 'Bearer',
  });
const loginUrl = 'https://login.salesforce.test';

async function refusalOf(work: Promise<unknown>): Promise<SyncError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SyncError) return error;
  }
  throw new assert.AssertionError({ message: 'it was not refused' });
}

test('the assertion is signed with the key, in seconds, three minutes ahead', async () => {
  const system = virtualSystem();
  const script = scripted(() => granted('t'));

  const session = await createTokenSource({ transport: script.transport, system, loginUrl: `${loginUrl}/`, credentials: jwt }).session();

  const form = new URLSearchParams(String(script.sent[0]?.body));
  const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  assert.equal(script.sent[0]?.url, 'https://login.salesforce.test/services/oauth2/token');
  assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
  assert.equal(createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url'), true);
  assert.deepEqual(JSON.parse(Buffer.from(claims, 'base64url').toString()), {
    iss: 'consumer',
    sub: 'service@acme.example',
    aud: loginUrl,
    exp: Math.floor(system.now() / 1000) + 180,
  });
  assert.deepEqual(
    [session.orgId, session.userId, session.instanceUrl],
    ['00D000000000001AAA', '005000000000001AAA', 'https://acme.my.salesforce.test'],
  );
});

test('many callers at once sign in once; the session is kept for half an hour', async () => {
  const system = virtualSystem();
  const script = scripted((_, index) => granted(`t${index}`));
  const tokens = createTokenSource({ transport: script.transport, system, loginUrl, credentials: secret });

  await Promise.all([tokens.session(), tokens.session(), tokens.session()]);
  system.advance(29 * 60_000);
  await tokens.session();
  assert.equal(script.sent.length, 1);

  system.advance(2 * 60_000);
  assert.equal((await tokens.session()).accessToken, 't1');
});

test('callers whose session ended together renew it once; a late one gets the new session', async () => {
  const script = scripted((_, index) => granted(`t${index}`));
  const tokens = createTokenSource({ transport: script.transport, system: virtualSystem(), loginUrl, credentials: secret });
  const stale = await tokens.session();

  const renewed = await Promise.all([tokens.renew(stale), tokens.renew(stale)]);
  const late = await tokens.renew(stale);

  assert.deepEqual(
    [...renewed, late].map((session) => session.accessToken),
    ['t1', 't1', 't1'],
  );
  assert.equal(script.sent.length, 2);
});

test('a failed sign-in is not kept: the next try asks again', async () => {
  const script = scripted((_, index) => (index === 0 ? answer(503, '<html>maintenance</html>') : granted('t')));
  const tokens = createTokenSource({ transport: script.transport, system: virtualSystem(), loginUrl, credentials: secret });

  assert.equal((await refusalOf(tokens.session())).code, 'CRM_BUSY');
  assert.equal((await tokens.session()).accessToken, 't');
});

for (const [error, description, setting] of [
  ['invalid_client_id', 'client identifier invalid', /COSELL_SALESFORCE_CLIENT_ID/],
  ['invalid_client', 'invalid client credentials', /COSELL_SALESFORCE_CLIENT_SECRET/],
  ['invalid_grant', "user hasn't approved this consumer", /not approved/],
  ['invalid_grant', 'audience is invalid', /COSELL_SALESFORCE_AUDIENCE/],
  ['invalid_grant', 'expired authorization code', /clock/],
  ['inactive_user', 'user is inactive', /integration user is not active/],
  ['something_new', '', /COSELL_SALESFORCE_PRIVATE_KEY/],
] as const) {
  test(`a sign-in refused with ${error} (${description}) names what to check`, async () => {
    const script = scripted(() => answer(400, { error, error_description: description }));

    const refusal = await refusalOf(
      createTokenSource({ transport: script.transport, system: virtualSystem(), loginUrl, credentials: jwt }).session(),
    );

    assert.equal(refusal.code, 'CRM_SIGN_IN');
    assert.match(refusal.message, setting);
  });
}

test('plain http is refused, for the sign-in and for the instance Salesforce names, unless it is this machine', async () => {
  const script = scripted(() => granted('t', 'http://acme.my.salesforce.test'));
  const at = (url: string) =>
    createTokenSource({ transport: script.transport, system: virtualSystem(), loginUrl: url, credentials: secret }).session();

  assert.equal((await refusalOf(at('http://login.salesforce.test'))).code, 'NET_NOT_ALLOWED');
  assert.equal(script.sent.length, 0);
  assert.equal((await refusalOf(at(loginUrl))).code, 'NET_NOT_ALLOWED');
  const local = scripted(() => granted('t', 'http://127.0.0.1:8080'));
  assert.equal(
    (
      await createTokenSource({
        transport: local.transport,
        system: virtualSystem(),
        loginUrl: 'http://127.0.0.1:8080',
        credentials: secret,
      }).session()
    ).accessToken,
    't',
  );
});

test('a key that cannot sign is named without being shown', async () => {
  const script = scripted(() => granted('t'));

  const refusal = await refusalOf(
    createTokenSource({
      transport: script.transport,
      system: virtualSystem(),
      loginUrl,
      credentials: { ...jwt, privateKey: 'not a key' },
    }).session(),
  );

  assert.equal(refusal.code, 'CRM_SIGN_IN');
  assert.match(refusal.message, /COSELL_SALESFORCE_PRIVATE_KEY/);
  assert.equal(refusal.facts.cause, undefined);
  assert.equal(script.sent.length, 0);
});
