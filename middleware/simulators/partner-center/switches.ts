/**
 * Every behaviour of Partner Center that public material does not settle, as a named switch: where the belief comes from,
 * what it decides, and what the simulator does unless told otherwise. The README lists the same names.
 */

interface Choice<T> {
  readonly value: T;
  /** Section of the Partner Center API notes, and whether it is inferred [I], unknown [U] or documented [D]. */
  readonly source: string;
  readonly meaning: string;
}

const choice = <T>(value: T, source: string, meaning: string): Choice<T> => ({ value, source, meaning });

export interface Bucket {
  /** Calls that may come at once. */
  readonly capacity: number;
  readonly perSecond: number;
}

export const switchTable = {
  // Reading
  listDelayMs: choice(
    0,
    'Sign-in and webhooks §7 [U]',
    'Milliseconds until a new referral shows up in the list; reading it by id works at once.',
  ),
  pageSize: choice(100, 'API §4.1 [D]', 'Referrals on one page of the list.'),
  oddNextLink: choice(false, 'API §4.1 [I]', 'nextLink in the documented form: http, and a path without /engagements.'),
  eTagInList: choice(false, 'API §4.1 [I]', 'List items carry their eTag.'),
  filterOnExternalReferenceId: choice(false, 'API §7.1 [U]', 'The list can be filtered by externalReferenceId; else 400.'),
  microsoftLegInList: choice<'always' | 'by engagement'>(
    'always',
    'API §6.4 [I]',
    "Whether a list shows Microsoft's legs without a filter on their engagement.",
  ),
  microsoftLegReadable: choice<'yes' | 'forbidden' | 'missing'>(
    'yes',
    'API §6.4 [I]',
    "What the partner gets when it reads Microsoft's leg by id.",
  ),
  clientRequestIdRequired: choice(false, 'API §3 [U]', 'A call without client-request-id is refused.'),
  // Creating
  ownDirection: choice<'Outgoing' | 'Incoming'>('Outgoing', 'API §5.1 [I]', 'direction shown on deals the partner created itself.'),
  defaultMpnId: choice<'of the tenant' | 'none'>('of the tenant', 'API §5.1 [U]', 'Location given to a referral that names none.'),
  secondMicrosoftLeg: choice<'created' | 'refused'>('created', 'API §7.1 [U]', 'Asking Microsoft a second time in one engagement.'),
  duplicateExternalReference: choice<'created' | 'refused'>(
    'created',
    'API §7.1 [U]',
    'A second open referral with the same externalReferenceId.',
  ),
  upgradeType: choice<'becomes Shared' | 'must be Shared first' | 'stays'>(
    'becomes Shared',
    'API §7.2 [U]',
    "type of an Independent referral when Microsoft's leg is attached.",
  ),
  legNeedsVisible: choice<'refused' | 'made visible'>(
    'refused',
    'API §7.2 [I]',
    'Asking Microsoft for help on a deal that Microsoft sellers cannot see.',
  ),
  legKeepsSentTeam: choice(
    false,
    'API §6.4 [I]',
    "Microsoft's leg keeps the partner's team that came with the second POST; else its team is Microsoft's alone.",
  ),
  salesStageWords: choice<'any' | 'percent' | 'word'>('any', 'API §5.7 [U]', 'Which spelling of salesStage is accepted.'),
  longestExternalReferenceId: choice<number | null>(null, 'API §5.1 [U]', 'Longest accepted externalReferenceId; null = no limit.'),
  longestNotes: choice<number | null>(null, 'API §5.5 [U]', 'Longest accepted details/notes; null = no limit.'),
  rulesOff: choice<readonly string[]>([], 'API §8 [I]', 'Validation rules (V2 … V18) that the API does not apply.'),
  // Changing
  frozenWrite: choice<'refused' | 'ignored'>(
    'refused',
    'API §8.1 [U]',
    'A change of a frozen field: refused with frozenStatus, or taken and dropped.',
  ),
  frozenStatus: choice<400 | 409>(400, 'API §8.1 [U]', 'Status of that refusal.'),
  frozenSameValue: choice<'refused' | 'accepted'>('refused', 'API §8.1 [U]', 'A PATCH of a frozen path with the value it already has.'),
  customerSizeFrozen: choice(false, 'API §5.1, §8.1 [I]', 'customerProfile/size is frozen after creation like the name.'),
  typeChangeable: choice(true, 'API §5.1 [U]', 'type may be patched.'),
  closingMoves: choice<'by actor' | 'by status'>(
    'by actor',
    'API §6.1, §6.2 [I]',
    'Only the moves of the actor table, or every substatus the status table allows (for example New to Won).',
  ),
  statusAlone: choice<'refused' | 'completed'>(
    'refused',
    'API §4.4, §15.5 [U]',
    'A PATCH of status without substatus: refused, or Active completed with Accepted.',
  ),
  illegalMoveStatus: choice<400 | 409>(400, 'API §15.6 [U]', 'Status of a refused move.'),
  closeReasonRequired: choice(true, 'API §6.2 [I]', 'Declined, Lost and Error need a statusReason.'),
  errorSubstatus: choice(true, 'API §5.2 [I]', 'A partner may retire its own deal as Closed/Error.'),
  putWithoutIfMatch: choice<412 | 428 | 400>(412, 'API §10.2 [U]', 'Answer to PUT without If-Match.'),
  staleCode: choice<'preconditionFailed' | 'resourceModified'>('preconditionFailed', 'API §10.2 [I]', 'Error code that goes with 412.'),
  legFollowsPartner: choice(
    false,
    'API §6.4 [U]',
    "Name, value, currency and close date of the partner's referral show up on Microsoft's leg.",
  ),
  earlyWinRegistration: choice<'failed' | 'accepted'>(
    'failed',
    'API §6.2 [I]',
    'Deal registration of a deal won within 72 hours of its creation.',
  ),
  expiryDays: choice(14, 'API §6.2 [D]', 'Days until an unanswered referral expires.'),
  // Microsoft
  msxIdOn: choice<'microsoft leg' | 'partner referral' | 'both'>(
    'microsoft leg',
    'API §6.4 [U]',
    'Which referral carries trackingInfo/microsoftMsxId after Microsoft accepted.',
  ),
  microsoftEdits: choice<'partner referral' | 'microsoft leg' | 'both'>(
    'partner referral',
    'API §6.4 [U]',
    'Where value, notes and close date change when the Microsoft seller edits a deal.',
  ),
  // Access
  mfaEnforced: choice(true, 'API §2.5 [U]', 'Tokens without MFA are refused with 401 and 900421.'),
  mfaErrorShape: choice<'code' | 'innerError'>('code', 'API §2.5 [U]', 'Where 900421 stands in the error body.'),
  appOnlyStatus: choice<401 | 403>(403, 'API §2.1 [I]', 'Answer to an app-only token on the Referrals API.'),
  referralsUserWrites: choice(false, 'API §2.2 [U]', 'A Referrals user may change the deals whose team names them.'),
  webhookRole: choice<'any' | 'referrals admin'>('any', 'API §11.1 [U]', 'Role needed to register webhooks.'),
  throttle: choice<Bucket | null>(null, 'API §10.3 [U]', 'Token bucket of the Referrals API; null = no limit.'),
  throttleBody: choice<'referrals' | 'gateway'>('referrals', 'API §10.3 [U]', 'Form of the 429 body.'),
  // Webhooks
  relatedEventCarries: choice<'microsoft leg' | 'own referral'>(
    'microsoft leg',
    'API §11.3 [U]',
    'Whose id stands in related-referral events.',
  ),
  relatedResourceName: choice<'related-referral' | 'referral'>('related-referral', 'API §11.3 [U]', 'ResourceName of those events.'),
  ownChangesRaiseEvents: choice(true, 'API §11.2 [I]', 'Changes made through the API by the partner itself raise events too.'),
  eventCopies: choice(1, 'API §11.3 [D]', 'How often one creation fires the hook; seen more than once in practice.'),
  webhookDelayMs: choice(0, 'API §11.6 [U]', 'Milliseconds between a change and the first delivery.'),
  webhookAttempts: choice(10, 'API §11.6 [D]', 'Deliveries tried before an event goes to the offline queue.'),
  webhookRetryMs: choice(60_000, 'API §11.6 [U]', 'Milliseconds between two attempts.'),
  webhookTimeoutMs: choice(10_000, 'API §11.5 [U]', 'How long an answer is awaited.'),
};

type Table = typeof switchTable;
export type SwitchName = keyof Table;
export type Switches = { -readonly [Name in SwitchName]: Table[Name]['value'] };

/** The defaults, with the given ones instead. The result is live: change a property and the next call sees it. */
export function switchesWith(chosen: Partial<Switches> = {}): Switches {
  const defaults = Object.fromEntries(Object.entries(switchTable).map(([name, { value }]) => [name, value])) as unknown as Switches;
  return { ...defaults, ...chosen };
}
