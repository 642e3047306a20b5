/** The referral as Partner Center keeps and shows it (API §5). Names are those of the wire. */
import type { Shape } from './shape.ts';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [name: string]: Json };

export type Status = 'None' | 'New' | 'Active' | 'Closed';

export type Member = {
  firstName: string | null;
  lastName: string | null;
  phoneNumber: string | null;
  email: string | null;
  title?: string | null;
  contactPreference?: { locale: string | null; disableNotifications: boolean | null } | null;
};

export type Solution = {
  id: string | null;
  name: string | null;
  type: string | null;
  price?: number | null;
  quantity?: number | null;
  currency?: string | null;
  publisherName?: string | null;
  solutionType?: string | null;
};

export type Address = {
  addressLine1: string | null;
  addressLine2: string | null;
  city: string | null;
  state: string | null;
  postalCode: string | null;
  country: string | null;
  region: string | null;
};

export type Attribute = { type: string | null; id: string | null };

export type Referral = {
  id: string;
  engagementId: string;
  organizationId: string;
  organizationName: string;
  mpnId: string | null;
  name: string | null;
  externalReferenceId: string | null;
  createdDateTime: string;
  updatedDateTime: string;
  expirationDateTime: string | null;
  acceptedDateTime: string | null;
  closedDateTime: string | null;
  status: Status;
  /** Usually one of the documented words; the service may bring new ones. */
  substatus: string;
  statusReason: string | null;
  qualification: string;
  type: string;
  direction: string;
  salesStage: string | null;
  campaignId: string | null;
  favorite: boolean;
  tags: string[];
  lastModifiedVia: string | null;
  lastRunId: string | null;
  createdVia: string | null;
  customerProfile: {
    name: string | null;
    size: string | null;
    address: Address;
    team: Member[];
    ids: { profileType: string | null; id: string | null }[];
  };
  consent: {
    consentToToShareInfoWithOthers: boolean;
    consentToContact: boolean;
    consentToMicrosoftToContactSpecificPartners: boolean;
    consentToShareReferralWithMicrosoftSellers: boolean;
  };
  details: {
    notes: string | null;
    dealValue: number | null;
    currency: string | null;
    closingDateTime: string | null;
    requirements: {
      industries: Json[];
      products: Json[];
      services: Json[];
      offers: Json[];
      salesPlays: Json[];
      solutions: Solution[];
      additionalRequirements: { iot: JsonObject; attributes: Attribute[] };
    };
  };
  team: Member[];
  inviteContext: {
    notes: string | null;
    assistanceRequestCode: string;
    invitedMpnId: string | null;
    invitedBy: { organizationId: string | null; organizationName: string | null };
  };
  target: { type: string | null; id: string | null }[];
  trackingInfo: { microsoftMsxId: string | null };
  registrations: JsonObject[];
  registrationStatus: string;
  eTag: string;
};

const text: Shape = { kind: 'text' };
const flag: Shape = { kind: 'flag' };
const number: Shape = { kind: 'number' };
const instant: Shape = { kind: 'instant' };
const any: Shape = { kind: 'any' };
const list = (of: Shape): Shape => ({ kind: 'list', of });
const record = (of: { readonly [name: string]: Shape }): Shape => ({ kind: 'record', of });
const word = (...words: string[]): Shape => ({ kind: 'word', words });

const member = record({
  firstName: text,
  lastName: text,
  phoneNumber: text,
  email: text,
  title: text,
  contactPreference: record({ locale: text, disableNotifications: flag }),
});

const sizes = [
  '1to9employees',
  '10to50employees',
  '1to50employees',
  '51to250employees',
  '51to500employees',
  '251to1000employees',
  '1001to5000employees',
  '5001to10000employees',
  '10001to20000employees',
  'Morethan20000employees',
  'Morethan500employees',
];

export const helpCodes = [
  'Unknown',
  'GeneralOrOther',
  'CustomerTechnicalArchitecture',
  'ProofOfConceptOrDemo',
  'QuotesOrLicensing',
  'PostSalesCustomerSuccess',
  'WorkloadSpecificValueProposition',
];

/** API §9. */
const registration = record({
  id: text,
  type: word('AzureIPCoSell'),
  status: text,
  statusReason: text,
  registrationDateTime: instant,
  statusHistory: any,
  contract: record({
    currency: text,
    value: number,
    term: word('Perpetual', 'Finite'),
    startDateTime: instant,
    endDateTime: instant,
    signDateTime: instant,
  }),
  solutionDetails: list(
    record({
      id: text,
      currency: text,
      value: number,
      isDeployedOnAzure: flag,
      primaryDeploymentOn: word('Customer', 'Partner'),
      pricingModel: word('PayAsYouGo', 'Other'),
      marketplaceTransactionDetails: record({ isMarketplaceTransacted: flag, marketplaceTransactionDateTime: instant }),
    }),
  ),
});

/** What the service can bind from a body. Unknown names are dropped, known ones are read in any letter case (API §5). */
export const referralShape = record({
  id: text,
  engagementId: text,
  organizationId: text,
  organizationName: text,
  mpnId: text,
  name: text,
  externalReferenceId: text,
  createdDateTime: instant,
  updatedDateTime: instant,
  expirationDateTime: instant,
  acceptedDateTime: instant,
  closedDateTime: instant,
  status: word('None', 'New', 'Active', 'Closed'),
  substatus: word('None', 'Pending', 'Received', 'Accepted', 'Won', 'Lost', 'Declined', 'Expired', 'Error', 'Engaged'),
  statusReason: text,
  qualification: word('None', 'Direct', 'MarketingQualified', 'SalesQualified'),
  type: word('Independent', 'Shared'),
  direction: word('Incoming', 'Outgoing'),
  salesStage: text,
  campaignId: text,
  favorite: flag,
  tags: list(text),
  lastModifiedVia: text,
  lastRunId: text,
  createdVia: text,
  customerProfile: record({
    name: text,
    size: word('', ...sizes),
    address: record({ addressLine1: text, addressLine2: text, city: text, state: text, postalCode: text, country: text, region: text }),
    team: list(member),
    ids: list(record({ profileType: word('Duns', 'External'), id: text })),
  }),
  consent: record({
    consentToToShareInfoWithOthers: flag,
    consentToContact: flag,
    consentToMicrosoftToContactSpecificPartners: flag,
    consentToShareReferralWithMicrosoftSellers: flag,
  }),
  details: record({
    notes: text,
    dealValue: number,
    currency: text,
    closingDateTime: instant,
    requirements: record({
      industries: list(record({ id: text })),
      products: list(record({ id: text })),
      services: list(record({ id: text })),
      offers: list(any),
      salesPlays: list(any),
      solutions: list(
        record({
          id: text,
          name: text,
          type: word('None', 'Category', 'Name'),
          price: number,
          quantity: number,
          currency: text,
          publisherName: text,
          solutionType: text,
        }),
      ),
      additionalRequirements: record({ iot: any, attributes: list(record({ type: text, id: text })) }),
    }),
  }),
  team: list(member),
  inviteContext: record({
    notes: text,
    assistanceRequestCode: word(...helpCodes),
    invitedMpnId: text,
    invitedBy: record({ organizationId: text, organizationName: text }),
  }),
  target: list(record({ type: word('None', 'BusinessProfileLocation', 'SolutionProfile'), id: text })),
  trackingInfo: any,
  registrations: list(registration),
  registrationStatus: text,
  eTag: text,
});
