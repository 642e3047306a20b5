/** Bodies of the two POSTs that make a co-sell deal (API §5, §7, §7.1). */
import type { Deal } from '../domain/deal.ts';
import { consentOnTheWire } from './patch.ts';
import { attributesOnTheWire, idsOnTheWire, membersOnTheWire, solutionsOnTheWire, type RawObject } from './people.ts';
import { dayOnTheWire } from './text.ts';
import { attributeTypes } from './translate.ts';

/** Null and undefined are left out: what we do not say, the service decides. */
function said(properties: RawObject): RawObject {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null && value !== undefined));
}

function customerProfile(deal: Deal): RawObject {
  const address = said({
    addressLine1: deal.customerAddressLine1,
    addressLine2: deal.customerAddressLine2,
    city: deal.customerCity,
    state: deal.customerState,
    postalCode: deal.customerPostalCode,
    country: deal.customerCountry,
  });
  const ids = idsOnTheWire(deal.customerDuns ?? null, []);
  return said({
    name: deal.customerName,
    address,
    size: deal.customerSize,
    team: membersOnTheWire(deal.contacts ?? [], []),
    ids: ids.length > 0 ? ids : null,
  });
}

function details(deal: Deal): RawObject {
  const attributes = attributesOnTheWire(
    new Map([
      // Required for new deals (API §8 V10), so a deal that is silent says "not decided".
      [attributeTypes.marketplaceIntent, deal.marketplaceIntent ?? 'HaveNotDecided'],
      [attributeTypes.partnerRole, deal.partnerRole ?? null],
      [attributeTypes.solutionArea, deal.solutionArea ?? null],
      [attributeTypes.solutionPlay, deal.solutionPlay ?? null],
    ]),
    [],
  );
  return said({
    notes: deal.notes,
    dealValue: deal.value,
    currency: deal.currency,
    closingDateTime: deal.closeDate ? dayOnTheWire(deal.closeDate) : null,
    requirements: { solutions: solutionsOnTheWire(deal.solutions ?? [], []), additionalRequirements: { attributes } },
  });
}

function shared(deal: Deal, visible: boolean): RawObject {
  return said({
    name: deal.name,
    qualification: 'SalesQualified',
    customerProfile: customerProfile(deal),
    consent: { ...consentOnTheWire(deal.consent ?? false), consentToShareReferralWithMicrosoftSellers: visible },
    details: details(deal),
    team: membersOnTheWire(deal.team ?? [], []),
  });
}

/**
 * First POST: our own referral. Status and substatus are not sent, the service sets them (API §6.3); what is asked of
 * Microsoft travels with the second POST.
 */
export function ownReferralBody(deal: Deal): RawObject {
  const asksHelp = (deal.help ?? null) !== null;
  return said({
    ...shared(deal, asksHelp || (deal.visible ?? false)),
    type: asksHelp ? 'Shared' : 'Independent',
    externalReferenceId: deal.externalReference,
    campaignId: deal.campaign,
    salesStage: deal.salesStage,
    target: asksHelp ? (deal.solutions ?? []).map(({ id }) => ({ type: 'SolutionProfile', id })) : [],
  });
}

/** Second POST: Microsoft's leg of the same engagement. It carries no external reference, so that only our referral is found by it. */
export function microsoftLegBody(deal: Deal, engagementId: string): RawObject {
  return {
    ...shared(deal, true),
    type: 'Shared',
    engagementId,
    target: [{ type: 'BusinessProfileLocation', id: 'msft' }],
    inviteContext: said({ assistanceRequestCode: deal.help ?? 'GeneralOrOther', notes: deal.noteToMicrosoft }),
  };
}
