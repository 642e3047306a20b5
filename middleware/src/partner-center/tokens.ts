/**
 * The seam for sign-in: where access tokens come from. The real source stands in `auth`; the simulation hands in its
 * own. Two audiences, never mixed (entra-and-webhooks §1).
 */

/** `referrals`: api.partner.microsoft.com. `webhooks`: api.partnercenter.microsoft.com. */
export type Audience = 'referrals' | 'webhooks';

/** What health and the command line show about the connection. */
export type TokenState =
  | { readonly kind: 'signed-in'; readonly account: string; readonly lastExchangeAt: number }
  | { readonly kind: 'later'; readonly account: string | null; readonly notBefore: number; readonly why: string }
  | { readonly kind: 'sign-in-needed'; readonly why: string; readonly since: number; readonly claims: string | null }
  | { readonly kind: 'operator'; readonly why: string; readonly since: number };

export interface TokenSource {
  /** An access token that is good for at least a call. Throws PC_SIGN_IN, PC_OPERATOR or PC_TOKEN_LATER. */
  token(audience: Audience): Promise<string>;
  /**
   * The API answered 401 to this token: the next one, by one forced exchange (none when another caller has already
   * made it). Throws like `token`. @param claims claims challenge as JSON, when the API sent one.
   */
  refused(audience: Audience, token: string, claims: string | null): Promise<string>;
  /**
   * The API does not take this sign-in any more (MFA missing, or 401 after a forced exchange): nothing is sent until someone signs in.
   * @param sure the answer says that a person has to; after a bare 401 it is tried again every five minutes
   */
  ended(why: string, claims: string | null, sure: boolean): Promise<void>;
  state(): Promise<TokenState>;
}
