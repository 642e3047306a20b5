/** So many requests a minute from one address; what is above gets 429 and nothing else. */
import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';

import { sayStatus } from './answers.ts';

/** @param onFlood told of the first request above the limit, once a minute and address: a flood is one line of the log. */
export function limited(perMinute: number, onFlood?: (request: Request) => void): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: false,
    legacyHeaders: false,
    validate: false,
    handler: (request, response) => {
      const { rateLimit: seen } = request as Request & { readonly rateLimit?: { readonly used: number } };
      if (seen?.used === perMinute + 1) onFlood?.(request);
      sayStatus(response, 429);
    },
  });
}
