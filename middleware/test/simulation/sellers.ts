/** What sellers do in Salesforce. */
import { at, helps, nobodysBusiness, plainValue, type Acts, type Cast } from './cast.ts';
import { plainFields } from './history.ts';
import type { World } from './world.ts';

export function sellerActs(world: World, cast: Cast): Acts {
  const { org } = world;
  const { seller, admin, clones, row, pairs, said, live, note, editCrm, solutionRows, rolesOf, solutionsOf, fill, request } = cast;
  return {
    'share a deal': (doing) => {
      const id = live(doing);
      if (id === null || row(id)?.['Sync_with_Partner_Center__c'] === true) return null;
      fill(id, doing);
      return `Sam shares ${said(id)}`;
    },
    'share an incomplete deal': (doing) => {
      const id = live(doing);
      if (id === null || row(id)?.['Sync_with_Partner_Center__c'] === true) return null;
      seller.update(id, { Sync_with_Partner_Center__c: true });
      return `Sam ticks ${said(id)} although something is missing`;
    },
    'complete a deal': (doing) => {
      const id = live(doing);
      if (id === null) return null;
      fill(id, doing);
      return `Sam fills in what ${said(id)} needs and ticks it`;
    },
    untick: (doing) => {
      const id = live(doing);
      if (id === null || row(id)?.['Sync_with_Partner_Center__c'] !== true) return null;
      seller.update(id, { Sync_with_Partner_Center__c: false });
      return `Sam removes the tick of ${said(id)}`;
    },
    tick: (doing) => {
      const id = live(doing);
      if (id === null || row(id)?.['Sync_with_Partner_Center__c'] === true) return null;
      seller.update(id, { Sync_with_Partner_Center__c: true });
      return `Sam ticks ${said(id)}`;
    },
    'edit in Salesforce': (doing) => {
      const id = live(doing);
      const field = at(plainFields, doing.a);
      return id === null || !field ? null : editCrm(id, field, plainValue[field](doing));
    },
    'edit what nobody shares': (doing) => {
      const id = live(doing);
      if (id === null) return null;
      seller.update(id, { NextStep: `${nobodysBusiness} ${doing.number}`, Description: `${nobodysBusiness} ${doing.number}` });
      return `Sam changes the next step of ${said(id)}`;
    },
    'edit the customer': (doing) => {
      const id = live(doing);
      const account = id === null ? null : row(id)?.['AccountId'];
      if (typeof account !== 'string') return null;
      seller.update(account, { BillingCity: `City ${doing.number}` });
      return `Sam changes the city of the customer of ${said(id)}`;
    },
    'add a solution': (doing) => {
      const id = live(doing);
      const solution = at(solutionRows(), doing.a);
      if (id === null || !solution || solutionsOf(id).some((one) => one['Solution__c'] === solution['Id'])) return null;
      seller.insert('PC_Opportunity_Solution__c', { Opportunity__c: id, Solution__c: String(solution['Id']) });
      note('crm', id, 'solutions', { kind: 'add', element: String(solution['Solution_Id__c']) });
      return `Sam adds ${String(solution['Name'])} to ${said(id)}`;
    },
    'remove a solution': (doing) => {
      const id = live(doing);
      const rows = id === null ? [] : solutionsOf(id);
      const one = at(rows, doing.a);
      if (id === null || !one || rows.length < 2) return null;
      seller.delete(String(one['Id']));
      note('crm', id, 'solutions', { kind: 'remove', element: String(org.get(String(one['Solution__c']))?.['Solution_Id__c']) });
      return `Sam removes a solution of ${said(id)}`;
    },
    'add a contact': (doing) => {
      const id = live(doing);
      const account = id === null ? null : row(id)?.['AccountId'];
      if (id === null || typeof account !== 'string') return null;
      const mail = `person${doing.number}@customer.example`;
      const contact = seller.insert('Contact', {
        AccountId: account,
        FirstName: 'Pat',
        LastName: `Person ${doing.number}`,
        Email: mail,
        Phone: `+46 31 555 ${1000 + doing.number}`,
      });
      seller.insert('OpportunityContactRole', { OpportunityId: id, ContactId: contact, Role: 'Influencer' });
      note('crm', id, 'contacts', { kind: 'add', element: mail });
      return `Sam adds a contact to ${said(id)}`;
    },
    'remove a contact': (doing) => {
      const id = live(doing);
      const rows = id === null ? [] : rolesOf(id);
      const one = at(rows, doing.a);
      if (id === null || !one || rows.length < 2) return null;
      const mail = String(org.get(String(one['ContactId']))?.['Email']).toLowerCase();
      seller.delete(String(one['Id']));
      note('crm', id, 'contacts', { kind: 'remove', element: mail });
      return `Sam removes a contact of ${said(id)}`;
    },
    'change a contact': (doing) => {
      const id = live(doing);
      const one = id === null ? undefined : at(rolesOf(id), doing.a);
      if (!one) return null;
      seller.update(String(one['ContactId']), { Phone: `+46 8 555 ${1000 + doing.number}` });
      return `Sam changes the phone of a contact of ${said(id)}`;
    },
    'ask Microsoft for help': (doing) => {
      const id = live(doing);
      if (id === null || row(id)?.['How_can_Microsoft_help__c']) return null;
      seller.update(id, { How_can_Microsoft_help__c: at(helps, doing.a) ?? helps[0] });
      return `Sam asks Microsoft for help with ${said(id)}`;
    },
    'win in Salesforce': (doing) => {
      const id = live(doing);
      if (id === null || String(row(id)?.['StageName']).startsWith('Closed')) return null;
      seller.update(id, { StageName: 'Closed Won' });
      return `Sam wins ${said(id)}`;
    },
    'lose in Salesforce': (doing) => {
      const id = live(doing);
      if (id === null || String(row(id)?.['StageName']).startsWith('Closed')) return null;
      seller.update(id, { StageName: 'Closed Lost', PC_Lost_Reason__c: 'Budget not adequate' });
      return `Sam loses ${said(id)}`;
    },
    'reopen in Salesforce': (doing) => {
      const id = live(doing);
      if (id === null || !String(row(id)?.['StageName']).startsWith('Closed')) return null;
      seller.update(id, { StageName: 'Negotiation/Review' });
      return `Sam reopens ${said(id)}`;
    },
    'delete in Salesforce': (doing) => {
      const id = live(doing);
      if (id === null) return null;
      const name = said(id);
      seller.delete(id);
      return `Sam deletes ${name}`;
    },
    'restore in Salesforce': () => {
      const gone = pairs()
        .map(({ opportunityId }) => opportunityId)
        .find((id) => row(id)?.['IsDeleted'] === true);
      if (gone === undefined || gone === null) return null;
      org.undelete(gone);
      return `Sam restores ${said(gone)} from the recycle bin`;
    },
    'clone in Salesforce': (doing) => {
      const id = live(doing);
      const original = row(id);
      if (id === null || !original?.['Referral_Identifier__c'] || clones.length > 0) return null;
      const copied = [
        'AccountId',
        'Amount',
        'CloseDate',
        'Sync_with_Partner_Center__c',
        'Referral_Identifier__c',
        'Referral_Link__c',
        'PC_Engagement_Id__c',
        'PC_Contact_Consent__c',
        'PC_Marketplace_Intent__c',
        'PC_Sync_State__c',
        'Audit__c',
        'How_can_Microsoft_help__c',
      ];
      const values = Object.fromEntries(copied.map((name) => [name, original[name] ?? null]));
      clones.push(seller.insert('Opportunity', { ...values, Name: `Clone of entry ${doing.number}`, StageName: 'Prospecting' }));
      return `Sam clones ${said(id)}`;
    },
    'sync now': (doing) => {
      const id = live(doing);
      return id === null ? null : request(id, 'sync_now');
    },
    accept: (doing) => {
      const id = live(doing);
      return id === null || row(id)?.['PC_Origin__c'] !== 'From Microsoft' ? null : request(id, 'accept');
    },
    decline: (doing) => {
      const id = live(doing);
      return id === null || row(id)?.['PC_Origin__c'] !== 'From Microsoft' ? null : request(id, 'decline', { Reason__c: 'Not a customer' });
    },
    'release the hold': (doing) => {
      const id = live(doing);
      return id === null || row(id)?.['PC_Sync_State__c'] !== 'On hold' ? null : request(id, 'release_hold', {}, admin);
    },
    'confirm a one-way step': (doing) => {
      const id = live(doing);
      return id === null || row(id)?.['PC_Sync_State__c'] !== 'Needs you' ? null : request(id, 'confirm');
    },
    'keep a copy as new': () => {
      const asked = clones.find((id) => row(id)?.['PC_Sync_State__c'] === 'Needs you');
      return asked === undefined ? null : request(asked, 'keep_as_new');
    },
    'put back a value': (doing) => {
      const id = live(doing);
      const field = at(plainFields, doing.a);
      if (id === null || !field || row(id)?.['Referral_Identifier__c'] === null) return null;
      const deal = { name: 'name', value: 'value', closeDate: 'closeDate', notes: 'notes', intent: 'marketplaceIntent' }[field];
      return request(id, 'put_back', { Field__c: deal, Value__c: at(['salesforce', 'partner-center', 'loser'], doing.b) ?? 'loser' });
    },
  };
}
