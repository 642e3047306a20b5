/**
 * The rows as both databases hold them: ids and JSON are text, times are epoch ms handed in by the caller, flags are 0 or 1. One
 * definition for SQLite and PostgreSQL; the migrations create exactly this.
 */
import type { Generated } from 'kysely';

export interface LinkRow {
  readonly id: string;
  readonly org_id: string;
  readonly opportunity_id: string | null;
  readonly referral_id: string | null;
  readonly engagement_id: string | null;
  readonly microsoft_leg_id: string | null;
  /** JSON of a `Base`. */
  readonly base: string | null;
  readonly crm_version: number | null;
  readonly partner_etag: string | null;
  readonly partner_version: number | null;
  readonly state: string;
  readonly creating_since: number | null;
  readonly losers: string;
  readonly open_attention: string;
  readonly notified: string;
  readonly last_synced_at: number | null;
  readonly version: number;
}

/** A link that was merged into another one: its id goes on meaning the survivor. */
export interface LinkAliasRow {
  readonly retired_id: string;
  readonly link_id: string;
}

/**
 * One key of the queue. Dirty means `dirty_seq > done_seq`. `due_at` is the one time at which the key may be claimed; it is null while
 * the key is leased, parked or has nothing to do, so the claim needs to look at nothing else.
 */
export interface WorkRow {
  readonly key: string;
  readonly dirty_seq: number;
  readonly done_seq: number;
  readonly due_at: number | null;
  /** 0 person, 1 event, 2 background, 3 nothing was heard. */
  readonly priority: number;
  /** Oldest mark no pass has begun to cover. */
  readonly dirty_since: number | null;
  /** JSON list: reasons of marks no pass has begun to cover. */
  readonly reasons: string;
  /** What the running pass covers; given back to the columns above when it fails. */
  readonly held_priority: number;
  readonly held_since: number | null;
  readonly held_reasons: string;
  readonly attempts: number;
  /** Passes in a row that ended without a word: the process died or hung. */
  readonly lapses: number;
  readonly backing_off: number;
  readonly lease_token: string | null;
  readonly lease_until: number | null;
  readonly parked_at: number | null;
  readonly code: string | null;
  readonly message: string | null;
}

export interface InboxRow {
  readonly source: string;
  readonly message_id: string;
  readonly org_id: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly reason: string;
  readonly happened_at: number;
  readonly received_at: number;
}

export interface CheckpointRow {
  readonly stream: string;
  readonly position: string;
  readonly updated_at: number;
}

export interface AuditRow {
  readonly id: number;
  readonly link_id: string;
  readonly at: number;
  /** JSON of an `AuditEntry`, exactly as hashed. */
  readonly entry: string;
  readonly hash: string;
}

/** Both ends of a link's audit chain, so that a missing first or last entry shows. */
export interface AuditChainRow {
  readonly link_id: string;
  readonly head_hash: string;
  /** Last entry taken away by retention, and its hash; 0 and the empty hash at first. */
  readonly pruned_id: number;
  readonly pruned_hash: string;
}

export interface SecretRow {
  readonly name: string;
  /** Sealed envelope; null once deleted, so that a version is never used twice. */
  readonly sealed: Uint8Array | null;
  readonly version: number;
  readonly updated_at: number;
}

export interface SettingRow {
  readonly name: string;
  readonly value: string;
  readonly updated_at: number;
}

export interface NamedLockRow {
  readonly name: string;
  readonly owner: string;
  readonly until: number;
}

export interface Tables {
  readonly link: LinkRow;
  readonly link_alias: LinkAliasRow;
  readonly work: WorkRow;
  readonly inbox: InboxRow;
  readonly checkpoint: CheckpointRow;
  readonly audit: Omit<AuditRow, 'id'> & { readonly id: Generated<number> };
  readonly audit_chain: AuditChainRow;
  readonly secret: SecretRow;
  readonly setting: SettingRow;
  readonly named_lock: NamedLockRow;
}
