/** Opportunities that may be the same deal as an incoming one: of the same customer or with the same contact, open and not linked. */
import type { Deal } from '../../domain/deal.ts';
import type { MatchSuggestion } from '../../sync/ports.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import type { CandidateRow } from '../schema.ts';
import { customerMarks, type Lookups } from './lookups.ts';
import { scoreMatch, searchWord } from './match-score.ts';
import type { Org } from './org.ts';

const most = 5;

interface Candidate {
  readonly row: CandidateRow;
  /** Addresses of people both deals know. */
  readonly mails: readonly string[];
}

async function ofTheContacts(lookups: Lookups, deal: Deal, plan: ReadPlan): Promise<readonly Candidate[]> {
  const asked = plan.features.contactRoles ? [...new Set((deal.contacts ?? []).map((person) => person.email))] : [];
  const roles = await Promise.all(asked.map(lookups.roles));
  const found = new Map<string, Candidate>();
  for (const { Opportunity: row, Contact: contact } of roles.flat()) {
    const mail = contact?.Email?.toLowerCase();
    if (row && mail) found.set(row.Id, { row, mails: [...new Set([...(found.get(row.Id)?.mails ?? []), mail])] });
  }
  return [...found.values()];
}

async function ofTheCustomer(lookups: Lookups, deal: Deal, plan: ReadPlan): Promise<readonly CandidateRow[]> {
  const marks = customerMarks(deal, plan);
  if (marks === null || (searchWord(marks.name) === null && marks.duns === null && marks.domains.length === 0)) return [];
  return lookups.candidates(marks);
}

export function findMatches(org: Org, lookups: Lookups, deal: Deal): Promise<readonly MatchSuggestion[]> {
  return org.withPlan(async (plan) => {
    const [known, likely] = await Promise.all([ofTheContacts(lookups, deal, plan), ofTheCustomer(lookups, deal, plan)]);
    const ids = new Set(known.map(({ row }) => row.Id));
    const others = likely.filter((row) => !ids.has(row.Id)).map((row): Candidate => ({ row, mails: [] }));
    return [...known, ...others]
      .flatMap(({ row, mails }) => scoreMatch(row, deal, mails) ?? [])
      .sort((a, b) => b.score - a.score || (a.opportunityId < b.opportunityId ? -1 : 1))
      .slice(0, most);
  });
}
