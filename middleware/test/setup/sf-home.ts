/** A home folder for the Salesforce command line and its libraries: they leave the real one alone, and stay off the network. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SfHome {
  readonly home: string;
  readonly environment: { readonly [name: string]: string };
  remove(): void;
}

export function sfHome(): SfHome {
  const { NODE_COMPILE_CACHE } = process.env;
  const home = mkdtempSync(join(tmpdir(), 'cosell-sf-'));
  return {
    home,
    environment: {
      HOME: home,
      USERPROFILE: home,
      SF_DISABLE_TELEMETRY: 'true',
      SF_DISABLE_AUTOUPDATE: 'true',
      SF_SKIP_NEW_VERSION_CHECK: 'true',
      SF_DISABLE_LOG_FILE: 'true',
      ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}),
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
