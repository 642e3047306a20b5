/** Access tokens by MSAL from the stored session: held in memory, renewed before they end, one exchange at a time. */
import type { AuthenticationResult } from '@azure/msal-node';

import { SyncError, toSyncError } from '../../errors.ts';
import type { Store, System } from '../../sync/ports.ts';
import type { Transport } from '../../transport.ts';
import type { Audience, TokenSource, TokenState } from '../tokens.ts';
import { readConnection, saveConnection } from './connection.ts';
import type { InTurn } from './exchange-lock.ts';
import { scopesOf, type Application } from './msal-client.ts';
import { createMsalNetwork } from './network-client.ts';
import { outcomeOf } from './outcome.ts';
import type { Connection } from './schema.ts';
import { createSessionPlugin } from './session-plugin.ts';
import { accountOf, silentClients } from './silent-client.ts';

export interface TokenSourceOptions {
  readonly application: Application;
  readonly transport: Transport;
  readonly system: System;
  readonly store: Pick<Store, 'secret' | 'saveSecret' | 'setting' | 'saveSetting'>;
  readonly inTurn: InTurn;
}

export interface RenewingTokenSource extends TokenSource {
  /** Forgets what is held in memory: somebody has just signed in or out. */
  reload(): void;
  /** Exchanges the refresh token when that was not done for most of a day; for a timer. Throws like `token`. */
  renewIfOld(): Promise<void>;
  /** `renewIfOld` every hour until the signal aborts; failures stand in `state` and are reported. */
  keepFresh(signal: AbortSignal, report: (error: SyncError) => void): Promise<void>;
}

interface Held {
  readonly token: string;
  /** From here on a new one is asked for, epoch ms. */
  readonly renewAt: number;
  readonly expiresAt: number;
}

interface Want {
  /** Access token the API would not take. */
  readonly refused: string | null;
  readonly claims: string | null;
  readonly force: boolean;
}

type Closed = { readonly code: 'PC_TOKEN_LATER' | 'PC_OPERATOR'; readonly notBefore: number; readonly why: string; readonly since: number };

const renewBeforeMs = 5 * 60_000;
const operatorPauseMs = 5 * 60_000;
/** After a bare 401: a fault of the API must not need a person. */
const tryAgainMs = 5 * 60_000;
/** At least daily (entra-and-webhooks §1), with room for a few failures. */
const oldMs = 20 * 60 * 60_000;
const hourMs = 60 * 60_000;

const simply: Want = { refused: null, claims: null, force: false };

export function createTokenSource(options: TokenSourceOptions): RenewingTokenSource {
  const { application, transport, system, store, inTurn } = options;
  const network = createMsalNetwork(transport, system);
  const silent = silentClients(application, network, createSessionPlugin(store, system));
  const held = new Map<Audience, Held>();
  /** Which sign-in the held tokens come from, so that a late refusal cannot end a newer one. */
  let heldSince: number | null = null;
  /** Our own "not before": MSAL's throttle is lost with a cache plug-in (entra-and-webhooks §2). */
  let closed: Closed | null = null;

  function assertOpen(): void {
    if (closed === null) return;
    if (system.now() >= closed.notBefore) return;
    throw new SyncError(closed.code, { message: closed.why, notBefore: closed.notBefore });
  }

  async function connection(): Promise<Connection> {
    const found = await readConnection(store);
    if (found === null) throw new SyncError('PC_SIGN_IN', { message: 'Nobody has signed in to Partner Center yet.' });
    const { ended } = found;
    if (ended !== null && (ended.sure || system.now() < ended.at + tryAgainMs)) throw signInNeeded(ended.why, ended.claims);
    return found;
  }

  function exchange(audience: Audience, want: Want): Promise<string> {
    return inTurn(async () => {
      const have = held.get(audience);
      // Another caller has made the exchange while this one waited for its turn.
      if (!want.force && have && have.token !== want.refused && system.now() < have.renewAt) return have.token;
      assertOpen();
      const current = await connection();
      network.reset();
      try {
        const result = await acquire(audience, current, want);
        return await keep(audience, current, result);
      } catch (thrown) {
        throw await failed(thrown, audience, current);
      }
    });
  }

  async function acquire(audience: Audience, current: Connection, want: Want): Promise<AuthenticationResult> {
    const request = { account: await accountOf(silent(current.client), current), scopes: scopesOf(application, audience) };
    const ask = (force: boolean): Promise<AuthenticationResult> =>
      silent(current.client).acquireTokenSilent({
        ...request,
        forceRefresh: force,
        ...(want.claims === null ? {} : { claims: want.claims }),
      });
    if (want.force) return ask(true);
    const cached = await ask(false);
    const usable = cached.accessToken !== want.refused && expiryOf(audience, current, cached) - renewBeforeMs > system.now();
    return usable || !cached.fromCache ? cached : ask(true);
  }

  /** By our clock: a fresh token ends after the life time its answer named, a stored one as was noted then. */
  function expiryOf(audience: Audience, current: Connection, result: AuthenticationResult): number {
    const { lifeMs } = network.memory;
    if (!result.fromCache && lifeMs !== null) return system.now() + lifeMs;
    return (result.fromCache ? current.expiries[audience] : null) ?? result.expiresOn?.getTime() ?? system.now();
  }

  async function keep(audience: Audience, current: Connection, result: AuthenticationResult): Promise<string> {
    const now = system.now();
    const expiresAt = expiryOf(audience, current, result);
    // A token with a short life is renewed at half of it, not on every call.
    const renewAt = Math.max(expiresAt - renewBeforeMs, now + (expiresAt - now) / 2);
    held.set(audience, { token: result.accessToken, renewAt, expiresAt });
    heldSince = current.signedInAt;
    closed = null;
    if (!result.fromCache) {
      const expiries = { ...current.expiries, [audience]: expiresAt };
      await saveConnection(store, { ...current, ended: null, lastExchangeAt: now, expiries }, now);
    } else if (current.ended !== null) await saveConnection(store, { ...current, ended: null }, now);
    return result.accessToken;
  }

  async function failed(thrown: unknown, audience: Audience, current: Connection): Promise<SyncError> {
    const now = system.now();
    const outcome = outcomeOf(thrown, network.memory, now);
    if (outcome.kind === 'sign-in') {
      // The second audience lacks consent: nothing is wrong with the sign-in itself (entra-and-webhooks §1).
      if (outcome.consentMissing && audience === 'webhooks') {
        return new SyncError('PC_OPERATOR', {
          message: 'The application has no consent for the webhook API: grant user_impersonation on "Microsoft Partner Center".',
        });
      }
      await saveConnection(store, { ...current, ended: { why: outcome.why, claims: outcome.claims, at: now, sure: true } }, now);
      return signInNeeded(outcome.why, outcome.claims);
    }
    const code = outcome.kind === 'later' ? 'PC_TOKEN_LATER' : 'PC_OPERATOR';
    const notBefore = outcome.kind === 'later' ? outcome.notBefore : now + operatorPauseMs;
    closed = { code, notBefore, why: outcome.why, since: closed?.code === code ? closed.since : now };
    return new SyncError(code, { message: outcome.why, notBefore });
  }

  async function renewIfOld(): Promise<void> {
    const current = await connection();
    if (system.now() - current.lastExchangeAt >= oldMs) await exchange('referrals', { ...simply, force: true });
  }

  return {
    async token(audience) {
      const have = held.get(audience);
      if (have && system.now() < have.renewAt) return have.token;
      try {
        return await exchange(audience, simply);
      } catch (error) {
        // A token the API still takes is used to its end.
        if (have && held.get(audience) === have && system.now() < have.expiresAt) return have.token;
        throw error;
      }
    },

    refused(audience, token, claims) {
      if (held.get(audience)?.token === token) held.delete(audience);
      return exchange(audience, { refused: token, claims, force: claims !== null });
    },

    async ended(why, claims, sure) {
      const since = heldSince;
      held.clear();
      const current = await readConnection(store);
      if (current === null || current.ended !== null || (since !== null && current.signedInAt !== since)) return;
      await saveConnection(store, { ...current, ended: { why, claims, at: system.now(), sure } }, system.now());
    },

    async state(): Promise<TokenState> {
      const current = await readConnection(store);
      if (current === null) return { kind: 'sign-in-needed', why: 'Nobody has signed in to Partner Center yet.', since: 0, claims: null };
      if (current.ended !== null)
        return { kind: 'sign-in-needed', why: current.ended.why, since: current.ended.at, claims: current.ended.claims };
      if (closed?.code === 'PC_OPERATOR') return { kind: 'operator', why: closed.why, since: closed.since };
      if (closed !== null && system.now() < closed.notBefore) {
        return { kind: 'later', account: current.account, notBefore: closed.notBefore, why: closed.why };
      }
      return { kind: 'signed-in', account: current.account, lastExchangeAt: current.lastExchangeAt };
    },

    reload() {
      held.clear();
      closed = null;
    },

    renewIfOld,

    async keepFresh(signal, report) {
      while (await system.sleep(hourMs, signal)) {
        try {
          await renewIfOld();
        } catch (thrown) {
          report(toSyncError(thrown));
        }
      }
    },
  };
}

const signInNeeded = (why: string, claims: string | null): SyncError =>
  new SyncError('PC_SIGN_IN', { message: why, ...(claims === null ? {} : { claims }) });
