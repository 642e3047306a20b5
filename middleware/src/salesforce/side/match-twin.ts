/** Shared opportunities that an opportunity may be a copy or a renewal of. */
import type { CrmSnapshot, MatchSuggestion } from '../../sync/ports.ts';
import type { CandidateRow } from '../schema.ts';
import type { Lookups } from './lookups.ts';
import { likeness } from './match-score.ts';

const dayMs = 86_400_000;
/** Numbers tell a deal of this year from that of the next: they do not make two names different. */
const withoutNumbers = (name: string | null | undefined): string => (name ?? '').replace(/\d+/g, ' ');

/** Reasons why the two may be one deal, null when they surely are two. */
function resemblance(row: CandidateRow, snapshot: CrmSnapshot): readonly string[] | null {
  const { deal } = snapshot;
  const name = likeness(withoutNumbers(row.Name), withoutNumbers(deal.name));
  const value = row.Amount !== null && row.Amount === deal.value;
  const days = row.CloseDate && deal.closeDate ? Math.abs(Date.parse(row.CloseDate) - Date.parse(deal.closeDate)) / dayMs : null;
  const close = days !== null && days <= 31;
  const same = row.Name === deal.name;
  // a clone keeps value and close date and mostly gets a word more in its name
  const copied = value && days === 0 && name >= 0.5;
  if (!same && !copied && !(name >= 0.8 && (value || close))) return null;
  return [
    'same customer',
    same ? 'same deal name' : 'similar deal name',
    ...(value ? ['same value'] : []),
    ...(close ? ['close date within a month'] : []),
  ];
}

/** Of the same account, shared and carrying a referral, newest first. */
export async function findTwins(lookups: Lookups, snapshot: CrmSnapshot): Promise<readonly MatchSuggestion[]> {
  if (snapshot.accountId === null) return [];
  const rows = await lookups.linkedOf(snapshot.accountId);
  return rows
    .filter((row) => row.Id !== snapshot.id)
    .flatMap((row): readonly MatchSuggestion[] => {
      const reasons = resemblance(row, snapshot);
      return reasons === null ? [] : [{ opportunityId: row.Id, name: row.Name ?? row.Id, score: reasons.length * 25, reasons }];
    });
}
