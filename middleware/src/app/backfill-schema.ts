/** Inputs and the remembered position of a backfill. */
import { z } from 'zod';

import { day } from './day-schema.ts';

export const outcomes = ['create', 'adopt', 'match', 'conflict', 'blocked', 'ignored'] as const;

const Counts = z.record(z.enum(outcomes), z.number().int().min(0));

/** Where a backfill stands; kept in the store, so that it goes on after a break. */
export const BackfillState = z.object({
  version: z.literal(1),
  mode: z.enum(['count', 'apply']),
  since: z.number().nullable(),
  startedAt: z.number(),
  phase: z.enum(['salesforce', 'partner-center', 'done']),
  /** Last opportunity looked at. */
  after: z.string().nullable(),
  /** Referrals of the list that were looked at. */
  skip: z.number().int().min(0),
  counts: Counts,
});
export type BackfillState = z.infer<typeof BackfillState>;

export const StepInput = z.object({
  mode: z.enum(['count', 'apply']),
  since: day,
  /** Begins anew, whatever was done before. */
  restart: z.boolean().default(false),
  /** Calls this step may make at most, roughly; null = as many as it needs. */
  budget: z.number().int().min(1).nullable().default(null),
});
