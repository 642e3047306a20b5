/** What must survive: links, inbox, queue, positions, audit. */
import type { AuditEntry } from '../../domain/audit-line.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Decision, Lease, Link, Priority } from './link.ts';
import type { Notice, Position } from './notice.ts';

/** Some of the due keys alone: what people asked for, or the newest events of opportunities nobody worked on in the last minute, where many wait. */
export type ClaimChoice = 'people' | 'newest';

export interface Store {
  /**
   * Stores notices, makes or finds their links, marks their keys and moves the position: one transaction.
   * Resolves when it is durable. Returns how many were new.
   */
  accept(orgId: string, notices: readonly Notice[], position: Position | null, now: number): Promise<number>;
  position(stream: string): Promise<string | null>;
  savePosition(position: Position, now: number): Promise<void>;

  /** Takes due keys: what people asked for first, then events, oldest first. */
  claim(limit: number, leaseMs: number, now: number, choice?: ClaimChoice): Promise<readonly Lease[]>;
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
  /** When this store was filled from an export, epoch ms; null when it never was. It may know less than the world does. */
  restoredAt(): Promise<number | null>;

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
