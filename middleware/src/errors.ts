/**
 * The error catalogue: code → what happened, whether to try again, who can cure it and how. Panel, audit, command
 * line and docs read it; callers decide by `retry`, never by a message text. Codes are stable once shipped.
 */

/**
 * `now`: read again and redo the pass (bounded). `later`: back-off. `pause`: the whole remote is out, wait without
 * counting attempts. `never`: put aside until someone acts or something changes.
 */
export type Retry = 'now' | 'later' | 'pause' | 'never';
export type Curer = 'nobody' | 'seller' | 'admin' | 'operator';

export interface ErrorEntry {
  readonly retry: Retry;
  readonly who: Curer;
  readonly text: string;
  readonly cure: string;
}

export const catalogue = {
  // network, either remote
  NET_NOT_SENT: {
    retry: 'later',
    who: 'nobody',
    text: 'The other system could not be reached; nothing was sent.',
    cure: 'It is tried again by itself. If it lasts, check name resolution, firewall and proxy of the service.',
  },
  NET_UNDECIDED: {
    retry: 'later',
    who: 'nobody',
    text: 'The connection broke before an answer came; whether the change arrived is being checked.',
    cure: 'Nothing to do: the service looks first and repeats only what is missing.',
  },
  NET_TOO_LARGE: {
    retry: 'never',
    who: 'operator',
    text: 'An answer was larger than the service accepts.',
    cure: 'Report it with the request id; it is not caused by your data.',
  },
  NET_NOT_ALLOWED: {
    retry: 'never',
    who: 'operator',
    text: 'The service refused to send over an unsafe address.',
    cure: 'Use https addresses in the settings; plain http is allowed for this machine only.',
  },

  // Salesforce
  CRM_SESSION: { retry: 'now', who: 'nobody', text: 'The Salesforce session had ended.', cure: 'A new one is opened by itself.' },
  CRM_SIGN_IN: {
    retry: 'pause',
    who: 'operator',
    text: 'Salesforce refused the sign-in of the integration user.',
    cure: 'Run "cosell doctor": it names the setting (consumer key, certificate, user name, audience) that does not fit.',
  },
  CRM_CALL_LIMIT: {
    retry: 'pause',
    who: 'admin',
    text: 'The org has used up its API calls for today.',
    cure: 'Changes wait and are sent when calls are free again. Raise the allowance or the share of other integrations.',
  },
  CRM_BUSY: { retry: 'later', who: 'nobody', text: 'Salesforce is busy or in maintenance.', cure: 'It is tried again by itself.' },
  CRM_ROW_LOCKED: { retry: 'later', who: 'nobody', text: 'Another change was holding the record.', cure: 'It is tried again in a moment.' },
  CRM_RECORD_LOCKED: {
    retry: 'later',
    who: 'seller',
    text: 'The opportunity is locked by an approval process.',
    cure: 'Finish or recall the approval; the change is sent afterwards.',
  },
  CRM_STALE: {
    retry: 'now',
    who: 'nobody',
    text: 'Someone changed the opportunity in the same moment.',
    cure: 'It is read again and merged by itself.',
  },
  CRM_GONE: {
    retry: 'never',
    who: 'seller',
    text: 'The opportunity was deleted.',
    cure: 'Restore it from the recycle bin to go on, or leave it: the referral in Partner Center is not touched.',
  },
  CRM_NO_ACCESS: {
    retry: 'never',
    who: 'admin',
    text: 'The integration user may not read or change this record.',
    cure: 'Assign the permission set "Partner Center integration: all deals" to the integration user, or share the record with it.',
  },
  CRM_FIELD_MISSING: {
    retry: 'never',
    who: 'admin',
    text: 'A field of the mapping does not exist or the integration user cannot see it.',
    cure: 'Give the field to the permission set of the integration user, or correct the mapping record named here.',
  },
  CRM_VALIDATION: {
    retry: 'never',
    who: 'seller',
    text: 'A validation rule or automation of your org refused the change.',
    cure: 'Read its message, correct the opportunity and press Sync now.',
  },
  CRM_REQUIRED: {
    retry: 'never',
    who: 'seller',
    text: 'Your org requires a field that the deal does not carry.',
    cure: 'Fill the field named here and press Sync now.',
  },
  CRM_PICKLIST: {
    retry: 'never',
    who: 'admin',
    text: 'A picklist does not take this value for the record type of the deal.',
    cure: 'Add the value to the record type, or map it to another one.',
  },
  CRM_TOO_LONG: {
    retry: 'never',
    who: 'admin',
    text: 'A text is longer than the field in Salesforce.',
    cure: 'Shorten it in Partner Center or set a limit in the mapping.',
  },
  CRM_DUPLICATE: {
    retry: 'never',
    who: 'seller',
    text: 'A duplicate rule of your org found a record that is already there.',
    cure: 'Choose that record where you are asked, or put it on the opportunity yourself.',
  },
  CRM_INACTIVE_OWNER: {
    retry: 'never',
    who: 'admin',
    text: 'The owner of the opportunity is not an active user.',
    cure: 'Give the opportunity to an active user.',
  },
  CRM_REFUSED: {
    retry: 'never',
    who: 'admin',
    text: 'Salesforce refused the change.',
    cure: 'The message of Salesforce says why; correct it and press Sync now.',
  },
  CRM_ANSWER: {
    retry: 'later',
    who: 'operator',
    text: 'Salesforce answered with something the service does not understand.',
    cure: 'It is tried again. If it lasts, report it with the request id.',
  },
  CRM_ORG_UNKNOWN: {
    retry: 'pause',
    who: 'operator',
    text: 'This org is not named in the configuration, so nothing is sent to the real Partner Center.',
    cure: 'Put the org id into COSELL_ORG_ID (for a sandbox also COSELL_ALLOW_SANDBOX) after reading docs/install.md.',
  },
  CRM_EVENT_POISON: {
    retry: 'never',
    who: 'operator',
    text: 'One event from Salesforce could not be read.',
    cure: 'It was put aside and the sweep checks the deals it may have meant; report it if it repeats.',
  },
  CRM_EVENT_GAP: { retry: 'now', who: 'nobody', text: 'The event stream has a gap.', cure: 'A full sweep has been started by itself.' },
  CRM_EVENT_LIMIT: {
    retry: 'pause',
    who: 'admin',
    text: 'The org has used up its event deliveries for today.',
    cure: 'The sweep goes on meanwhile. Raise the allowance or close other subscribers.',
  },

  // Partner Center
  PC_SIGN_IN: {
    retry: 'pause',
    who: 'admin',
    text: 'The sign-in to Partner Center has ended.',
    cure: 'Run "cosell connect partner-center" and sign in again with the account of the connector.',
  },
  PC_OPERATOR: {
    retry: 'pause',
    who: 'operator',
    text: 'Microsoft does not accept the application of the connector.',
    cure: 'Check client id, tenant and the expiry of the certificate or secret.',
  },
  PC_TOKEN_LATER: {
    retry: 'pause',
    who: 'nobody',
    text: "Microsoft's sign-in service does not answer.",
    cure: 'It is tried again by itself.',
  },
  PC_NO_ACCESS: {
    retry: 'never',
    who: 'admin',
    text: "The connector's account may not do this in Partner Center.",
    cure: 'Give it the role Referrals admin for the whole company.',
  },
  PC_GONE: {
    retry: 'never',
    who: 'seller',
    text: 'The referral is not there any more, or not visible to the connector.',
    cure: 'Open it in Partner Center. If it was retired, untick "Sync with Partner Center".',
  },
  PC_STALE: {
    retry: 'now',
    who: 'nobody',
    text: 'Someone changed the referral in the same moment.',
    cure: 'It is read again and merged by itself.',
  },
  PC_STATE: { retry: 'now', who: 'nobody', text: 'The referral is in another state than expected.', cure: 'It is read again by itself.' },
  PC_THROTTLED: {
    retry: 'pause',
    who: 'nobody',
    text: 'Partner Center asked to slow down.',
    cure: 'Changes wait and are sent by themselves.',
  },
  PC_BUSY: { retry: 'later', who: 'nobody', text: 'Partner Center is busy or locked the referral.', cure: 'It is tried again by itself.' },
  PC_REFUSED: {
    retry: 'never',
    who: 'seller',
    text: 'Partner Center refused the change.',
    cure: 'The field named here has to be corrected; then press Sync now.',
  },
  PC_ANSWER: {
    retry: 'later',
    who: 'operator',
    text: 'Partner Center answered with something the service does not understand.',
    cure: 'It is tried again. If it lasts, report it with the request id.',
  },
  PC_UNDECIDED_CREATE: {
    retry: 'later',
    who: 'nobody',
    text: 'It is not yet certain whether the referral was created.',
    cure: 'The service waits until it would show in the list and then decides; a second one is never made.',
  },

  // webhook door
  HOOK_HEADERS: {
    retry: 'never',
    who: 'nobody',
    text: 'A webhook call without the signature headers was refused.',
    cure: 'Nothing to do, unless a gateway strips headers: x-ms-signature and x-ms-certificate-url must pass.',
  },
  HOOK_SIGNATURE: {
    retry: 'never',
    who: 'operator',
    text: 'A webhook call with a signature that does not hold was refused.',
    cure: 'If "cosell webhook test" fails too, compare the allowed certificate hosts and subjects in the settings.',
  },
  HOOK_CERTIFICATE: {
    retry: 'later',
    who: 'operator',
    text: 'The signing certificate could not be fetched.',
    cure: 'Microsoft delivers again. Check outbound access to the certificate host.',
  },
  HOOK_BODY: { retry: 'never', who: 'nobody', text: 'A webhook call with an unreadable body was refused.', cure: 'Nothing to do.' },
  HOOK_TAKEN: {
    retry: 'never',
    who: 'admin',
    text: 'Another address receives the referral events of this tenant.',
    cure: 'Decide which environment shall get them; then "cosell webhook register --replace <that address>".',
  },

  // engine and store
  MAP_INVALID: {
    retry: 'never',
    who: 'admin',
    text: 'The mapping has a mistake; the last good one stays in force.',
    cure: 'Run "cosell mapping check": it names the record, the field and the cure.',
  },
  DEAL_INCOMPLETE: {
    retry: 'never',
    who: 'seller',
    text: 'The deal is not ready to share.',
    cure: 'Fill what is listed; it is sent as soon as you save.',
  },
  DEAL_CLOSED: {
    retry: 'never',
    who: 'seller',
    text: 'The deal is closed in Partner Center and cannot be changed any more.',
    cure: 'Nothing can be sent. Make a new opportunity for new business.',
  },
  DEAL_FROZEN: {
    retry: 'never',
    who: 'seller',
    text: 'This field cannot be changed in Partner Center any more.',
    cure: 'Keep the difference, or change it back.',
  },
  DEAL_AMBIGUOUS: {
    retry: 'never',
    who: 'seller',
    text: 'More than one referral carries this opportunity.',
    cure: 'The oldest is used; retire the others from the panel.',
  },
  STORE_LEASE_LOST: { retry: 'now', who: 'nobody', text: 'Another process took over this deal.', cure: 'Nothing to do.' },
  STORE_LOCKED: {
    retry: 'never',
    who: 'operator',
    text: 'Another process is using this data directory.',
    cure: 'Stop the other process, or give this one its own directory.',
  },
  STORE_BUSY: {
    retry: 'later',
    who: 'nobody',
    text: 'The other half of this deal is being worked on.',
    cure: 'It is tried again in a moment.',
  },
  STORE_IMPORT: {
    retry: 'never',
    who: 'operator',
    text: 'The export cannot be taken in.',
    cure: 'Import a whole export, made by this or an older version, into an empty store.',
  },
  STORE_DOWN: {
    retry: 'later',
    who: 'operator',
    text: 'The store cannot be reached.',
    cure: 'Check disk space and, with PostgreSQL, the server and DATABASE_URL.',
  },
  STORE_KEY: {
    retry: 'pause',
    who: 'operator',
    text: 'Sealed values cannot be opened with the keys given.',
    cure: 'Put the former sealing key behind the new one in COSELL_SEALING_KEYS.',
  },
  PAUSED: {
    retry: 'pause',
    who: 'operator',
    text: 'An operator has paused the service; changes are kept and wait.',
    cure: 'Run "cosell resume" to go on.',
  },
  CONFIG_INVALID: {
    retry: 'never',
    who: 'operator',
    text: 'Settings are missing or wrong.',
    cure: 'Each is listed with its meaning and an example.',
  },
  BUG: {
    retry: 'later',
    who: 'operator',
    text: 'The service met a situation it does not know.',
    cure: 'Run "cosell support-bundle" and send the result.',
  },
} as const satisfies { readonly [code: string]: ErrorEntry };

export type ErrorCode = keyof typeof catalogue;

/** Facts that go with an error: never secrets, never bodies. */
export interface ErrorFacts {
  /** What the remote said, shown to people. */
  readonly message?: string;
  readonly fields?: readonly string[];
  readonly requestId?: string | null;
  /** Not before this time (epoch ms): a Retry-After or a pause. */
  readonly notBefore?: number;
  readonly status?: number;
  readonly cause?: unknown;
  /** What to ask of Microsoft at the next sign-in (claims challenge). */
  readonly claims?: string;
  /** Ids of records a duplicate rule found, and whether it only warns. */
  readonly duplicates?: { readonly mayKeep: boolean; readonly records: readonly string[] };
}

/** An error with a catalogue entry. Anything else that is thrown is a bug. */
export class SyncError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, facts: ErrorFacts = {}) {
    super(facts.message ?? catalogue[code].text, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'SyncError';
    this.code = code;
    this.facts = facts;
  }

  get entry(): ErrorEntry {
    return catalogue[this.code];
  }
}

/** Whatever was thrown, as one of ours; keeps the cause. */
export function toSyncError(thrown: unknown): SyncError {
  if (thrown instanceof SyncError) return thrown;
  return new SyncError('BUG', { cause: thrown, message: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) });
}
