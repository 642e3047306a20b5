/** The list of Partner Center is walked once, also when a backfill takes it page by page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createPartnerWalk } from '../../src/app/partner-walk.ts';
import type { Notice, PartnerSide } from '../../src/sync/ports.ts';

const noticeOf = (kind: 'referral' | 'engagement', id: string): Notice => ({
  source: 'sweep',
  id,
  subject: { kind, id },
  reason: 'changed in Partner Center',
  at: 0,
});

/** A list of pages; every page that is read is counted, and the third one breaks once when asked to. */
function listOf(pages: readonly (readonly Notice[])[], breaks = false) {
  let read = 0;
  let broken = !breaks;
  const partner = {
    changedSince: async function* () {
      for (const [index, notices] of pages.entries()) {
        if (index === 2 && !broken) {
          broken = true;
          throw new Error('the link to the next page is no longer valid');
        }
        read += 1;
        yield { notices, position: '' };
      }
    },
  } as unknown as PartnerSide;
  return { walk: createPartnerWalk(partner), read: () => read };
}

const pages = Array.from({ length: 6 }, (_, page) => [
  noticeOf('referral', `own ${page}a`),
  noticeOf('engagement', `leg ${page}`),
  noticeOf('referral', `own ${page}b`),
]);
const everyOwn = Array.from({ length: 6 }, (_, page) => [`own ${page}a`, `own ${page}b`]).flat();

async function walkAll(walk: ReturnType<typeof listOf>['walk'], limit: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (;;) {
    const page = await walk({ walk: 'apply:1', from: null, skip: found.length }, limit);
    found.push(...page);
    if (page.length < limit) return found;
  }
}

test('Each referral comes once, in order, without Microsoft’s legs, and no page of the list is read twice', async () => {
  const { walk, read } = listOf(pages);
  assert.deepEqual(await walkAll(walk, 5), everyOwn);
  assert.equal(read(), pages.length);
});

test('A backfill that is taken up in another process walks to its place', async () => {
  const { walk } = listOf(pages);
  assert.deepEqual(await walk({ walk: 'apply:1', from: null, skip: 7 }, 100), everyOwn.slice(7));
});

test('A page that cannot be read fails the step; the next one goes on at the same place', async () => {
  const { walk } = listOf(pages, true);
  const first = await walk({ walk: 'apply:1', from: null, skip: 0 }, 3);
  await assert.rejects(walk({ walk: 'apply:1', from: null, skip: 3 }, 3), /no longer valid/);
  assert.deepEqual([...first, ...(await walk({ walk: 'apply:1', from: null, skip: 3 }, 3))], everyOwn.slice(0, 6));
});

test('A backfill that begins anew begins at the start of the list', async () => {
  const { walk } = listOf(pages);
  await walk({ walk: 'count:1', from: null, skip: 0 }, 5);
  assert.deepEqual(await walk({ walk: 'count:2', from: null, skip: 0 }, 2), everyOwn.slice(0, 2));
});
