/**
 * Runs the switches of a simulator through their positions. A switch in another position than shipped stands for "we guessed wrong":
 * the story has to end the same. `npm test` sets many switches of one story at once; `npm run test:full` tries each by itself.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { inScene, type Scene, type SceneOptions } from './virtual-scene.ts';

export interface Story {
  readonly title: string;
  readonly play: (scene: Scene) => Promise<void>;
  readonly options?: SceneOptions;
}

export interface Position<V> {
  readonly value: V;
  readonly story: Story;
  /** Not together with other switches. */
  readonly alone: boolean;
}

/** The story ends the same in the shipped position and in the others. */
export const same =
  (story: Story) =>
  <V>(...values: readonly [V, V, ...V[]]): readonly Position<V>[] =>
    values.map((value) => ({ value, story, alone: false }));

/** Each position has an end of its own. */
export const each = <V>(...positions: readonly (readonly [V, Story])[]): readonly Position<V>[] =>
  positions.map(([value, story]) => ({ value, story, alone: true }));

export type Cases<S> = { readonly [Name in keyof S]: readonly Position<S[Name]>[] };

interface Run {
  readonly story: Story;
  readonly set: { readonly [name: string]: unknown };
}

const shownValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const shownSet = (set: Run['set']): string =>
  Object.entries(set)
    .map(([name, value]) => `${name}: ${shownValue(value)}`)
    .join(', ') || 'as shipped';

function runsOf(
  cases: { readonly [name: string]: readonly Position<unknown>[] },
  shipped: { readonly [name: string]: unknown },
): readonly Run[] {
  const together = process.env['COSELL_TEST_FULL'] !== '1';
  const runs: { story: Story; set: { [name: string]: unknown } }[] = [];
  for (const [name, positions] of Object.entries(cases)) {
    let round = 0;
    for (const { value, story, alone } of positions) {
      const isShipped = JSON.stringify(value) === JSON.stringify(shipped[name]);
      if (isShipped) {
        if (!runs.some((run) => run.story === story && Object.keys(run.set).length === 0)) runs.push({ story, set: {} });
        continue;
      }
      round += 1;
      const joined = together && !alone ? runs.filter((run) => run.story === story && Object.keys(run.set).length > 0) : [];
      const free = joined.find((run) => !(name in run.set) && joined.indexOf(run) === round - 1);
      if (free) free.set[name] = value;
      else runs.push({ story, set: { [name]: value } });
    }
  }
  return runs;
}

export interface Tables<S> {
  /** As the README heads them. */
  readonly what: string;
  readonly shipped: S;
  readonly cases: Cases<S>;
  /** Where the switches are listed for people. */
  readonly readme: URL;
  readonly options: (set: Partial<S>) => SceneOptions;
}

export function tryPositions<S extends object>({ what, shipped, cases, readme, options }: Tables<S>): void {
  const positions = cases as { readonly [name: string]: readonly Position<unknown>[] };
  const defaults = shipped as { readonly [name: string]: unknown };

  test(`Every switch of ${what} is listed for people and tried in the shipped and in another position`, () => {
    const text = readFileSync(readme, 'utf8');
    assert.deepEqual(Object.keys(positions).sort(), Object.keys(defaults).sort());
    for (const [name, tried] of Object.entries(positions)) {
      assert.ok(text.includes(`\`${name}\``), `${name} is missing in the README`);
      const values = new Set(tried.map(({ value }) => JSON.stringify(value)));
      assert.ok(values.has(JSON.stringify(defaults[name])), `${name} is not tried as shipped`);
      assert.ok(values.size > 1, `${name} is tried in one position only`);
    }
  });

  for (const { story, set } of runsOf(positions, defaults)) {
    test(`${story.title} (${shownSet(set)})`, () => inScene({ ...story.options, ...options(set as Partial<S>) }, story.play));
  }
}
