/** A link as a row and back, and what two halves make when they prove to be one pair. */
import { SyncError } from '../errors.ts';
import type { Base } from '../domain/deal.ts';
import type { Link, LinkState } from '../sync/ports.ts';
import type { LinkRow } from './tables.ts';

export function toLink(row: LinkRow): Link {
  return {
    id: row.id,
    orgId: row.org_id,
    opportunityId: row.opportunity_id,
    referralId: row.referral_id,
    engagementId: row.engagement_id,
    microsoftLegId: row.microsoft_leg_id,
    base: row.base === null ? null : (JSON.parse(row.base) as Base),
    crmVersion: row.crm_version,
    partnerEtag: row.partner_etag,
    partnerVersion: row.partner_version,
    state: row.state as LinkState,
    creatingSince: row.creating_since,
    losers: JSON.parse(row.losers) as Link['losers'],
    openAttention: JSON.parse(row.open_attention) as Link['openAttention'],
    notified: JSON.parse(row.notified) as Link['notified'],
    lastSyncedAt: row.last_synced_at,
    version: row.version,
  };
}

export function toRow(link: Link): LinkRow {
  return {
    id: link.id,
    org_id: link.orgId,
    opportunity_id: link.opportunityId,
    referral_id: link.referralId,
    engagement_id: link.engagementId,
    microsoft_leg_id: link.microsoftLegId,
    base: link.base === null ? null : JSON.stringify(link.base),
    crm_version: link.crmVersion,
    partner_etag: link.partnerEtag,
    partner_version: link.partnerVersion,
    state: link.state,
    creating_since: link.creatingSince,
    losers: JSON.stringify(link.losers),
    open_attention: JSON.stringify(link.openAttention),
    notified: JSON.stringify(link.notified),
    last_synced_at: link.lastSyncedAt,
    version: link.version,
  };
}

/** A link of which one side is known. */
export function halfLink(id: string, orgId: string, known: Partial<Pick<Link, 'opportunityId' | 'referralId' | 'engagementId'>>): Link {
  return {
    id,
    orgId,
    opportunityId: null,
    referralId: null,
    engagementId: null,
    ...known,
    microsoftLegId: null,
    base: null,
    crmVersion: null,
    partnerEtag: null,
    partnerVersion: null,
    state: 'open',
    creatingSince: null,
    losers: {},
    openAttention: {},
    notified: [],
    lastSyncedAt: null,
    version: 1,
  };
}

/** True when the two name different deals, so that one cannot be folded into the other. */
const apart = (one: string | null, other: string | null): boolean => one !== null && other !== null && one !== other;

/**
 * The survivor with what only the other half knew.
 * @throws `DEAL_AMBIGUOUS` when two opportunities claim one referral, or two referrals one opportunity: folding them would lose a deal.
 */
export function joined(survivor: Link, other: Link): Link {
  if (other.opportunityId !== null && apart(survivor.referralId, other.referralId)) {
    throw new SyncError('DEAL_AMBIGUOUS', {
      message: `Referrals ${survivor.referralId ?? ''} and ${other.referralId ?? ''} stand for the same opportunity. Retire the one that does not belong to it.`,
    });
  }
  if (apart(survivor.opportunityId, other.opportunityId)) {
    throw new SyncError('DEAL_AMBIGUOUS', {
      message: `Opportunities ${survivor.opportunityId ?? ''} and ${other.opportunityId ?? ''} stand for the same referral. Clear the referral identifier on the one that does not belong to it.`,
    });
  }
  // a referral the other half was known by, and that is not ours, is Microsoft's leg of the same engagement
  const leg = apart(survivor.referralId, other.referralId) ? other.referralId : other.microsoftLegId;
  return {
    ...survivor,
    opportunityId: survivor.opportunityId ?? other.opportunityId,
    referralId: survivor.referralId ?? other.referralId,
    engagementId: survivor.engagementId ?? other.engagementId,
    microsoftLegId: survivor.microsoftLegId ?? leg,
    base: survivor.base ?? other.base,
    crmVersion: survivor.crmVersion ?? other.crmVersion,
    partnerEtag: survivor.partnerEtag ?? other.partnerEtag,
    partnerVersion: survivor.partnerVersion ?? other.partnerVersion,
    // a create of which nothing is known yet matters only as long as there is no referral
    creatingSince: survivor.creatingSince ?? (survivor.referralId === null ? other.creatingSince : null),
    losers: { ...other.losers, ...survivor.losers },
    openAttention: { ...other.openAttention, ...survivor.openAttention },
    notified: [...new Set([...other.notified, ...survivor.notified])],
    lastSyncedAt: survivor.lastSyncedAt ?? other.lastSyncedAt,
  };
}
