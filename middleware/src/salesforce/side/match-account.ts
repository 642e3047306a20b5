/** The account of an incoming deal: by D-U-N-S number, by domain, by name, postal code and country (API §14.2); else none. */
import type { Deal } from '../../domain/deal.ts';
import type { Mapping } from '../../domain/mapping.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import type { AccountRow } from '../schema.ts';
import { countryCode } from '../translate/countries.ts';
import { sharedDomain } from '../translate/domains.ts';
import { canonicalCode } from '../translate/text.ts';
import { toPartnerValue } from '../translate/values.ts';
import { customerMarks, type CustomerMarks, type Lookups } from './lookups.ts';
import { samePlace } from './match-score.ts';

function countryOf(row: AccountRow, mapping: Mapping): string | null {
  const text = canonicalCode(row['BillingCountryCode']) ?? canonicalCode(row['BillingCountry']);
  return text === null ? null : (toPartnerValue(mapping, 'country', text) ?? countryCode(text) ?? text);
}

const sameName = (row: AccountRow, deal: Deal): boolean => row.Name?.toLowerCase() === deal.customerName?.toLowerCase();
/** Without a postal code on the deal the town has to do. */
const sameAddress = (row: AccountRow, deal: Deal): boolean =>
  deal.customerPostalCode ? samePlace(row.BillingPostalCode, deal.customerPostalCode) : samePlace(row.BillingCity, deal.customerCity);

type Rule = (rows: readonly AccountRow[], deal: Deal, marks: CustomerMarks) => AccountRow | undefined;

/** In order of certainty. The rows of the last two are of the deal's country, or of none. */
const byNumber: Rule = (rows, _deal, { duns }) => rows.find((row) => duns !== null && row.DunsNumber === duns);

/** A group may have several accounts at one domain: then it is the one of this name or at this address, and else nobody knows. */
const byDomain: Rule = (rows, deal, { domains }) => {
  const there = rows.filter((row) => sharedDomain(row.Website, domains) !== null);
  return there.length === 1 ? there[0] : (there.find((row) => sameName(row, deal)) ?? there.find((row) => sameAddress(row, deal)));
};

const byNameAndAddress: Rule = (rows, deal) => rows.find((row) => sameName(row, deal) && sameAddress(row, deal));

export async function matchAccount(lookups: Lookups, deal: Deal, plan: ReadPlan): Promise<AccountRow | null> {
  const marks = customerMarks(deal, plan);
  if (marks === null) return null;
  const rows = await lookups.accounts(marks);
  const sameCountry = rows.filter((row) => {
    const country = countryOf(row, plan.mapping);
    return !deal.customerCountry || country === null || country === deal.customerCountry;
  });
  return byNumber(rows, deal, marks) ?? byDomain(sameCountry, deal, marks) ?? byNameAndAddress(sameCountry, deal, marks) ?? null;
}
