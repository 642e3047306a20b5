/** The token endpoint: JWT bearer and client credentials, with the failures of Salesforce APIs §1.1. */
import { createHmac, createPublicKey, timingSafeEqual, verify, X509Certificate, type KeyObject } from 'node:crypto';
import { bodyText, json, type SimRequest, type SimResponse } from '../wire.ts';
import type { Sessions } from './sessions.ts';
import type { OrgState } from './state.ts';
import type { OrgSwitches } from './switches.ts';

/** An external client app as set up by an administrator. */
export interface RegisteredApp {
  readonly consumerKey: string;
  readonly consumerSecret?: string;
  /** PEM certificate or public key; makes the JWT flow possible. */
  readonly certificate?: string;
  /** Users that are pre-authorised; `all` by default. */
  readonly preauthorized?: 'all' | readonly string[];
  /** User name the client-credentials flow runs as. */
  readonly runAs?: string;
  readonly scopes?: readonly string[];
}

export interface OAuth {
  registerApp(app: RegisteredApp): void;
  token(request: SimRequest, origin: string): SimResponse;
  identity(userId: string, origin: string): { readonly [claim: string]: unknown };
}

const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const loginHosts: ReadonlySet<string> = new Set(['https://login.salesforce.com', 'https://test.salesforce.com']);

class OAuthFailure extends Error {
  readonly status: number;
  readonly code: string;
  constructor(code: string, description: string, status = 400) {
    super(description);
    this.code = code;
    this.status = status;
  }
}

export function createOAuth(state: OrgState, sessions: Sessions, switches: OrgSwitches): OAuth {
  const apps = new Map<string, RegisteredApp & { readonly key: KeyObject | null }>();

  const appOf = (consumerKey: unknown): RegisteredApp & { readonly key: KeyObject | null } => {
    const app = apps.get(String(consumerKey));
    if (!app) throw new OAuthFailure('invalid_client_id', 'client identifier invalid', switches.invalidClientStatus);
    return app;
  };
  const activeUser = (username: string): string => {
    const user = state.find('User', 'Username', username)[0];
    if (!user) throw new OAuthFailure('invalid_grant', "user hasn't approved this consumer");
    if (user['IsActive'] !== true) throw new OAuthFailure('inactive_user', 'user is inactive');
    return String(user['Id']);
  };
  const grant = (userId: string, app: RegisteredApp, origin: string, extra: { [name: string]: string } = {}): SimResponse => {
    const scope = (app.scopes ?? ['api', 'refresh_token', 'offline_access']).join(' ');
    const session = sessions.open(userId, scope);
    return json(200, {
      access_token: session.token,
      scope,
      instance_url: origin,
      id: `${origin}/id/${state.orgId}/${userId}`,
      token_type: 'Bearer',
      api_instance_url: origin,
      ...extra,
    });
  };
  const byAssertion = (assertion: string, origin: string): SimResponse => {
    const [header = '', payload = '', signature = ''] = assertion.split('.');
    const parsedHeader = parsePart(header);
    const claims = parsePart(payload);
    if (!parsedHeader || !claims || parsedHeader['alg'] !== 'RS256') throw new OAuthFailure('invalid_grant', 'invalid assertion');
    const app = appOf(claims['iss']);
    const signed = app.key && verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), app.key, Buffer.from(signature, 'base64url'));
    if (!signed) throw new OAuthFailure('invalid_grant', 'invalid assertion');
    const audience = String(claims['aud'] ?? '').replace(/\/$/, '');
    if (!loginHosts.has(audience) && audience !== origin) throw new OAuthFailure('invalid_grant', 'audience is invalid');
    const exp = Number(claims['exp']);
    // The vendor's SDK sends milliseconds (§8.1).
    const inMilliseconds = exp > 100_000_000_000;
    if (inMilliseconds && !switches.jwtAcceptsMilliseconds) throw new OAuthFailure('invalid_grant', 'expired authorization code');
    const ahead = inMilliseconds ? exp - state.now() : exp * 1000 - state.now();
    if (!Number.isFinite(exp) || ahead <= 0 || ahead > switches.jwtMaxAheadSeconds * 1000)
      throw new OAuthFailure('invalid_grant', 'expired authorization code');
    const username = String(claims['sub'] ?? '');
    const userId = activeUser(username);
    if (app.preauthorized !== undefined && app.preauthorized !== 'all' && !app.preauthorized.includes(username)) {
      throw new OAuthFailure('invalid_grant', "user hasn't approved this consumer");
    }
    return grant(userId, app, origin);
  };
  const bySecret = (form: URLSearchParams, request: SimRequest, origin: string): SimResponse => {
    const basic = /^basic (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
    const [basicId, basicSecret] =
      basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':').map(decodeURIComponent);
    const app = appOf(form.get('client_id') ?? basicId);
    const secret = form.get('client_secret') ?? basicSecret ?? '';
    if (app.consumerSecret === undefined || !sameSecret(secret, app.consumerSecret)) {
      throw new OAuthFailure('invalid_client', 'invalid client credentials', switches.invalidClientStatus);
    }
    if (app.runAs === undefined) throw new OAuthFailure('invalid_grant', 'no client credentials user enabled');
    const userId = activeUser(app.runAs);
    const issuedAt = String(state.now());
    const id = `${origin}/id/${state.orgId}/${userId}`;
    return grant(userId, app, origin, {
      issued_at: issuedAt,
      signature: createHmac('sha256', secret)
        .update(id + issuedAt)
        .digest('base64'),
    });
  };

  return {
    registerApp: (app) => {
      apps.set(app.consumerKey, { ...app, key: app.certificate === undefined ? null : publicKey(app.certificate) });
    },
    token: (request, origin) => {
      const form = new URLSearchParams(bodyText(request));
      const grantType = form.get('grant_type');
      try {
        if (grantType === jwtGrant) return byAssertion(form.get('assertion') ?? '', origin);
        if (grantType === 'client_credentials') return bySecret(form, request, origin);
        throw new OAuthFailure('unsupported_grant_type', 'grant type not supported');
      } catch (error) {
        if (error instanceof OAuthFailure) return json(error.status, { error: error.code, error_description: error.message });
        throw error;
      }
    },
    identity: (userId, origin) => {
      const user = state.record(userId) ?? {};
      return {
        sub: `${origin}/id/${state.orgId}/${userId}`,
        id: `${origin}/id/${state.orgId}/${userId}`,
        user_id: userId,
        organization_id: state.orgId,
        preferred_username: user['Username'],
        username: user['Username'],
        nickname: user['Alias'] ?? null,
        name: user['Name'],
        display_name: user['Name'],
        email: user['Email'] ?? null,
        active: user['IsActive'] === true,
        user_type: 'STANDARD',
        language: 'en_US',
        locale: 'en_US',
        zoneinfo: 'GMT',
        urls: { rest: `${origin}/services/data/v{version}/`, sobjects: `${origin}/services/data/v{version}/sobjects/` },
      };
    },
  };
}

const publicKey = (pem: string): KeyObject => (pem.includes('CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem));

function parsePart(part: string): { readonly [claim: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
