/** A small company's org for the demo: people, customers, contacts, deals, and the package's own rows where it is deployed. */
import type { SalesforceOrg } from './service.ts';

export interface SeededOrg {
  readonly users: { readonly admin: string; readonly seller: string; readonly integration: string; readonly outsider: string };
  /** By name. */
  readonly accounts: { readonly [name: string]: string };
  readonly contacts: { readonly [name: string]: string };
  readonly opportunities: { readonly [name: string]: string };
}

/** User names of the seeded people; the admin is there from the start. */
export const people = {
  admin: 'admin@cosell.test',
  seller: 'sam@cosell.test',
  integration: 'integration@cosell.test',
  outsider: 'olga@cosell.test',
} as const;

const customers = [
  {
    name: 'Fabrikam Fisheries',
    street: 'Hamngatan 4',
    city: 'Gothenburg',
    zip: '411 14',
    country: 'SE',
    employees: 240,
    industry: 'Manufacturing',
  },
  {
    name: 'Northwind Traders',
    street: '21 Orchard Street',
    city: 'Seattle',
    state: 'WA',
    zip: '98101',
    country: 'US',
    employees: 1200,
    industry: 'Retail',
  },
  {
    name: 'Tailspin Toys',
    street: 'Lindenallee 9',
    city: 'Hamburg',
    zip: '20095',
    country: 'DE',
    employees: 85,
    industry: 'Manufacturing',
  },
  {
    name: 'Woodgrove Bank',
    street: '5 King William Street',
    city: 'London',
    zip: 'EC4N 7AX',
    country: 'GB',
    employees: 5400,
    industry: 'Banking',
  },
  // Written out: what the two-letter rule stumbles over.
  {
    name: 'Litware Logistics',
    street: 'Keizersgracht 210',
    city: 'Amsterdam',
    zip: '1016 DX',
    country: 'Nederland',
    employees: 60,
    industry: 'Other',
  },
] as const;

const contacts = [
  { first: 'Maja', last: 'Lind', account: 'Fabrikam Fisheries', title: 'Head of IT', phone: '+46 31 555 0101' },
  { first: 'Nils', last: 'Berg', account: 'Fabrikam Fisheries', title: 'CFO', phone: '+46 31 555 0102' },
  { first: 'Grace', last: 'Okafor', account: 'Northwind Traders', title: 'VP Operations', phone: '+1 206 555 0143' },
  { first: 'Jonas', last: 'Weber', account: 'Tailspin Toys', title: 'Managing Director', phone: '+49 40 555 0177' },
  { first: 'Priya', last: 'Shah', account: 'Woodgrove Bank', title: 'Cloud Programme Lead', phone: '+44 20 7946 0150' },
] as const;

const deals = [
  {
    name: 'Fabrikam cold-chain analytics',
    account: 'Fabrikam Fisheries',
    stage: 'Qualification',
    amount: 120_000,
    days: 60,
    contact: 'Maja Lind',
  },
  {
    name: 'Northwind data platform',
    account: 'Northwind Traders',
    stage: 'Proposal/Price Quote',
    amount: 450_000,
    days: 45,
    contact: 'Grace Okafor',
  },
  { name: 'Tailspin move to Azure', account: 'Tailspin Toys', stage: 'Needs Analysis', amount: 80_000, days: 90, contact: 'Jonas Weber' },
  {
    name: 'Woodgrove fraud detection',
    account: 'Woodgrove Bank',
    stage: 'Negotiation/Review',
    amount: 900_000,
    days: 30,
    contact: 'Priya Shah',
  },
  { name: 'Litware route planning', account: 'Litware Logistics', stage: 'Prospecting', amount: 35_000, days: 75, contact: null },
] as const;

const solutions = [
  { name: 'Contoso Data Estate Modernisation', id: 'SOL-CDEM', kind: 'Own' },
  { name: 'Contoso Retail Insights', id: 'SOL-CRI', kind: 'Own' },
  { name: 'Azure', id: 'SOL-AZURE', kind: 'Microsoft' },
] as const;

const domain = (name: string): string => `${name.split(' ')[0]?.toLowerCase() ?? 'customer'}.example`;

/** Call once, after deployment; permission sets that are not deployed are not assigned. */
export function seedOrg(org: SalesforceOrg): SeededOrg {
  const seller = org.addUser({
    username: people.seller,
    firstName: 'Sam',
    lastName: 'Seller',
    email: 'sam@contoso.example',
    phone: '+46 8 555 0110',
    title: 'Account Executive',
    profile: 'standard',
  });
  const integration = org.addUser({
    username: people.integration,
    firstName: 'Partner Center',
    lastName: 'Integration',
    profile: 'minimum',
  });
  const outsider = org.addUser({
    username: people.outsider,
    firstName: 'Olga',
    lastName: 'Outside',
    email: 'olga@contoso.example',
    title: 'Marketing',
    profile: 'standard',
  });
  const assignments: readonly (readonly [string, string])[] = [
    [people.admin, 'PC_Partner_Center_Admins'],
    [people.seller, 'PC_Seller'],
    [people.integration, 'PC_Integration'],
    [people.integration, 'PC_Integration_All_Deals'],
  ];
  for (const [username, set] of assignments) {
    if (org.state.schema.permissionSets.has(set) || org.state.schema.permissionSetGroups.has(set)) org.assign(username, set);
  }
  const sam = org.asUser(people.seller);
  const accounts: { [name: string]: string } = {};
  for (const customer of customers) {
    accounts[customer.name] = sam.insert('Account', {
      Name: customer.name,
      BillingStreet: customer.street,
      BillingCity: customer.city,
      BillingState: 'state' in customer ? customer.state : null,
      BillingPostalCode: customer.zip,
      BillingCountry: customer.country,
      NumberOfEmployees: customer.employees,
      Industry: customer.industry,
      Website: `https://www.${domain(customer.name)}`,
    });
  }
  const contactIds: { [name: string]: string } = {};
  for (const contact of contacts) {
    contactIds[`${contact.first} ${contact.last}`] = sam.insert('Contact', {
      FirstName: contact.first,
      LastName: contact.last,
      AccountId: accounts[contact.account] ?? null,
      Email: `${contact.first.toLowerCase()}.${contact.last.toLowerCase()}@${domain(contact.account)}`,
      Phone: contact.phone,
      Title: contact.title,
    });
  }
  const opportunities: { [name: string]: string } = {};
  for (const deal of deals) {
    const id = sam.insert('Opportunity', {
      Name: deal.name,
      AccountId: accounts[deal.account] ?? null,
      StageName: deal.stage,
      Amount: deal.amount,
      CloseDate: new Date(org.state.now() + deal.days * 86_400_000).toISOString().slice(0, 10),
      Description: `${deal.name}: notes for our own team.`,
    });
    opportunities[deal.name] = id;
    if (deal.contact !== null) {
      sam.insert('OpportunityContactRole', {
        OpportunityId: id,
        ContactId: contactIds[deal.contact] ?? null,
        Role: 'Decision Maker',
        IsPrimary: true,
      });
    }
  }
  if (org.state.schema.object('PC_Solution__c')) {
    for (const solution of solutions)
      org.insert('PC_Solution__c', { Name: solution.name, Solution_Id__c: solution.id, Kind__c: solution.kind });
  }
  return { users: { admin: org.userId(people.admin), seller, integration, outsider }, accounts, contacts: contactIds, opportunities };
}
