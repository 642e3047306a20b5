import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';

import { SyncError, type ErrorCode } from '../../src/errors.ts';
import {
  createExchangeLock,
  createSignIn,
  createTokenSource,
  openLoopback,
  type Application,
  type DevicePrompt,
  type RenewingTokenSource,
  type SignIn,
} from '../../src/partner-center/auth/index.ts';
import type { Store, System } from '../../src/sync/ports.ts';
import { openStore } from '../../src/store/open.ts';
import { realSystem } from '../../src/system.ts';
import { createTransport, type Transport } from '../../src/transport.ts';
import { createTestAuthority, issueCertificate } from '../../simulators/certificates.ts';
import { createEntra, type Entra } from '../../simulators/entra/index.ts';
import { defaultEntraSwitches, type EntraSwitches } from '../../simulators/entra/switches.ts';
import { serve, type Served } from '../../simulators/wire.ts';

const tenantId = 'a1b2c3d4-0000-4000-8000-00000000000a';
const webApp = '11111111-aaaa-4000-8000-000000000001';
const certificateApp = '11111111-aaaa-4000-8000-000000000002';
const nativeApp = '11111111-aaaa-4000-8000-000000000003';
const redirectUri = 'http://localhost/connected';
const hour = 3_600_000;

const tls = createTestAuthority();
const appCertificate = issueCertificate({ subject: [['CN', 'connector']] });
const wireOptions = createTransport({ extraRoots: [tls.root.pem] });
let moved = 0;
let entra: Entra;
let served: Served;

type AuthStore = Pick<Store, 'secret' | 'saveSecret' | 'deleteSecret' | 'setting' | 'saveSetting' | 'tryLock' | 'unlock'>;

/** What two replicas share. */
function memoryStore(): AuthStore & {
  readonly sealed: Map<string, { value: Uint8Array; version: number }>;
  readonly settings: Map<string, string>;
} {
  const sealed = new Map<string, { value: Uint8Array; version: number }>();
  const settings = new Map<string, string>();
  const locks = new Map<string, { owner: string; until: number }>();
  return {
    sealed,
    settings,
    secret: (name) => Promise.resolve(sealed.get(name) ?? null),
    saveSecret: (name, value, expected) => {
      if ((sealed.get(name)?.version ?? null) !== expected) return Promise.resolve(false);
      sealed.set(name, { value, version: (expected ?? 0) + 1 });
      return Promise.resolve(true);
    },
    deleteSecret: (name) => Promise.resolve(void sealed.delete(name)),
    setting: (name) => Promise.resolve(settings.get(name) ?? null),
    saveSetting: (name, value) => Promise.resolve(void settings.set(name, value)),
    tryLock: (name, owner, ms, now) => {
      const held = locks.get(name);
      if (held && held.until > now && held.owner !== owner) return Promise.resolve(false);
      locks.set(name, { owner, until: now + ms });
      return Promise.resolve(true);
    },
    unlock: (name, owner) => Promise.resolve(void (locks.get(name)?.owner === owner && locks.delete(name))),
  };
}

interface Connector {
  readonly tokens: RenewingTokenSource;
  readonly signIn: SignIn;
  readonly system: System;
  readonly store: ReturnType<typeof memoryStore>;
}

function connector(
  options: {
    readonly clientId?: string;
    readonly store?: ReturnType<typeof memoryStore>;
    readonly tenant?: string;
    readonly credential?: Application['credential'];
    readonly transport?: Transport;
    readonly system?: System;
  } = {},
): Connector {
  const {
    clientId = webApp,
    store = memoryStore(),
    tenant = tenantId,
    credential = { kind: 'secret', secret: 'local-secret' },
    transport = wireOptions.transport,
    system = realSystem(() => moved),
  } = options;
  const application: Application = {
    tenantId: tenant,
    clientId,
    credential,
    authorityOrigin: served.origin,
    knownAuthorities: [new URL(served.origin).host],
  };
  const inTurn = createExchangeLock(store, system, randomUUID());
  const auth = { application, transport, system, store, inTurn };
  const tokens = createTokenSource(auth);
  return { tokens, store, system, signIn: createSignIn({ ...auth, changed: () => tokens.reload() }) };
}

/** The person in the browser: follows the address and comes back with the query of the redirect. */
async function browse(url: string): Promise<{ readonly code?: string; readonly state?: string; readonly error?: string }> {
  const answer = await wireOptions.transport({ method: 'GET', url });
  const location = new URL(answer.headers['location'] ?? assert.fail(`no redirect: ${answer.status}`));
  return Object.fromEntries(location.searchParams);
}

/** Microsoft's token answer with other claims in its id token. */
function claiming(changes: { readonly [claim: string]: unknown }): Transport {
  return async (request) => {
    const response = await wireOptions.transport(request);
    if (!request.url.includes('/token')) return response;
    const tokens = JSON.parse(Buffer.from(response.body).toString()) as { id_token: string };
    const [head, claims = '', tail] = tokens.id_token.split('.');
    const other = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), ...changes };
    const id_token = [head, Buffer.from(JSON.stringify(other)).toString('base64url'), tail].join('.');
    return { ...response, body: Buffer.from(JSON.stringify({ ...tokens, id_token })) };
  };
}

async function signedIn(options: Parameters<typeof connector>[0] = {}): Promise<Connector> {
  const made = connector(options);
  const { url, pending } = await made.signIn.beginSignIn(redirectUri);
  await made.signIn.finishSignIn(pending, await browse(url));
  return made;
}

async function failing(work: Promise<unknown>, code: ErrorCode): Promise<SyncError> {
  const error = await work.then(
    () => assert.fail('should have failed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SyncError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
}

const refreshes = (): number => entra.exchanges.filter(({ grant }) => grant === 'refresh_token').length;

before(async () => {
  served = await serve((request) => entra.service(request), { tls: tls.serverCertificate() });
});
beforeEach(() => {
  moved = 0;
  entra = createEntra({
    surroundings: { now: () => Date.now() + moved, random: Math.random, uuid: randomUUID },
    tenantId,
    origin: () => served.origin,
    clients: [
      { clientId: webApp, secret: 'local-secret', redirectUris: ['http://localhost'] },
      { clientId: certificateApp, certificatePem: appCertificate.pem, redirectUris: ['http://localhost'] },
      { clientId: nativeApp, redirectUris: ['http://localhost'] },
    ],
    switches: { ...defaultEntraSwitches, deviceCodeInterval: 1 },
  });
});
after(async () => {
  await served.close();
  await wireOptions.close();
});

describe('signing in', () => {
  it('takes one visit to the browser and serves both audiences, never mixed', async () => {
    const { tokens } = await signedIn();

    const referrals = await tokens.token('referrals');
    const webhooks = await tokens.token('webhooks');

    assert.ok(entra.checkToken(referrals, 'https://api.partner.microsoft.com'));
    assert.equal(entra.checkToken(referrals, 'https://api.partnercenter.microsoft.com'), null);
    assert.ok(entra.checkToken(webhooks, 'https://api.partnercenter.microsoft.com'));
    assert.equal((await tokens.state()).kind, 'signed-in');
  });

  it('works through a listener on this machine', async () => {
    const { signIn } = connector();
    const loopback = await openLoopback();
    try {
      const { url, pending } = await signIn.beginSignIn(loopback.redirectUri);
      const waiting = loopback.answer(AbortSignal.timeout(10_000));
      const redirect = await wireOptions.transport({ method: 'GET', url });
      const elsewhere = await fetch(loopback.redirectUri.replace('/connected', '/favicon.ico').replace('localhost', '127.0.0.1'));
      const page = await fetch((redirect.headers['location'] ?? '').replace('localhost', '127.0.0.1'));

      const result = await signIn.finishSignIn(pending, await waiting);

      assert.equal(elsewhere.status, 404);
      assert.match(await page.text(), /close this window/);
      assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
      assert.equal(page.headers.get('cache-control'), 'no-store');
      assert.deepEqual(result, { account: 'connector@partner.example', tenantId });
    } finally {
      await loopback.close();
    }
  });

  it('gives up waiting for the browser when it is told to', async () => {
    const loopback = await openLoopback();
    await assert.rejects(loopback.answer(AbortSignal.abort(new Error('enough'))), /enough/);
    await loopback.close();
  });

  it('works with a certificate instead of a secret', async () => {
    const credential = { kind: 'certificate', privateKeyPem: appCertificate.keyPem, certificatePem: appCertificate.pem } as const;
    const { tokens } = await signedIn({ clientId: certificateApp, credential });

    assert.ok(entra.checkToken(await tokens.token('referrals'), 'https://api.partner.microsoft.com'));
  });

  it('works with a code typed on another device', async () => {
    const { tokens, signIn, store } = connector({ clientId: nativeApp });
    const shown: DevicePrompt[] = [];

    await signIn.signInByDevice((prompt) => {
      shown.push(prompt);
      entra.answerDevice(prompt.userCode, 'approve');
    }, AbortSignal.timeout(20_000));

    assert.equal(shown.length, 1);
    assert.match([...store.settings.values()][0] ?? '', /"client":"public"/);
    assert.ok(await tokens.token('webhooks'));
  });

  it('stores nothing when the person declines on the other device', async () => {
    const { signIn, store } = connector({ clientId: nativeApp });

    await assert.rejects(
      signIn.signInByDevice(({ userCode }) => entra.answerDevice(userCode, 'decline'), AbortSignal.timeout(20_000)),
      (error: unknown) => error instanceof SyncError,
    );
    assert.equal(store.sealed.size, 0);
  });

  it('is refused, and nothing stored, when the answer belongs to another sign-in', async () => {
    const { signIn, store } = connector();
    const { url, pending } = await signIn.beginSignIn(redirectUri);
    const answer = await browse(url);

    await failing(signIn.finishSignIn(pending, { ...answer, state: randomUUID() }), 'PC_SIGN_IN');
    await failing(signIn.finishSignIn({ ...pending, nonce: randomUUID() }, answer), 'PC_SIGN_IN');
    assert.equal(store.sealed.size, 0);
  });

  it('is refused without the verifier of the one who began', async () => {
    const { signIn, store } = connector();
    const { url, pending } = await signIn.beginSignIn(redirectUri);

    await assert.rejects(
      signIn.finishSignIn({ ...pending, verifier: 'x'.repeat(43) }, await browse(url)),
      (error: unknown) => error instanceof SyncError,
    );
    assert.equal(store.sealed.size, 0);
  });

  it('is refused when it took longer than ten minutes, when the person declined, and without a code', async () => {
    const { signIn } = connector();
    const { url, pending } = await signIn.beginSignIn(redirectUri);
    const answer = await browse(url);

    await failing(signIn.finishSignIn(pending, { state: pending.state }), 'PC_SIGN_IN');
    await failing(signIn.finishSignIn(pending, { ...answer, error: 'access_denied' }), 'PC_SIGN_IN');
    moved = 11 * 60_000;
    await failing(signIn.finishSignIn(pending, answer), 'PC_SIGN_IN');
  });

  it('is refused for an account of another tenant, and the former sign-in stays', async () => {
    const { store } = await signedIn();
    const former = store.sealed.get('partner-center.session');
    const { url, pending } = await connector({ store }).signIn.beginSignIn(redirectUri);
    const answer = await browse(url);
    const stranger = claiming({ tid: randomUUID() });

    const error = await failing(connector({ store, transport: stranger }).signIn.finishSignIn(pending, answer), 'PC_SIGN_IN');

    assert.match(error.message, /tenant/);
    assert.equal(store.sealed.get('partner-center.session'), former);
  });

  const seconds = (ms: number): number => Math.floor((Date.now() + ms) / 1_000);
  for (const [what, claims] of [
    ['was made for another application', { aud: certificateApp }],
    ['names no application', { aud: undefined }],
    ['has ended', { exp: seconds(-hour) }],
    ['names no end', { exp: undefined }],
    ['is not valid yet', { nbf: seconds(hour) }],
  ] as const) {
    it(`is refused, and nothing stored, when the id token ${what}`, async () => {
      const { signIn, store } = connector({ transport: claiming(claims) });
      const { url, pending } = await signIn.beginSignIn(redirectUri);

      await failing(signIn.finishSignIn(pending, await browse(url)), 'PC_SIGN_IN');

      assert.equal(store.sealed.size, 0);
    });
  }

  it('begins each time with a state, a nonce and a verifier of 256 random bits or more', async () => {
    const { signIn } = connector();
    const begun = [await signIn.beginSignIn(redirectUri), await signIn.beginSignIn(redirectUri)];
    const texts = begun.flatMap(({ pending }) => [pending.state, pending.nonce, pending.verifier]);

    for (const text of texts) assert.ok(Buffer.from(text, 'base64url').length >= 32, text);
    assert.equal(new Set(texts).size, 6);
  });

  it('is forgotten when the admin disconnects', async () => {
    const { tokens, signIn, store } = await signedIn();
    await tokens.token('referrals');

    await signIn.signOut();

    await failing(tokens.token('referrals'), 'PC_SIGN_IN');
    assert.equal(store.sealed.size, 0);
  });

  it('carries what Microsoft asked for when it refused the last token', async () => {
    const { tokens, signIn } = await signedIn();
    const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
    await tokens.token('referrals');
    await tokens.ended('a second factor is missing', claims, true);

    const { url } = await signIn.beginSignIn(redirectUri);

    assert.match(new URL(url).searchParams.get('claims') ?? '', /"acrs":\{"essential":true,"value":"c1"\}/);
  });
});

describe('the stored session', () => {
  it('holds no token in the clear once it is at rest', async () => {
    const { store: memory, tokens } = await signedIn();
    const token = await tokens.token('referrals');
    const session = memory.sealed.get('partner-center.session')?.value ?? assert.fail('no session was kept');
    const store = await openStore({ url: 'sqlite::memory:', sealingKeys: [Buffer.alloc(32, 3).toString('base64')], system: realSystem() });

    await store.saveSecret('partner-center.session', session, null, 0);
    const lines: string[] = [];
    for await (const line of store.export(0)) lines.push(line);
    await store.close();

    const atRest = lines.join();
    assert.ok(Buffer.from(session).includes('RefreshToken') && atRest.includes('partner-center.session'));
    assert.ok(
      !atRest.includes(token) &&
        !atRest.includes(Buffer.from('RefreshToken').toString('base64').slice(0, 12)) &&
        !atRest.includes('RefreshToken'),
    );
    assert.ok(![...memory.settings.values()].join().includes(token));
  });

  it('serves another process, also after a restart, without a new sign-in', async () => {
    const { store, tokens } = await signedIn();
    const token = await tokens.token('referrals');
    const before_ = refreshes();

    assert.equal(await connector({ store }).tokens.token('referrals'), token);
    assert.equal(refreshes(), before_);
  });

  it('is renewed with every exchange', async () => {
    const { store, tokens } = await signedIn();
    const { version } = store.sealed.get('partner-center.session') ?? assert.fail();
    moved = 2 * hour;

    await tokens.token('referrals');

    assert.ok((store.sealed.get('partner-center.session')?.version ?? 0) > version);
  });
});

describe('access tokens', () => {
  it('are held in memory until five minutes before their end', async () => {
    const { tokens } = await signedIn();
    const first = await tokens.token('referrals');
    const start = entra.exchanges.length;
    moved = 54 * 60_000;
    const held = await tokens.token('referrals');
    moved = 56 * 60_000;
    const renewed = await tokens.token('referrals');

    assert.equal(held, first);
    assert.notEqual(renewed, first);
    assert.equal(entra.exchanges.length - start, 1);
  });

  it('cost one exchange however many calls want one at the same moment, in two processes', async () => {
    entra.switches.singleUseRefreshTokens = true;
    const { store, tokens } = await signedIn();
    const other = connector({ store }).tokens;
    moved = 2 * hour;
    const start = refreshes();

    const given = await Promise.all([
      ...Array.from({ length: 20 }, () => tokens.token('referrals')),
      ...Array.from({ length: 20 }, () => other.token('referrals')),
    ]);

    assert.equal(new Set(given).size, 1);
    assert.equal(refreshes() - start, 1);
  });

  it('that the API refused are exchanged once, however many calls were refused', async () => {
    const { tokens } = await signedIn();
    const token = await tokens.token('referrals');
    entra.revokeAccessTokens();
    const start = refreshes();

    const given = await Promise.all(Array.from({ length: 10 }, () => tokens.refused('referrals', token, null)));

    assert.equal(new Set(given).size, 1);
    assert.notEqual(given[0], token);
    assert.equal(refreshes() - start, 1);
  });

  it('are asked for with the claims the API demanded', async () => {
    const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
    const bodies: string[] = [];
    const listening: Transport = (request) => {
      bodies.push(String(request.body ?? ''));
      return wireOptions.transport(request);
    };
    const { tokens } = await signedIn({ transport: listening });
    const token = await tokens.token('referrals');

    await tokens.refused('referrals', token, claims);

    assert.match(new URLSearchParams(bodies.at(-1)).get('claims') ?? '', /"acrs"/);
  });

  it('with a life of four minutes are not asked for on every call', async () => {
    entra.switches.accessTokenSeconds = 240;
    const { tokens } = await signedIn();
    await tokens.token('referrals');
    const start = entra.exchanges.length;

    await tokens.token('referrals');
    await tokens.token('referrals');

    assert.equal(entra.exchanges.length, start);
  });

  it('are exchanged at least daily although nobody calls', async () => {
    const { tokens } = await signedIn();
    const start = refreshes();
    await tokens.renewIfOld();
    const young = refreshes() - start;
    moved = 21 * hour;

    await tokens.renewIfOld();

    assert.equal(young, 0);
    assert.equal(refreshes() - start, 1);
    const state = await tokens.state();
    assert.ok(state.kind === 'signed-in' && state.lastExchangeAt >= Date.now() + 20 * hour);
  });
});

describe('the daily renewal', () => {
  it('goes on until it is stopped, and reports what fails', async () => {
    const { store } = await signedIn();
    const reported: string[] = [];
    /** Time runs by the hour, and ends after so many. */
    const hours = (count: number): System => {
      let left = count;
      const sleep = (ms: number): Promise<boolean> => {
        moved += ms;
        left -= 1;
        return Promise.resolve(left >= 0);
      };
      return { ...realSystem(() => moved), sleep };
    };
    const run = (count: number): Promise<void> =>
      connector({ store, system: hours(count) }).tokens.keepFresh(new AbortController().signal, ({ code }) => reported.push(code));
    const start = refreshes();

    await run(50);
    const exchanged = refreshes() - start;
    entra.revokeRefreshTokens();
    await run(25);

    assert.equal(exchanged, 2);
    assert.ok(reported.length > 0 && reported.every((code) => code === 'PC_SIGN_IN'), reported.join());
  });
});

describe('an exchange that fails', () => {
  for (const how of [
    'mfa required',
    'mfa required by grant',
    'mfa enrolment',
    'revoked',
    'refresh token expired',
    'refresh token too old',
  ] as const) {
    it(`means signing in again, in every process, and Microsoft is left alone: ${how}`, async () => {
      const { tokens, store } = await signedIn();
      moved = 2 * hour;
      entra.rejectNext(how);
      const error = await failing(tokens.token('referrals'), 'PC_SIGN_IN');
      const start = entra.exchanges.length;

      await failing(tokens.token('referrals'), 'PC_SIGN_IN');
      await failing(connector({ store }).tokens.token('webhooks'), 'PC_SIGN_IN');

      assert.equal(entra.exchanges.length, start);
      assert.equal((await tokens.state()).kind, 'sign-in-needed');
      if (how === 'mfa required') assert.match(error.facts.claims ?? '', /capolids/);
    });
  }

  it('is over after the next sign-in', async () => {
    const { tokens, signIn } = await signedIn();
    moved = 2 * hour;
    entra.revokeRefreshTokens();
    await failing(tokens.token('referrals'), 'PC_SIGN_IN');

    const { url, pending } = await signIn.beginSignIn(redirectUri);
    await signIn.finishSignIn(pending, await browse(url));

    assert.ok(await tokens.token('referrals'));
    assert.equal((await tokens.state()).kind, 'signed-in');
  });

  it('waits as long as Microsoft asks, although MSAL forgets it', async () => {
    const { tokens } = await signedIn();
    moved = 2 * hour;
    entra.rejectNext('throttled');
    const error = await failing(tokens.token('referrals'), 'PC_TOKEN_LATER');
    const start = entra.exchanges.length;

    await failing(tokens.token('referrals'), 'PC_TOKEN_LATER');
    const { kind } = await tokens.state();
    moved += 31_000;
    await tokens.token('referrals');

    const wait = (error.facts.notBefore ?? 0) - (Date.now() + 2 * hour);
    assert.ok(wait > 25_000 && wait <= 30_000, String(wait));
    assert.equal(kind, 'later');
    assert.equal(entra.exchanges.length - start, 1);
  });

  it('waits a minute when a gateway answers with a page', async () => {
    const { tokens } = await signedIn();
    moved = 2 * hour;
    entra.rejectNext('not JSON');

    const { facts } = await failing(tokens.token('referrals'), 'PC_TOKEN_LATER');

    assert.ok((facts.notBefore ?? 0) > Date.now() + 2 * hour + 50_000);
  });

  it('waits when Microsoft cannot be reached, and has a time limit', async () => {
    const limits: (number | undefined)[] = [];
    const store = (await signedIn()).store;
    const down: Transport = (request) => {
      limits.push(request.timeoutMs);
      return Promise.reject(new SyncError('NET_UNDECIDED', { message: 'UND_ERR_SOCKET' }));
    };
    moved = 2 * hour;

    const error = await failing(connector({ store, transport: down }).tokens.token('referrals'), 'PC_TOKEN_LATER');

    assert.match(error.message, /UND_ERR_SOCKET/);
    assert.ok(limits.every((limit) => limit !== undefined && limit <= 30_000));
  });

  it('leaves a token in use that is still good', async () => {
    const { tokens } = await signedIn();
    const token = await tokens.token('referrals');
    moved = 56 * 60_000;
    entra.rejectNext('unavailable');

    assert.equal(await tokens.token('referrals'), token);
  });

  for (const how of ['wrong secret', 'expired secret', 'unknown application'] as const) {
    it(`is a matter for the operator: ${how}`, async () => {
      const { tokens } = await signedIn();
      moved = 2 * hour;
      entra.rejectNext(how);

      await failing(tokens.token('referrals'), 'PC_OPERATOR');
      const { kind } = await tokens.state();
      moved += 6 * 60_000;

      assert.equal(kind, 'operator');
      assert.ok(await tokens.token('referrals'), 'it is tried again, and works once the secret is right');
    });
  }

  it('names the missing consent of the webhook API, and the referrals go on', async () => {
    entra.switches.consentedAudiences = ['https://api.partner.microsoft.com'];
    const { tokens } = await signedIn();

    const error = await failing(tokens.token('webhooks'), 'PC_OPERATOR');

    assert.match(error.message, /Microsoft Partner Center/);
    assert.ok(await tokens.token('referrals'));
  });

  it('is tried again after five minutes when the API refused it without a reason, and never when it gave one', async () => {
    const { tokens } = await signedIn();
    await tokens.token('referrals');
    await tokens.ended('refused', null, false);

    await failing(tokens.token('referrals'), 'PC_SIGN_IN');
    assert.equal((await tokens.state()).kind, 'sign-in-needed');
    moved = 5 * 60_000;
    assert.ok(await tokens.token('referrals'));
    assert.equal((await tokens.state()).kind, 'signed-in');

    await tokens.ended('a second factor is missing', null, true);
    moved = hour;
    await failing(tokens.token('referrals'), 'PC_SIGN_IN');
  });

  it('cannot end a newer sign-in by a late refusal', async () => {
    const { tokens, signIn, store } = await signedIn();
    await tokens.token('referrals');
    moved = 60_000;
    const other = connector({ store });
    const { url, pending } = await other.signIn.beginSignIn(redirectUri);
    await other.signIn.finishSignIn(pending, await browse(url));

    await tokens.ended('refused', null, true);

    assert.equal((await tokens.state()).kind, 'signed-in');
    assert.ok(signIn);
  });

  it('is not tried at all before anybody has signed in', async () => {
    const { tokens } = connector();

    await failing(tokens.token('referrals'), 'PC_SIGN_IN');

    assert.equal(entra.exchanges.length, 0);
    assert.equal((await tokens.state()).kind, 'sign-in-needed');
  });
});

/** Signs in, uses both audiences, and again after an hour and a day. */
async function works(): Promise<void> {
  const { tokens } = await signedIn();
  for (const later of [0, hour, 25 * hour]) {
    moved = later;
    assert.ok(entra.checkToken(await tokens.token('referrals'), 'https://api.partner.microsoft.com'));
    assert.ok(entra.checkToken(await tokens.token('webhooks'), 'https://api.partnercenter.microsoft.com'));
  }
  assert.ok(
    entra.exchanges.every(({ grant }) => grant !== 'password'),
    'no password is ever sent',
  );
}

async function idleFor(days: number, ends: boolean): Promise<void> {
  const { tokens } = await signedIn();
  await tokens.token('referrals');
  moved = days * 24 * hour;
  if (ends) await failing(tokens.token('referrals'), 'PC_SIGN_IN');
  else assert.ok(await tokens.token('referrals'));
  assert.equal((await tokens.state()).kind, ends ? 'sign-in-needed' : 'signed-in');
}

const byDevice = async (): Promise<boolean> => {
  const { signIn, store } = connector({ clientId: nativeApp });
  const work = signIn.signInByDevice(({ userCode }) => entra.answerDevice(userCode, 'approve'), AbortSignal.timeout(20_000));
  const done = await work.then(
    () => true,
    (thrown: unknown) => (assert.ok(thrown instanceof SyncError), false),
  );
  assert.equal(store.sealed.size > 0, done, 'nothing is stored of a sign-in that failed');
  return done;
};

/** Each choice of the sign-in authority, as shipped and the other way. */
const choices: { readonly [Name in keyof EntraSwitches]: readonly (readonly [EntraSwitches[Name], () => Promise<void>])[] } = {
  accessTokenSeconds: [
    [3600, works],
    [240, works],
  ],
  refreshIdleDays: [
    [90, () => idleFor(40, false)],
    [30, () => idleFor(40, true)],
  ],
  singleUseRefreshTokens: [
    [false, works],
    [true, works],
  ],
  mfa: [
    [true, works],
    [false, works],
  ],
  echoDefaultScope: [
    [false, works],
    [true, works],
  ],
  passwordGrant: [
    [false, works],
    [true, works],
  ],
  atSignIn: [
    ['signs in', works],
    [
      'declines',
      async () => {
        const { signIn, store } = connector();
        const { url, pending } = await signIn.beginSignIn(redirectUri);
        await failing(signIn.finishSignIn(pending, await browse(url)), 'PC_SIGN_IN');
        assert.equal(store.sealed.size, 0);
      },
    ],
  ],
  deviceCodeInterval: [
    [5, works],
    [1, async () => assert.equal(await byDevice(), true)],
  ],
  deviceCodeBlocked: [
    [false, async () => assert.equal(await byDevice(), true)],
    [true, async () => assert.equal(await byDevice(), false)],
  ],
  consentedAudiences: [
    [null, works],
    [
      ['https://api.partner.microsoft.com'],
      async () => {
        const { tokens } = await signedIn();
        await failing(tokens.token('webhooks'), 'PC_OPERATOR');
        assert.ok(await tokens.token('referrals'));
      },
    ],
  ],
};

describe('a choice of the sign-in authority', () => {
  it('is tried as shipped and the other way, each of them', () => {
    for (const [name, shipped] of Object.entries(defaultEntraSwitches)) {
      const tried = choices[name as keyof EntraSwitches].map(([value]) => JSON.stringify(value));
      assert.ok(tried.includes(JSON.stringify(shipped)) && new Set(tried).size > 1, name);
    }
  });

  for (const [name, positions] of Object.entries(choices))
    for (const [value, ends] of positions)
      it(`${name}: ${JSON.stringify(value)}`, async () => {
        Object.assign(entra.switches, { [name]: value });
        await ends();
      });
});
