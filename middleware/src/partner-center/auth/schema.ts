/** What the store remembers about the sign-in, beside the sealed session. */
import { z } from 'zod';

export const Connection = z.object({
  /** MSAL's stable key of the account. */
  homeAccountId: z.string().min(1),
  /** User name, shown to admins. */
  account: z.string(),
  tenantId: z.string(),
  /** Which kind of client the session belongs to: a device code needs a public one. */
  client: z.enum(['confidential', 'public']),
  signedInAt: z.number(),
  /** Last successful exchange of the refresh token. */
  lastExchangeAt: z.number(),
  /** When the stored access token of each audience ends, by our clock; MSAL reckons with the machine's. */
  expiries: z.object({ referrals: z.number().nullable(), webhooks: z.number().nullable() }),
  /** Set when Microsoft wants a person to sign in again; not sure after a bare 401, which may have been a fault of the API. */
  ended: z.object({ why: z.string(), claims: z.string().nullable(), at: z.number(), sure: z.boolean().default(true) }).nullable(),
});
export type Connection = z.infer<typeof Connection>;

/** What is compared of the id token of a sign-in; times in epoch seconds. */
export const IdTokenClaims = z.object({ aud: z.string(), exp: z.number(), nbf: z.number().optional() });

/** What a token answer must hold for us to know its life time; text in the older form (API §2.4). */
export const TokenAnswer = z.object({
  expires_in: z.union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ]),
});
