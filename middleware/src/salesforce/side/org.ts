/** What every part of the side is handed: the client, the world, and the read plan in force. */
import type { Mapping } from '../../domain/mapping.ts';
import { SyncError, toSyncError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { AtWork, System } from '../../sync/ports.ts';
import { queryPath, type Part, type Rows, type SalesforceClient } from '../client/client.ts';
import { createSharedNotes, type SharedNotes } from './shared-note.ts';
import { gather, type GatherOptions } from '../client/gather.ts';
import { makeReadPlan, type ReadPlan } from '../fields/read-plan.ts';

export interface Org {
  readonly client: SalesforceClient;
  readonly system: System;
  readonly log: Log;
  readonly notes: SharedNotes;
  /** One call for what several passes ask for. */
  gather<K, V>(options: GatherOptions, load: (keys: readonly K[]) => Promise<readonly (V | SyncError)[]>): (key: K) => Promise<V>;
  /** All rows of a query. Queries of the same moment, whatever they are about, travel in one call. */
  ask(soql: string): Promise<Rows>;
  /** The mapping met with the org; made anew when the mapping changes, when it is old, or after `refresh`. */
  plan(): Promise<ReadPlan>;
  /** The org turned out to be different from what was described. */
  refresh(): void;
  /** Runs work on the plan; a field that has vanished meanwhile makes the plan anew and the work is tried once more. */
  withPlan<T>(work: (plan: ReadPlan) => Promise<T>): Promise<T>;
}

/** A question holds its pass up: it waits for others only as long as there are many. */
export const questions: GatherOptions = { max: 200, perPassMs: 20, mostMs: 4_000 };
/** At the end of a pass only the word on the screen waits. */
export const tidings: GatherOptions = { max: 200, perPassMs: 30, mostMs: 6_000 };

/** Only so many parts of a composite call may be queries (Salesforce APIs §5.2). */
const ofOneMoment: GatherOptions = { max: 5, perPassMs: 0, mostMs: 0 };

/** Permissions and fields change rarely; a describe costs four calls. */
const planLifeMs = 30 * 60_000;

/** The currency of a single-currency org: the admin's setting, else what the org says about itself. */
async function currencyOf(client: SalesforceClient, mapping: Mapping): Promise<string | null> {
  if (mapping.settings.defaultCurrency !== null) return mapping.settings.defaultCurrency;
  const facts = await client.describe('Opportunity');
  return facts?.fields.has('CurrencyIsoCode') ? null : client.orgCurrency();
}

export function createOrg(client: SalesforceClient, system: System, atWork: AtWork, log: Log, mapping: () => Mapping): Org {
  let kept: { readonly mapping: Mapping; readonly madeAt: number; readonly plan: Promise<ReadPlan> } | null = null;

  async function make(current: Mapping): Promise<ReadPlan> {
    const plan = await makeReadPlan((object) => client.describe(object), current, await currencyOf(client, current));
    for (const finding of plan.findings)
      log.warn({ code: finding.code, field: finding.field, text: finding.text }, 'a field of the mapping cannot be used');
    return plan;
  }

  function plan(): Promise<ReadPlan> {
    const current = mapping();
    const old = kept !== null && system.now() - kept.madeAt > planLifeMs;
    if (old) client.forget();
    if (kept === null || old || kept.mapping !== current) {
      const made = make(current);
      const mine = { mapping: current, madeAt: system.now(), plan: made };
      kept = mine;
      made.catch(() => {
        if (kept === mine) kept = null;
      });
    }
    return kept.plan;
  }

  function refresh(): void {
    client.forget();
    kept = null;
  }

  async function askAll(queries: readonly string[]): Promise<readonly (Rows | SyncError)[]> {
    const [only] = queries;
    if (queries.length === 1 && only !== undefined) return [await client.query(only)];
    const parts = queries.map((soql, index): Part => ({ method: 'GET', path: queryPath(soql), referenceId: `query${index}` }));
    const { answers, serverTime } = await client.composite(parts, false);
    return Promise.all(
      queries.map(async (_, index): Promise<Rows | SyncError> => {
        try {
          return { records: await client.rowsOf(answers[index]), serverTime };
        } catch (error) {
          return toSyncError(error);
        }
      }),
    );
  }

  return {
    client,
    notes: createSharedNotes(client),
    system,
    log,
    gather: (options, load) => gather(system, atWork, options, load),
    ask: gather(system, atWork, ofOneMoment, askAll),
    plan,
    refresh,
    async withPlan(work) {
      const first = await plan();
      try {
        return await work(first);
      } catch (error) {
        if (!(error instanceof SyncError) || error.code !== 'CRM_FIELD_MISSING') throw error;
        refresh();
        return work(await plan());
      }
    },
  };
}
