/**
 * The matrix: each plot is played once to number its requests and commits, then once per number with a hard kill before it and once with
 * a hard kill after it. After each kill the service is started again, and what has to hold is looked at.
 */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { status } from '../scenarios/scene.ts';
import { quiet, wrong } from './holds.ts';
import { sayPoint, type KillPoint } from './kill-points.ts';
import type { KilledWorld } from './killed-world.ts';
import type { Plot, Subject } from './plots.ts';

const minute = 60_000;
/** Beyond what the sweeps look back, so that a start looks at no deal of earlier points again. */
const pastOverlap = 16 * minute;
/** A minute passes between two: a refused webhook is sent again, a lease and the quiet time after a create are over. */
const mostRounds = 10;
/** Notices melt together as they come; a point that a run happened to step over is tried again. */
const mostTries = 4;

let count = 0;
const newSubject = (): Subject => ({ number: (count += 1), opportunityId: null, referralId: null, requestId: null });

async function eventually(what: () => string, look: () => boolean): Promise<void> {
  const end = Date.now() + 120_000;
  while (!look()) {
    assert.ok(Date.now() < end, `Expected within two minutes: ${what()}`);
    await pause(15);
  }
}

/** Many deals at once, brought to where the plot begins. */
async function prepare({ world, calm }: KilledWorld, plot: Plot, wanted: number): Promise<Subject[]> {
  const subjects = Array.from({ length: wanted }, newSubject);
  for (const scene of plot.prepare ?? []) {
    for (const subject of subjects) scene.act(world, subject);
    await eventually(
      () => `${plot.name}: ${subjects.filter((one) => !scene.ready(world, one)).length} of ${wanted} deals are not ready`,
      () => subjects.every((one) => scene.ready(world, one)),
    );
    await calm();
  }
  world.advance(pastOverlap + (plot.ages ?? 0) * 60 * minute);
  await calm();
  return subjects;
}

/** Lets time pass until the deal is as it should be; fails with what is not. */
async function converge({ world, calm }: KilledWorld, plot: Plot, subject: Subject, where: string): Promise<void> {
  for (let round = 0; ; round += 1) {
    await calm();
    const found = wrong(world, plot, subject);
    if (found === null) break;
    assert.ok(round < mostRounds, `${plot.name}, killed ${where}: ${found}`);
    world.advance(minute);
  }
  const { parked, parkedCauses } = await status(world);
  assert.equal(parked, 0, `${plot.name}, killed ${where}: a deal was put aside: ${JSON.stringify(parkedCauses)}`);
}

/** Plays the plot without a kill; the points it offers. */
async function record(killed: KilledWorld, plot: Plot, subject: Subject, play: Play): Promise<readonly string[]> {
  await play(killed, plot, subject, null);
  await converge(killed, plot, subject, 'nowhere');
  const names = await killed.names();
  assert.ok(
    names.some((name) => plot.heart.test(name)),
    `${plot.name}: nothing like ${plot.heart} among\n${names.join('\n')}`,
  );
  killed.world.advance(pastOverlap);
  await killed.calm();
  return names;
}

const occurrences = (names: readonly string[]): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return found;
};

/** Every request and commit that both recorded runs have, before and after; in the order they come. */
function pointsOf(one: readonly string[], two: readonly string[]): readonly KillPoint[] {
  const other = occurrences(two);
  const seen = new Map<string, number>();
  return one.flatMap((name): readonly KillPoint[] => {
    const occurrence = (seen.get(name) ?? 0) + 1;
    seen.set(name, occurrence);
    if (occurrence > (other.get(name) ?? 0)) return [];
    return (['before', 'after'] as const).map((when) => ({ name, occurrence, when }));
  });
}

/** How a plot is set going with a process that will die; true when it died. */
type Play = (killed: KilledWorld, plot: Plot, subject: Subject, point: KillPoint | null) => Promise<boolean>;

/** Something happens while the service runs. */
const whileUp: Play = async (killed, plot, subject, point) => {
  await killed.arm(point);
  const acted = Promise.resolve(plot.act(killed.world, subject)).catch((error: unknown) => error);
  const died = await killed.diesOrCalms();
  const failure = await acted;
  if (failure instanceof Error && !died) throw failure;
  return died;
};

/** Something happens while the service is down; it dies when it starts. */
const whileDown: Play = async (killed, plot, subject, point) => {
  await killed.world.middleware.kill();
  await plot.act(killed.world, subject);
  return !(await killed.start(point)) || killed.diesOrCalms();
};

/** One kill: true when the process died at the point. */
async function strike(killed: KilledWorld, plot: Plot, subject: Subject, point: KillPoint, play: Play): Promise<boolean> {
  const died = await play(killed, plot, subject, point);
  if (died) await killed.start();
  // a point that was not come by must not strike later
  else await killed.arm(null);
  await converge(killed, plot, subject, sayPoint(point));
  killed.world.advance(pastOverlap);
  return died;
}

export interface Played {
  /** Kills made. */
  readonly kills: number;
  /** Points that no try came by though they were recorded. A second or third time of the same need not come again. */
  readonly missed: readonly string[];
  /** What did not hold, and after which kill. */
  readonly faults: readonly string[];
}

/** Plays all points of a plot. */
export async function playAll(killed: KilledWorld, plot: Plot): Promise<Played> {
  const play = plot.whileDown ? whileDown : whileUp;
  const rehearsals = await prepare(killed, plot, 2);
  const recorded: (readonly string[])[] = [];
  for (const subject of rehearsals) recorded.push(await record(killed, plot, subject, play));
  const [one = [], two = []] = recorded;
  const points = pointsOf(one, two);
  const subjects = await prepare(killed, plot, points.length);
  const sound = [...rehearsals];
  const [missed, faults]: [string[], string[]] = [[], []];
  let kills = 0;
  for (const [index, point] of points.entries()) {
    let died = false;
    for (let attempt = 0; !died && attempt < mostTries; attempt += 1) {
      const subject = (attempt === 0 ? subjects[index] : (await prepare(killed, plot, 1))[0]) as Subject;
      try {
        died = await strike(killed, plot, subject, point, play);
        sound.push(subject);
      } catch (error) {
        if (!(error instanceof assert.AssertionError)) throw error;
        faults.push(error.message);
        died = true;
      }
    }
    if (died) kills += 1;
    // how often something happens again depends on which notices melt into one pass; what happens at all does not
    else if (point.occurrence === 1) missed.push(sayPoint(point));
  }
  await quiet(killed, plot, sound);
  assert.deepEqual(await killed.brokenAudit(), [], `${plot.name}: the audit chains are whole`);
  return { kills, missed, faults };
}

/** Plays one point of each plot: the moment right after what makes it what it is. All deals are prepared together. */
export async function playHearts(killed: KilledWorld, plots: readonly Plot[]): Promise<number> {
  const { world } = killed;
  const cast = plots.map((plot) => ({ plot, subject: newSubject() }));
  for (let scene = 0; scene < Math.max(...plots.map(({ prepare: scenes = [] }) => scenes.length)); scene += 1) {
    const acting = cast.flatMap(({ plot, subject }) => {
      const next = plot.prepare?.[scene];
      return next ? [{ subject, next }] : [];
    });
    for (const { next, subject } of acting) next.act(world, subject);
    await eventually(
      () => `scene ${scene + 1} of the preparation`,
      () => acting.every(({ next, subject }) => next.ready(world, subject)),
    );
  }
  await killed.calm();
  world.advance(Math.max(...plots.map(({ ages = 0 }) => ages)) * 60 * minute + pastOverlap);
  await killed.calm();
  let kills = 0;
  for (const { plot, subject } of cast) {
    const point: KillPoint = { name: plot.heart.source, isPattern: true, occurrence: 1, when: 'after' };
    assert.ok(await strike(killed, plot, subject, point, whileUp), `${plot.name}: the process did not come by ${plot.heart}`);
    kills += 1;
  }
  for (const { plot, subject } of cast) await quiet(killed, plot, [subject]);
  assert.deepEqual(await killed.brokenAudit(), [], 'the audit chains are whole');
  return kills;
}
