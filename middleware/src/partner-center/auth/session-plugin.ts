/** MSAL's cache in the store, which seals every secret it keeps. Only one replica exchanges at a time; a lost race keeps the other's session. */
import type { ICachePlugin } from '@azure/msal-node';

import type { Store, System } from '../../sync/ports.ts';

export const sessionName = 'partner-center.session';

/** An empty cache for MSAL: an empty text would leave the former session in its memory. */
const emptySession = '{"Account":{},"IdToken":{},"AccessToken":{},"RefreshToken":{},"AppMetadata":{}}';

export function createSessionPlugin(store: Pick<Store, 'secret' | 'saveSecret'>, system: System): ICachePlugin {
  let version: number | null = null;
  return {
    async beforeCacheAccess(context) {
      const secret = await store.secret(sessionName);
      version = secret?.version ?? null;
      context.tokenCache.deserialize(secret === null ? emptySession : Buffer.from(secret.value).toString('utf8'));
    },
    async afterCacheAccess(context) {
      if (!context.cacheHasChanged) return;
      // False: a sign-in or another replica wrote meanwhile. Theirs is newer, and is read at the next access.
      await store.saveSecret(sessionName, Buffer.from(context.tokenCache.serialize(), 'utf8'), version, system.now());
    },
  };
}
