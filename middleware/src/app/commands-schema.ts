/** Inputs of the admin commands, checked at the door. */
import { z } from 'zod';

const id = z.string().trim().min(1).max(200);

export const DealInput = z.object({ id });
export const RetryInput = z.object({ id: id.nullable().default(null) });
export const RegisterInput = z.object({ replace: z.string().trim().min(1).nullable().default(null) });
export const PauseInput = z.object({ reason: z.string().trim().max(200).default('paused by an operator') });
export const BeginInput = z.object({ redirectUri: z.string().trim().min(1) });
export const FinishInput = z.object({
  pending: z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), redirectUri: z.string(), startedAt: z.number() }),
  answer: z.object({ code: z.string().optional(), state: z.string().optional(), error: z.string().optional() }),
});
export const ListInput = z.object({ limit: z.number().int().min(1).max(1_000).default(100) });

export const FileInput = z.object({ file: z.string().trim().min(1) });

export type DealInput = z.infer<typeof DealInput>;
