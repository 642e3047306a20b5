/** What scenarios share: a world per file, deals of their own per test, waiting by looking, and counting what went over the wires. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';

import { openWorld, type World, type WorldOptions } from '../../simulators/demo/world.ts';
import { until } from '../../simulators/demo/story.ts';
import type { Referral } from '../../simulators/partner-center/model.ts';
import type { RecordValues } from '../../simulators/salesforce/schema-model.ts';
import { people } from '../../simulators/salesforce/seed.ts';

export { openWorld, people, until, type World, type WorldOptions };

/** Waits for something that has to be asked for; fails with what was expected. */
export async function eventually<T>(what: string, look: () => Promise<T | null | undefined | false>, patience = 20_000): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    assert.ok(Date.now() < end, `Expected within ${patience / 1000} s: ${what}`);
    await pause(20);
  }
}

export const seller = (world: World) => world.org.asUser(people.seller);
export const row = (world: World, id: string): RecordValues => world.org.get(id) ?? {};
export const stateOf = (world: World, id: string): unknown => row(world, id).PC_Sync_State__c;
export const messageOf = (world: World, id: string): string => String(row(world, id).PC_Sync_Message__c ?? '');
export const auditOf = (world: World, id: string): string => String(row(world, id).Audit__c ?? '');
const shows = (world: World, id: string) => (): string =>
  `The opportunity shows: ${JSON.stringify({ state: stateOf(world, id), message: messageOf(world, id) })}`;

export function referralOf(world: World, id: string): Referral {
  const found = world.partner.partnerCenter.referral(String(row(world, id).Referral_Identifier__c ?? ''));
  assert.ok(found, `The opportunity ${id} has no referral. ${shows(world, id)()}`);
  return found;
}

/** Our own referrals, without Microsoft's legs. */
export const ownReferrals = (world: World): readonly Referral[] =>
  world.partner.partnerCenter.referrals().filter((referral) => referral.organizationId !== 'msft');

export const untilState = (world: World, id: string, word: string): Promise<unknown> =>
  until(`the opportunity says "${word}"`, () => stateOf(world, id) === word, shows(world, id));
export const untilShown = (world: World, id: string, what: string, look: (record: RecordValues) => unknown): Promise<unknown> =>
  until(what, () => Boolean(look(row(world, id))), shows(world, id));

let count = 0;

export interface NewDeal {
  readonly opportunity?: RecordValues;
  /** Help from Microsoft; null for a private deal. */
  readonly help?: string | null;
  readonly tick?: boolean;
}

/** A complete opportunity of a customer of its own, ticked by the seller unless told otherwise. */
export function newDeal(world: World, { opportunity = {}, help = 'Proof of concept or demo', tick = true }: NewDeal = {}): string {
  count += 1;
  const sam = seller(world);
  const customer = `Customer ${count} Ltd`;
  const account = sam.insert('Account', {
    Name: customer,
    BillingStreet: `${count} High Street`,
    BillingCity: 'Leeds',
    BillingPostalCode: `LS1 ${count}AA`,
    BillingCountry: 'GB',
    NumberOfEmployees: 100,
  });
  const contact = sam.insert('Contact', {
    AccountId: account,
    FirstName: 'Casey',
    LastName: `Customer${count}`,
    Email: `casey${count}@customer.example`,
    Phone: '+44 113 496 0000',
  });
  const id = sam.insert('Opportunity', {
    Name: `Deal ${count}`,
    AccountId: account,
    StageName: 'Qualification',
    Amount: 10_000 * count,
    CloseDate: '2027-06-30',
  });
  sam.insert('OpportunityContactRole', { OpportunityId: id, ContactId: contact, Role: 'Decision Maker', IsPrimary: true });
  const [solution] = world.org.query("SELECT Id FROM PC_Solution__c WHERE Kind__c = 'Own' ORDER BY Name LIMIT 1");
  sam.insert('PC_Opportunity_Solution__c', { Opportunity__c: id, Solution__c: String(solution?.Id) });
  sam.update(id, {
    How_can_Microsoft_help__c: help,
    PC_Contact_Consent__c: true,
    PC_Marketplace_Intent__c: 'Have not decided',
    ...(tick ? { Sync_with_Partner_Center__c: true } : {}),
    ...opportunity,
  });
  return id;
}

/** A deal that is shared and waits for Microsoft. */
export async function sharedDeal(world: World, deal: NewDeal = {}): Promise<string> {
  const id = newDeal(world, deal);
  await untilState(world, id, deal.help === null ? 'In sync' : 'Waiting for Microsoft');
  await settled(world);
  return id;
}

/** A deal that Microsoft accepted. */
export async function acceptedDeal(world: World, deal: NewDeal = {}): Promise<string> {
  const id = await sharedDeal(world, deal);
  world.partner.partnerCenter.microsoft.accept(referralOf(world, id).id);
  await untilState(world, id, 'In sync');
  await settled(world);
  return id;
}

/** The opportunity that stands for a referral Microsoft sent. */
export const arrived = (world: World, referralId: string): Promise<string> =>
  until('an opportunity stands for the deal from Microsoft', () => {
    const [found] = world.org.query(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${referralId}'`);
    return found ? String(found.Id) : null;
  });

/** A person's request on a deal; resolves with the answer. */
export async function ask(
  world: World,
  id: string,
  kind: string,
  more: RecordValues = {},
  as: string = people.seller,
): Promise<{ readonly outcome: string; readonly message: string }> {
  const request = world.org.asUser(as).insert('PC_Request__c', { Opportunity__c: id, Kind__c: kind, ...more });
  await untilShown(world, request, `the request "${kind}" is answered`, (record) => record.Outcome__c);
  await settled(world);
  return { outcome: String(row(world, request).Outcome__c), message: String(row(world, request).Message__c ?? '') };
}

export interface Status {
  readonly state: string;
  readonly message: string | null;
  readonly backlog: number;
  readonly oldestDirty: number | null;
  readonly parked: number;
  readonly parkedCauses: readonly { readonly code: string; readonly count: number; readonly cure: string }[];
  readonly lastSweepAt: number | null;
}

export const status = async (world: World): Promise<Status> => (await world.middleware.command('status')) as Status;

/** An event that is not stored after this time came while nobody listened: a sweep has to find it. */
const longestOnTheWay = 3_000;

/** True when the service has stored every event that is on the stream, or listens to none. */
function heard(world: World): boolean {
  const last = world.events.bus.retained().at(-1);
  if (!last || world.events.pubSub.openStreams() === 0 || world.clock.now() - last.publishedAt > longestOnTheWay) return true;
  const database = new DatabaseSync(join(world.dataDir, 'cosell.sqlite'), { readOnly: true });
  try {
    const stored = database.prepare("select position from checkpoint where stream = '/event/PC_Sync_Request__e'").get();
    return stored !== undefined && Buffer.compare(Buffer.from(String(stored.position), 'base64'), last.replayId) >= 0;
  } finally {
    database.close();
  }
}

/** Waits until nothing is on its way: no delivery, no event, no deal in the queue, seen several times in a row. */
export async function settled(world: World, patience = 20_000): Promise<void> {
  let calm = 0;
  let busy = '';
  const end = Date.now() + patience;
  while (calm < 4) {
    const due = world.partner.partnerCenter.dueAt();
    const { backlog, oldestDirty } = await status(world);
    busy = !heard(world)
      ? 'an event is not stored yet'
      : due !== null && due <= world.clock.now()
        ? 'a webhook waits'
        : backlog > 0
          ? `${backlog} deals wait since ${oldestDirty}`
          : '';
    calm = busy === '' ? calm + 1 : 0;
    assert.ok(Date.now() < end, `Expected everything to be settled within ${patience / 1000} s; ${busy}`);
    await pause(20);
  }
}

export interface Wire {
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly body: string;
}

/** Calls to the Referrals API since the last `forget`. */
export const partnerCalls = (world: World): readonly Wire[] =>
  world.partner.faults.requests
    .filter((request) => request.service === 'partner-center' && request.url.includes('/engagements/'))
    .map(({ method, url, status: code, body }) => ({ method, path: url, status: code, body: Buffer.from(body).toString('utf8') }));

/** Calls to the org's data API since the last `forget`. The heartbeat of the service has its own times and is left out. */
export const salesforceCalls = (world: World): readonly Wire[] =>
  world.salesforceFaults.requests
    .map(({ method, url, status: code, body }) => ({ method, path: url, status: code, body: Buffer.from(body).toString('utf8') }))
    .filter(
      ({ path, body }) => path.includes('/services/data/') && !path.includes('PC_Connection__c') && !body.includes('PC_Connection__c'),
    );

/** A composite call that only reads counts as a reading. */
const writes = ({ method, body }: Wire): boolean =>
  method !== 'GET' && !(body.includes('compositeRequest') && !/"method":"(PATCH|POST|PUT|DELETE)"/.test(body));

export const partnerWrites = (world: World): readonly Wire[] => partnerCalls(world).filter(writes);
export const salesforceWrites = (world: World): readonly Wire[] => salesforceCalls(world).filter(writes);

export function forget(world: World): void {
  world.partner.faults.forgetRequests();
  world.salesforceFaults.forgetRequests();
}

interface Plan {
  readonly steps: readonly { readonly step: string }[];
}

export const plan = async (world: World, id: string): Promise<Plan> => (await world.middleware.command('plan', { id })) as Plan;

/** Every deal the service knows: shared opportunities and referrals, each by its id. */
function everyKey(world: World): readonly string[] {
  const shared = world.org
    .query('SELECT Id FROM Opportunity WHERE Sync_with_Partner_Center__c = true OR Referral_Identifier__c != null')
    .map((one) => String(one.Id));
  const linked = new Set(shared.map((id) => row(world, id).Referral_Identifier__c));
  return [
    ...shared,
    ...ownReferrals(world)
      .map((referral) => referral.id)
      .filter((id) => !linked.has(id)),
  ];
}

/** A second pass over every known deal has an empty plan and writes nothing on either side. */
export async function isQuiet(world: World): Promise<void> {
  await settled(world);
  forget(world);
  const keys = everyKey(world);
  assert.ok(keys.length > 0, 'the world has deals to look at');
  const planned: { readonly [key: string]: readonly string[] } = Object.fromEntries(
    await Promise.all(keys.map(async (key) => [key, (await plan(world, key)).steps.map(({ step }) => step)] as const)),
  );
  assert.deepEqual(planned, Object.fromEntries(keys.map((key) => [key, []])), 'every plan is empty');
  for (const key of keys) await world.middleware.command('sync', { id: key });
  await settled(world);
  assert.deepEqual(partnerWrites(world), [], 'nothing is written in Partner Center');
  assert.deepEqual(salesforceWrites(world), [], 'nothing is written in Salesforce');
}
