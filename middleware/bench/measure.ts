/** One subject under the same loads: latency of lone deals, idle and amid a burst, bursts in three directions, calls, memory. */
import { setTimeout as pause } from 'node:timers/promises';

import type { World } from '../simulators/demo/world.ts';
import { newDeal, row, seller } from '../test/scenarios/scene.ts';
import { counted, forget, forgetPeak, memoryOf, quiet, tally, until, type Calls, type Memory } from './watch.ts';

export interface Loads {
  /** Lone deals for the latency. */
  readonly lone: number;
  /** Deals of a burst. */
  readonly burst: number;
}

export interface Burst extends Calls {
  readonly seconds: number;
  readonly perSecond: number;
}

export interface Measured {
  readonly latencies: readonly number[];
  /** The same while a burst of changes is worked on. */
  readonly busyLatencies: readonly number[];
  /** Calls until one change is in Partner Center and told on the opportunity. */
  readonly loneUpdate: Calls;
  /** The same with what its echo (event, webhook) leads to. */
  readonly loneEcho: Calls;
  readonly create: Burst;
  readonly update: Burst;
  readonly inbound: Burst;
  /** What each call of the bursts was for: method and path without ids → how often. */
  readonly calls: { readonly [phase: string]: readonly (readonly [string, number])[] };
  readonly memory: Memory;
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
    burst: { seconds, perSecond: size / seconds, ...counted(world) },
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

  const latencyOf = async (id: string): Promise<number> => {
    const began = world.clock.now();
    sam.update(id, { Sync_with_Partner_Center__c: true });
    await until('the lone deal is shared', () => shared(id));
    return (postedAt(world, id) ?? world.clock.now()) - began;
  };
  const latencies: number[] = [];
  const singles = untouched(lone);
  for (const id of singles) {
    await quiet(world, 150);
    latencies.push(await latencyOf(id));
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
  const loneUpdate = counted(world);
  await quiet(world, 1_500);
  const loneEcho = counted(world);
  forgetPeak(pid);

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
  const late = untouched(lone);
  await quiet(world);
  deals.forEach((id, index) => sam.update(id, { Amount: 700_000 + index }));
  const busyLatencies = await Promise.all(late.map(async (id, index) => (await pause(index * 100), latencyOf(id))));
  await until('the burst around them is done', () => deals.every((id, index) => referral(id)?.details.dealValue === 700_000 + index));
  progress('latency amid a burst of changes');
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
            currency: 'USD',
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
    busyLatencies,
    loneUpdate,
    loneEcho,
    create: create.burst,
    update: update.burst,
    inbound: inbound.burst,
    calls: { create: create.calls, update: update.calls, inbound: inbound.calls },
    memory: memoryOf(pid),
  };
}
