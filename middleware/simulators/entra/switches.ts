/** Named choices of the sign-in authority (Sign-in and webhooks §1, §5). */
export interface EntraSwitches {
  /** Life of an access token in seconds. */
  accessTokenSeconds: number;
  /** Days a refresh token may lie idle [D: 90]. */
  refreshIdleDays: number;
  /** A refresh token works once only; the real authority does not revoke on use [D]. */
  singleUseRefreshTokens: boolean;
  /** New sign-ins carry the MFA claim, which survives refresh. Password grants never do. */
  mfa: boolean;
  /** The answer names `.default` among its scopes when it was asked for [U]. */
  echoDefaultScope: boolean;
  /** The v1 token path and the password grant exist [D: the documented trap]. */
  passwordGrant: boolean;
  /** What the person in the browser does. */
  atSignIn: 'signs in' | 'declines';
  /** Seconds between two polls of a device code. */
  deviceCodeInterval: number;
  /** The tenant blocks device codes (Conditional Access) [D]. */
  deviceCodeBlocked: boolean;
  /** Audiences an admin has consented to; null = all. */
  consentedAudiences: readonly string[] | null;
}

export const defaultEntraSwitches: EntraSwitches = {
  accessTokenSeconds: 3600,
  refreshIdleDays: 90,
  singleUseRefreshTokens: false,
  mfa: true,
  echoDefaultScope: false,
  passwordGrant: false,
  atSignIn: 'signs in',
  deviceCodeInterval: 5,
  deviceCodeBlocked: false,
  consentedAudiences: null,
};
