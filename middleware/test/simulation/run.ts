/** One run: the world opens, the script is played, everything is healed, the service comes to rest, and what is left is judged. */
import type { Bug } from './bug.ts';
import { createChance } from './chance.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { judge, judgeCalls, type Violation } from './invariants.ts';
import { createPeople } from './people.ts';
import { NeverQuiet } from './scheduler.ts';
import { origins, template } from './template.ts';
import type { Script } from './script.ts';
import { createTrouble } from './trouble.ts';
import { openWorld, type World } from './world.ts';
import type { Trace } from './trace.ts';

export interface Outcome {
  readonly script: Script;
  readonly violations: readonly Violation[];
  readonly fingerprint: string;
  readonly story: readonly string[];
  readonly counts: Trace['counts'];
  /** Rounds until nothing was written any more. */
  readonly rounds: number;
}

const second = 1_000;
const minute = 60 * second;
const mostRounds = 10;

/** Nothing is worked on, nothing is due soon, nothing is on its way. The store is asked last: that costs most. */
async function atRest({ scheduler, store, center }: World, fleet: Fleet): Promise<boolean> {
  const idle = fleet.up().length > 0 && fleet.replicas.every((replica) => replica.up() && replica.busy() === 0);
  if (!idle || center.webhooks.dueAt() !== null) return false;
  const due = await store.nextDue(scheduler.now());
  return due === null || due > scheduler.now() + 20 * minute;
}

/** Lets time pass until the service is at rest for a while. False when it is not within an hour and a half. */
export async function comeToRest(world: World, fleet: Fleet, quietMs: number): Promise<boolean> {
  const { scheduler } = world;
  const patience = scheduler.now() + 90 * minute;
  let since: number | null = null;
  while (scheduler.now() < patience) {
    await scheduler.run(scheduler.now() + 5 * second);
    if (!(await atRest(world, fleet))) since = null;
    else since ??= scheduler.now();
    if (since !== null && scheduler.now() - since >= quietMs) return true;
  }
  return false;
}

/** One sweep of both sides, when they can be read: a side that asked for silence keeps it. With `everything`, every open deal is looked at. */
export async function sweepOnce(world: World, fleet: Fleet, everything: boolean): Promise<void> {
  const [replica] = fleet.up();
  if (!replica) return;
  let done = false;
  void (async () => {
    for (let swept = await replica.sweepNow(); swept.crm === null || swept.partner === null; swept = await replica.sweepNow())
      await world.scheduler.wait(20 * second);
    if (everything) await replica.markAll();
  })().finally(() => {
    done = true;
  });
  await world.scheduler.run(world.scheduler.now() + 10 * minute, () => done);
}

/** A question about one deal may hang on another that is settled in the same round, so that everything is compared twice. */
const wholeRounds = 2;

/** Sweeps and rests until a round writes nothing; gives the number of rounds. */
async function rounds(world: World, fleet: Fleet, violations: Violation[]): Promise<number> {
  for (let round = 1; round <= mostRounds; round += 1) {
    const before = world.writes.length;
    await sweepOnce(world, fleet, round <= wholeRounds);
    const rested = await comeToRest(world, fleet, 20 * second);
    if (!rested) {
      violations.push({
        rule: 'comes to rest',
        text: `After round ${round} the service still has work: ${JSON.stringify(await world.store.health(world.scheduler.now()))} ${JSON.stringify(await world.store.parked(5))}`,
      });
      return round;
    }
    if (world.writes.length === before) return round;
    world.trace.add('—', `round ${round} wrote ${world.writes.length - before} times`);
  }
  violations.push({ rule: 'quiet within 10 rounds', text: `It still writes: ${world.writes.slice(-4).join('; ')}` });
  return mostRounds;
}

/**
 * Events Microsoft gave up: all its attempts fell into an outage, of whatever kinds that followed each other. A sweep has to find what they
 * told of. One whose attempts went on for a while after everything worked again was refused by the service, and is none of them.
 */
function givenUp({ center }: World, healedAt: number): number {
  const ended = healedAt + center.switches.webhookRetryMs;
  return center.webhooks.offline().filter(({ attempts }) => (attempts.at(-1)?.at ?? Infinity) <= ended).length;
}

const mayBeTwo = ({ replicas, entries }: Script): boolean => replicas > 1 || entries.some(({ name }) => name === 'a replica joins');

export async function runScript(script: Script, bug: Bug | null = null): Promise<Outcome> {
  const chance = createChance(`world ${script.seed}`);
  const world = await openWorld(await template(), chance, script.conditions);
  const { scheduler, trace } = world;
  const fleet = createFleet(world, bug, mayBeTwo(script));
  const cast = createPeople(world);
  const trouble = createTrouble(world, fleet);
  const violations: Violation[] = [];
  let counted = 0;
  let last = 0;
  const settle = async (): Promise<void> => {
    last = await rounds(world, fleet, violations);
    counted = Math.max(counted, last);
  };

  try {
    for (let count = 0; count < script.replicas; count += 1) fleet.join();
    await scheduler.run(scheduler.now() + minute, () => fleet.up().length === script.replicas);
    world.center.registration.take(`${origins.own}/webhooks/partner-center`);
    await scheduler.run(scheduler.now() + 5 * second);

    for (const entry of script.entries) {
      await scheduler.run(scheduler.now() + entry.wait);
      const said = entry.kind === 'people' ? cast.act(entry.name, entry) : await trouble.act(entry.name, entry);
      if (said !== null) trace.add(entry.kind === 'people' ? '· people' : '! trouble', said);
      if (said !== null && entry.kind === 'people') trace.count('act', entry.name);
    }
    await scheduler.run(scheduler.now() + 5 * second);

    trace.add('—', 'everything works again');
    const healedAt = scheduler.now();
    trouble.heal();
    for (const mend of [...world.mends]) mend();
    if (world.center.registration.current()?.webhookUrl !== `${origins.own}/webhooks/partner-center`)
      world.center.registration.take(`${origins.own}/webhooks/partner-center`);
    if (fleet.replicas.length === 0) fleet.join();
    // what was made last has to be in the list when it is swept
    await scheduler.run(scheduler.now() + 10 * second + (script.noticesSuffice ? 0 : script.conditions.listDelayMs));

    if (script.noticesSuffice) {
      if (!(await comeToRest(world, fleet, 2 * minute)))
        violations.push({ rule: 'comes to rest', text: 'The service does not come to rest on notices alone.' });
      const untold = givenUp(world, healedAt);
      if (untold > 0) trace.add('—', `Microsoft gave up telling of ${untold} changes: a sweep has to find them`);
      else violations.push(...(await judge(world, 'notices alone')));
    }
    if (violations.length === 0) await settle();
    if (violations.length === 0 && script.daysAtEnd) {
      trace.add('—', 'four days pass');
      scheduler.leap(4 * 24 * 60 * minute);
      await settle();
    }
    // a quiet round in which everything was compared has proven it already
    if (violations.length === 0 && last > wholeRounds) {
      const before = world.writes.length;
      await sweepOnce(world, fleet, true);
      await comeToRest(world, fleet, 5 * second);
      const echo = world.writes.slice(before);
      if (echo.length > 0)
        violations.push({ rule: 'no echo', text: `A second pass over settled deals wrote: ${echo.slice(0, 4).join('; ')}` });
    }
    if (violations.length === 0) violations.push(...(await judge(world, 'at the end')));
    violations.push(...judgeCalls(world));
  } catch (error) {
    if (!(error instanceof NeverQuiet)) throw error;
    violations.push({ rule: 'comes to rest', text: error.message });
  } finally {
    violations.push(...world.troubles.map((text) => ({ rule: 'no errors of ours', text })));
    for (const replica of fleet.replicas) replica.kill();
    await world.close();
  }
  return { script, violations, fingerprint: trace.fingerprint(), story: trace.lines, counts: trace.counts, rounds: counted };
}
