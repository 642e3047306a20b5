/** Makes a failing run small: entries are left out as long as the same rule is still broken. */
import type { Bug } from './bug.ts';
import { runScript, type Outcome } from './run.ts';
import type { Entry, Script } from './script.ts';

/** What is left out keeps its time, so that the rest happens when it did. */
function without(entries: readonly Entry[], from: number, count: number): readonly Entry[] {
  const gone = entries.slice(from, from + count).reduce((sum, entry) => sum + entry.wait, 0);
  return entries.flatMap((entry, index) =>
    index >= from && index < from + count ? [] : [index === from + count ? { ...entry, wait: entry.wait + gone } : entry],
  );
}

/** @param most runs to spend @returns the smallest run found that breaks the same rule */
export async function shrink(failed: Outcome, bug: Bug | null = null, most = 120): Promise<Outcome> {
  const rules = new Set(failed.violations.map(({ rule }) => rule));
  let best = failed;
  let left = most;

  async function stillFails(script: Script): Promise<boolean> {
    left -= 1;
    const outcome = await runScript(script, bug);
    if (!outcome.violations.some(({ rule }) => rules.has(rule))) return false;
    best = outcome;
    return true;
  }

  if (best.script.replicas > 1) await stillFails({ ...best.script, replicas: 1 });
  if (best.script.daysAtEnd) await stillFails({ ...best.script, daysAtEnd: false });
  for (let size = Math.ceil(best.script.entries.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.script.entries.length && left > 0;) {
      const smaller = { ...best.script, entries: without(best.script.entries, from, size) };
      if (!(await stillFails(smaller))) from += size;
    }
  }
  return best;
}
