/** Numbered migrations, the same for both engines. A landed one is never edited: a change is a new one. */
import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { SyncError } from '../errors.ts';
import type { Db, Differences } from './engine.ts';

type Bare = Kysely<unknown>;

/** Tables of the first version. Times are `bigint`: milliseconds do not fit 32 bits. */
async function first(db: Bare, { textType: text, bytesType: bytes, countedKey, guardAudit }: Differences): Promise<void> {
  const statements = [
    sql`create table link (
      id ${text} primary key, org_id ${text} not null,
      opportunity_id ${text}, referral_id ${text} unique, engagement_id ${text}, microsoft_leg_id ${text},
      base text, crm_version bigint, partner_etag text, partner_version bigint,
      state ${text} not null, creating_since bigint, losers text not null, open_attention text not null, notified text not null,
      last_synced_at bigint, version bigint not null,
      unique (org_id, opportunity_id),
      check (opportunity_id is not null or referral_id is not null or engagement_id is not null))`,
    sql`create index link_engagement on link (engagement_id)`,
    sql`create index link_leg on link (microsoft_leg_id)`,
    sql`create table link_alias (retired_id ${text} primary key, link_id ${text} not null)`,
    sql`create index link_alias_link on link_alias (link_id)`,
    sql`create table work (
      key ${text} primary key, dirty_seq bigint not null, done_seq bigint not null, due_at bigint, priority bigint not null,
      dirty_since bigint, reasons text not null, held_priority bigint not null, held_since bigint, held_reasons text not null,
      attempts bigint not null, lapses bigint not null, backing_off bigint not null, lease_token text, lease_until bigint,
      parked_at bigint, code text, message text)`,
    sql`create index work_due on work (priority, due_at) where due_at is not null`,
    sql`create index work_leased on work (lease_until) where lease_until is not null`,
    sql`create index work_parked on work (parked_at) where parked_at is not null`,
    sql`create table inbox (
      source ${text} not null, message_id ${text} not null, org_id ${text} not null, subject_kind ${text} not null, subject_id ${text} not null,
      reason text not null, happened_at bigint not null, received_at bigint not null, primary key (source, message_id))`,
    sql`create index inbox_received on inbox (received_at)`,
    sql`create table checkpoint (stream ${text} primary key, position text not null, updated_at bigint not null)`,
    sql`create table audit (id ${countedKey}, link_id ${text} not null, at bigint not null, entry text not null, hash text not null)`,
    sql`create index audit_link on audit (link_id, id)`,
    sql`create table audit_chain (
      link_id ${text} primary key, head_hash text not null,
      pruned_id bigint not null, pruned_hash text not null)`,
    ...guardAudit,
    sql`create table secret (name ${text} primary key, sealed ${bytes}, version bigint not null, updated_at bigint not null)`,
    sql`create table setting (name ${text} primary key, value text not null, updated_at bigint not null)`,
    sql`create table named_lock (name ${text} primary key, owner text not null, until bigint not null)`,
  ];
  for (const statement of statements) await statement.execute(db);
}

const steps = { '0001_first': first } as const;

/** Name of the newest migration: written into exports. */
export const storeVersion = Object.keys(steps).sort().at(-1) ?? '';

/**
 * Brings the tables to this version. Several replicas may start at once: one migrates, the others wait.
 * @throws `STORE_DOWN` when the tables belong to a newer version or cannot be changed.
 */
export async function migrate(db: Db, differences: Differences): Promise<void> {
  const migrations: { [name: string]: Migration } = {};
  for (const [name, up] of Object.entries(steps)) migrations[name] = { up: (bare: Bare) => up(bare, differences) };
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  const newer = error instanceof Error && error.message.includes('is missing');
  const message = newer
    ? 'The store was used by a newer version of the service. Start that version, or restore a back-up made before the upgrade.'
    : 'The tables of the store could not be brought to this version.';
  throw new SyncError('STORE_DOWN', { message, cause: error });
}
