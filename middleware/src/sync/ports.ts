/**
 * What the engine asks of the world. Adapters (`salesforce`, `partner-center`, `store`, `system`) implement these
 * types; `app` puts them together. Nothing here runs.
 */
import type { Base, Deal, FieldName } from '../domain/deal.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { AmountKind } from '../domain/money.ts';
import type { Registration } from '../domain/registration.ts';
import type { Finding } from '../domain/validate.ts';
import type { AuditEntry } from '../domain/audit-line.ts';
import type { ErrorCode } from '../errors.ts';

// ---------------------------------------------------------------------------------------------- system

/** Clock, timers, chance and ids. The only source of each; simulation and demo pass their own. */
export interface System {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** Resolves after `ms`, or at once with `false` when the signal aborts; `true` when the time has passed. */
  sleep(ms: number, signal?: AbortSignal): Promise<boolean>;
  /** A number in [0, 1). */
  random(): number;
  /** A new UUID. */
  id(): string;
}

/** The passes at work in this process, seen from calls that several of them can share. */
export interface AtWork {
  /** Runs a pass; what it asks for is known as its own. `urgent`: a person waits for it. */
  pass<T>(urgent: boolean, run: () => Promise<T>): Promise<T>;
  /** Passes at work. */
  count(): number;
  /** True when the caller's pass should not wait for others: a person waits for it, or the call belongs to no pass. */
  urgent(): boolean;
  /**
   * The caller's pass waits for others to join it. `nobodyElse` is called once every pass waits, so that none is left who could.
   * The result ends the waiting.
   */
  wait(nobodyElse: () => void): () => void;
  /** Runs a shared call, which belongs to no pass. */
  apart<T>(run: () => T): T;
}

// ------------------------------------------------------------------------------------------------ notices

/** "Something about X may have changed." A notice says where to look; its content is never applied. */
export interface Notice {
  readonly source: 'salesforce-event' | 'partner-webhook' | 'sweep' | 'person';
  /** Identity for de-duplication, unique within its source. */
  readonly id: string;
  readonly subject: Subject;
  /** Why, in words of the source (event reason, webhook event name, request kind). */
  readonly reason: string;
  /** When the source says it happened, epoch ms; 0 when it does not say. */
  readonly at: number;
}

/** What a notice points at. A request is resolved to its deal by the CRM side before the pass. */
export type Subject =
  | { readonly kind: 'opportunity'; readonly id: string }
  | { readonly kind: 'referral'; readonly id: string }
  | { readonly kind: 'engagement'; readonly id: string }
  | { readonly kind: 'request'; readonly id: string; readonly opportunityId: string | null };

/** A stream position to be stored in the same transaction as the notices that came with it. */
export interface Position {
  readonly stream: string;
  /** Opaque, base64 for binary positions. */
  readonly value: string;
}

// ------------------------------------------------------------------------------------------------ sides

/** A record as read: the Deal, the version for a guarded write, and what the side alone knows. */
export interface CrmSnapshot {
  readonly id: string;
  readonly deal: Deal;
  /** The record's `LastModifiedDate` in epoch ms, for conditional writes. */
  readonly version: number;
  /** Server time of the read in epoch ms (the `Date` header). */
  readonly readAt: number;
  /** Sharing switch of the record. */
  readonly shared: boolean;
  readonly deleted: boolean;
  /** The record was made by cloning or carries ids that belong to another deal. */
  readonly referralId: string | null;
  readonly engagementId: string | null;
  readonly ownerId: string | null;
  readonly accountId: string | null;
  /** Raw stage name, shown beside the partner's state, never guessed from. */
  readonly stage: string | null;
  /** What amounts the record can take; any when absent. */
  readonly amount?: AmountKind;
  /** Who changed the record last, for conflict texts. */
  readonly changedBy: string | null;
  /** What the service wrote there last, to write only what a person would see change. */
  readonly display: CrmDisplay;
  /** Open requests on this deal, oldest first. */
  readonly requests: readonly CrmRequest[];
}

/** What the service shows on the opportunity. Absent = leave as it is. */
export interface CrmDisplay {
  readonly referralId?: string | null;
  readonly engagementId?: string | null;
  readonly link?: string | null;
  readonly syncState?: SyncState | null;
  readonly message?: string | null;
  readonly referralStatus?: string | null;
  readonly dealType?: string | null;
  readonly origin?: string | null;
  readonly holdUntil?: string | null;
  readonly lastSynced?: string | null;
}

/** The words of the panel and the list views. */
export type SyncState = 'In sync' | 'Sending' | 'Waiting for Microsoft' | 'On hold' | 'Needs you' | 'Stopped';

/** A request a person made in the CRM. */
export interface CrmRequest {
  readonly id: string;
  readonly kind:
    | 'sync_now'
    | 'accept'
    | 'decline'
    | 'put_back'
    | 'link'
    | 'keep_as_new'
    | 'undo_link'
    | 'release_hold'
    | 'retire'
    | 'confirm'
    | 'retry'
    | 'register';
  readonly reason: string | null;
  readonly field: string | null;
  readonly value: string | null;
  readonly target: string | null;
  readonly note: string | null;
  readonly by: string | null;
  readonly at: number;
}

/** A request that hangs on no opportunity: on an attention row or on the connection. */
export interface ServiceRequest {
  readonly id: string;
  readonly kind: string;
  readonly reason: string | null;
  /** Opportunity to link to. */
  readonly target: string | null;
  /** Referral of the attention row it hangs on. */
  readonly referralId: string | null;
  readonly by: string | null;
}

/** One side's answer to "what do you hold?". */
export type Reading<S> = { readonly kind: 'found'; readonly snapshot: S } | { readonly kind: 'gone'; readonly why: string };

/** Result of a write that may be refused in part. */
export type WriteResult<S> =
  | { readonly kind: 'done'; readonly after: S | null; readonly requestId: string | null; readonly refused: readonly RefusedField[] }
  | { readonly kind: 'stale' }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly fields: readonly string[];
      readonly requestId: string | null;
      /** A duplicate rule of the org refused it: what it found. */
      readonly duplicates?: DuplicatesFound;
    }
  | { readonly kind: 'gone'; readonly why: string };

/** Records a duplicate rule of the CRM found instead of letting a new one be made. */
export interface DuplicatesFound {
  /** The rule only warns: the record may be made all the same. */
  readonly mayKeep: boolean;
  readonly suggestions: readonly MatchSuggestion[];
}

/** A field the side would not take while it took the rest of the row. */
export interface RefusedField {
  readonly field: FieldName | 'display';
  readonly code: ErrorCode;
  readonly message: string;
}

/** One write to an opportunity: at most one per pass. */
export interface CrmWrite {
  readonly id: string;
  /** The snapshot the decision was made on: guards fields that people edit. */
  readonly basedOn: CrmSnapshot;
  /** Deal fields to change (people edit these: conditional write). */
  readonly set: Deal;
  /** Fields only the service writes. */
  readonly display: CrmDisplay;
  /** Lines to put on top of the audit field, newest first, already printed. */
  readonly audit: readonly string[];
  /** Answers to requests handled by this pass. */
  readonly answers: readonly RequestAnswer[];
  /** Ticks or unticks the sharing switch; left as it is when absent. */
  readonly share?: boolean;
  /** Attention rows to open, refresh or close. */
  readonly attention: readonly AttentionChange[];
}

export interface RequestAnswer {
  readonly id: string;
  readonly outcome: 'Done' | 'Refused' | 'Later';
  readonly message: string;
}

/** An attention row is upserted by its key, so that repeating a pass never makes a second one. */
export interface AttentionChange {
  readonly key: string;
  readonly open: boolean;
  readonly kind: 'match' | 'parked' | 'conflict' | 'refused' | 'confirm' | 'settings';
  readonly field: FieldName | null;
  readonly crmValue: string | null;
  readonly partnerValue: string | null;
  readonly crmBy: string | null;
  readonly partnerBy: string | null;
  readonly message: string;
  readonly cure: string;
  readonly cause: string;
  readonly referralId: string | null;
  readonly suggestions: readonly MatchSuggestion[];
  /** Epoch ms since when it is open. */
  readonly since: number;
}

/** An existing opportunity that may be the same deal, with the reasons in words. */
export interface MatchSuggestion {
  /** Record to link to: an opportunity, or an account or lead that a duplicate rule found. */
  readonly opportunityId: string;
  readonly name: string;
  /** 0 to 100. */
  readonly score: number;
  readonly reasons: readonly string[];
}

/** A deal that came from the partner side and has no record in the CRM yet. */
export interface CrmCreate {
  readonly referralId: string;
  readonly engagementId: string | null;
  readonly deal: Deal;
  readonly display: CrmDisplay;
  readonly audit: readonly string[];
  /** Name of the lease that serialises creates of one customer. */
  readonly matchKey: string;
  /** The account a person chose; matched or made when null. */
  readonly accountId: string | null;
  /** A person wants it as new although the org's duplicate rules warn. */
  readonly allowDuplicates: boolean;
}

/** The CRM seen from the engine (Salesforce today). Errors other than the ones in results are `SyncError`s. */
export interface CrmSide {
  /** Reads one deal whole: record, parents, children, open requests. Calls made together are gathered into one. */
  read(id: string): Promise<Reading<CrmSnapshot>>;
  /** Opportunity ids that carry this referral id (normally none or one). */
  findByReferral(referralId: string): Promise<readonly string[]>;
  /** Existing deals that resemble an incoming one, best first. */
  findMatches(deal: Deal): Promise<readonly MatchSuggestion[]>;
  /** Deals of the same customer that are shared already and resemble this one: a copy or a renewal of them, perhaps. */
  findTwins(snapshot: CrmSnapshot): Promise<readonly MatchSuggestion[]>;
  /** Makes the Lead record that stands for a lead, or finds the one a crashed earlier try made. Gives its id. */
  createLead(create: {
    readonly referralId: string;
    readonly deal: Deal;
    /** A person wants it as new although the org's duplicate rules warn. */
    readonly allowDuplicates: boolean;
  }): Promise<WriteResult<string>>;
  write(write: CrmWrite): Promise<WriteResult<CrmSnapshot>>;
  /** Creates account, contacts and opportunity, all or nothing; adopts what a crashed earlier try made. */
  create(create: CrmCreate): Promise<WriteResult<CrmSnapshot>>;
  /** A service request that is still open, null when it is answered or gone. */
  readServiceRequest(id: string): Promise<ServiceRequest | null>;
  /** Rows that need no opportunity: attention without a deal, answers to service requests. */
  report(attention: readonly AttentionChange[], answers: readonly RequestAnswer[]): Promise<void>;
  notify(notification: CrmNotification): Promise<void>;
  /** Rows changed since the position (or all open links' rows when null), in pages; `position` is the next start. */
  changedSince(position: string | null, signal: AbortSignal): AsyncIterable<SweepPage>;
  /** The admin's mapping and settings as the org holds them, validated; findings name record, field and cure. */
  readMapping(): Promise<{ readonly mapping: Mapping; readonly findings: readonly Finding[] }>;
  /** Writes the connection record: heartbeat and health figures. */
  heartbeat(health: Health): Promise<void>;
}

export interface SweepPage {
  readonly notices: readonly Notice[];
  readonly position: string;
}

export interface CrmNotification {
  readonly kind: 'new_deal' | 'accepted' | 'declined' | 'needs_you' | 'expiring';
  /** Record the notification opens. */
  readonly recordId: string;
  readonly recipientId: string;
  readonly title: string;
  readonly body: string;
}

/** Our referral and, when there is one, Microsoft's leg of the same engagement. */
export interface PartnerSnapshot {
  readonly referralId: string;
  readonly engagementId: string;
  /** ETag with its inner quotes, for `If-Match`. */
  readonly etag: string;
  /** The referral's `updatedDateTime` in epoch ms. */
  readonly version: number;
  readonly createdAt: number;
  readonly deal: Deal;
  /** `status` and `substatus` as sent, for display. */
  readonly statusText: string;
  readonly dealType: 'private' | 'partner-led' | 'co-sell';
  readonly category: 'co-sell' | 'lead' | 'marketplace-lead';
  /** True when the other party sent this deal to us. */
  readonly incoming: boolean;
  /** Microsoft's leg, when this reading looked for it and found one; `unread` when the reading did not look. */
  readonly microsoftLeg: { readonly referralId: string; readonly version: number } | 'none' | 'unread';
  /** Body as received, kept so that a write loses nothing. */
  readonly raw: unknown;
}

export interface PartnerPatch {
  readonly basedOn: PartnerSnapshot;
  readonly set: Deal;
}

/** Partner Center seen from the engine. */
export interface PartnerSide {
  /**
   * @param leg whether Microsoft's leg is read too (one more call).
   */
  read(referralId: string, leg: boolean): Promise<Reading<PartnerSnapshot>>;
  /** The same reading, with what Microsoft's leg says now. */
  withLeg(read: PartnerSnapshot): Promise<PartnerSnapshot>;
  /**
   * Referrals of ours that carry this external reference, oldest first. Looks back to `since` (epoch ms) when the
   * service refuses the filter (API §10, entra-and-webhooks §7).
   */
  findByReference(reference: string, since: number): Promise<readonly PartnerSnapshot[]>;
  /** Referrals of one engagement, ours and Microsoft's. */
  readEngagement(engagementId: string): Promise<Reading<PartnerSnapshot>>;
  /** First POST (API §7.1). Not repeatable: the caller looks first. */
  create(deal: Deal): Promise<WriteResult<PartnerSnapshot>>;
  /** Second POST: Microsoft's leg. Looks for an existing leg before it posts. */
  createMicrosoftLeg(own: PartnerSnapshot, deal: Deal): Promise<WriteResult<PartnerSnapshot>>;
  /** JSON Patch of exactly the fields in `set`, guarded by the snapshot's ETag. */
  patch(patch: PartnerPatch): Promise<WriteResult<PartnerSnapshot>>;
  /** Registers a won deal (API §9), guarded by the snapshot's ETag. */
  register(own: PartnerSnapshot, registration: Registration): Promise<WriteResult<PartnerSnapshot>>;
  changedSince(position: string | null, signal: AbortSignal): AsyncIterable<SweepPage>;
  /** Link for people, from the configured template (API §12). */
  linkFor(referralId: string, engagementId: string): string;
  /** How long a new referral may take to show up in the list, ms. */
  readonly listDelay: number;
}

// ------------------------------------------------------------------------------------------------ store

/** What a person said about a deal that resembles something: a record of its own, the opportunity, or another record a rule suggested. */
export type Decision = 'keep-as-new' | 'link' | `account:${string}` | `lead:${string}`;

/** Opportunity ⇄ engagement. Keys of the queue are link ids. */
export interface Link {
  readonly id: string;
  readonly orgId: string;
  readonly opportunityId: string | null;
  readonly referralId: string | null;
  readonly engagementId: string | null;
  readonly microsoftLegId: string | null;
  /** Null until both sides have agreed once. */
  readonly base: Base | null;
  readonly crmVersion: number | null;
  readonly partnerEtag: string | null;
  readonly partnerVersion: number | null;
  readonly state: LinkState;
  /** A create that was started and whose result is not known yet: when it began, epoch ms. */
  readonly creatingSince: number | null;
  /** Values that lost a conflict and can be put back, per field. */
  readonly losers: { readonly [F in FieldName]?: { readonly value: unknown; readonly from: 'crm' | 'partner'; readonly at: number } };
  readonly lastSyncedAt: number | null;
  /** Attention rows that are open: key → fingerprint of what they show, so that a pass rewrites only what changed. */
  readonly openAttention: { readonly [key: string]: string };
  /** Notifications already sent (kind and occasion): none is sent twice. */
  readonly notified: readonly string[];
  /** Optimistic lock of the row. */
  readonly version: number;
}

export type LinkState = 'open' | 'stopped' | 'closed' | 'orphaned' | 'ignored';

/** A claimed key: the right to run one pass. Every write of the pass carries the token. */
export interface Lease {
  readonly key: string;
  readonly token: string;
  /** The `dirty_seq` this pass will have covered. */
  readonly seq: number;
  readonly attempts: number;
  /** Reasons of the notices that melted into this pass, newest last, at most 20. */
  readonly reasons: readonly string[];
  readonly priority: Priority;
}

/** People's clicks before events before sweep and backfill. */
export type Priority = 'person' | 'event' | 'background';

export interface Store {
  /**
   * Stores notices, makes or finds their links, marks their keys and moves the position: one transaction.
   * Resolves when it is durable. Returns how many were new.
   */
  accept(orgId: string, notices: readonly Notice[], position: Position | null, now: number): Promise<number>;
  position(stream: string): Promise<string | null>;
  savePosition(position: Position, now: number): Promise<void>;

  /** Takes due keys: what people asked for first. @param only of this priority alone */
  claim(limit: number, leaseMs: number, now: number, only?: Priority): Promise<readonly Lease[]>;
  renew(leases: readonly Lease[], leaseMs: number, now: number): Promise<void>;
  /** Saves the result of a pass and frees the key: one transaction. Throws `STORE_LEASE_LOST` when it is no longer ours. */
  finish(lease: Lease, result: PassResult, now: number): Promise<void>;
  /** Saves the link in the middle of a pass (an id or an intent that must not be lost), still holding the lease. */
  checkpoint(lease: Lease, link: Link, now: number): Promise<Link>;
  /** Gives a key back unfinished: back-off, pause or park. */
  release(lease: Lease, release: Release, now: number): Promise<void>;
  /** Marks keys dirty by link id. */
  mark(keys: readonly string[], reason: string, priority: Priority, now: number): Promise<void>;
  /** True while a key waits or is worked on. */
  isBusy(key: string): Promise<boolean>;
  /** Earliest time at which something becomes claimable, or null. */
  nextDue(now: number): Promise<number | null>;
  /** Resolves when work may be there, at the latest after `ms`. */
  waitForWork(ms: number, signal: AbortSignal): Promise<void>;

  link(id: string): Promise<Link | null>;
  linkByOpportunity(orgId: string, opportunityId: string): Promise<Link | null>;
  linkByReferral(referralId: string): Promise<Link | null>;
  linkByEngagement(engagementId: string): Promise<Link | null>;
  /** Frees the key of a service request (`service:<id>`), which stands for no link. */
  finishService(lease: Lease, now: number): Promise<void>;
  /** Keeps a person's decision about a link that is not being worked on by the caller, and marks its key: one transaction. */
  decide(
    linkId: string,
    decision: { readonly decision: Decision; readonly opportunityId: string | null; readonly by: string },
    now: number,
  ): Promise<void>;
  /** Two half-links that prove to be one pair become one; the other key is retired. Returns the survivor. */
  mergeLinks(lease: Lease, survivor: Link, otherId: string, now: number): Promise<Link>;
  /** Links in id order, for sweeps and export. */
  links(after: string | null, limit: number): Promise<readonly Link[]>;

  audit(linkId: string, limit: number): Promise<readonly StoredAudit[]>;
  health(now: number): Promise<StoreHealth>;
  parked(limit: number): Promise<readonly ParkedKey[]>;
  /** Makes parked keys claimable again; all when `keys` is null. Returns how many. */
  unpark(keys: readonly string[] | null, now: number): Promise<number>;

  /** Named lease held by one process at a time (leader of the event stream, token exchange, creates of a customer). */
  tryLock(name: string, owner: string, ms: number, now: number): Promise<boolean>;
  unlock(name: string, owner: string): Promise<void>;

  /** Sealed values (tokens). `expected` is the version read; false when someone else wrote meanwhile. */
  secret(name: string): Promise<{ readonly value: Uint8Array; readonly version: number } | null>;
  saveSecret(name: string, value: Uint8Array, expected: number | null, now: number): Promise<boolean>;
  deleteSecret(name: string): Promise<void>;

  setting(name: string): Promise<string | null>;
  saveSetting(name: string, value: string, now: number): Promise<void>;

  /** Forgets inbox rows older than the given time. */
  purge(before: number): Promise<number>;
  close(): Promise<void>;
}

export interface PassResult {
  readonly link: Link;
  readonly audit: readonly AuditEntry[];
  /** Look again at this time although nothing new was heard (hold, expiry, quiet time); null = only when told. */
  readonly againAt: number | null;
}

export type Release =
  | {
      readonly kind: 'retry';
      readonly at: number;
      readonly code: ErrorCode;
      readonly message: string;
      readonly countAttempt: boolean;
      readonly audit: readonly AuditEntry[];
    }
  | { readonly kind: 'park'; readonly code: ErrorCode; readonly message: string; readonly audit: readonly AuditEntry[] };

export interface StoredAudit {
  readonly id: number;
  readonly at: number;
  readonly entry: AuditEntry;
  /** SHA-256 of the previous hash and this entry: tamper evidence. */
  readonly hash: string;
}

export interface ParkedKey {
  readonly key: string;
  readonly code: string;
  readonly message: string;
  readonly since: number;
  readonly opportunityId: string | null;
  readonly referralId: string | null;
}

export interface StoreHealth {
  readonly backlog: number;
  /** Epoch ms of the oldest dirty mark still waiting, null when none. */
  readonly oldestDirty: number | null;
  readonly parked: number;
  readonly links: number;
}

/** What the service tells about itself. */
export interface Health extends StoreHealth {
  readonly version: string;
  /** Version of the package this service was made with. */
  readonly packageVersion: string;
  /** How often what happens, in words. */
  readonly cadence: string;
  readonly state: string;
  readonly apiUsed: number | null;
  readonly apiLimit: number | null;
  readonly webhookOwner: string | null;
  readonly webhookState: string | null;
  readonly tokenAgeDays: number | null;
  readonly lastSweepAt: number | null;
  readonly parkedCauses: readonly { readonly code: string; readonly count: number; readonly cure: string }[];
  readonly message: string | null;
  readonly settings: { readonly [name: string]: unknown };
}
