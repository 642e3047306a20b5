import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { createEntra, type Entra, type EntraOptions } from '../../simulators/entra/index.ts';

const tenantId = 'a1b2c3d4-0000-4000-8000-00000000000a';
const clientId = '11111111-aaaa-4000-8000-000000000001';
const redirectUri = 'https://mw.example.com/callback';
const referrals = 'https://api.partner.microsoft.com';
const webhooks = 'https://api.partnercenter.microsoft.com';
const verifier = 'v'.repeat(50);

interface Bench {
  readonly entra: Entra;
  advance(ms: number): void;
  authorize(query: { [name: string]: string }): Promise<URLSearchParams>;
  token(form: { [name: string]: string }, path?: string): Promise<{ status: number; body: { [name: string]: unknown } }>;
}

function bench(switches: EntraOptions['switches'] = {}): Bench {
  let now = Date.parse('2026-03-02T09:00:00Z');
  let ids = 0;
  const entra = createEntra({
    surroundings: { now: () => now, random: () => 0.5, uuid: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}` },
    tenantId,
    clients: [{ clientId, secret: 'local-secret', redirectUris: [redirectUri] }],
    switches,
  });
  return {
    entra,
    advance: (ms) => void (now += ms),
    async authorize(query) {
      const url = `/${tenantId}/oauth2/v2.0/authorize?${new URLSearchParams({ client_id: clientId, response_type: 'code', redirect_uri: redirectUri, scope: `${referrals}/user_impersonation openid offline_access`, ...query }).toString()}`;
      const { status, headers } = await entra.service({ method: 'GET', url, headers: {}, body: new Uint8Array() });
      assert.equal(status, 302);
      return new URL(headers['location'] ?? '').searchParams;
    },
    async token(form, path = 'oauth2/v2.0/token') {
      const body = Buffer.from(new URLSearchParams({ client_id: clientId, client_secret: 'local-secret', ...form }).toString());
      const response = await entra.service({ method: 'POST', url: `/${tenantId}/${path}`, headers: {}, body });
      return { status: response.status, body: JSON.parse(String(response.body)) as { [name: string]: unknown } };
    },
  };
}

const pkce = { code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' };
const redeem = (code: string | null, more: { [name: string]: string } = {}): { [name: string]: string } => ({
  grant_type: 'authorization_code',
  code: code ?? '',
  redirect_uri: redirectUri,
  code_verifier: verifier,
  ...more,
});

async function refreshToken(world: Bench): Promise<string> {
  const { body } = await world.token(redeem((await world.authorize(pkce)).get('code')));
  return String(body['refresh_token']);
}

test('a sign-in without a code challenge is refused', async () => {
  const answer = await bench().authorize({ state: 's' });

  assert.deepEqual([answer.get('error'), answer.get('state'), answer.get('code')], ['invalid_request', 's', null]);
});

test('a code works once, with its own verifier and address', async () => {
  const world = bench();
  const code = async (): Promise<string | null> => (await world.authorize(pkce)).get('code');
  const used = await code();

  const answers = [
    await world.token(redeem(used)),
    await world.token(redeem(used)),
    await world.token(redeem(await code(), { code_verifier: 'other' })),
    await world.token(redeem(await code(), { redirect_uri: 'https://elsewhere.example' })),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 400, 400, 400],
  );
});

test('one refresh token serves both audiences, one at a time', async () => {
  const world = bench();
  const refresh = await refreshToken(world);
  const exchange = (scope: string): ReturnType<Bench['token']> =>
    world.token({ grant_type: 'refresh_token', refresh_token: refresh, scope });

  const first = await exchange(`${webhooks}/user_impersonation offline_access`);
  const both = await exchange(`${webhooks}/user_impersonation ${referrals}/user_impersonation`);

  assert.notEqual(world.entra.checkToken(String(first.body['access_token']), webhooks), null);
  assert.notEqual(first.body['refresh_token'], refresh);
  assert.deepEqual([both.status, both.body['error']], [400, 'invalid_scope']);
});

test('a refresh token works again after use, unless tokens are single use', async () => {
  const world = bench();
  const refresh = await refreshToken(world);
  const exchange = (): ReturnType<Bench['token']> =>
    world.token({ grant_type: 'refresh_token', refresh_token: refresh, scope: `${referrals}/.default` });

  const [first, second] = [await exchange(), await exchange()];
  world.entra.switches.singleUseRefreshTokens = true;
  const third = await exchange();

  assert.deepEqual([first.status, second.status, third.status, third.body['suberror']], [200, 200, 400, 'bad_token']);
});

test('a refresh token dies after 90 idle days and at once when sessions are revoked', async () => {
  const world = bench();
  const idle = await refreshToken(world);
  world.advance(90 * 86_400_000);
  const revoked = await refreshToken(world);
  world.entra.revokeRefreshTokens();

  const codes = [];
  for (const token of [idle, revoked])
    codes.push((await world.token({ grant_type: 'refresh_token', refresh_token: token, scope: '' })).body['error_codes']);

  assert.deepEqual(codes, [[50173], [50173]]);
});

test('an idle refresh token is told apart by its number', async () => {
  const world = bench();
  const idle = await refreshToken(world);
  world.advance(90 * 86_400_000);

  const { body } = await world.token({ grant_type: 'refresh_token', refresh_token: idle, scope: '' });

  assert.deepEqual([body['error'], body['error_codes'], body['suberror']], ['invalid_grant', [700082], undefined]);
});

test('an access token opens its audience until its time is over or it is revoked', async () => {
  const world = bench({ accessTokenSeconds: 600 });
  const token = world.entra.issueToken(referrals);
  const other = world.entra.issueToken(referrals, { seconds: 86_400 });
  const open = (text: string): boolean => world.entra.checkToken(text, referrals) !== null;

  const fresh = open(token);
  world.advance(600_000);
  const states = [fresh, open(token), open(other), open(`${other.slice(0, -4)}AAAA`)];
  world.entra.revokeAccessTokens();

  assert.deepEqual([...states, open(other)], [true, false, true, false, false]);
});

test('the password grant exists by a switch only, on the v1 path, and its tokens carry no MFA', async () => {
  const form = { grant_type: 'password', resource: referrals, username: 'a', password: 'b', scope: 'openid' };
  const off = await bench().token(form, 'oauth2/token');
  const world = bench({ passwordGrant: true });

  const { status, body } = await world.token(form, 'oauth2/token');

  assert.equal(off.status, 404);
  assert.deepEqual([status, body['expires_in'], body['resource']], [200, '3600', referrals]);
  assert.deepEqual(world.entra.checkToken(String(body['access_token']), referrals), { user: 'connector@partner.example', mfa: false });
});

test('missing consent for one audience shows only when that audience is asked for', async () => {
  const world = bench({ consentedAudiences: [referrals] });
  const refresh = await refreshToken(world);

  const { body } = await world.token({ grant_type: 'refresh_token', refresh_token: refresh, scope: `${webhooks}/user_impersonation` });

  assert.deepEqual([body['error'], body['suberror'], body['error_codes']], ['invalid_grant', 'consent_required', [65001]]);
});

test('the next answers can be spoiled: throttled, down, not even JSON', async () => {
  const world = bench();
  world.entra.rejectNext('throttled');
  world.entra.rejectNext('unavailable');
  const form = Buffer.from(new URLSearchParams({ client_id: clientId }).toString());
  const send = (): ReturnType<Entra['service']> =>
    world.entra.service({ method: 'POST', url: `/${tenantId}/oauth2/v2.0/token`, headers: {}, body: form });

  const [throttled, down] = [await send(), await send()];
  world.entra.rejectNext('not JSON');
  const page = await send();

  assert.deepEqual([throttled.status, throttled.headers['retry-after'], down.status, page.status], [429, '30', 503, 502]);
  assert.match(page.headers['content-type'] ?? '', /html/);
  assert.deepEqual(
    world.entra.exchanges.map(({ status }) => status),
    [429, 503, 502],
  );
});

test('a wrong secret is the operator’s problem, not the person’s', async () => {
  const { status, body } = await bench().token({ grant_type: 'client_credentials', client_secret: 'wrong', scope: `${webhooks}/.default` });

  assert.deepEqual([status, body['error'], body['error_codes']], [401, 'invalid_client', [7000215]]);
});
