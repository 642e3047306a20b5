/** `cosell backfill` and `cosell catalogue import`. */
import { readFile } from 'node:fs/promises';

import { SyncError } from '../errors.ts';
import { parseCsv } from './csv.ts';
import type { CommandLine } from './command-line.ts';
import type { Reached } from './reach-service.ts';
import { printTable } from './table.ts';

interface Row {
  readonly opportunityId: string | null;
  readonly referralId: string | null;
  readonly name: string | null;
  readonly outcome: string;
  readonly why: string;
}
interface Step {
  readonly rows: readonly Row[];
  readonly counts: { readonly [outcome: string]: number };
  readonly done: boolean;
  readonly calls: number;
}
interface Backfilled {
  readonly counted: Part | null;
  readonly applied: Part | null;
}
interface Part {
  readonly done: boolean;
  readonly calls: number;
  readonly counts: { readonly [outcome: string]: number };
  readonly rows: readonly Row[];
}

interface Options {
  readonly dryRun?: boolean;
  readonly since?: string;
  readonly fromNow?: boolean;
  readonly budget?: string;
  readonly restart?: boolean;
}

const outcomeWords: { readonly [outcome: string]: string } = {
  create: 'to be made on the other side',
  adopt: 'there on both sides: linked as they are',
  match: 'incoming, resembling an opportunity: a person decides',
  conflict: 'there on both sides and different: linked, a person is asked',
  blocked: 'not possible as it is',
  ignored: 'left alone',
};

/** Steps through one mode until it is done or the budget is used up. */
async function runThrough(
  reached: Reached,
  mode: 'count' | 'apply',
  options: Options,
  budget: number | null,
  say: (text: string) => void,
): Promise<Part> {
  const rows: Row[] = [];
  let calls = 0;
  let step: Step | null = null;
  for (let first = true; step === null || !step.done; first = false) {
    if (budget !== null && calls >= budget) break;
    step = (await reached.call('backfill.step', {
      mode,
      since: options.since ?? null,
      restart: first && options.restart === true,
    })) as Step;
    rows.push(...step.rows);
    calls += step.calls;
    say(`${mode === 'count' ? 'Counted' : 'Took in'} ${rows.length} deals, ${calls} calls`);
  }
  return { done: step?.done ?? false, calls, counts: step?.counts ?? {}, rows };
}

async function backfill(reached: Reached, options: Options, say: (text: string) => void): Promise<Backfilled | object> {
  if (options.fromNow) return (await reached.call('backfill.from-now')) as object;
  const budget = options.budget === undefined ? null : Number(options.budget);
  if (budget !== null && !(Number.isInteger(budget) && budget > 0))
    throw new SyncError('CONFIG_INVALID', { message: '--budget takes a whole number of calls.' });
  const counted =
    options.dryRun ||
    !((await reached.call('backfill.counted', { mode: 'count', since: options.since ?? null })) as { counted: boolean }).counted;
  const first = counted ? await runThrough(reached, 'count', options, budget, say) : null;
  if (options.dryRun || first?.done === false) return { counted: first, applied: null };
  const left = budget === null ? null : budget - (first?.calls ?? 0);
  return { counted: first, applied: left !== null && left <= 0 ? null : await runThrough(reached, 'apply', options, left, say) };
}

function printPart(title: string, { counts, rows, done, calls }: Part): readonly string[] {
  const table = Object.entries(outcomeWords).map(([outcome, words]) => [outcome, String(counts[outcome] ?? 0), words]);
  const lines = rows.map((row) => [row.outcome, row.opportunityId ?? '–', row.referralId ?? '–', row.name ?? '', row.why]);
  return [
    title,
    printTable(['Outcome', 'Deals', 'Meaning'], table, [10, 8, 60]),
    '',
    ...(lines.length > 0 ? [printTable(['Outcome', 'Opportunity', 'Referral', 'Name', 'Why'], lines, [10, 18, 36, 32, 70]), ''] : []),
    done ? `Complete, with ${calls} calls.` : `Not complete: ${calls} calls are used. Run the same command again to go on from here.`,
  ];
}

export function printBackfill(result: unknown): string {
  if (!('counted' in (result as object))) return (result as { note: string }).note;
  const { counted, applied } = result as Backfilled;
  return [
    ...(counted ? printPart('What would happen:', counted) : []),
    ...(counted && applied ? [''] : []),
    ...(applied ? printPart('What was done:', applied) : []),
  ].join('\n');
}

const isFinished = (result: unknown): boolean => {
  if (!('counted' in (result as object))) return true;
  const { counted, applied } = result as Backfilled;
  return counted?.done !== false && applied?.done !== false && !(counted === null && applied === null);
};

/** JSON: a list of solutions, or `{ "solutions": [...] }`; CSV: a header line with id, name, kind, active. */
async function readSolutions(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new SyncError('CONFIG_INVALID', { message: `The file ${file} cannot be read.`, cause });
  }
  if (!/^\s*[[{]/.test(text)) return parseCsv(text);
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : (parsed as { solutions?: unknown }).solutions;
  } catch (cause) {
    throw new SyncError('CONFIG_INVALID', { message: `The file ${file} is neither JSON nor CSV.`, cause });
  }
}

interface Imported {
  readonly saved: number;
  readonly refused: readonly { readonly id: string; readonly problem: string | null }[];
}

const printImported = (result: unknown): string => {
  const { saved, refused } = result as Imported;
  return [`${saved} solutions are in the catalogue.`, ...refused.map((one) => `${one.id} was refused: ${one.problem ?? ''}`)].join('\n');
};

/** Adds `backfill` and `catalogue` to the root. */
export function addBackfillCommands({ parent, run, exits, path }: CommandLine, say: (text: string) => void): void {
  parent
    .command('backfill')
    .description('take in the deals that were there before: counts first, then links or makes them, behind everything people do')
    .option('--dry-run', 'only count: what would happen to each deal, and why')
    .option('--since <date>', 'only deals that changed since that day')
    .option('--from-now', 'take in nothing old: the sweeps begin now')
    .option('--budget <calls>', 'stop after about so many API calls; the next run goes on from there')
    .option('--restart', 'begin anew instead of going on')
    .action((options: Options) =>
      run(
        printBackfill,
        (reached) => backfill(reached, options, say),
        (result) => (isFinished(result) ? exits.done : exits.attention),
      ),
    );
  const catalogue = parent.command('catalogue').description('the Microsoft Solutions sellers choose from');
  catalogue
    .command('import <file>')
    .description('enter solutions from a CSV or JSON file (id, name, kind, active) into the catalogue')
    .action((file: string) =>
      run(
        printImported,
        async (reached) => reached.call('catalogue.import', { solutions: await readSolutions(path(file)) }),
        (result) => ((result as Imported).refused.length > 0 ? exits.attention : exits.done),
      ),
    );
}
