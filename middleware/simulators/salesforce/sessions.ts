/** Access tokens of the org: opaque, end by inactivity, told only by a 401 (Salesforce APIs §1.2). */
import type { OrgState } from './state.ts';

export interface Session {
  readonly token: string;
  readonly userId: string;
  readonly scope: string;
}

export interface Sessions {
  /** A new token `<15-char org id>!<opaque>`. */
  open(userId: string, scope?: string): Session;
  /** The live session of a token; counts as activity. */
  check(token: string): Session | null;
  /** Like `check`, for callers whose activity must not count. */
  peek(token: string): Session | null;
  revoke(token: string): void;
  /** Ends every session by expiry: calls fail, open event streams live on. */
  expireAll(): void;
  /** Ends every session by revocation: open event streams die too. */
  revokeAll(): void;
  onRevoked(listener: (token: string) => void): void;
}

const defaultTimeout = 2 * 60 * 60 * 1000;

export function createSessions(state: OrgState, timeout = defaultTimeout): Sessions {
  const live = new Map<string, { readonly session: Session; lastUsed: number }>();
  const listeners: ((token: string) => void)[] = [];
  const find = (token: string, active: boolean): Session | null => {
    const entry = live.get(token);
    if (!entry) return null;
    if (state.now() - entry.lastUsed > timeout || state.record(entry.session.userId)?.['IsActive'] === false) {
      live.delete(token);
      return null;
    }
    if (active) entry.lastUsed = state.now();
    return entry.session;
  };
  const revoke = (token: string): void => {
    if (live.delete(token)) for (const listener of listeners) listener(token);
  };
  return {
    open: (userId, scope = 'api refresh_token') => {
      const session = {
        token: `${state.orgId.slice(0, 15)}!${state.uuid().replaceAll('-', '')}.${state.uuid().replaceAll('-', '')}`,
        userId,
        scope,
      };
      live.set(session.token, { session, lastUsed: state.now() });
      return session;
    },
    check: (token) => find(token, true),
    peek: (token) => find(token, false),
    revoke,
    expireAll: () => live.clear(),
    revokeAll: () => {
      for (const token of [...live.keys()]) revoke(token);
    },
    onRevoked: (listener) => {
      listeners.push(listener);
    },
  };
}
