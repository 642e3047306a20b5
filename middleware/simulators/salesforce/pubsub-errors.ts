/**
 * Errors of the Pub/Sub API (Salesforce APIs §2.5). The `error-code` trailer decides, the gRPC status only accompanies it.
 */

const PREFIX = 'sfdc.platform.eventbus.grpc.';

/** Name here → suffix of the error code, gRPC status number, text. `null` = a transport failure without an error code. */
const ERRORS = {
  auth: ['service.auth.error', 16, 'The session is invalid, or the user may not use this topic.'],
  'auth-refresh': ['service.auth.refresh.invalid', 16, 'The refreshed session is invalid.'],
  unavailable: ['service.unavailable', 13, 'The service is unavailable.'],
  'client-limit': ['concurrent.client.limit.exceeded', 8, 'Too many concurrent clients.'],
  'delivery-limit': ['subscription.limit.exceeded', 8, 'The daily allocation of delivered events is used up.'],
  'replay-corrupted': [
    'subscription.fetch.replayid.corrupted',
    3,
    'The Replay ID validation failed. Ensure that the Replay ID is valid and within the retention window.',
  ],
  'replay-missing': ['subscription.fetch.replayid.validation.failed', 3, 'A CUSTOM subscription needs a Replay ID.'],
  'requested-invalid': ['subscription.fetch.requested.events.invalid', 3, 'The number of requested events must be greater than zero.'],
  // The suffixes of the next four are guesses: no public source names them (Salesforce APIs §2.5).
  'topic-unknown': ['topic.not.found', 5, 'The topic does not exist.'],
  'topic-forbidden': ['topic.permission.denied', 7, 'The user has no access to this topic.'],
  'topic-changed': ['subscription.fetch.topic.invalid', 3, 'The topic of a subscription cannot change.'],
  'schema-unknown': ['schema.not.found', 3, 'The schema ID is blank or unknown.'],
  reset: [null, 14, 'Received RST_STREAM with code 2'],
} as const satisfies { readonly [name: string]: readonly [string | null, number, string] };

export type PubSubErrorName = keyof typeof ERRORS;

/** A refused or broken call, as the wire carries it. */
export interface PubSubError {
  readonly name: PubSubErrorName;
  /** gRPC status number. */
  readonly status: number;
  /** Full `error-code` trailer; null when the transport broke. */
  readonly errorCode: string | null;
  readonly message: string;
  readonly rpcId: string;
}

/** Makes an error for one call; the text ends with the rpc id as the service's texts do. */
export function pubSubError(name: PubSubErrorName, rpcId: string): PubSubError {
  const [suffix, status, text] = ERRORS[name];
  return {
    name,
    status,
    errorCode: suffix === null ? null : PREFIX + suffix,
    message: suffix === null ? text : `${text} rpcId: ${rpcId}`,
    rpcId,
  };
}
