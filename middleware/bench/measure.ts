/** One subject under the same loads: latency of lone deals, bursts in three directions, calls, memory. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import type { World } from '../simulators/demo/world.ts';
import { newDeal, partnerCalls, row, salesforceCalls, seller } from '../test/scenarios/scene.ts';

export interface Loads {
  /** Lone deals for the latency. */
  readonly lone: number;
  /** Deals of a burst. */
  readonly burst: number;
}

export interface Calls {
  readonly salesforce: number;
  readonly partner: number;
}

export interface Burst extends Calls {
  readonly seconds: number;
  readonly perSecond: number;
}

export interface Measured {
  readonly latencies: readonly number[];
  /** Calls until one change is in Partner Center and told on the opportunity. */
  readonly loneUpdate: Calls;
  /** The same with what its echo (event, webhook) leads to. */
  readonly loneEcho: Calls;
  readonly create: Burst;
  readonly update: Burst;
  readonly inbound: Burst;
  /** What each call of the bursts was for: method and path without ids → how often. */
  readonly calls: { readonly [phase: string]: readonly (readonly [string, number])[] };
  readonly memory: number | null;
}

/** Resident memory of a process in megabytes; null where /proc is not there. */
export function memoryOf(pid: number | undefined): number | null {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024);
  } catch {
    return null;
  }
}

async function until(what: string, look: () => boolean, patience = 240_000): Promise<void> {
  for (const end = Date.now() + patience; !look(); await pause(5))
    if (Date.now() > end) throw new Error(`Expected within ${patience / 1_000} s: ${what}`);
}

/** Nothing came over the wires for as long. */
async function quiet(world: World, ms = 600): Promise<void> {
  const count = (): number => world.salesforceFaults.requests.length + world.partner.faults.requests.length;
  for (let [seen, since] = [count(), Date.now()]; Date.now() - since < ms; await pause(20))
    if (count() !== seen) [seen, since] = [count(), Date.now()];
}

function forget(world: World): void {
  world.partner.faults.forgetRequests();
  world.salesforceFaults.forgetRequests();
}

const kindOf = (method: string, path: string): string =>
  `${method} ${path
    .split('?')[0]
    ?.replace(/\/[\da-f]{8}-[\da-f-]{27,}/g, '/{id}')
    .replace(/\/[\da-zA-Z]{18}(?=\/|$)/g, '/{id}')}`;

function tally(world: World): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { method, path } of [...salesforceCalls(world), ...partnerCalls(world)])
    counts.set(kindOf(method, path), (counts.get(kindOf(method, path)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** @param done how many of the burst are done */
async function burst(
  world: World,
  size: number,
  start: () => void,
  done: () => number,
): Promise<{ readonly burst: Burst; readonly calls: readonly (readonly [string, number])[] }> {
  await quiet(world);
  forget(world);
  const began = performance.now();
  start();
  await until(`${size} done`, () => done() >= size);
  const seconds = (performance.now() - began) / 1_000;
  await quiet(world, 1_500);
  return {
    burst: { seconds, perSecond: size / seconds, salesforce: salesforceCalls(world).length, partner: partnerCalls(world).length },
    calls: tally(world),
  };
}

/** When the referral of the opportunity was asked for, epoch ms. */
function postedAt(world: World, id: string): number | null {
  const found = world.partner.faults.requests.find(
    ({ method, url, body, status }) => method === 'POST' && url.includes('/referrals') && status === 201 && Buffer.from(body).includes(id),
  );
  return found?.at ?? null;
}

export async function measure(
  world: World,
  { lone, burst: size }: Loads,
  pid: number | undefined,
  progress: (text: string) => void,
): Promise<Measured> {
  const sam = seller(world);
  const referral = (id: string) => world.partner.partnerCenter.referral(String(row(world, id).Referral_Identifier__c ?? ''));
  const shared = (id: string): boolean =>
    referral(id) !== undefined && world.partner.partnerCenter.legOf(referral(id)?.id ?? '') !== undefined;
  const untouched = (count: number): readonly string[] => Array.from({ length: count }, () => newDeal(world, { tick: false }));

  const latencies: number[] = [];
  const singles = untouched(lone);
  for (const id of singles) {
    await quiet(world, 150);
    const began = world.clock.now();
    sam.update(id, { Sync_with_Partner_Center__c: true });
    await until('the lone deal is shared', () => shared(id));
    latencies.push((postedAt(world, id) ?? world.clock.now()) - began);
  }
  progress('latency of lone deals');

  const [one = ''] = singles;
  await quiet(world);
  forget(world);
  sam.update(one, { Amount: 123_456 });
  await until(
    'the lone change is in Partner Center and told',
    () => referral(one)?.details.dealValue === 123_456 && String(row(world, one).Audit__c).includes('123456'),
  );
  const counted = (): Calls => ({ salesforce: salesforceCalls(world).length, partner: partnerCalls(world).length });
  const loneUpdate = counted();
  await quiet(world, 1_500);
  const loneEcho = counted();

  const deals = untouched(size);
  const create = await burst(
    world,
    size,
    () => deals.forEach((id) => sam.update(id, { Sync_with_Partner_Center__c: true })),
    () => deals.filter(shared).length,
  );
  progress(`burst of ${size} new deals`);
  const update = await burst(
    world,
    size,
    () => deals.forEach((id, index) => sam.update(id, { Amount: 500_000 + index })),
    () => deals.filter((id, index) => referral(id)?.details.dealValue === 500_000 + index).length,
  );
  progress(`burst of ${size} changes`);
  let sent: readonly string[] = [];
  const inbound = await burst(
    world,
    size,
    () => {
      sent = Array.from(
        { length: size },
        (_, index) =>
          world.partner.partnerCenter.microsoft.sendDeal({
            name: `From Microsoft ${index}`,
            customer: {
              name: `Inbound Customer ${index} Ltd`,
              city: 'Leeds',
              postalCode: 'LS1 1AA',
              country: 'GB',
              addressLine1: `${index} Low Street`,
              contacts: [
                { firstName: 'Kim', lastName: `Abercrombie ${index}`, phoneNumber: '+441132220000', email: `kim@inbound-${index}.example` },
              ],
            },
          }).id,
      );
    },
    () => {
      const there = new Set(
        world.org
          .query('SELECT Referral_Identifier__c FROM Opportunity WHERE Referral_Identifier__c != null')
          .map((found) => String(found.Referral_Identifier__c)),
      );
      return sent.filter((id) => there.has(id)).length;
    },
  );
  progress(`burst of ${size} deals from Microsoft`);
  return {
    latencies,
    loneUpdate,
    loneEcho,
    create: create.burst,
    update: update.burst,
    inbound: inbound.burst,
    calls: { create: create.calls, update: update.calls, inbound: inbound.calls },
    memory: memoryOf(pid),
  };
}
