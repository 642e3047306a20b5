/** What the service tells about itself: on the connection record, in metrics and in `cosell status`. */
import { catalogue, type ErrorCode } from '../errors.ts';
import type { Engine } from '../sync/engine.ts';
import type { Health } from '../sync/ports.ts';

export interface HealthParts {
  readonly engine: Engine;
  readonly version: string;
  readonly packageVersion: string;
  cadence(): string;
  /** Calls used and allowed today, as the last answer of Salesforce said. */
  apiUse(): { readonly used: number; readonly limit: number } | null;
  signIn(): Promise<{ readonly ready: boolean; readonly ageDays: number | null; readonly why: string | null }>;
  webhook(): { readonly owner: string | null; readonly state: string | null };
  lastSweepAt(): number | null;
  pausedFor(): string | null;
  settings(): { readonly [name: string]: unknown };
  /** What needs an admin: the state is Degraded while there is one. */
  problems(): readonly string[];
  /** What an admin should know; all else works. */
  notes(): readonly string[];
}

/** Parked deals by cause, most frequent first, each with its cure. */
async function causes(engine: Engine): Promise<Health['parkedCauses']> {
  const counts = new Map<string, number>();
  for (const { code } of await engine.store.parked(1_000)) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts]
    .map(([code, count]) => ({ code, count, cure: code in catalogue ? catalogue[code as ErrorCode].cure : '' }))
    .sort((a, b) => b.count - a.count);
}

export async function readHealth(parts: HealthParts): Promise<Health> {
  const { engine } = parts;
  const [counts, parkedCauses, signIn] = await Promise.all([engine.store.health(engine.system.now()), causes(engine), parts.signIn()]);
  const standstill = engine.standstill();
  const use = parts.apiUse();
  const webhook = parts.webhook();
  const paused = parts.pausedFor();
  const message = [
    paused,
    signIn.ready ? null : `${catalogue.PC_SIGN_IN.text} ${catalogue.PC_SIGN_IN.cure}`,
    standstill && paused === null ? `${catalogue[standstill.code].text} ${catalogue[standstill.code].cure}` : null,
    ...parts.problems(),
  ].filter((line) => line !== null);
  const state = paused !== null ? 'Paused' : !signIn.ready ? 'Needs sign-in' : standstill || message.length > 0 ? 'Degraded' : 'Running';
  const notes = parts.notes();
  return {
    ...counts,
    version: parts.version,
    packageVersion: parts.packageVersion,
    cadence: parts.cadence(),
    state,
    apiUsed: use?.used ?? null,
    apiLimit: use?.limit ?? null,
    webhookOwner: webhook.owner,
    webhookState: webhook.state,
    tokenAgeDays: signIn.ageDays,
    lastSweepAt: parts.lastSweepAt(),
    parkedCauses,
    message: [...message, ...notes].join('\n') || null,
    settings: parts.settings(),
  };
}
