/** How the doors answer: small bodies, no detail for strangers, the catalogue's words for admins. */
import type { Response } from 'express';

import type { SyncError } from '../errors.ts';

export function sayStatus(response: Response, status: number, retryAfterSeconds?: number): void {
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
  response.status(status).type('text/plain').send('');
}

/** What the command line prints of an error. */
export interface ErrorAnswer {
  readonly error: {
    readonly code: string;
    readonly text: string;
    readonly cure: string;
    readonly message: string;
    readonly fields: readonly string[];
    readonly requestId: string | null;
  };
}

export function errorAnswer(error: SyncError): ErrorAnswer {
  const { entry, code, message, facts } = error;
  return { error: { code, text: entry.text, cure: entry.cure, message, fields: facts.fields ?? [], requestId: facts.requestId ?? null } };
}
