/** Whose referral it is, who began the deal, and what kind of deal it is (API §4.2, §5.1, §6.4). */
import type { PartnerSnapshot } from '../sync/ports.ts';
import type { Referral } from './schema.ts';
import { instantOf } from './text.ts';

/** How Microsoft is named as an organisation (API §5.6). */
const microsoft = 'msft';

/** Who "we" are in Partner Center. Both may be unknown; then every referral that is not Microsoft's counts as ours. */
export interface OwnIdentity {
  readonly organizationId: string | null;
  /** Partner ids (locations) of this organisation. */
  readonly mpnIds: readonly string[];
}

const isMicrosoft = (organizationId: string | null | undefined): boolean => organizationId?.toLowerCase() === microsoft;

/** `direction` is not asked: own deals come back as Incoming (API §5.1). */
export function isOwn(referral: { readonly organizationId: string | null; readonly mpnId: string | null }, own: OwnIdentity): boolean {
  if (isMicrosoft(referral.organizationId)) return false;
  if (own.organizationId !== null && referral.organizationId !== null) {
    return referral.organizationId.toLowerCase() === own.organizationId.toLowerCase();
  }
  if (own.mpnIds.length > 0 && referral.mpnId !== null) return own.mpnIds.includes(referral.mpnId);
  return true;
}

/** True when the other party sent the deal to us. */
export function isIncoming(referral: Referral, own: OwnIdentity): boolean {
  const inviter = referral.inviteContext?.invitedBy?.organizationId ?? null;
  if (inviter !== null) {
    if (isMicrosoft(inviter)) return true;
    const ours = own.organizationId ?? referral.organizationId;
    return ours === null || inviter.toLowerCase() !== ours.toLowerCase();
  }
  if (categoryOf(referral) !== 'co-sell' || referral.status === 'New') return true;
  // Without an inviter: what we sent counts as accepted the moment it was made (API §5.1, acceptedDateTime).
  return referral.direction === 'Incoming' && instantOf(referral.acceptedDateTime) !== instantOf(referral.createdDateTime);
}

/** The table of API §4.2; `Shared` is co-sell whoever invited. */
export function categoryOf(referral: Referral): PartnerSnapshot['category'] {
  const inviter = referral.inviteContext?.invitedBy?.organizationId ?? null;
  if (referral.type === 'Shared') return 'co-sell';
  if (referral.qualification === 'Direct' && (inviter === null || isMicrosoft(inviter))) return 'marketplace-lead';
  const qualified = referral.qualification === 'SalesQualified' || referral.qualification === 'MarketingQualified';
  return qualified && isMicrosoft(inviter) ? 'lead' : 'co-sell';
}

/** API §7: Shared is co-sell; an Independent deal is partner-led once Microsoft's sellers may see it. */
export function dealTypeOf(referral: Referral): PartnerSnapshot['dealType'] {
  if (referral.type === 'Shared') return 'co-sell';
  return referral.consent?.consentToShareReferralWithMicrosoftSellers ? 'partner-led' : 'private';
}
