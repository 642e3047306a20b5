/** Our referrals of the last days by our reference, read back from the newest (API §4.1: no documented filter finds them). */
import type { System } from '../sync/ports.ts';
import { allReadable, type ReferralsClient } from './client.ts';
import { isOwn, type OwnIdentity } from './ownership.ts';
import { instantOf } from './text.ts';

export interface MadeReferral {
  readonly id: string;
  /** Epoch ms by Microsoft's clock; 0 where the row does not say. */
  readonly createdAt: number;
}

/** What carries a reference among the referrals created since a time (epoch ms). */
export type ReadRecent = (reference: string, since: number) => Promise<readonly MadeReferral[]>;

/** Clocks of the two hosts may differ by this much, ms. */
const clockSlack = 5 * 60_000;
/** Clocks of Microsoft's own machines, whose stamps order the list, ms. */
const stampSlack = 60_000;
/** A reference can be typed in the portal long after the create, so everything is read again from time to time, ms. */
const wholeAgain = 3_600_000;

/** Everything of ours that was in the list when a reading began, from a time on. */
interface Known {
  /** Epoch ms, our clock. */
  readonly since: number;
  /** When it was last read from the newest to `since`, epoch ms, our clock. */
  readonly whole: number;
  /** Whatever enters the list later has a stamp after this, epoch ms, Microsoft's clock. */
  readonly complete: number;
  readonly byReference: ReadonlyMap<string, readonly MadeReferral[]>;
}

/**
 * Reading back costs a call for each hundred referrals. So who asks while somebody reads waits for the next reading and shares it with
 * all that wait: each is answered by a reading that began after it asked. And a reading goes back only to what the one before cannot
 * have missed.
 * @param listDelay a referral is in the list this long after its stamp at the latest, ms
 */
export function createReadRecent(client: ReferralsClient, identity: OwnIdentity, listDelay: number, system: System): ReadRecent {
  let known: Known | null = null;
  let running: Promise<unknown> = Promise.resolve();
  let next: { since: number; readonly reading: Promise<Known> } | null = null;

  async function read(asked: number): Promise<Known> {
    const begun = system.now();
    const before = known !== null && known.since <= asked && begun < known.whole + wholeAgain ? known : null;
    const since = before?.since ?? asked;
    const until = before?.complete ?? since - clockSlack;
    const byReference = new Map(before?.byReference);
    let newest = -Infinity;
    for await (const page of client.list({ orderby: 'createdDateTime desc' })) {
      let passed = false;
      for (const { row } of allReadable(page).rows) {
        const stamp = instantOf(row.createdDateTime);
        if (stamp !== null) {
          newest = Math.max(newest, stamp);
          passed ||= stamp < until;
        }
        const reference = row.externalReferenceId;
        if (!reference || !isOwn(row, identity)) continue;
        const others = (byReference.get(reference) ?? []).filter(({ id }) => id !== row.id);
        byReference.set(reference, [...others, { id: row.id, createdAt: stamp ?? 0 }]);
      }
      if (passed) break;
    }
    // A stamp of their future would hide what is made until then.
    const complete = Math.min(newest, begun) - listDelay - stampSlack;
    known = { since, whole: before?.whole ?? begun, complete, byReference };
    return known;
  }

  function nextReading(since: number): Promise<Known> {
    if (next) {
      next.since = Math.min(next.since, since);
      return next.reading;
    }
    const begin = (): Promise<Known> => {
      next = null;
      return read(mine.since);
    };
    const mine = { since, reading: running.then(begin, begin) };
    next = mine;
    running = mine.reading;
    return mine.reading;
  }

  return async (reference, since) => (await nextReading(since)).byReference.get(reference) ?? [];
}
