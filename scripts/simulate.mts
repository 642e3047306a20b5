/**
 * The seeded simulation from the command line: `npm run simulate -- --seeds 1000 [--from 1]`, `--seed 17` to see one run as a story,
 * `--bug "newest wins"` to look for the seeds that find a deliberate mistake.
 */
import { parseArgs } from 'node:util';

import { bugs } from '../middleware/test/simulation/bugs.ts';
import { runScript, type Outcome } from '../middleware/test/simulation/run.ts';
import { scriptFor } from '../middleware/test/simulation/script.ts';
import { shrink } from '../middleware/test/simulation/shrink.ts';
import { addCounts, type Counts } from '../middleware/test/simulation/trace.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    bug: { type: 'string' },
    calm: { type: 'boolean', default: false },
    'keep-whole': { type: 'boolean', default: false },
  },
});

const write = (text = ''): void => void process.stdout.write(`${text}\n`);
const bug = values.bug === undefined ? null : (bugs.find(({ name }) => name === values.bug) ?? null);
if (values.bug !== undefined && bug === null) {
  process.stderr.write(`There is no such mistake. Known are:\n${bugs.map(({ name, belief }) => `  ${name}: ${belief}`).join('\n')}\n`);
  process.exit(2);
}

function whole(text: string, name: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  process.stderr.write(`--${name} must be a whole number.\n`);
  process.exit(2);
}

const play = (seed: number): Promise<Outcome> => runScript(scriptFor(seed, { faults: !values.calm }), bug);

function tellViolations({ violations }: Outcome): void {
  for (const { rule, text } of violations.slice(0, 6)) write(`  ✖ ${rule}: ${text}`);
  if (violations.length > 6) write(`  … and ${violations.length - 6} more`);
}

async function one(seed: number): Promise<number> {
  const outcome = await play(seed);
  const { script } = outcome;
  write(
    `Seed ${seed}: ${script.entries.length} entries, ${script.replicas === 1 ? 'one process' : 'two processes'}, ${script.noticesSuffice ? 'no sweeps while it runs' : `a sweep every ${script.conditions.sweepMinutes} minutes`}`,
  );
  for (const line of outcome.story) write(line);
  write(`\nFingerprint ${outcome.fingerprint}, quiet after ${outcome.rounds} rounds.`);
  if (outcome.violations.length === 0) {
    write('Nothing was lost, nothing was doubled.');
    return 0;
  }
  tellViolations(outcome);
  if (values['keep-whole']) return 1;
  write('\nLeaving out what does not matter …');
  const small = await shrink(outcome, bug);
  write(`The smallest run that breaks the same rule has ${small.script.entries.length} entries:`);
  for (const line of small.story.filter((text) => /· people|! trouble|— {2}|referral|leg|write opportunity/.test(text))) write(line);
  tellViolations(small);
  write(JSON.stringify(small.script));
  return 1;
}

function tellCounts(counts: Counts): void {
  const titles: { readonly [kind: string]: string } = {
    fault: 'Faults on the wire',
    trouble: 'Troubles',
    killed: 'Killed at',
    act: 'What people did',
    step: 'Steps of plans',
    outcome: 'Outcomes of passes',
    commit: 'Commits',
    told: 'Codes told',
  };
  for (const [kind, title] of Object.entries(titles)) {
    const names = [...(counts.get(kind) ?? [])].sort(([, a], [, b]) => b - a);
    if (names.length > 0) write(`${title}: ${names.map(([name, count]) => `${name} ${count}`).join(' · ')}\n`);
  }
}

async function many(from: number, count: number): Promise<number> {
  const counts: Counts = new Map();
  const failed: Outcome[] = [];
  const started = performance.now();
  let told = started;
  let rounds = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const outcome = await play(seed);
    addCounts(counts, outcome.counts);
    rounds = Math.max(rounds, outcome.rounds);
    if (outcome.violations.length > 0) {
      failed.push(outcome);
      write(`Seed ${seed} fails:`);
      tellViolations(outcome);
    }
    const now = performance.now();
    if (now - told > 10_000) {
      told = now;
      const done = seed - from + 1;
      write(`${done} of ${count} seeds, ${(done / ((now - started) / 1_000)).toFixed(1)} a second, ${failed.length} failed`);
    }
  }
  const seconds = (performance.now() - started) / 1_000;
  write(
    `\n${count} seeds from ${from} in ${seconds.toFixed(0)} s (${(count / seconds).toFixed(1)} a second); at most ${rounds} rounds until quiet.\n`,
  );
  tellCounts(counts);
  if (failed.length === 0) {
    write('No rule was broken.');
    return 0;
  }
  write(`${failed.length} seeds broke a rule: ${failed.map(({ script }) => script.seed).join(', ')}`);
  write(`See one with: npm run simulate -- --seed ${failed[0]?.script.seed}${bug ? ` --bug "${bug.name}"` : ''}`);
  return 1;
}

process.exit(
  values.seed === undefined ? await many(whole(values.from, 'from'), whole(values.seeds, 'seeds')) : await one(whole(values.seed, 'seed')),
);
