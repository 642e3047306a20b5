/** A pair of records and the right to work on it. */
import type { Base, FieldName } from '../../domain/deal.ts';

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

/** What a person said about a deal that resembles something: a record of its own, the opportunity, or another record a rule suggested. */
export type Decision = 'keep-as-new' | 'link' | `account:${string}` | `lead:${string}`;

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
