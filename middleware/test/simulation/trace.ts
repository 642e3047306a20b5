/** What happened in a run: lines for people, a fingerprint for replays, counts for coverage. */
import { createHash } from 'node:crypto';

export interface Trace {
  /** One thing that happened. `facts` go into the fingerprint only. */
  add(who: string, what: string, facts?: string): void;
  /** Counts a kind of thing, e.g. `fault` `cut`. */
  count(kind: string, name: string): void;
  readonly lines: readonly string[];
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>>;
  fingerprint(): string;
}

const stamp = (at: number): string => new Date(at).toISOString().slice(0, 23).replace('T', ' ');

export function createTrace(now: () => number): Trace {
  const facts: string[] = [];
  const lines: string[] = [];
  const counts = new Map<string, Map<string, number>>();
  return {
    lines,
    counts,
    add(who, what, more = '') {
      const line = `${stamp(now())}  ${who.padEnd(14)} ${what}`;
      lines.push(line);
      facts.push(line + more);
    },
    count(kind, name) {
      const names = counts.get(kind) ?? new Map<string, number>();
      names.set(name, (names.get(name) ?? 0) + 1);
      counts.set(kind, names);
    },
    fingerprint: () => createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 16),
  };
}

export type Counts = Map<string, Map<string, number>>;

export function addCounts(total: Counts, counts: Trace['counts']): void {
  for (const [kind, names] of counts) {
    const sums = total.get(kind) ?? new Map<string, number>();
    for (const [name, count] of names) sums.set(name, (sums.get(name) ?? 0) + count);
    total.set(kind, sums);
  }
}
