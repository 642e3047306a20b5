/** Notices, entries and keys as tests need them, and short ways through a store. */
import assert from 'node:assert/strict';
import type { AuditEntry } from '../../src/domain/audit-line.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { OpenStore } from '../../src/store/open.ts';
import type { Lease, Link, Notice, PassResult, Release, Subject } from '../../src/sync/ports.ts';

export const orgId = '00D000000000001EAA';
export const keyOne = Buffer.alloc(32, 1).toString('base64');
export const keyTwo = Buffer.alloc(32, 2).toString('base64');
export const leaseMs = 30_000;

let counter = 0;
export function notice(subject: Subject, change: Partial<Notice> = {}): Notice {
  counter += 1;
  return { source: 'salesforce-event', id: `event-${counter}`, subject, reason: 'saved', at: 0, ...change };
}
export const opportunity = (id: string): Subject => ({ kind: 'opportunity', id });
export const referral = (id: string): Subject => ({ kind: 'referral', id });
export const engagement = (id: string): Subject => ({ kind: 'engagement', id });

export function entry(text: string, at = 1): AuditEntry {
  return {
    at,
    way: 'inside',
    act: 'noted',
    result: 'done',
    by: 'Zoë "Z" Müller',
    changes: [{ field: 'Value', from: null, to: '5 €\n' }],
    code: null,
    text,
    requestId: null,
  };
}

export const passed = (link: Link, change: Partial<PassResult> = {}): PassResult => ({ link, audit: [], againAt: null, ...change });
export const retryAt = (at: number, countAttempt = true): Release => ({
  kind: 'retry',
  at,
  code: 'CRM_BUSY',
  message: 'busy',
  countAttempt,
  audit: [],
});
export const park = (code: ErrorCode = 'CRM_VALIDATION'): Release => ({ kind: 'park', code, message: 'a rule said no', audit: [] });

/** Tells the store about a deal and returns its link. */
export async function told(store: OpenStore, subject: Subject, now: number, change: Partial<Notice> = {}): Promise<Link> {
  await store.accept(orgId, [notice(subject, change)], null, now);
  const link = await known(store, subject);
  assert.ok(link, 'the notice made no link');
  return link;
}

export async function known(store: OpenStore, subject: Subject): Promise<Link | null> {
  if (subject.kind === 'opportunity') return store.linkByOpportunity(orgId, subject.id);
  if (subject.kind === 'referral') return store.linkByReferral(subject.id);
  return subject.kind === 'engagement' ? store.linkByEngagement(subject.id) : null;
}

/** Claims the one key that is due. */
export async function claimOne(store: OpenStore, now: number): Promise<Lease> {
  const [lease, ...more] = await store.claim(10, leaseMs, now);
  assert.ok(lease, 'nothing was due');
  assert.deepEqual(more, [], 'more than one key was due');
  return lease;
}

/** Runs the pass of the one key that is due, changing its link. */
export async function runOne(store: OpenStore, now: number, change: Partial<Link> = {}, result: Partial<PassResult> = {}): Promise<Link> {
  const lease = await claimOne(store, now);
  const link = await store.link(lease.key);
  assert.ok(link);
  await store.finish(lease, passed({ ...link, ...change }, result), now);
  const after = await store.link(lease.key);
  assert.ok(after);
  return after;
}

export const code =
  (expected: ErrorCode) =>
  (error: unknown): boolean =>
    error instanceof Error && 'code' in error && error.code === expected;

export async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

export async function* each(lines: readonly string[]): AsyncIterable<string> {
  for (const line of lines) yield await Promise.resolve(line);
}
