/** The commands without a running service: the same core in this process, without subscriptions, timers and door. */
import { createWorker } from '../sync/worker.ts';
import { sweep } from '../sync/sweep.ts';
import type { Commands } from './commands.ts';
import { openCore, type ServiceParts } from './core.ts';
import { commandsOf, notRunning } from './status.ts';
import { importFrom } from './transfer.ts';

/** Opens the store alone; throws STORE_LOCKED when a service holds it. */
export async function openOffline(parts: ServiceParts): Promise<{ readonly commands: Commands; close(): Promise<void> }> {
  const core = await openCore(parts);
  const never = new AbortController().signal;
  const sweepNow = () => sweep(core.engine, never);
  const worker = createWorker(core.engine, {
    concurrency: 20,
    leaseMs: 60_000,
    acts: { sweepNow, reloadMapping: () => core.mapping.read() },
    atWork: core.atWork,
  });
  const commands = commandsOf(core, notRunning, {
    sweepNow,
    drain: () => worker.drain(),
    importStore: (file) => importFrom(core.store, file, core.system.now()),
  });

  /** Commands that touch Salesforce first find out which org it is; sign-in and status work without it. */
  const needsOrg = new Set([
    'plan',
    'sync',
    'sweep',
    'mapping.reload',
    'mapping.check',
    'mapping.try',
    'mapping.export',
    'mapping.diff',
    'backfill.step',
    'catalogue.import',
  ]);
  let prepared = false;
  const ready = Object.entries(commands).map(([name, run]) => [
    name,
    async (input: unknown) => {
      if (needsOrg.has(name) && !prepared) {
        await core.checkOrg();
        await core.mapping.reload();
        prepared = true;
      }
      return run(input);
    },
  ]);
  return { commands: Object.fromEntries(ready) as Commands, close: () => core.close() };
}
