/** A lead of Partner Center as a Lead record, for orgs that keep leads apart from opportunities (API §14.2). */
import type { Deal } from '../../domain/deal.ts';
import type { CrmLead, WriteResult } from '../../sync/ports.ts';
import { failureOfPart, understood, type Part, type Values } from '../client/client.ts';
import { quote } from '../client/soql.ts';
import { CreatedBody, LeadRow } from '../schema.ts';
import { cut } from '../translate/text.ts';
import { toCrmValue } from '../translate/values.ts';
import { chooseOwner } from './choose-owner.ts';
import { duplicatesFound, keptAsNew } from './duplicates.ts';
import type { Lookups } from './lookups.ts';
import type { Org } from './org.ts';

const refused = (code: 'CRM_NO_ACCESS' | 'CRM_INACTIVE_OWNER', message: string): WriteResult<string> => ({
  kind: 'refused',
  code,
  message,
  fields: [],
  requestId: null,
});

/** Company and last name cannot be empty on a Lead. */
function valuesOf(
  referralId: string,
  deal: Deal,
  known: ReadonlyMap<string, { readonly createable: boolean }>,
  country: string | null,
): Values {
  const [person] = deal.contacts ?? [];
  const street = [deal.customerAddressLine1, deal.customerAddressLine2].filter(Boolean).join('\n');
  const wanted: { readonly [field: string]: unknown } = {
    Company: cut(deal.customerName ?? deal.name ?? 'Customer of a Partner Center lead', 255),
    LastName: cut(person?.lastName ?? person?.email ?? 'Unknown', 80),
    FirstName: person?.firstName ? cut(person.firstName, 40) : null,
    Email: person?.email ?? null,
    Phone: person?.phone ? cut(person.phone, 40) : null,
    Street: street === '' ? null : cut(street, 255),
    City: deal.customerCity ? cut(deal.customerCity, 40) : null,
    PostalCode: deal.customerPostalCode ? cut(deal.customerPostalCode, 20) : null,
    [known.has('CountryCode') ? 'CountryCode' : 'Country']: country,
    Description: [deal.name, deal.notes, marker(referralId)]
      .filter((line) => line !== null && line !== undefined && line !== '')
      .join('\n'),
  };
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => value !== null && known.get(name)?.createable === true));
}

/** The line by which a Lead that a crashed try made is known again. */
const marker = (referralId: string): string => `Partner Center lead ${referralId}`;

/** Throws `SyncError`s of the calls. */
export function createLead(
  org: Org,
  lookups: Lookups,
  { referralId, deal, allowDuplicates, sendBefore }: CrmLead,
): Promise<WriteResult<string>> {
  return org.withPlan(async (plan): Promise<WriteResult<string>> => {
    const facts = await org.client.describe('Lead');
    if (!facts?.fields.get('Company')?.createable) return refused('CRM_NO_ACCESS', 'The integration user may not create Lead records.');
    const { mapping, features } = plan;
    const country = deal.customerCountry ?? null;
    const written = country === null || features.countryCodes ? country : (toCrmValue(mapping, 'country', country) ?? country);
    const values = valuesOf(referralId, deal, facts.fields, written);
    const { records } = await org.client.query(
      `SELECT Id${facts.fields.has('Description') ? ', Description' : ''} FROM Lead WHERE Company = ${quote(String(values['Company']))} AND LastName = ${quote(String(values['LastName']))} ORDER BY CreatedDate DESC LIMIT 200`,
    );
    const there = records.map((record) => understood(LeadRow, record)).find((row) => row.Description?.includes(marker(referralId)));
    if (there) return { kind: 'done', after: there.Id, requestId: null, refused: [] };
    const ownerId = await chooseOwner(lookups, org.client, deal, null, mapping.settings);
    if (ownerId === null)
      return refused('CRM_INACTIVE_OWNER', 'Nobody could be chosen to own this lead. Put a user name into the setting "Default Owner".');
    const part: Part = { method: 'POST', path: '/sobjects/Lead', referenceId: 'lead', body: { ...values, OwnerId: ownerId } };
    // only a part of a composite call tells what a duplicate rule found
    const { answers } = await org.client.composite([allowDuplicates ? keptAsNew(part) : part], true, sendBefore);
    const [answer] = answers;
    if (answer && answer.status < 300)
      return { kind: 'done', after: understood(CreatedBody, answer.body).id, requestId: null, refused: [] };
    const failure = failureOfPart(answer);
    if (failure.entry.retry !== 'never') throw failure;
    const duplicates = await duplicatesFound(org.client, failure, deal);
    const { code, message } = failure;
    return { kind: 'refused', code, message, fields: failure.facts.fields ?? [], requestId: null, ...(duplicates ? { duplicates } : {}) };
  });
}
