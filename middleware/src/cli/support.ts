/** `cosell support-bundle <file>`. The file is written here, on the machine of the person who asks, for its owner only. */
import { writeFile } from 'node:fs/promises';

import type { CommandLine } from './command-line.ts';

export function addSupportCommand({ parent, run, path }: CommandLine): void {
  parent
    .command('support-bundle <file>')
    .description('write one file for support: versions, settings, figures and causes; no secret, no name, no value of a deal')
    .action((given: string) =>
      run(null, async (reached) => {
        const file = path(given);
        const bundle = await reached.call('support.bundle');
        await writeFile(file, `${JSON.stringify(bundle, null, 2)}\n`, { mode: 0o600 });
        return { file, note: 'Read it before you send it on: it is plain text.' };
      }),
    );
}
