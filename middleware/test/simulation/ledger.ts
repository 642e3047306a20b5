/** A long run in several sittings: what was played so far stands in a file, from which the same command goes on. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

import * as z from 'zod';

import type { Campaign } from './campaign.ts';
import type { Counts } from './trace.ts';

const ledgerSchema = z.strictObject({
  /** The code that was played: figures of two versions are not added up. */
  commit: z.string(),
  campaign: z.strictObject({
    from: z.int(),
    count: z.int(),
    jobs: z.int().positive(),
    bug: z.string().nullable(),
    faults: z.boolean(),
  }),
  /** Seeds each thread has played. */
  played: z.array(z.int().nonnegative()),
  sittings: z.int().nonnegative(),
  /** Time spent playing, s. */
  seconds: z.number(),
  rounds: z.int(),
  failed: z.array(z.int()),
  counts: z.record(z.string(), z.record(z.string(), z.int())),
});
export type Ledger = z.infer<typeof ledgerSchema>;

/** The commit that is checked out, marked when something differs from it; `unknown` without git. */
function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=7', '--exclude=*'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

export function newLedger(campaign: Campaign): Ledger {
  const { from, count, jobs, bug, faults } = campaign;
  return {
    commit: commit(),
    campaign: { from, count, jobs, bug, faults },
    played: Array.from({ length: jobs }, () => 0),
    sittings: 0,
    seconds: 0,
    rounds: 0,
    failed: [],
    counts: {},
  };
}

export type OpenedLedger = { readonly kind: 'open'; readonly ledger: Ledger } | { readonly kind: 'bad'; readonly text: string };

/** The ledger at this path, or a new one where there is none. */
export function openLedger(path: string, campaign: Campaign): OpenedLedger {
  const fresh = newLedger(campaign);
  if (!existsSync(path)) return { kind: 'open', ledger: fresh };
  const read = ((): Ledger | null => {
    try {
      return ledgerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      return null;
    }
  })();
  if (!read) return { kind: 'bad', text: `${path} is not the ledger of a run. Name another file.` };
  if (JSON.stringify(read.campaign) !== JSON.stringify(fresh.campaign))
    return {
      kind: 'bad',
      text: `${path} belongs to another run: ${JSON.stringify(read.campaign)}. Give the same options, or name another file.`,
    };
  if (read.commit !== fresh.commit)
    return {
      kind: 'bad',
      text: `${path} was begun with ${read.commit}, this is ${fresh.commit}. Check that commit out, or name another file.`,
    };
  return { kind: 'open', ledger: read };
}

/** Replaced whole, so that a run that is killed leaves the ledger as it was a moment before. */
export function saveLedger(path: string, ledger: Ledger): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(ledger)}\n`);
  renameSync(`${path}.new`, path);
}

export const countsOf = (ledger: Ledger): Counts =>
  new Map(Object.entries(ledger.counts).map(([kind, names]) => [kind, new Map(Object.entries(names))]));

export const countsIn = (counts: Counts): Ledger['counts'] =>
  Object.fromEntries([...counts].map(([kind, names]) => [kind, Object.fromEntries(names)]));
