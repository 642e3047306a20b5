/** Deals that were there before the service: counted, then taken in. Adoption needs a past of another connector; these are shared anew. */
import type { World } from '../simulators/demo/world.ts';
import { newDeal, row } from '../test/scenarios/scene.ts';
import { counted, forget, forgetPeak, memoryOf, quiet, until, type Calls, type Memory } from './watch.ts';

export interface BackfillFigures {
  readonly deals: number;
  readonly count: Calls & { readonly seconds: number };
  readonly apply: Calls & { readonly seconds: number };
  readonly memory: Memory;
}

interface Step {
  readonly done: boolean;
}

export async function measureBackfill(world: World, deals: number): Promise<BackfillFigures> {
  const { middleware } = world;
  await middleware.stop();
  const ids = Array.from({ length: deals }, () => newDeal(world));
  await middleware.start();
  await until(
    'the service has found its org',
    async () => ((await middleware.command('status')) as { state: string }).state !== 'Starting',
  );
  forgetPeak(middleware.pid());
  const through = async (mode: 'count' | 'apply'): Promise<Calls & { readonly seconds: number }> => {
    forget(world);
    const began = performance.now();
    for (let step: Step = { done: false }; !step.done;)
      step = (await middleware.command('backfill.step', { mode, since: null, restart: false })) as Step;
    if (mode === 'apply') await until('every deal is shared', () => ids.every((id) => row(world, id).Referral_Identifier__c));
    return { ...counted(world), seconds: (performance.now() - began) / 1_000 };
  };
  const count = await through('count');
  const apply = await through('apply');
  await quiet(world, 1_500);
  return { deals, count, apply, memory: memoryOf(middleware.pid()) };
}
