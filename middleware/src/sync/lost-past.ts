/** A store that went back to an older copy: what it does not know of both sides, and what it knows may be out of date. */
import type { Plan } from '../domain/plan.ts';
import type { Engine } from './engine.ts';
import type { Situation } from './situation.ts';

const day = 86_400_000;

/**
 * A pair nobody here ever agreed on is one of another connector, unless the store went back and the referral is younger than its back-up may
 * be: then it is ours, and what both sides agreed on was lost.
 */
export async function withLostPast(engine: Engine, situation: Situation): Promise<Situation> {
  const { link, crm, partner } = situation;
  if (link.base !== null || !crm || crm.engagementId !== null || !partner) return situation;
  const restoredAt = await engine.store.restoredAt();
  return restoredAt !== null && partner.createdAt > restoredAt - day ? { ...situation, pastLost: true } : situation;
}

const overwrites = (plan: Plan): boolean => plan.steps.some((step) => step.kind === 'patch-referral' || step.kind === 'update-crm');

/**
 * Whether a plan overwrites values by what a store that went back knows. Both sides may have agreed on others since, so that the side that
 * seems unchanged holds an edit: what is overwritten is kept. Asked of pairs that were not settled since, for a day.
 */
export async function isFromOldPast({ store, system }: Engine, { link }: Situation, plan: Plan): Promise<boolean> {
  if (link.base === null || !overwrites(plan)) return false;
  const restoredAt = await store.restoredAt();
  return restoredAt !== null && (link.lastSyncedAt ?? 0) < restoredAt && system.now() < restoredAt + day;
}
