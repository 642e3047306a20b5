/** The timed pass over Salesforce: finds what no event told (Salesforce APIs §4). */
import type { SweepPage } from '../../sync/ports.ts';
import { understood } from '../client/client.ts';
import { ChangedRow, SweepPosition } from '../schema.ts';
import type { Org } from './org.ts';
import { pageSize, sourcesOf } from './sweep-sources.ts';

/** A stamp is set when a row is written, not when its transaction commits, which may take ten minutes. */
const overlapMs = 15 * 60_000;

const start: SweepPosition = { v: 1, from: null, next: null, source: 0, after: null };

/** A position of another version or a damaged one starts a full pass: lower, never guessed. */
function positionOf(text: string | null): SweepPosition {
  if (text === null) return start;
  try {
    const parsed = SweepPosition.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : start;
  } catch {
    return start;
  }
}

/** Where a sweep begins that looks at nothing older than `at` (epoch ms). */
export const sweepFrom = (at: number): string => JSON.stringify({ ...start, from: at } satisfies SweepPosition);

/** Gives where the next sweep begins: server time at the start of this one minus the overlap; null when the signal aborted. */
async function* onwardFrom(org: Org, began: SweepPosition, signal: AbortSignal): AsyncGenerator<SweepPage, SweepPosition | null> {
  const { from } = began;
  let { next, after } = began;
  const sources = sourcesOf((await org.plan()).features, from === null);

  for (let index = began.source; index < sources.length; index++) {
    const source = sources[index];
    if (!source) continue;
    for (let more = true; more;) {
      if (signal.aborted) return null;
      const at = { from, after, began: next ?? 0, readAt: 0 };
      const { records, serverTime } = await org.client.query(source.soql(at), { all: source.bin, signal });
      next ??= serverTime;
      const rows = records.map((record) => understood(ChangedRow, record));
      const last = rows.at(-1);
      more = rows.length >= pageSize && last !== undefined;
      after = more && last ? { stamp: last.SystemModstamp, id: last.Id } : null;
      const notices = rows.flatMap((row) => source.notice(row, { ...at, began: next ?? serverTime, readAt: serverTime }) ?? []);
      const here: SweepPosition = { v: 1, from, next, source: more ? index : index + 1, after };
      if (notices.length > 0) yield { notices, position: JSON.stringify(here) };
    }
  }
  const end: SweepPosition = { v: 1, from: (next ?? org.system.now()) - overlapMs, next: null, source: 0, after: null };
  yield { notices: [], position: JSON.stringify(end) };
  return end;
}

/** An earlier sweep did not reach its end. */
const brokeOff = (position: SweepPosition): boolean => position.next !== null;

/**
 * Pages of notices; each page's `position` goes on behind it, the last page's begins the next sweep. Whatever was changed before the
 * call is found: behind a sweep that broke off follows a whole one, for what was changed since at places the first had passed. Ends
 * early, without a last position, when the signal aborts.
 */
export async function* changedSince(org: Org, position: string | null, signal: AbortSignal): AsyncIterable<SweepPage> {
  const began = positionOf(position);
  const end = yield* onwardFrom(org, began, signal);
  if (end !== null && brokeOff(began)) yield* onwardFrom(org, end, signal);
}
