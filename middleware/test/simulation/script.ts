/** The script of a run, drawn from its seed: who does what when, and what goes wrong. Entries can be left out to make a failing run small. */
import { createChance, type Chance } from './chance.ts';
import type { Doing } from './cast.ts';
import { losesNotices } from './trouble.ts';
import type { Conditions } from './world.ts';

export interface Entry extends Doing {
  /** Milliseconds after the entry before it. */
  readonly wait: number;
  readonly kind: 'people' | 'trouble';
  readonly name: string;
}

export interface Script {
  readonly seed: number;
  readonly conditions: Conditions;
  readonly entries: readonly Entry[];
  /** Two processes on one store from the beginning. */
  readonly replicas: number;
  /** Days pass at the end, so that holds and expiries come. */
  readonly daysAtEnd: boolean;
  /** Nothing in it loses a notice: what people did must arrive without a sweep. */
  readonly noticesSuffice: boolean;
}

const peopleWeights: { readonly [name: string]: number } = {
  'share a deal': 10,
  'share an incomplete deal': 2,
  'complete a deal': 4,
  untick: 2,
  tick: 3,
  'edit in Salesforce': 20,
  'edit what nobody shares': 2,
  'edit the customer': 1,
  'add a solution': 3,
  'remove a solution': 2,
  'add a contact': 3,
  'remove a contact': 2,
  'change a contact': 2,
  'ask Microsoft for help': 3,
  'win in Salesforce': 2,
  'lose in Salesforce': 1,
  'reopen in Salesforce': 1,
  'delete in Salesforce': 1,
  'restore in Salesforce': 2,
  'clone in Salesforce': 1,
  'sync now': 2,
  accept: 4,
  decline: 1,
  'release the hold': 1,
  'put back a value': 3,
  'answer a match': 4,
  'retry everything': 1,
  'confirm a one-way step': 2,
  'keep a copy as new': 1,
  'an admin changes who wins': 2,
  'an admin stops a field': 1,
  'an admin makes a field confidential': 1,
  'an admin makes a mistake in the mapping': 1,
  'an admin turns confirmations on': 1,
  'an admin compares both sides': 1,
  'edit in the portal': 14,
  'both edit': 6,
  'a colleague edits while it is sent': 6,
  'Sam edits while it is taken over': 6,
  'add in the portal': 4,
  'remove in the portal': 2,
  'close in the portal': 1,
  'answer in the portal': 2,
  'make a deal in the portal': 2,
  'Microsoft receives': 1,
  'Microsoft accepts': 5,
  'Microsoft declines': 1,
  'Microsoft closes its leg': 1,
  'Microsoft edits': 8,
  'Microsoft sends a deal': 5,
  'Microsoft sends a lead': 1,
};

/** What no flow and no webhook tells of. */
const untold: ReadonlySet<string> = new Set(['restore in Salesforce', 'edit the customer', 'change a contact']);

/** Themes: a run has a few of them, so that faults of one kind come often enough to meet. */
const themes: { readonly [theme: string]: { readonly [name: string]: number } } = {
  calls: {
    'one call to Partner Center fails': 6,
    'one call to Salesforce fails': 5,
    'calls to Partner Center fail': 2,
    'calls to Salesforce fail': 2,
  },
  outages: {
    'Partner Center is away': 2,
    'Salesforce is away': 2,
    'bus is away': 2,
    'certificates are away': 1,
    'calls are used up': 1,
    'the database is away': 1,
  },
  sessions: { 'the session ends': 3, 'tokens are refused': 3, 'the sign-in ends': 1, 'sign-in service is away': 1 },
  bus: { 'bus repeats events': 3, 'bus reorders events': 3, 'bus ends the stream': 2, 'bus falls silent': 1, 'bus is away': 1 },
  'lossy bus': { 'bus loses events': 3, 'bus damages an event': 2, 'bus is reset': 2, 'bus forgets': 2, 'bus is away for days': 1 },
  webhooks: {
    'webhooks are repeated': 3,
    'webhooks are reordered': 3,
    'webhooks are late': 3,
    'webhooks are forged': 1,
    'webhook answers are lost': 3,
    'receiver is away': 1,
  },
  'lossy webhooks': { 'webhooks are lost': 4, 'receiver is away for long': 1, 'registration is taken': 1 },
  crashes: {
    'a replica is killed': 3,
    'a replica is killed at a call': 5,
    'a replica is killed at a commit': 4,
    'all replicas are killed': 2,
    'a replica restarts': 1,
    'a replica joins': 1,
  },
  locks: { 'rows are locked': 6 },
  clock: { 'the lid is closed': 3, 'a long weekend': 1 },
  backup: { 'a copy of the store is kept': 3, 'store goes back': 3 },
};

export const actNames: readonly string[] = Object.keys(peopleWeights);
export const troubleNames: readonly string[] = [...new Set(Object.values(themes).flatMap((acts) => Object.keys(acts)))];

function draw(chance: Chance, weights: readonly (readonly [string, number])[]): string {
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  let left = chance.next() * sum;
  for (const [name, weight] of weights) {
    left -= weight;
    if (left < 0) return name;
  }
  return weights[0]?.[0] ?? '';
}

const second = 1_000;
const minute = 60 * second;

function gap(chance: Chance, hurry: number): number {
  const kind = chance.next();
  if (kind < hurry) return chance.whole(0, 300);
  if (kind < hurry + 0.4) return chance.whole(300, 8 * second);
  return kind < 0.94 ? chance.whole(8 * second, 70 * second) : chance.whole(70 * second, 7 * minute);
}

export interface ScriptOptions {
  readonly faults?: boolean;
}

export function scriptFor(seed: number, { faults = true }: ScriptOptions = {}): Script {
  const chance = createChance(`script ${seed}`);
  const noticesSuffice = chance.yes(0.4);
  const wished = Object.entries(themes).filter(
    ([, acts]) => !noticesSuffice || Object.keys(acts).every((name) => !losesNotices.has(name) && name !== 'store goes back'),
  );
  const chosen = faults ? wished.filter(() => chance.yes(0.35)) : [];
  const weights = chosen.flatMap(([, acts]) => Object.entries(acts)).filter(([name]) => !noticesSuffice || !losesNotices.has(name));
  const dense = chance.next() * 0.45;
  const deals = chance.whole(1, 5);
  const length = chance.whole(8, 34);
  const hurry = chance.pick([0.1, 0.3, 0.5]);
  const entries: Entry[] = [];
  let shared = 0;
  for (let number = 1; number <= length; number += 1) {
    const begins = shared < Math.min(3, deals);
    const trouble = weights.length > 0 && chance.yes(begins ? dense / 2 : dense);
    const shares = !trouble && begins;
    if (shares) shared += 1;
    const people = Object.entries(peopleWeights).filter(([name]) => !noticesSuffice || !untold.has(name));
    entries.push({
      number: number + (seed % 97) * 40,
      wait: number === 1 ? 0 : gap(chance, hurry),
      kind: trouble ? 'trouble' : 'people',
      name: trouble ? draw(chance, weights) : shares ? 'share a deal' : draw(chance, people),
      deal: shares ? shared - 1 : chance.whole(0, deals - 1) + (chance.yes(0.25) ? 4 : 0),
      a: chance.next(),
      b: chance.next(),
    });
  }
  const slow = chance.pick([
    [0, 5],
    [5, 120],
    [20, 600],
    [50, 2_500],
  ] as const);
  return {
    seed,
    entries,
    replicas: chance.yes(0.3) ? 2 : 1,
    daysAtEnd: chance.yes(0.3),
    noticesSuffice,
    conditions: {
      latency: slow,
      listDelayMs: chance.pick([0, 0, 5 * second, 40 * second]),
      relatedEventCarries: chance.pick(['microsoft leg', 'own referral'] as const),
      microsoftLegInList: chance.pick(['always', 'by engagement'] as const),
      filterOnExternalReferenceId: chance.yes(0.3),
      sweeps: !noticesSuffice,
      sweepMinutes: chance.pick([5, 5, 15]),
      skewsMs: chance.pick([
        [0, 0],
        [0, 0],
        [-800, 1_200],
        [2_500, -4_000],
        [-20_000, 15_000],
      ] as const),
      // what a colleague makes is told of by the same switch
      ownChangesRaiseEvents: chance.yes(0.7) || (noticesSuffice && entries.some(({ name }) => name === 'make a deal in the portal')),
    },
  };
}
