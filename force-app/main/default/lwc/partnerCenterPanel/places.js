/** Where a missing thing is cured: page references for the navigation service. */
import { encodeDefaultFieldValues } from 'lightning/pageReferenceUtils';

/**
 * @param {string} place
 * @param {import('c/partnerCenterRecord').Deal} deal
 */
export function pageOf(place, deal) {
  switch (place) {
    case 'account':
      return { type: 'standard__recordPage', attributes: { recordId: deal.accountId ?? deal.id, actionName: 'view' } };
    case 'solutions':
      return {
        type: 'standard__objectPage',
        attributes: { objectApiName: 'PC_Opportunity_Solution__c', actionName: 'new' },
        state: { defaultFieldValues: encodeDefaultFieldValues({ Opportunity__c: deal.id }), useRecordTypeCheck: 1 }
      };
    case 'contacts':
      return {
        type: 'standard__recordRelationshipPage',
        attributes: {
          recordId: deal.id,
          objectApiName: 'Opportunity',
          relationshipApiName: 'OpportunityContactRoles',
          actionName: 'view'
        }
      };
    default:
      return {
        type: 'standard__recordPage',
        attributes: { recordId: deal.id, objectApiName: 'Opportunity', actionName: 'edit' }
      };
  }
}
