/** What one pass costs the store as it grows: accept a notice, claim the key, read the link, save the result; on a file of its own. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openStore } from '../src/store/open.ts';
import { realSystem } from '../src/system.ts';
import { memoryOf, share } from './watch.ts';

const orgId = '00D000000000001EAA';

export interface GrowthFigures {
  readonly links: number;
  /** Milliseconds of one pass, median. */
  readonly perPass: number;
}

type Bench = Awaited<ReturnType<typeof openBench>>;

async function openBench() {
  const folder = mkdtempSync(join(tmpdir(), 'cosell-growth-'));
  const system = realSystem();
  const store = await openStore({ url: `sqlite:${join(folder, 'growth.sqlite')}`, sealingKeys: [], system });
  return {
    accept: (opportunities: readonly string[]): Promise<number> =>
      store.accept(
        orgId,
        opportunities.map((id) => ({
          source: 'salesforce-event',
          id: randomUUID(),
          subject: { kind: 'opportunity', id },
          reason: 'saved',
          at: 0,
        })),
        null,
        system.now(),
      ),
    /** Claims keys and finishes them; the number of passes. */
    async settle(limit: number): Promise<number> {
      const leases = await store.claim(limit, 60_000, system.now());
      for (const lease of leases) {
        const link = await store.link(lease.key);
        if (link) await store.finish(lease, { link, audit: [], againAt: null }, system.now());
      }
      return leases.length;
    },
    async close(): Promise<void> {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function fill(bench: Bench, from: number, to: number): Promise<void> {
  for (let known = from; known < to; known += 500) {
    await bench.accept(Array.from({ length: Math.min(500, to - known) }, (_, index) => `006-${known + index}`));
    while ((await bench.settle(200)) > 0);
  }
}

/** @param sizes rising numbers of links */
export async function measureGrowth(sizes: readonly number[], passes = 300): Promise<readonly GrowthFigures[]> {
  const bench = await openBench();
  try {
    const figures: GrowthFigures[] = [];
    let known = 0;
    for (const links of sizes) {
      await fill(bench, known, links);
      known = Math.max(known, links);
      const times: number[] = [];
      for (let pass = 0; pass < passes; pass += 1) {
        const began = performance.now();
        await bench.accept([`006-${Math.floor((pass * known) / passes)}`]);
        if ((await bench.settle(1)) !== 1) throw new Error('The pass did not run.');
        times.push(performance.now() - began);
      }
      figures.push({ links, perPass: share(times, 0.5) });
    }
    return figures;
  } finally {
    await bench.close();
  }
}

export interface StoredFigures {
  readonly notices: number;
  readonly perSecond: number;
  /** Resident memory of this process, MB. */
  readonly before: number | null;
  readonly after: number | null;
}

/** Notices of one deal that come before its pass. */
const perPass = 10;

/** A hundred at a time, as they come over the bus, about 2,000 deals, a hundred of them busy at a time. */
export async function measureStored(notices: number): Promise<StoredFigures> {
  const bench = await openBench();
  try {
    await fill(bench, 0, 2_000);
    const before = memoryOf(process.pid).now;
    const began = performance.now();
    for (let hundred = 0; hundred < notices / 100; hundred += 1) {
      const first = Math.floor(hundred / perPass) * 100;
      await bench.accept(Array.from({ length: 100 }, (_, index) => `006-${(first + index) % 2_000}`));
      if (hundred % perPass === perPass - 1) await bench.settle(100);
    }
    return { notices, perSecond: (notices / (performance.now() - began)) * 1_000, before, after: memoryOf(process.pid).now };
  } finally {
    await bench.close();
  }
}
