/** Deals in every state the panel knows, as the service would have written them. */
import type { RecordValues } from '../../simulators/salesforce/schema-model.ts';
import type { SalesforceOrg } from '../../simulators/salesforce/service.ts';
import type { SeededOrg } from '../../simulators/salesforce/seed.ts';

/** The clock of the test org: Friday, noon. */
export const noon = Date.UTC(2026, 10, 20, 12, 0, 0);
const iso = (ms: number): string => new Date(ms).toISOString();
const stamp = (ms: number): string => `v1 ${iso(ms).slice(0, 19).replace('T', ' ')}Z`;
const minute = 60_000;
const day = 86_400_000;

const history = [
  `${stamp(noon - 3 * minute)} | to Salesforce | updated | done | by "Mia Microsoft" | Deal value: "120000" -> "150000", lost "130000"; Close date: "2027-01-19" -> "2027-02-15" | request 5c1e7a0e-77a1`,
  `${stamp(noon - 40 * minute)} | to Salesforce | accepted | done | by "Mia Microsoft" | Microsoft's status: "New / Pending" -> "Active / Accepted"; Microsoft's seller: empty -> "Mia Microsoft <mia@microsoft.example>" | request 5c1e7a0e-61d2`,
  `${stamp(noon - 50 * minute)} | to Partner Center | updated | refused | by "Sam Seller" | Close date: "2027-01-19" -> "2020-01-01" | code PC_REFUSED | text "Partner Center refused the change: the date lies in the past. Choose a later close date." | request 5c1e7a0e-3b44`,
  `${stamp(noon - 2 * day)} | to Partner Center | updated | done | by "Sam Seller" | Deal value: "100000" -> "120000"; Note to Microsoft: changed | request 5c1e7a0e-2a10`,
  `${stamp(noon - 2 * day - 5 * minute)} | to Partner Center | created | done | by "Sam Seller" | text "The deal and the request for help were created." | request 5c1e7a0e-1f00`,
  `${stamp(noon - 2 * day - 6 * minute)} | inside | missing | waiting | code V8 | text "The customer's consent to share contact data is not confirmed. Ask the customer, then tick the box."`,
  'Taken over from the former connector: synchronised successfully.',
].join('\n');

export const complete: RecordValues = { PC_Contact_Consent__c: true, PC_Marketplace_Intent__c: 'Have not decided' };

export const shared: RecordValues = {
  ...complete,
  Sync_with_Partner_Center__c: true,
  How_can_Microsoft_help__c: 'Proof of concept or demo',
  Referral_Identifier__c: '6f2f0f4e-6b0c-4c41-9a1e-cc2f7a3f1a01',
  Referral_Link__c: 'https://partner.microsoft.com/en-us/dashboard/referrals/6f2f0f4e',
  PC_Engagement_Id__c: 'b1b0c9f2-0000-4000-8000-0000000000e1',
  PC_Referral_Status__c: 'Active / Accepted',
  PC_Microsoft_Status__c: 'Active / Accepted',
  PC_Microsoft_Seller__c: 'Mia Microsoft <mia@microsoft.example>',
  PC_Microsoft_CRM_Id__c: '7-2KX41PQ',
  PC_Visible_to_Microsoft__c: true,
  PC_Deal_Type__c: 'Co-sell',
  PC_Origin__c: 'Sent by us',
  PC_Sync_State__c: 'In sync',
  PC_Last_Synced__c: iso(noon - 3 * minute),
  Audit__c: history,
};

const onlyOurs: RecordValues = {
  ...shared,
  How_can_Microsoft_help__c: null,
  PC_Visible_to_Microsoft__c: false,
  PC_Microsoft_Status__c: null,
  PC_Microsoft_Seller__c: null,
  PC_Microsoft_CRM_Id__c: null,
  PC_Deal_Type__c: 'Private',
  Audit__c: history.split('\n').slice(3).join('\n'),
};

/** State of the panel → what the service wrote. */
export const states: { readonly [name: string]: RecordValues } = {
  incomplete: { How_can_Microsoft_help__c: 'Quotes or licensing' },
  ready: complete,
  sending: { ...complete, Sync_with_Partner_Center__c: true },
  'in-sync': shared,
  waiting: {
    ...shared,
    PC_Microsoft_Status__c: 'New / Pending',
    PC_Microsoft_Seller__c: null,
    PC_Microsoft_CRM_Id__c: null,
    PC_Sync_State__c: 'Waiting for Microsoft',
    Audit__c: history.split('\n').slice(4).join('\n'),
  },
  'on-hold': {
    ...shared,
    StageName: 'Closed Won',
    PC_Sync_State__c: 'On hold',
    PC_Hold_Until__c: iso(noon + day),
    PC_Sync_Message__c:
      'Won is sent on 2026-11-21 12:00 UTC: a deal registration may be refused when a deal is won within 72 hours of its creation. An admin can release it earlier.',
  },
  'needs-you': {
    ...shared,
    PC_Sync_State__c: 'Needs you',
    PC_Sync_Message__c:
      'A validation rule or automation of your org refused the change. Read its message, correct the opportunity and press Sync now.',
  },
  incoming: {
    Sync_with_Partner_Center__c: true,
    Referral_Identifier__c: '6f2f0f4e-6b0c-4c41-9a1e-cc2f7a3f1a02',
    Referral_Link__c: 'https://partner.microsoft.com/en-us/dashboard/referrals/6f2f0f4e',
    PC_Referral_Status__c: 'New / Pending',
    PC_Origin__c: 'From Microsoft',
    PC_Deal_Type__c: 'Co-sell',
    PC_Sync_State__c: 'Needs you',
    PC_Sync_Message__c: 'Microsoft sent this deal. Accept or decline it before 2026-11-22 12:00 UTC.',
    PC_Expires__c: iso(noon + 2 * day + 5 * minute),
    PC_Last_Synced__c: iso(noon - 15 * minute),
    Audit__c: `${stamp(noon - 15 * minute)} | to Salesforce | created | done | by "Mia Microsoft" | request 5c1e7a0e-9a00`,
  },
  /** Both sides changed the close date: the row that `conflict` gives belongs to it. */
  conflict: {
    ...shared,
    PC_Sync_State__c: 'Needs you',
    PC_Sync_Message__c: 'Close date was changed on both sides: "2027-01-19" here, "2027-02-15" in Partner Center. Choose one in the panel.',
  },
  /** Only we see it: it can be shown to Microsoft's sellers, and help can be asked for. */
  private: onlyOurs,
  /** Help was asked for outside the panel; see `confirmation`. */
  confirm: {
    ...onlyOurs,
    How_can_Microsoft_help__c: 'Proof of concept or demo',
    PC_Sync_State__c: 'Needs you',
    PC_Sync_Message__c:
      'Help from Microsoft was asked for outside the panel. It cannot be taken back, and customer contacts and the note freeze. Review and confirm it in the panel.',
  },
  /** Partner Center refused a change; see `refusal`. */
  refused: {
    ...shared,
    PC_Sync_State__c: 'Needs you',
    PC_Sync_Message__c: 'Partner Center refused the change: the date lies in the past. Choose a later close date.',
  },
  stopped: { ...shared, Sync_with_Partner_Center__c: false, PC_Sync_State__c: 'Stopped' },
  won: { ...shared, StageName: 'Closed Won', PC_Referral_Status__c: 'Closed / Won', PC_Microsoft_Status__c: 'Closed / Won' },
  /** Won, and Microsoft's seller is still at it: the deal can be registered. */
  registrable: { ...shared, StageName: 'Closed Won', PC_Referral_Status__c: 'Closed / Won' },
  lost: {
    ...shared,
    StageName: 'Closed Lost',
    PC_Referral_Status__c: 'Closed / Lost',
    PC_Microsoft_Status__c: 'Closed / Lost',
    PC_Lost_Reason__c: 'Customer chose another vendor',
  },
  expired: {
    ...shared,
    How_can_Microsoft_help__c: null,
    PC_Origin__c: 'From Microsoft',
    PC_Referral_Status__c: 'Closed / Expired',
    PC_Microsoft_Status__c: null,
    PC_Microsoft_Seller__c: null,
    PC_Microsoft_CRM_Id__c: null,
  },
  declined: {
    ...shared,
    How_can_Microsoft_help__c: null,
    PC_Origin__c: 'From Microsoft',
    PC_Referral_Status__c: 'Closed / Declined',
    PC_Microsoft_Status__c: null,
    PC_Microsoft_Seller__c: null,
  },
};

/** The service's own record. */
export const connection: RecordValues = {
  Name: 'Partner Center',
  Key__c: 'main',
  Version__c: '0.1.0',
  Package_Version__c: '0.1.0',
  State__c: 'Running',
  Heartbeat__c: iso(noon - 2 * minute),
  Backlog__c: 3,
  Parked__c: 3,
  Links__c: 128,
  Oldest_Unsent__c: iso(noon - minute),
  API_Used__c: 3400,
  API_Limit__c: 100000,
  Webhook_Owner__c: 'https://cosell.contoso.example/webhooks/partner-center',
  Webhook_State__c: 'Registered',
  Token_Age_Days__c: 12.4,
  Last_Sweep__c: iso(noon - 4 * minute),
  Parked_Causes__c: JSON.stringify([
    { code: 'CRM_VALIDATION', count: 2, cure: 'Read its message, correct the opportunity and press Sync now.' },
    { code: 'PC_NO_ACCESS', count: 1, cure: 'Give the account of the connector the role Referrals admin for the whole company.' },
  ]),
  Cadence__c: 'Changes travel within seconds; both sides are compared every 5 minutes, completely once a day.',
};

/** An attention row as the service opens it. */
export function attention(kind: string, opportunityId: string | null, more: RecordValues = {}): RecordValues {
  return {
    Key__c: `test:${kind}:${opportunityId ?? 'none'}:${String(more['Field__c'] ?? '')}`,
    Kind__c: kind,
    Status__c: 'Open',
    Opportunity__c: opportunityId,
    Since__c: iso(noon - 90 * minute),
    Cause__c: kind,
    ...more,
  };
}

export const conflict = (opportunityId: string): RecordValues =>
  attention('conflict', opportunityId, {
    Field__c: 'closeDate',
    Salesforce_Value__c: '2027-01-19',
    Salesforce_By__c: 'Sam Seller',
    Partner_Center_Value__c: '2027-02-15',
    Partner_Center_By__c: 'Mia Microsoft',
    Message__c: 'Close date was changed on both sides since they last agreed.',
    Cure__c: 'Choose which value to use.',
  });

/** A step made outside the panel that waits for a person's word. */
export const confirmation = (opportunityId: string): RecordValues =>
  attention('confirm', opportunityId, {
    Field__c: 'help',
    Cause__c: 'help',
    Message__c: 'Help from Microsoft was asked for outside the panel. It cannot be taken back, and customer contacts and the note freeze.',
    Cure__c: 'Review and confirm it in the panel.',
  });

export const refusal = (opportunityId: string): RecordValues =>
  attention('refused', opportunityId, {
    Field__c: 'closeDate',
    Cause__c: 'PC_REFUSED',
    Message__c: 'Partner Center refused the change: the date lies in the past.',
    Cure__c: 'Choose a later close date, then save; it is sent by itself.',
  });

export const match = (suggested: { readonly id: string; readonly name: string }): RecordValues =>
  attention('match', null, {
    Partner_Center_Value__c: 'Fabrikam analytics on Azure',
    Partner_Center_By__c: 'Mia Microsoft',
    Message__c: 'Microsoft sent a deal that resembles an opportunity you already have.',
    Cure__c: 'Link it to one of them, or keep it as a new opportunity.',
    Referral_Id__c: '6f2f0f4e-6b0c-4c41-9a1e-cc2f7a3f1a03',
    Suggestions__c: JSON.stringify([
      {
        opportunityId: suggested.id,
        name: suggested.name,
        score: 86,
        reasons: ['same customer', 'similar value', 'close date within 30 days'],
      },
    ]),
  });

/** Makes one deal complete: a solution, a contact, and the phone of its owner. */
export function addSolution(org: SalesforceOrg, opportunityId: string): void {
  const [solution] = org.query('SELECT Id FROM PC_Solution__c ORDER BY Name LIMIT 1');
  org.insert('PC_Opportunity_Solution__c', { Opportunity__c: opportunityId, Solution__c: String(solution?.['Id']), Quantity__c: 1 });
}

/** Puts a deal into a state; returns its id. */
export function putDeal(org: SalesforceOrg, seeded: SeededOrg, state: string, name = 'Fabrikam cold-chain analytics'): string {
  const id = seeded.opportunities[name] ?? '';
  if (state !== 'incomplete') addSolution(org, id);
  org.asUser('integration@cosell.test').update(id, states[state] ?? {});
  return id;
}
