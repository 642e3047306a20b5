/**
 * The mapping as shipped. GENERATED from the custom metadata records of force-app by `node scripts/generate-package.mts`;
 * change the records, not this file.
 */
import type { Mapping } from './mapping.ts';

// prettier-ignore
export const defaultMapping: Mapping = {
  fields: [
    { record: 'CRM_Id', field: 'externalReference', crmPath: 'Id', direction: 'to-partner', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'none', limit: null, confidential: false },
    { record: 'Campaign', field: 'campaign', crmPath: 'CampaignId', direction: 'to-partner', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'text', limit: null, confidential: false },
    { record: 'Close_Date', field: 'closeDate', crmPath: 'CloseDate', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'utc-day', limit: null, confidential: false },
    { record: 'Consent', field: 'consent', crmPath: 'PC_Contact_Consent__c', direction: 'to-partner', onCreate: true, onUpdate: false, owner: 'crm', defaultValue: null, transform: 'boolean', limit: null, confidential: false },
    { record: 'Contacts', field: 'contacts', crmPath: 'OpportunityContactRoles', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'none', limit: null, confidential: false },
    { record: 'Currency', field: 'currency', crmPath: 'CurrencyIsoCode', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'currency', limit: null, confidential: false },
    { record: 'Customer_City', field: 'customerCity', crmPath: 'Account.BillingCity', direction: 'both', onCreate: true, onUpdate: false, owner: 'crm', defaultValue: null, transform: 'text', limit: 40, confidential: false },
    { record: 'Customer_Country', field: 'customerCountry', crmPath: 'Account.BillingCountry', direction: 'both', onCreate: true, onUpdate: false, owner: 'crm', defaultValue: null, transform: 'country', limit: null, confidential: false },
    { record: 'Customer_DUNS', field: 'customerDuns', crmPath: 'Account.DunsNumber', direction: 'both', onCreate: true, onUpdate: false, owner: 'crm', defaultValue: null, transform: 'text', limit: 9, confidential: false },
    { record: 'Customer_Name', field: 'customerName', crmPath: 'Account.Name', direction: 'both', onCreate: true, onUpdate: false, owner: 'crm', defaultValue: null, transform: 'text', limit: 255, confidential: false },
    { record: 'Customer_Postal_Code', field: 'customerPostalCode', crmPath: 'Account.BillingPostalCode', direction: 'both', onCreate: true, onUpdate: false, owner: 'crm', defaultValue: null, transform: 'text', limit: 20, confidential: false },
    { record: 'Customer_Size', field: 'customerSize', crmPath: 'Account.NumberOfEmployees', direction: 'to-partner', onCreate: true, onUpdate: false, owner: 'crm', defaultValue: null, transform: 'number', limit: null, confidential: false },
    { record: 'Customer_State', field: 'customerState', crmPath: 'Account.BillingState', direction: 'both', onCreate: true, onUpdate: false, owner: 'crm', defaultValue: null, transform: 'text', limit: 80, confidential: false },
    { record: 'Customer_Street', field: 'customerAddressLine1', crmPath: 'Account.BillingStreet', direction: 'both', onCreate: true, onUpdate: false, owner: 'crm', defaultValue: null, transform: 'text', limit: 255, confidential: false },
    { record: 'Deal_Name', field: 'name', crmPath: 'Name', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'text', limit: 120, confidential: false },
    { record: 'Deal_Value', field: 'value', crmPath: 'Amount', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'number', limit: null, confidential: false },
    { record: 'Expires', field: 'expiresAt', crmPath: 'PC_Expires__c', direction: 'to-crm', onCreate: true, onUpdate: true, owner: 'partner', defaultValue: null, transform: 'none', limit: null, confidential: false },
    { record: 'Help', field: 'help', crmPath: 'How_can_Microsoft_help__c', direction: 'to-partner', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'value-map', limit: null, confidential: false },
    { record: 'Marketplace_Intent', field: 'marketplaceIntent', crmPath: 'PC_Marketplace_Intent__c', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: 'Have not decided', transform: 'value-map', limit: null, confidential: false },
    { record: 'Microsoft_CRM_Id', field: 'microsoftCrmId', crmPath: 'PC_Microsoft_CRM_Id__c', direction: 'to-crm', onCreate: true, onUpdate: true, owner: 'partner', defaultValue: null, transform: 'text', limit: 100, confidential: false },
    { record: 'Microsoft_Reason', field: 'microsoftReason', crmPath: 'PC_Microsoft_Reason__c', direction: 'to-crm', onCreate: true, onUpdate: true, owner: 'partner', defaultValue: null, transform: 'text', limit: 255, confidential: false },
    { record: 'Microsoft_Seller', field: 'microsoftSeller', crmPath: 'PC_Microsoft_Seller__c', direction: 'to-crm', onCreate: true, onUpdate: true, owner: 'partner', defaultValue: null, transform: 'text', limit: 255, confidential: false },
    { record: 'Microsoft_Status', field: 'microsoftStatus', crmPath: 'PC_Microsoft_Status__c', direction: 'to-crm', onCreate: true, onUpdate: true, owner: 'partner', defaultValue: null, transform: 'text', limit: 80, confidential: false },
    { record: 'Note_to_Microsoft', field: 'noteToMicrosoft', crmPath: 'PC_Note_to_Microsoft__c', direction: 'to-partner', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'text', limit: null, confidential: false },
    { record: 'Notes', field: 'notes', crmPath: 'PC_Shared_Notes__c', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'text', limit: 32000, confidential: false },
    { record: 'Partner_Role', field: 'partnerRole', crmPath: 'PC_Partner_Role__c', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'text', limit: 255, confidential: false },
    { record: 'Reason', field: 'stateReason', crmPath: 'PC_Lost_Reason__c', direction: 'to-partner', onCreate: false, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'value-map', limit: null, confidential: false },
    { record: 'Registration_Status', field: 'registrationStatus', crmPath: 'PC_Registration_Status__c', direction: 'to-crm', onCreate: true, onUpdate: true, owner: 'partner', defaultValue: null, transform: 'text', limit: 80, confidential: false },
    { record: 'Sales_Stage', field: 'salesStage', crmPath: 'StageName', direction: 'off', onCreate: false, onUpdate: false, owner: 'crm', defaultValue: null, transform: 'none', limit: null, confidential: false },
    { record: 'Solution_Area', field: 'solutionArea', crmPath: 'PC_Solution_Area__c', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'text', limit: 255, confidential: false },
    { record: 'Solution_Play', field: 'solutionPlay', crmPath: 'PC_Solution_Play__c', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'text', limit: 255, confidential: false },
    { record: 'Solutions', field: 'solutions', crmPath: 'PC_Opportunity_Solutions__r', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'none', limit: null, confidential: false },
    { record: 'State', field: 'state', crmPath: 'StageName', direction: 'both', onCreate: true, onUpdate: true, owner: 'ask', defaultValue: null, transform: 'value-map', limit: null, confidential: false },
    { record: 'Team', field: 'team', crmPath: 'OpportunityTeamMembers', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'none', limit: null, confidential: false },
    { record: 'Visible', field: 'visible', crmPath: 'PC_Visible_to_Microsoft__c', direction: 'both', onCreate: true, onUpdate: true, owner: 'crm', defaultValue: null, transform: 'boolean', limit: null, confidential: false },
  ],
  values: [
    { record: 'Country_Brasil', map: 'country', crmValue: 'Brasil', partnerValue: 'BR', direction: 'to-partner' },
    { record: 'Country_Czech_Republic', map: 'country', crmValue: 'Czech Republic', partnerValue: 'CZ', direction: 'to-partner' },
    { record: 'Country_Deutschland', map: 'country', crmValue: 'Deutschland', partnerValue: 'DE', direction: 'to-partner' },
    { record: 'Country_England', map: 'country', crmValue: 'England', partnerValue: 'GB', direction: 'to-partner' },
    { record: 'Country_Espana', map: 'country', crmValue: 'España', partnerValue: 'ES', direction: 'to-partner' },
    { record: 'Country_Great_Britain', map: 'country', crmValue: 'Great Britain', partnerValue: 'GB', direction: 'to-partner' },
    { record: 'Country_Holland', map: 'country', crmValue: 'Holland', partnerValue: 'NL', direction: 'to-partner' },
    { record: 'Country_Italia', map: 'country', crmValue: 'Italia', partnerValue: 'IT', direction: 'to-partner' },
    { record: 'Country_Nederland', map: 'country', crmValue: 'Nederland', partnerValue: 'NL', direction: 'to-partner' },
    { record: 'Country_Oesterreich', map: 'country', crmValue: 'Österreich', partnerValue: 'AT', direction: 'to-partner' },
    { record: 'Country_Schweiz', map: 'country', crmValue: 'Schweiz', partnerValue: 'CH', direction: 'to-partner' },
    { record: 'Country_Scotland', map: 'country', crmValue: 'Scotland', partnerValue: 'GB', direction: 'to-partner' },
    { record: 'Country_South_Korea', map: 'country', crmValue: 'South Korea', partnerValue: 'KR', direction: 'to-partner' },
    { record: 'Country_UAE', map: 'country', crmValue: 'UAE', partnerValue: 'AE', direction: 'to-partner' },
    { record: 'Country_UK', map: 'country', crmValue: 'UK', partnerValue: 'GB', direction: 'to-partner' },
    { record: 'Country_USA', map: 'country', crmValue: 'USA', partnerValue: 'US', direction: 'to-partner' },
    { record: 'Country_US_Dots', map: 'country', crmValue: 'U.S.A.', partnerValue: 'US', direction: 'to-partner' },
    { record: 'Country_US_Long', map: 'country', crmValue: 'United States of America', partnerValue: 'US', direction: 'to-partner' },
    { record: 'Country_Viet_Nam', map: 'country', crmValue: 'Viet Nam', partnerValue: 'VN', direction: 'to-partner' },
    { record: 'Currency_RMB', map: 'currency', crmValue: 'RMB', partnerValue: 'CNY', direction: 'to-partner' },
    { record: 'Help_Architecture', map: 'help', crmValue: 'Customer technical architecture', partnerValue: 'CustomerTechnicalArchitecture', direction: 'both' },
    { record: 'Help_Demo', map: 'help', crmValue: 'Proof of concept or demo', partnerValue: 'ProofOfConceptOrDemo', direction: 'both' },
    { record: 'Help_General', map: 'help', crmValue: 'General or other', partnerValue: 'GeneralOrOther', direction: 'both' },
    { record: 'Help_Post_Sales', map: 'help', crmValue: 'Post sales customer success', partnerValue: 'PostSalesCustomerSuccess', direction: 'both' },
    { record: 'Help_Quotes', map: 'help', crmValue: 'Quotes or licensing', partnerValue: 'QuotesOrLicensing', direction: 'both' },
    { record: 'Help_Workload', map: 'help', crmValue: 'Workload specific value proposition', partnerValue: 'WorkloadSpecificValueProposition', direction: 'both' },
    { record: 'Intent_No', map: 'intent', crmValue: 'No', partnerValue: 'No', direction: 'both' },
    { record: 'Intent_Undecided', map: 'intent', crmValue: 'Have not decided', partnerValue: 'HaveNotDecided', direction: 'both' },
    { record: 'Intent_Yes', map: 'intent', crmValue: 'Yes', partnerValue: 'Yes', direction: 'both' },
    { record: 'Lost_Reason_1', map: 'lost-reason', crmValue: 'Budget not adequate', partnerValue: 'Budget not adequate', direction: 'both' },
    { record: 'Lost_Reason_2', map: 'lost-reason', crmValue: 'Customer did not respond', partnerValue: 'Customer did not respond', direction: 'both' },
    { record: 'Lost_Reason_3', map: 'lost-reason', crmValue: 'Customer chose another vendor', partnerValue: 'Customer chose another vendor', direction: 'both' },
    { record: 'Lost_Reason_4', map: 'lost-reason', crmValue: 'Requirement not met', partnerValue: 'Requirement not met', direction: 'both' },
    { record: 'Lost_Reason_5', map: 'lost-reason', crmValue: 'Not a customer', partnerValue: 'Not a customer', direction: 'both' },
    { record: 'Lost_Reason_6', map: 'lost-reason', crmValue: 'Time line too short', partnerValue: 'Time line too short', direction: 'both' },
    { record: 'Lost_Reason_7', map: 'lost-reason', crmValue: 'Abuse, spam or phishing', partnerValue: 'Abuse, spam or phishing', direction: 'both' },
    { record: 'Lost_Reason_8', map: 'lost-reason', crmValue: 'Other', partnerValue: 'Other', direction: 'both' },
    { record: 'Stage_Active', map: 'stage', crmValue: 'Prospecting', partnerValue: 'active', direction: 'to-crm' },
    { record: 'Stage_Lost', map: 'stage', crmValue: 'Closed Lost', partnerValue: 'lost', direction: 'both' },
    { record: 'Stage_Won', map: 'stage', crmValue: 'Closed Won', partnerValue: 'won', direction: 'both' },
  ],
  settings: {
    activeStage: 'Prospecting',
    onHoldStage: null,
    wonStage: 'Closed Won',
    lostStage: 'Closed Lost',
    leads: 'ignore',
    matching: 'ask',
    confirmOneWaySteps: false,
    wonHoldHours: 72,
    defaultOwner: null,
    defaultCurrency: null,
    auditDays: 400,
    notify: { newDeal: true, accepted: true, declined: true, needsYou: true, expiring: true },
  },
};

export type ReferenceListName = 'decline-reason' | 'error-reason' | 'partner-role' | 'solution-area' | 'solution-play';

/** One value that the panel offers. */
export interface ReferenceValue {
  readonly value: string;
  readonly order: number;
  readonly active: boolean;
}

/** The lists as shipped. Areas, plays and roles are examples: Microsoft renews those lists every year and publishes them to partners only. */
// prettier-ignore
export const referenceLists: Readonly<Record<ReferenceListName, readonly ReferenceValue[]>> = {
  'decline-reason': [
    { value: 'Budget not adequate', order: 1, active: true },
    { value: 'Customer did not respond', order: 2, active: true },
    { value: 'Customer chose another vendor', order: 3, active: true },
    { value: 'Requirement not met', order: 4, active: true },
    { value: 'Not a customer', order: 5, active: true },
    { value: 'Time line too short', order: 6, active: true },
    { value: 'Abuse, spam or phishing', order: 7, active: true },
    { value: 'Other', order: 8, active: true },
  ],
  'error-reason': [
    { value: 'Duplicate made by bulk upload', order: 1, active: true },
    { value: 'Duplicate made in Partner Center', order: 2, active: true },
    { value: 'Duplicate sent by Microsoft', order: 3, active: true },
    { value: 'Connector data sync issue', order: 4, active: true },
    { value: 'Customer matching issue', order: 5, active: true },
    { value: 'Solution issue', order: 6, active: true },
    { value: 'Test referral', order: 7, active: true },
    { value: 'Data error', order: 8, active: true },
    { value: 'Other', order: 9, active: true },
  ],
  'partner-role': [
    { value: 'Example partner role 1: replace by a value of your Partner Center', order: 1, active: false },
    { value: 'Example partner role 2: replace by a value of your Partner Center', order: 2, active: false },
  ],
  'solution-area': [
    { value: 'Example solution area 1: replace by a value of your Partner Center', order: 1, active: false },
    { value: 'Example solution area 2: replace by a value of your Partner Center', order: 2, active: false },
  ],
  'solution-play': [
    { value: 'Example solution play 1: replace by a value of your Partner Center', order: 1, active: false },
    { value: 'Example solution play 2: replace by a value of your Partner Center', order: 2, active: false },
  ],
};
