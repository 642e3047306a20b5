import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';

import { SyncError } from '../../src/errors.ts';
import { openDoor, type DoorEvent, type Door, type DoorOptions } from '../../src/http/door.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { realSystem } from '../../src/system.ts';

const adminToken = 'a-token-for-tests-of-32-characters';
const opened: Door[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((door) => door.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function open(changes: Partial<DoorOptions> = {}): Promise<{ readonly door: Door; readonly origin: string }> {
  const door = await openDoor({
    system: realSystem(),
    webhook: {
      verify: () => Promise.resolve({ kind: 'refused', status: 401, code: 'HOOK_SIGNATURE', why: 'test' }),
      accept: () => Promise.resolve(0),
    },
    commands: {
      echo: (input) => Promise.resolve({ heard: input }),
      fail: () =>
        Promise.reject(new SyncError('PC_REFUSED', { message: 'Country needs two letters.', fields: ['Country'], requestId: 'r-1' })),
      crash: () => Promise.reject(new Error('a secret of the service')),
    },
    adminToken,
    ready: () => Promise.resolve(true),
    metrics: createMetrics([
      { name: 'cosell_queue_depth', help: 'Keys that wait.', read: () => 3 },
      { name: 'cosell_broken', help: 'A reading that fails.', read: () => Promise.reject(new Error('x')) },
    ]),
    host: '127.0.0.1',
    port: 0,
    socketPath: null,
    ...changes,
  });
  opened.push(door);
  return { door, origin: `http://127.0.0.1:${door.port}` };
}

async function socketPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'door-'));
  folders.push(folder);
  return join(folder, 'admin.sock');
}

const bearer = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
const run = (origin: string, command: string, body: string, headers: { readonly [name: string]: string } = bearer): Promise<Response> =>
  fetch(`${origin}/admin/${command}`, { method: 'POST', headers, body });

/** One request over the socket in the file system. */
async function overSocket(
  path: string,
  method: string,
  url: string,
  body = '',
): Promise<{ readonly status: number; readonly body: string }> {
  const request = httpRequest({ socketPath: path, method, path: url, headers: { 'content-type': 'application/json' } });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, body: text };
}

describe('health', () => {
  it('is alive, and ready as long as the store can be reached', async () => {
    let works = true;
    const { origin } = await open({ ready: () => (works ? Promise.resolve(true) : Promise.reject(new Error('no disk'))) });

    const first = await fetch(`${origin}/readyz`);
    works = false;
    const second = await fetch(`${origin}/readyz`);

    assert.deepEqual([first.status, second.status, (await fetch(`${origin}/livez`)).status], [200, 503, 200]);
  });

  it('answers with headers that let a page do nothing', async () => {
    const { origin } = await open();

    const { headers } = await fetch(`${origin}/livez`);

    const policy = headers.get('content-security-policy') ?? '';
    for (const rule of ['default-src', 'object-src', 'base-uri', 'frame-ancestors']) assert.ok(policy.includes(`${rule} 'none'`), rule);
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000; includeSubDomains');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('access-control-allow-origin'), null);
    assert.equal(headers.get('set-cookie'), null);
    assert.equal(headers.get('x-powered-by'), null);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  });
});

describe('the admin API', () => {
  it('runs a named command and gives its result', async () => {
    const { origin } = await open();

    const response = await run(origin, 'echo', '{"a":1}');

    assert.deepEqual(await response.json(), { result: { heard: { a: 1 } } });
  });

  it('says what happened, in which field, and what cures it', async () => {
    const { origin } = await open();

    const response = await run(origin, 'fail', '{}');
    const { error } = (await response.json()) as {
      error: { code: string; message: string; fields: string[]; cure: string; requestId: string };
    };

    assert.equal(response.status, 422);
    assert.deepEqual(
      [error.code, error.message, error.fields, error.requestId],
      ['PC_REFUSED', 'Country needs two letters.', ['Country'], 'r-1'],
    );
    assert.ok(error.cure.length > 10);
  });

  it('stays up when a command fails for a reason nobody foresaw', async () => {
    const { origin } = await open();

    const { error } = (await (await run(origin, 'crash', '{}')).json()) as { error: { code: string } };

    assert.equal(error.code, 'BUG');
    assert.equal((await fetch(`${origin}/livez`)).status, 200);
  });

  for (const [what, headers] of [
    ['no token', {}],
    ['another token', { authorization: 'Bearer another-token-of-more-than-32-characters' }],
    ['a token that begins right', { authorization: `Bearer ${adminToken.slice(0, -1)}` }],
    ['basic authentication', { authorization: `Basic ${Buffer.from(adminToken).toString('base64')}` }],
  ] as const) {
    it(`is closed to a caller with ${what}`, async () => {
      const { origin } = await open();

      assert.equal((await run(origin, 'echo', '{}', { ...headers, 'content-type': 'application/json' })).status, 401);
      assert.equal((await fetch(`${origin}/metrics`, { headers })).status, 401);
      assert.equal((await fetch(`${origin}/admin`, { headers })).status, 401);
    });
  }

  it('is closed to everyone when no token, or a short one, is configured', async () => {
    for (const token of [null, 'short']) {
      const { origin } = await open({ adminToken: token });

      assert.equal(
        (await run(origin, 'echo', '{}', { authorization: `Bearer ${token ?? ''}`, 'content-type': 'application/json' })).status,
        401,
      );
    }
  });

  it('tells who was turned away and which command ran, without the token and the input', async () => {
    const events: DoorEvent[] = [];
    const path = await socketPath();
    const { origin } = await open({ observeDoor: (event) => events.push(event), socketPath: path });

    await run(origin, 'echo', '{"a":"secret"}');
    await run(origin, 'fail', '{}');
    await overSocket(path, 'POST', '/admin/echo', '[1]');
    await run(origin, 'echo', '{}', { authorization: 'Bearer another-token-of-more-than-32-characters' });
    await fetch(`${origin}/metrics`);

    const address = '127.0.0.1';
    assert.deepEqual(events, [
      { kind: 'command', command: 'echo', way: 'port', code: null },
      { kind: 'command', command: 'fail', way: 'port', code: 'PC_REFUSED' },
      { kind: 'command', command: 'echo', way: 'socket', code: null },
      { kind: 'refused', why: 'token', path: '/admin', address },
      { kind: 'refused', why: 'token', path: '/metrics', address },
    ]);
  });

  it('knows only its own names', async () => {
    const { origin } = await open();

    for (const name of ['nothing', 'constructor', '__proto__', 'toString']) assert.equal((await run(origin, name, '{}')).status, 404, name);
  });

  it('refuses what is not JSON, and what is too large', async () => {
    const { origin } = await open();

    assert.equal((await run(origin, 'echo', '{')).status, 400);
    assert.equal((await run(origin, 'echo', JSON.stringify('x'.repeat(1_100_000)))).status, 400);
  });

  it('slows down whoever tries many tokens', async () => {
    const told: DoorEvent[] = [];
    const { origin } = await open({ observeDoor: (event) => told.push(event) });
    let last = 0;
    for (let i = 0; i < 123; i += 1) last = (await fetch(`${origin}/admin`)).status;

    assert.equal(last, 429);
    assert.equal(told.filter((event) => event.kind === 'refused' && event.why === 'too many requests').length, 1, 'a flood is told once');
    assert.equal((await fetch(`${origin}/livez`)).status, 200);
  });

  it('lists the names of its commands', async () => {
    const { origin } = await open();

    assert.deepEqual(await (await fetch(`${origin}/admin`, { headers: bearer })).json(), { commands: ['crash', 'echo', 'fail'] });
  });
});

describe('the webhook address', () => {
  it('slows down a flood from one address, and tells of it once', async () => {
    const told: DoorEvent[] = [];
    const refusing = (): Promise<never> => Promise.reject(new Error('not asked in this test'));
    const webhook = { verify: refusing, accept: refusing, perMinute: 3 };
    const { origin } = await open({ webhook, observeDoor: (event) => told.push(event) });

    const statuses: number[] = [];
    for (let i = 0; i < 6; i += 1) statuses.push((await fetch(`${origin}/webhooks/partner-center`, { method: 'POST' })).status);

    assert.deepEqual(statuses, [415, 415, 415, 429, 429, 429]);
    assert.deepEqual(told, [{ kind: 'refused', why: 'too many requests', path: '/webhooks/partner-center', address: '127.0.0.1' }]);
  });
});

describe('a forwarded address', () => {
  it('is believed only from a proxy that is named', async () => {
    for (const [trustedProxies, address] of [
      [undefined, '127.0.0.1'],
      [['loopback'], '203.0.113.9'],
    ] as const) {
      const told: DoorEvent[] = [];
      const { origin } = await open({ ...(trustedProxies ? { trustedProxies } : {}), observeDoor: (event) => told.push(event) });

      await fetch(`${origin}/admin`, { headers: { 'x-forwarded-for': '203.0.113.9' } });

      assert.deepEqual(told, [{ kind: 'refused', why: 'token', path: '/admin', address }]);
    }
  });
});

describe('the admin socket', () => {
  it('needs no token, because only its owner may open the file', async () => {
    const path = await socketPath();
    await open({ socketPath: path });

    const answer = await overSocket(path, 'POST', '/admin/echo', '[1]');

    assert.deepEqual(JSON.parse(answer.body), { result: { heard: [1] } });
    assert.equal((await stat(path)).mode & 0o077, 0);
  });

  it('carries no webhook and no health, and says so', async () => {
    const path = await socketPath();
    await open({ socketPath: path });

    assert.equal((await overSocket(path, 'POST', '/webhooks/partner-center', '{}')).status, 404);
    assert.equal((await overSocket(path, 'GET', '/metrics')).status, 200);
  });

  it('takes the place of one that a killed process left behind', async () => {
    const path = await socketPath();
    const left = createServer().listen(path);
    await once(left, 'listening');
    // Closing would remove the file; a killed process does not get that far.
    await rename(path, `${path}.kept`);
    await new Promise<void>((resolve) => left.close(() => resolve()));
    await rename(`${path}.kept`, path);

    await open({ socketPath: path });

    assert.equal((await overSocket(path, 'GET', '/admin')).status, 200);
  });

  it('refuses to start beside another process, or over another file', async () => {
    const path = await socketPath();
    await open({ socketPath: path });
    const file = await socketPath();
    await writeFile(file, 'data');

    await assert.rejects(open({ socketPath: path }), (error: unknown) => error instanceof SyncError && error.code === 'STORE_LOCKED');
    await assert.rejects(open({ socketPath: file }), (error: unknown) => error instanceof SyncError && error.code === 'CONFIG_INVALID');
  });
});

describe('the metrics', () => {
  it('carry route patterns, results and gauges, and leave out a reading that fails', async () => {
    const { origin } = await open();
    await run(origin, 'echo', '{}');
    await fetch(`${origin}/some/secret/path`);

    const text = await (await fetch(`${origin}/metrics`, { headers: bearer })).text();

    assert.match(text, /cosell_http_request_seconds_count\{route="\/admin\/:command",status="200"\} 1/);
    assert.match(text, /cosell_queue_depth 3/);
    assert.match(text, /cosell_http_request_seconds_count\{route="other",status="404"\} 1/);
    assert.doesNotMatch(text, /secret/);
  });
});

describe('stopping', () => {
  it('lets a running request end, tells clients to leave, and then is gone', async () => {
    const started = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const slow = async (): Promise<string> => {
      started.resolve();
      await go.promise;
      return 'finished';
    };
    // The wait for the balancer ends when this test says so.
    const real = realSystem();
    const seen = Promise.withResolvers<boolean>();
    const system = { ...real, sleep: (ms: number, signal?: AbortSignal) => (ms === 40 ? seen.promise : real.sleep(ms, signal)) };
    const { door, origin } = await open({ commands: { slow }, system });
    const running = run(origin, 'slow', '{}');
    await started.promise;

    const stopping = door.stop(40);
    const ready = await fetch(`${origin}/readyz`);
    seen.resolve(true);
    go.resolve();
    const answer = await running;
    await stopping;

    assert.equal(ready.status, 503);
    assert.equal(ready.headers.get('connection'), 'close');
    assert.deepEqual(await answer.json(), { result: 'finished' });
    await assert.rejects(fetch(`${origin}/livez`));
  });

  it('may be asked for twice', async () => {
    const { door } = await open();

    await Promise.all([door.stop(), door.stop()]);
  });

  it('says clearly that a port is taken', async () => {
    const { door } = await open();

    await assert.rejects(open({ port: door.port }), /EADDRINUSE/);
  });
});
