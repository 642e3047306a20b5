import assert from 'node:assert/strict';
import { request as httpsRequest } from 'node:https';
import { after, before, test } from 'node:test';

import {
  ConfidentialClientApplication,
  CryptoProvider,
  PublicClientApplication,
  type INetworkModule,
  type NetworkRequestOptions,
  type NetworkResponse,
} from '@azure/msal-node';

import { createTestAuthority, issueCertificate, type TestAuthority } from '../../simulators/certificates.ts';
import { createEntra, type Entra } from '../../simulators/entra/index.ts';
import { movableClock, serve, type Served } from '../../simulators/wire.ts';

const tenantId = 'a1b2c3d4-0000-4000-8000-00000000000a';
const webApp = '11111111-aaaa-4000-8000-000000000001';
const certificateApp = '11111111-aaaa-4000-8000-000000000002';
const nativeApp = '11111111-aaaa-4000-8000-000000000003';
const redirectUri = 'http://localhost:4711/connect/callback';
const referrals = 'https://api.partner.microsoft.com';
const webhooks = 'https://api.partnercenter.microsoft.com';
const clock = movableClock();

let authority: TestAuthority;
let entra: Entra;
let served: Served;
const client = (): ReturnType<typeof issueCertificate> => (appCertificate ??= issueCertificate({ subject: [['CN', 'connector']] }));
let appCertificate: ReturnType<typeof issueCertificate> | undefined;

before(async () => {
  authority = createTestAuthority();
  entra = createEntra({
    surroundings: { now: clock.now, random: Math.random, uuid: () => crypto.randomUUID() },
    tenantId,
    origin: () => served.origin,
    clients: [
      { clientId: webApp, secret: 'local-secret', redirectUris: [redirectUri] },
      { clientId: certificateApp, certificatePem: client().pem },
      { clientId: nativeApp, redirectUris: ['http://localhost'] },
    ],
    switches: { deviceCodeInterval: 1 },
  });
  served = await serve(entra.service, { tls: authority.serverCertificate() });
});
after(() => served.close());

/** The way the service does it: an own network client that trusts the test root, nothing process-wide. */
function networkClient(): INetworkModule {
  const send = <T>(method: string, url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> =>
    new Promise((resolve, reject) => {
      const outgoing = httpsRequest(url, { method, headers: options?.headers ?? {}, ca: authority.root.pem, agent: false }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
        incoming.on('end', () => {
          try {
            resolve({
              headers: incoming.headers as { [name: string]: string },
              body: JSON.parse(text) as T,
              status: incoming.statusCode ?? 0,
            });
          } catch {
            resolve({ headers: {}, body: { error: 'not_json', error_description: text } as T, status: incoming.statusCode ?? 0 });
          }
        });
      });
      outgoing.on('error', reject);
      outgoing.end(options?.body);
    });
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}

const settings = (clientId: string): { clientId: string; authority: string; knownAuthorities: string[] } => ({
  clientId,
  authority: `${served.origin}/${tenantId}`,
  knownAuthorities: [new URL(served.origin).host],
});

/** A browser without pictures: follows the address, gives back what the application would receive. */
async function browse(address: string): Promise<URLSearchParams> {
  const url = new URL(address);
  const response = await entra.service({ method: 'GET', url: `${url.pathname}${url.search}`, headers: {}, body: new Uint8Array() });
  if (response.status === 302) return new URL(response.headers['location'] ?? '').searchParams;
  const fields = [...String(response.body).matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']): [string, string] => [name, value],
  );
  return new URLSearchParams(fields);
}

async function signedIn(
  responseMode: 'query' | 'form_post',
): Promise<{ app: ConfidentialClientApplication; token: string; account: object }> {
  const app = new ConfidentialClientApplication({
    auth: { ...settings(webApp), clientSecret: 'local-secret' },
    system: { networkClient: networkClient() },
  });
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const scopes = [`${referrals}/user_impersonation`];
  const address = await app.getAuthCodeUrl({
    scopes,
    redirectUri,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    state: 's-1',
    nonce: 'n-1',
    responseMode,
  });
  const answer = await browse(address);
  const payload = { code: answer.get('code') ?? '', state: answer.get('state') ?? '' };
  const result = await app.acquireTokenByCode(
    { scopes, redirectUri, codeVerifier: verifier, code: payload.code, state: 's-1', nonce: 'n-1' },
    payload,
  );
  assert.ok(result.account);
  return { app, token: result.accessToken, account: result.account };
}

for (const mode of ['query', 'form_post'] as const) {
  test(`MSAL signs a person in by code and PKCE, answer by ${mode}, and the token opens the referrals audience only`, async () => {
    const { token } = await signedIn(mode);

    assert.deepEqual(entra.checkToken(token, referrals), { user: 'connector@partner.example', mfa: true });
    assert.equal(entra.checkToken(token, webhooks), null);
  });
}

test('MSAL gets the second audience silently from the first sign-in', async () => {
  const { app } = await signedIn('query');
  const [account] = await app.getTokenCache().getAllAccounts();
  assert.ok(account);

  const result = await app.acquireTokenSilent({ account, scopes: [`${webhooks}/user_impersonation`] });

  assert.notEqual(entra.checkToken(result.accessToken, webhooks), null);
  assert.equal(entra.checkToken(result.accessToken, referrals), null);
  assert.equal(account.homeAccountId, `5f1c2a1e-0d1b-4c55-9d3e-2b8f4a6c7d10.${tenantId}`);
});

test('a forced refresh gives a new token and rotates the refresh token', async () => {
  const { app, token } = await signedIn('query');
  const [account] = await app.getTokenCache().getAllAccounts();
  assert.ok(account);
  const stored = (): string => JSON.stringify((JSON.parse(app.getTokenCache().serialize()) as { RefreshToken: object }).RefreshToken);
  const before = stored();

  const result = await app.acquireTokenSilent({ account, scopes: [`${referrals}/user_impersonation`], forceRefresh: true });

  assert.notEqual(result.accessToken, token);
  assert.notEqual(stored(), before);
});

test('a device code is polled until the person has signed in on another screen', async () => {
  const app = new PublicClientApplication({ auth: settings(nativeApp), system: { networkClient: networkClient() } });

  const result = await app.acquireTokenByDeviceCode({
    scopes: [`${referrals}/user_impersonation`],
    deviceCodeCallback: ({ userCode }) => entra.answerDevice(userCode, 'approve'),
  });

  assert.notEqual(entra.checkToken(result?.accessToken ?? '', referrals), null);
});

test('a certificate proves the application, and its token has no user', async () => {
  const { createHash } = await import('node:crypto');
  const thumbprintSha256 = createHash('sha256').update(client().der).digest('hex').toUpperCase();
  const app = new ConfidentialClientApplication({
    auth: { ...settings(certificateApp), clientCertificate: { thumbprintSha256, privateKey: client().keyPem } },
    system: { networkClient: networkClient() },
  });

  const result = await app.acquireTokenByClientCredential({ scopes: [`${webhooks}/.default`] });

  assert.deepEqual(entra.checkToken(result?.accessToken ?? '', webhooks), { user: null, mfa: false });
});

for (const [how, name, code, number] of [
  ['mfa required', 'InteractionRequiredAuthError', 'interaction_required', '50076'],
  ['revoked', 'InteractionRequiredAuthError', 'invalid_grant', '50173'],
  ['consent required', 'InteractionRequiredAuthError', 'invalid_grant', '65001'],
  ['refresh token expired', 'ServerError', 'invalid_grant', '700082'],
  ['expired secret', 'ServerError', 'invalid_client', '7000222'],
] as const) {
  test(`MSAL reports "${how}" as ${name} ${code}`, async () => {
    const { app } = await signedIn('query');
    const [account] = await app.getTokenCache().getAllAccounts();
    assert.ok(account);
    entra.rejectNext(how);

    const refused = app.acquireTokenSilent({ account, scopes: [`${referrals}/user_impersonation`], forceRefresh: true });

    await assert.rejects(refused, (error: { name: string; errorCode: string; errorNo: unknown }) => {
      assert.deepEqual([error.name, error.errorCode, String(error.errorNo)], [name, code, number]);
      return true;
    });
  });
}
