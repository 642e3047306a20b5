/** What a duplicate rule of the org found, as suggestions a person can choose from. */
import type { Deal } from '../../domain/deal.ts';
import type { SyncError } from '../../errors.ts';
import type { DuplicatesFound, MatchSuggestion } from '../../sync/ports.ts';
import { understood, type Part, type SalesforceClient } from '../client/client.ts';
import { quote, quoteAll } from '../client/soql.ts';
import { AccountRow, CandidateRow, ContactRow, FoundLeadRow } from '../schema.ts';
import { scoreMatch } from './match-score.ts';

const most = 5;
const accountColumns = 'Id, Name, OwnerId, Owner.IsActive, BillingPostalCode, BillingCity';
const ofKind = (ids: readonly string[], prefix: string): readonly string[] => ids.filter((id) => id.startsWith(prefix));

/** Lets a create pass rules that only warn (Salesforce REST API, Duplicate Rule Header). */
export const knownDuplicate = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' } as const;

/** The part with leave to pass rules that only warn. */
export const keptAsNew = <P extends Part>(part: P): P => ({ ...part, headers: { ...part.headers, ...knownDuplicate } });

/** An account a person chose; null when it is not there any more. */
export async function readAccount(client: SalesforceClient, id: string): Promise<AccountRow | null> {
  const { records } = await client.query(`SELECT ${accountColumns} FROM Account WHERE Id = ${quote(id)}`);
  const [record] = records;
  return record === undefined ? null : understood(AccountRow, record);
}

async function accountsOf(client: SalesforceClient, ids: readonly string[]): Promise<readonly AccountRow[]> {
  const contacts = ofKind(ids, '003');
  const owners =
    contacts.length === 0
      ? []
      : (await client.query(`SELECT Id, AccountId, Email FROM Contact WHERE Id IN (${quoteAll(contacts)})`)).records.flatMap((record) => {
          const { AccountId } = understood(ContactRow, record);
          return AccountId === null ? [] : [AccountId];
        });
  const all = [...new Set([...ofKind(ids, '001'), ...owners])];
  if (all.length === 0) return [];
  const { records } = await client.query(`SELECT ${accountColumns} FROM Account WHERE Id IN (${quoteAll(all)}) ORDER BY CreatedDate, Id`);
  return records.map((record) => understood(AccountRow, record));
}

const foundBy = 'found by a duplicate rule of your org';

const accountSuggestion = (account: AccountRow): MatchSuggestion => ({
  opportunityId: account.Id,
  name: account.Name ?? account.Id,
  score: 90,
  reasons: [`customer ${foundBy}`, 'the deal becomes a new opportunity of it'],
});

/** Open opportunities of the accounts that were found, which may be the deal itself. */
async function opportunitiesOf(client: SalesforceClient, accounts: readonly AccountRow[], deal: Deal): Promise<readonly MatchSuggestion[]> {
  if (accounts.length === 0) return [];
  const { records } = await client.query(
    `SELECT Id, Name, Amount, CloseDate, Account.Name, Account.BillingPostalCode FROM Opportunity WHERE AccountId IN (${quoteAll(accounts.map(({ Id }) => Id))}) AND IsClosed = false AND Referral_Identifier__c = null ORDER BY CreatedDate DESC LIMIT 200`,
  );
  return records
    .map((record) => understood(CandidateRow, record))
    .flatMap((row) => scoreMatch(row, deal, []) ?? [])
    .sort((a, b) => b.score - a.score || (a.opportunityId < b.opportunityId ? -1 : 1));
}

async function leadsOf(client: SalesforceClient, ids: readonly string[]): Promise<readonly MatchSuggestion[]> {
  const leads = ofKind(ids, '00Q');
  if (leads.length === 0) return [];
  const { records } = await client.query(`SELECT Id, Name, Company FROM Lead WHERE Id IN (${quoteAll(leads)}) ORDER BY CreatedDate, Id`);
  return records
    .map((record) => understood(FoundLeadRow, record))
    .map((lead) => ({
      opportunityId: lead.Id,
      name: [lead.Name, lead.Company].filter((text) => text !== null).join(', ') || lead.Id,
      score: 90,
      reasons: [`lead ${foundBy}`],
    }));
}

/** Rules look at records the service may not read. */
const unseen = (id: string): MatchSuggestion => ({
  opportunityId: id,
  name: `${id.startsWith('00Q') ? 'Lead' : 'Account'} ${id}`,
  score: 90,
  reasons: [`${foundBy}, not readable for the service`],
});

/** Null when the refusal is not one of a duplicate rule. */
export async function duplicatesFound(client: SalesforceClient, error: SyncError, deal: Deal): Promise<DuplicatesFound | null> {
  const found = error.facts.duplicates;
  if (!found) return null;
  const accounts = await accountsOf(client, found.records);
  const leads = await leadsOf(client, found.records);
  const seen = new Set([...accounts.map(({ Id }) => Id), ...leads.map(({ opportunityId }) => opportunityId)]);
  const suggestions = [
    ...leads,
    ...(await opportunitiesOf(client, accounts, deal)).slice(0, most),
    ...accounts.map(accountSuggestion),
    ...[...ofKind(found.records, '001'), ...ofKind(found.records, '00Q')].filter((id) => !seen.has(id)).map(unseen),
  ];
  return { mayKeep: found.mayKeep, suggestions: suggestions.slice(0, 2 * most) };
}
