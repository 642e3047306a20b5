import { scriptFor, type Script } from './script.ts';

/** Which seeds find which deliberate mistake; the first that does is enough. `npm run simulate -- --bug "…"` looks for more. */
export const bugSeeds: { readonly [bug: string]: readonly number[] } = {
  'dedup by id only': [13, 2],
  'position before notices': [1027],
  'patch without If-Match': [2, 25],
  'opportunity written without its guard': [603, 565],
  'create without a look': [34],
  'a create that broke is sent again': [180, 859],
  'base written too early': [325, 683],
  'newest wins': [21, 36, 51],
  'echo filter': [2, 46, 69],
  'the tick is not looked at': [245, 536],
  'reading after the write is the base': [155, 45],
  'answered before it is stored': [2452],
  'the loser is not written down': [26, 51],
  'the mapping is read once': [999, 1071],
  'a create that is in doubt is forgotten': [2654],
};

const quiet = scriptFor(1, { faults: false });

/** Mistakes that hang on a coincidence few seeds have: the coincidence is written out. */
export const rareScripts: { readonly [bug: string]: Script } = {
  // each message is on its way for seconds; the second edit is saved while the first is being carried over
  'lost look-again': {
    ...quiet,
    noticesSuffice: true,
    replicas: 1,
    daysAtEnd: false,
    conditions: { ...quiet.conditions, latency: [2_000, 2_500], sweeps: false, skewsMs: [0, 0] },
    entries: [
      { number: 1, wait: 0, kind: 'people', name: 'share a deal', deal: 0, a: 0.1, b: 0.1 },
      { number: 2, wait: 120_000, kind: 'people', name: 'edit in Salesforce', deal: 0, a: 0, b: 0.3 },
      { number: 3, wait: 9_000, kind: 'people', name: 'edit in Salesforce', deal: 0, a: 0.3, b: 0.6 },
    ],
  },
  // Microsoft is asked, what was made cannot be read back, and the list does not show it yet
  'create not written down first': {
    ...quiet,
    seed: 9747,
    noticesSuffice: false,
    replicas: 1,
    daysAtEnd: false,
    conditions: {
      ...quiet.conditions,
      latency: [0, 5],
      listDelayMs: 40_000,
      microsoftLegInList: 'by engagement',
      filterOnExternalReferenceId: false,
      sweeps: true,
      skewsMs: [0, 0],
    },
    entries: [
      { number: 1, wait: 44_527, kind: 'trouble', name: 'calls to Partner Center fail', deal: 0, a: 0.1, b: 0.627 },
      { number: 2, wait: 7_585, kind: 'people', name: 'share a deal', deal: 2, a: 0.028, b: 0.633 },
    ],
  },
  // a deal is made half a minute before a sweep, its notice is lost, and the list does not show it yet
  'sweep without overlap': {
    ...quiet,
    noticesSuffice: false,
    replicas: 1,
    daysAtEnd: false,
    conditions: { ...quiet.conditions, latency: [5, 120], listDelayMs: 40_000, sweeps: true, sweepMinutes: 5, skewsMs: [0, 0] },
    entries: [
      { number: 1, wait: 0, kind: 'people', name: 'share a deal', deal: 0, a: 0.1, b: 0.1 },
      { number: 2, wait: 260_000, kind: 'trouble', name: 'webhooks are lost', deal: 0, a: 0.9, b: 0 },
      { number: 3, wait: 20_000, kind: 'people', name: 'Microsoft sends a deal', deal: 0, a: 0.9, b: 0 },
      { number: 4, wait: 90_000, kind: 'people', name: 'edit what nobody shares', deal: 0, a: 0, b: 0 },
    ],
  },
};

export const scriptsFor = (bug: string): readonly Script[] => [
  ...(rareScripts[bug] ? [rareScripts[bug]] : []),
  ...(bugSeeds[bug] ?? []).map((seed) => scriptFor(seed)),
];

/** For the page about the simulation. */
export const foundBy = (bug: string): string => (rareScripts[bug] ? 'a script of its own' : (bugSeeds[bug] ?? []).join(', '));
