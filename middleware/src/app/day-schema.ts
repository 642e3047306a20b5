/** A day or a moment as people write it, as epoch ms; a day begins at midnight UTC. */
import { z } from 'zod';

export const day = z
  .string()
  .trim()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'must be a date such as 2026-01-31')
  .transform((text) => Date.parse(text))
  .nullable()
  .default(null);
