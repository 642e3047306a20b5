/** The CRM as the engine sees it: what it holds, what people ask there, what is written to it. */
import type { Deal, FieldName } from '../../domain/deal.ts';
import type { Mapping } from '../../domain/mapping.ts';
import type { AmountKind } from '../../domain/money.ts';
import type { Finding } from '../../domain/validate.ts';
import type { Reading, WriteResult } from './answer.ts';
import type { Health } from './health.ts';
import type { SweepPage } from './notice.ts';

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
  createLead(create: CrmLead): Promise<WriteResult<string>>;
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
  /**
   * Epoch ms: rows that nothing guards (solutions, contacts, team) are not sent later and throw NET_NOT_SENT. A process that stood still
   * may have lost its deal to another meanwhile, and would add them a second time.
   */
  readonly sendBefore?: number;
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

export interface CrmLead {
  readonly referralId: string;
  readonly deal: Deal;
  /** A person wants it as new although the org's duplicate rules warn. */
  readonly allowDuplicates: boolean;
  /** Epoch ms: not sent later, and throws NET_NOT_SENT then. */
  readonly sendBefore: number;
}

export interface CrmNotification {
  readonly kind: 'new_deal' | 'accepted' | 'declined' | 'needs_you' | 'expiring';
  /** Record the notification opens. */
  readonly recordId: string;
  readonly recipientId: string;
  readonly title: string;
  readonly body: string;
}
