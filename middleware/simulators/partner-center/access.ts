/** Who may call, and what that caller sees (API §2, §8 V15). */
import type { SimRequest } from '../wire.ts';
import { Refusal } from './refusal.ts';
import type { Referral } from './model.ts';
import type { Switches } from './switches.ts';

/** The two audiences; a token for one opens nothing on the other (API §1). */
export const referralsAudience = 'https://api.partner.microsoft.com';
export const webhooksAudience = 'https://api.partnercenter.microsoft.com';

export interface Caller {
  /** Mail of the signed-in user; null for an app-only token. */
  readonly user: string | null;
  readonly mfa: boolean;
}

/** Says who stands behind a token; null when it is not valid for the audience. */
export type CheckToken = (token: string, audience: string) => Caller | null;

export interface PartnerUser {
  readonly role: 'referrals admin' | 'referrals user' | 'none';
  /** Locations (MPN ids) in scope; absent = the whole company. */
  readonly locations?: readonly string[];
}

export interface Access {
  readonly caller: Caller;
  readonly role: PartnerUser['role'];
  /** True when this caller sees the referral. */
  sees(referral: Referral): boolean;
}

/** Users that are not named are Referrals admins of the whole company. */
export type Users = { readonly [email: string]: PartnerUser };

const unauthenticated = (message: string): Refusal =>
  new Refusal(401, 'unauthenticated', message, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });

function callerOf(request: SimRequest, audience: string, checkToken: CheckToken): Caller {
  const token = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  if (token === undefined) throw unauthenticated('The request carries no bearer token.');
  const caller = checkToken(token, audience);
  if (!caller) throw unauthenticated('The token is expired, revoked, or meant for another service.');
  return caller;
}

function requireMfa(caller: Caller, switches: Switches): void {
  if (caller.mfa || caller.user === null || !switches.mfaEnforced) return;
  const message = 'MFA is required for App+User calls.';
  throw switches.mfaErrorShape === 'code'
    ? new Refusal(401, '900421', message)
    : new Refusal(401, 'unauthenticated', message, { inner: { code: '900421', message } });
}

/** Access to the Referrals API: App+User only, with a role (API §2.1, §2.2). Throws `Refusal`. */
export function referralsAccess(request: SimRequest, checkToken: CheckToken, users: Users, switches: Switches): Access {
  const caller = callerOf(request, referralsAudience, checkToken);
  if (caller.user === null) throw new Refusal(switches.appOnlyStatus, 'accessDenied', 'Referrals can be used with App+User tokens only.');
  requireMfa(caller, switches);
  const { role, locations } = users[caller.user] ?? { role: 'referrals admin' as const };
  if (role === 'none') throw new Refusal(403, 'accessDenied', 'The user has no referrals role.');
  const mail = caller.user.toLowerCase();
  return {
    caller,
    role,
    sees(referral) {
      if (locations && referral.mpnId !== null && !locations.includes(referral.mpnId)) return false;
      return role === 'referrals admin' || referral.team.some(({ email }) => email?.toLowerCase() === mail);
    },
  };
}

/** Access to the webhook host: app-only or App+User (API §1). Throws `Refusal`. */
export function webhooksAccess(request: SimRequest, checkToken: CheckToken, users: Users, switches: Switches): Caller {
  const caller = callerOf(request, webhooksAudience, checkToken);
  requireMfa(caller, switches);
  const { role } = users[caller.user ?? ''] ?? { role: 'referrals admin' as const };
  if (switches.webhookRole === 'referrals admin' && role !== 'referrals admin') {
    throw new Refusal(403, 'accessDenied', 'Registering webhooks needs another role.');
  }
  return caller;
}
