/** The command line in a process of its own, as an admin runs it. */
import type { World } from '../../simulators/demo/world.ts';
import { openOffline, type Commands } from '../../src/app/index.ts';
import { readConfig } from '../../src/config.ts';
import { silentLog } from '../../src/log.ts';
import { realSystem } from '../../src/system.ts';
import { cosell as runCosell } from '../cli/command-line.ts';

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly problems: string;
}

export async function cosell(world: World, ...args: readonly string[]): Promise<Ran> {
  const { status, out, err } = await runCosell(world.environment, ...args);
  return { status, out, problems: err };
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
