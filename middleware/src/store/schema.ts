/** The door of an import: each line of an export is checked before any of it reaches a table. */
import { z } from 'zod';
import type { AuditChainRow, AuditRow, CheckpointRow, InboxRow, LinkAliasRow, LinkRow, SecretRow, SettingRow, WorkRow } from './tables.ts';

const text = z.string();
const number = z.int();
const textOrNull = text.nullable();
const numberOrNull = number.nullable();
const json = text.refine((value) => {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}, 'must be JSON');

const link: z.ZodType<LinkRow> = z.strictObject({
  id: text,
  org_id: text,
  opportunity_id: textOrNull,
  referral_id: textOrNull,
  engagement_id: textOrNull,
  microsoft_leg_id: textOrNull,
  base: json.nullable(),
  crm_version: numberOrNull,
  partner_etag: textOrNull,
  partner_version: numberOrNull,
  state: text,
  creating_since: numberOrNull,
  losers: json,
  open_attention: json,
  notified: json,
  last_synced_at: numberOrNull,
  version: number,
});

const work: z.ZodType<WorkRow> = z.strictObject({
  key: text,
  dirty_seq: number,
  done_seq: number,
  due_at: numberOrNull,
  priority: number,
  dirty_since: numberOrNull,
  reasons: json,
  held_priority: number,
  held_since: numberOrNull,
  held_reasons: json,
  attempts: number,
  lapses: number,
  backing_off: number,
  lease_token: textOrNull,
  lease_until: numberOrNull,
  parked_at: numberOrNull,
  code: textOrNull,
  message: textOrNull,
});

const linkAlias: z.ZodType<LinkAliasRow> = z.strictObject({ retired_id: text, link_id: text });
const inbox: z.ZodType<InboxRow> = z.strictObject({
  source: text,
  message_id: text,
  org_id: text,
  subject_kind: text,
  subject_id: text,
  reason: text,
  happened_at: number,
  received_at: number,
});
const checkpoint: z.ZodType<CheckpointRow> = z.strictObject({ stream: text, position: text, updated_at: number });
const audit: z.ZodType<AuditRow> = z.strictObject({ id: number, link_id: text, at: number, entry: json, hash: text });
const auditChain: z.ZodType<AuditChainRow> = z.strictObject({
  link_id: text,
  head_hash: text,
  pruned_id: number,
  pruned_hash: text,
});
const setting: z.ZodType<SettingRow> = z.strictObject({ name: text, value: text, updated_at: number });
/** Sealed bytes travel as base64, still sealed. */
const secret: z.ZodType<SecretRow> = z.strictObject({
  name: text,
  sealed: z
    .base64()
    .transform((value) => new Uint8Array(Buffer.from(value, 'base64')))
    .nullable(),
  version: number,
  updated_at: number,
});

const row = <T extends string, R>(table: T, schema: z.ZodType<R>) => z.strictObject({ table: z.literal(table), row: schema });

/** One table row of an export. Named locks are not among them: they belong to running processes. */
export const ExportedRow = z.discriminatedUnion('table', [
  row('link', link),
  row('link_alias', linkAlias),
  row('work', work),
  row('inbox', inbox),
  row('checkpoint', checkpoint),
  row('audit', audit),
  row('audit_chain', auditChain),
  row('secret', secret),
  row('setting', setting),
]);
export type ExportedRow = z.infer<typeof ExportedRow>;

/** First line of an export. */
export const ExportHead = z.strictObject({ export: z.literal('cosell store'), version: text, at: number });
/** Last line: an export without it was cut off. */
export const ExportEnd = z.strictObject({ end: z.literal('cosell store'), rows: number });
