/** Records that are, or should be, one: duplicate rules, merging, cloning; and notes, which hang on several. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { admin, call, errorCode, newDeal, outsider, seller, testOrg, type TestOrg } from './salesforce-org-fixture.ts';

const account = (test: TestOrg, Name: string): string => test.org.asUser(seller).insert('Account', { Name });
const allowed = { 'sforce-duplicate-rule-header': 'allowSave=true; includeRecordDetails=false' };

describe('duplicate rules', () => {
  it('refuse with what they found, and let an alert pass for who has seen it', async () => {
    const test = testOrg();
    const there = account(test, 'Fabrikam, Inc.');
    test.org.addDuplicateRule({ object: 'Account', name: 'Same_Name', fields: ['Name'], action: 'alert' });
    const refused = await call(test, seller, 'POST', '/sobjects/Account', { Name: 'fabrikam inc' });
    assert.deepEqual([refused.status, errorCode(refused)], [400, 'DUPLICATES_DETECTED']);
    const [{ duplicateResut: found }] = refused.body as [
      { duplicateResut: { allowSave: boolean; matchResults: { matchRecords: { record: { Id: string } }[] }[] } },
    ];
    assert.equal(found.allowSave, true);
    assert.deepEqual(
      found.matchResults.flatMap((one) => one.matchRecords.map(({ record }) => record.Id)),
      [there],
    );
    assert.equal((await call(test, seller, 'POST', '/sobjects/Account', { Name: 'fabrikam inc' }, allowed)).status, 201);
    assert.equal(test.org.reportedDuplicates.length, 1);
  });

  it('in a composite call the header belongs to the part it stands on', async () => {
    const test = testOrg();
    account(test, 'Fabrikam');
    test.org.addDuplicateRule({ object: 'Account', name: 'Same_Name', fields: ['Name'], action: 'alert' });
    const part = (referenceId: string, httpHeaders: object): object => ({
      method: 'POST',
      url: '/services/data/v66.0/sobjects/Account',
      referenceId,
      body: { Name: 'Fabrikam' },
      httpHeaders,
    });
    const answer = await call(test, seller, 'POST', '/composite', {
      compositeRequest: [part('seen', { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' }), part('unseen', {})],
    });
    const { compositeResponse } = answer.body as { compositeResponse: { httpStatusCode: number }[] };
    assert.deepEqual(
      compositeResponse.map((one) => one.httpStatusCode),
      [201, 400],
    );
  });

  it('block for everyone, leave other changes of a record alone, and match nothing on a blank', async () => {
    const test = testOrg();
    const there = account(test, 'Fabrikam');
    test.org.addDuplicateRule({ object: 'Account', name: 'One_Each', fields: ['Name', 'Website'], action: 'block' });
    assert.equal((await call(test, seller, 'POST', '/sobjects/Account', { Name: 'Fabrikam' })).status, 201, 'no website on either');
    test.org.update(there, { Website: 'fabrikam.example' });
    const twin = { Name: 'Fabrikam', Website: 'fabrikam.example' };
    const refused = await call(test, seller, 'POST', '/sobjects/Account', twin, allowed);
    assert.equal((refused.body as { duplicateResut: { allowSave: boolean } }[])[0]?.duplicateResut.allowSave, false);
    assert.throws(() => test.org.asUser(seller).insert('Account', twin), /Use one of these records/);
    assert.equal((await call(test, seller, 'PATCH', `/sobjects/Account/${there}`, { Phone: '1' })).status, 204);
  });
});

describe('merging', () => {
  it('moves what hung on the losers, keeps them in the bin with their master, and answers as deleted', async () => {
    const test = testOrg();
    const [master, loser] = [account(test, 'Stays'), account(test, 'Goes')];
    const deal = newDeal(test);
    test.org.update(deal, { AccountId: loser });
    const contact = test.org.asUser(seller).insert('Contact', { LastName: 'Muster', AccountId: loser });
    const stamp = test.org.get(deal)?.['LastModifiedDate'];
    test.clock.now += 5_000;
    test.org.asUser(admin).merge(master, loser);
    assert.deepEqual([test.org.get(deal)?.['AccountId'], test.org.get(contact)?.['AccountId']], [master, master]);
    assert.equal(test.org.get(deal)?.['LastModifiedDate'], stamp, 'nobody edited the deal');
    assert.equal(test.org.get(loser)?.['MasterRecordId'], master);
    const gone = await call(test, seller, 'GET', `/sobjects/Account/${loser}`);
    assert.deepEqual([gone.status, errorCode(gone)], [404, 'ENTITY_IS_DELETED']);
  });

  it('takes one kind of record, a master and one or two others', () => {
    const test = testOrg();
    const [one, two] = [account(test, 'One'), account(test, 'Two')];
    const contact = test.org.insert('Contact', { LastName: 'Muster' });
    const as = test.org.asUser(admin);
    assert.throws(() => as.merge(one), /one or two other records/);
    assert.throws(() => as.merge(one, one), /one or two other records/);
    assert.throws(() => as.merge(one, contact), /one kind/);
    assert.throws(() => as.merge(newDeal(test)), /can't be merged/);
    as.merge(one, two);
    assert.throws(() => as.merge(one, two), /deleted/);
  });
});

describe('cloning', () => {
  it('copies what the user may fill and says so to formulas', () => {
    const test = testOrg();
    const deal = newDeal(test);
    test.org.update(deal, { Amount: 5, Help__c: 'Pricing' });
    test.org.state.schema.putValidationRule('Opportunity', {
      name: 'No_Clones',
      active: true,
      formula: 'ISCLONE() && Amount > 10',
      message: 'No clones of this size.',
    });
    const copy = test.org.asUser(seller).clone(deal, { Name: 'Copy' });
    assert.deepEqual(
      ['Name', 'Amount', 'Help__c'].map((name) => test.org.get(copy)?.[name]),
      ['Copy', 5, 'Pricing'],
    );
    assert.throws(() => test.org.asUser(seller).clone(deal, { Amount: 11 }), /No clones of this size/);
    test.org.update(copy, { Amount: 11 });
  });
});

describe('enhanced notes', () => {
  const base64 = (html: string): string => Buffer.from(html, 'utf8').toString('base64');

  it('give their HTML to who sees the deal, without line ends, and nothing to others', async () => {
    const test = testOrg();
    const deal = newDeal(test);
    const as = test.org.asUser(seller);
    const note = as.insert('ContentNote', { Title: 'Plan', Content: base64('<p>One</p>\n<p>Two</p>') });
    as.insert('ContentDocumentLink', { ContentDocumentId: note, LinkedEntityId: deal, ShareType: 'V' });
    const path = `/services/data/v66.0/sobjects/ContentNote/${note}/Content`;
    const get = (username: string) =>
      test.org.service({ method: 'GET', url: path, headers: { authorization: `Bearer ${test.token(username)}` }, body: new Uint8Array() });
    const read = await get(seller);
    assert.deepEqual([read.status, read.body], [200, '<p>One</p><p>Two</p>']);
    assert.equal((await get(outsider)).status, 404);
    const links = await call(
      test,
      seller,
      'GET',
      `/query?q=${encodeURIComponent(`SELECT ContentDocumentId, ContentDocument.Title FROM ContentDocumentLink WHERE LinkedEntityId = '${deal}' AND ContentDocument.FileType = 'SNOTE'`)}`,
    );
    assert.equal((links.body as { totalSize: number }).totalSize, 1);
  });
});
