/** A deal is named by whatever a person has at hand: opportunity, referral, engagement or link id. */
import { SyncError } from '../errors.ts';
import type { Engine } from '../sync/engine.ts';
import type { Link } from '../sync/ports.ts';

const opportunityId = /^006[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/;

/** Finds the link of a deal; makes none. */
export async function findLink(engine: Engine, id: string): Promise<Link | null> {
  const { store } = engine;
  if (opportunityId.test(id)) return store.linkByOpportunity(engine.orgId, id);
  return (await store.linkByReferral(id)) ?? (await store.linkByEngagement(id)) ?? (await store.link(id));
}

/** Finds the link, or takes the deal in as if a notice had named it. */
export async function findOrAccept(engine: Engine, id: string): Promise<Link> {
  const found = await findLink(engine, id);
  if (found) return found;
  const subject = opportunityId.test(id) ? ({ kind: 'opportunity', id } as const) : ({ kind: 'referral', id } as const);
  const now = engine.system.now();
  await engine.store.accept(engine.orgId, [{ source: 'person', id: engine.system.id(), subject, reason: 'sync', at: now }], null, now);
  const made = await findLink(engine, id);
  if (!made) throw new SyncError('BUG', { message: 'the store made no link for a new deal' });
  return made;
}
