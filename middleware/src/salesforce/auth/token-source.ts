/**
 * The service's own sign-in to Salesforce: JWT bearer or client credentials (Salesforce APIs §1). One mint in flight, the
 * token only in memory, kept at most half an hour, renewed at once when Salesforce says it has ended.
 */
import { SyncError } from '../../errors.ts';
import type { System } from '../../sync/ports.ts';
import { isSafeUrl, jsonOf, type Transport } from '../../transport.ts';
import { TokenAnswer } from '../schema.ts';
import { signAssertion } from './assertion.ts';
import { signInError } from './sign-in-error.ts';

/** A signed-in integration user. */
export interface Session {
  readonly accessToken: string;
  /** Base of all calls, without a slash at the end. */
  readonly instanceUrl: string;
  /** 18 characters; the tenant of the event bus. */
  readonly orgId: string;
  readonly userId: string;
  /** Epoch ms. */
  readonly mintedAt: number;
}

export interface TokenSource {
  /** The session in force; signs in when there is none or it is too old. Throws `SyncError` CRM_SIGN_IN, CRM_BUSY or a network code. */
  session(): Promise<Session>;
  /** A session other than `stale`, which Salesforce no longer takes. Callers that come late get the one already renewed. */
  renew(stale: Session): Promise<Session>;
}

export type Credentials =
  | {
      readonly kind: 'jwt';
      readonly clientId: string;
      readonly username: string;
      /** RSA private key, PEM. */
      readonly privateKey: string;
      /** The login address when absent. */
      readonly audience?: string | null;
    }
  | { readonly kind: 'client-credentials'; readonly clientId: string; readonly clientSecret: string };

export interface TokenSourceOptions {
  readonly transport: Transport;
  readonly system: System;
  /** Login host or the org's My Domain; https, or http on this machine. */
  readonly loginUrl: string;
  readonly credentials: Credentials;
}

/** A session may live two hours of inactivity; half an hour keeps a withdrawn permission from living long. */
const keepMs = 30 * 60_000;
const bearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

function grantOf(credentials: Credentials, loginUrl: string, now: number): URLSearchParams {
  if (credentials.kind === 'client-credentials') {
    return new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    });
  }
  const { clientId, username, privateKey, audience } = credentials;
  const assertion = signAssertion({ clientId, username, audience: withoutSlash(audience ?? loginUrl), privateKey, now });
  return new URLSearchParams({ grant_type: bearerGrant, assertion });
}

/** The identity URL ends in `/id/<org id>/<user id>` (Salesforce APIs §1.1). */
function identityOf(url: string): { readonly orgId: string; readonly userId: string } | null {
  const [orgId, userId] = url.split('/').slice(-2);
  return orgId?.startsWith('00D') && userId?.startsWith('005') ? { orgId, userId } : null;
}

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { transport, system, credentials } = options;
  const loginUrl = withoutSlash(options.loginUrl);
  let current: Session | null = null;
  let minting: Promise<Session> | null = null;

  async function mint(): Promise<Session> {
    if (!isSafeUrl(loginUrl)) throw new SyncError('NET_NOT_ALLOWED', { message: 'COSELL_SALESFORCE_LOGIN_URL must be an https address.' });
    const now = system.now();
    const response = await transport({
      method: 'POST',
      url: `${loginUrl}/services/oauth2/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: grantOf(credentials, loginUrl, now).toString(),
      timeoutMs: 30_000,
    });
    const body = jsonOf(response.body);
    if (response.status !== 200) throw signInError(response.status, body, credentials.kind);
    const answer = TokenAnswer.safeParse(body);
    const identity = answer.success ? identityOf(answer.data.id) : null;
    if (!answer.success || !identity)
      throw new SyncError('CRM_ANSWER', { message: 'The sign-in answer of Salesforce has no token, instance or identity.' });
    if (!isSafeUrl(answer.data.instance_url))
      throw new SyncError('NET_NOT_ALLOWED', { message: 'Salesforce named an instance address that is not https.' });
    return { accessToken: answer.data.access_token, instanceUrl: withoutSlash(answer.data.instance_url), ...identity, mintedAt: now };
  }

  function mintOnce(): Promise<Session> {
    minting ??= mint()
      .then((session) => (current = session))
      .finally(() => (minting = null));
    return minting;
  }

  return {
    async session() {
      if (minting) return minting;
      return current && system.now() - current.mintedAt < keepMs ? current : mintOnce();
    },
    async renew(stale) {
      if (minting) return minting;
      return current && current.accessToken !== stale.accessToken ? current : mintOnce();
    },
  };
}
