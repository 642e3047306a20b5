/** MSAL's cache, sealed in the store. Only one replica exchanges at a time; a lost race keeps the other's session. */
import type { ICachePlugin } from '@azure/msal-node';

import type { Store, System } from '../../sync/ports.ts';

/** Closes and opens the session at rest. A store that seals its secrets itself needs none: both hand back what they get. */
export interface Seal {
  seal(plain: Uint8Array): Uint8Array;
  /** Throws STORE_KEY when no key fits. */
  open(sealed: Uint8Array): Uint8Array;
}

export const sessionName = 'partner-center.session';

/** An empty cache for MSAL: an empty text would leave the former session in its memory. */
const emptySession = '{"Account":{},"IdToken":{},"AccessToken":{},"RefreshToken":{},"AppMetadata":{}}';

export function createSessionPlugin(store: Pick<Store, 'secret' | 'saveSecret'>, seal: Seal, system: System): ICachePlugin {
  let version: number | null = null;
  return {
    async beforeCacheAccess(context) {
      const secret = await store.secret(sessionName);
      version = secret?.version ?? null;
      context.tokenCache.deserialize(secret === null ? emptySession : Buffer.from(seal.open(secret.value)).toString('utf8'));
    },
    async afterCacheAccess(context) {
      if (!context.cacheHasChanged) return;
      const sealed = seal.seal(Buffer.from(context.tokenCache.serialize(), 'utf8'));
      // False: a sign-in or another replica wrote meanwhile. Theirs is newer, and is read at the next access.
      await store.saveSecret(sessionName, sealed, version, system.now());
    },
  };
}
