/**
 * `POST /webhooks/partner-center`: raw bytes, signature, then the body, then the durable write, then 202
 * (API §11.5, entra-and-webhooks §8). The caller learns a status and nothing else.
 */
import { raw, Router, type ErrorRequestHandler, type Request, type Response } from 'express';

import type { ErrorCode } from '../errors.ts';
import { readNotice, type VerifyNotice } from '../partner-center/webhook/index.ts';
import type { Notice } from '../sync/ports.ts';
import { sayStatus } from './answers.ts';
import { limited } from './limit.ts';

/** How one delivery ended, for log and metrics. */
export interface DeliveryReport {
  readonly result: 'stored' | 'duplicate' | 'test' | 'unknown' | 'refused' | 'unavailable';
  readonly status: number;
  readonly code: ErrorCode | null;
  readonly why: string | null;
  readonly notice: Notice | null;
  /** The event is more than an hour old. */
  readonly late: boolean;
}

export interface WebhookDoorOptions {
  readonly verify: VerifyNotice;
  /** Stores the notices durably; resolves with how many were new. */
  readonly accept: (notices: readonly Notice[]) => Promise<number>;
  readonly now: () => number;
  /** @param address who delivered, as far as the proxies in front are believed. */
  readonly observe?: (report: DeliveryReport, address: string) => void;
  readonly onFlood?: (request: Request) => void;
  /**
   * Deliveries a minute from one address; generous, because a 429 costs one of ten attempts, and 2,000 deals that change at once are 4,000
   * and more. Default 12,000.
   */
  readonly perMinute?: number;
}

export const webhookPath = '/webhooks/partner-center';
const mostBytes = '256kb';
const retryAfterSeconds = 30;

export function webhookRoute(options: WebhookDoorOptions): Router {
  const { verify, accept, now, observe, onFlood, perMinute = 12_000 } = options;

  function finish(response: Response, report: DeliveryReport): void {
    observe?.(report, response.req.ip ?? '');
    sayStatus(response, report.status, report.status === 503 ? retryAfterSeconds : undefined);
  }

  const refused = (status: number, code: ErrorCode, why: string): DeliveryReport => ({
    result: 'refused',
    status,
    code,
    why,
    notice: null,
    late: false,
  });

  async function receive(request: Request): Promise<DeliveryReport> {
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
      return refused(415, 'HOOK_BODY', 'the body is not said to be JSON');
    const body: unknown = request.body;
    if (!Buffer.isBuffer(body) || body.length === 0) return refused(400, 'HOOK_BODY', 'there is no body');
    const verification = await verify({ headers: request.headers, body });
    if (verification.kind === 'unavailable') {
      return { result: 'unavailable', status: 503, code: 'HOOK_CERTIFICATE', why: verification.why, notice: null, late: false };
    }
    if (verification.kind === 'refused') return refused(verification.status, verification.code, verification.why);

    const read = readNotice(verification.notice, now());
    switch (read.kind) {
      case 'malformed':
        return refused(400, 'HOOK_BODY', read.why);
      case 'test':
        return { result: 'test', status: 200, code: null, why: null, notice: null, late: false };
      case 'unknown':
        return { result: 'unknown', status: 200, code: null, why: read.event, notice: null, late: false };
      case 'notice':
        return stored(read.notice, read.late);
    }
  }

  async function stored(notice: Notice, late: boolean): Promise<DeliveryReport> {
    const added = await accept([notice]);
    const isNew = added > 0;
    return { result: isNew ? 'stored' : 'duplicate', status: isNew ? 202 : 200, code: null, why: null, notice, late };
  }

  /** Too large 413, compressed 415; anything else that went wrong is ours, and the sender shall come back. */
  const failed: ErrorRequestHandler = (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
    const ofSender = status >= 400 && status < 500;
    finish(
      response,
      ofSender
        ? refused(status, 'HOOK_BODY', 'the body could not be taken')
        : { result: 'unavailable', status: 503, code: 'STORE_DOWN', why: 'the notice could not be stored', notice: null, late: false },
    );
  };

  const route = Router();
  route.post(
    webhookPath,
    limited(perMinute, onFlood),
    raw({ type: () => true, limit: mostBytes, inflate: false }),
    async (request, response) => {
      finish(response, await receive(request));
    },
  );
  route.all(webhookPath, (_request, response) => {
    response.setHeader('Allow', 'POST');
    sayStatus(response, 405);
  });
  route.use(webhookPath, failed);
  return route;
}
