/** How the token endpoint says no: OAuth words, AADSTS numbers and sub-errors (Sign-in and webhooks §3). */
import { json, type SimResponse, type Surroundings } from '../wire.ts';

export interface RejectionDetail {
  readonly status: number;
  readonly error: string;
  /** AADSTS number. */
  readonly number: number;
  readonly text: string;
  readonly suberror?: string;
  /** JSON of the claims to send with the next sign-in. */
  readonly claims?: string;
  readonly retryAfterSeconds?: number;
}

const mfaClaims = JSON.stringify({ access_token: { capolids: { essential: true, values: ['6b0e4f6a-7f44-4a1d-9c54-3d0c3b1b7a11'] } } });

export const rejections = {
  'mfa required': {
    status: 400,
    error: 'interaction_required',
    number: 50076,
    text: 'Multi-factor authentication is required.',
    suberror: 'basic_action',
    claims: mfaClaims,
  },
  'mfa required by grant': {
    status: 400,
    error: 'invalid_grant',
    number: 50076,
    text: 'Multi-factor authentication is required.',
    suberror: 'basic_action',
  },
  'mfa enrolment': { status: 400, error: 'invalid_grant', number: 50079, text: 'The user must enrol in multi-factor authentication.' },
  revoked: { status: 400, error: 'invalid_grant', number: 50173, text: 'The grant was revoked.', suberror: 'bad_token' },
  'consent required': {
    status: 400,
    error: 'invalid_grant',
    number: 65001,
    text: 'The user or administrator has not consented.',
    suberror: 'consent_required',
  },
  'refresh token expired': {
    status: 400,
    error: 'invalid_grant',
    number: 700082,
    text: 'The refresh token has expired due to inactivity.',
  },
  'refresh token too old': {
    status: 400,
    error: 'invalid_grant',
    number: 70008,
    text: 'The authorization code or refresh token has expired.',
  },
  'wrong secret': { status: 401, error: 'invalid_client', number: 7000215, text: 'Invalid client secret provided.' },
  'expired secret': { status: 401, error: 'invalid_client', number: 7000222, text: 'The provided client secret keys are expired.' },
  'unknown application': {
    status: 400,
    error: 'unauthorized_client',
    number: 700016,
    text: 'The application was not found in the directory.',
  },
  throttled: { status: 429, error: 'temporarily_unavailable', number: 50196, text: 'Too many requests.', retryAfterSeconds: 30 },
  unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    number: 90033,
    text: 'A transient error has occurred.',
    retryAfterSeconds: 10,
  },
} satisfies { readonly [name: string]: RejectionDetail };

export type RejectionName = keyof typeof rejections;

/** Thrown by the grants, answered at the door. */
export class Rejection extends Error {
  readonly detail: RejectionDetail;

  constructor(detail: RejectionDetail) {
    super(detail.text);
    this.detail = detail;
  }
}

export const reject = (name: RejectionName): Rejection => new Rejection(rejections[name]);

export const oauthError = (error: string, number: number, text: string, status = 400): Rejection =>
  new Rejection({ status, error, number, text });

export function rejectionAnswer(
  { status, error, number, text, suberror, claims, retryAfterSeconds }: RejectionDetail,
  surroundings: Surroundings,
): SimResponse {
  const timestamp = `${new Date(surroundings.now()).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const trace = surroundings.uuid();
  const correlation = surroundings.uuid();
  return json(
    status,
    {
      error,
      error_description: `AADSTS${number}: ${text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [number],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
      ...(suberror === undefined ? {} : { suberror }),
      ...(claims === undefined ? {} : { claims }),
    },
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  );
}
