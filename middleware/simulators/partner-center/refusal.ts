/** The ways Partner Center says no (API §10.1 for referrals, API §1 for the webhook host). */
import { json, type SimResponse } from '../wire.ts';

export type ErrorCode =
  | 'accessDenied'
  | 'generalException'
  | 'invalidRequest'
  | 'itemNotFound'
  | 'preconditionFailed'
  | 'resourceModified'
  | 'serviceNotAvailable'
  | 'unauthenticated'
  | '900421';

export interface InnerError {
  readonly code: string;
  readonly message: string;
}

interface Extras {
  readonly target?: string;
  readonly inner?: InnerError;
  readonly headers?: { readonly [name: string]: string };
}

/** A request the simulator refuses; thrown by rules, turned into an answer at the door. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly extras: Extras;

  constructor(status: number, code: ErrorCode, message: string, extras: Extras = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.extras = extras;
  }
}

/** Error body of the Referrals API. */
export function referralsError({ status, code, message, extras }: Refusal): SimResponse {
  const error = {
    code,
    message: message.slice(0, 1024),
    target: extras.target ?? 'referral',
    ...(extras.inner ? { innerError: extras.inner } : {}),
  };
  return json(status, { error }, extras.headers);
}

/** Error body of the webhook host. */
export function webhookHostError({ status, code, message, extras }: Refusal): SimResponse {
  return json(status, { code: String(status), description: message, data: [code], source: 'WebhookRegistration' }, extras.headers);
}
