/** What a sweep asks: each related object by its own stamp, because a change there does not move the opportunity's. */
import type { Notice } from '../../sync/ports.ts';
import { instant, quote } from '../client/soql.ts';
import { displayFields, sharingField } from '../fields/service-fields.ts';
import type { Features } from '../fields/read-plan.ts';
import type { ChangedRow } from '../schema.ts';
import { sharedNoteTitle } from './shared-note.ts';
import { instantOf } from '../translate/text.ts';

export interface SweepAt {
  /** Epoch ms; null = everything that is shared. */
  readonly from: number | null;
  readonly after: { readonly stamp: string; readonly id: string } | null;
  /** Server time at which the sweep began, epoch ms. */
  readonly began: number;
  /** Server time of the page, epoch ms. */
  readonly readAt: number;
}

export interface SweepSource {
  readonly name: string;
  /** The recycle bin is asked too. */
  readonly bin: boolean;
  soql(at: SweepAt): string;
  notice(row: ChangedRow, at: SweepAt): Notice | null;
}

export const pageSize = 2_000;

const shared = (prefix: string): string => `(${prefix}${sharingField} = true OR ${prefix}${displayFields.referralId} != null)`;
const wireStamp = (stamp: string): string => instant(instantOf(stamp) ?? 0);

/** Rows in id order, each page behind the last id. */
function byId(columns: string, object: string, conditions: readonly (string | null)[], at: SweepAt): string {
  const all = [...conditions, at.after ? `Id > ${quote(at.after.id)}` : null].filter((one) => one !== null);
  return `SELECT ${columns} FROM ${object}${all.length > 0 ? ` WHERE ${all.join(' AND ')}` : ''} ORDER BY Id LIMIT ${pageSize}`;
}

/** Stamps are whole seconds: a row changed twice in the second of the reading would carry the same one. */
const settledMs = 2_000;

/**
 * The stamps are the identity: an overlap tells nothing twice, a full pass tells everything anew, and so does a row that may still
 * change within its second.
 */
function notice(
  opportunityId: string | null,
  id: string,
  stamps: readonly (string | null | undefined)[],
  reason: string,
  at: SweepAt,
): Notice | null {
  const fresh = stamps.some((stamp) => stamp && (instantOf(stamp) ?? 0) > at.readAt - settledMs);
  const identity = [id, ...stamps, ...(at.from === null || fresh ? [at.began] : [])].join('@');
  return opportunityId === null
    ? null
    : { source: 'sweep', id: identity, subject: { kind: 'opportunity', id: opportunityId }, reason, at: 0 };
}

const opportunities: SweepSource = {
  name: 'opportunity',
  bin: false,
  soql: ({ from, after }) => {
    const since = from === null ? null : `SystemModstamp >= ${instant(from)}`;
    const behind = after
      ? `(SystemModstamp > ${wireStamp(after.stamp)} OR (SystemModstamp = ${wireStamp(after.stamp)} AND Id > ${quote(after.id)}))`
      : null;
    const all = [shared(''), since, behind].filter((one) => one !== null);
    return `SELECT Id, SystemModstamp FROM Opportunity WHERE ${all.join(' AND ')} ORDER BY SystemModstamp, Id LIMIT ${pageSize}`;
  },
  notice: (row, at) => notice(row.Id, row.Id, [row.SystemModstamp], 'saved', at),
};

const accounts: SweepSource = {
  name: 'account',
  bin: false,
  soql: (at) =>
    byId(
      'Id, SystemModstamp, Account.SystemModstamp',
      'Opportunity',
      [shared(''), `Account.SystemModstamp >= ${instant(at.from ?? 0)}`],
      at,
    ),
  notice: (row, at) => notice(row.Id, `${row.Id}@account`, [row.Account?.SystemModstamp], 'account', at),
};

const contactRoles: SweepSource = {
  name: 'contact',
  bin: false,
  soql: (at) =>
    byId(
      'Id, SystemModstamp, OpportunityId, Contact.SystemModstamp',
      'OpportunityContactRole',
      [shared('Opportunity.'), `(SystemModstamp >= ${instant(at.from ?? 0)} OR Contact.SystemModstamp >= ${instant(at.from ?? 0)})`],
      at,
    ),
  notice: (row, at) => notice(row.OpportunityId, row.Id, [row.SystemModstamp, row.Contact?.SystemModstamp], 'contact', at),
};

const children = (name: string, object: string, link: 'OpportunityId' | 'Opportunity__c', relation: string): SweepSource => ({
  name,
  bin: false,
  soql: (at) => byId(`Id, SystemModstamp, ${link}`, object, [shared(`${relation}.`), `SystemModstamp >= ${instant(at.from ?? 0)}`], at),
  notice: (row, at) => notice(row[link], row.Id, [row.SystemModstamp], name, at),
});

/** Links can only be asked for by the records they hang on. */
const notes: SweepSource = {
  name: 'note',
  bin: false,
  soql: (at) =>
    byId(
      'Id, SystemModstamp, LinkedEntityId, ContentDocument.SystemModstamp',
      'ContentDocumentLink',
      [
        `LinkedEntityId IN (SELECT Id FROM Opportunity WHERE ${shared('')})`,
        `ContentDocument.Title = ${quote(sharedNoteTitle)}`,
        `(SystemModstamp >= ${instant(at.from ?? 0)} OR ContentDocument.SystemModstamp >= ${instant(at.from ?? 0)})`,
      ],
      at,
    ),
  notice: (row, at) => notice(row.LinkedEntityId, row.Id, [row.SystemModstamp, row.ContentDocument?.SystemModstamp], 'note', at),
};

const requests: SweepSource = {
  name: 'request',
  bin: false,
  soql: (at) => byId('Id, SystemModstamp, Opportunity__c', 'PC_Request__c', ['Outcome__c = null'], at),
  notice: (row, at) => ({
    source: 'sweep',
    id: `${row.Id}@open@${at.began}`,
    subject: { kind: 'request', id: row.Id, opportunityId: row.Opportunity__c },
    reason: 'request',
    at: 0,
  }),
};

const serviceRequests: SweepSource = {
  name: 'service request',
  bin: false,
  soql: (at) => byId('Id, SystemModstamp', 'PC_Service_Request__c', ['Outcome__c = null'], at),
  notice: (row, at) => ({
    source: 'sweep',
    id: `${row.Id}@open@${at.began}`,
    subject: { kind: 'request', id: row.Id, opportunityId: null },
    reason: 'request',
    at: 0,
  }),
};

const deleted: SweepSource = {
  name: 'deleted',
  bin: true,
  soql: (at) =>
    byId(
      'Id, SystemModstamp',
      'Opportunity',
      ['IsDeleted = true', `${displayFields.referralId} != null`, `SystemModstamp >= ${instant(at.from ?? 0)}`],
      at,
    ),
  notice: (row, at) => notice(row.Id, `${row.Id}@deleted`, [row.SystemModstamp], 'deleted', at),
};

/** Sources of a sweep in this org. A full pass re-reads every shared deal whole, so it needs no related stamps. */
export function sourcesOf(features: Features, full: boolean): readonly SweepSource[] {
  const related = [
    accounts,
    ...(features.contactRoles ? [contactRoles] : []),
    ...(features.solutions ? [children('solution', 'PC_Opportunity_Solution__c', 'Opportunity__c', 'Opportunity__r')] : []),
    ...(features.team ? [children('team', 'OpportunityTeamMember', 'OpportunityId', 'Opportunity')] : []),
    ...(features.sharedNote ? [notes] : []),
    deleted,
  ];
  return [opportunities, ...(full ? [] : related), ...(features.requests ? [requests, serviceRequests] : [])];
}
