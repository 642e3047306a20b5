/** A verified body → a notice that says where to look. Nothing else in it is used (API §11.3). */
import { createHash } from 'node:crypto';

import type { Notice } from '../../sync/ports.ts';
import { jsonOf } from '../../transport.ts';
import { NoticeBody } from './schema.ts';

declare const checked: unique symbol;

/** Bytes whose signature was checked. Only `verify-notice.ts` makes one. */
export interface VerifiedNotice {
  readonly body: Uint8Array;
  readonly [checked]: true;
}

/** The events the service registers for (API §11.2). */
export const referralEvents = ['referral-created', 'referral-updated', 'related-referral-created', 'related-referral-updated'] as const;
export const testEvent = 'test-created';

export type ReadNotice =
  | { readonly kind: 'notice'; readonly notice: Notice; /** More than an hour old: a late repetition. */ readonly late: boolean }
  | { readonly kind: 'test' }
  /** An event nobody asked for: acknowledged and dropped. */
  | { readonly kind: 'unknown'; readonly event: string }
  | { readonly kind: 'malformed'; readonly why: string };

const futureLimitMs = 10 * 60_000;
const lateAfterMs = 60 * 60_000;
const isoDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const lastSegmentGuid = /\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

/** @param now epoch ms: events from the future are refused, old ones are taken and marked. */
export function readNotice({ body }: VerifiedNotice, now: number): ReadNotice {
  const parsed = NoticeBody.safeParse(jsonOf(body));
  if (!parsed.success) return { kind: 'malformed', why: 'the body is not a notification' };
  const { eventname, resourceuri, resourcechangeutcdate } = parsed.data;
  if (eventname === testEvent) return { kind: 'test' };
  if (!referralEvents.some((event) => event === eventname)) return { kind: 'unknown', event: eventname };
  const at = isoDate.test(resourcechangeutcdate ?? '') ? Date.parse(resourcechangeutcdate ?? '') : NaN;
  if (Number.isNaN(at)) return { kind: 'malformed', why: 'the date cannot be read' };
  if (at > now + futureLimitMs) return { kind: 'malformed', why: 'the event is dated in the future' };
  // Only the id is taken. The address itself is never called: the signature does not make it safe.
  const id = lastSegmentGuid.exec(resourceuri ?? '')?.[1]?.toLowerCase();
  if (id === undefined) return { kind: 'malformed', why: 'the address does not end in the id of a referral' };
  const notice: Notice = {
    source: 'partner-webhook',
    id: createHash('sha256').update(body).digest('hex'),
    subject: { kind: 'referral', id },
    reason: eventname,
    at,
  };
  return { kind: 'notice', notice, late: at < now - lateAfterMs };
}
