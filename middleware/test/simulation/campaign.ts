/** Many seeds, one after the other, in this thread or in several. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

import { bugNamed } from './bugs.ts';
import type { Violation } from './invariants.ts';
import { runScript } from './run.ts';
import { scriptFor } from './script.ts';
import type { Trace } from './trace.ts';

export interface Campaign {
  readonly from: number;
  readonly count: number;
  /** Threads; one is this thread. */
  readonly jobs: number;
  /** Name of a deliberate mistake. */
  readonly bug: string | null;
  readonly faults: boolean;
}

/** What one seed has shown. */
export interface Played {
  readonly seed: number;
  /** The thread that played it. */
  readonly job: number;
  readonly violations: readonly Violation[];
  readonly counts: Trace['counts'];
  readonly rounds: number;
}

async function play(campaign: Campaign, job: number, seed: number): Promise<Played> {
  const bug = campaign.bug === null ? null : bugNamed(campaign.bug);
  const { violations, counts, rounds } = await runScript(scriptFor(seed, { faults: campaign.faults }), bug);
  return { seed, job, violations, counts, rounds };
}

interface Part {
  readonly campaign: Campaign;
  readonly job: number;
  /** Seeds this thread has played in an earlier sitting. */
  readonly before: number;
}

async function* seedsOf({ campaign, job, before }: Part): AsyncIterable<Played> {
  const { from, count, jobs } = campaign;
  for (let seed = from + job + before * jobs; seed < from + count; seed += jobs) yield await play(campaign, job, seed);
}

/**
 * Plays every seed and tells of each; ends early when `stopped` says so.
 * @param before seeds each thread has played in an earlier sitting
 */
export async function runCampaign(
  campaign: Campaign,
  tell: (played: Played) => void,
  stopped: () => boolean,
  before: readonly number[] = [],
): Promise<void> {
  if (campaign.jobs === 1) {
    for await (const played of seedsOf({ campaign, job: 0, before: before[0] ?? 0 })) {
      tell(played);
      if (stopped()) return;
    }
    return;
  }
  const threads = Array.from(
    { length: campaign.jobs },
    (_, job) =>
      new Promise<void>((resolve, reject) => {
        const worker = new Worker(new URL(import.meta.url), {
          workerData: { campaign, job, before: before[job] ?? 0 } satisfies Part,
        });
        worker.on('message', (played: Played) => {
          tell(played);
          if (stopped()) void worker.terminate();
        });
        worker.once('error', reject);
        worker.once('exit', () => resolve());
      }),
  );
  await Promise.all(threads);
}

if (!isMainThread && parentPort) for await (const played of seedsOf(workerData as Part)) parentPort.postMessage(played);
