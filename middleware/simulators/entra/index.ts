/**
 * The sign-in authority for tests and demos: discovery, keys, authorize, device code and token endpoint, good enough for
 * the real MSAL. Nobody types a password: the one person of the simulation signs in at once.
 */
import { bodyText, json, type Service, type SimRequest, type SimResponse, type Surroundings } from '../wire.ts';
import { answerToken, type GrantContext } from './grants.ts';
import { Rejection, rejectionAnswer, rejections, type RejectionDetail, type RejectionName } from './rejection.ts';
import { authorize, devicePage, page } from './sign-in.ts';
import { createEntraState, type Person, type RegisteredClient } from './state.ts';
import { defaultEntraSwitches, type EntraSwitches } from './switches.ts';
import { createTokenMint } from './tokens.ts';

export interface EntraOptions {
  readonly surroundings: Surroundings;
  readonly tenantId: string;
  readonly clients: readonly RegisteredClient[];
  readonly person?: Person;
  readonly switches?: Partial<EntraSwitches>;
  /** Origin of the authority as clients reach it; default the real host. */
  readonly origin?: () => string;
  /** Resources tokens can be asked for; default the two of Partner Center. */
  readonly audiences?: readonly string[];
}

export interface TokenHolder {
  /** Mail; null for an app-only token. */
  readonly user: string | null;
  readonly mfa: boolean;
}

/** One token request as it came, without its secrets. */
export interface Exchange {
  readonly at: number;
  readonly grant: string;
  readonly scope: string | null;
  readonly status: number;
}

export interface Entra {
  readonly service: Service;
  /** Live: change a property and the next call sees it. */
  readonly switches: EntraSwitches;
  readonly tenantId: string;
  /** Who stands behind an access token; null when it is expired, revoked, forged or for another audience. */
  checkToken(token: string, audience: string): TokenHolder | null;
  /** A token without any sign-in, for runs that do not speak OAuth. */
  issueToken(audience: string, options?: { readonly mfa?: boolean; readonly appOnly?: boolean; readonly seconds?: number }): string;
  /** The next token requests are rejected like this, one each. */
  rejectNext(how: RejectionName | RejectionDetail | 'not JSON', count?: number): void;
  /** Ends every refresh token, as an admin's "revoke sessions" does. */
  revokeRefreshTokens(): void;
  /** Ends every access token issued so far. */
  revokeAccessTokens(): void;
  /** What the person does with a device code on another screen. */
  answerDevice(userCode: string, decision: 'approve' | 'decline'): void;
  readonly exchanges: readonly Exchange[];
}

export const defaultPerson: Person = {
  email: 'connector@partner.example',
  name: 'Connector Account',
  objectId: '5f1c2a1e-0d1b-4c55-9d3e-2b8f4a6c7d10',
};

const partnerAudiences = ['https://api.partner.microsoft.com', 'https://api.partnercenter.microsoft.com'];

export function createEntra(options: EntraOptions): Entra {
  const { surroundings, tenantId, clients } = options;
  const switches: EntraSwitches = { ...defaultEntraSwitches, ...options.switches };
  const state = createEntraState();
  const mint = createTokenMint(surroundings);
  const origin = options.origin ?? (() => 'https://login.microsoftonline.com');
  const person = options.person ?? defaultPerson;
  const context: GrantContext = {
    surroundings,
    switches,
    state,
    mint,
    tenantId,
    clients,
    person,
    audiences: options.audiences ?? partnerAudiences,
    origin,
  };
  const rejecting: (RejectionDetail | 'not JSON')[] = [];
  const exchanges: Exchange[] = [];

  function token(request: SimRequest): SimResponse {
    const form = new URLSearchParams(bodyText(request));
    const response = tokenAnswer(request, form);
    exchanges.push({
      at: surroundings.now(),
      grant: form.get('grant_type') ?? '',
      scope: form.get('scope') ?? form.get('resource'),
      status: response.status,
    });
    return response;
  }

  function tokenAnswer(request: SimRequest, form: URLSearchParams): SimResponse {
    const rejection = rejecting.shift();
    if (rejection === 'not JSON') return page(502, 'Bad gateway', '<p>The gateway had no answer.</p>');
    if (rejection) return rejectionAnswer(rejection, surroundings);
    try {
      return json(200, answerToken(context, form, request.headers['authorization']), { 'cache-control': 'no-store' });
    } catch (error) {
      if (error instanceof Rejection) return rejectionAnswer(error.detail, surroundings);
      throw error;
    }
  }

  /** v1 form: numbers as text, resource instead of scope (API §2.4). */
  function tokenV1(request: SimRequest): SimResponse {
    const response = token(request);
    if (response.status !== 200) return response;
    const { expires_in: seconds, ...rest } = JSON.parse(String(response.body)) as { expires_in: number };
    const now = Math.floor(surroundings.now() / 1000);
    const resource = new URLSearchParams(bodyText(request)).get('resource');
    return json(200, {
      ...rest,
      expires_in: String(seconds),
      ext_expires_in: String(seconds),
      expires_on: String(now + seconds),
      not_before: String(now),
      resource,
    });
  }

  function deviceCode(request: SimRequest): SimResponse {
    const form = new URLSearchParams(bodyText(request));
    const client = clients.find(({ clientId }) => clientId === form.get('client_id'));
    if (!client) return rejectionAnswer(rejections['unknown application'], surroundings);
    if (switches.deviceCodeBlocked) {
      return rejectionAnswer(
        { status: 400, error: 'invalid_grant', number: 53003, text: 'Access was blocked by Conditional Access policies.' },
        surroundings,
      );
    }
    const letters = surroundings.uuid().replaceAll('-', '').toUpperCase();
    const userCode = letters.slice(0, 9);
    const code = surroundings.uuid();
    state.devices.set(code, {
      clientId: client.clientId,
      userCode,
      scope: form.get('scope') ?? '',
      expiresAt: surroundings.now() + 900_000,
      state: 'pending',
    });
    const address = `${origin()}/device`;
    return json(200, {
      user_code: userCode,
      device_code: code,
      verification_uri: address,
      expires_in: 900,
      interval: switches.deviceCodeInterval,
      message: `To sign in, open ${address} and enter the code ${userCode}.`,
    });
  }

  function discovery(segment: string): SimResponse {
    const base = `${origin()}/${segment}`;
    return json(200, {
      issuer: `${origin()}/${tenantId}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    });
  }

  function handle(request: SimRequest): SimResponse {
    const url = new URL(request.url, 'http://simulator');
    if (url.pathname === '/device') return devicePage(context, request.method === 'POST' ? new URLSearchParams(bodyText(request)) : null);
    const [, segment = '', rest = ''] = /^\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
    if (![tenantId, 'common', 'organizations'].includes(segment)) {
      return rejectionAnswer(
        { status: 400, error: 'invalid_tenant', number: 90002, text: `The tenant "${segment}" was not found.` },
        surroundings,
      );
    }
    switch (`${request.method} ${rest}`) {
      case 'GET v2.0/.well-known/openid-configuration':
        return discovery(segment);
      case 'GET discovery/v2.0/keys':
        return json(200, mint.keys());
      case 'GET oauth2/v2.0/authorize':
        return authorize(context, url.searchParams);
      case 'POST oauth2/v2.0/devicecode':
        return deviceCode(request);
      case 'POST oauth2/v2.0/token':
        return token(request);
      case 'POST oauth2/token':
        if (switches.passwordGrant) return tokenV1(request);
    }
    return json(404, { error: 'not_found', error_description: `There is nothing at ${request.method} ${url.pathname}.` });
  }

  return {
    service: (request) => Promise.resolve().then(() => handle(request)),
    switches,
    tenantId,
    checkToken(written, audience) {
      const claims = mint.read(written);
      if (!claims || claims['aud'] !== audience || claims['tid'] !== tenantId) return null;
      const methods = claims['amr'];
      return { user: typeof claims['upn'] === 'string' ? claims['upn'] : null, mfa: Array.isArray(methods) && methods.includes('mfa') };
    },
    issueToken(audience, { mfa = true, appOnly = false, seconds = switches.accessTokenSeconds } = {}) {
      const now = Math.floor(surroundings.now() / 1000);
      const base = { aud: audience, tid: tenantId, iat: now, exp: now + seconds, jti: surroundings.uuid() };
      return mint.sign(
        appOnly ? { ...base, idtyp: 'app' } : { ...base, upn: person.email, oid: person.objectId, amr: mfa ? ['pwd', 'mfa'] : ['pwd'] },
      );
    },
    rejectNext(how, count = 1) {
      const detail = typeof how === 'string' && how !== 'not JSON' ? rejections[how] : how;
      for (let index = 0; index < count; index += 1) rejecting.push(detail);
    },
    revokeRefreshTokens() {
      for (const refreshToken of state.refreshTokens.values()) refreshToken.revoked = true;
    },
    revokeAccessTokens: mint.revokeAll,
    answerDevice(userCode, decision) {
      const device = [...state.devices.values()].find((candidate) => candidate.userCode === userCode);
      if (!device) throw new Error(`There is no device code ${userCode}.`);
      device.state = decision === 'decline' ? 'declined' : 'approved';
    },
    exchanges,
  };
}
