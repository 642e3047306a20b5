/**
 * The seeded simulation from the command line: `npm run simulate -- --seeds 1000 [--from 1] [--jobs 2]`, `--seed 17` to see one run as
 * a story, `--bug "newest wins"` to look for the seeds that find a deliberate mistake. Ctrl-C ends a long run with its figures; with
 * `--ledger FILE` the same command goes on where it ended.
 */
import { parseArgs } from 'node:util';

import { bugNamed, bugs } from '../middleware/test/simulation/bugs.ts';
import { runCampaign, type Campaign } from '../middleware/test/simulation/campaign.ts';
import { neverSeen } from '../middleware/test/simulation/coverage.ts';
import { countsIn, countsOf, newLedger, openLedger, saveLedger, type Ledger } from '../middleware/test/simulation/ledger.ts';
import type { Violation } from '../middleware/test/simulation/invariants.ts';
import { runScript, type Outcome } from '../middleware/test/simulation/run.ts';
import { scriptFor } from '../middleware/test/simulation/script.ts';
import { shrink } from '../middleware/test/simulation/shrink.ts';
import { addCounts, type Counts } from '../middleware/test/simulation/trace.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    seed: { type: 'string' },
    bug: { type: 'string' },
    ledger: { type: 'string' },
    calm: { type: 'boolean', default: false },
    'keep-whole': { type: 'boolean', default: false },
  },
});

const write = (text = ''): void => void process.stdout.write(`${text}\n`);
function wrong(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}
if (values.bug !== undefined && !bugs.some(({ name }) => name === values.bug))
  wrong(`There is no such mistake. Known are:\n${bugs.map(({ name, belief }) => `  ${name}: ${belief}`).join('\n')}`);
const bug = values.bug === undefined ? null : bugNamed(values.bug);

function whole(text: string, name: string, least: number): number {
  const number = Number(text);
  return Number.isInteger(number) && number >= least ? number : wrong(`--${name} must be a whole number from ${least} on.`);
}

function tellViolations(violations: readonly Violation[]): void {
  for (const { rule, text } of violations.slice(0, 6)) write(`  ✖ ${rule}: ${text}`);
  if (violations.length > 6) write(`  … and ${violations.length - 6} more`);
}

async function tellSmallest(outcome: Outcome): Promise<void> {
  write('\nLeaving out what does not matter …');
  const small = await shrink(outcome, bug);
  write(`The smallest run that breaks the same rule has ${small.script.entries.length} entries:`);
  for (const line of small.story.filter((text) => /· people|! trouble|— {2}|referral|leg|opportunity/.test(text))) write(line);
  tellViolations(small.violations);
  write(JSON.stringify(small.script));
}

async function one(seed: number): Promise<number> {
  const outcome = await runScript(scriptFor(seed, { faults: !values.calm }), bug);
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
  tellViolations(outcome.violations);
  if (!values['keep-whole']) await tellSmallest(outcome);
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
  const missing = neverSeen(counts);
  if (missing.length > 0) write(`Never seen: ${missing.join(' · ')}\n`);
}

function ledgerFor(campaign: Campaign): Ledger {
  if (values.ledger === undefined) return newLedger(campaign);
  const opened = openLedger(values.ledger, campaign);
  return opened.kind === 'bad' ? wrong(opened.text) : opened.ledger;
}

async function many(from: number, count: number, jobs: number): Promise<number> {
  const campaign: Campaign = { from, count, jobs, bug: bug?.name ?? null, faults: !values.calm };
  const ledger = ledgerFor(campaign);
  const counts = countsOf(ledger);
  const { failed } = ledger;
  const earlier = { seconds: ledger.seconds, played: [...ledger.played] };
  const done = (): number => ledger.played.reduce((sum, played) => sum + played, 0);
  const started = performance.now();
  let told = started;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  ledger.sittings += 1;
  if (ledger.sittings > 1) write(`Goes on after ${done()} of ${count} seeds, ${failed.length} failed.`);
  const keep = (): void => {
    ledger.seconds = earlier.seconds + (performance.now() - started) / 1_000;
    ledger.counts = countsIn(counts);
    if (values.ledger !== undefined) saveLedger(values.ledger, ledger);
  };
  const rate = (): string => (done() / ledger.seconds).toFixed(1);

  await runCampaign(
    campaign,
    (played) => {
      ledger.played[played.job] = (ledger.played[played.job] ?? 0) + 1;
      addCounts(counts, played.counts);
      ledger.rounds = Math.max(ledger.rounds, played.rounds);
      if (played.violations.length > 0) {
        failed.push(played.seed);
        write(`Seed ${played.seed} fails:`);
        tellViolations(played.violations);
      }
      if (performance.now() - told < 10_000) return;
      told = performance.now();
      keep();
      write(`${done()} of ${count} seeds, ${rate()} a second, ${failed.length} failed`);
    },
    () => stopped,
    earlier.played,
  );
  keep();

  const sittings = ledger.sittings === 1 ? '' : ` in ${ledger.sittings} sittings`;
  write(
    `\n${done()} seeds from ${from} in ${ledger.seconds.toFixed(0)} s${sittings} (${rate()} a second); at most ${ledger.rounds} rounds until quiet.\n`,
  );
  tellCounts(counts);
  const [first] = failed.sort((one, other) => one - other);
  if (first === undefined) {
    write('No rule was broken.');
    return 0;
  }
  write(`${failed.length} seeds broke a rule: ${failed.join(', ')}`);
  write(`See one with: npm run simulate -- --seed ${first}${bug ? ` --bug "${bug.name}"` : ''}`);
  if (!values['keep-whole'] && bug === null) await tellSmallest(await runScript(scriptFor(first, { faults: !values.calm })));
  return 1;
}

// no exit by force: it would cut a long story that goes into a pipe
process.exitCode =
  values.seed === undefined
    ? await many(whole(values.from, 'from', 0), whole(values.seeds, 'seeds', 1), whole(values.jobs, 'jobs', 1))
    : await one(whole(values.seed, 'seed', 0));
