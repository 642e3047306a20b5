/** Solutions as the admin's file gives them. */
import { z } from 'zod';

/** `SOL-…` or a GUID (API §5.5). */
const SolutionId = z.string().trim().min(1).max(100);
const isGuid = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
const kinds = { own: 'Own', microsoft: 'Microsoft', 'third party': 'Third party' } as const;

const CatalogueRow = z
  .object({
    id: SolutionId,
    name: z.string().trim().min(1).max(255),
    kind: z
      .string()
      .trim()
      .toLowerCase()
      .refine((text): text is keyof typeof kinds | '' => text === '' || Object.hasOwn(kinds, text), 'must be Own, Microsoft or Third party')
      .default(''),
    active: z
      .union([z.boolean(), z.enum(['true', 'false', 'yes', 'no', '']).transform((text) => text !== 'false' && text !== 'no')])
      .default(true),
  })
  .transform(({ id, name, kind, active }) => ({
    id,
    name,
    active,
    kind: kind === '' ? (isGuid(id) ? ('Microsoft' as const) : ('Own' as const)) : kinds[kind],
  }));

export const CatalogueInput = z.object({
  solutions: z.array(CatalogueRow).min(1, 'holds no solution').max(10_000),
});
