/** Body of a notification (API §11.3). Parsed only after its signature was found good. */
import { z } from 'zod';

/** Names are read in any case: tables and samples of the documentation differ. */
export const NoticeBody = z.preprocess(
  (body) =>
    typeof body === 'object' && body !== null && !Array.isArray(body)
      ? Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value as unknown]))
      : body,
  z.object({
    eventname: z.string().min(1).max(100),
    resourceuri: z.string().max(2_048).nullish(),
    resourcechangeutcdate: z.string().max(64).nullish(),
  }),
);
export type NoticeBody = z.infer<typeof NoticeBody>;
