/** What people do in a run: sellers in Salesforce, sellers at Microsoft, colleagues in the Partner Center portal, admins. */
import type { Referral } from '../../simulators/partner-center/model.ts';
import type { RecordValues } from '../../simulators/salesforce/schema-model.ts';
import { RowError } from '../../simulators/salesforce/org-errors.ts';
import { people } from '../../simulators/salesforce/seed.ts';
import { labels, listFields, plainFields, type Field, type ListField, type PlainField, type Side } from './history.ts';
import { origins } from './template.ts';
import type { World } from './world.ts';

/** One thing done, as the script has it. Two numbers in [0, 1) decide the details, so that leaving others out changes nothing in it. */
export interface Doing {
  readonly number: number;
  readonly a: number;
  readonly b: number;
  /** Which deal. */
  readonly deal: number;
}

/** A deal as people see it: on one side, or on both. */
export interface Pair {
  readonly opportunityId: string | null;
  readonly referralId: string | null;
}

const at = <T>(items: readonly T[], part: number): T | undefined => items[Math.floor(part * items.length)];
const day = 86_400_000;

/** Values that nobody else ever writes. */
const plainValue: { readonly [F in PlainField]: (doing: Doing) => string } = {
  name: ({ number }) => `Deal of entry ${number}`,
  value: ({ number }) => String(10_000 + number * 7),
  closeDate: ({ number }) => new Date(Date.parse('2026-09-01') + number * day).toISOString().slice(0, 10),
  notes: ({ number }) => `Note of entry ${number}`,
  intent: ({ b }) => at(['Yes', 'No', 'HaveNotDecided'], b) ?? 'Yes',
};
const intentLabels: { readonly [code: string]: string } = { Yes: 'Yes', No: 'No', HaveNotDecided: 'Have not decided' };
const crmColumn: { readonly [F in PlainField]: string } = {
  name: 'Name',
  value: 'Amount',
  closeDate: 'CloseDate',
  notes: 'PC_Shared_Notes__c',
  intent: 'PC_Marketplace_Intent__c',
};
const helps = ['Proof of concept or demo', 'Quotes or licensing', 'General or other'] as const;

const crmValue = (field: PlainField, text: string): string | number =>
  field === 'value' ? Number(text) : field === 'intent' ? (intentLabels[text] ?? text) : text;

function setOnReferral(field: PlainField, text: string): (draft: Referral) => void {
  return (draft) => {
    if (field === 'name') draft.name = text;
    if (field === 'value') draft.details.dealValue = Number(text);
    if (field === 'closeDate') draft.details.closingDateTime = `${text}T00:00:00.0000000Z`;
    if (field === 'notes') draft.details.notes = text;
    if (field === 'intent') {
      const { attributes } = draft.details.requirements.additionalRequirements;
      const found = attributes.find((one) => one.type === 'CustomerMarketplaceIntent');
      if (found) found.id = text;
      else attributes.push({ type: 'CustomerMarketplaceIntent', id: text });
    }
  };
}

export interface People {
  /** Deals in play, in a fixed order. */
  pairs(): readonly Pair[];
  /** Does it; says in words what was done, null when it was not possible. */
  act(name: string, doing: Doing): string | null;
  readonly acts: readonly string[];
}

export function createPeople(world: World): People {
  const { org, center, history, template } = world;
  const seeded = ['Fabrikam cold-chain analytics', 'Northwind data platform', 'Tailspin move to Azure', 'Woodgrove fraud detection'].map(
    (name) => template.seeded.opportunities[name] ?? '',
  );
  const clones: string[] = [];
  const seller = org.asUser(people.seller);
  const admin = org.asUser(people.admin);

  const row = (id: string | null): RecordValues | undefined => (id === null ? undefined : org.get(id));
  const owns = (): readonly Referral[] => center.referrals().filter((referral) => referral.organizationId !== 'msft');

  function pairs(): readonly Pair[] {
    const linked = [...seeded, ...clones].map((opportunityId): Pair => {
      const identifier = row(opportunityId)?.['Referral_Identifier__c'];
      const own = owns().find((referral) => referral.id === identifier || referral.externalReferenceId === opportunityId);
      return { opportunityId, referralId: own?.id ?? null };
    });
    const known = new Set(linked.map(({ referralId }) => referralId));
    const others = owns()
      .filter(({ id }) => !known.has(id))
      .map(({ id }): Pair => {
        const opportunity = org.state.find('Opportunity', 'Referral_Identifier__c', id)[0];
        return { opportunityId: opportunity ? String(opportunity['Id']) : null, referralId: id };
      });
    return [...linked, ...others];
  }

  const pairOf = ({ deal }: Doing): Pair => pairs()[deal % pairs().length] ?? { opportunityId: null, referralId: null };
  const partnered = (doing: Doing): (Pair & { readonly referralId: string }) | null => {
    const candidates = pairs().flatMap((pair) => (pair.referralId === null ? [] : [{ ...pair, referralId: pair.referralId }]));
    return candidates[doing.deal % Math.max(1, candidates.length)] ?? null;
  };
  const said = (id: string | null): string => `"${String(row(id)?.['Name'] ?? id)}"`;

  const live = (doing: Doing): string | null => {
    const { opportunityId } = pairOf(doing);
    const found = row(opportunityId);
    return found && found['IsDeleted'] !== true ? opportunityId : null;
  };

  /** Every edit is written down before it is made, and forgotten when the page refuses it. */
  const already = (id: string, field: PlainField, text: string): boolean => history.now(id)?.plain[field] === text;

  function note(
    side: Side,
    id: string,
    field: Field,
    change: { kind: 'set'; value: string | null } | { kind: 'add' | 'remove'; element: string },
  ): void {
    history.edit({ side, id, field, change });
  }

  function editCrm(id: string, field: PlainField, text: string): string | null {
    if (already(id, field, text)) return null;
    seller.update(id, { [crmColumn[field]]: crmValue(field, text) });
    note('crm', id, field, { kind: 'set', value: text });
    return `Sam sets ${labels[field]} of ${said(id)} to ${text}`;
  }

  function editPortal(id: string, field: PlainField, text: string, who: string): string | null {
    if (already(id, field, text)) return null;
    center.editAsPartner(id, setOnReferral(field, text));
    note('partner', id, field, { kind: 'set', value: text });
    return `${who} sets ${labels[field]} of "${center.referral(id)?.name}" to ${text}`;
  }

  /** A moment later, somewhere in the middle of what the first half sets going. */
  function later(part: number, act: () => string | null): void {
    const [least, most] = world.conditions.latency;
    world.scheduler.after(5 + part * 6 * (least + most), () => {
      try {
        const said = act();
        if (said !== null) world.trace.add('· people', said);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
      world.look();
    });
  }

  const solutionRows = (): readonly RecordValues[] => org.state.rows('PC_Solution__c');
  const rolesOf = (id: string): readonly RecordValues[] => org.state.find('OpportunityContactRole', 'OpportunityId', id);
  const solutionsOf = (id: string): readonly RecordValues[] => org.state.find('PC_Opportunity_Solution__c', 'Opportunity__c', id);

  function fill(id: string, doing: Doing): void {
    const [solution] = solutionRows();
    if (solutionsOf(id).length === 0 && solution) {
      seller.insert('PC_Opportunity_Solution__c', { Opportunity__c: id, Solution__c: String(solution['Id']) });
      note('crm', id, 'solutions', { kind: 'add', element: String(solution['Solution_Id__c']) });
    }
    const help = doing.a < 0.5 ? (at(helps, doing.b) ?? helps[0]) : null;
    seller.update(id, {
      PC_Contact_Consent__c: true,
      ...(row(id)?.['PC_Marketplace_Intent__c'] ? {} : { PC_Marketplace_Intent__c: 'Have not decided' }),
      PC_Visible_to_Microsoft__c: doing.a < 0.75,
      ...(help === null ? {} : { How_can_Microsoft_help__c: help, PC_Note_to_Microsoft__c: `Please help, entry ${doing.number}` }),
      Sync_with_Partner_Center__c: true,
    });
  }

  function request(id: string, kind: string, values: RecordValues = {}, who = seller): string {
    who.insert('PC_Request__c', { Opportunity__c: id, Kind__c: kind, ...values });
    return `a person asks for "${kind}" on ${said(id)}`;
  }

  const acts: { readonly [name: string]: (doing: Doing) => string | null } = {
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
      seller.update(id, { NextStep: `Step of entry ${doing.number}` });
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
    'put back a value': (doing) => {
      const id = live(doing);
      const field = at(plainFields, doing.a);
      if (id === null || !field || row(id)?.['Referral_Identifier__c'] === null) return null;
      const deal = { name: 'name', value: 'value', closeDate: 'closeDate', notes: 'notes', intent: 'marketplaceIntent' }[field];
      return request(id, 'put_back', { Field__c: deal, Value__c: at(['salesforce', 'partner-center', 'loser'], doing.b) ?? 'loser' });
    },
    'answer a match': (doing) => {
      const open = org.state.rows('PC_Attention__c').find((one) => one['Kind__c'] === 'match' && one['Status__c'] === 'Open');
      if (!open) return null;
      const keep = doing.a < 0.5;
      const suggestions = JSON.parse(String(open['Suggestions__c'] ?? '[]')) as readonly { opportunityId: string }[];
      const target = suggestions[0]?.opportunityId;
      admin.insert('PC_Service_Request__c', {
        Attention__c: String(open['Id']),
        Kind__c: keep || target === undefined ? 'keep_as_new' : 'link',
        ...(keep || target === undefined ? {} : { Target__c: target }),
      });
      return keep ? 'an admin keeps an incoming deal as new' : 'an admin links an incoming deal to the suggested opportunity';
    },
    'retry everything': () => {
      admin.insert('PC_Service_Request__c', { Kind__c: 'retry_all' });
      return 'an admin presses "Try all again"';
    },

    'edit in the portal': (doing) => {
      const pair = partnered(doing);
      const field = at(plainFields, doing.a);
      return pair && field ? editPortal(pair.referralId, field, plainValue[field](doing), 'a colleague in the portal') : null;
    },
    'both edit': (doing) => {
      const pair = partnered(doing);
      const field = at(plainFields, doing.a);
      if (
        !pair ||
        !field ||
        pair.opportunityId === null ||
        live({ ...doing, deal: pairs().findIndex((one) => one.opportunityId === pair.opportunityId) }) === null
      )
        return null;
      const ours = field === 'intent' ? plainValue[field](doing) : plainValue[field]({ ...doing, number: doing.number + 5_000 });
      const done = [
        editPortal(pair.referralId, field, plainValue[field](doing), 'a colleague in the portal'),
        editCrm(pair.opportunityId, field, ours),
      ];
      return done.filter((words) => words !== null).join('; ') || null;
    },
    'a colleague edits while it is sent': (doing) => {
      const pair = partnered(doing);
      const field = at(['name', 'value', 'closeDate', 'notes'] as const, doing.a);
      if (!pair || !field || pair.opportunityId === null || org.get(pair.opportunityId)?.['IsDeleted'] === true) return null;
      const said = editCrm(pair.opportunityId, field, plainValue[field]({ ...doing, number: doing.number + 5_000 }));
      later(doing.b, () => editPortal(pair.referralId, field, plainValue[field](doing), 'a colleague in the portal'));
      return said;
    },
    'Sam edits while it is taken over': (doing) => {
      const pair = partnered(doing);
      const field = at(['name', 'value', 'closeDate', 'notes'] as const, doing.a);
      if (!pair || !field || pair.opportunityId === null) return null;
      const { opportunityId } = pair;
      const said = editPortal(
        pair.referralId,
        field,
        plainValue[field]({ ...doing, number: doing.number + 5_000 }),
        'a colleague in the portal',
      );
      const second = at(['name', 'value', 'closeDate', 'notes'] as const, (doing.a + doing.b) % 1) ?? field;
      later(doing.b, () =>
        org.get(opportunityId)?.['IsDeleted'] === true ? null : editCrm(opportunityId, second, plainValue[second](doing)),
      );
      return said;
    },
    'add in the portal': (doing) => {
      const pair = partnered(doing);
      if (!pair) return null;
      const element = doing.a < 0.5 ? `SOL-PORTAL-${doing.number}` : `portal${doing.number}@customer.example`;
      const field: ListField = doing.a < 0.5 ? 'solutions' : 'contacts';
      center.editAsPartner(pair.referralId, (draft) => {
        if (field === 'solutions')
          draft.details.requirements.solutions.push({ id: element, name: `Solution ${doing.number}`, type: 'Name' });
        else
          draft.customerProfile.team.push({
            firstName: 'Robin',
            lastName: `Portal ${doing.number}`,
            email: element,
            phoneNumber: `+44 20 7946 ${1000 + doing.number}`,
          });
      });
      note('partner', pair.referralId, field, { kind: 'add', element });
      return `a colleague in the portal adds ${element}`;
    },
    'remove in the portal': (doing) => {
      const pair = partnered(doing);
      const referral = pair && center.referral(pair.referralId);
      const field = at(listFields, doing.a);
      if (!pair || !referral || !field) return null;
      const elements = history.now(pair.referralId)?.lists[field] ?? [];
      const element = at(elements, doing.b);
      if (element === undefined || elements.length < 2) return null;
      center.editAsPartner(pair.referralId, (draft) => {
        if (field === 'solutions')
          draft.details.requirements.solutions = draft.details.requirements.solutions.filter(({ id }) => id !== element);
        else draft.customerProfile.team = draft.customerProfile.team.filter(({ email }) => email?.toLowerCase() !== element);
      });
      note('partner', pair.referralId, field, { kind: 'remove', element });
      return `a colleague in the portal removes ${element}`;
    },
    'close in the portal': (doing) => {
      const pair = partnered(doing);
      const referral = pair && center.referral(pair.referralId);
      if (!pair || referral?.status !== 'Active') return null;
      const won = doing.a < 0.5;
      center.editAsPartner(pair.referralId, (draft) =>
        Object.assign(draft, { status: 'Closed', substatus: won ? 'Won' : 'Lost', statusReason: won ? null : 'Requirement not met' }),
      );
      return `a colleague in the portal closes "${referral.name}" as ${won ? 'won' : 'lost'}`;
    },
    'answer in the portal': (doing) => {
      const waiting = owns().find(({ status }) => status === 'New');
      if (!waiting) return null;
      const yes = doing.a < 0.7;
      center.editAsPartner(waiting.id, (draft) =>
        Object.assign(
          draft,
          yes ? { status: 'Active', substatus: 'Accepted' } : { status: 'Closed', substatus: 'Declined', statusReason: 'Not a customer' },
        ),
      );
      return `a colleague in the portal ${yes ? 'accepts' : 'declines'} "${waiting.name}"`;
    },
    'make a deal in the portal': (doing) => {
      const body = {
        name: `Portal deal of entry ${doing.number}`,
        type: 'Independent',
        qualification: 'SalesQualified',
        customerProfile: {
          name: `Customer ${doing.number}`,
          address: { addressLine1: '1 High Street', city: 'Leeds', postalCode: 'LS1 1AA', country: 'GB' },
          team: [{ firstName: 'Ada', lastName: 'Muster', phoneNumber: '+441130000000', email: `ada${doing.number}@customer.example` }],
        },
        consent: {
          consentToToShareInfoWithOthers: true,
          consentToContact: true,
          consentToMicrosoftToContactSpecificPartners: true,
          consentToShareReferralWithMicrosoftSellers: false,
        },
        details: {
          dealValue: 5_000 + doing.number,
          currency: 'USD',
          closingDateTime: '2026-12-01T00:00:00Z',
          requirements: {
            solutions: [{ id: 'SOL-CRI', name: 'Contoso Retail Insights', type: 'Name' }],
            additionalRequirements: { attributes: [{ type: 'CustomerMarketplaceIntent', id: 'No' }] },
          },
        },
        team: [{ firstName: 'Sam', lastName: 'Seller', phoneNumber: '+46 8 555 0110', email: 'sam@contoso.example' }],
      };
      const token = world.signIn.tokenOfAPerson();
      void center.service({
        method: 'POST',
        url: '/v1.0/engagements/referrals',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', host: new URL(origins.referrals).host },
        body: Buffer.from(JSON.stringify(body)),
      });
      return `a colleague makes a deal in the portal`;
    },

    'Microsoft receives': (doing) => {
      const pair = partnered(doing);
      return pair ? (center.microsoft.receive(pair.referralId), 'Microsoft has seen the request') : null;
    },
    'Microsoft accepts': (doing) => {
      const pair = partnered(doing);
      return pair ? (center.microsoft.accept(pair.referralId), `Microsoft accepts "${center.referral(pair.referralId)?.name}"`) : null;
    },
    'Microsoft declines': (doing) => {
      const pair = partnered(doing);
      return pair ? (center.microsoft.decline(pair.referralId), `Microsoft declines "${center.referral(pair.referralId)?.name}"`) : null;
    },
    'Microsoft closes its leg': (doing) => {
      const pair = partnered(doing);
      if (!pair) return null;
      if (doing.a < 0.5) center.microsoft.win(pair.referralId);
      else center.microsoft.lose(pair.referralId);
      return `Microsoft closes its leg of "${center.referral(pair.referralId)?.name}"`;
    },
    'Microsoft edits': (doing) => {
      const pair = partnered(doing);
      const field = at(['name', 'value', 'closeDate', 'notes'] as const, doing.a);
      if (!pair || !field || center.referral(pair.referralId)?.status === 'Closed') return null;
      return editPortal(pair.referralId, field, plainValue[field](doing), 'Microsoft');
    },
    'Microsoft sends a deal': (doing) => {
      const known = { name: 'Northwind Traders', city: 'Seattle', postalCode: '98101', country: 'US', addressLine1: '21 Orchard Street' };
      const fresh = {
        name: `New customer ${doing.number}`,
        city: 'Leeds',
        postalCode: 'LS1 4AP',
        country: 'GB',
        addressLine1: '1 Park Row',
      };
      const sent = center.microsoft.sendDeal({
        name: doing.a < 0.3 ? 'Northwind data platform' : `Sent deal of entry ${doing.number}`,
        dealValue: 50_000 + doing.number,
        currency: 'USD',
        customer: doing.a < 0.5 ? known : fresh,
        solutions: [{ id: 'SOL-AZURE', name: 'Azure' }],
      });
      return `Microsoft sends "${sent.name}"`;
    },
    'Microsoft sends a lead': (doing) => {
      const lead = center.microsoft.sendLead({ name: `Lead of entry ${doing.number}` });
      return `Microsoft sends the lead "${lead.name}"`;
    },
  };

  return {
    pairs,
    acts: Object.keys(acts),
    act(name, doing) {
      const act = acts[name];
      if (!act) throw new Error(`Nobody knows how to "${name}".`);
      const before = history.edits.length;
      try {
        const words = act(doing);
        world.look();
        return words;
      } catch (error) {
        // the page or the portal refuses: at most the first half was done
        world.look();
        if (history.edits.length !== before) return `${name}, the second half of which was refused`;
        if (error instanceof RowError || (error instanceof Error && error.constructor === Error)) return null;
        throw error;
      }
    },
  };
}
