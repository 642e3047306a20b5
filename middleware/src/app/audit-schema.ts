/** Inputs of the audit commands. */
import { z } from 'zod';

import { day } from './day-schema.ts';

export const AuditInput = z.object({ id: z.string().trim().min(1).max(200), limit: z.number().int().min(1).max(10_000).default(200) });

export const AuditPageInput = z.object({
  since: day,
  until: day,
  /** Id of the last entry that was given. */
  after: z.number().int().min(0).default(0),
  /** Values that name people are given too. */
  people: z.boolean().default(false),
});
