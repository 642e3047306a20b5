/** The story the demo tells: one deal there and back, and what goes wrong on the way. Each chapter checks what it shows. */
import { people } from '../salesforce/seed.ts';
import type { RecordValues } from '../salesforce/schema-model.ts';
import type { Narrator } from './narrate.ts';
import type { World } from './world.ts';

export class StoryFailure extends Error {}

const patience = 20_000;

/** Waits until something holds; fails with what was expected and what is there. */
export async function until<T>(what: string, look: () => T | null | undefined | false, now: () => string = () => ''): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new StoryFailure(`Expected within ${patience / 1000} s: ${what}. ${now()}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

const hour = 3_600_000;

export interface Teller {
  readonly world: World;
  readonly tell: Narrator;
}

const row = (world: World, id: string): RecordValues => world.org.get(id) ?? {};
const shown = (world: World, id: string) => (): string =>
  `The opportunity shows: ${JSON.stringify({ state: row(world, id).PC_Sync_State__c, message: row(world, id).PC_Sync_Message__c })}`;
const seller = (world: World) => world.org.asUser(people.seller);
const opportunity = (world: World, name: string): string => {
  const id = world.seeded.opportunities[name];
  if (id === undefined) throw new StoryFailure(`The simulated org has no opportunity ${name}.`);
  return id;
};

/** A seller fills what sharing needs and ticks the box. */
export function share(world: World, name: string, extra: RecordValues = {}): string {
  const id = opportunity(world, name);
  const [solution] = world.org.query("SELECT Id FROM PC_Solution__c WHERE Kind__c = 'Own' ORDER BY Name LIMIT 1");
  seller(world).insert('PC_Opportunity_Solution__c', { Opportunity__c: id, Solution__c: String(solution?.Id) });
  seller(world).update(id, {
    How_can_Microsoft_help__c: 'Proof of concept or demo',
    PC_Contact_Consent__c: true,
    PC_Marketplace_Intent__c: 'Have not decided',
    PC_Note_to_Microsoft__c: 'The customer wants to see it run on their data.',
    Sync_with_Partner_Center__c: true,
    ...extra,
  });
  return id;
}

const inSync = async (world: World, id: string, word = 'In sync'): Promise<void> => {
  await until(`the opportunity says "${word}"`, () => row(world, id).PC_Sync_State__c === word, shown(world, id));
};
const ownReferral = (world: World, id: string) => world.partner.partnerCenter.referral(String(row(world, id).Referral_Identifier__c ?? ''));
const patches = (world: World) =>
  world.partner.faults.requests.filter((request) => request.service === 'partner-center' && request.method === 'PATCH');

async function shareADeal({ world, tell }: Teller): Promise<string> {
  const id = share(world, 'Fabrikam cold-chain analytics');
  tell.act('Sam Seller fills help, solution, consent and ticks the box; a flow publishes the event');
  await inSync(world, id, 'Waiting for Microsoft');
  const own = await until('the referral is in Partner Center', () => ownReferral(world, id));
  await until(
    "Microsoft's leg belongs to the same engagement",
    () => world.partner.partnerCenter.legOf(own.id)?.engagementId === own.engagementId,
  );
  tell.both(id);
  tell.fact('Link', String(row(world, id).Referral_Link__c));
  return id;
}

async function changeADeal({ world, tell }: Teller, id: string): Promise<void> {
  world.partner.faults.forgetRequests();
  seller(world).update(id, { Amount: 135_000, CloseDate: '2027-03-31' });
  tell.act('Amount becomes 135,000, close date 2027-03-31');
  await until('the new amount is in Partner Center', () => ownReferral(world, id)?.details.dealValue === 135_000);
  const [patch, ...more] = patches(world);
  const operations = JSON.parse(Buffer.from(patch?.body ?? new Uint8Array()).toString('utf8')) as { path: string }[];
  const paths = operations.map((operation) => operation.path).sort();
  if (more.length > 0 || paths.join() !== '/details/closingDateTime,/details/dealValue')
    throw new StoryFailure(`Expected one PATCH with two paths, sent were: ${patches(world).length} with ${paths.join()}`);
  tell.both(id);
  tell.fact('Sent', `one PATCH with ${paths.join(' and ')}, guarded by ${String(patch?.headers['if-match'])}`);
}

async function microsoftAccepts({ world, tell }: Teller, id: string): Promise<void> {
  const own = await until('the referral', () => ownReferral(world, id));
  world.partner.partnerCenter.microsoft.accept(own.id);
  world.partner.partnerCenter.microsoft.edit(own.id, { notes: 'Kick-off on Monday with the customer.', dealValue: 140_000 });
  tell.act('Morgan Field of Microsoft accepts, sets the value to 140,000 and adds notes; signed webhooks go out');
  await until(
    'status, seller, CRM identifier and the new value are on the opportunity',
    () => {
      const now = row(world, id);
      return (
        now.PC_Microsoft_Status__c === 'Active / Accepted' &&
        now.PC_Microsoft_Seller__c &&
        now.PC_Microsoft_CRM_Id__c &&
        now.Amount === 140_000 &&
        now.PC_Shared_Notes__c
      );
    },
    shown(world, id),
  );
  await inSync(world, id);
  tell.both(id);
  tell.fact('Notes', String(row(world, id).PC_Shared_Notes__c));
}

async function microsoftSendsADeal({ world, tell }: Teller): Promise<void> {
  const sent = world.partner.partnerCenter.microsoft.sendDeal({
    name: 'Adventure Works data platform',
    dealValue: 75_000,
    customer: { name: 'Adventure Works', city: 'Leeds', postalCode: 'LS1 4AP', country: 'GB', addressLine1: '1 Park Row' },
  });
  tell.act('A deal for Adventure Works arrives by webhook');
  const id = await until('an opportunity with account and contact appears', () => {
    const [found] = world.org.query(`SELECT Id, AccountId FROM Opportunity WHERE Referral_Identifier__c = '${sent.id}'`);
    return found?.AccountId ? String(found.Id) : null;
  });
  const [account] = world.org.query(`SELECT Account.Name, Account.BillingCity FROM Opportunity WHERE Id = '${id}'`);
  tell.both(id);
  tell.fact('Account', JSON.stringify(account?.Account));
  seller(world).insert('PC_Request__c', { Opportunity__c: id, Kind__c: 'accept' });
  tell.act('Sam Seller presses Accept');
  await until('the deal is Active/Accepted in Partner Center', () => ownReferral(world, id)?.substatus === 'Accepted', shown(world, id));
  await until(
    'the request is answered',
    () => world.org.query(`SELECT Outcome__c FROM PC_Request__c WHERE Opportunity__c = '${id}'`)[0]?.Outcome__c === 'Done',
  );
  tell.both(id);
}

async function bothChange({ world, tell }: Teller, id: string): Promise<void> {
  const own = await until('the referral', () => ownReferral(world, id));
  seller(world).update(id, { CloseDate: '2027-04-15' });
  world.partner.partnerCenter.microsoft.edit(own.id, { notes: 'Security review is done.' }, 'partner referral');
  tell.act('Different fields: the seller moves the close date, Microsoft writes notes');
  await until(
    'both survive',
    () =>
      String(ownReferral(world, id)?.details.closingDateTime).startsWith('2027-04-15') &&
      row(world, id).PC_Shared_Notes__c === 'Security review is done.',
    shown(world, id),
  );
  tell.both(id);

  // made in one breath: whatever pass is under way, neither side hears of the other before both edits are there
  seller(world).update(id, { Amount: 150_000 });
  world.partner.partnerCenter.microsoft.edit(own.id, { dealValue: 160_000 }, 'partner referral');
  tell.act('The same field: the seller sets 150,000, Microsoft 160,000');
  await until(
    'the owner rule decides for Salesforce',
    () => ownReferral(world, id)?.details.dealValue === 150_000 && row(world, id).Amount === 150_000,
    shown(world, id),
  );
  const line = await until(
    'both values are in the audit',
    () =>
      String(row(world, id).Audit__c)
        .split('\n')
        .find((one) => one.includes('150000') && one.includes('lost "160000"')),
    () => String(row(world, id).Audit__c).slice(0, 1500),
  );
  tell.both(id);
  tell.fact('Kept', line.slice(line.indexOf('Deal value'), line.indexOf('Deal value') + 70));
}

async function winTheDeal({ world, tell }: Teller, id: string): Promise<void> {
  seller(world).update(id, { StageName: 'Closed Won' });
  tell.act('Stage becomes Closed Won, less than 72 hours after the deal was made');
  await inSync(world, id, 'On hold');
  tell.both(id);
  world.advance(73 * hour);
  tell.act('The clock is moved by 73 hours');
  await until('the deal is Closed/Won in Partner Center', () => ownReferral(world, id)?.substatus === 'Won', shown(world, id));
  await inSync(world, id);
  tell.both(id);
}

async function incompleteDeal({ world, tell }: Teller): Promise<void> {
  const before = world.partner.partnerCenter.referrals().length;
  const id = opportunity(world, 'Litware route planning');
  const account = String(row(world, id).AccountId);
  world.org.update(account, { BillingCountry: 'Atlantis' });
  seller(world).update(id, {
    How_can_Microsoft_help__c: 'Quotes or licensing',
    PC_Contact_Consent__c: true,
    PC_Marketplace_Intent__c: 'Yes',
    Sync_with_Partner_Center__c: true,
  });
  tell.act('Ticked without a two-letter country, a contact or a solution');
  await inSync(world, id, 'Needs you');
  const message = String(row(world, id).PC_Sync_Message__c);
  for (const word of ['two-letter country', 'contact role', 'Microsoft Solutions'])
    if (!message.includes(word)) throw new StoryFailure(`The opportunity does not say what is missing (${word}): ${message}`);
  if (world.partner.partnerCenter.referrals().length !== before)
    throw new StoryFailure('Something was sent although the deal is incomplete.');
  tell.both(id);
}

async function killedInTheMiddle({ world, tell }: Teller): Promise<void> {
  const remove = world.partner.faults.add({
    service: 'partner-center',
    method: 'POST',
    path: /referrals\/?$/,
    fault: { kind: 'slow', ms: 60_000 },
    count: 1,
  });
  const before = world.partner.partnerCenter.referrals().filter((referral) => referral.organizationId !== 'msft').length;
  const id = share(world, 'Tailspin move to Azure');
  await until(
    'the referral is created while the middleware waits for the answer',
    () => world.partner.partnerCenter.referrals().filter((referral) => referral.organizationId !== 'msft').length > before,
  );
  await world.middleware.kill();
  remove();
  tell.act('Partner Center has created the referral, the answer never arrives: kill -9');
  await world.middleware.start();
  tell.act('Started again');
  await until('the opportunity knows its referral', () => ownReferral(world, id), shown(world, id));
  await inSync(world, id, 'Waiting for Microsoft');
  const mine = world.partner.partnerCenter.referrals().filter((referral) => referral.externalReferenceId === id);
  if (mine.length !== 1) throw new StoryFailure(`Expected exactly one referral for the deal, there are ${mine.length}.`);
  tell.both(id);
  tell.fact('Referrals for this deal', '1');
}

export interface Chapter {
  readonly letter: string;
  readonly title: string;
  /** Plays it and checks what it shows. `deal` is the opportunity of chapter a; throws `StoryFailure` when something is not as it should be. */
  readonly play: (teller: Teller, deal: { id: string }) => Promise<void>;
}

export const chapters: readonly Chapter[] = [
  {
    letter: 'a',
    title: 'A seller ticks "Sync with Partner Center"',
    play: async (teller, deal) => void (deal.id = await shareADeal(teller)),
  },
  { letter: 'b', title: 'The seller changes amount and close date', play: (teller, { id }) => changeADeal(teller, id) },
  { letter: 'c', title: 'The Microsoft seller accepts and changes the deal', play: (teller, { id }) => microsoftAccepts(teller, id) },
  { letter: 'd', title: 'Microsoft sends a new deal', play: (teller) => microsoftSendsADeal(teller) },
  { letter: 'e', title: 'Both sides change the deal in the same moment', play: (teller, { id }) => bothChange(teller, id) },
  { letter: 'f', title: 'The seller closes as won', play: (teller, { id }) => winTheDeal(teller, id) },
  { letter: 'g', title: 'An opportunity that is not ready', play: (teller) => incompleteDeal(teller) },
  { letter: 'h', title: 'The middleware is killed in the middle of a create', play: (teller) => killedInTheMiddle(teller) },
];

/** Tells the whole story; throws `StoryFailure` at the first thing that is not as it should be. */
export async function tellStory(teller: Teller): Promise<void> {
  const deal = { id: '' };
  for (const chapter of chapters) {
    teller.tell.chapter(chapter.letter, chapter.title);
    await chapter.play(teller, deal);
  }
}
