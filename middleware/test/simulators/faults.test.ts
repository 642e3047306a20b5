import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import { ConnectionLost, createFaults, type Fault, type Faults } from '../../simulators/faults.ts';
import { json, type Service, type SimRequest } from '../../simulators/wire.ts';

interface Bench {
  readonly faults: Faults;
  readonly call: (method?: string, url?: string) => ReturnType<Service>;
  /** How often the service did its work. */
  done(): number;
  readonly waits: number[];
  /** Ends the wait that is under way. */
  wake(): void;
}

function bench(draws: readonly number[] = []): Bench {
  const waits: number[] = [];
  const left = [...draws];
  let done = 0;
  let wake: () => void = () => undefined;
  const faults = createFaults({
    surroundings: { now: () => 1000, random: () => left.shift() ?? 0.99, uuid: () => 'u' },
    wait: (ms) => {
      waits.push(ms);
      return new Promise((resolve) => (wake = resolve));
    },
  });
  const service = faults.around(() => {
    done += 1;
    return Promise.resolve(json(200, { done, text: 'a body that is long enough to be cut' }));
  }, 'partner-center');
  const request = (method: string, url: string): SimRequest => ({ method, url, headers: {}, body: new Uint8Array() });
  return { faults, waits, done: () => done, wake: () => wake(), call: (method = 'GET', url = '/x') => service(request(method, url)) };
}

const struck = async (fault: Fault): Promise<Bench> => {
  const world = bench();
  world.faults.next(fault);
  return world;
};

test('a dropped request has no effect and no answer', async () => {
  const world = await struck({ kind: 'drop' });

  await assert.rejects(world.call(), ConnectionLost);
  assert.equal(world.done(), 0);
});

test('a cut answer is lost although the work is done', async () => {
  const world = await struck({ kind: 'cut' });

  await assert.rejects(world.call(), ConnectionLost);
  assert.equal(world.done(), 1);
});

test('a repeated request does its work twice and is answered once', async () => {
  const world = await struck({ kind: 'repeat' });

  const { body } = await world.call();

  assert.match(String(body), /"done":1/);
  assert.equal(world.done(), 2);
});

test('a delayed request arrives late, a slow one is done at once and answered late', async () => {
  const delayed = await struck({ kind: 'delay', ms: 700 });
  const slow = await struck({ kind: 'slow', ms: 900 });

  const calls = [delayed.call(), slow.call()];
  await setImmediate();
  const early = [delayed.done(), slow.done()];
  delayed.wake();
  slow.wake();
  await Promise.all(calls);

  assert.deepEqual(early, [0, 1]);
  assert.deepEqual([delayed.done(), slow.done(), delayed.waits, slow.waits], [1, 1, [700], [900]]);
});

test('a held request is overtaken by the next one', async () => {
  const world = await struck({ kind: 'reorder' });

  const held = world.call();
  const next = await world.call();
  const late = await held;

  assert.match(String(next.body), /"done":1/);
  assert.match(String(late.body), /"done":2/);
});

test('a truncated answer is not JSON any more', async () => {
  const world = await struck({ kind: 'truncate' });

  const { status, body } = await world.call();

  assert.equal(status, 200);
  assert.throws(() => JSON.parse(Buffer.from(body).toString()) as unknown, SyntaxError);
});

for (const status of [401, 403, 409, 412, 423, 429, 500, 503, 504]) {
  test(`a refusal with ${status} reaches the caller and not the service`, async () => {
    const world = await struck({ kind: 'answer', status, retryAfterSeconds: 7 });

    const response = await world.call();

    assert.deepEqual([response.status, response.headers['retry-after'], world.done()], [status, '7', 0]);
    assert.ok((JSON.parse(String(response.body)) as { error: { code: string } }).error.code);
  });
}

test('a 503 can be a page instead of JSON, and a 500 can come after the work was done', async () => {
  const world = bench();
  world.faults.next({ kind: 'answer', status: 503, html: true });
  world.faults.next({ kind: 'answer', status: 500, committed: true });

  const [page, failed] = [await world.call(), await world.call()];

  assert.match(page.headers['content-type'] ?? '', /^text\/html/);
  assert.deepEqual([failed.status, world.done()], [500, 1]);
});

test('a rule strikes only what it names, as often as it says, and can be taken back', async () => {
  const world = bench();
  const remove = world.faults.add({
    fault: { kind: 'answer', status: 423 },
    service: 'partner-center',
    method: 'PATCH',
    path: /referrals/,
    count: 2,
  });

  const statuses = [];
  for (const [method, url] of [
    ['PATCH', '/referrals/1'],
    ['GET', '/referrals/1'],
    ['PATCH', '/other'],
    ['PATCH', '/referrals/2'],
    ['PATCH', '/referrals/3'],
  ] as const) {
    statuses.push((await world.call(method, url)).status);
  }
  remove();

  assert.deepEqual(statuses, [423, 200, 200, 423, 200]);
});

test('chance comes from outside, so that the same draws give the same faults', async () => {
  const world = bench([0.1, 0.9, 0.2]);
  world.faults.add({ fault: { kind: 'answer', status: 500 }, probability: 0.5 });

  const statuses = [(await world.call()).status, (await world.call()).status, (await world.call()).status];

  assert.deepEqual(statuses, [500, 200, 500]);
});

test('a one-shot fault that never struck can be seen', async () => {
  const world = bench();
  world.faults.next({ kind: 'drop' }, { method: 'DELETE' });
  await world.call();

  assert.deepEqual(world.faults.unused(), [{ kind: 'drop' }]);
});

test('with the network cut nothing gets through, with it mended everything does', async () => {
  const world = bench();
  world.faults.networkCut = true;
  await assert.rejects(world.call(), ConnectionLost);

  world.faults.networkCut = false;

  assert.equal((await world.call()).status, 200);
  assert.equal(world.done(), 1);
});

test('requests are numbered, and a run can be stopped before or after one of them', async () => {
  for (const [when, done] of [
    ['before', 1],
    ['after', 2],
  ] as const) {
    const world = bench();
    let crashes = 0;
    world.faults.crashAt({ when, request: 2, act: () => void (crashes += 1) });

    await world.call('GET', '/one');
    await assert.rejects(world.call('POST', '/two'), ConnectionLost);

    assert.deepEqual([crashes, world.done()], [1, done]);
    assert.deepEqual(
      world.faults.requests.map(({ number, method, url, status }) => [number, method, url, status]),
      [
        [1, 'GET', '/one', 200],
        [2, 'POST', '/two', when === 'before' ? null : 200],
      ],
    );
  }
});
