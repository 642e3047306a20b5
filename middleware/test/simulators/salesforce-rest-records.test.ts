import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { admin, call, errorCode, newDeal, outsider, rows, seller, service, start, testOrg } from './salesforce-org-fixture.ts';

describe('single records over REST', () => {
  it('creates, reads, changes and deletes', async () => {
    const test = testOrg();
    const created = await call(test, seller, 'POST', '/sobjects/Opportunity', {
      Name: 'Deal',
      stagename: 'Prospecting',
      CloseDate: '2027-01-31',
    });
    assert.equal(created.status, 201);
    const { id, success, errors } = created.body as { id: string; success: boolean; errors: unknown[] };
    assert.deepEqual([success, errors], [true, []]);
    const read = await call(test, seller, 'GET', `/sobjects/Opportunity/${id}?fields=Name,Amount`);
    assert.deepEqual(read.body, {
      attributes: { type: 'Opportunity', url: `/services/data/v66.0/sobjects/Opportunity/${id}` },
      Name: 'Deal',
      Amount: null,
      Id: id,
    });
    assert.equal(read.headers['last-modified'], new Date(start).toUTCString());
    const changed = await call(test, seller, 'PATCH', `/sobjects/Opportunity/${id.slice(0, 15)}`, { Amount: 12.5 });
    assert.deepEqual([changed.status, changed.body], [204, null]);
    assert.equal((await call(test, seller, 'DELETE', `/sobjects/Opportunity/${id}`)).status, 204);
    const gone = await call(test, seller, 'GET', `/sobjects/Opportunity/${id}`);
    assert.deepEqual([gone.status, errorCode(gone)], [404, 'ENTITY_IS_DELETED']);
  });

  it('says which field a refusal is about', async () => {
    const test = testOrg();
    const id = newDeal(test);
    const refused = await call(test, seller, 'PATCH', `/sobjects/Opportunity/${id}`, { Help__c: 'Money' });
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.body, [
      {
        message: 'Help: bad value for restricted picklist field: Money',
        errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
        fields: ['Help__c'],
      },
    ]);
    assert.equal(errorCode(await call(test, seller, 'PATCH', `/sobjects/Opportunity/${id}`, { Nope__c: 1 })), 'INVALID_FIELD');
    assert.equal(
      errorCode(await call(test, seller, 'PATCH', `/sobjects/Opportunity/${id}`, { Mark__c: 'x' })),
      'INVALID_FIELD_FOR_INSERT_UPDATE',
    );
    assert.equal(
      errorCode(await call(test, seller, 'PATCH', `/sobjects/Opportunity/006000000000000AAA`, { Amount: 1 })),
      'INVALID_CROSS_REFERENCE_KEY',
    );
    assert.equal(errorCode(await call(test, seller, 'GET', `/sobjects/Nothing__c/x`)), 'NOT_FOUND');
  });

  it('changes a record only when nobody changed it since', async () => {
    const test = testOrg();
    const id = newDeal(test);
    const at = (ms: number): { 'if-unmodified-since': string } => ({ 'if-unmodified-since': new Date(ms).toUTCString() });
    assert.equal((await call(test, seller, 'PATCH', `/sobjects/Opportunity/${id}`, { Amount: 1 }, at(start))).status, 204);
    test.clock.now += 5000;
    test.org.update(id, { Amount: 2 });
    const refused = await call(test, seller, 'PATCH', `/sobjects/Opportunity/${id}`, { Amount: 3 }, at(start + 4000));
    assert.deepEqual([refused.status, errorCode(refused)], [412, 'ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE_CHECK']);
    assert.equal(
      (await call(test, seller, 'PATCH', `/sobjects/Opportunity/${id}`, { Amount: 3 }, { 'if-unmodified-since': 'yesterday' })).status,
      400,
    );
    assert.equal(test.org.get(id)?.['Amount'], 2);
  });

  it('upserts by external id: new, there, and twice there', async () => {
    const test = testOrg();
    const body = { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2027-01-31' };
    const first = await call(test, seller, 'PATCH', '/sobjects/Opportunity/Referral__c/ref%2F1', body);
    assert.equal(first.status, 201);
    const again = await call(test, seller, 'PATCH', '/sobjects/Opportunity/Referral__c/REF%2F1', { Name: 'Renamed' });
    assert.equal(again.status, 200);
    assert.deepEqual({ ...(first.body as object), created: false }, again.body);
    const inside = await call(test, seller, 'PATCH', '/sobjects/Opportunity/Referral__c/x', { ...body, Referral__c: 'x' });
    assert.equal(errorCode(inside), 'INVALID_FIELD');
    assert.equal(errorCode(await call(test, seller, 'PATCH', '/sobjects/Opportunity/Name/x', body)), 'NOT_FOUND');
    test.org.state.schema.putField('Account', { name: 'Crm__c', label: 'Crm', type: 'Text', length: 20, custom: true, externalId: true });
    for (const Name of ['One', 'Two']) test.org.insert('Account', { Name, Crm__c: 'dup' });
    const several = await call(test, admin, 'PATCH', '/sobjects/Account/Crm__c/dup', { Name: 'x' });
    assert.equal(several.status, 300);
    assert.equal((several.body as string[]).length, 2);
  });

  it('tells changed and deleted ids of a span', async () => {
    const test = testOrg();
    const [kept, dropped] = [newDeal(test), newDeal(test)];
    test.clock.now += 120_000;
    test.org.delete(dropped);
    test.clock.now += 60_000;
    const span = `start=${encodeURIComponent(new Date(start).toISOString())}&end=${encodeURIComponent(new Date(test.clock.now).toISOString())}`;
    const updated = await call(test, admin, 'GET', `/sobjects/Opportunity/updated?${span}`);
    assert.deepEqual(updated.body, { ids: [kept], latestDateCovered: '2026-11-20T10:03:00.000+0000' });
    const deleted = await call(test, admin, 'GET', `/sobjects/Opportunity/deleted?${span}`);
    assert.deepEqual((deleted.body as { deletedRecords: unknown }).deletedRecords, [
      { id: dropped, deletedDate: '2026-11-20T10:02:00.000+0000' },
    ]);
    assert.equal((await call(test, admin, 'GET', '/sobjects/Opportunity/updated?start=x&end=y')).status, 400);
  });

  it('answers a published event with its UUID', async () => {
    const test = testOrg();
    const seen: string[] = [];
    test.org.state.onCommit((events) => void seen.push(...events.map((event) => event.uuid)));
    const reply = await call(test, service, 'POST', '/sobjects/Changed__e', { Record_Id__c: '006000000000001' });
    assert.equal(reply.status, 201);
    const { success, errors } = reply.body as { success: boolean; errors: { statusCode: string; message: string }[] };
    assert.deepEqual([success, errors], [true, [{ statusCode: 'OPERATION_ENQUEUED', message: seen[0], fields: [] }]]);
    assert.equal((await call(test, seller, 'POST', '/sobjects/Changed__e', { Record_Id__c: 'x' })).status, 404);
  });

  it('sends a custom notification to its recipients', async () => {
    const test = testOrg();
    test.org.state.schema.putNotificationType({ name: 'New_Deal', label: 'New deal', desktop: true, mobile: true });
    const [type] = await rows(test, service, "SELECT Id FROM CustomNotificationType WHERE DeveloperName = 'New_Deal'");
    const input = {
      customNotifTypeId: (type as { Id: string }).Id,
      recipientIds: [test.org.userId(seller)],
      title: 'New',
      body: 'A deal came in.',
      targetId: newDeal(test),
    };
    const sent = await call(test, service, 'POST', '/actions/standard/customNotificationAction', { inputs: [input] });
    assert.equal(sent.status, 200);
    assert.deepEqual(
      test.org.notifications.map((one) => [one.type, one.title, one.recipientIds]),
      [['New_Deal', 'New', [test.org.userId(seller)]]],
    );
    const refused = await call(test, service, 'POST', '/actions/standard/customNotificationAction', {
      inputs: [{ ...input, recipientIds: [] }],
    });
    assert.equal(refused.status, 400);
  });
});

describe('what a user may see and change over REST', () => {
  it('hides fields a permission set does not give', async () => {
    const test = testOrg();
    const id = newDeal(test);
    test.org.share(id, outsider, 'edit');
    assert.equal(errorCode(await call(test, outsider, 'GET', `/sobjects/Opportunity/${id}?fields=Shared__c`)), 'INVALID_FIELD');
    assert.equal(errorCode(await call(test, outsider, 'PATCH', `/sobjects/Opportunity/${id}`, { Shared__c: true })), 'INVALID_FIELD');
    assert.equal(
      errorCode(await call(test, service, 'GET', `/query?q=${encodeURIComponent('SELECT NextStep FROM Opportunity')}`)),
      'INVALID_FIELD',
    );
    test.org.unassign(service, 'Service');
    assert.equal(
      errorCode(await call(test, service, 'GET', `/query?q=${encodeURIComponent('SELECT Id FROM Opportunity')}`)),
      'INVALID_TYPE',
    );
    const described = await call(test, seller, 'GET', '/sobjects/Opportunity/describe');
    const names = (described.body as { fields: { name: string; updateable: boolean }[] }).fields;
    assert.equal(names.find((field) => field.name === 'Shared__c')?.updateable, true);
    assert.equal(names.find((field) => field.name === 'Mark__c')?.updateable, false);
  });

  it('keeps deals private to their owner unless shared', async () => {
    const test = testOrg();
    const id = newDeal(test);
    assert.deepEqual(await rows(test, outsider, 'SELECT Id FROM Opportunity'), []);
    assert.equal((await call(test, outsider, 'GET', `/sobjects/Opportunity/${id}`)).status, 404);
    test.org.share(id, outsider, 'read');
    assert.equal((await call(test, outsider, 'GET', `/sobjects/Opportunity/${id}?fields=Name`)).status, 200);
    const refused = await call(test, outsider, 'PATCH', `/sobjects/Opportunity/${id}`, { Amount: 1 });
    assert.deepEqual([refused.status, errorCode(refused)], [403, 'INSUFFICIENT_ACCESS_OR_READONLY']);
    const soql = `SELECT RecordId, HasReadAccess, HasEditAccess FROM UserRecordAccess WHERE UserId = '${test.org.userId(outsider)}' AND RecordId = '${id}'`;
    assert.deepEqual(await rows(test, seller, soql), [{ RecordId: id, HasReadAccess: true, HasEditAccess: false }]);
  });

  it('lets a child be made only by who may edit its master', async () => {
    const test = testOrg();
    const id = newDeal(test);
    const solution = test.org.insert('Solution__c', { Name: 'Data', Key__c: 'S-1' });
    test.org.assign(outsider, 'Seller');
    test.org.share(id, outsider, 'read');
    const body = { Opportunity__c: id, Solution__r: { Key__c: 'S-1' }, Quantity__c: 2 };
    const refused = await call(test, outsider, 'POST', '/sobjects/Deal_Solution__c', body);
    assert.equal(errorCode(refused), 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY');
    assert.equal((await call(test, seller, 'POST', '/sobjects/Deal_Solution__c', body)).status, 201);
    assert.deepEqual(await rows(test, seller, 'SELECT Name, Solution__c, Solution_Key__c FROM Deal_Solution__c'), [
      { Name: 'DS-000001', Solution__c: solution, Solution_Key__c: 'S-1' },
    ]);
    assert.deepEqual((await rows(test, outsider, 'SELECT Name FROM Deal_Solution__c')).length, 1);
  });
});
