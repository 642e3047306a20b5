/** `cosell backfill` and `cosell catalogue import`, as commands of the service. */
import type { Core } from './core.ts';
import type { Commands } from './commands.ts';
import { backfillStep, isCounted, type BackfillParts } from './backfill.ts';
import { StepInput } from './backfill-schema.ts';
import { CatalogueInput } from './catalogue-schema.ts';
import { createPartnerWalk } from './partner-walk.ts';
import { readInput } from './read-input.ts';

const positions = { crm: 'sweep:crm', partner: 'sweep:partner' } as const;

/** Both sweeps begin at the time; a side that has a position keeps it when `onlyNew`. */
async function sweepFrom({ store, salesforce, system }: Core, at: number, onlyNew: boolean): Promise<void> {
  const wanted = [
    { stream: positions.crm, value: salesforce.side.sweepFrom(at) },
    { stream: positions.partner, value: new Date(at).toISOString() },
  ];
  for (const position of wanted) {
    if (onlyNew && (await store.position(position.stream)) !== null) continue;
    await store.savePosition(position, system.now());
  }
}

export function backfillCommands(core: Core, drain: BackfillParts['drain']): Commands {
  const { engine, system, salesforce } = core;
  const parts: BackfillParts = {
    engine,
    drain,
    listShared: (after, since, limit) => salesforce.side.listShared(after, since, limit),
    walk: createPartnerWalk(engine.partner),
    calls: () => core.calls(),
    begunAt: (at) => sweepFrom(core, at, true),
  };
  return {
    'backfill.step': (input) => backfillStep(parts, readInput(StepInput, input)),
    'backfill.counted': async (input) => ({ counted: await isCounted(engine, readInput(StepInput, input).since) }),
    'backfill.from-now': async () => {
      await sweepFrom(core, system.now(), false);
      return {
        from: new Date(system.now()).toISOString(),
        note: 'Only what changes from now on is looked at by the sweeps; deals that were there before stay as they are until someone changes or syncs them.',
      };
    },
    'catalogue.import': async (input) => {
      const results = await salesforce.side.saveCatalogue(readInput(CatalogueInput, input).solutions);
      return { saved: results.filter((one) => one.saved).length, refused: results.filter((one) => !one.saved) };
    },
  };
}
