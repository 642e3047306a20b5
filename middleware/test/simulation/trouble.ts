/** What goes wrong in a run: the network, both remotes, the bus, webhooks, sign-in, processes, clock and store. Each is an entry of the script. */
import type { Fault } from '../../simulators/faults.ts';
import type { OpenStore } from '../../src/store/open.ts';
import type { Doing } from './cast.ts';
import type { Fleet } from './fleet.ts';
import type { World } from './world.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const at = <T>(items: readonly T[], part: number): T => items[Math.min(items.length - 1, Math.floor(part * items.length))] as T;

export interface Trouble {
  /** Brings it about; says in words what happened, null when it was not possible. */
  act(name: string, doing: Doing): Promise<string | null>;
  /** Everything works again. */
  heal(): void;
}

/** Faults after which a notice may never come: there the sweep has to find what happened. */
export const losesNotices: ReadonlySet<string> = new Set([
  'bus loses events',
  'bus damages an event',
  'bus is reset',
  'bus forgets',
  'webhooks are lost',
  'registration is taken',
  'store goes back',
  'bus is away for days',
  'a long weekend',
  'network of webhooks is bad',
  'receiver is away for long',
]);

const salesforcePaths: readonly (RegExp | null)[] = [/\/composite/, /\/query/, /\/composite\/graph/, null];
const remoteFaults = (part: number): Fault =>
  at<Fault>(
    [
      { kind: 'drop' },
      { kind: 'cut' },
      { kind: 'slow', ms: 5 * second },
      { kind: 'slow', ms: 75 * second },
      { kind: 'delay', ms: 8 * second },
      { kind: 'reorder', ms: 4 * second },
      { kind: 'truncate' },
      { kind: 'answer', status: 500 },
      { kind: 'answer', status: 502, html: true },
      { kind: 'answer', status: 503, retryAfterSeconds: 7 },
      { kind: 'answer', status: 504, committed: true },
      { kind: 'answer', status: 503, committed: true },
    ],
    part,
  );
const partnerAnswers = (part: number): Fault =>
  at<Fault>(
    [
      { kind: 'answer', status: 401 },
      { kind: 'answer', status: 409 },
      { kind: 'answer', status: 412 },
      { kind: 'answer', status: 423 },
      { kind: 'answer', status: 429, retryAfterSeconds: 12 },
      { kind: 'answer', status: 429 },
      { kind: 'answer', status: 429, retryAfterSeconds: 120 },
    ],
    part,
  );

export function createTrouble(world: World, fleet: Fleet): Trouble {
  const { faults, org, events, center, scheduler, signIn, cuts } = world;
  const { bus, pubSub } = events;
  const ends = new Set<() => void>();
  let kept: readonly string[] | null = null;

  /** Something that lasts. */
  function lasting(ms: number, end: () => void): void {
    ends.add(end);
    scheduler.after(ms, () => {
      if (ends.delete(end)) end();
    });
  }
  const lasts = (part: number): number => at([20 * second, 90 * second, 6 * minute, 14 * minute], part);
  const words = (ms: number): string => (ms < minute ? `${ms / second} s` : `${Math.round(ms / minute)} min`);

  async function snapshot(store: OpenStore): Promise<readonly string[]> {
    const lines: string[] = [];
    for await (const line of store.export(scheduler.now())) lines.push(line);
    return lines;
  }

  const acts: { readonly [name: string]: (doing: Doing) => string | null | Promise<string | null> } = {
    'one call to Partner Center fails': ({ a, b }) => {
      const fault = a < 0.6 ? remoteFaults(a / 0.6) : partnerAnswers((a - 0.6) / 0.4);
      const method = at(['POST', 'PATCH', 'GET', 'PATCH', 'POST'] as const, b);
      faults.next(fault, { service: 'partner-center', method, path: /referrals/ });
      return `the next ${method} to Partner Center: ${JSON.stringify(fault)}`;
    },
    'one call to Salesforce fails': ({ a, b }) => {
      const fault = remoteFaults(a);
      const path = at(salesforcePaths, b);
      faults.next(fault, { service: 'salesforce', ...(path ? { path } : {}) });
      return `the next call to Salesforce${path ? ` with ${path.source}` : ''}: ${JSON.stringify(fault)}`;
    },
    'calls to Partner Center fail': ({ a, b }) => {
      const fault = b < 0.5 ? remoteFaults(b * 2) : partnerAnswers(b * 2 - 1);
      lasting(lasts(a), faults.add({ service: 'partner-center', path: /referrals/, fault, probability: 0.4 }));
      return `for ${words(lasts(a))} many calls to Partner Center: ${JSON.stringify(fault)}`;
    },
    'calls to Salesforce fail': ({ a, b }) => {
      const fault = remoteFaults(b);
      lasting(lasts(a), faults.add({ service: 'salesforce', fault, probability: 0.4 }));
      return `for ${words(lasts(a))} many calls to Salesforce: ${JSON.stringify(fault)}`;
    },
    'Partner Center is away': ({ a }) => {
      lasting(lasts(a), faults.add({ service: 'partner-center', fault: { kind: 'drop' } }));
      return `Partner Center cannot be reached for ${words(lasts(a))}`;
    },
    'Salesforce is away': ({ a }) => {
      lasting(lasts(a), faults.add({ service: 'salesforce', fault: { kind: 'drop' } }));
      return `Salesforce cannot be reached for ${words(lasts(a))}`;
    },
    'certificates are away': ({ a }) => {
      lasting(lasts(a), faults.add({ service: 'certificates', fault: { kind: 'drop' } }));
      return `signing certificates cannot be fetched for ${words(lasts(a))}`;
    },
    'rows are locked': ({ a, b }) => {
      const rows = org.state.rows('Opportunity');
      const row = at(rows, a);
      org.lockRow(String(row['Id']), 1 + Math.floor(b * 3));
      return `"${String(row['Name'])}" is locked by somebody else`;
    },
    'the session ends': ({ a }) => {
      if (a < 0.5) org.expireTokens();
      else org.revokeTokens();
      return `the Salesforce sessions ${a < 0.5 ? 'expire' : 'are revoked'}`;
    },
    'calls are used up': ({ a }) => {
      org.setDailyLimit(100, 100);
      lasting(Math.min(lasts(a), 6 * minute), () => org.setDailyLimit(100_000, 100));
      return 'the org has used up its API calls';
    },
    'tokens are refused': () => {
      signIn.revokeTokens();
      return 'Microsoft refuses the tokens given out so far';
    },
    'the sign-in ends': () => {
      signIn.end('The sign-in has been withdrawn.');
      lasting(10 * minute, () => signIn.renew());
      return 'the sign-in to Partner Center ends; an admin signs in again after 10 minutes';
    },
    'sign-in service is away': ({ a }) => {
      signIn.revokeTokens();
      signIn.outUntil(scheduler.now() + lasts(a));
      return `Microsoft's sign-in service does not answer for ${words(lasts(a))}`;
    },

    'bus repeats events': ({ a }) => {
      bus.faults.duplicateNext(1 + Math.floor(a * 3));
      return 'the bus will repeat events';
    },
    'bus reorders events': () => {
      bus.faults.reorderNext();
      lasting(30 * second, () => bus.faults.releaseHeld());
      return 'the bus will swap two events';
    },
    'bus loses events': ({ a }) => {
      bus.faults.loseNext(1 + Math.floor(a * 3));
      return 'the bus will lose events';
    },
    'bus damages an event': () => {
      bus.faults.corruptNext();
      return 'the bus will damage an event';
    },
    'bus is reset': () => {
      bus.faults.resetStream();
      pubSub.faults.endStreams('unavailable');
      return 'the event stream is reset: old positions mean nothing';
    },
    'bus forgets': () => {
      const last = bus.retained().at(-1);
      bus.faults.expireBefore((last?.position ?? 0) + 1);
      pubSub.faults.endStreams('unavailable');
      return 'the retained events are gone';
    },
    'bus ends the stream': ({ a }) => {
      pubSub.faults.endStreams(at([null, 'unavailable', 'reset', 'client-limit'] as const, a));
      return 'the bus ends the stream';
    },
    'bus falls silent': ({ a }) => {
      pubSub.faults.frozen = true;
      lasting(lasts(a), () => {
        pubSub.faults.frozen = false;
      });
      return `the bus says nothing for ${words(lasts(a))}`;
    },
    'bus is away': ({ a }) => {
      cuts.bus = true;
      fleet.breakStreams();
      lasting(lasts(a), () => {
        cuts.bus = false;
      });
      return `the bus cannot be reached for ${words(lasts(a))}`;
    },
    'bus is away for days': ({ a }) => {
      cuts.bus = true;
      fleet.breakStreams();
      // people go on for a while; then nothing runs until events that old are not kept any more
      scheduler.after(at([2 * minute, 6 * minute, 15 * minute], a), () => {
        if (cuts.bus) scheduler.leap(74 * hour);
      });
      lasting(16 * minute, () => {
        cuts.bus = false;
      });
      return 'the bus cannot be reached for longer than it keeps events';
    },

    'webhooks are repeated': () => {
      center.webhooks.faultNext({ kind: 'repeat', times: 3 });
      return 'the next webhook is sent three times';
    },
    'webhooks are reordered': () => {
      center.webhooks.faultNext({ kind: 'reorder' });
      return 'the next webhook is overtaken';
    },
    'webhooks are late': ({ a }) => {
      center.webhooks.faultNext({ kind: 'delay', ms: at([20 * second, 5 * minute, 25 * minute], a) }, 2);
      return 'the next webhooks are late';
    },
    'webhooks are lost': ({ a }) => {
      center.webhooks.faultNext({ kind: 'lose' }, 1 + Math.floor(a * 4));
      return 'the next webhooks are lost';
    },
    'webhooks are forged': ({ a }) => {
      center.webhooks.attackNext(
        at(
          ['tampered-body', 'garbage-signature', 'no-signature', 'sha-1', 'unknown-algorithm', 'plain-http', 'look-alike-host'] as const,
          a,
        ),
      );
      return 'the next webhook is forged on its way';
    },
    'webhook answers are lost': ({ a }) => {
      faults.next(at<Fault>([{ kind: 'cut' }, { kind: 'drop' }, { kind: 'slow', ms: 15 * second }, { kind: 'repeat' }], a), {
        service: 'webhook',
      });
      return 'the answer to the next webhook does not arrive';
    },
    'receiver is away for long': () => {
      lasting(14 * minute, faults.add({ service: 'webhook', fault: { kind: 'drop' } }));
      return 'no webhook arrives for longer than Microsoft tries';
    },
    'receiver is away': ({ a }) => {
      lasting(at([30 * second, 3 * minute, 6 * minute], a), faults.add({ service: 'webhook', fault: { kind: 'drop' } }));
      return 'no webhook arrives for a while';
    },
    'registration is taken': () => {
      center.registration.take('https://elsewhere.example/webhook');
      return 'another environment takes the webhook registration';
    },

    'a replica is killed': ({ a }) => fleet.killOne(a, at([1 * second, 15 * second, 100 * second, 6 * minute], a)),
    'a replica is killed at a call': ({ a, b }) => fleet.killAtCall(a < 0.5 ? 'before' : 'after', 1 + Math.floor(b * 12)),
    'a replica is killed at a commit': ({ b }) => fleet.killAtCommit(1 + Math.floor(b * 16)),
    'all replicas are killed': ({ a }) => fleet.killAll(at([5 * second, 2 * minute, 8 * minute], a)),
    'a replica restarts': ({ a }) => fleet.restartOne(a),
    'a replica joins': () => fleet.join(),
    'the database is away': ({ a }) => {
      cuts.store = true;
      lasting(at([3 * second, 20 * second, 70 * second, 3 * minute], a), () => {
        cuts.store = false;
      });
      return 'the database cannot be reached';
    },

    'the lid is closed': ({ a }) => {
      const ms = at([4 * minute, 20 * minute, 3 * hour], a);
      scheduler.leap(ms);
      return `${words(ms)} pass while nothing runs`;
    },
    'a long weekend': ({ a }) => {
      const ms = at([74 * hour, 100 * hour], a);
      scheduler.leap(ms);
      return `${Math.round(ms / hour)} hours pass while nothing runs`;
    },
    'a copy of the store is kept': async () => {
      kept = await snapshot(world.store);
      return 'a backup of the store is made';
    },
    'store goes back': async () => {
      if (kept === null) return null;
      const lines = kept;
      await fleet.replaceStore(lines);
      return 'the store is lost; the backup is put in its place';
    },
  };

  return {
    async act(name, doing) {
      const act = acts[name];
      if (!act) throw new Error(`There is no trouble "${name}".`);
      const said = await act(doing);
      if (said !== null) world.trace.count('trouble', name);
      world.look();
      return said;
    },
    heal() {
      for (const end of [...ends]) end();
      ends.clear();
      faults.clear();
      bus.faults.clear();
      pubSub.faults.frozen = false;
      cuts.bus = false;
      cuts.store = false;
      signIn.renew();
      signIn.outUntil(0);
      fleet.noKills();
    },
  };
}
