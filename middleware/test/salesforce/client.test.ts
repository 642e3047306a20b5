/** The REST client: one retry after 401, every refusal as a code of the catalogue, paging, limits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ErrorCode, SyncError } from '../../src/errors.ts';
import { createSalesforceClient } from '../../src/salesforce/client/client.ts';
import { usageOf } from '../../src/salesforce/client/call.ts';
import { failureOf, wireErrorsOf } from '../../src/salesforce/client/failure.ts';
import { longId, quote, startsWith } from '../../src/salesforce/client/soql.ts';
import { virtualSystem } from '../partner-center/virtual-system.ts';
import { answer, countedTokens, scripted, type Scripted } from './scripted.ts';

const page = (records: readonly object[], next?: string): object => ({
  totalSize: records.length,
  done: next === undefined,
  records,
  ...(next ? { nextRecordsUrl: next } : {}),
});

function clientOver(script: Scripted, system = virtualSystem()) {
  const tokens = countedTokens();
  return { client: createSalesforceClient({ transport: script.transport, tokens, system }), tokens, system };
}

test('a session that ended is renewed once and the call repeated; a second refusal is a sign-in problem', async () => {
  const ended = answer(401, [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired' }]);
  const once = scripted((_, index) => (index === 0 ? ended : answer(200, page([]))));
  const always = scripted(() => ended);

  await clientOver(once).client.query('SELECT Id FROM Opportunity');
  assert.deepEqual(
    once.sent.map((request) => request.headers?.['authorization']),
    ['Bearer token-1', 'Bearer token-2'],
  );

  await assert.rejects(clientOver(always).client.query('SELECT Id FROM Opportunity'), { code: 'CRM_SIGN_IN' });
  assert.equal(always.sent.length, 2);
});

const refusals: readonly (readonly [number, string, string, ErrorCode])[] = [
  [403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', 'CRM_CALL_LIMIT'],
  [403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.', 'CRM_BUSY'],
  [403, 'API_DISABLED_FOR_ORG', '', 'CRM_NO_ACCESS'],
  [400, 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', '', 'CRM_NO_ACCESS'],
  [400, 'UNABLE_TO_LOCK_ROW', '', 'CRM_ROW_LOCKED'],
  [400, 'ENTITY_IS_LOCKED', '', 'CRM_RECORD_LOCKED'],
  [400, 'INVALID_FIELD', '\nSELECT x FROM y', 'CRM_FIELD_MISSING'],
  [400, 'INVALID_FIELD_FOR_INSERT_UPDATE', '', 'CRM_FIELD_MISSING'],
  [400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Too low', 'CRM_VALIDATION'],
  [400, 'CANNOT_EXECUTE_FLOW_TRIGGER', '', 'CRM_VALIDATION'],
  [400, 'REQUIRED_FIELD_MISSING', '', 'CRM_REQUIRED'],
  [400, 'STRING_TOO_LONG', '', 'CRM_TOO_LONG'],
  [400, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', '', 'CRM_PICKLIST'],
  [400, 'DUPLICATES_DETECTED', '', 'CRM_DUPLICATE'],
  [404, 'ENTITY_IS_DELETED', '', 'CRM_GONE'],
  [412, 'ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE_CHECK', '', 'CRM_STALE'],
  [400, 'QUERY_TIMEOUT', '', 'CRM_BUSY'],
  [503, 'SERVER_UNAVAILABLE', '', 'CRM_BUSY'],
  [400, 'SOMETHING_NEW', '', 'CRM_REFUSED'],
];

for (const [status, errorCode, message, code] of refusals) {
  test(`${status} ${errorCode} ${message.slice(0, 10).trim()} is ${code}, in both spellings of the error key`, () => {
    const plain = failureOf(status, wireErrorsOf([{ errorCode, message, fields: ['Amount'] }]));
    const inCollection = failureOf(status, wireErrorsOf([{ statusCode: errorCode, message, fields: ['Amount'] }]));

    assert.deepEqual([plain.code, inCollection.code], [code, code]);
    assert.deepEqual(plain.facts.fields, ['Amount']);
  });
}

test('HTML from a gateway and an answer cut in the middle are no crash', async () => {
  await assert.rejects(clientOver(scripted(() => answer(502, '<html>Bad Gateway</html>'))).client.query('x'), { code: 'CRM_BUSY' });
  await assert.rejects(clientOver(scripted(() => answer(200, '{"records":['))).client.query('x'), { code: 'CRM_ANSWER' });
  await assert.rejects(clientOver(scripted(() => answer(200, { unexpected: true }))).client.query('x'), { code: 'CRM_ANSWER' });
});

test('when the calls of the day are used up, nothing more is sent until later', async () => {
  const script = scripted(() => answer(403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }]));
  const { client, system } = clientOver(script);

  await assert.rejects(
    client.query('x'),
    (error: SyncError) => error.code === 'CRM_CALL_LIMIT' && error.facts.notBefore === system.now() + 15 * 60_000,
  );
  await assert.rejects(client.query('x'), { code: 'CRM_CALL_LIMIT' });

  assert.equal(script.sent.length, 1);
});

test('pages are followed to the end, and the use of the API is kept', async () => {
  const script = scripted((_, index) =>
    index === 0
      ? answer(200, page([{ Id: 'a' }], '/services/data/v66.0/query/next-1'), {
          'sforce-limit-info': 'api-usage=18/15000; api-bursts=1/2',
          date: 'Fri, 20 Nov 2026 10:00:00 GMT',
        })
      : answer(200, page([{ Id: 'b' }])),
  );
  const { client } = clientOver(script);

  const { records, serverTime } = await client.query('SELECT Id FROM Opportunity');

  assert.deepEqual(
    records.map((record) => record['Id']),
    ['a', 'b'],
  );
  assert.equal(serverTime, Date.parse('2026-11-20T10:00:00Z'));
  assert.match(script.sent[1]?.url ?? '', /\/services\/data\/v66\.0\/query\/next-1$/);
  assert.deepEqual(client.usage(), { used: 18, max: 15_000 });
  assert.equal(usageOf('per-app-api-usage'), null);
});

test('a query too long for a request line travels in a body', async () => {
  const script = scripted(() =>
    answer(200, { compositeResponse: [{ referenceId: 'query', httpStatusCode: 200, body: page([{ Id: 'a' }]) }] }),
  );

  await clientOver(script).client.query(`SELECT Id FROM Opportunity WHERE Name = '${'x'.repeat(20_000)}'`);

  assert.equal(script.sent[0]?.method, 'POST');
  assert.match(script.sent[0]?.url ?? '', /\/composite$/);
});

test('rows beyond two hundred go in further calls, and each row has its own result', async () => {
  const script = scripted((request) => {
    const { records } = JSON.parse(String(request.body)) as { records: { Key__c: string }[] };
    return answer(
      200,
      records.map((row) =>
        row.Key__c === 'k7'
          ? { success: false, errors: [{ statusCode: 'STRING_TOO_LONG', message: 'too long', fields: ['Cause__c'] }] }
          : { id: 'a00000000000001AAA', success: true, errors: [] },
      ),
    );
  });

  const results = await clientOver(script).client.upsert(
    'PC_Attention__c',
    'Key__c',
    Array.from({ length: 250 }, (_, index) => ({ Key__c: `k${index}` })),
  );

  assert.equal(script.sent.length, 2);
  assert.equal(results.length, 250);
  assert.deepEqual(
    results.flatMap((result, index) => (result.success ? [] : [[index, result.errors[0]?.code]])),
    [[7, 'STRING_TOO_LONG']],
  );
});

test('an object is described once; a failed description is asked again', async () => {
  const script = scripted((_, index) =>
    index === 0 ? answer(503, '') : answer(200, { keyPrefix: '006', fields: [], childRelationships: [] }),
  );
  const { client } = clientOver(script);

  await assert.rejects(client.describe('Opportunity'), { code: 'CRM_BUSY' });
  await client.describe('Opportunity');
  await client.describe('Opportunity');

  assert.equal(script.sent.length, 2);
});

test('values cannot break out of a query', () => {
  assert.equal(quote('O\'Neil \\ "x"\n'), "'O\\'Neil \\\\ \\\"x\\\"\\n'");
  assert.equal(startsWith('50%_off'), "'50\\%\\_off%'");
});

test('short ids get the suffix that carries their letter case', () => {
  assert.equal(longId('006Kj000001AbCd'), '006Kj000001AbCdIAK');
  assert.equal(longId('006Kj000001AbCdIAK'), '006Kj000001AbCdIAK');
});
