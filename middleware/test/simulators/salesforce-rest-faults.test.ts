import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, errorCode, newDeal, seller, testOrg } from './salesforce-org-fixture.ts';
import { serve } from '../../simulators/wire.ts';

const body = { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2027-01-31' };

describe('faults and limits of the simulated org', () => {
  it('counts charged calls and stops at the daily limit', async () => {
    const test = testOrg();
    test.org.setDailyLimit(12, 10);
    const first = await call(test, seller, 'GET', '/sobjects');
    assert.equal(first.headers['sforce-limit-info'], 'api-usage=11/12');
    assert.equal(first.headers['date'], 'Fri, 20 Nov 2026 10:00:00 GMT');
    assert.equal((await call(test, seller, 'GET', '')).headers['sforce-limit-info'], undefined);
    await call(test, seller, 'GET', '/sobjects');
    const refused = await call(test, seller, 'GET', '/sobjects');
    assert.deepEqual([refused.status, errorCode(refused)], [403, 'REQUEST_LIMIT_EXCEEDED']);
    assert.deepEqual(
      test.org.journal.entries.map((entry) => [entry.path, entry.status, entry.calls]),
      [
        ['/services/data/v66.0/sobjects', 200, 1],
        ['/services/data/v66.0', 200, 0],
        ['/services/data/v66.0/sobjects', 200, 1],
        ['/services/data/v66.0/sobjects', 403, 0],
      ],
    );
  });

  it('refuses as ordered, once, then works again', async () => {
    const test = testOrg();
    test.org.failNext({ method: 'POST', match: '/sobjects/', kind: { refuse: { status: 401, errorCode: 'INVALID_SESSION_ID' } } });
    assert.equal((await call(test, seller, 'GET', '/sobjects/Account')).status, 200);
    const refused = await call(test, seller, 'POST', '/sobjects/Opportunity', body);
    assert.deepEqual([refused.status, errorCode(refused)], [401, 'INVALID_SESSION_ID']);
    assert.equal((await call(test, seller, 'POST', '/sobjects/Opportunity', body)).status, 201);
  });

  it('cuts before the write, and after it', async () => {
    const test = testOrg();
    test.org.failNext({ kind: { cut: true } });
    await assert.rejects(call(test, seller, 'POST', '/sobjects/Opportunity', body));
    assert.equal(test.org.state.rows('Opportunity').length, 0);
    test.org.failNext({ kind: { afterwards: 'cut' } });
    await assert.rejects(call(test, seller, 'POST', '/sobjects/Opportunity', body));
    assert.equal(test.org.state.rows('Opportunity').length, 1);
    test.org.failNext({ kind: { afterwards: 'truncate' } });
    await assert.rejects(call(test, seller, 'GET', '/sobjects'), SyntaxError);
  });

  it('answers what it can not do with a reason, never with silence', async () => {
    const test = testOrg();
    newDeal(test, { State__c: 'x' });
    test.org.state.schema.removeField('Opportunity', 'State__c');
    const broken = await call(test, 'admin@cosell.test', 'GET', `/query?q=${encodeURIComponent('SELECT Mark__c FROM Opportunity')}`);
    assert.deepEqual([broken.status, errorCode(broken)], [500, 'UNKNOWN_EXCEPTION']);
    assert.match((broken.body as { message: string }[])[0]?.message ?? '', /State__c does not exist/);
    assert.equal((await call(test, seller, 'GET', '/sobjects/Opportunity/%E0%A4%A')).status, 404);
  });

  it('shows a maintenance page in place of JSON', async () => {
    const test = testOrg();
    test.org.failNext({ kind: { html: { status: 503 } } });
    await assert.rejects(call(test, seller, 'GET', '/sobjects'), SyntaxError);
    assert.equal(test.org.journal.entries.at(-1)?.status, 503);
  });

  it('takes orders over HTTP and collapses the double slash of the command line', async () => {
    const test = testOrg();
    const served = await serve(test.org.service);
    try {
      const control = (action: string, order: unknown): Promise<Response> =>
        fetch(`${served.origin}/__control/${action}`, { method: 'POST', body: JSON.stringify(order) });
      const { accessToken } = (await (await control('login', { username: seller })).json()) as { accessToken: string };
      const inserted = (await (await control('insert', { as: seller, object: 'Opportunity', values: body })).json()) as { id: string };
      await control('fail', { match: 'limits', kind: { refuse: { status: 500, errorCode: 'UNKNOWN_EXCEPTION' } } });
      const get = (path: string): Promise<Response> =>
        fetch(`${served.origin}${path}`, { headers: { authorization: `Bearer ${accessToken}` } });
      assert.equal((await get('//services/data/v66.0/limits')).status, 500);
      assert.equal((await get('//services/data/v66.0/limits/')).status, 200);
      assert.equal((await get(`/services/data/v66.0/sobjects/Opportunity/${inserted.id}`)).status, 200);
      const refused = await control('update', { as: seller, id: inserted.id, values: { Help__c: 'Money' } });
      assert.deepEqual(
        [refused.status, ((await refused.json()) as { errorCode: string }).errorCode],
        [400, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
      );
      assert.equal((await control('fail', { kind: {} })).status, 400);
    } finally {
      await served.close();
    }
  });
});
