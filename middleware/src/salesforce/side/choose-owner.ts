/** Who owns an incoming deal: a team member who is an active user, the account's owner, the named default; never the service. */
import type { Deal } from '../../domain/deal.ts';
import type { Settings } from '../../domain/mapping.ts';
import type { SalesforceClient } from '../client/client.ts';
import type { AccountRow } from '../schema.ts';
import type { Lookups } from './lookups.ts';
import { userByName, usersByMail, type Soon } from './people.ts';

export async function chooseOwner(
  lookups: Lookups,
  client: SalesforceClient,
  deal: Deal,
  matched: Soon<AccountRow | null>,
  settings: Settings,
): Promise<string | null> {
  const mails = (deal.team ?? []).map((person) => person.email);
  // asked for at once, so that it travels with the others
  const [users, fallback] = await Promise.all([
    usersByMail(lookups, client, mails),
    settings.defaultOwner === null ? null : userByName(lookups, settings.defaultOwner),
  ]);
  for (const mail of mails) {
    const id = users.get(mail);
    if (id) return id;
  }
  const account = await matched;
  const { userId } = await client.session();
  if (account?.OwnerId && account.Owner?.IsActive && account.OwnerId !== userId) return account.OwnerId;
  return fallback;
}
