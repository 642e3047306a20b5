/** Fields of the opportunity that the components read. Imported one by one, so that a missing field fails the deployment. */
import NAME from '@salesforce/schema/Opportunity.Name';
import AMOUNT from '@salesforce/schema/Opportunity.Amount';
import CLOSE_DATE from '@salesforce/schema/Opportunity.CloseDate';
import STAGE_NAME from '@salesforce/schema/Opportunity.StageName';
import ACCOUNT_ID from '@salesforce/schema/Opportunity.AccountId';
import OWNER_ID from '@salesforce/schema/Opportunity.OwnerId';
import LAST_MODIFIED_DATE from '@salesforce/schema/Opportunity.LastModifiedDate';
import ACCOUNT_NAME from '@salesforce/schema/Opportunity.Account.Name';
import ACCOUNT_BILLING_STREET from '@salesforce/schema/Opportunity.Account.BillingStreet';
import ACCOUNT_BILLING_CITY from '@salesforce/schema/Opportunity.Account.BillingCity';
import ACCOUNT_BILLING_COUNTRY from '@salesforce/schema/Opportunity.Account.BillingCountry';
import OWNER_FIRST_NAME from '@salesforce/schema/Opportunity.Owner.FirstName';
import OWNER_LAST_NAME from '@salesforce/schema/Opportunity.Owner.LastName';
import OWNER_PHONE from '@salesforce/schema/Opportunity.Owner.Phone';
import OWNER_EMAIL from '@salesforce/schema/Opportunity.Owner.Email';
import SYNC_WITH_PARTNER_CENTER from '@salesforce/schema/Opportunity.Sync_with_Partner_Center__c';
import HOW_CAN_MICROSOFT_HELP from '@salesforce/schema/Opportunity.How_can_Microsoft_help__c';
import PRODUCTS from '@salesforce/schema/Opportunity.Products__c';
import REFERRAL_IDENTIFIER from '@salesforce/schema/Opportunity.Referral_Identifier__c';
import REFERRAL_LINK from '@salesforce/schema/Opportunity.Referral_Link__c';
import AUDIT from '@salesforce/schema/Opportunity.Audit__c';
import PC_VISIBLE_TO_MICROSOFT from '@salesforce/schema/Opportunity.PC_Visible_to_Microsoft__c';
import PC_CONTACT_CONSENT from '@salesforce/schema/Opportunity.PC_Contact_Consent__c';
import PC_MARKETPLACE_INTENT from '@salesforce/schema/Opportunity.PC_Marketplace_Intent__c';
import PC_PARTNER_ROLE from '@salesforce/schema/Opportunity.PC_Partner_Role__c';
import PC_SOLUTION_AREA from '@salesforce/schema/Opportunity.PC_Solution_Area__c';
import PC_SOLUTION_PLAY from '@salesforce/schema/Opportunity.PC_Solution_Play__c';
import PC_LOST_REASON from '@salesforce/schema/Opportunity.PC_Lost_Reason__c';
import PC_REFERRAL_STATUS from '@salesforce/schema/Opportunity.PC_Referral_Status__c';
import PC_MICROSOFT_STATUS from '@salesforce/schema/Opportunity.PC_Microsoft_Status__c';
import PC_MICROSOFT_REASON from '@salesforce/schema/Opportunity.PC_Microsoft_Reason__c';
import PC_MICROSOFT_SELLER from '@salesforce/schema/Opportunity.PC_Microsoft_Seller__c';
import PC_MICROSOFT_CRM_ID from '@salesforce/schema/Opportunity.PC_Microsoft_CRM_Id__c';
import PC_REGISTRATION_STATUS from '@salesforce/schema/Opportunity.PC_Registration_Status__c';
import PC_DEAL_TYPE from '@salesforce/schema/Opportunity.PC_Deal_Type__c';
import PC_ORIGIN from '@salesforce/schema/Opportunity.PC_Origin__c';
import PC_EXPIRES from '@salesforce/schema/Opportunity.PC_Expires__c';
import PC_HOLD_UNTIL from '@salesforce/schema/Opportunity.PC_Hold_Until__c';
import PC_SYNC_STATE from '@salesforce/schema/Opportunity.PC_Sync_State__c';
import PC_SYNC_MESSAGE from '@salesforce/schema/Opportunity.PC_Sync_Message__c';
import PC_LAST_SYNCED from '@salesforce/schema/Opportunity.PC_Last_Synced__c';

export const schema = Object.freeze({
  NAME,
  AMOUNT,
  CLOSE_DATE,
  STAGE_NAME,
  ACCOUNT_ID,
  OWNER_ID,
  LAST_MODIFIED_DATE,
  ACCOUNT_NAME,
  ACCOUNT_BILLING_STREET,
  ACCOUNT_BILLING_CITY,
  ACCOUNT_BILLING_COUNTRY,
  OWNER_FIRST_NAME,
  OWNER_LAST_NAME,
  OWNER_PHONE,
  OWNER_EMAIL,
  SYNC_WITH_PARTNER_CENTER,
  HOW_CAN_MICROSOFT_HELP,
  PRODUCTS,
  REFERRAL_IDENTIFIER,
  REFERRAL_LINK,
  AUDIT,
  PC_VISIBLE_TO_MICROSOFT,
  PC_CONTACT_CONSENT,
  PC_MARKETPLACE_INTENT,
  PC_PARTNER_ROLE,
  PC_SOLUTION_AREA,
  PC_SOLUTION_PLAY,
  PC_LOST_REASON,
  PC_REFERRAL_STATUS,
  PC_MICROSOFT_STATUS,
  PC_MICROSOFT_REASON,
  PC_MICROSOFT_SELLER,
  PC_MICROSOFT_CRM_ID,
  PC_REGISTRATION_STATUS,
  PC_DEAL_TYPE,
  PC_ORIGIN,
  PC_EXPIRES,
  PC_HOLD_UNTIL,
  PC_SYNC_STATE,
  PC_SYNC_MESSAGE,
  PC_LAST_SYNCED
});

/** Fields that exist only in some orgs: named in words, since an import of a missing field would refuse the package there. */
export const someOrgsFields = Object.freeze(['Opportunity.CurrencyIsoCode', 'Opportunity.Account.BillingCountryCode']);

/** Without these the page has no deal to show. */
export const requiredFields = Object.freeze([NAME]);

/** Everything else: what the user may not see is left out of the answer instead of failing it. */
export const optionalFields = Object.freeze([
  ...Object.values(schema).filter((field) => field !== NAME),
  ...someOrgsFields
]);
