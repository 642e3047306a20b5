/** Who is who in the org: contacts and active users by e-mail address. */
import { understood, type SalesforceClient } from '../client/client.ts';
import { quote, quoteAll } from '../client/soql.ts';
import { ContactRow, UserRow } from '../schema.ts';

/**
 * E-mail address (lower case) → contact id. A contact of the account comes before one elsewhere, the oldest before a younger.
 */
export async function contactsByMail(
  client: SalesforceClient,
  mails: readonly string[],
  accountId: string | null,
): Promise<ReadonlyMap<string, string>> {
  if (mails.length === 0) return new Map();
  const { records } = await client.query(
    `SELECT Id, AccountId, Email FROM Contact WHERE Email IN (${quoteAll(mails)}) ORDER BY CreatedDate, Id`,
  );
  const rows = records.map((record) => understood(ContactRow, record));
  const ranked = [...rows.filter((row) => row.AccountId === accountId), ...rows.filter((row) => row.AccountId !== accountId)];
  const found = new Map<string, string>();
  for (const row of ranked) {
    const mail = row.Email?.toLowerCase();
    if (mail && !found.has(mail)) found.set(mail, row.Id);
  }
  return found;
}

/** E-mail address (lower case) → active user, never the integration user. */
export async function usersByMail(client: SalesforceClient, mails: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (mails.length === 0) return new Map();
  const { userId } = await client.session();
  const { records } = await client.query(
    `SELECT Id, Email, Username, IsActive FROM User WHERE IsActive = true AND Email IN (${quoteAll(mails)}) ORDER BY CreatedDate, Id`,
  );
  const found = new Map<string, string>();
  for (const record of records) {
    const row = understood(UserRow, record);
    const mail = row.Email?.toLowerCase();
    if (mail && row.Id !== userId && !found.has(mail)) found.set(mail, row.Id);
  }
  return found;
}

export async function userByName(client: SalesforceClient, username: string): Promise<string | null> {
  const { records } = await client.query(
    `SELECT Id, Email, Username, IsActive FROM User WHERE IsActive = true AND Username = ${quote(username)}`,
  );
  const [record] = records;
  return record ? understood(UserRow, record).Id : null;
}
