import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { SyncError } from '../../src/errors.ts';
import { createGate } from '../../src/gate.ts';
import { createCaller, type CallReport } from '../../src/partner-center/call.ts';
import { createReferralsClient, nextPage, type ReferralsClient } from '../../src/partner-center/client.ts';
import { readRemoteError } from '../../src/partner-center/failure.ts';
import type { TokenSource } from '../../src/partner-center/tokens.ts';
import type { WireRequest } from '../../src/transport.ts';
import { ids, ownReferral } from './referrals.ts';
import { scripted, wire, type Answer, type Scripted } from './scripted-transport.ts';
import { virtualSystem, type VirtualSystem } from './virtual-system.ts';

const baseUrl = 'https://api.partner.microsoft.com/v1.0/engagements/referrals';

interface FakeTokens extends TokenSource {
  readonly refusals: { readonly token: string; readonly claims: string | null }[];
  readonly endings: string[];
}

function fakeTokens(): FakeTokens {
  const refusals: { token: string; claims: string | null }[] = [];
  const endings: string[] = [];
  return {
    refusals,
    endings,
    token: () => Promise.resolve(`t${refusals.length}`),
    refused: (_audience, token, claims) => {
      refusals.push({ token, claims });
      return Promise.resolve(`t${refusals.length}`);
    },
    ended: (why) => {
      endings.push(why);
      return Promise.resolve();
    },
    state: () => Promise.resolve({ kind: 'signed-in', account: 'a', lastExchangeAt: 0 }),
  };
}

interface World extends Scripted {
  readonly client: ReferralsClient;
  readonly system: VirtualSystem;
  readonly tokens: FakeTokens;
  readonly reports: CallReport[];
}

function world(answer: readonly Answer[] | ((request: WireRequest, count: number) => Answer)): World {
  const net = scripted(answer);
  const system = virtualSystem();
  const tokens = fakeTokens();
  const reports: CallReport[] = [];
  const gate = createGate(system, { concurrency: 4, patienceMs: 10_000, tooLong: 'PC_THROTTLED' });
  const call = createCaller({ transport: net.transport, gate, tokens, system, observe: (report) => reports.push(report) });
  return { ...net, system, tokens, reports, client: createReferralsClient(call, baseUrl) };
}

const failing = async (work: Promise<unknown>): Promise<SyncError> => {
  const error = await work.then(
    () => assert.fail('the call should have failed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SyncError, String(error));
  return error;
};

async function collect(client: ReferralsClient): Promise<string[]> {
  const found: string[] = [];
  for await (const page of client.list({ filter: "status eq 'Active'", orderby: 'updatedDateTime desc' }))
    found.push(...page.rows.map(({ row }) => row.id));
  return found;
}

describe('one call', () => {
  it('carries token, format and an id of its own', async () => {
    const { client, requests, reports } = world([wire(200, ownReferral())]);

    const answer = await client.get(ids.own);

    assert.deepEqual(requests[0]?.headers, {
      accept: 'application/json',
      'client-request-id': reports[0]?.clientRequestId,
      authorization: 'Bearer t0',
    });
    assert.equal(answer.requestId, 'remote-1');
    assert.equal(reports[0]?.outcome, '200');
  });

  it('gets a new request id for every attempt', async () => {
    const { client, requests } = world([wire(503), wire(503), wire(200, ownReferral())]);

    await client.get(ids.own);

    assert.equal(new Set(requests.map(({ headers }) => headers?.['client-request-id'])).size, 3);
  });

  it('never puts anything but a GUID into the path', async () => {
    const { client, requests } = world([]);

    assert.equal((await failing(client.get('../registrations'))).code, 'PC_GONE');
    assert.equal(requests.length, 0);
  });
});

describe('what an answer means', () => {
  for (const [status, code] of [
    [400, 'PC_REFUSED'],
    [403, 'PC_NO_ACCESS'],
    [404, 'PC_GONE'],
    [405, 'BUG'],
    [406, 'BUG'],
    [409, 'PC_STATE'],
    [410, 'PC_GONE'],
    [411, 'BUG'],
    [412, 'PC_STALE'],
    [413, 'PC_REFUSED'],
    [415, 'BUG'],
    [422, 'PC_REFUSED'],
    [423, 'PC_BUSY'],
    [501, 'PC_ANSWER'],
    [507, 'PC_ANSWER'],
  ] as const) {
    it(`${status} is ${code} and is not repeated`, async () => {
      const { client, requests } = world(() => wire(status, { error: { code: 'x', message: 'm' } }));

      assert.equal((await failing(client.get(ids.own))).code, code);
      assert.equal(requests.length, 1);
    });
  }

  it('names the deal field an error points at', async () => {
    const body = {
      error: {
        code: 'invalidRequest',
        message: 'outer',
        target: 'referral',
        innererror: { code: 'V3', message: 'Country needs two letters.', target: '/customerProfile/address/country' },
      },
    };
    const { client } = world([wire(400, body)]);

    const error = await failing(client.create({}));

    assert.equal(error.message, 'Country needs two letters.');
    assert.deepEqual(error.facts.fields, ['customerCountry']);
    assert.equal(error.facts.requestId, 'remote-1');
  });

  it('reads nested errors in any case, and never deeper than sense', () => {
    let nested: unknown = { code: 'deepest' };
    for (let i = 0; i < 50; i += 1) nested = { code: `c${i}`, INNERERROR: nested };

    assert.equal(readRemoteError(Buffer.from(JSON.stringify({ Error: nested }))).codes.length, 8);
    assert.deepEqual(readRemoteError(Buffer.from('"text"')).codes, []);
    assert.deepEqual(readRemoteError(Buffer.from('{"error":"insufficent_claims"}')).codes, ['insufficent_claims']);
  });
});

describe('a remote that is busy', () => {
  it('is asked again for a reading, with jitter', async () => {
    const { client, requests, system } = world([wire(500), new SyncError('NET_UNDECIDED'), wire(200, ownReferral())]);

    await client.get(ids.own);

    assert.equal(requests.length, 3);
    assert.deepEqual(system.sleeps, [150, 300]);
  });

  it('is not sent a write twice when the first one may have arrived', async () => {
    for (const answer of [wire(503), wire(504), wire(500), new SyncError('NET_UNDECIDED')]) {
      const { client, requests } = world([answer]);

      await failing(client.patch(ids.own, '"v1"', []));

      assert.equal(requests.length, 1);
    }
  });

  it('is sent a write again when the first one surely did not arrive', async () => {
    const { client, requests } = world([new SyncError('NET_NOT_SENT'), wire(429), wire(200, ownReferral())]);

    await client.patch(ids.own, '"v1"', []);

    assert.equal(requests.length, 3);
  });

  it('is not sent a create whose turn comes too late: somebody else may have taken it over', async () => {
    const { client, requests, system } = world([wire(429, '', { 'retry-after': '8' }), wire(201, ownReferral())]);

    const error = await failing(client.create({}, system.now() + 5_000));

    assert.deepEqual([error.code, requests.length], ['NET_NOT_SENT', 1]);
  });

  it('is left alone by every caller for as long as it asks', async () => {
    const { client, requests, system } = world([wire(429, '', { 'retry-after': '3' }), wire(200, ownReferral()), wire(200, ownReferral())]);
    const start = system.now();

    await Promise.all([client.get(ids.own), client.get(ids.own)]);

    assert.equal(requests.length, 3);
    assert.ok(system.now() - start >= 3_000);
  });

  it('gives the work back when the pause is long, with the time to come back', async () => {
    const { client, system } = world([wire(429, '', { 'retry-after': '120' })]);

    const error = await failing(client.get(ids.own));

    assert.equal(error.code, 'PC_THROTTLED');
    assert.equal(error.facts.notBefore, Date.parse('2026-03-02T09:02:00Z'));
    assert.ok(system.now() < Date.parse('2026-03-02T09:00:10Z'));
  });

  it('may name the time as a date', async () => {
    const { client } = world([wire(503, '', { 'retry-after': 'Mon, 02 Mar 2026 09:30:00 GMT' })]);

    assert.equal((await failing(client.get(ids.own))).facts.notBefore, Date.parse('2026-03-02T09:30:00Z'));
  });
});

describe('a token the service does not take', () => {
  it('is exchanged once and the call repeated', async () => {
    const claims = JSON.stringify({ access_token: { nbf: { essential: true } } });
    const challenge = `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    const { client, requests, tokens } = world([wire(401, '', { 'www-authenticate': challenge }), wire(200, ownReferral())]);

    await client.get(ids.own);

    assert.deepEqual(tokens.refusals, [{ token: 't0', claims }]);
    assert.equal(requests[1]?.headers?.['authorization'], 'Bearer t1');
  });

  it('means signing in again when the next one is refused too', async () => {
    const { client, requests, tokens } = world(() => wire(401));

    assert.equal((await failing(client.get(ids.own))).code, 'PC_SIGN_IN');
    assert.equal(requests.length, 2);
    assert.equal(tokens.endings.length, 1);
  });

  for (const body of [
    { error: { code: '900421' } },
    { error: { code: 'unauthenticated', innerError: { code: 900421 } } },
    { code: 900421, description: 'MFA' },
  ]) {
    it(`means signing in again at once when it lacks the second factor: ${JSON.stringify(body)}`, async () => {
      const { client, requests, tokens } = world([wire(401, body)]);

      assert.equal((await failing(client.get(ids.own))).code, 'PC_SIGN_IN');
      assert.equal(requests.length, 1);
      assert.equal(tokens.refusals.length, 0);
    });
  }

  it('is exchanged when conditional access answers 403 with insufficent_claims', async () => {
    const { client, tokens } = world([wire(403, { error: 'insufficent_claims' }), wire(200, ownReferral())]);

    await client.get(ids.own);

    assert.equal(tokens.refusals.length, 1);
  });
});

describe('a list', () => {
  const page = (rows: readonly string[], nextLink?: string): Answer =>
    wire(200, { value: rows.map((id) => ({ id, engagementId: 'e' })), ...(nextLink ? { '@odata.nextLink': nextLink } : {}) });

  it('is read to its end', async () => {
    const { client, requests } = world([page(['a', 'b'], `${baseUrl}?$skiptoken=abc%2Bdef`), page(['c'])]);

    assert.deepEqual(await collect(client), ['a', 'b', 'c']);
    assert.equal(requests[1]?.url, `${baseUrl}?$filter=status%20eq%20'Active'&$orderby=updatedDateTime%20desc&$skiptoken=abc%2Bdef`);
  });

  it('follows the documented link, which has the wrong scheme and path, on our own address', async () => {
    const { client, requests } = world([page(['a'], 'http://api.partner.microsoft.com/v1.0/referrals?$skiptoken=xyz'), page(['b'])]);

    assert.deepEqual(await collect(client), ['a', 'b']);
    assert.ok(requests[1]?.url.startsWith(`${baseUrl}?`));
  });

  it('does not follow a link to another host', async () => {
    const { client, requests } = world([page(['a'], 'https://evil.example/v1.0/engagements/referrals?$skiptoken=xyz')]);

    assert.equal((await failing(collect(client))).code, 'PC_ANSWER');
    assert.equal(requests.length, 1);
  });

  it('does not run in circles', async () => {
    const { client, requests } = world(() => page(['a'], `${baseUrl}?$skiptoken=same`));

    assert.equal((await failing(collect(client))).code, 'PC_ANSWER');
    assert.equal(requests.length, 2);
  });

  it('keeps its good rows beside one that cannot be read', async () => {
    const { client } = world([wire(200, { value: [{ id: 'a', engagementId: 'e' }, { id: 7 }] })]);

    for await (const { rows, unreadable } of client.list({})) assert.deepEqual([rows.length, unreadable], [1, 1]);
  });

  it('knows positions written as $skip and with encoded names', () => {
    assert.deepEqual(nextPage(`${baseUrl}?%24skiptoken=1`, baseUrl), { option: '$skiptoken', value: '1' });
    assert.deepEqual(nextPage('/v1.0/x?$skip=100', baseUrl), { option: '$skip', value: '100' });
    assert.equal(nextPage('https://[', baseUrl), null);
  });
});

describe('a write', () => {
  it('carries the version with its inner quotes and asks for the result', async () => {
    const { client, requests } = world([wire(200, ownReferral())]);

    await client.patch(ids.own, '"v1"', [{ op: 'replace', path: '/name', value: 'x' }]);

    assert.equal(requests[0]?.headers?.['if-match'], '"v1"');
    assert.equal(requests[0]?.headers?.['prefer'], 'return=representation');
    assert.equal(requests[0]?.headers?.['content-type'], 'application/json');
    assert.equal(requests[0]?.body, '[{"op":"replace","path":"/name","value":"x"}]');
  });

  it('reads the referral when the answer is empty', async () => {
    const { client } = world([wire(204), wire(200, ownReferral({ eTag: '"v2"' }))]);

    assert.equal((await client.patch(ids.own, '"v1"', [])).referral.eTag, '"v2"');
  });

  it('takes the version from the header when the body has none', async () => {
    const { client } = world([wire(200, ownReferral({ eTag: null }), { etag: '"h"' })]);

    assert.equal((await client.get(ids.own)).referral.eTag, '"h"');
  });

  it('does not know whether a referral was made when the answer cannot be read', async () => {
    const { client } = world([wire(201, '<html>')]);

    assert.equal((await failing(client.create({}))).code, 'PC_UNDECIDED_CREATE');
  });
});

describe('the check for a second factor', () => {
  it('reads the answer from header or body, and says when there is none', async () => {
    const { client, requests } = world([
      wire(200, { value: [] }, { ismfacompliant: 'True' }),
      wire(200, '{"value":[],"isMfaCompliant":false}'),
      wire(200, { value: [] }),
    ]);

    assert.deepEqual([await client.checkMfa(), await client.checkMfa(), await client.checkMfa()], [true, false, null]);
    assert.equal(requests[0]?.headers?.['validatemfa'], 'true');
  });
});
