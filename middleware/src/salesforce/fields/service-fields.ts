/** The package's own fields on the opportunity: written by the service, whatever the mapping says. */
import { entering, type FieldRule } from '../../domain/mapping.ts';
import type { CrmDisplay } from '../../sync/ports.ts';

/** Display facts → field. */
export const displayFields = {
  referralId: 'Referral_Identifier__c',
  engagementId: 'PC_Engagement_Id__c',
  link: 'Referral_Link__c',
  syncState: 'PC_Sync_State__c',
  message: 'PC_Sync_Message__c',
  referralStatus: 'PC_Referral_Status__c',
  dealType: 'PC_Deal_Type__c',
  origin: 'PC_Origin__c',
  holdUntil: 'PC_Hold_Until__c',
  lastSynced: 'PC_Last_Synced__c',
} as const satisfies { readonly [F in keyof Required<CrmDisplay>]: string };

export const sharingField = 'Sync_with_Partner_Center__c';
export const auditField = 'Audit__c';

/** Without these the service cannot keep a deal; their absence is a broken installation, not a choice. */
export const indispensable: readonly string[] = [sharingField, displayFields.referralId, auditField];

/** What only Microsoft writes enters also when the mapping has no line for it. */
export const enteringRules: readonly FieldRule[] = [
  entering('microsoftStatus', 'PC_Microsoft_Status__c', 80),
  entering('microsoftReason', 'PC_Microsoft_Reason__c', 255),
  entering('microsoftSeller', 'PC_Microsoft_Seller__c', 255),
  entering('microsoftCrmId', 'PC_Microsoft_CRM_Id__c', 100),
  entering('expiresAt', 'PC_Expires__c'),
  entering('registrationStatus', 'PC_Registration_Status__c', 80),
];
