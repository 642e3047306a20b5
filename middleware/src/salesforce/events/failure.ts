/** What to do after a failed call of the bus (Salesforce APIs §2.5). */
import type { ErrorCode } from '../../errors.ts';
import { StreamError } from './stream.ts';

export type StreamFailure =
  /** The token is not taken: renew it and subscribe again from the stored position. */
  | { readonly kind: 'session' }
  /** The position is unknown, too old, or the stream was reset: nobody can tell which. */
  | { readonly kind: 'gap' }
  /** Wait at least so long, then go on from the stored position. */
  | { readonly kind: 'wait'; readonly leastMs: number; readonly code: ErrorCode | null }
  /** The connection broke: go on soon. */
  | { readonly kind: 'broken' };

const minute = 60_000;

export function streamFailureOf(error: unknown): StreamFailure {
  if (!(error instanceof StreamError)) return { kind: 'broken' };
  switch (error.errorCode) {
    case 'service.auth.error':
    case 'service.auth.refresh.invalid':
      return { kind: 'session' };
    case 'subscription.fetch.replayid.corrupted':
    case 'subscription.fetch.replayid.validation.failed':
      return { kind: 'gap' };
    case 'service.unavailable':
      return { kind: 'wait', leastMs: 5_000, code: null };
    case 'concurrent.client.limit.exceeded':
      return { kind: 'wait', leastMs: 2 * minute, code: 'CRM_EVENT_LIMIT' };
    case 'subscription.limit.exceeded':
      return { kind: 'wait', leastMs: 15 * minute, code: 'CRM_EVENT_LIMIT' };
    default:
  }
  // codes nobody documents: by status, as far as one can
  if (error.status === 16) return { kind: 'session' };
  if (error.status === 5 || error.status === 7) return { kind: 'wait', leastMs: 5 * minute, code: 'CRM_NO_ACCESS' };
  return { kind: 'broken' };
}
