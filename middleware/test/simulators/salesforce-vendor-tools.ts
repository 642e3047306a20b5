/** Runs the real `sf` command line in a home folder of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { sfHome } from '../setup/sf-home.ts';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface SfAnswer {
  readonly status: number;
  readonly result: { readonly [name: string]: unknown };
  /** What was printed. */
  readonly text: string;
}

export interface SfTool {
  /** The home folder; also fit for a project. */
  readonly home: string;
  /** Variables the Salesforce libraries need to stay in that folder and off the network. */
  readonly environment: { readonly [name: string]: string };
  run(args: readonly string[], more?: { readonly [name: string]: string }): Promise<SfAnswer>;
  remove(): void;
}

/** @param folder working directory: a project */
export function sfTool(folder: (home: string) => string): SfTool {
  const { home, environment, remove } = sfHome();
  const cwd = folder(home);
  return {
    home,
    environment,
    run: (args, more = {}) =>
      new Promise((resolve, reject) => {
        execFile(
          process.execPath,
          [join(ROOT, 'node_modules/@salesforce/cli/bin/run.js'), ...args, '--json'],
          { cwd, env: { PATH: process.env['PATH'] ?? '', ...environment, ...more }, maxBuffer: 64 * 1024 * 1024 },
          (_error, stdout, stderr) => {
            try {
              const parsed = JSON.parse(stdout) as { readonly status: number; readonly result?: SfAnswer['result'] };
              resolve({ status: parsed.status, result: parsed.result ?? {}, text: stdout });
            } catch {
              reject(new Error(`sf ${args.join(' ')} answered:\n${stdout}\n${stderr}`));
            }
          },
        );
      }),
    remove,
  };
}
