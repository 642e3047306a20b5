/* Sample answers of Salesforce for component tests: a record as `getRecord` emits it, rows as GraphQL emits them. */

export const dealId = '006000000000001AAA';
export const at = Date.parse('2026-11-20T12:00:00Z');

const empty = {
  Name: 'Contoso: migration to Azure',
  Amount: 50000,
  CloseDate: '2027-01-31',
  StageName: 'Proposal/Price Quote',
  AccountId: '001000000000001AAA',
  OwnerId: '005000000000001AAA',
  LastModifiedDate: '2026-11-20T11:50:00.000Z',
  Sync_with_Partner_Center__c: false,
  How_can_Microsoft_help__c: null,
  Products__c: null,
  Referral_Identifier__c: null,
  Referral_Link__c: null,
  Audit__c: null,
  PC_Visible_to_Microsoft__c: false,
  PC_Contact_Consent__c: true,
  PC_Marketplace_Intent__c: 'Have not decided',
  PC_Partner_Role__c: null,
  PC_Solution_Area__c: null,
  PC_Solution_Play__c: null,
  PC_Lost_Reason__c: null,
  PC_Referral_Status__c: null,
  PC_Microsoft_Status__c: null,
  PC_Microsoft_Reason__c: null,
  PC_Microsoft_Seller__c: null,
  PC_Microsoft_CRM_Id__c: null,
  PC_Registration_Status__c: null,
  PC_Deal_Type__c: null,
  PC_Origin__c: null,
  PC_Expires__c: null,
  PC_Hold_Until__c: null,
  PC_Sync_State__c: null,
  PC_Sync_Message__c: null,
  PC_Last_Synced__c: null
};

const account = { Name: 'Contoso Ltd', BillingStreet: '1 High Street', BillingCity: 'London', BillingCountry: 'GB' };
const owner = { FirstName: 'Sam', LastName: 'Seller', Phone: '+44 20 1', Email: 'sam@partner.example' };

const asFields = (values) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, displayValue: null }]));

/** A record; `hidden` names fields that the user may not see. */
export function makeRecord(values = {}, { hidden = [], account: accountValues = {}, owner: ownerValues = {} } = {}) {
  const fields = asFields({ ...empty, ...values });
  fields.Account = { value: { fields: asFields({ ...account, ...accountValues }) } };
  fields.Owner = { value: { fields: asFields({ ...owner, ...ownerValues }) } };
  hidden.forEach((name) => delete fields[name]);
  return { id: dealId, apiName: 'Opportunity', fields, lastModifiedDate: fields.LastModifiedDate?.value };
}

/** Values of a deal that is shared and in sync. */
export const shared = {
  Sync_with_Partner_Center__c: true,
  How_can_Microsoft_help__c: 'Proof of concept or demo',
  Referral_Identifier__c: 'ref-1',
  Referral_Link__c: 'https://partner.example/ref-1',
  PC_Referral_Status__c: 'Active / Accepted',
  PC_Deal_Type__c: 'Co-sell',
  PC_Origin__c: 'Sent by us',
  PC_Sync_State__c: 'In sync',
  PC_Last_Synced__c: '2026-11-20T11:57:00.000Z',
  Audit__c: [
    'v1 2026-11-20 11:57:00Z | to Salesforce | updated | done | by "Mia Microsoft" | Deal value: "50000" -> "60000", lost "55000" | request r-2',
    'v1 2026-11-20 11:40:00Z | to Partner Center | created | done | by "Sam Seller" | request r-1'
  ].join('\n')
};

/** Values of a deal that Microsoft sent and nobody has answered. */
export const incoming = {
  ...shared,
  How_can_Microsoft_help__c: null,
  PC_Referral_Status__c: 'New / Pending',
  PC_Origin__c: 'From Microsoft',
  PC_Sync_State__c: 'Needs you',
  PC_Sync_Message__c: 'Microsoft sent this deal. Accept or decline it.',
  PC_Expires__c: '2026-11-24T12:00:00.000Z'
};

const asNode = (values) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      name === 'Id' || name.endsWith('__r') || ['Contact', 'User'].includes(name) ? value : { value }
    ])
  );

/** A connection of nodes. */
export const edges = (rows) => ({ edges: rows.map((row) => ({ node: asNode(row) })) });

export const solutionRow = {
  Id: 'a01',
  Solution_Id__c: 'SOL-1',
  Quantity__c: 1,
  Solution__r: asNode({ Name: 'Cloud Move' })
};
export const contactRow = {
  Id: '00K1',
  IsPrimary: true,
  Contact: asNode({ FirstName: 'Carla', LastName: 'Customer', Phone: '+44 1', Email: 'carla@contoso.example' })
};
export const connectionRow = {
  Id: 'c01',
  State__c: 'Running',
  Heartbeat__c: '2026-11-20T11:58:00Z',
  Message__c: null,
  Settings__c: null
};

export const conflictRow = {
  Id: 'at1',
  Kind__c: 'conflict',
  Field__c: 'closeDate',
  Opportunity__c: dealId,
  Salesforce_Value__c: '2027-01-31',
  Salesforce_By__c: 'Sam Seller',
  Partner_Center_Value__c: '2027-02-15',
  Partner_Center_By__c: 'Mia Microsoft',
  Message__c: 'Close date was changed on both sides.',
  Cure__c: 'Choose which value to use.',
  Cause__c: 'conflict',
  Suggestions__c: null,
  Since__c: '2026-11-20T10:00:00Z'
};

export const matchRow = {
  ...conflictRow,
  Id: 'at2',
  Kind__c: 'match',
  Field__c: null,
  Opportunity__c: null,
  Partner_Center_Value__c: 'Contoso lift and shift',
  Message__c: 'A deal from Microsoft resembles this opportunity.',
  Cure__c: 'Link it, or keep it as new.',
  Suggestions__c: JSON.stringify([
    {
      opportunityId: dealId,
      name: 'Contoso: migration to Azure',
      score: 83,
      reasons: ['same account', 'similar value']
    }
  ])
};

/** The answer of the deal's query. */
export function makeRelated(rows = {}) {
  const all = {
    questions: [],
    incoming: [],
    requests: [],
    solutions: [solutionRow],
    contacts: [contactRow],
    team: [],
    connection: [connectionRow],
    ...rows
  };
  const { solutions, contacts, team, ...roots } = all;
  const lists = {
    PC_Opportunity_Solutions__r: solutions,
    OpportunityContactRoles: contacts,
    OpportunityTeamMembers: team
  };
  const present = Object.entries(lists).filter(([, list]) => list !== undefined);
  const deal = { Id: dealId, ...Object.fromEntries(present.map(([name, list]) => [name, edges(list)])) };
  const query = Object.fromEntries(
    Object.entries(roots)
      .filter(([, list]) => list !== undefined)
      .map(([name, list]) => [name, edges(list)])
  );
  return { uiapi: { query: { ...query, deals: { edges: [{ node: deal }] } } } };
}

/** Lets promises and renderings settle. */
export const settle = async () => {
  for (let i = 0; i < 8; i++) await Promise.resolve();
};

/** Judges the markup by axe; it needs real timers. */
export async function expectAccessible(element) {
  jest.useRealTimers();
  await expect(element).toBeAccessible();
}
