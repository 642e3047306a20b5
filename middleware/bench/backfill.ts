/** Deals that were there before the service: taken in, then counted. Adoption needs a past of another connector; these are shared anew. */
import type { World } from '../simulators/demo/world.ts';
import { newDeal, row } from '../test/scenarios/scene.ts';
import { counted, forget, forgetPeak, memoryOf, quiet, until, type Calls, type Memory } from './watch.ts';

export interface BackfillFigures {
  readonly deals: number;
  readonly apply: Calls & { readonly seconds: number };
  /** The same deals, all of them shared by then. */
  readonly count: Calls & { readonly seconds: number };
  readonly memory: Memory;
}

interface Step {
  readonly done: boolean;
}

export async function measureBackfill(world: World, deals: number, progress: (text: string) => void): Promise<BackfillFigures> {
  const { middleware } = world;
  await middleware.stop();
  const ids = Array.from({ length: deals }, () => newDeal(world));
  await middleware.start();
  await until(
    'the service has found its org',
    async () => ((await middleware.command('status')) as { state: string }).state !== 'Starting',
  );
  forgetPeak(middleware.pid());
  const waiting = new Set(ids);
  const everyOneShared = (): boolean => {
    const before = waiting.size;
    for (const id of waiting) if (row(world, id).Referral_Identifier__c) waiting.delete(id);
    const thousands = (left: number): number => Math.floor((deals - left) / 1_000);
    if (thousands(waiting.size) > thousands(before)) progress(`${deals - waiting.size} deals that were there before are shared`);
    return waiting.size === 0;
  };
  const through = async (mode: 'count' | 'apply'): Promise<Calls & { readonly seconds: number }> => {
    forget(world);
    const began = performance.now();
    for (let step: Step = { done: false }; !step.done;)
      step = (await middleware.command('backfill.step', { mode, since: null, restart: false })) as Step;
    if (mode === 'apply') await until('every deal is shared', everyOneShared, { patience: 3_600_000, every: 250 });
    return { ...counted(world), seconds: (performance.now() - began) / 1_000 };
  };
  // The service finds them by itself too, so that the first figure holds all it takes until they are shared.
  const apply = await through('apply');
  // What the service wrote comes back as events, each read and found to be nothing new.
  await until('nothing is left to do', async () => ((await middleware.command('status')) as { backlog: number }).backlog === 0, {
    patience: 3_600_000,
    every: 1_000,
  });
  await quiet(world, 1_500);
  const memory = memoryOf(middleware.pid());
  return { deals, apply, count: await through('count'), memory };
}
