/** What one pass costs the store as it grows: accept a notice, claim the key, read the link, save the result; on a file of its own. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openStore } from '../src/store/open.ts';
import { realSystem } from '../src/system.ts';

const orgId = '00D000000000001EAA';

export interface GrowthFigures {
  readonly links: number;
  /** Milliseconds of one pass, median. */
  readonly perPass: number;
}

/** @param sizes rising numbers of links */
export async function measureGrowth(sizes: readonly number[], passes = 300): Promise<readonly GrowthFigures[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cosell-growth-'));
  const system = realSystem();
  const store = await openStore({ url: `sqlite:${join(folder, 'growth.sqlite')}`, sealingKeys: [], system });
  const notice = (id: string) => ({
    source: 'salesforce-event' as const,
    id: randomUUID(),
    subject: { kind: 'opportunity' as const, id },
    reason: 'saved',
    at: 0,
  });
  const settle = async (limit: number): Promise<number> => {
    const leases = await store.claim(limit, 60_000, system.now());
    for (const lease of leases) {
      const link = await store.link(lease.key);
      if (link) await store.finish(lease, { link, audit: [], againAt: null }, system.now());
    }
    return leases.length;
  };
  try {
    const figures: GrowthFigures[] = [];
    let known = 0;
    for (const links of sizes) {
      while (known < links) {
        const part = Array.from({ length: Math.min(500, links - known) }, (_, index) => notice(`006-${known + index}`));
        await store.accept(orgId, part, null, system.now());
        known += part.length;
        while ((await settle(200)) > 0);
      }
      const times: number[] = [];
      for (let pass = 0; pass < passes; pass += 1) {
        const began = performance.now();
        await store.accept(orgId, [notice(`006-${Math.floor((pass * known) / passes)}`)], null, system.now());
        if ((await settle(1)) !== 1) throw new Error('The pass did not run.');
        times.push(performance.now() - began);
      }
      figures.push({ links, perPass: times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0 });
    }
    return figures;
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
