/** What every measurement needs: waiting for a state, counting calls, looking at the memory of a process. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import type { World } from '../simulators/demo/world.ts';
import { partnerCalls, salesforceCalls } from '../test/scenarios/scene.ts';

export interface Calls {
  readonly salesforce: number;
  readonly partner: number;
}

/** Megabytes; null where /proc is not there. */
export interface Memory {
  readonly now: number | null;
  /** Since the last `forgetPeak`. */
  readonly peak: number | null;
}

export function memoryOf(pid: number | undefined): Memory {
  const read = (name: string): number | null => {
    try {
      const found = new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return found === undefined ? null : Math.round(Number(found) / 1_024);
    } catch {
      return null;
    }
  };
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

export function forgetPeak(pid: number | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // without /proc there is no peak to forget
  }
}

/** @param how how long it may take and how often to look, ms */
export async function until(
  what: string,
  look: () => boolean | Promise<boolean>,
  { patience = 900_000, every = 5 }: { readonly patience?: number; readonly every?: number } = {},
): Promise<void> {
  for (const end = Date.now() + patience; !(await look()); await pause(every))
    if (Date.now() > end) throw new Error(`Expected within ${patience / 1_000} s: ${what}`);
}

/** Nothing came over the wires for as long. */
export async function quiet(world: World, ms = 600): Promise<void> {
  const count = (): number => world.salesforceFaults.requests.length + world.partner.faults.requests.length;
  for (let [seen, since] = [count(), Date.now()]; Date.now() - since < ms; await pause(20))
    if (count() !== seen) [seen, since] = [count(), Date.now()];
}

export function forget(world: World): void {
  world.partner.faults.forgetRequests();
  world.salesforceFaults.forgetRequests();
}

export const counted = (world: World): Calls => ({ salesforce: salesforceCalls(world).length, partner: partnerCalls(world).length });

const kindOf = (method: string, path: string): string =>
  `${method} ${path
    .split('?')[0]
    ?.replace(/\/[\da-f]{8}-[\da-f-]{27,}/g, '/{id}')
    .replace(/\/[\da-zA-Z]{18}(?=\/|$)/g, '/{id}')}`;

/** Method and path without ids → how often, most often first. */
export function tally(world: World): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { method, path } of [...salesforceCalls(world), ...partnerCalls(world)])
    counts.set(kindOf(method, path), (counts.get(kindOf(method, path)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** The value below which this part of all lies. */
export const share = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;
