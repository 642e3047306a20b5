/** Where this installation keeps what set-up works with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { SyncError } from '../errors.ts';

/** Root of the clone: `middleware/src/setup` and `middleware/dist/setup` lie equally deep. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Names of the package directories deployed on request. */
export const optionalDirectories = { teams: 'force-teams', multicurrency: 'force-multicurrency', alerts: 'force-alerts' } as const;
export type OptionalPart = keyof typeof optionalDirectories;

/** Absolute path of a folder of the clone. Throws CONFIG_INVALID where only the built service is installed. */
export function folder(name: string, base = root): string {
  const path = join(base, name);
  if (existsSync(path)) return path;
  throw new SyncError('CONFIG_INVALID', {
    message: `The folder ${name} is not here. Run this command in the clone of the project; the service alone does not carry the Salesforce package.`,
  });
}
