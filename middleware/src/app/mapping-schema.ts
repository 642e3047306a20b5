/** Inputs of the mapping commands. */
import { z } from 'zod';

const Row = z.looseObject({ record: z.string() });

export const TryInput = z.object({ id: z.string().trim().min(1).max(200) });

/** A file made by `cosell mapping export`. */
export const DiffInput = z.object({
  mapping: z.object({
    format: z.literal('cosell mapping', 'is no export of a mapping'),
    version: z.literal(1, 'was made by another version'),
    fields: z.array(Row),
    values: z.array(Row),
    settings: z.looseObject({}),
  }),
});
