/** The admin token, compared without telling by its time how much of it was right. */
import { createHash, timingSafeEqual } from 'node:crypto';

import type { Request, RequestHandler } from 'express';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * @param token at least 32 characters; null closes the door to everyone.
 * @param onRefused told of each request that was turned away, for the log.
 */
export function bearerGuard(token: string | null, onRefused?: (request: Request) => void): RequestHandler {
  const expected = token === null || token.length < 32 ? null : digest(token);
  return (request, response, next) => {
    const given = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (expected !== null && timingSafeEqual(digest(given), expected)) {
      next();
      return;
    }
    onRefused?.(request);
    response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(401).json({ error: { code: 'ADMIN_TOKEN', text: 'The admin token is missing or wrong.' } });
  };
}
