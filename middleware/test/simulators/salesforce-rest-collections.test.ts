import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, errorCode, newDeal, seller, service, start, testOrg } from './salesforce-org-fixture.ts';

interface RowResult {
  readonly id?: string;
  readonly success: boolean;
  readonly created?: boolean;
  readonly errors: readonly { readonly statusCode: string; readonly fields: readonly string[] }[];
}
const row = (Referral__c: string, more: object = {}): object => ({
  attributes: { type: 'Opportunity' },
  Referral__c,
  Name: Referral__c,
  StageName: 'Prospecting',
  CloseDate: '2027-01-31',
  ...more,
});
const codes = (body: unknown): (string | null)[] => (body as RowResult[]).map((one) => one.errors[0]?.statusCode ?? null);

describe('collections', () => {
  it('upserts rows one by one and tells each result in order', async () => {
    const test = testOrg();
    newDeal(test, { Referral__c: 'b' });
    const reply = await call(test, seller, 'PATCH', '/composite/sobjects/Opportunity/Referral__c', {
      allOrNone: false,
      records: [row('a'), row('b'), row('c', { Help__c: 'Money' }), row('d'), row('D')],
    });
    assert.equal(reply.status, 200);
    assert.deepEqual(
      (reply.body as RowResult[]).map((one) => [one.success, one.created]),
      [
        [true, true],
        [true, false],
        [false, undefined],
        [false, undefined],
        [false, undefined],
      ],
    );
    assert.deepEqual(codes(reply.body), [null, null, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'DUPLICATE_VALUE', 'DUPLICATE_VALUE']);
  });

  it('undoes all with allOrNone', async () => {
    const test = testOrg();
    const reply = await call(test, seller, 'POST', '/composite/sobjects', {
      allOrNone: true,
      records: [row('a'), row('b', { Amount: 'much' })],
    });
    assert.deepEqual(codes(reply.body), ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'JSON_PARSER_ERROR']);
    assert.equal(test.org.state.rows('Opportunity').length, 0);
  });

  it('holds the locked row of a collection only', async () => {
    const test = testOrg();
    const ids = [newDeal(test), newDeal(test), newDeal(test)];
    test.org.lockRow(ids[1] ?? '');
    const records = ids.map((id) => ({ attributes: { type: 'Opportunity' }, id, Amount: 7 }));
    assert.deepEqual(codes((await call(test, seller, 'PATCH', '/composite/sobjects', { records })).body), [
      null,
      'UNABLE_TO_LOCK_ROW',
      null,
    ]);
    assert.deepEqual(codes((await call(test, seller, 'PATCH', '/composite/sobjects', { records })).body), [null, null, null]);
  });

  it('reads by id in the order asked, null for what can not be seen', async () => {
    const test = testOrg();
    const [one, two] = [newDeal(test, { Name: 'one' }), newDeal(test, { Name: 'two' })];
    test.org.delete(one);
    const read = await call(test, seller, 'POST', '/composite/sobjects/Opportunity', {
      ids: [two, one, '006000000000000AAA'],
      fields: ['Name'],
    });
    assert.deepEqual(
      (read.body as ({ Name: string } | null)[]).map((record) => record?.Name ?? null),
      ['two', null, null],
    );
    assert.equal(
      errorCode(await call(test, seller, 'POST', '/composite/sobjects/Opportunity', { ids: [two], fields: ['Nope__c'] })),
      'INVALID_FIELD',
    );
    const many = await call(test, seller, 'POST', '/composite/sobjects/Opportunity', {
      ids: Array.from({ length: 2001 }, () => two),
      fields: ['Name'],
    });
    assert.equal(errorCode(many), 'EXCEEDED_ID_LIMIT');
  });

  it('takes 200 rows and no more', async () => {
    const test = testOrg();
    const records = Array.from({ length: 201 }, (_, index) => row(`r${index}`));
    assert.equal(errorCode(await call(test, seller, 'POST', '/composite/sobjects', { records })), 'EXCEEDED_ID_LIMIT');
    const reply = await call(test, seller, 'POST', '/composite/sobjects', { records: records.slice(1) });
    const ids = (reply.body as RowResult[]).map((one) => one.id ?? '');
    assert.equal(new Set(ids).size, 200);
    const deleted = await call(test, seller, 'DELETE', `/composite/sobjects?ids=${ids.join(',')}&allOrNone=true`);
    assert.equal(
      (deleted.body as RowResult[]).every((one) => one.success),
      true,
    );
  });
});

interface Part {
  readonly httpStatusCode: number;
  readonly referenceId: string;
  readonly body: unknown;
}
const parts = (body: unknown): readonly Part[] => (body as { compositeResponse: Part[] }).compositeResponse;

describe('composite and graph', () => {
  it('hands results on by reference and takes conditions per part, in one call', async () => {
    const test = testOrg();
    const deal = newDeal(test);
    test.org.journal.clear();
    const reply = await call(test, service, 'POST', '/composite', {
      compositeRequest: [
        { method: 'POST', url: '/services/data/v66.0/sobjects/Account', referenceId: 'account', body: { Name: 'Fabrikam' } },
        {
          method: 'PATCH',
          url: `/services/data/v66.0/sobjects/Opportunity/${deal}`,
          referenceId: 'late',
          httpHeaders: { 'If-Unmodified-Since': new Date(start - 1000).toUTCString() },
          body: { Amount: 1 },
        },
        {
          method: 'PATCH',
          url: `/services/data/v66.0/sobjects/Opportunity/${deal}`,
          referenceId: 'fresh',
          httpHeaders: { 'If-Unmodified-Since': new Date(start).toUTCString() },
          body: { AccountId: '@{account.id}' },
        },
        {
          method: 'GET',
          url: `/services/data/v66.0/query?q=${encodeURIComponent('SELECT Id, Account.Name FROM Opportunity')}`,
          referenceId: 'read',
        },
        { method: 'GET', url: '/services/data/v66.0/sobjects/Opportunity/@{read.records[0].Id}?fields=Name', referenceId: 'again' },
        { method: 'GET', url: '/services/data/v66.0/sobjects/Opportunity/@{late.id}', referenceId: 'broken' },
      ],
    });
    assert.equal(reply.status, 200);
    assert.deepEqual(
      parts(reply.body).map((part) => part.httpStatusCode),
      [201, 412, 204, 200, 200, 400],
    );
    assert.equal((parts(reply.body)[3]?.body as { records: { Account: { Name: string } }[] }).records[0]?.Account.Name, 'Fabrikam');
    assert.equal(test.org.journal.charged(), 1);
  });

  it('undoes everything when one part fails and all were wanted', async () => {
    const test = testOrg();
    const reply = await call(test, seller, 'POST', '/composite', {
      allOrNone: true,
      compositeRequest: [
        { method: 'POST', url: '/services/data/v66.0/sobjects/Account', referenceId: 'a', body: { Name: 'Fabrikam' } },
        { method: 'POST', url: '/services/data/v66.0/sobjects/Contact', referenceId: 'b', body: { AccountId: '@{a.id}' } },
        { method: 'POST', url: '/services/data/v66.0/sobjects/Account', referenceId: 'c', body: { Name: 'Other' } },
      ],
    });
    assert.deepEqual(
      parts(reply.body).map((part) => (part.body as { errorCode: string }[])[0]?.errorCode),
      ['PROCESSING_HALTED', 'REQUIRED_FIELD_MISSING', 'PROCESSING_HALTED'],
    );
    assert.equal(test.org.state.rows('Account').length, 0);
  });

  it('makes a graph all or nothing, each graph by itself', async () => {
    const test = testOrg();
    const graph = (graphId: string, lastName: string | null): object => ({
      graphId,
      compositeRequest: [
        { method: 'POST', url: '/services/data/v66.0/sobjects/Account', referenceId: 'account', body: { Name: graphId } },
        {
          method: 'POST',
          url: '/services/data/v66.0/sobjects/Contact',
          referenceId: 'contact',
          body: { LastName: lastName, AccountId: '@{account.id}' },
        },
        {
          method: 'PATCH',
          url: `/services/data/v66.0/sobjects/Opportunity/Referral__c/${graphId}`,
          referenceId: 'deal',
          body: { Name: graphId, StageName: 'Prospecting', CloseDate: '2027-01-31', AccountId: '@{account.id}' },
        },
      ],
    });
    const reply = await call(test, seller, 'POST', '/composite/graph', { graphs: [graph('good', 'Lind'), graph('bad', null)] });
    const graphs = (reply.body as { graphs: { graphId: string; isSuccessful: boolean; graphResponse: { compositeResponse: Part[] } }[] })
      .graphs;
    assert.deepEqual(
      graphs.map((one) => [one.graphId, one.isSuccessful]),
      [
        ['good', true],
        ['bad', false],
      ],
    );
    assert.deepEqual(
      graphs[1]?.graphResponse.compositeResponse.map((part) => part.httpStatusCode),
      [400, 400, 400],
    );
    assert.deepEqual(
      test.org.state.rows('Account').map((one) => one['Name']),
      ['good'],
    );
    assert.equal(test.org.state.rows('Opportunity').length, 1);
  });

  it('keeps to the limits of composite', async () => {
    const test = testOrg();
    const many = Array.from({ length: 26 }, (_, index) => ({
      method: 'GET',
      url: '/services/data/v66.0/limits',
      referenceId: `r${index}`,
    }));
    assert.equal(errorCode(await call(test, seller, 'POST', '/composite', { compositeRequest: many })), 'LIMIT_EXCEEDED');
    const queries = Array.from({ length: 6 }, (_, index) => ({
      method: 'GET',
      url: '/services/data/v66.0/query?q=x',
      referenceId: `r${index}`,
    }));
    assert.equal(errorCode(await call(test, seller, 'POST', '/composite', { compositeRequest: queries })), 'LIMIT_EXCEEDED');
  });
});
