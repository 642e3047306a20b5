/**
 * Killed with SIGKILL at every outgoing request and every commit, the service loses nothing and doubles nothing. `npm test` plays one
 * point of each kind; `COSELL_TEST_FULL` all of them.
 */
import assert from 'node:assert/strict';
import { after, describe, test, type TestContext } from 'node:test';

import { openKilledWorld, type KilledWorld } from './killed-world.ts';
import { playAll, playHearts } from './matrix.ts';
import { furnish, plots, type Plot } from './plots.ts';

const full = process.env['COSELL_TEST_FULL'] === '1';
const hour = 3_600_000;

async function furnished(): Promise<KilledWorld> {
  const killed = await openKilledWorld();
  furnish(killed.world);
  await killed.world.middleware.command('mapping.reload');
  return killed;
}

/** The fewest plots that show every kind of step. */
function oneOfEachKind(): readonly Plot[] {
  const shown = new Set<string>();
  return plots.filter(({ shows, whileDown }) => {
    const news = shows.filter((kind) => !shown.has(kind));
    if (news.length === 0 || whileDown) return false;
    for (const kind of shows) shown.add(kind);
    return true;
  });
}

test('The plots show every kind of step and every move of a referral', () => {
  const moves = ['update', 'accept', 'decline', 'win', 'lose', 'retire'].map((act) => `patch-referral ${act}`);
  const steps = ['create-referral', 'create-leg', 'create-opportunity', 'create-lead', 'unlink', 'update-crm'];
  const shown = new Set(plots.flatMap(({ shows }) => shows));
  for (const kind of [...moves, ...steps, 'link', 'attention', 'service request', 'start']) assert.ok(shown.has(kind), kind);
});

const oneOfEach = async (t: TestContext): Promise<void> => {
  const killed = await furnished();
  try {
    t.diagnostic(`${await playHearts(killed, oneOfEachKind())} kills`);
  } finally {
    await killed.close();
  }
};

/** Worlds that are free; each has a service of its own, and while one waits the other works. */
const free: KilledWorld[] = [];
const opened: KilledWorld[] = [];
let kills = 0;

const everyPoint =
  (plot: Plot) =>
  async (t: TestContext): Promise<void> => {
    const killed = free.pop() ?? (await furnished());
    if (!opened.includes(killed)) opened.push(killed);
    const { kills: made, missed, faults } = await playAll(killed, plot);
    free.push(killed);
    kills += made;
    t.diagnostic(`${made} kills`);
    assert.deepEqual(faults, []);
    assert.deepEqual(missed, [], 'every recorded point was come by');
  };

if (full)
  describe('Killed before and after every request and every commit', { concurrency: 2, timeout: hour }, () => {
    for (const plot of plots)
      test(`When ${plot.name}, nothing is lost, nothing is doubled, and a second pass is empty`, { timeout: hour }, everyPoint(plot));
    after(async () => {
      console.log(`${kills} kills in ${plots.length} plots`);
      for (const one of opened) await one.close();
    });
  });
else
  test(
    'Killed in the middle of each kind of step and started again: nothing is lost, nothing is doubled, and a second pass is empty',
    { timeout: 10 * 60_000 },
    oneOfEach,
  );
