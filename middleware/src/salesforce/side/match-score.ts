/** How much an opportunity resembles an incoming deal, in points and in words. Pure. */
import type { Deal } from '../../domain/deal.ts';
import type { MatchSuggestion } from '../../sync/ports.ts';
import type { CandidateRow } from '../schema.ts';
import { companyDomains, sharedDomain } from '../translate/domains.ts';

/** Postal codes are typed with and without blanks and dashes. */
export const samePlace = (a: string | null | undefined, b: string | null | undefined): boolean =>
  plainPlace(a) !== '' && plainPlace(a) === plainPlace(b);
const plainPlace = (text: string | null | undefined): string => (text ?? '').replace(/[\s-]/g, '').toUpperCase();

const dayMs = 86_400_000;
/** Below this an opportunity is not worth showing. */
const leastScore = 40;

/** Lower case, without legal forms and punctuation. */
function words(text: string | null | undefined): readonly string[] {
  const dropped = new Set(['ltd', 'limited', 'inc', 'llc', 'gmbh', 'ag', 'sa', 'bv', 'plc', 'corp', 'corporation', 'co', 'the', 'and']);
  return (text ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !dropped.has(word));
}

/** Share of words both texts have, 0 to 1. */
export function likeness(a: string | null | undefined, b: string | null | undefined): number {
  const [left, right] = [new Set(words(a)), new Set(words(b))];
  if (left.size === 0 || right.size === 0) return 0;
  return (2 * [...left].filter((word) => right.has(word)).length) / (left.size + right.size);
}

/** Words of a name that name the customer, for a search by prefix; null when nothing is left. */
export const searchWord = (name: string | null | undefined): string | null => words(name)[0] ?? null;

/**
 * @param sharedContacts e-mail addresses both deals have
 */
export function scoreMatch(row: CandidateRow, deal: Deal, sharedContacts: readonly string[]): MatchSuggestion | null {
  const reasons: string[] = [];
  let score = 0;
  const count = (points: number, reason: string): void => {
    score += points;
    reasons.push(reason);
  };

  const customer = likeness(row.Account?.Name, deal.customerName);
  const domain = sharedDomain(row.Account?.Website, companyDomains(deal.contacts ?? []));
  if (deal.customerDuns && row.Account?.DunsNumber === deal.customerDuns) count(45, 'same D-U-N-S number');
  else if (customer === 1) count(40, 'same customer');
  else if (domain !== null) count(35, `same domain (${domain})`);
  else if (customer >= 0.5) count(25, `customer "${row.Account?.Name ?? ''}" is similar`);
  if (samePlace(row.Account?.BillingPostalCode, deal.customerPostalCode)) count(10, 'same postal code');
  const name = likeness(row.Name, deal.name);
  if (name === 1) count(20, 'same deal name');
  else if (name >= 0.5) count(12, 'similar deal name');
  if (row.Amount !== null && deal.value) {
    const gap = Math.abs(row.Amount - deal.value) / Math.max(row.Amount, deal.value);
    if (gap === 0) count(20, 'same value');
    else if (gap <= 0.1) count(12, 'value within ten percent');
  }
  if (row.CloseDate && deal.closeDate) {
    const days = Math.abs(Date.parse(row.CloseDate) - Date.parse(deal.closeDate)) / dayMs;
    if (days === 0) count(15, 'same close date');
    else if (days <= 31) count(8, 'close date within a month');
  }
  if (sharedContacts.length > 0) count(20, `same contact (${sharedContacts.join(', ')})`);
  return score >= leastScore ? { opportunityId: row.Id, name: row.Name ?? row.Id, score: Math.min(100, score), reasons } : null;
}
