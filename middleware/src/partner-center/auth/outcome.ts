/** What a failed exchange means: later, sign in again, or a matter for the operator (entra-and-webhooks §3). */
import { AuthError, ClientAuthError, InteractionRequiredAuthError, ServerError } from '@azure/msal-node';

import { SyncError } from '../../errors.ts';
import type { ExchangeMemory } from './network-client.ts';

export type Outcome =
  | { readonly kind: 'later'; readonly notBefore: number; readonly why: string }
  | { readonly kind: 'sign-in'; readonly why: string; readonly claims: string | null; readonly consentMissing: boolean }
  | { readonly kind: 'operator'; readonly why: string };

/** After 429 or 5xx without Retry-After; MSAL's own throttle uses the same. */
const throttleMs = 60_000;
const networkMs = 10_000;

const consentMissing = 65001;
/** Application unknown, secret wrong or expired, assertion refused, resource unknown: waiting or signing in cannot cure these. */
const operatorNumbers = new Set([700016, 7000215, 7000222, 700027, 7000218, 700025, 90002, 500011, 650057]);
const operatorWords = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_resource',
  'invalid_request',
  'invalid_scope',
  'unsupported_grant_type',
]);

/** The error's number, as MSAL carries it or as the text of the description begins. */
function numberOf(error: AuthError): number | null {
  const carried = error instanceof ServerError || error instanceof InteractionRequiredAuthError ? Number(error.errorNo) : NaN;
  if (Number.isInteger(carried) && carried > 0) return carried;
  const named = /\bAADSTS(\d{4,8})\b/.exec(error.errorMessage)?.[1];
  return named === undefined ? null : Number(named);
}

function describe(error: AuthError): string {
  const number = numberOf(error);
  const sub = error.subError ? `, ${error.subError}` : '';
  return number === null ? `${error.errorCode}${sub}` : `${error.errorCode}${sub} (AADSTS${number})`;
}

/** @param now epoch ms. Errors that are not MSAL's are thrown on. */
export function outcomeOf(thrown: unknown, memory: ExchangeMemory, now: number): Outcome {
  if (thrown instanceof SyncError) {
    if (thrown.code.startsWith('NET_')) return { kind: 'later', notBefore: now + networkMs, why: thrown.message };
    throw thrown;
  }
  if (!(thrown instanceof AuthError)) throw thrown;
  const why = describe(thrown);
  const busy = memory.status !== null && (memory.status === 429 || memory.status >= 500);
  if (busy || /^\d+$/.test(thrown.errorCode) || thrown.errorCode === 'not_json') {
    return { kind: 'later', notBefore: memory.retryAt ?? now + throttleMs, why };
  }
  if (memory.failure !== null) return { kind: 'later', notBefore: now + networkMs, why: memory.failure.message };
  const number = numberOf(thrown);
  if (number !== null && operatorNumbers.has(number)) return { kind: 'operator', why };
  const interaction = thrown instanceof InteractionRequiredAuthError;
  // An expired refresh token is not an InteractionRequiredAuthError (entra-and-webhooks §3, rule 1).
  if (interaction || (thrown instanceof ServerError && thrown.errorCode === 'invalid_grant')) {
    return {
      kind: 'sign-in',
      why,
      claims: (interaction && thrown.claims) || null,
      consentMissing: number === consentMissing || thrown.subError === 'consent_required',
    };
  }
  if (thrown instanceof ServerError && !operatorWords.has(thrown.errorCode)) return { kind: 'later', notBefore: now + throttleMs, why };
  if (thrown instanceof ClientAuthError && thrown.errorCode === 'network_error') return { kind: 'later', notBefore: now + networkMs, why };
  return { kind: 'operator', why };
}
