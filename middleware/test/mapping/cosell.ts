/** The command line in a process of its own, as an admin runs it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { World } from '../../simulators/demo/world.ts';
import { openOffline, type Commands } from '../../src/app/index.ts';
import { readConfig } from '../../src/config.ts';
import { silentLog } from '../../src/log.ts';
import { realSystem } from '../../src/system.ts';

const entry = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const start = `import(${JSON.stringify(entry)}).then(async ({ runCommandLine }) => { process.exitCode = await runCommandLine(process.argv.slice(1)); })`;

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly problems: string;
}

export function cosell(world: World, ...args: readonly string[]): Promise<Ran> {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const env = { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...world.environment };
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', start, '--', ...args], { env, maxBuffer: 16_000_000 }, (error, out, problems) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, out, problems });
    });
  });
}

/** The commands as a process without a running service has them; closed after use. */
export async function withoutService<T>(world: World, act: (commands: Commands) => Promise<T>): Promise<T> {
  const read = readConfig(world.environment);
  if (read.kind === 'bad') throw new Error(JSON.stringify(read.problems));
  const { commands, close } = await openOffline({
    config: read.config,
    system: realSystem(() => world.clock.now() - Date.now()),
    log: silentLog(),
  });
  try {
    return await act(commands);
  } finally {
    await close();
  }
}
