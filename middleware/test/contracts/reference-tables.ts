/**
 * The tables of the Referrals API reference, copied by hand and owing nothing to the code: what Microsoft documents (or what is the best
 * reading of it) about fields, enumerations, states, rules and freezing. Service and simulator are both compared with them.
 */

/** API §5: properties of a referral. `later` = may be changed after creation. */
export interface Property {
  readonly path: string;
  /** R required, O optional, S set by the server. */
  readonly create: 'R' | 'O' | 'S';
  readonly later: 'yes' | 'no' | 'until shared' | 'only to yes' | 'once' | 'unknown';
}

export const properties: readonly Property[] = [
  { path: 'id', create: 'S', later: 'no' },
  { path: 'engagementId', create: 'O', later: 'no' },
  { path: 'organizationId', create: 'S', later: 'no' },
  { path: 'name', create: 'R', later: 'yes' },
  { path: 'externalReferenceId', create: 'O', later: 'yes' },
  { path: 'createdDateTime', create: 'S', later: 'no' },
  { path: 'updatedDateTime', create: 'S', later: 'no' },
  { path: 'expirationDateTime', create: 'S', later: 'no' },
  { path: 'acceptedDateTime', create: 'S', later: 'no' },
  { path: 'closedDateTime', create: 'S', later: 'no' },
  { path: 'status', create: 'O', later: 'yes' },
  { path: 'substatus', create: 'O', later: 'yes' },
  { path: 'statusReason', create: 'O', later: 'yes' },
  { path: 'type', create: 'R', later: 'unknown' },
  { path: 'qualification', create: 'O', later: 'no' },
  { path: 'direction', create: 'S', later: 'no' },
  { path: 'mpnId', create: 'O', later: 'no' },
  { path: 'salesStage', create: 'O', later: 'yes' },
  { path: 'campaignId', create: 'O', later: 'yes' },
  { path: 'team', create: 'R', later: 'yes' },
  { path: 'trackingInfo/microsoftMsxId', create: 'S', later: 'no' },
  { path: 'registrationStatus', create: 'S', later: 'no' },
  // §5.3
  { path: 'customerProfile/name', create: 'R', later: 'no' },
  { path: 'customerProfile/size', create: 'O', later: 'no' },
  { path: 'customerProfile/ids', create: 'O', later: 'no' },
  { path: 'customerProfile/team', create: 'O', later: 'until shared' },
  { path: 'customerProfile/address/addressLine1', create: 'R', later: 'no' },
  { path: 'customerProfile/address/addressLine2', create: 'O', later: 'no' },
  { path: 'customerProfile/address/city', create: 'R', later: 'no' },
  { path: 'customerProfile/address/state', create: 'O', later: 'no' },
  { path: 'customerProfile/address/postalCode', create: 'O', later: 'no' },
  { path: 'customerProfile/address/country', create: 'R', later: 'no' },
  // §5.4
  { path: 'consent/consentToToShareInfoWithOthers', create: 'R', later: 'no' },
  { path: 'consent/consentToContact', create: 'R', later: 'no' },
  { path: 'consent/consentToMicrosoftToContactSpecificPartners', create: 'R', later: 'no' },
  { path: 'consent/consentToShareReferralWithMicrosoftSellers', create: 'R', later: 'only to yes' },
  // §5.5
  { path: 'details/notes', create: 'O', later: 'yes' },
  { path: 'details/dealValue', create: 'R', later: 'yes' },
  { path: 'details/currency', create: 'R', later: 'yes' },
  { path: 'details/closingDateTime', create: 'R', later: 'yes' },
  { path: 'details/requirements/solutions', create: 'R', later: 'yes' },
  { path: 'attribute:CustomerMarketplaceIntent', create: 'R', later: 'yes' },
  { path: 'attribute:PartnerRole', create: 'O', later: 'yes' },
  { path: 'attribute:SolutionArea', create: 'O', later: 'yes' },
  { path: 'attribute:SolutionPlay', create: 'O', later: 'yes' },
  // §5.6, on Microsoft's leg
  { path: 'leg:inviteContext/assistanceRequestCode', create: 'O', later: 'once' },
  { path: 'leg:inviteContext/notes', create: 'O', later: 'until shared' },
  { path: 'leg:status', create: 'S', later: 'no' },
  { path: 'leg:statusReason', create: 'S', later: 'no' },
  { path: 'leg:team', create: 'S', later: 'no' },
];

/** API §5.2. */
export const customerSizes: readonly string[] = [
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
export const intents: readonly string[] = ['Yes', 'No', 'HaveNotDecided'];

/** API §6.1. */
export const statuses = {
  New: { next: ['New', 'Active', 'Closed'], substatus: ['Pending', 'Received'] },
  Active: { next: ['Active', 'Closed'], substatus: ['Accepted'] },
  Closed: { next: ['Closed'], substatus: ['Won', 'Lost', 'Declined', 'Expired', 'Error'] },
} as const;

/** API §6.2; `who` as seen from the partner's own referral. */
export const moves: readonly { readonly from: string; readonly to: string; readonly who: 'partner' | 'clock'; readonly reason: boolean }[] =
  [
    { from: 'New', to: 'Active/Accepted', who: 'partner', reason: false },
    { from: 'New', to: 'Closed/Declined', who: 'partner', reason: true },
    { from: 'New', to: 'Closed/Expired', who: 'clock', reason: false },
    { from: 'Active', to: 'Closed/Won', who: 'partner', reason: false },
    { from: 'Active', to: 'Closed/Lost', who: 'partner', reason: true },
    { from: 'New', to: 'Closed/Error', who: 'partner', reason: true },
    { from: 'Active', to: 'Closed/Error', who: 'partner', reason: true },
  ];
export const expiryDays = 14;
export const wonHoldHours = 72;
export const closeReasons: readonly string[] = [
  'budget not adequate',
  'customer did not respond',
  'customer chose another vendor',
  'requirement not met',
  'not a customer',
  'time line too short',
  'abuse, spam or phishing',
  'other',
];
export const errorReasons: readonly string[] = [
  'duplicate made by bulk upload',
  'duplicate made in Partner Center',
  'duplicate sent by Microsoft',
  'connector data sync issue',
  'customer matching issue',
  'solution issue',
  'test referral',
  'data error',
  'other',
];

/** API §8: who keeps each rule. `ready` before anything is sent, `moves` by the state table, `freeze` by the frozen fields, `remote` only Partner Center can. */
export const rules: { readonly [rule: string]: 'ready' | 'body' | 'moves' | 'freeze' | 'remote' } = {
  V1: 'body',
  V2: 'ready',
  V3: 'ready',
  V4: 'ready',
  V5: 'ready',
  V6: 'ready',
  V7: 'ready',
  V8: 'ready',
  V9: 'ready',
  V10: 'ready',
  V11: 'ready',
  V12: 'moves',
  V13: 'freeze',
  V14: 'remote',
  V15: 'remote',
  V16: 'remote',
  V17: 'freeze',
  V18: 'ready',
};

/** API §8.1. */
export const frozen = {
  always: ['leg:status', 'trackingInfo/microsoftMsxId', 'leg:team'],
  'after creation': [
    'customerProfile/name',
    'customerProfile/address/addressLine1',
    'customerProfile/address/addressLine2',
    'customerProfile/address/city',
    'customerProfile/address/state',
    'customerProfile/address/postalCode',
    'customerProfile/address/country',
    'customerProfile/ids',
    'consent/consentToToShareInfoWithOthers',
  ],
  'after the first co-sell request': ['customerProfile/team', 'leg:inviteContext/notes'],
  'once set to Yes': ['consent/consentToShareReferralWithMicrosoftSellers'],
  'once a value is given': ['leg:inviteContext/assistanceRequestCode'],
  'changeable while open': [
    'name',
    'details/dealValue',
    'details/closingDateTime',
    'details/notes',
    'externalReferenceId',
    'campaignId',
    'team',
    'details/requirements/solutions',
    'salesStage',
  ],
} as const;

/** API §13. */
export const helpLabels: { readonly [label: string]: string } = {
  'Workload specific value proposition': 'WorkloadSpecificValueProposition',
  'Customer technical architecture': 'CustomerTechnicalArchitecture',
  'Proof of concept or demo': 'ProofOfConceptOrDemo',
  'Quotes or licensing': 'QuotesOrLicensing',
  'Post sales customer success': 'PostSalesCustomerSuccess',
  'General or other': 'GeneralOrOther',
};

/** API §14.1: what Microsoft's connector keeps the same after creation; ours does at least that. */
export const floor = {
  'to Salesforce': ['details/currency', 'details/dealValue', 'details/closingDateTime', 'details/notes', 'status'],
  'to Partner Center': ['details/currency', 'name', 'details/dealValue', 'details/notes', 'status'],
} as const;

/** API §14.2: Salesforce field → referral path, and the way; `create` travels once. */
export const defaultMap: readonly {
  readonly crm: string;
  readonly path: string;
  readonly way: 'both' | 'out' | 'in' | 'create' | 'off';
}[] = [
  { crm: 'Name', path: 'name', way: 'both' },
  { crm: 'Id', path: 'externalReferenceId', way: 'out' },
  { crm: 'Amount', path: 'details/dealValue', way: 'both' },
  { crm: 'CurrencyIsoCode', path: 'details/currency', way: 'both' },
  { crm: 'CloseDate', path: 'details/closingDateTime', way: 'both' },
  { crm: 'StageName', path: 'status', way: 'both' },
  { crm: 'StageName', path: 'salesStage', way: 'off' },
  { crm: 'OpportunityTeamMembers', path: 'team', way: 'both' },
  { crm: 'OpportunityContactRoles', path: 'customerProfile/team', way: 'both' },
  { crm: 'Account.Name', path: 'customerProfile/name', way: 'create' },
  { crm: 'Account.BillingStreet', path: 'customerProfile/address/addressLine1', way: 'create' },
  { crm: 'Account.BillingCity', path: 'customerProfile/address/city', way: 'create' },
  { crm: 'Account.BillingState', path: 'customerProfile/address/state', way: 'create' },
  { crm: 'Account.BillingPostalCode', path: 'customerProfile/address/postalCode', way: 'create' },
  { crm: 'Account.BillingCountry', path: 'customerProfile/address/country', way: 'create' },
  { crm: 'Account.NumberOfEmployees', path: 'customerProfile/size', way: 'create' },
  { crm: 'Account.DunsNumber', path: 'customerProfile/ids', way: 'create' },
  { crm: 'PC_Opportunity_Solutions__r', path: 'details/requirements/solutions', way: 'both' },
  { crm: 'How_can_Microsoft_help__c', path: 'leg:inviteContext/assistanceRequestCode', way: 'out' },
  { crm: 'CampaignId', path: 'campaignId', way: 'out' },
  { crm: 'PC_Lost_Reason__c', path: 'statusReason', way: 'out' },
  { crm: 'PC_Microsoft_CRM_Id__c', path: 'trackingInfo/microsoftMsxId', way: 'in' },
  { crm: 'PC_Microsoft_Seller__c', path: 'leg:team', way: 'in' },
  { crm: 'PC_Note_to_Microsoft__c', path: 'leg:inviteContext/notes', way: 'out' },
];
