/** Salesforce's own command line: the one of this installation when it is there, else the one on the machine. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { environment } from '../../config.ts';
import { SyncError } from '../../errors.ts';
import { SfAnswer, type SfOutcome } from '../schema.ts';

export interface Sf {
  readonly command: string;
  readonly before: readonly string[];
  /** For people. */
  readonly origin: string;
}

const names = process.platform === 'win32' ? ['sf.cmd', 'sf.exe'] : ['sf'];

/** Throws CONFIG_INVALID, with how to get it, when there is none. */
export function findSf(root: string, path = environment()['PATH'] ?? ''): Sf {
  const pinned = join(root, 'node_modules/@salesforce/cli/bin/run.js');
  if (existsSync(pinned)) return { command: process.execPath, before: [pinned], origin: 'the sf of this installation' };
  const found = path
    .split(delimiter)
    .filter((part) => part !== '')
    .flatMap((part) => names.map((name) => join(part, name)))
    .find((file) => existsSync(file));
  if (found !== undefined) return { command: found, before: [], origin: found };
  throw new SyncError('CONFIG_INVALID', {
    message:
      'The Salesforce command line "sf" is not installed. Run "npm ci" in the clone, or install it: npm install --global @salesforce/cli',
  });
}

/** Runs `sf … --json` and reads its answer; a refusal of the org is an answer too. Throws when `sf` says nothing it should. */
export function runSf(sf: Sf, args: readonly string[], folder: string): Promise<SfOutcome> {
  const env = {
    ...environment(),
    SF_DISABLE_TELEMETRY: 'true',
    // of the two names the tool knows, the one its update hook looks at
    SF_DISABLE_AUTOUPDATE: 'true',
    SF_SKIP_NEW_VERSION_CHECK: 'true',
    SF_DISABLE_LOG_FILE: 'true',
    FORCE_COLOR: '0',
  };
  return new Promise((resolve, reject) => {
    const child = spawn(sf.command, [...sf.before, ...args, '--json'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: sf.command.endsWith('.cmd'),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (cause) => reject(new SyncError('CONFIG_INVALID', { cause, message: `${sf.origin} could not be started.` })));
    child.on('close', () => {
      const text = Buffer.concat(out).toString('utf8');
      const answer = SfAnswer.safeParse(parsed(text));
      if (answer.success) resolve(answer.data);
      else
        reject(
          new SyncError('CRM_ANSWER', {
            message: `sf answered: ${`${text}\n${Buffer.concat(err).toString('utf8')}`.trim().slice(0, 500)}`,
          }),
        );
    });
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
