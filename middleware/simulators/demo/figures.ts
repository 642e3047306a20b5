/** What the demo measures after its story: how fast a deal is shared, what an edit without news costs, how much memory the service takes. */
import { people } from '../salesforce/seed.ts';
import { until } from './story.ts';
import type { World } from './world.ts';

export interface Figures {
  /** From the seller's tick to the accepted referral, ms: the middle one of all shares. */
  readonly toReferral: number;
  readonly shares: number;
  /** Writes caused by a change that is taken back at once. */
  readonly noChange: { readonly salesforce: number; readonly partnerCenter: number };
  /** Resident memory of the service, MB. */
  readonly memory: number;
}

/** Deals that do not resemble each other: a second one like the first would be asked about before it is shared. */
const deals = [
  { name: 'Fraud alerts by message', amount: 18_000, closes: '2027-06-30', account: 'Woodgrove Bank', contact: 'Priya Shah' },
  { name: 'Warehouse scanners', amount: 240_000, closes: '2027-02-15', account: 'Northwind Traders', contact: 'Grace Okafor' },
  { name: 'Showroom of the future', amount: 61_000, closes: '2027-11-01', account: 'Tailspin Toys', contact: 'Jonas Weber' },
  { name: 'Card disputes desk', amount: 505_000, closes: '2028-01-20', account: 'Woodgrove Bank', contact: 'Priya Shah' },
  { name: 'Loyalty programme', amount: 9_500, closes: '2027-09-09', account: 'Northwind Traders', contact: 'Grace Okafor' },
] as const;
type Deal = (typeof deals)[number];

/** A complete opportunity of an existing customer, not shared yet. */
function prepare(world: World, deal: Deal): string {
  const sam = world.org.asUser(people.seller);
  const id = sam.insert('Opportunity', {
    Name: deal.name,
    AccountId: world.seeded.accounts[deal.account] ?? null,
    StageName: 'Qualification',
    Amount: deal.amount,
    CloseDate: deal.closes,
  });
  sam.insert('OpportunityContactRole', {
    OpportunityId: id,
    ContactId: world.seeded.contacts[deal.contact] ?? null,
    Role: 'Decision Maker',
    IsPrimary: true,
  });
  const [solution] = world.org.query("SELECT Id FROM PC_Solution__c WHERE Kind__c = 'Own' ORDER BY Name LIMIT 1");
  sam.insert('PC_Opportunity_Solution__c', { Opportunity__c: id, Solution__c: String(solution?.Id) });
  sam.update(id, { PC_Contact_Consent__c: true, PC_Marketplace_Intent__c: 'Have not decided' });
  return id;
}

const accepted = (world: World, id: string): boolean =>
  world.partner.partnerCenter.referrals().some((referral) => referral.externalReferenceId === id && referral.substatus === 'Accepted');

async function share(world: World, id: string): Promise<number> {
  const started = performance.now();
  world.org.asUser(people.seller).update(id, { Sync_with_Partner_Center__c: true });
  await until(
    'the deal is shared',
    () => accepted(world, id),
    () => JSON.stringify([world.org.get(id)?.PC_Sync_State__c, world.org.get(id)?.PC_Sync_Message__c]),
  );
  const took = performance.now() - started;
  await until('the opportunity says so', () => world.org.get(id)?.PC_Sync_State__c === 'In sync');
  return took;
}

const isIdle = async (world: World): Promise<void> => {
  for (let looks = 0; looks < 200; looks += 1) {
    const { backlog } = (await world.middleware.command('status')) as { backlog: number };
    if (backlog === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** Writes among the recorded requests; a composite call that only reads is none. */
const writes = (requests: readonly { readonly method: string; readonly url: string; readonly body: Uint8Array }[]): number =>
  requests.filter(({ method, body }) => {
    const text = Buffer.from(body).toString('utf8');
    return (
      method !== 'GET' &&
      !text.includes('PC_Connection__c') &&
      !(text.includes('compositeRequest') && !/"method":"(PATCH|POST|PUT|DELETE)"/.test(text))
    );
  }).length;

async function noChange(world: World, id: string): Promise<Figures['noChange']> {
  await isIdle(world);
  world.salesforceFaults.forgetRequests();
  world.partner.faults.forgetRequests();
  const sam = world.org.asUser(people.seller);
  const amount = world.org.get(id)?.Amount ?? null;
  sam.update(id, { Amount: 1 });
  sam.update(id, { Amount: amount });
  await until('the save was looked at', () => world.partner.faults.requests.length > 0);
  await isIdle(world);
  return {
    salesforce: writes(world.salesforceFaults.requests.filter(({ url }) => url.includes('/services/data/'))),
    partnerCenter: writes(world.partner.faults.requests.filter(({ url }) => url.includes('/engagements/'))),
  };
}

export async function measure(world: World): Promise<Figures> {
  const times: number[] = [];
  let last = '';
  for (const deal of deals) {
    last = prepare(world, deal);
    times.push(await share(world, last));
  }
  times.sort((one, other) => one - other);
  return {
    toReferral: Math.round(times[Math.floor(times.length / 2)] ?? 0),
    shares: times.length,
    noChange: await noChange(world, last),
    memory: await world.middleware.memory(),
  };
}

/** A short table. @param began time until the story began, ms */
export function printFigures({ toReferral, shares: count, noChange: cost, memory }: Figures, began: number): string {
  return [
    'Figures of this run',
    `  tick to accepted referral, middle of ${count}    ${toReferral} ms`,
    `  writes for an edit without news               ${cost.salesforce} in Salesforce, ${cost.partnerCenter} in Partner Center`,
    `  memory of the service                         ${memory} MB`,
    `  start to the first line of the story          ${(began / 1000).toFixed(1)} s`,
  ].join('\n');
}
