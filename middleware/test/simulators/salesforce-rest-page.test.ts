import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, newDeal, outsider, seller, testOrg, type Reply, type TestOrg } from './salesforce-org-fixture.ts';

interface Ui {
  readonly fields: { readonly [name: string]: { readonly value: unknown; readonly displayValue: string | null } };
  readonly id: string;
}
const ui = (reply: Reply): Ui => reply.body as Ui;

function withDeal(): { test: TestOrg; id: string } {
  const test = testOrg();
  const account = test.org.asUser(seller).insert('Account', { Name: 'Fabrikam' });
  return { test, id: newDeal(test, { AccountId: account, Amount: 1200, Help__c: 'Pricing' }) };
}

describe('UI API of the simulated org', () => {
  it('reads fields and optional fields with what a person sees', async () => {
    const { test, id } = withDeal();
    const path = `/ui-api/records/${id}?fields=Opportunity.Name,Opportunity.Amount,Opportunity.CloseDate&optionalFields=Opportunity.Account.Name,Opportunity.Nope__c,Opportunity.CampaignId`;
    const reply = await call(test, seller, 'GET', path);
    assert.equal(reply.status, 200);
    const { fields } = ui(reply);
    assert.deepEqual(fields['Name'], { value: 'Cold chain', displayValue: null });
    assert.deepEqual(fields['Amount'], { value: 1200, displayValue: '$1,200.00' });
    assert.deepEqual(fields['CloseDate'], { value: '2027-01-31', displayValue: '1/31/2027' });
    assert.equal(fields['Account']?.displayValue, 'Fabrikam');
    assert.equal('Nope__c' in fields, false);
    const refused = await call(test, seller, 'GET', `/ui-api/records/${id}?fields=Opportunity.Nope__c`);
    assert.deepEqual([refused.status, (refused.body as { errorCode: string }).errorCode], [400, 'INVALID_FIELD']);
  });

  it('saves, creates and deletes, and says which field is wrong', async () => {
    const { test, id } = withDeal();
    const saved = await call(test, seller, 'PATCH', `/ui-api/records/${id}`, { fields: { Amount: 5, Shared__c: true } });
    assert.deepEqual([saved.status, ui(saved).fields['Amount']?.value, ui(saved).fields['Shared__c']?.value], [200, 5, true]);
    const refused = await call(test, seller, 'PATCH', `/ui-api/records/${id}`, { fields: { Help__c: 'Money' } });
    assert.equal(refused.status, 400);
    const { errorCode, output } = refused.body as {
      errorCode: string;
      output: { fieldErrors: { [field: string]: { fieldLabel: string; message: string }[] } };
    };
    assert.equal(errorCode, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST');
    assert.equal(output.fieldErrors['Help__c']?.[0]?.fieldLabel, 'Help');
    const created = await call(test, seller, 'POST', '/ui-api/records', { apiName: 'Contact', fields: { LastName: 'Lind' } });
    assert.equal(created.status, 201);
    assert.equal((await call(test, seller, 'DELETE', `/ui-api/records/${ui(created).id}`)).status, 204);
    assert.equal((await call(test, outsider, 'GET', `/ui-api/records/${id}?fields=Opportunity.Name`)).status, 403);
    test.org.lockRow(id);
    assert.equal(
      ((await call(test, seller, 'PATCH', `/ui-api/records/${id}`, { fields: { Amount: 6 } })).body as { errorCode: string }).errorCode,
      'UNABLE_TO_LOCK_ROW',
    );
  });

  it('lists related records in the order asked', async () => {
    const { test, id } = withDeal();
    for (const key of ['b', 'a', 'c']) {
      test.org.insert('Deal_Solution__c', {
        Opportunity__c: id,
        Solution__c: test.org.insert('Solution__c', { Name: key, Key__c: key }),
        Quantity__c: key.charCodeAt(0),
      });
    }
    const reply = await call(test, seller, 'POST', `/ui-api/related-list-records/${id}/Deal_Solutions__r`, {
      fields: ['Deal_Solution__c.Solution_Key__c'],
      sortBy: ['-Deal_Solution__c.Quantity__c'],
      pageSize: 2,
    });
    const { count, records } = reply.body as { count: number; records: Ui[] };
    assert.deepEqual([count, records.map((one) => one.fields['Solution_Key__c']?.value)], [2, ['c', 'b']]);
    assert.equal((await call(test, seller, 'POST', `/ui-api/related-list-records/${id}/Nope__r`, {})).status, 404);
  });

  it('tells labels, rights and the picklist values of each record type', async () => {
    const { test } = withDeal();
    const info = (await call(test, seller, 'GET', '/ui-api/object-info/Opportunity')).body as {
      fields: { [name: string]: { label: string; dataType: string; updateable: boolean } };
      defaultRecordTypeId: string;
    };
    assert.deepEqual(
      [info.fields['StageName']?.label, info.fields['Amount']?.dataType, info.fields['IsClosed']?.updateable],
      ['Stage', 'Currency', false],
    );
    test.org.state.schema.putRecordType('Opportunity', {
      developerName: 'Co_Sell',
      label: 'Co-sell',
      active: true,
      picklists: { StageName: ['Prospecting'] },
    });
    const { body } = await call(
      test,
      seller,
      'GET',
      '/query?q=' + encodeURIComponent("SELECT Id FROM RecordType WHERE DeveloperName = 'Co_Sell'"),
    );
    const recordType = (body as { records: { Id: string }[] }).records[0]?.Id ?? '';
    const values = async (id: string, field: string): Promise<string[]> =>
      (
        (await call(test, seller, 'GET', `/ui-api/object-info/Opportunity/picklist-values/${id}/${field}`)).body as {
          values: { value: string }[];
        }
      ).values.map((one) => one.value);
    assert.deepEqual(await values(info.defaultRecordTypeId, 'Help__c'), ['Pricing', 'Proposal']);
    assert.deepEqual(await values(recordType, 'Help__c'), []);
    assert.deepEqual(await values(recordType, 'StageName'), ['Prospecting']);
    const all = (await call(test, seller, 'GET', `/ui-api/object-info/Opportunity/picklist-values/${recordType}`)).body as {
      picklistFieldValues: { [field: string]: unknown };
    };
    assert.ok('Help__c' in all.picklistFieldValues);
    const refused = await call(test, seller, 'POST', '/sobjects/Opportunity', {
      Name: 'x',
      StageName: 'Prospecting',
      CloseDate: '2027-01-01',
      RecordTypeId: recordType,
      Help__c: 'Pricing',
    });
    assert.equal((refused.body as { errorCode: string }[])[0]?.errorCode, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST');
  });
});

describe('GraphQL of the simulated org', () => {
  const ask = async (
    test: TestOrg,
    username: string,
    text: string,
    variables: object = {},
  ): Promise<{ data: unknown; errors: { message: string }[] }> => {
    const reply = await call(test, username, 'POST', '/graphql', { query: text, variables });
    assert.equal(reply.status, 200);
    const { data, errors } = reply.body as { data: { uiapi?: { query: unknown } }; errors: { message: string }[] };
    return { data: data.uiapi?.query, errors };
  };

  it('walks objects, parents and children', async () => {
    const { test, id } = withDeal();
    test.org.insert('Deal_Solution__c', {
      Opportunity__c: id,
      Solution__c: test.org.insert('Solution__c', { Name: 'Data', Key__c: 'S-1' }),
    });
    const { data, errors } = await ask(
      test,
      seller,
      `query Deal($id: ID) { uiapi { query { Opportunity(where: { Id: { eq: $id } }, first: 1) { edges { node {
        Id  Stage: StageName { value label }  Amount { value displayValue }  Account { Name { value } }  Nope__c @optional { value }
        Deal_Solutions__r(first: 5) { edges { node { Solution_Key__c { value } } } } } } totalCount pageInfo { hasNextPage } } } } }`,
      { id },
    );
    assert.deepEqual(errors, []);
    assert.deepEqual(data, {
      Opportunity: {
        edges: [
          {
            node: {
              Id: id,
              Stage: { value: 'Qualification', label: 'Qualification' },
              Amount: { value: 1200, displayValue: '$1,200.00' },
              Account: { Name: { value: 'Fabrikam' } },
              Deal_Solutions__r: { edges: [{ node: { Solution_Key__c: { value: 'S-1' } } }] },
            },
          },
        ],
        totalCount: 1,
        pageInfo: { hasNextPage: false },
      },
    });
  });

  it('filters, orders and pages', async () => {
    const { test } = withDeal();
    for (const [index, Name] of ['a', 'b', 'c'].entries()) newDeal(test, { Name, Amount: index });
    const text = `query($after: String) { uiapi { query { Opportunity(first: 2, after: $after,
      where: { or: [{ Name: { in: ["a", "b"] } }, { and: [{ Amount: { gte: 2 } }, { Account: { Name: { eq: null } } }] }] },
      orderBy: { Amount: { order: DESC, nulls: LAST } }) { edges { node { Name { value } } } pageInfo { endCursor hasNextPage } } } } }`;
    interface Page {
      Opportunity: { edges: { node: { Name: { value: string } } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    }
    const first = ((await ask(test, seller, text)).data as Page).Opportunity;
    const second = ((await ask(test, seller, text, { after: first.pageInfo.endCursor })).data as Page).Opportunity;
    assert.deepEqual(
      [first, second].map((page) => page.edges.map((edge) => edge.node.Name.value)),
      [['c', 'b'], ['a']],
    );
    assert.deepEqual([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage], [true, false]);
  });

  it('says what it can not show', async () => {
    const { test } = withDeal();
    const errorOf = async (text: string): Promise<string> => (await ask(test, outsider, text)).errors[0]?.message ?? '';
    test.org.share(test.org.state.rows('Opportunity')[0]?.['Id'] as string, outsider, 'read');
    assert.match(await errorOf('{ uiapi { query { Opportunity { edges { node { Shared__c { value } } } } } } }'), /Shared__c/);
    assert.match(await errorOf('{ uiapi { query { Nothing { edges { node { Id } } } } } }'), /Nothing/);
    assert.match(await errorOf('{ uiapi { query '), /Syntax Error/);
    assert.match(await errorOf('mutation { uiapi { x } }'), /queries only/);
  });
});
