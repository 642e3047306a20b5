/** Opportunities that may be the same deal as an incoming one: of the same customer or with the same contact, open and not linked. */
import type { Deal } from '../../domain/deal.ts';
import type { MatchSuggestion } from '../../sync/ports.ts';
import { understood } from '../client/client.ts';
import { quote, quoteAll, startsWith } from '../client/soql.ts';
import { CandidateRow, RoleCandidateRow } from '../schema.ts';
import type { Org } from './org.ts';
import { scoreMatch, searchWord } from './match-score.ts';

const most = 5;
const open = 'IsClosed = false AND Referral_Identifier__c = null';

export async function findMatches(org: Org, deal: Deal): Promise<readonly MatchSuggestion[]> {
  return org.withPlan(async (plan) => {
    const mails = (deal.contacts ?? []).map((person) => person.email);
    const shared = new Map<string, string[]>();
    if (mails.length > 0 && plan.features.contactRoles) {
      const { records } = await org.client.query(
        `SELECT Id, OpportunityId, Contact.Email FROM OpportunityContactRole WHERE Contact.Email IN (${quoteAll(mails)}) ORDER BY CreatedDate DESC LIMIT 200`,
      );
      for (const record of records) {
        const row = understood(RoleCandidateRow, record);
        const mail = row.Contact?.Email?.toLowerCase();
        if (row.OpportunityId && mail) shared.set(row.OpportunityId, [...new Set([...(shared.get(row.OpportunityId) ?? []), mail])]);
      }
    }
    const word = searchWord(deal.customerName);
    const likely = [
      ...(word === null ? [] : [`Account.Name LIKE ${startsWith(word)}`]),
      ...(plan.features.duns && deal.customerDuns ? [`Account.DunsNumber = ${quote(deal.customerDuns)}`] : []),
      ...(shared.size > 0 ? [`Id IN (${quoteAll([...shared.keys()])})`] : []),
    ];
    if (likely.length === 0) return [];
    const columns = `Id, Name, Amount, CloseDate, Account.Name, Account.BillingPostalCode${plan.features.duns ? ', Account.DunsNumber' : ''}`;
    const { records } = await org.client.query(
      `SELECT ${columns} FROM Opportunity WHERE ${open} AND (${likely.join(' OR ')}) ORDER BY CreatedDate DESC LIMIT 200`,
    );
    return records
      .map((record) => understood(CandidateRow, record))
      .flatMap((row) => scoreMatch(row, deal, shared.get(row.Id) ?? []) ?? [])
      .sort((a, b) => b.score - a.score || (a.opportunityId < b.opportunityId ? -1 : 1))
      .slice(0, most);
  });
}
