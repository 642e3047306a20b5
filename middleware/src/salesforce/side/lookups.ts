/** What passes look up in the org to match and make deals: each question alone, or many of them as one query. */
import type { Deal } from '../../domain/deal.ts';
import { understood } from '../client/client.ts';
import { contains, quoteAll, startsWith } from '../client/soql.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import { displayFields } from '../fields/service-fields.ts';
import { AccountRow, CandidateRow, CatalogueRow, ContactRow, ReferralRow, RoleCandidateRow, TwinRow, UserRow } from '../schema.ts';
import { companyDomains, sharedDomain } from '../translate/domains.ts';
import { searchWord } from './match-score.ts';
import type { Org } from './org.ts';
import { sharedQuery } from './shared-query.ts';

const referral = displayFields.referralId;
const same = (a: string | null | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();
const distinct = (texts: readonly (string | null)[]): readonly string[] => [...new Set(texts.filter((text) => text !== null))];
const any = (conditions: readonly (string | null)[]): string => `(${conditions.filter((one) => one !== null).join(' OR ')})`;
const among = (column: string, texts: readonly string[]): string | null =>
  texts.length === 0 ? null : `${column} IN (${quoteAll(texts)})`;
const liking = (column: string, patterns: readonly string[]): readonly string[] => patterns.map((pattern) => `${column} LIKE ${pattern}`);

/** What names a customer; at least one is there. */
export interface CustomerMarks {
  readonly duns: string | null;
  readonly name: string | null;
  readonly domains: readonly string[];
}

/** The marks of a deal's customer that this org can be asked for; null when there is none. */
export function customerMarks(deal: Deal, plan: ReadPlan): CustomerMarks | null {
  const duns = plan.features.duns ? (deal.customerDuns ?? null) : null;
  const domains = plan.features.website ? companyDomains(deal.contacts ?? []) : [];
  const name = deal.customerName ?? null;
  return duns === null && name === null && domains.length === 0 ? null : { duns, name, domains };
}

type UserMark = { readonly mail: string } | { readonly username: string };

export type Lookups = ReturnType<typeof createLookups>;

export function createLookups(org: Org) {
  const users = sharedQuery<UserMark, UserRow>(org, {
    soql: (asked) =>
      `SELECT Id, Email, Username, IsActive FROM User WHERE IsActive = true AND ${any([
        among('Email', distinct(asked.map((one) => ('mail' in one ? one.mail : null)))),
        among('Username', distinct(asked.map((one) => ('username' in one ? one.username : null)))),
      ])} ORDER BY CreatedDate, Id`,
    read: (record) => understood(UserRow, record),
    answers: (row, one) => ('mail' in one ? same(row.Email, one.mail) : same(row.Username, one.username)),
    most: 200,
  });

  return {
    /** Opportunities that carry this referral id, oldest first. */
    byReferral: sharedQuery<string, ReferralRow>(org, {
      soql: (ids) => `SELECT Id, ${referral} FROM Opportunity WHERE ${referral} IN (${quoteAll(ids)}) ORDER BY CreatedDate, Id`,
      read: (record) => understood(ReferralRow, record),
      answers: (row, id) => row[referral] === id,
      most: 200,
    }),

    /** Contacts with this address, oldest first. */
    contacts: sharedQuery<string, ContactRow>(org, {
      soql: (mails) => `SELECT Id, AccountId, Email FROM Contact WHERE Email IN (${quoteAll(distinct(mails))}) ORDER BY CreatedDate, Id`,
      read: (record) => understood(ContactRow, record),
      answers: (row, mail) => same(row.Email, mail),
      most: 200,
    }),

    /** Active users with this address, oldest first. */
    usersByMail: (mail: string): Promise<readonly UserRow[]> => users({ mail }),
    usersByName: (username: string): Promise<readonly UserRow[]> => users({ username }),

    /** The catalogue's row for a solution id. */
    solutions: sharedQuery<string, CatalogueRow>(org, {
      soql: (ids) =>
        `SELECT Id, Solution_Id__c FROM PC_Solution__c WHERE Solution_Id__c IN (${quoteAll(distinct(ids))}) ORDER BY CreatedDate, Id`,
      read: (record) => understood(CatalogueRow, record),
      answers: (row, id) => same(row.Solution_Id__c, id),
      most: 1,
    }),

    /** Accounts with one of the marks, oldest first. */
    accounts: sharedQuery<CustomerMarks, AccountRow>(org, {
      soql: (asked, { features }) => {
        const columns = [
          'Id, Name, OwnerId, Owner.IsActive, BillingPostalCode, BillingCity, BillingCountry',
          ...(features.countryCodes ? ['BillingCountryCode'] : []),
          ...(features.duns ? ['DunsNumber'] : []),
          ...(features.website ? ['Website'] : []),
        ];
        const where = any([
          among('DunsNumber', distinct(asked.map(({ duns }) => duns))),
          among('Name', distinct(asked.map(({ name }) => name))),
          ...liking('Website', distinct(asked.flatMap(({ domains }) => domains)).map(contains)),
        ]);
        return `SELECT ${columns.join(', ')} FROM Account WHERE ${where} ORDER BY CreatedDate, Id`;
      },
      read: (record) => understood(AccountRow, record),
      answers: (row, { duns, name, domains }) =>
        (duns !== null && row.DunsNumber === duns) ||
        (name !== null && same(row.Name, name)) ||
        sharedDomain(row.Website, domains) !== null,
      most: 200,
      // each domain is a search of its own
      perQuery: 50,
    }),

    /** Open deals without a referral in which a person with this address has a role, newest first. */
    roles: sharedQuery<string, RoleCandidateRow>(org, {
      soql: (mails, plan) => {
        const where = `Contact.Email IN (${quoteAll(distinct(mails))}) AND ${openUnlinked('Opportunity.')}`;
        const columns = `Id, Contact.Email, ${candidateColumns(plan, 'Opportunity.')}`;
        return `SELECT ${columns} FROM OpportunityContactRole WHERE ${where} ORDER BY CreatedDate DESC, Id`;
      },
      read: (record) => understood(RoleCandidateRow, record),
      answers: (row, mail) => same(row.Contact?.Email, mail),
      most: 200,
    }),

    /** Open deals without a referral of customers that may be this one, newest first. */
    candidates: sharedQuery<CustomerMarks, CandidateRow>(org, {
      soql: (asked, plan) => {
        const words = distinct(asked.map(({ name }) => searchWord(name)));
        const where = any([
          ...liking('Account.Name', words.map(startsWith)),
          among('Account.DunsNumber', distinct(asked.map(({ duns }) => duns))),
          ...liking('Account.Website', distinct(asked.flatMap(({ domains }) => domains)).map(contains)),
        ]);
        return `SELECT ${candidateColumns(plan)} FROM Opportunity WHERE ${openUnlinked()} AND ${where} ORDER BY CreatedDate DESC, Id`;
      },
      read: (record) => understood(CandidateRow, record),
      answers: ({ Account: account }, { duns, name, domains }) => {
        const word = searchWord(name);
        return (
          (word !== null && (account?.Name ?? '').toLowerCase().startsWith(word)) ||
          (duns !== null && account?.DunsNumber === duns) ||
          sharedDomain(account?.Website, domains) !== null
        );
      },
      most: 200,
      perQuery: 50,
    }),

    /** Deals of the account that carry a referral, newest first. */
    linkedOf: sharedQuery<string, TwinRow>(org, {
      soql: (accountIds) =>
        `SELECT Id, Name, Amount, CloseDate, AccountId FROM Opportunity WHERE AccountId IN (${quoteAll(distinct(accountIds))}) AND ${referral} != null ORDER BY CreatedDate DESC, Id`,
      read: (record) => understood(TwinRow, record),
      answers: (row, accountId) => row.AccountId === accountId,
      most: 200,
    }),
  };
}

/** @param at how the opportunity is reached from the row */
const openUnlinked = (at = ''): string => `${at}IsClosed = false AND ${at}${referral} = null`;

function candidateColumns({ features }: ReadPlan, at = ''): string {
  const names = [
    ...['Id', 'Name', 'Amount', 'CloseDate', 'Account.Name', 'Account.BillingPostalCode'],
    ...(features.duns ? ['Account.DunsNumber'] : []),
    ...(features.website ? ['Account.Website'] : []),
  ];
  return names.map((name) => `${at}${name}`).join(', ');
}
