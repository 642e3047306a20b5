/**
 * Fields whose change a flow of the package tells the service at once. GENERATED from the flows of force-app and of the optional
 * directories by `node scripts/generate-package.mts`; change the flows, not this file.
 */

export interface WatchedField {
  /** Field of the opportunity, or the name of a related list. */
  readonly path: string;
  readonly flow: string;
  /** Package directory that brings the flow; all but `force-app` are optional. */
  readonly directory: string;
}

// prettier-ignore
export const watchedFields: readonly WatchedField[] = [
  { path: 'AccountId', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'Amount', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'CampaignId', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'CloseDate', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'CurrencyIsoCode', flow: 'PC_Opportunity_Currency_Changed', directory: 'force-multicurrency' },
  { path: 'How_can_Microsoft_help__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'Name', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'OpportunityContactRoles', flow: 'PC_Contact_Role_Changed', directory: 'force-app' },
  { path: 'OpportunityTeamMembers', flow: 'PC_Team_Member_Changed', directory: 'force-teams' },
  { path: 'OwnerId', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'PC_Contact_Consent__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'PC_Lost_Reason__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'PC_Marketplace_Intent__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'PC_Note_to_Microsoft__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'PC_Opportunity_Solutions__r', flow: 'PC_Opportunity_Solution_Changed', directory: 'force-app' },
  { path: 'PC_Partner_Role__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'PC_Shared_Notes__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'PC_Solution_Area__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'PC_Solution_Play__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'PC_Visible_to_Microsoft__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'Products__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'StageName', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
  { path: 'Sync_with_Partner_Center__c', flow: 'PC_Opportunity_Changed', directory: 'force-app' },
];
