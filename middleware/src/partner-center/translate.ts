/** Our referral and Microsoft's leg → Deal and snapshot. Pure: the same bodies give the same Deal. */
import type { Deal, HelpCode } from '../domain/deal.ts';
import type { PartnerSnapshot } from '../sync/ports.ts';
import { categoryOf, dealTypeOf, isIncoming, type OwnIdentity } from './ownership.ts';
import { dunsOf, peopleOf, solutionsOf } from './people.ts';
import type { ReadReferral, Referral } from './schema.ts';
import { stateOf, stateText } from './state.ts';
import { canonicalCode, canonicalText, instantOf, isoInstant, utcDay } from './text.ts';

/** Microsoft's leg as this reading met it. */
export type Leg = Referral | 'none' | 'unread';

const helpCodes: ReadonlySet<string> = new Set<HelpCode>([
  'WorkloadSpecificValueProposition',
  'CustomerTechnicalArchitecture',
  'ProofOfConceptOrDemo',
  'QuotesOrLicensing',
  'PostSalesCustomerSuccess',
  'GeneralOrOther',
]);

const isHelpCode = (code: string): code is HelpCode => helpCodes.has(code);

/** `Unknown` and codes of a later version mean "nothing we can name". */
function helpOf(referral: Referral): HelpCode | null {
  const code = referral.inviteContext?.assistanceRequestCode ?? '';
  return isHelpCode(code) ? code : null;
}

/** The attribute slots of `additionalRequirements` (API §5.5; the place of the services trio is unverified there). */
export const attributeTypes = {
  marketplaceIntent: 'CustomerMarketplaceIntent',
  partnerRole: 'PartnerRole',
  solutionArea: 'SolutionArea',
  solutionPlay: 'SolutionPlay',
} as const;

function attribute(referral: Referral, type: string): string | null {
  const attributes = referral.details?.requirements?.additionalRequirements?.attributes ?? [];
  return canonicalCode(attributes.find((one) => one.type === type)?.id);
}

/** The fields our own referral carries. */
function ownFields(own: Referral): Deal {
  const address = own.customerProfile?.address;
  return {
    name: canonicalText(own.name),
    value: own.details?.dealValue ?? null,
    currency: canonicalCode(own.details?.currency)?.toUpperCase() ?? null,
    closeDate: utcDay(own.details?.closingDateTime),
    notes: canonicalText(own.details?.notes),
    campaign: canonicalCode(own.campaignId),
    stateReason: canonicalText(own.statusReason),
    salesStage: canonicalCode(own.salesStage),
    externalReference: canonicalCode(own.externalReferenceId),
    customerName: canonicalText(own.customerProfile?.name),
    customerAddressLine1: canonicalText(address?.addressLine1),
    customerAddressLine2: canonicalText(address?.addressLine2),
    customerCity: canonicalText(address?.city),
    // Referrals made by Microsoft's staff hold the state in `region` (API §5.3).
    customerState: canonicalText(address?.state) ?? canonicalText(address?.region),
    customerPostalCode: canonicalText(address?.postalCode),
    customerCountry: canonicalCode(address?.country)?.toUpperCase() ?? null,
    customerDuns: dunsOf(own.customerProfile?.ids ?? []),
    customerSize: canonicalCode(own.customerProfile?.size),
    contacts: peopleOf(own.customerProfile?.team ?? []),
    team: peopleOf(own.team),
    solutions: solutionsOf(own.details?.requirements?.solutions ?? []),
    consent: own.consent?.consentToToShareInfoWithOthers ?? false,
    visible: own.consent?.consentToShareReferralWithMicrosoftSellers ?? false,
    marketplaceIntent: attribute(own, attributeTypes.marketplaceIntent),
    partnerRole: attribute(own, attributeTypes.partnerRole),
    solutionArea: attribute(own, attributeTypes.solutionArea),
    solutionPlay: attribute(own, attributeTypes.solutionPlay),
    state: stateOf(own.status, own.substatus),
    registrationStatus: own.registrationStatus === 'None' ? null : canonicalCode(own.registrationStatus),
  };
}

/**
 * Microsoft's seller: the member of its leg that we did not put there. The second POST repeats our team (API §7.1), so
 * members with an address of our team's domains are ours even when they have left the deal since.
 */
function sellerOf(own: Referral, leg: Referral): string | null {
  if (leg.status === 'New') return null;
  const domain = (email: string): string => email.slice(email.lastIndexOf('@') + 1);
  const ownTeam = peopleOf(own.team);
  const ownDomains = new Set(ownTeam.map((person) => domain(person.email)));
  const seller = peopleOf(leg.team).find((person) => !ownDomains.has(domain(person.email)));
  if (!seller) return null;
  const name = [seller.firstName, seller.lastName].filter((part) => part !== null).join(' ');
  return name === '' ? `<${seller.email}>` : `${name} <${seller.email}>`;
}

/** What we asked of Microsoft. A deal that came from Microsoft has no such question, so the fields are not carried. */
function askedFields(own: Referral, leg: Leg, incoming: boolean): Deal {
  if (incoming || leg === 'unread') return {};
  if (leg === 'none') return { help: helpOf(own), noteToMicrosoft: null };
  return { help: helpOf(leg) ?? helpOf(own), noteToMicrosoft: canonicalText(leg.inviteContext?.notes) };
}

/** What only Microsoft changes. A reading that did not look at the leg leaves these fields out, it does not empty them. */
function microsoftFields(own: Referral, leg: Leg, incoming: boolean): Deal {
  const ownCrmId = canonicalCode(own.trackingInfo?.microsoftMsxId);
  const ownExpiry = isoInstant(own.expirationDateTime);
  if (leg === 'unread') {
    // a deal that came from Microsoft waits for us, and what it waits for stands on our own referral alone
    const expiry = ownExpiry !== null || incoming ? { expiresAt: ownExpiry } : {};
    return { ...(ownCrmId === null ? {} : { microsoftCrmId: ownCrmId }), ...expiry };
  }
  if (leg === 'none') {
    return { microsoftStatus: null, microsoftReason: null, microsoftSeller: null, microsoftCrmId: ownCrmId, expiresAt: ownExpiry };
  }
  return {
    microsoftStatus: stateText(leg.status, leg.substatus),
    microsoftReason: canonicalText(leg.statusReason),
    microsoftSeller: sellerOf(own, leg),
    // Which of the two carries the id is not documented, so both are read (API §6.4).
    microsoftCrmId: canonicalCode(leg.trackingInfo?.microsoftMsxId) ?? ownCrmId,
    expiresAt: ownExpiry ?? (leg.status === 'New' ? isoInstant(leg.expirationDateTime) : null),
  };
}

/** The Deal both bodies make. */
export function toDeal(own: Referral, leg: Leg, incoming: boolean): Deal {
  return { ...ownFields(own), ...askedFields(own, leg, incoming), ...microsoftFields(own, leg, incoming) };
}

/** The whole reading, as the engine sees it. */
export function toSnapshot({ referral, raw }: ReadReferral, leg: Leg, identity: OwnIdentity): PartnerSnapshot {
  const incoming = isIncoming(referral, identity);
  return {
    referralId: referral.id,
    engagementId: referral.engagementId,
    etag: referral.eTag ?? '',
    version: instantOf(referral.updatedDateTime) ?? 0,
    createdAt: instantOf(referral.createdDateTime) ?? 0,
    deal: toDeal(referral, leg, incoming),
    statusText: stateText(referral.status, referral.substatus),
    dealType: dealTypeOf(referral),
    category: categoryOf(referral),
    incoming,
    microsoftLeg: typeof leg === 'string' ? leg : { referralId: leg.id, version: instantOf(leg.updatedDateTime) ?? 0 },
    raw,
  };
}
