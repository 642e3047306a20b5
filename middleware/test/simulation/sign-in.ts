/** The sign-in to Partner Center behind its seam: tokens of an hour, one exchange at a time, ended by Microsoft or by time. */
import { SyncError } from '../../src/errors.ts';
import type { TokenSource } from '../../src/partner-center/tokens.ts';
import type { CheckToken } from '../../simulators/partner-center/access.ts';
import { referralsAudience, webhooksAudience } from '../../simulators/partner-center/access.ts';
import type { Chance } from './chance.ts';
import { never, type Incarnation } from './incarnation.ts';
import type { Scheduler } from './scheduler.ts';

const audiences = { referrals: referralsAudience, webhooks: webhooksAudience } as const;
const tokenLifeMs = 60 * 60_000;

export interface SignIn {
  readonly checkToken: CheckToken;
  /** How the account signs in from now on; tokens without MFA, or of the application alone, are what Microsoft refuses. */
  tokensAre(kind: 'with MFA' | 'without MFA' | 'of the application'): void;
  /** Every token given out so far is refused from now on. */
  revokeTokens(): void;
  /** Why somebody has to sign in again, null when all is well. */
  ended(): string | null;
  end(why: string): void;
  /** An admin signs in again. */
  renew(): void;
  /** Microsoft's sign-in service does not answer until this time (epoch ms). */
  outUntil(at: number): void;
  sourceFor(incarnation: Incarnation): TokenSource;
  /** For a person in the portal. */
  tokenOfAPerson(): string;
}

export function createSignIn(scheduler: Scheduler, chance: Chance): SignIn {
  const given = new Map<string, { readonly audience: string; readonly until: number }>();
  let kind: Parameters<SignIn['tokensAre']>[0] = 'with MFA';
  let ended: string | null = null;
  /** As the service does: after a bare 401 it tries again by itself from then on (epoch ms). */
  let again = Infinity;
  let silentUntil = 0;
  const isEnded = (): boolean => ended !== null && scheduler.now() < again;

  function sourceFor(incarnation: Incarnation): TokenSource {
    const kept = new Map<string, string>();
    const usable = (token: string | undefined): token is string =>
      token !== undefined && (given.get(token)?.until ?? Infinity) > scheduler.now() + 60_000;

    async function exchange(audience: 'referrals' | 'webhooks'): Promise<string> {
      await scheduler.wait(chance.whole(20, 400));
      if (!incarnation.alive()) return never();
      if (isEnded()) throw new SyncError('PC_SIGN_IN', { message: ended ?? '' });
      if (scheduler.now() < silentUntil) throw new SyncError('PC_TOKEN_LATER', { notBefore: scheduler.now() + 30_000 });
      const token = `token-${chance.uuid()}`;
      given.set(token, { audience: audiences[audience], until: scheduler.now() + tokenLifeMs });
      kept.set(audience, token);
      ended = null;
      return token;
    }

    return {
      token: async (audience) => {
        if (isEnded()) throw new SyncError('PC_SIGN_IN', { message: ended ?? '' });
        const known = kept.get(audience);
        return usable(known) ? known : exchange(audience);
      },
      refused: async (audience, token) => {
        const known = kept.get(audience);
        return known !== undefined && known !== token ? known : exchange(audience);
      },
      ended: async (why, _claims, sure) => {
        kept.clear();
        if (ended !== null && scheduler.now() < again) return;
        ended = why;
        again = sure ? Infinity : scheduler.now() + 5 * 60_000;
      },
      state: async () =>
        ended === null
          ? { kind: 'signed-in', account: 'connector@partner.example', lastExchangeAt: scheduler.now() }
          : { kind: 'sign-in-needed', why: ended, since: scheduler.now(), claims: null },
    };
  }

  return {
    checkToken: (token, audience) => {
      const known = given.get(token);
      if (known?.audience !== audience || known.until <= scheduler.now()) return null;
      return { user: kind === 'of the application' ? null : 'connector@partner.example', mfa: kind === 'with MFA' };
    },
    tokensAre: (now) => {
      kind = now;
    },
    revokeTokens: () => given.clear(),
    ended: () => ended,
    end: (why) => {
      ended = why;
      again = Infinity;
    },
    renew: () => {
      ended = null;
    },
    outUntil: (at) => {
      silentUntil = at;
    },
    sourceFor,
    tokenOfAPerson() {
      const token = `person-${chance.uuid()}`;
      given.set(token, { audience: referralsAudience, until: scheduler.now() + tokenLifeMs });
      return token;
    },
  };
}
