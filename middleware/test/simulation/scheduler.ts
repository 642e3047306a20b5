/**
 * The only clock of a run. Time stands still while code runs and jumps to the next thing that is due; of things due at the same moment
 * the seed decides which goes first. Everything between two such things runs to its end before the next begins.
 */
import type { Chance } from './chance.ts';

export interface Scheduler {
  /** Epoch ms. */
  now(): number;
  /** Calls `act` when `ms` have passed. The result takes it back. */
  after(ms: number, act: () => void): () => void;
  /** Lets `ms` pass. */
  wait(ms: number): Promise<void>;
  /** Runs what is due until this time (epoch ms), or until `enough` says so. */
  run(until: number, enough?: () => boolean): Promise<void>;
  /**
   * The clock jumps and everything that should have happened meanwhile is late, as after a weekend with the lid closed: timers that
   * would have gone off a thousand times go off once.
   */
  leap(ms: number): void;
  /** Things that have happened. */
  steps(): number;
}

interface Due {
  readonly at: number;
  readonly order: number;
  act: (() => void) | null;
}

const before = (one: Due, other: Due): boolean => one.at < other.at || (one.at === other.at && one.order < other.order);

/** A run that takes more steps than this does not come to rest. */
const mostSteps = 400_000;

export class NeverQuiet extends Error {}

/** Everything that promises still have to say is said when this resolves: nothing in a run waits for anything but the scheduler. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function createScheduler(start: number, chance: Chance): Scheduler {
  const heap: Due[] = [];
  let now = start;
  let steps = 0;

  function push(due: Due): void {
    let index = heap.push(due) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(due, heap[parent] as Due)) break;
      heap[index] = heap[parent] as Due;
      index = parent;
    }
    heap[index] = due;
  }

  function pop(): Due | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && before(heap[right] as Due, heap[left] as Due) ? right : left;
      if (!before(heap[child] as Due, last)) break;
      heap[index] = heap[child] as Due;
      index = child;
    }
    heap[index] = last;
    return first;
  }

  function after(ms: number, act: () => void): () => void {
    const due: Due = { at: now + Math.max(0, Math.ceil(ms)), order: chance.next(), act };
    push(due);
    return () => {
      due.act = null;
    };
  }

  return {
    now: () => now,
    after,
    wait: (ms) => new Promise((resolve) => after(ms, resolve)),
    async run(until, enough = () => false) {
      await settled();
      while (!enough()) {
        const next = heap[0];
        if (next === undefined || next.at > until) {
          now = Math.max(now, until);
          return;
        }
        pop();
        const { act } = next;
        if (act === null) continue;
        now = Math.max(now, next.at);
        steps += 1;
        if (steps > mostSteps) throw new NeverQuiet(`The run does not come to rest: ${mostSteps} steps.`);
        act();
        await settled();
      }
    },
    leap(ms) {
      now += ms;
    },
    steps: () => steps,
  };
}
