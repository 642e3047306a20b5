/**
 * The seeded simulation as part of the tests: a handful of seeds and one seed for each deliberate mistake; a few hundred with
 * COSELL_TEST_FULL=1.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { bugSeeds, foundBy, rareScripts, scriptsFor } from './bug-seeds.ts';
import { bugNamed, bugs } from './bugs.ts';
import { runCampaign, type Played } from './campaign.ts';
import { openLedger, saveLedger } from './ledger.ts';
import { runScript, type Outcome } from './run.ts';
import { scriptFor } from './script.ts';
import { shrink } from './shrink.ts';

const full = process.env['COSELL_TEST_FULL'] === '1';
const seeds = { from: 1, count: full ? 200 : 4 };
/** Runs that broke a rule once; `docs/simulation.md` tells what was wrong. What they showed has small tests too, so the short run plays the last ones only. */
const mended = [
  18, 145, 150, 209, 245, 1030, 1074, 1152, 1165, 1184, 2027, 4028, 10851, 10903, 12739, 12767, 13259, 13740, 13964, 14022, 14605, 14744,
  14990, 16799, 17708, 18670, 19177, 19635, 19652, 20236, 30247, 101022, 101698, 103186, 106379, 106425, 107468, 109479, 109764, 110028,
  112504, 113871, 114088, 119041, 203560, 213643, 214161, 215568, 218508, 220968, 224982, 226014, 226856, 228281, 229736, 231212, 232887,
  236426, 242724, 243754, 245334, 245968, 248925, 249273, 250820, 253767, 255419, 257498, 260342, 264387, 288181, 291754, 292087, 296542,
  251814, 252983, 257019, 265102, 272750, 274299, 279321, 309591,
];
/** A run that breaks a rule, for the tests of shrinking and replaying. */
const example = 'dedup by id only';

const told = ({ violations }: Outcome): string => violations.map(({ rule, text }) => `${rule}: ${text}`).join('\n');

async function failing(played: readonly number[]): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const seed of played) {
    const outcome = await runScript(scriptFor(seed));
    if (outcome.violations.length > 0) failed.push(`npm run simulate -- --seed ${seed}\n${told(outcome)}`);
  }
  return failed;
}

test(`Nothing is lost and nothing doubled in ${seeds.count} runs full of trouble`, async () => {
  assert.deepEqual(await failing(Array.from({ length: seeds.count }, (_, index) => seeds.from + index)), []);
});

test('The runs that broke a rule once break none any more', async () => {
  assert.deepEqual(await failing(full ? mended : mended.slice(-3)), []);
});

test('The same seed twice is the same run, to the last request', async () => {
  const [one, two] = [await runScript(scriptFor(7)), await runScript(scriptFor(7))];
  assert.deepEqual(one.story, two.story);
  assert.equal(one.fingerprint, two.fingerprint);
});

test('Every deliberate mistake has its seeds in the table, and the table names no other', () => {
  assert.deepEqual([...Object.keys(bugSeeds), ...Object.keys(rareScripts)].sort(), bugs.map(({ name }) => name).sort());
});

test('The page about the simulation lists every mistake with its seeds', () => {
  const page = readFileSync('docs/simulation.md', 'utf8');
  const [, table = ''] = /<!-- bugs -->\n([^]*?)<!-- \/bugs -->/.exec(page) ?? [];
  const cells = table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  assert.deepEqual(
    cells,
    bugs.map(({ name, belief }) => [name, belief, foundBy(name)]),
  );
});

for (const bug of bugs) {
  test(`The belief "${bug.belief}" is found out (${bug.name})`, async () => {
    for (const script of scriptsFor(bug.name)) if ((await runScript(script, bug)).violations.length > 0) return;
    assert.fail(`Found by ${foundBy(bug.name)} once, not any more. Look for other seeds: npm run simulate -- --bug "${bug.name}"`);
  });
}

test('A run that breaks a rule is made small, and one command replays it and tells its story', async () => {
  const bug = bugNamed(example);
  const [seed = 0] = bugSeeds[example] ?? [];
  const whole = await runScript(scriptFor(seed), bug);
  const rules = new Set(whole.violations.map(({ rule }) => rule));
  const small = await shrink(whole, bug, full ? 60 : 5);
  assert.ok(small.script.entries.length < whole.script.entries.length, 'nothing could be left out');
  assert.ok(
    small.violations.some(({ rule }) => rules.has(rule)),
    'the small run breaks another rule',
  );

  const replayed = await promisify(execFile)(
    process.execPath,
    ['scripts/simulate.mts', '--seed', String(seed), '--bug', example, '--keep-whole'],
    { maxBuffer: 16_000_000 },
  ).then(
    () => assert.fail('a broken rule was not told'),
    (error: { readonly code: number; readonly stdout: string }) => error,
  );
  assert.equal(replayed.code, 1);
  assert.ok(replayed.stdout.includes(whole.story.join('\n')), 'the story is another one');
  for (const rule of rules) assert.match(replayed.stdout, new RegExp(`✖ ${rule}`));
});

test('A long run goes on in another sitting where it ended, with the same options only', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'cosell-ledger-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'run.json');
  const campaign = { from: 6, count: 2, jobs: 1, bug: null, faults: true };
  const opened = openLedger(path, campaign);
  assert.ok(opened.kind === 'open');
  saveLedger(path, { ...opened.ledger, played: [1], failed: [6] });

  const again = openLedger(path, campaign);
  assert.ok(again.kind === 'open');
  assert.deepEqual(again.ledger.failed, [6]);
  const played: Played[] = [];
  await runCampaign(
    campaign,
    (one) => played.push(one),
    () => false,
    again.ledger.played,
  );
  assert.deepEqual(
    played.map(({ seed }) => seed),
    [7],
  );

  for (const [other, why] of [
    [openLedger(path, { ...campaign, count: 3 }), /belongs to another run/],
    [openLedger('package.json', campaign), /is not the ledger of a run/],
    [(saveLedger(path, { ...again.ledger, commit: 'abc1234' }), openLedger(path, campaign)), /was begun with abc1234/],
  ] as const) {
    assert.ok(other.kind === 'bad');
    assert.match(other.text, why);
  }
});
