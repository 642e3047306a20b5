/**
 * The sweep: a timed pass over both sides by change stamp, entering at the same door as notices. Notices make it fast, the sweep makes
 * it true. A slow full pass marks every open link, since removed children and formulas leave no stamp.
 */
import { toSyncError } from '../errors.ts';
import type { Engine } from './engine.ts';
import type { SweepPage } from './ports.ts';

/** Changes found on each side; null when that side could not be compared to its end. */
export interface SweepResult {
  readonly crm: number | null;
  readonly partner: number | null;
}

async function sweepSide(
  engine: Engine,
  stream: string,
  pagesFrom: (position: string | null) => AsyncIterable<SweepPage>,
): Promise<number> {
  const { store, system } = engine;
  let found = 0;
  for await (const page of pagesFrom(await store.position(stream))) {
    found += await store.accept(engine.orgId, page.notices, { stream, value: page.position }, system.now());
  }
  return found;
}

/** One sweep over both sides; a side that fails does not keep the other from being swept. */
export async function sweep(engine: Engine, signal: AbortSignal): Promise<SweepResult> {
  const attempt = async (name: 'crm' | 'partner', run: () => Promise<number>): Promise<number | null> => {
    try {
      return await run();
    } catch (error) {
      engine.log.warn({ side: name, code: toSyncError(error).code, error }, 'a sweep did not finish; it goes on from where it was');
      return null;
    }
  };
  const crm = await attempt('crm', () => sweepSide(engine, 'sweep:crm', (position) => engine.crm.changedSince(position, signal)));
  const partner = await attempt('partner', () =>
    sweepSide(engine, 'sweep:partner', (position) => engine.partner.changedSince(position, signal)),
  );
  return { crm, partner };
}

/** One sweep at a time. */
export interface Sweeper {
  /**
   * Resolves when a sweep that began after the call has ended: one that runs already may have passed the place where something was
   * changed just before. Callers that wait for the same next sweep share it.
   */
  sweepNow(): Promise<SweepResult>;
  /** When the last sweep ended, epoch ms; null when none has. */
  lastAt(): number | null;
}

export function createSweeper(engine: Engine, signal: AbortSignal): Sweeper {
  let running: Promise<SweepResult> | null = null;
  let following: Promise<SweepResult> | null = null;
  let lastAt: number | null = null;

  async function begin(): Promise<SweepResult> {
    try {
      return await sweep(engine, signal);
    } finally {
      running = null;
      lastAt = engine.system.now();
    }
  }
  const start = (): Promise<SweepResult> => {
    following = null;
    running = begin();
    return running;
  };

  return {
    sweepNow() {
      if (running === null) return start();
      following ??= running.then(start, start);
      return following;
    },
    lastAt: () => lastAt,
  };
}

const [firstWait, longestWait] = [1_000, 60_000];

/**
 * Sweeps until Salesforce was compared to its end, or the signal aborts: what its events did not tell is known by then. Partner Center,
 * which has notices of its own, may be out of reach meanwhile.
 */
export async function sweepCrmToItsEnd({ system }: Engine, sweepNow: Sweeper['sweepNow'], signal: AbortSignal): Promise<void> {
  for (let wait = firstWait; (await sweepNow()).crm === null; wait = Math.min(2 * wait, longestWait))
    if (!(await system.sleep(wait, signal))) return;
}

/** Marks every link that is still alive. Returns how many. */
export async function markAllOpen(engine: Engine, signal: AbortSignal): Promise<number> {
  let marked = 0;
  for (let after: string | null = null; !signal.aborted;) {
    const links = await engine.store.links(after, 500);
    const alive = links
      .filter((link) => link.state === 'open' || link.state === 'stopped' || link.state === 'orphaned')
      .map((link) => link.id);
    await engine.store.mark(alive, 'full sweep', 'background', engine.system.now());
    marked += alive.length;
    const last = links.at(-1);
    if (!last) break;
    after = last.id;
  }
  return marked;
}

/** Runs `act` every `ms` until the signal aborts; a failure is logged and does not end it. */
export async function every(engine: Engine, ms: number, name: string, act: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (await engine.system.sleep(ms, signal)) {
    await act().catch((error: unknown) =>
      engine.log.warn({ task: name, code: toSyncError(error).code, error }, 'a timed task failed; it runs again at its next time'),
    );
  }
}
