/** Facts about a core for `status`, the heartbeat and the metrics. */
import { createCommands, type CommandParts, type Commands } from './commands.ts';
import { auditCommands } from './audit-commands.ts';
import { backfillCommands } from './backfill-commands.ts';
import type { Core } from './core.ts';
import { mappingCommands } from './mapping-commands.ts';
import { doctorFacts } from './doctor.ts';
import { readHealth } from './heartbeat.ts';
import { supportBundle } from './support-bundle.ts';
import { exportTo } from './transfer.ts';
import { sayFinding } from './mapping-in-force.ts';
import type { Health } from '../sync/ports.ts';
import { packageVersion, version } from './version.ts';

const day = 86_400_000;

/** What only a running service knows. */
export interface Running {
  lastSweepAt(): number | null;
  webhook(): { readonly owner: string | null; readonly state: string | null };
  cadence(): string;
}

const notRunning: Running = { lastSweepAt: () => null, webhook: () => ({ owner: null, state: null }), cadence: () => 'not running' };

export function healthOf(core: Core, running: Running = notRunning): Promise<Health> {
  const { system, partnerCenter, salesforce, engine, mapping, config } = core;
  return readHealth({
    engine,
    version,
    packageVersion,
    cadence: () => running.cadence(),
    apiUse: () => {
      const use = salesforce.client.usage();
      return use && { used: use.used, limit: use.max };
    },
    signIn: async () => {
      const state = await partnerCenter.tokens.state();
      if (state.kind === 'signed-in')
        return { ready: true, ageDays: Math.round(((system.now() - state.lastExchangeAt) / day) * 10) / 10, why: null };
      return { ready: state.kind === 'later', ageDays: null, why: state.why };
    },
    webhook: running.webhook,
    lastSweepAt: running.lastSweepAt,
    pausedFor: () => core.pausedFor(),
    settings: () => ({ ...engine.mapping().settings, sweepMinutes: config.COSELL_SWEEP_MINUTES }),
    problems: () =>
      mapping
        .findings()
        .filter((finding) => finding.weight === 'blocks')
        .map(sayFinding),
    notes: () =>
      mapping
        .findings()
        .filter((finding) => finding.weight === 'warns')
        .map(sayFinding),
  });
}

export function commandsOf(core: Core, running: Running, acts: Pick<CommandParts, 'sweepNow' | 'drain' | 'importStore'>): Commands {
  const plain = createCommands({
    engine: core.engine,
    signIn: core.partnerCenter.signIn,
    registration: core.partnerCenter.registration,
    checkMfa: () => core.partnerCenter.checkMfa(),
    status: () => healthOf(core, running),
    doctorFacts: () => doctorFacts(core),
    reloadMapping: () => core.mapping.reload(),
    pause: (reason) => core.pause(reason),
    exportStore: (file) => exportTo(core.store, file, core.system.now()),
    ...acts,
  });
  const mapping = mappingCommands({ engine: core.engine, side: core.salesforce.side, reload: () => core.mapping.reload() });
  return {
    ...plain,
    ...mapping,
    ...auditCommands(core),
    ...backfillCommands(core, acts.drain),
    'support.bundle': async () => supportBundle(core, await healthOf(core, running)),
  };
}

export { notRunning };
