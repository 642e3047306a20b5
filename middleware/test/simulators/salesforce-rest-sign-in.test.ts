import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, it } from 'node:test';
import { call, errorCode, seller, service, start, testOrg, type TestOrg } from './salesforce-org-fixture.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const origin = 'https://contoso.my.salesforce.test';

function withApp(switches = {}): TestOrg {
  const test = testOrg({ switches });
  test.org.registerApp({
    consumerKey: 'key',
    consumerSecret: 'secret',
    certificate: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    preauthorized: [service],
    runAs: service,
  });
  return test;
}

function assertion(claims: { readonly [claim: string]: unknown } = {}, key: KeyObject = pair.privateKey): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256' })}.${part({ iss: 'key', sub: service, aud: 'https://login.salesforce.com', exp: start / 1000 + 120, ...claims })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}

async function token(
  test: TestOrg,
  form: { readonly [field: string]: string },
  headers = {},
): Promise<{ readonly status: number; readonly body: { readonly [name: string]: string } }> {
  const response = await test.org.service({
    method: 'POST',
    url: '/services/oauth2/token',
    headers: { host: 'x', ...headers },
    body: Buffer.from(new URLSearchParams(form).toString()),
  });
  return { status: response.status, body: JSON.parse(String(response.body)) as { [name: string]: string } };
}
const jwt = (test: TestOrg, text: string): ReturnType<typeof token> =>
  token(test, { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: text });

describe('signing in to the simulated org', () => {
  it('takes a signed assertion and gives a token without an end and without a refresh token', async () => {
    const test = withApp();
    const { status, body } = await jwt(test, assertion());
    assert.equal(status, 200);
    assert.equal(body['instance_url'], origin);
    assert.equal(body['id'], `${origin}/id/${test.org.orgId}/${test.org.userId(service)}`);
    assert.match(body['access_token'] ?? '', new RegExp(`^${test.org.orgId.slice(0, 15)}!`));
    assert.deepEqual([body['token_type'], 'expires_in' in body, 'refresh_token' in body], ['Bearer', false, false]);
    const headers = { authorization: `Bearer ${String(body['access_token'])}`, host: 'x' };
    const info = await test.org.service({ method: 'GET', url: '/services/oauth2/userinfo', headers, body: new Uint8Array() });
    assert.equal((JSON.parse(String(info.body)) as { organization_id: string }).organization_id, test.org.orgId);
    assert.equal(test.org.journal.charged(), 0);
  });

  const refusals: readonly (readonly [string, () => string, string, RegExp])[] = [
    ['an unknown app', () => assertion({ iss: 'nobody' }), 'invalid_client_id', /client identifier invalid/],
    ['a foreign key', () => assertion({}, other.privateKey), 'invalid_grant', /invalid assertion/],
    ['a foreign audience', () => assertion({ aud: 'https://login.example' }), 'invalid_grant', /audience is invalid/],
    ['a late assertion', () => assertion({ exp: start / 1000 - 1 }), 'invalid_grant', /expired/],
    ['an assertion that lives too long', () => assertion({ exp: start / 1000 + 301 }), 'invalid_grant', /expired/],
    ['a user who is not pre-authorised', () => assertion({ sub: seller }), 'invalid_grant', /hasn't approved/],
    ['an unknown user', () => assertion({ sub: 'nobody@x' }), 'invalid_grant', /hasn't approved/],
    ['nonsense', () => 'a.b.c', 'invalid_grant', /invalid assertion/],
  ];
  for (const [who, text, error, description] of refusals) {
    it(`refuses ${who}`, async () => {
      const { status, body } = await jwt(withApp(), text());
      assert.deepEqual([status, body['error']], [400, error]);
      assert.match(body['error_description'] ?? '', description);
    });
  }

  it('takes milliseconds from the vendor SDK unless told otherwise', async () => {
    assert.equal((await jwt(withApp(), assertion({ exp: start + 120_000 }))).status, 200);
    assert.equal((await jwt(withApp({ jwtAcceptsMilliseconds: false }), assertion({ exp: start + 120_000 }))).status, 400);
  });

  it('runs client credentials as the named user', async () => {
    const test = withApp();
    const { status, body } = await token(test, { grant_type: 'client_credentials', client_id: 'key', client_secret: 'secret' });
    assert.deepEqual([status, body['issued_at']], [200, String(start)]);
    assert.equal(test.org.sessions.check(body['access_token'] ?? '')?.userId, test.org.userId(service));
    assert.equal(
      (await token(test, { grant_type: 'client_credentials', client_id: 'key', client_secret: 'wrong' })).body['error'],
      'invalid_client',
    );
    assert.equal((await token(test, { grant_type: 'password' })).body['error'], 'unsupported_grant_type');
    test.org.update(test.org.userId(service), { IsActive: false });
    assert.equal(
      (await token(test, { grant_type: 'client_credentials', client_id: 'key', client_secret: 'secret' })).body['error'],
      'inactive_user',
    );
  });

  it('ends a session by idleness only, and tells it with a 401', async () => {
    const test = testOrg();
    const keep = test.token(seller);
    const withToken = { authorization: `Bearer ${keep}` };
    test.clock.now += 100 * 60_000;
    assert.equal((await call(test, seller, 'GET', '/limits', undefined, withToken)).status, 200);
    test.clock.now += 119 * 60_000;
    assert.equal((await call(test, seller, 'GET', '/limits', undefined, withToken)).status, 200);
    test.clock.now += 121 * 60_000;
    const refused = await call(test, seller, 'GET', '/limits', undefined, withToken);
    assert.deepEqual([refused.status, errorCode(refused)], [401, 'INVALID_SESSION_ID']);
  });

  it('tells expiry from revocation', () => {
    const test = testOrg();
    const revoked: string[] = [];
    test.org.sessions.onRevoked((one) => void revoked.push(one));
    const [first] = [test.token(seller)];
    test.org.expireTokens();
    assert.deepEqual([test.org.sessions.check(first), revoked], [null, []]);
    const second = test.token(seller);
    test.org.revokeTokens();
    assert.deepEqual([test.org.sessions.check(second), revoked], [null, [second]]);
  });
});
