/**
 * The queue's rules as pure functions from row to row: mark, claim's counterpart, finish, give back, park, lapse. Both engines lock the
 * row, apply one of these and write it back, so the meaning of the queue stands here and nowhere else.
 *
 * A notice raises `dirty_seq`; a pass remembers the one it saw and stores it as `done_seq` when it succeeds. A notice during a pass
 * leaves the key dirty, and it runs again: nothing can be lost and no "again" flag exists. Rows are not deleted when clean: a mark
 * between "is it clean?" and the delete would be lost.
 */
import type { ErrorCode } from '../errors.ts';
import type { Priority } from '../sync/ports.ts';
import type { WorkRow } from './tables.ts';

export const priorities: readonly Priority[] = ['person', 'event', 'background'];
/** Priority of a key of which nothing was heard. */
const unheard = 3;
const mostReasons = 20;
/** Passes in a row that may end without a word before the key is put aside: the deal may be what kills the process. */
export const mostLapses = 5;

export const rankOf = (priority: Priority): number => priorities.indexOf(priority);
export const priorityOf = (rank: number): Priority => priorities[rank] ?? 'background';
export const readReasons = (json: string): readonly string[] => JSON.parse(json) as string[];

const joinReasons = (older: string, newer: readonly string[]): string =>
  JSON.stringify([...readReasons(older), ...newer].slice(-mostReasons));
/** Something was heard that no successful pass has covered. */
export const isDirty = (row: WorkRow): boolean => row.dirty_seq > row.done_seq;
const free = { lease_token: null, lease_until: null, held_priority: unheard, held_since: null, held_reasons: '[]' } as const;

/** A key nobody has marked yet. */
export function newWork(key: string): WorkRow {
  return {
    key,
    dirty_seq: 0,
    done_seq: 0,
    due_at: null,
    priority: unheard,
    dirty_since: null,
    reasons: '[]',
    ...free,
    attempts: 0,
    lapses: 0,
    backing_off: 0,
    parked_at: null,
    code: null,
    message: null,
  };
}

/**
 * Something was heard. A key in back-off keeps waiting, unless a person asks; a parked key is tried again; a leased key runs again
 * after its pass.
 */
export function marked(row: WorkRow, reasons: readonly string[], priority: Priority, now: number): WorkRow {
  const rank = rankOf(priority);
  const heard: WorkRow = {
    ...row,
    dirty_seq: row.dirty_seq + 1,
    priority: Math.min(row.priority, rank),
    dirty_since: row.dirty_since ?? now,
    reasons: joinReasons(row.reasons, reasons),
  };
  if (row.parked_at !== null) return { ...heard, parked_at: null, attempts: 0, lapses: 0, backing_off: 0, due_at: now };
  if (row.lease_token !== null) return heard;
  if (row.backing_off === 1 && priority !== 'person' && row.due_at !== null && row.due_at > now) return heard;
  return { ...heard, backing_off: 0, due_at: Math.min(row.due_at ?? now, now) };
}

/** The pass that saw `seq` succeeded. `againAt` is when to look again unasked. */
export function finished(row: WorkRow, seq: number, againAt: number | null, now: number): WorkRow {
  const done: WorkRow = {
    ...row,
    ...free,
    done_seq: Math.max(row.done_seq, seq),
    attempts: 0,
    lapses: 0,
    backing_off: 0,
    code: null,
    message: null,
  };
  return { ...done, due_at: isDirty(done) ? now : againAt };
}

/** What the failed pass meant to cover is uncovered again. A key that ran only because its time had come stays due. */
function uncovered(row: WorkRow, now: number): WorkRow {
  return {
    ...row,
    ...free,
    dirty_seq: Math.max(row.dirty_seq, row.done_seq + 1),
    priority: Math.min(row.held_priority, row.priority, rankOf('background')),
    dirty_since: row.held_since ?? row.dirty_since ?? now,
    reasons: joinReasons(row.held_reasons, readReasons(row.reasons)),
  };
}

export interface GivenBack {
  readonly at: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly countAttempt: boolean;
}

/** The pass failed and is tried again at `at`; at once when a person asked meanwhile. */
export function givenBack(row: WorkRow, release: GivenBack, now: number): WorkRow {
  const asked = row.priority === rankOf('person');
  return {
    ...uncovered(row, now),
    attempts: row.attempts + (release.countAttempt ? 1 : 0),
    lapses: 0,
    backing_off: 1,
    due_at: asked ? Math.min(release.at, now) : release.at,
    code: release.code,
    message: release.message,
  };
}

/** Put aside, unless something was heard during the pass: that may be the cure, so it is looked at first. */
export function parked(row: WorkRow, seq: number, code: ErrorCode, message: string, now: number): WorkRow {
  const aside: WorkRow = { ...uncovered(row, now), lapses: 0, backing_off: 0, code, message };
  return row.dirty_seq > seq ? { ...aside, attempts: 0, due_at: now } : { ...aside, due_at: null, parked_at: now };
}

/** Delay after a lapsed lease, ms: none at first (the process was restarted), then 1 s, 2 s, 4 s. */
const lapseDelay = (lapses: number): number => (lapses <= 1 ? 0 : 1_000 * 2 ** (lapses - 2));

/** The lease ran out: its process died or hangs. Counts as a failed attempt. */
export function lapsed(row: WorkRow, now: number): WorkRow {
  const lapses = row.lapses + 1;
  const back: WorkRow = { ...uncovered(row, now), attempts: row.attempts + 1, lapses };
  if (lapses < mostLapses) return { ...back, backing_off: 1, due_at: now + lapseDelay(lapses) };
  const message = `The service stopped or hung ${lapses} times in a row while working on this deal.`;
  return { ...back, backing_off: 0, due_at: null, parked_at: now, code: 'BUG', message };
}

export function unparked(row: WorkRow, now: number): WorkRow {
  return row.parked_at === null ? row : { ...row, parked_at: null, attempts: 0, lapses: 0, backing_off: 0, due_at: now };
}

/** What is still to do for a key that is merged into another one is done by the survivor. */
export function takenOver(survivor: WorkRow, other: WorkRow, now: number): WorkRow {
  const idle = !isDirty(other) && other.lease_token === null;
  if (idle) return survivor;
  const reasons = [...readReasons(other.held_reasons), ...readReasons(other.reasons)];
  return marked(survivor, reasons, priorityOf(Math.min(other.held_priority, other.priority)), now);
}

/** A leased row as it must be when its owner is known to be gone without having failed: due at once. */
export function freed(row: WorkRow, now: number): WorkRow {
  return row.lease_token === null ? row : { ...uncovered(row, now), due_at: now };
}
