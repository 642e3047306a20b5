/** Turns what was bound from a body into a whole referral: empty parts filled, and the values only the server sets (API §5, §6.3). */
import { microsoftId } from './state.ts';
import type { JsonObject, Referral } from './model.ts';

type Partly<T> = T extends readonly unknown[] ? T | null : T extends object ? { [K in keyof T]?: Partly<T[K]> | null } : T | null;
/** A bound body: any part may be missing or null. */
export type Draft = Partly<Referral>;

/** Only for values that `bind` has checked against the referral's shape. */
export const asDraft = (bound: JsonObject): Draft => bound;

/** Every part present, so that rules need no null checks. */
export function filled(draft: Draft): Referral {
  const { customerProfile, consent, details, inviteContext } = draft;
  const requirements = details?.requirements;
  return {
    id: draft.id ?? '',
    engagementId: draft.engagementId ?? '',
    organizationId: draft.organizationId ?? '',
    organizationName: draft.organizationName ?? '',
    mpnId: draft.mpnId ?? null,
    name: draft.name ?? null,
    externalReferenceId: draft.externalReferenceId ?? null,
    createdDateTime: draft.createdDateTime ?? '',
    updatedDateTime: draft.updatedDateTime ?? '',
    expirationDateTime: draft.expirationDateTime ?? null,
    acceptedDateTime: draft.acceptedDateTime ?? null,
    closedDateTime: draft.closedDateTime ?? null,
    status: draft.status ?? 'None',
    substatus: draft.substatus ?? 'None',
    statusReason: draft.statusReason ?? null,
    qualification: draft.qualification ?? 'SalesQualified',
    type: draft.type ?? 'Independent',
    direction: draft.direction ?? 'Outgoing',
    salesStage: draft.salesStage ?? null,
    campaignId: draft.campaignId ?? null,
    favorite: draft.favorite ?? false,
    tags: draft.tags ?? [],
    lastModifiedVia: draft.lastModifiedVia ?? null,
    lastRunId: draft.lastRunId ?? null,
    createdVia: draft.createdVia ?? null,
    customerProfile: {
      name: customerProfile?.name ?? null,
      size: customerProfile?.size ?? null,
      address: {
        addressLine1: customerProfile?.address?.addressLine1 ?? null,
        addressLine2: customerProfile?.address?.addressLine2 ?? null,
        city: customerProfile?.address?.city ?? null,
        state: customerProfile?.address?.state ?? null,
        postalCode: customerProfile?.address?.postalCode ?? null,
        country: customerProfile?.address?.country ?? null,
        region: customerProfile?.address?.region ?? null,
      },
      team: customerProfile?.team ?? [],
      ids: customerProfile?.ids ?? [],
    },
    consent: {
      consentToToShareInfoWithOthers: consent?.consentToToShareInfoWithOthers ?? false,
      consentToContact: consent?.consentToContact ?? false,
      consentToMicrosoftToContactSpecificPartners: consent?.consentToMicrosoftToContactSpecificPartners ?? false,
      consentToShareReferralWithMicrosoftSellers: consent?.consentToShareReferralWithMicrosoftSellers ?? false,
    },
    details: {
      notes: details?.notes ?? null,
      dealValue: details?.dealValue ?? null,
      currency: details?.currency ?? null,
      closingDateTime: details?.closingDateTime ?? null,
      requirements: {
        industries: requirements?.industries ?? [],
        products: requirements?.products ?? [],
        services: requirements?.services ?? [],
        offers: requirements?.offers ?? [],
        salesPlays: requirements?.salesPlays ?? [],
        solutions: requirements?.solutions ?? [],
        additionalRequirements: {
          iot: (requirements?.additionalRequirements?.iot ?? {}) as JsonObject,
          attributes: requirements?.additionalRequirements?.attributes ?? [],
        },
      },
    },
    team: draft.team ?? [],
    inviteContext: {
      notes: inviteContext?.notes ?? null,
      assistanceRequestCode: inviteContext?.assistanceRequestCode ?? 'Unknown',
      invitedMpnId: inviteContext?.invitedMpnId ?? null,
      invitedBy: {
        organizationId: inviteContext?.invitedBy?.organizationId ?? null,
        organizationName: inviteContext?.invitedBy?.organizationName ?? null,
      },
    },
    target: draft.target ?? [],
    trackingInfo: { microsoftMsxId: draft.trackingInfo?.microsoftMsxId ?? null },
    registrations: draft.registrations ?? [],
    registrationStatus: draft.registrationStatus ?? 'None',
    eTag: draft.eTag ?? '',
  };
}

/** True when the body addresses Microsoft: the second POST of a co-sell deal (API §7.1). */
export const addressesMicrosoft = (referral: Referral): boolean =>
  referral.target.some(({ type, id }) => type === 'BusinessProfileLocation' && id?.toLowerCase() === microsoftId);

/** What a reader gets: the record plus its links (API §5.8). */
export function shown(referral: Referral, baseUrl: string, withETag: boolean): JsonObject {
  const { eTag, ...body } = structuredClone(referral);
  const list = `${baseUrl}/v1.0/engagements/referrals`;
  return {
    ...body,
    links: {
      // The service writes the engagement id without quotes (API §4.1).
      relatedReferrals: { method: 'GET', uri: `${list}?$filter=engagementId eq ${referral.engagementId}` },
      self: { method: 'GET', uri: `${list}/${referral.id}` },
    },
    ...(withETag ? { eTag } : {}),
  };
}
