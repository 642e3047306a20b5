/** What the local page shows of the standard objects, and the few reads it makes for itself. */
import { callOrg } from 'page/org';

export const opportunityFields = [
  'Name',
  'Amount',
  'CloseDate',
  'StageName',
  'How_can_Microsoft_help__c',
  'PC_Contact_Consent__c',
  'PC_Marketplace_Intent__c',
  'PC_Note_to_Microsoft__c',
  'PC_Shared_Notes__c',
  'PC_Partner_Role__c',
  'PC_Solution_Area__c',
  'PC_Solution_Play__c',
  'PC_Lost_Reason__c',
];
export const accountFields = ['Name', 'BillingStreet', 'BillingCity', 'BillingState', 'BillingPostalCode', 'BillingCountry'];

export const sections = [
  { label: 'Opportunity Information', fields: ['Name', 'Amount', 'CloseDate', 'StageName', 'Description'] },
  {
    label: 'Microsoft Partner Center',
    fields: [
      'Sync_with_Partner_Center__c',
      'How_can_Microsoft_help__c',
      'PC_Visible_to_Microsoft__c',
      'PC_Contact_Consent__c',
      'PC_Marketplace_Intent__c',
      'PC_Note_to_Microsoft__c',
      'PC_Shared_Notes__c',
      'PC_Lost_Reason__c',
      'Referral_Identifier__c',
      'Referral_Link__c',
      'PC_Deal_Type__c',
      'PC_Referral_Status__c',
      'PC_Microsoft_Status__c',
      'PC_Microsoft_Seller__c',
      'PC_Microsoft_CRM_Id__c',
      'PC_Sync_State__c',
      'PC_Sync_Message__c',
      'PC_Last_Synced__c',
    ],
  },
];

const host = { part: 'host' };
const infos = new Map();

/** Labels, types and rights of an object's fields; read once. */
export function objectInfo(name) {
  if (!infos.has(name)) infos.set(name, callOrg('GET', `/ui-api/object-info/${name}`, host));
  return infos.get(name);
}

export async function picklists(name) {
  const { defaultRecordTypeId } = await objectInfo(name);
  return (await callOrg('GET', `/ui-api/object-info/${name}/picklist-values/${defaultRecordTypeId}`, host)).picklistFieldValues;
}

export function readRecord(id, objectApiName, fields) {
  const names = fields.map((field) => `${objectApiName}.${field}`).join(',');
  return callOrg('GET', `/ui-api/records/${id}?optionalFields=${encodeURIComponent(names)}`, host);
}

export const readList = (id, list, fields) =>
  callOrg('POST', `/ui-api/related-list-records/${id}/${list}`, { body: { fields, pageSize: 50 }, ...host });

export async function query(text, variables = {}) {
  const { data, errors } = await callOrg('POST', '/graphql', { body: { query: text, variables }, ...host });
  if (errors?.length > 0) throw new Error(errors[0].message);
  return data.uiapi.query;
}

const asChoices = (connection) => connection.edges.map(({ node }) => ({ value: node.Id, label: node.Name.value }));

export async function solutionChoices() {
  const { PC_Solution__c } = await query(
    '{ uiapi { query { PC_Solution__c(where: {Active__c: {eq: true}}, first: 100) { edges { node { Id Name { value } } } } } } }',
  );
  return asChoices(PC_Solution__c);
}

export async function contactChoices(accountId) {
  const { Contact } = await query(
    'query contacts($id: ID) { uiapi { query { Contact(where: {AccountId: {eq: $id}}, first: 100) { edges { node { Id Name { value } } } } } } }',
    { id: accountId },
  );
  return asChoices(Contact);
}
