/** An opportunity row as the engine sees it, keeping what a later write needs. */
import type { CrmDisplay, CrmRequest, CrmSnapshot, SyncState } from '../../sync/ports.ts';
import { understood, type SalesforceClient } from '../client/client.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import { ChildPage, ContactRoleRow, OpportunityRow, OwnerRow, RequestRow, SolutionRow, TeamMemberRow, type RawRow } from '../schema.ts';
import type { SharedNote } from './shared-note.ts';
import { isoInstant } from '../translate/text.ts';
import { toDeal, type DealRow } from '../translate/to-deal.ts';

/** Survives copying by spread, so that the engine may overlay facts. */
export interface SalesforceSnapshot extends CrmSnapshot {
  readonly raw: DealRow;
  /** False when the audit was left out of the reading. */
  readonly hasAudit: boolean;
  /** The note shared with Microsoft, where an admin chose notes. */
  readonly note: SharedNote | null;
}

export const isSalesforceSnapshot = (snapshot: CrmSnapshot): snapshot is SalesforceSnapshot => 'raw' in snapshot;

const words: readonly SyncState[] = ['In sync', 'Sending', 'Waiting for Microsoft', 'On hold', 'Needs you', 'Stopped'];

function displayOf(row: OpportunityRow): CrmDisplay {
  return {
    referralId: row.Referral_Identifier__c,
    engagementId: row.PC_Engagement_Id__c,
    link: row.Referral_Link__c,
    syncState: words.find((word) => word === row.PC_Sync_State__c) ?? null,
    message: row.PC_Sync_Message__c?.replace(/\r\n?/g, '\n') ?? null,
    referralStatus: row.PC_Referral_Status__c,
    dealType: row.PC_Deal_Type__c,
    origin: row.PC_Origin__c,
    holdUntil: isoInstant(row.PC_Hold_Until__c),
    lastSynced: isoInstant(row.PC_Last_Synced__c),
  };
}

/** Requests of a kind this version does not know are left open; a newer service will answer them. */
function requestOf(row: RawRow): readonly CrmRequest[] {
  const parsed = RequestRow.safeParse(row);
  if (!parsed.success) return [];
  const { Id, Kind__c, Reason__c, Field__c, Value__c, Target__c, Note__c, CreatedBy, CreatedDate } = parsed.data;
  return [
    {
      id: Id,
      kind: Kind__c,
      reason: Reason__c,
      field: Field__c,
      value: Value__c,
      target: Target__c,
      note: Note__c,
      by: CreatedBy?.Name ?? null,
      at: CreatedDate,
    },
  ];
}

/** Children of a subquery, also those beyond its first page. */
async function childrenOf(client: SalesforceClient, row: OpportunityRow, name: string): Promise<readonly RawRow[]> {
  const page = understood(ChildPage, row[name]);
  return page.done ? page.records : [...page.records, ...(await client.rest(row[name]))];
}

/** Throws `SyncError` CRM_ANSWER for a row of another form than asked for. */
export async function snapshotOf(
  client: SalesforceClient,
  raw: RawRow,
  plan: ReadPlan,
  serverTime: number,
  notes: ReadonlyMap<string, SharedNote>,
): Promise<SalesforceSnapshot> {
  const row = understood(OpportunityRow, raw);
  const [roles, team, solutions, requests] = await Promise.all(
    ['OpportunityContactRoles', 'OpportunityTeamMembers', 'PC_Opportunity_Solutions__r', 'PC_Requests__r'].map((name) =>
      childrenOf(client, row, name),
    ),
  );
  const note = notes.get(row.Id) ?? null;
  const deal: DealRow = {
    row,
    owner: understood(OwnerRow, row['Owner']) ?? null,
    contactRoles: (roles ?? []).map((one) => understood(ContactRoleRow, one)),
    team: (team ?? []).map((one) => understood(TeamMemberRow, one)),
    solutions: (solutions ?? []).map((one) => understood(SolutionRow, one)),
    note: note?.text ?? null,
  };
  return {
    id: row.Id,
    deal: toDeal(deal, plan),
    version: row.LastModifiedDate,
    readAt: serverTime,
    shared: row.Sync_with_Partner_Center__c,
    deleted: false,
    referralId: row.Referral_Identifier__c,
    engagementId: row.PC_Engagement_Id__c,
    ownerId: row.OwnerId,
    accountId: row.AccountId,
    stage: row.StageName,
    amount: row['HasOpportunityLineItem'] === true ? 'products' : plan.features.multiCurrency ? 'free' : 'one-currency',
    // what the service wrote itself is nobody's edit
    changedBy: row.LastModifiedById === (await client.session()).userId ? null : (row.LastModifiedBy?.Name ?? null),
    display: displayOf(row),
    requests: (requests ?? []).flatMap(requestOf),
    raw: deal,
    hasAudit: 'Audit__c' in raw,
    note,
  };
}
