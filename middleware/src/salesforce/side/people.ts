/** Who is who in the org: contacts and active users by e-mail address. */
import type { SalesforceClient } from '../client/client.ts';
import type { Lookups } from './lookups.ts';

/** What is known, or will be once another look has come back: the two looks need not wait for each other. */
export type Soon<T> = T | Promise<T>;

const distinct = (mails: readonly string[]): readonly string[] => [...new Set(mails.map((mail) => mail.toLowerCase()))];

function named<R extends { readonly Id: string }>(
  mails: readonly string[],
  rows: readonly (readonly R[])[],
  choose: (found: readonly R[]) => R | undefined,
): ReadonlyMap<string, string> {
  return new Map(
    mails.flatMap((mail, index) => {
      const row = choose(rows[index] ?? []);
      return row ? [[mail, row.Id] as const] : [];
    }),
  );
}

/** E-mail address (lower case) → contact id. A contact of the account comes before one elsewhere, the oldest before a younger. */
export async function contactsByMail(
  lookups: Lookups,
  mails: readonly string[],
  account: Soon<string | null>,
): Promise<ReadonlyMap<string, string>> {
  const asked = distinct(mails);
  const rows = await Promise.all(asked.map(lookups.contacts));
  const accountId = await account;
  return named(asked, rows, (found) => found.find((row) => row.AccountId === accountId) ?? found[0]);
}

/** E-mail address (lower case) → active user, never the integration user. */
export async function usersByMail(
  lookups: Lookups,
  client: SalesforceClient,
  mails: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const asked = distinct(mails);
  const rows = await Promise.all(asked.map(lookups.usersByMail));
  const { userId } = await client.session();
  return named(asked, rows, (found) => found.find((row) => row.Id !== userId));
}

export async function userByName(lookups: Lookups, username: string): Promise<string | null> {
  const [row] = await lookups.usersByName(username);
  return row?.Id ?? null;
}
