/** Copies and renewals never share a second deal by themselves: an opportunity that resembles a shared one is asked about first. */
import type { Confirmation } from '../domain/plan-confirm.ts';
import type { Engine } from './engine.ts';
import type { CrmSnapshot, Link } from './ports.ts';
import { quoteName } from './tell-name.ts';

/** A person said that it is a deal of its own. */
const decided = (crm: CrmSnapshot, link: Link): boolean =>
  crm.requests.some((request) => request.kind === 'keep_as_new' || (request.kind === 'confirm' && request.field === null)) ||
  (link.openAttention['confirmed'] ?? '').split(',').includes('share');

/** The question, or null when the opportunity may be shared. */
export async function askTwin(engine: Engine, crm: CrmSnapshot, link: Link): Promise<Confirmation | null> {
  if (decided(crm, link)) return null;
  const [twin] = await engine.crm.findTwins(crm);
  if (!twin) return null;
  return {
    door: 'share',
    field: null,
    text: `This opportunity resembles ${quoteName(engine, twin.name)}, which is shared already (${twin.reasons.join(', ')}). A copy or a renewal is shared as a second deal only when you say so.`,
  };
}
