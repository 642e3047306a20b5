/** A deal as the rules look at it: both sides, and what people can read about it. */
import { parseAuditLine, type AuditEntry } from '../../../src/domain/audit-line.ts';
import type { Referral } from '../../../simulators/partner-center/model.ts';
import type { RecordValues } from '../../../simulators/salesforce/schema-model.ts';
import { labels, type Field, type Held } from '../history.ts';
import type { World } from '../world.ts';

export interface Violation {
  /** Name of the rule, for shrinking: a smaller run must break the same one. */
  readonly rule: string;
  readonly text: string;
}

export interface Deal {
  readonly id: string;
  readonly row: RecordValues;
  readonly own: Referral | null;
  readonly leg: Referral | null;
  readonly crm: Held;
  readonly partner: Held | null;
  /** What people can read: the audit field, and the store's audit of the link; and what was written down in a store that was lost. */
  readonly audit: readonly AuditEntry[];
  readonly message: string;
  readonly attention: readonly RecordValues[];
}

export const isOurs = (referral: Referral): boolean => referral.organizationId !== 'msft';

export const closed = (referral: Referral): boolean => referral.status === 'Closed';

export async function dealOf(world: World, row: RecordValues): Promise<Deal> {
  const { org, center, history, store, lostLines } = world;
  const id = String(row['Id']);
  const own =
    center.referrals().find((one) => isOurs(one) && one.id === row['Referral_Identifier__c']) ??
    center.referrals().find((one) => isOurs(one) && one.externalReferenceId === id) ??
    null;
  const link = await store.linkByOpportunity(org.orgId, id);
  const stored = link ? (await store.audit(link.id, 500)).map(({ entry }) => entry) : [];
  const shown = String(row['Audit__c'] ?? '')
    .split('\n')
    .flatMap((line) => parseAuditLine(line) ?? []);
  return {
    id,
    row,
    own,
    leg: own ? (center.legOf(own.id) ?? null) : null,
    crm: history.now(id) as Held,
    partner: own ? (history.now(own.id) ?? null) : null,
    audit: [...shown, ...stored, ...(lostLines.get(id) ?? [])],
    message: String(row['PC_Sync_Message__c'] ?? ''),
    attention: org.state
      .rows('PC_Attention__c')
      .filter((one) => one['Status__c'] === 'Open' && (one['Opportunity__c'] === id || (own !== null && one['Referral_Id__c'] === own.id))),
  };
}

/** A person is told that the deal is put aside: before the next sweep nobody looks at it, unless it is asked for. */
export const isPutAside = (deal: Deal, when: When): boolean =>
  when === 'notices alone' && deal.attention.some((one) => one['Kind__c'] === 'parked');

/** The field is known not to be the same, and a person can read why and what to do. */
export function explained(deal: Deal, field: Field): boolean {
  const label = labels[field];
  if (deal.message.includes(label)) return true;
  if (
    deal.attention.some((one) => String(one['Message__c']).includes(label) || one['Kind__c'] === 'refused' || one['Kind__c'] === 'parked')
  )
    return true;
  const finding: { readonly [F in Field]?: RegExp } = {
    value: /deal value is empty/,
    closeDate: /close date is missing/,
    solutions: /no Microsoft solution/,
    contacts: /customer contact/,
    name: /no name/,
    intent: /marketplace/,
  };
  return finding[field]?.test(deal.message) ?? false;
}

export type When = 'notices alone' | 'at the end';

/** An admin has decided that this field is not carried, or not shown: what became of its values is not told. */
export const keptBack = ({ history }: World, field: Field, when: When): boolean =>
  history.keptBack.some((rule) => rule.field === field) || (when === 'notices alone' && history.mistyped.has(field));

export const lastSyncedOff = ({ crm, own }: Deal): boolean => !crm.shared || crm.deleted || (own !== null && closed(own));

/** A pass that began while the box was ticked may take as long as two calls that nobody answers. */
const passMs = 3 * 60_000;

export const sharedLately = (past: readonly Held[], at: number): boolean =>
  past.some((held, index) => held.shared && held.at <= at && (past[index + 1]?.at ?? at) >= at - passMs);
