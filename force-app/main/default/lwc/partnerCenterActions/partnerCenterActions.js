/**
 * What a person can do from the components: change the deal under guard, or ask the service with a request record. No other writing.
 * @typedef {'sync_now' | 'accept' | 'decline' | 'put_back' | 'link' | 'keep_as_new' | 'undo_link' | 'release_hold' | 'retire' | 'confirm' | 'retry' | 'register'} RequestKind
 * @typedef {RequestKind | 'retry_all' | 'sweep_now' | 'reload_mapping'} ServiceRequestKind
 * @typedef {object} Details
 * @property {string | null} [attentionId]
 * @property {string | null} [reason]
 * @property {string | null} [field] name of a deal field
 * @property {string | null} [value] `salesforce` or `partner-center`: whose value is used
 * @property {string | null} [target] opportunity to link to
 * @property {string | null} [note]
 */
import { createRecord, updateRecord } from 'lightning/uiRecordApi';
import REQUEST from '@salesforce/schema/PC_Request__c';
import REQUEST_ATTENTION from '@salesforce/schema/PC_Request__c.Attention__c';
import REQUEST_FIELD from '@salesforce/schema/PC_Request__c.Field__c';
import REQUEST_KIND from '@salesforce/schema/PC_Request__c.Kind__c';
import REQUEST_NOTE from '@salesforce/schema/PC_Request__c.Note__c';
import REQUEST_OPPORTUNITY from '@salesforce/schema/PC_Request__c.Opportunity__c';
import REQUEST_REASON from '@salesforce/schema/PC_Request__c.Reason__c';
import REQUEST_TARGET from '@salesforce/schema/PC_Request__c.Target__c';
import REQUEST_VALUE from '@salesforce/schema/PC_Request__c.Value__c';
import SERVICE_REQUEST from '@salesforce/schema/PC_Service_Request__c';
import SERVICE_ATTENTION from '@salesforce/schema/PC_Service_Request__c.Attention__c';
import SERVICE_CONNECTION from '@salesforce/schema/PC_Service_Request__c.Connection__c';
import SERVICE_KIND from '@salesforce/schema/PC_Service_Request__c.Kind__c';
import SERVICE_REASON from '@salesforce/schema/PC_Service_Request__c.Reason__c';
import SERVICE_TARGET from '@salesforce/schema/PC_Service_Request__c.Target__c';

/** @param {[import('lightning/uiRecordApi').FieldId, string | null | undefined][]} pairs */
const filledOnly = (pairs) =>
  Object.fromEntries(
    pairs
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(([field, value]) => [field.fieldApiName, value])
  );

/**
 * Asks the service to do something with a deal. Needs edit rights on the opportunity.
 * @param {string} opportunityId
 * @param {RequestKind} kind
 * @param {Details} [details]
 */
export function askAboutDeal(opportunityId, kind, details = {}) {
  return createRecord({
    apiName: REQUEST.objectApiName,
    fields: filledOnly([
      [REQUEST_OPPORTUNITY, opportunityId],
      [REQUEST_KIND, kind],
      [REQUEST_ATTENTION, details.attentionId],
      [REQUEST_REASON, details.reason],
      [REQUEST_FIELD, details.field],
      [REQUEST_VALUE, details.value],
      [REQUEST_TARGET, details.target],
      [REQUEST_NOTE, details.note]
    ])
  });
}

/**
 * Asks the service about an incoming deal without an opportunity, or about the connection itself.
 * @param {ServiceRequestKind} kind
 * @param {Details & { connectionId?: string | null }} [details]
 */
export function askService(kind, details = {}) {
  return createRecord({
    apiName: SERVICE_REQUEST.objectApiName,
    fields: filledOnly([
      [SERVICE_KIND, kind],
      [SERVICE_CONNECTION, details.connectionId],
      [SERVICE_ATTENTION, details.attentionId],
      [SERVICE_REASON, details.reason],
      [SERVICE_TARGET, details.target]
    ])
  });
}

/**
 * Changes fields of the deal, unless somebody changed it after it was shown: then Salesforce refuses and nothing is overwritten.
 * @param {import('c/partnerCenterRecord').Deal} deal as shown
 * @param {Record<string, unknown>} fields by API name
 */
export function changeDeal(deal, fields) {
  const guard = deal.version === null ? undefined : { ifUnmodifiedSince: deal.version };
  return updateRecord({ fields: { Id: deal.id, ...fields } }, guard);
}
