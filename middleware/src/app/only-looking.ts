/** For planning a deal without working on it: a lease that claims nothing, a link that is stored nowhere. */
import type { Engine } from '../sync/engine.ts';
import type { Lease, Link } from '../sync/ports.ts';

/** A lease in name only: previewing claims nothing. */
export const onlyLooking = (link: Link): Lease => ({ key: link.id, token: '', seq: 0, attempts: 0, reasons: ['plan'], priority: 'person' });

/** A link that is not stored: for a deal nobody has told the service about yet. */
export function halfLink(engine: Engine, id: string): Link {
  const opportunity = id.startsWith('006');
  return {
    id: 'preview',
    orgId: engine.orgId,
    opportunityId: opportunity ? id : null,
    referralId: opportunity ? null : id,
    engagementId: null,
    microsoftLegId: null,
    base: null,
    crmVersion: null,
    partnerEtag: null,
    partnerVersion: null,
    state: 'open',
    creatingSince: null,
    losers: {},
    lastSyncedAt: null,
    openAttention: {},
    notified: [],
    version: 0,
  };
}
