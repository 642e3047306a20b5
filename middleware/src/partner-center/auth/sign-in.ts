/**
 * Signing in, for a command line or an admin page: authorization code with PKCE; device code for a host without a
 * browser. The tenant is compared before anything is stored (entra-and-webhooks §12).
 */
import { randomBytes } from 'node:crypto';

import { ClientAuthError, CryptoProvider, type AuthenticationResult, type TokenCache } from '@azure/msal-node';

import { SyncError } from '../../errors.ts';
import type { Store, System } from '../../sync/ports.ts';
import type { Transport } from '../../transport.ts';
import { readConnection, saveConnection } from './connection.ts';
import type { InTurn } from './exchange-lock.ts';
import { confidentialClient, publicClient, scopesOf, type Application } from './msal-client.ts';
import { createMsalNetwork } from './network-client.ts';
import { outcomeOf } from './outcome.ts';
import { IdTokenClaims, type Connection } from './schema.ts';
import { sessionName } from './session-plugin.ts';

export interface SignInOptions {
  readonly application: Application;
  readonly transport: Transport;
  readonly system: System;
  readonly store: Pick<Store, 'secret' | 'saveSecret' | 'deleteSecret' | 'setting' | 'saveSetting'>;
  readonly inTurn: InTurn;
  /** Called when the stored session has changed: the token source forgets what it holds. */
  readonly changed: () => void;
}

/** What must be kept between the two halves of a sign-in: with whoever began it, never on a page. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly startedAt: number;
}

/** Query parameters Entra came back with. */
export interface SignInAnswer {
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
}

export interface SignedIn {
  readonly account: string;
  readonly tenantId: string;
}

export interface DevicePrompt {
  readonly userCode: string;
  readonly verificationUri: string;
  readonly expiresInSeconds: number;
  /** Entra's own sentence for people. */
  readonly message: string;
}

export interface SignIn {
  /** @param redirectUri registered for the application as type Web. */
  beginSignIn(redirectUri: string): Promise<{ readonly url: string; readonly pending: PendingSignIn }>;
  /** Throws PC_SIGN_IN with the reason when the answer does not fit, PC_TOKEN_LATER or PC_OPERATOR like the token source. */
  finishSignIn(pending: PendingSignIn, answer: SignInAnswer): Promise<SignedIn>;
  /** Needs an application that allows public clients; many tenants block it. */
  signInByDevice(show: (prompt: DevicePrompt) => void, signal: AbortSignal): Promise<SignedIn>;
  /** Forgets the sign-in. Access tokens already issued end by themselves within about an hour. */
  signOut(): Promise<void>;
}

/** State or nonce are not the ones this sign-in began with. */
const foreignAnswer = new Set(['state_mismatch', 'nonce_mismatch']);

const pendingLimitMs = 10 * 60_000;
/** How far two clocks may be apart. */
const clockMs = 5 * 60_000;

/** From the operating system, not from the simulation's dice: whoever guesses it could answer in another's place. */
const unguessable = (): string => randomBytes(32).toString('base64url');

const refuse = (message: string): never => {
  throw new SyncError('PC_SIGN_IN', { message });
};

/** MSAL compares the nonce, but neither for whom an id token was made nor whether it is in time. */
function assertForUs(claims: object, clientId: string, now: number): void {
  const read = IdTokenClaims.safeParse(claims);
  if (!read.success || read.data.aud.toLowerCase() !== clientId.toLowerCase()) refuse('The answer was made for another application.');
  else if (now > read.data.exp * 1_000 + clockMs || now < (read.data.nbf ?? 0) * 1_000 - clockMs)
    refuse('The answer is out of date: check that the clock of this machine is right.');
}

export function createSignIn(options: SignInOptions): SignIn {
  const { application, transport, system, store, inTurn, changed } = options;
  const network = createMsalNetwork(transport, system);
  const scopes = scopesOf(application, 'referrals');
  const crypto = new CryptoProvider();

  /** Every error of MSAL becomes one of ours, with the same four outcomes. */
  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    network.reset();
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof ClientAuthError && foreignAnswer.has(thrown.errorCode))
        return refuse('The answer does not belong to this sign-in.');
      const outcome = outcomeOf(thrown, network.memory, system.now());
      if (outcome.kind === 'later') throw new SyncError('PC_TOKEN_LATER', { message: outcome.why, notBefore: outcome.notBefore });
      throw new SyncError(outcome.kind === 'sign-in' ? 'PC_SIGN_IN' : 'PC_OPERATOR', { message: outcome.why });
    }
  }

  async function keepSession(result: AuthenticationResult, cache: TokenCache, client: Connection['client']): Promise<SignedIn> {
    const { account, tenantId, idTokenClaims } = result;
    if (tenantId.toLowerCase() !== application.tenantId.toLowerCase()) {
      return refuse(`This account belongs to the tenant ${tenantId || 'unknown'}, not to the configured one.`);
    }
    if (account === null) return refuse('Microsoft named no account for this sign-in.');
    assertForUs(idTokenClaims, application.clientId, system.now());
    await inTurn(async () => {
      const now = system.now();
      const before = await store.secret(sessionName);
      const saved = await store.saveSecret(sessionName, Buffer.from(cache.serialize(), 'utf8'), before?.version ?? null, now);
      if (!saved) throw new SyncError('PC_TOKEN_LATER', { message: 'Another process stored a sign-in in the same moment; try again.' });
      const connection: Connection = {
        homeAccountId: account.homeAccountId,
        account: account.username,
        tenantId,
        client,
        signedInAt: now,
        lastExchangeAt: now,
        expiries: { referrals: network.memory.lifeMs === null ? null : now + network.memory.lifeMs, webhooks: null },
        ended: null,
      };
      await saveConnection(store, connection, now);
    });
    changed();
    return { account: account.username, tenantId };
  }

  return {
    async beginSignIn(redirectUri) {
      const { verifier, challenge } = await crypto.generatePkceCodes();
      const pending: PendingSignIn = {
        state: unguessable(),
        nonce: unguessable(),
        verifier,
        redirectUri,
        startedAt: system.now(),
      };
      const claims = (await readConnection(store))?.ended?.claims ?? null;
      const url = await guarded(() =>
        confidentialClient(application, network.client, null).getAuthCodeUrl({
          scopes,
          redirectUri,
          codeChallenge: challenge,
          codeChallengeMethod: 'S256',
          state: pending.state,
          nonce: pending.nonce,
          prompt: 'select_account',
          // What Microsoft asked for when it refused the last token, e.g. a second factor.
          ...(claims === null ? {} : { claims }),
        }),
      );
      return { url, pending };
    },

    async finishSignIn(pending, answer) {
      if (answer.error) return refuse(`Microsoft ended the sign-in: ${answer.error.slice(0, 100)}.`);
      if (answer.state !== pending.state) return refuse('The answer does not belong to this sign-in.');
      if (system.now() - pending.startedAt > pendingLimitMs) return refuse('The sign-in took too long; begin again.');
      const { code = '' } = answer;
      if (code === '') return refuse('Microsoft sent no code.');
      const client = confidentialClient(application, network.client, null);
      const result = await guarded(() =>
        client.acquireTokenByCode(
          { code, scopes, redirectUri: pending.redirectUri, codeVerifier: pending.verifier, state: pending.state, nonce: pending.nonce },
          { code, state: pending.state },
        ),
      );
      return keepSession(result, client.getTokenCache(), 'confidential');
    },

    async signInByDevice(show, signal) {
      const client = publicClient(application, network.client, null);
      const request = {
        scopes,
        cancel: signal.aborted,
        deviceCodeCallback: (answer: { userCode?: string; verificationUri: string; expiresIn: number; message: string }): void => {
          // MSAL takes a refusal for a code without letters
          if (!answer.userCode)
            return refuse(
              'Microsoft gave no code: the tenant blocks this way of signing in. Sign in with the browser, without --device-code.',
            );
          show({
            userCode: answer.userCode,
            verificationUri: answer.verificationUri,
            expiresInSeconds: answer.expiresIn,
            message: answer.message,
          });
        },
      };
      // MSAL looks at this flag before each poll.
      signal.addEventListener('abort', () => {
        request.cancel = true;
      });
      const result = await guarded(() => client.acquireTokenByDeviceCode(request));
      if (result === null) return refuse('Microsoft sent no token for this device code.');
      return keepSession(result, client.getTokenCache(), 'public');
    },

    async signOut() {
      await inTurn(async () => {
        await store.deleteSecret(sessionName);
        await saveConnection(store, null, system.now());
      });
      changed();
    },
  };
}
