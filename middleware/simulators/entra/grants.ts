/** The token endpoint: each grant checks its own proof and ends in the same answer (Sign-in and webhooks §1, §5). */
import { createHash } from 'node:crypto';

import type { Surroundings } from '../wire.ts';
import { oauthError, reject } from './rejection.ts';
import { isGoodAssertion, type TokenMint } from './tokens.ts';
import type { EntraState, Grant, Person, RegisteredClient } from './state.ts';
import type { EntraSwitches } from './switches.ts';

export interface GrantContext {
  readonly surroundings: Surroundings;
  readonly switches: EntraSwitches;
  readonly state: EntraState;
  readonly mint: TokenMint;
  readonly tenantId: string;
  readonly clients: readonly RegisteredClient[];
  readonly person: Person;
  /** Resources tokens can be asked for. */
  readonly audiences: readonly string[];
  origin(): string;
}

export interface TokenAnswer {
  readonly token_type: 'Bearer';
  readonly scope: string;
  readonly expires_in: number;
  readonly ext_expires_in: number;
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly client_info?: string;
}

const dayMs = 86_400_000;
const openIdScopes = new Set(['openid', 'profile', 'offline_access', 'email']);

/** Throws `Rejection`. */
export function answerToken(context: GrantContext, form: URLSearchParams, authorization: string | undefined): TokenAnswer {
  const client = authenticated(context, form, authorization);
  const grant = form.get('grant_type') ?? '';
  switch (grant) {
    case 'authorization_code':
      return byCode(context, client, form);
    case 'refresh_token':
      return byRefreshToken(context, client, form);
    case 'urn:ietf:params:oauth:grant-type:device_code':
    case 'device_code':
      return byDeviceCode(context, client, form);
    case 'client_credentials':
      return byClient(context, client, form);
    case 'password':
      return byPassword(context, client, form);
    default:
      throw oauthError('unsupported_grant_type', 70003, `The grant type "${grant}" is not supported.`);
  }
}

function authenticated(context: GrantContext, form: URLSearchParams, authorization: string | undefined): RegisteredClient {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  const [basicId, basicSecret] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
  const clientId = form.get('client_id') ?? basicId;
  const client = context.clients.find((known) => known.clientId === clientId);
  if (!client) throw reject('unknown application');
  if (client.secret === undefined && client.certificatePem === undefined) return client;
  const secret = form.get('client_secret') ?? basicSecret;
  if (secret !== undefined && secret !== null) {
    if (client.secret === undefined || secret !== client.secret) throw reject('wrong secret');
    return client;
  }
  const assertion = form.get('client_assertion');
  const audiences = ['/oauth2/v2.0/token', '/v2.0', '/oauth2/token'].map((path) => `${context.origin()}/${context.tenantId}${path}`);
  // A client that keeps the production authority string signs for the production host.
  const publicCloud = audiences.map((audience) => audience.replace(context.origin(), 'https://login.microsoftonline.com'));
  if (assertion !== null && client.certificatePem !== undefined) {
    if (isGoodAssertion(assertion, client.certificatePem, client.clientId, [...audiences, ...publicCloud], context.surroundings.now()))
      return client;
    throw oauthError('invalid_client', 700027, 'The client assertion is not valid.', 401);
  }
  throw oauthError('invalid_client', 7000218, 'The request must contain client_assertion or client_secret.', 401);
}

function byCode(context: GrantContext, client: RegisteredClient, form: URLSearchParams): TokenAnswer {
  const written = form.get('code') ?? '';
  const code = context.state.codes.get(written);
  context.state.codes.delete(written);
  if (!code || code.clientId !== client.clientId) throw oauthError('invalid_grant', 54005, 'The code was already redeemed or is unknown.');
  if (code.expiresAt <= context.surroundings.now()) throw reject('refresh token too old');
  if (code.redirectUri !== form.get('redirect_uri'))
    throw oauthError('invalid_grant', 500112, 'The redirect address does not match the one of the code.');
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  if (challenge !== code.challenge) throw oauthError('invalid_grant', 501481, 'The code verifier does not match the challenge.');
  return issue(context, code, form.get('scope') ?? code.scope, code.scope);
}

function byDeviceCode(context: GrantContext, client: RegisteredClient, form: URLSearchParams): TokenAnswer {
  const written = form.get('device_code') ?? form.get('code') ?? '';
  const device = context.state.devices.get(written);
  if (!device || device.clientId !== client.clientId) throw oauthError('bad_verification_code', 70019, 'The device code is unknown.');
  if (device.expiresAt <= context.surroundings.now()) throw oauthError('expired_token', 70020, 'The device code has expired.');
  if (device.state === 'declined') throw oauthError('authorization_declined', 70018, 'The person declined.');
  if (device.state === 'pending') throw oauthError('authorization_pending', 70016, 'The person has not finished signing in.');
  context.state.devices.delete(written);
  const grant: Grant = { clientId: client.clientId, person: context.person, mfa: context.switches.mfa };
  return issue(context, grant, device.scope, device.scope);
}

function byRefreshToken(context: GrantContext, client: RegisteredClient, form: URLSearchParams): TokenAnswer {
  const token = context.state.refreshTokens.get(form.get('refresh_token') ?? '');
  if (!token || token.clientId !== client.clientId)
    throw oauthError('invalid_grant', 9002313, 'The refresh token is malformed or of another application.');
  if (token.revoked || (token.used && context.switches.singleUseRefreshTokens)) throw reject('revoked');
  if (token.idleUntil <= context.surroundings.now()) throw reject('refresh token expired');
  token.used = true;
  const resource = form.get('resource');
  return issue(
    context,
    token,
    resource === null ? (form.get('scope') ?? '') : `${resource}/user_impersonation offline_access`,
    'offline_access',
  );
}

function byClient(context: GrantContext, client: RegisteredClient, form: URLSearchParams): TokenAnswer {
  if (client.secret === undefined && client.certificatePem === undefined)
    throw oauthError('unauthorized_client', 7000216, 'A public application cannot do this.');
  const { audience } = resourceOf(context, form.get('scope') ?? `${form.get('resource') ?? ''}/.default`);
  if (audience === null) throw oauthError('invalid_scope', 70011, 'A resource is missing in the scope.');
  const lifetime = context.switches.accessTokenSeconds;
  return {
    token_type: 'Bearer',
    scope: `${audience}/.default`,
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: context.mint.sign({ ...frame(context, audience), appid: client.clientId, idtyp: 'app' }),
  };
}

/** The documented trap: it works, and its tokens carry no MFA (API §2.5). */
function byPassword(context: GrantContext, client: RegisteredClient, form: URLSearchParams): TokenAnswer {
  if (!context.switches.passwordGrant) throw oauthError('unsupported_grant_type', 7000218, 'The password grant is switched off.');
  const resource = form.get('resource');
  const scope = resource === null ? (form.get('scope') ?? '') : `${resource}/user_impersonation`;
  return issue(context, { clientId: client.clientId, person: context.person, mfa: false }, scope, 'offline_access');
}

/** The one resource a scope text names. */
function resourceOf({ audiences }: GrantContext, scope: string): { readonly audience: string | null; readonly words: readonly string[] } {
  const words = scope.split(/\s+/).filter((word) => word !== '');
  const found = new Set<string>();
  for (const word of words) {
    if (openIdScopes.has(word)) continue;
    const audience = audiences.find((known) => word === `${known}/user_impersonation` || word === `${known}/.default`);
    if (audience === undefined) throw oauthError('invalid_resource', 500011, `The resource of "${word}" was not found.`);
    found.add(audience);
  }
  if (found.size > 1) throw oauthError('invalid_scope', 28000, 'Only one resource can be asked for at a time.');
  return { audience: [...found][0] ?? null, words };
}

function frame({ surroundings, switches, tenantId, origin }: GrantContext, audience: string): { readonly [name: string]: unknown } {
  const now = Math.floor(surroundings.now() / 1000);
  return {
    aud: audience,
    iss: `${origin()}/${tenantId}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + switches.accessTokenSeconds,
    tid: tenantId,
    jti: surroundings.uuid(),
  };
}

function issue(context: GrantContext, grant: Grant, scope: string, signedInScope: string): TokenAnswer {
  const { surroundings, switches, state, mint, tenantId, audiences } = context;
  const { audience: asked, words } = resourceOf(context, scope);
  const audience = asked ?? audiences[0] ?? '';
  if (switches.consentedAudiences !== null && !switches.consentedAudiences.includes(audience)) throw reject('consent required');
  const { person, clientId, mfa, nonce } = grant;
  const who = { oid: person.objectId, upn: person.email, preferred_username: person.email, name: person.name };
  const refreshToken = `0.${surroundings.uuid().replaceAll('-', '')}${surroundings.uuid().replaceAll('-', '')}`;
  const wanted = `${words.join(' ')} ${signedInScope}`;
  if (wanted.includes('offline_access')) {
    state.refreshTokens.set(refreshToken, {
      clientId,
      person,
      mfa,
      idleUntil: surroundings.now() + switches.refreshIdleDays * dayMs,
      used: false,
      revoked: false,
    });
  }
  const echoed = switches.echoDefaultScope && words.includes(`${audience}/.default`) ? ` ${audience}/.default` : '';
  return {
    token_type: 'Bearer',
    scope: `${audience}/user_impersonation openid profile offline_access${echoed}`,
    expires_in: switches.accessTokenSeconds,
    ext_expires_in: switches.accessTokenSeconds,
    access_token: mint.sign({
      ...frame(context, audience),
      ...who,
      appid: clientId,
      scp: 'user_impersonation',
      amr: mfa ? ['pwd', 'mfa'] : ['pwd'],
    }),
    ...(wanted.includes('offline_access') ? { refresh_token: refreshToken } : {}),
    ...(wanted.includes('openid')
      ? {
          id_token: mint.sign({
            ...frame(context, clientId),
            ...who,
            sub: person.objectId,
            ver: '2.0',
            ...(nonce === undefined ? {} : { nonce }),
          }),
        }
      : {}),
    client_info: Buffer.from(JSON.stringify({ uid: person.objectId, utid: tenantId })).toString('base64url'),
  };
}
