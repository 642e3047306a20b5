/** The MSAL clients that renew tokens without a person, over the stored session. */
import type { AccountInfo, ICachePlugin } from '@azure/msal-node';

import { SyncError } from '../../errors.ts';
import { confidentialClient, publicClient, type Application } from './msal-client.ts';
import type { MsalNetwork } from './network-client.ts';
import type { Connection } from './schema.ts';

export type SilentClient = ReturnType<typeof confidentialClient> | ReturnType<typeof publicClient>;

/** One client object per process and kind, made when first needed: equal exchanges then melt into one. */
export function silentClients(
  application: Application,
  network: MsalNetwork,
  plugin: ICachePlugin,
): (kind: Connection['client']) => SilentClient {
  const made = new Map<Connection['client'], SilentClient>();
  return (kind) => {
    const client = made.get(kind) ?? (kind === 'public' ? publicClient : confidentialClient)(application, network.client, plugin);
    made.set(kind, client);
    return client;
  };
}

/** The account that signed in. Throws PC_SIGN_IN when the session does not hold it. */
export async function accountOf(client: SilentClient, current: Connection): Promise<AccountInfo> {
  const accounts = await client.getTokenCache().getAllAccounts();
  const account = accounts.find((one) => one.homeAccountId === current.homeAccountId);
  if (!account) throw new SyncError('PC_SIGN_IN', { message: 'The stored sign-in holds no account.' });
  return account;
}
