import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { SyncError } from '../../src/errors.ts';
import { createGate, fullJitter, retryAfterTime } from '../../src/gate.ts';
import { virtualSystem } from './virtual-system.ts';

const options = { concurrency: 2, patienceMs: 5_000, tooLong: 'PC_THROTTLED' } as const;

describe('the gate of a remote', () => {
  it('lets only so many calls run at once, and every one in the end', async () => {
    const gate = createGate(virtualSystem(), options);
    let running = 0;
    let most = 0;
    const call = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    };

    await Promise.all(Array.from({ length: 20 }, () => gate.run(call)));

    assert.equal(most, 2);
    assert.equal(running, 0);
  });

  it('gives the next free place to a caller a person waits for', async () => {
    let urgent = false;
    const gate = createGate(virtualSystem(), { ...options, concurrency: 1, urgent: () => urgent });
    const order: string[] = [];
    const call = (name: string): Promise<void> => gate.run(() => Promise.resolve(void order.push(name)));

    const all = [call('running'), call('first'), call('second')];
    urgent = true;
    all.push(call('click'));
    await Promise.all(all);

    assert.deepEqual(order, ['running', 'click', 'first', 'second']);
  });

  it('gives its place back when a call fails', async () => {
    const gate = createGate(virtualSystem(), { ...options, concurrency: 1 });
    await assert.rejects(gate.run(() => Promise.reject(new Error('x'))));

    assert.equal(await gate.run(() => Promise.resolve('next')), 'next');
  });

  it('holds everyone until the remote is open again, and never opens earlier for a shorter pause', async () => {
    const system = virtualSystem();
    const gate = createGate(system, options);
    const opens = system.now() + 3_000;
    gate.closeUntil(opens);
    gate.closeUntil(opens - 2_000);

    const at = await gate.run(() => Promise.resolve(system.now()));

    assert.ok(at >= opens);
    assert.equal(gate.notBefore(), 0);
  });

  it('fails at once, with the time to come back, when the pause is longer than anyone should wait', async () => {
    const system = virtualSystem();
    const gate = createGate(system, options);
    gate.closeUntil(system.now() + 60_000);

    await assert.rejects(
      gate.run(() => Promise.resolve()),
      (error: unknown) => error instanceof SyncError && error.code === 'PC_THROTTLED' && error.facts.notBefore === system.now() + 60_000,
    );
    assert.deepEqual(system.sleeps, []);
  });

  it('stops waiting when the service stops', async () => {
    const system = virtualSystem();
    const gate = createGate(system, options);
    gate.closeUntil(system.now() + 1_000);

    await assert.rejects(
      gate.run(() => Promise.resolve(), AbortSignal.abort()),
      (error: unknown) => error instanceof SyncError && error.code === 'NET_NOT_SENT',
    );
  });
});

describe('waiting times', () => {
  it('double, are cut, and are spread from zero on', () => {
    assert.deepEqual(
      [0, 1, 2, 10].map((attempt) => fullJitter(attempt, 0.999999, 100, 1_000)),
      [99, 199, 399, 999],
    );
    assert.equal(fullJitter(5, 0, 100, 1_000), 0);
  });

  it('are read from Retry-After in seconds and as a date, and from nothing else', () => {
    const now = Date.parse('2026-03-02T09:00:00Z');

    assert.equal(retryAfterTime('120', now), now + 120_000);
    assert.equal(retryAfterTime('Mon, 02 Mar 2026 09:10:00 GMT', now), now + 600_000);
    assert.equal(retryAfterTime('Mon, 02 Mar 2020 09:10:00 GMT', now), now);
    for (const text of [undefined, '', '-5', '1.5', 'soon', '2026'])
      assert.ok(text === '2026' ? retryAfterTime(text, now) === now + 2_026_000 : retryAfterTime(text, now) === null, text);
  });
});
