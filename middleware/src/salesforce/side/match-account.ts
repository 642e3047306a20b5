/** The account of an incoming deal: by D-U-N-S number, else by name, postal code and country (API §14.2); else none. */
import type { Deal } from '../../domain/deal.ts';
import type { Mapping } from '../../domain/mapping.ts';
import { understood, type SalesforceClient } from '../client/client.ts';
import { quote } from '../client/soql.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import { AccountRow } from '../schema.ts';
import { countryCode } from '../translate/countries.ts';
import { canonicalCode } from '../translate/text.ts';
import { toPartnerValue } from '../translate/values.ts';

/** Postal codes are typed with and without blanks and dashes. */
export const samePlace = (a: string | null | undefined, b: string | null | undefined): boolean =>
  plainPlace(a) !== '' && plainPlace(a) === plainPlace(b);
const plainPlace = (text: string | null | undefined): string => (text ?? '').replace(/[\s-]/g, '').toUpperCase();

function countryOf(row: AccountRow, mapping: Mapping): string | null {
  const text = canonicalCode(row['BillingCountryCode']) ?? canonicalCode(row['BillingCountry']);
  return text === null ? null : (toPartnerValue(mapping, 'country', text) ?? countryCode(text) ?? text);
}

export async function matchAccount(client: SalesforceClient, deal: Deal, plan: ReadPlan): Promise<AccountRow | null> {
  const columns = `Id, Name, OwnerId, Owner.IsActive, BillingPostalCode, BillingCity, BillingCountry${plan.features.countryCodes ? ', BillingCountryCode' : ''}`;
  const find = async (where: string): Promise<readonly AccountRow[]> => {
    const { records } = await client.query(`SELECT ${columns} FROM Account WHERE ${where} ORDER BY CreatedDate, Id LIMIT 200`);
    return records.map((record) => understood(AccountRow, record));
  };

  if (plan.features.duns && deal.customerDuns) {
    const [byNumber] = await find(`DunsNumber = ${quote(deal.customerDuns)}`);
    if (byNumber) return byNumber;
  }
  if (!deal.customerName) return null;
  const named = await find(`Name = ${quote(deal.customerName)}`);
  const sameCountry = named.filter((row) => {
    const country = countryOf(row, plan.mapping);
    return !deal.customerCountry || country === null || country === deal.customerCountry;
  });
  // without a postal code on the deal the town has to do
  return (
    sameCountry.find((row) =>
      deal.customerPostalCode ? samePlace(row.BillingPostalCode, deal.customerPostalCode) : samePlace(row.BillingCity, deal.customerCity),
    ) ?? null
  );
}
