import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RowError } from '../../simulators/salesforce/org-errors.ts';
import type { PublishedEvent } from '../../simulators/salesforce/schema-model.ts';
import { newDeal, seller, service, testOrg } from './salesforce-org-fixture.ts';

const refusedWith = (code: string, fields?: readonly string[]) => (error: unknown) =>
  error instanceof RowError && error.code === code && (fields === undefined || assert.deepEqual(error.fields, fields) === undefined);

describe('saving a record in the simulated org', () => {
  it('fills in what the platform fills in', () => {
    const test = testOrg();
    const deal = test.org.get(newDeal(test, { Amount: 1000.005 }));
    assert.equal(deal?.['Amount'], 1000.01);
    assert.equal(deal?.['Probability'], 10);
    assert.equal(deal?.['IsClosed'], false);
    assert.equal(deal?.['ForecastCategoryName'], 'Pipeline');
    assert.equal(deal?.['ExpectedRevenue'], 100);
    assert.equal(deal?.['OwnerId'], test.org.userId(seller));
    assert.equal(deal?.['CreatedDate'], '2026-11-20T10:00:00.000+0000');
    assert.equal(deal?.['Shared__c'], false);
    assert.match(String(deal?.['Id']), /^006\w{15}$/);
  });

  it('closes a deal with its stage and opens it again', () => {
    const test = testOrg();
    const id = newDeal(test);
    test.org.update(id, { StageName: 'Closed Won' });
    assert.deepEqual([test.org.get(id)?.['IsWon'], test.org.get(id)?.['IsClosed'], test.org.get(id)?.['Probability']], [true, true, 100]);
    test.org.update(id, { StageName: 'Prospecting' });
    assert.deepEqual([test.org.get(id)?.['IsWon'], test.org.get(id)?.['IsClosed'], test.org.get(id)?.['Probability']], [false, false, 10]);
  });

  it('refuses what the platform refuses, and names the field', () => {
    const test = testOrg();
    const id = newDeal(test);
    const { org } = test;
    assert.throws(() => org.insert('Opportunity', { Name: 'x' }), refusedWith('REQUIRED_FIELD_MISSING', ['StageName', 'CloseDate']));
    assert.throws(() => org.update(id, { Name: '' }), refusedWith('REQUIRED_FIELD_MISSING', ['Name']));
    assert.throws(() => org.update(id, { Name: 'x'.repeat(121) }), refusedWith('STRING_TOO_LONG', ['Name']));
    assert.throws(() => org.update(id, { Help__c: 'Money' }), refusedWith('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', ['Help__c']));
    assert.throws(() => org.update(id, { CloseDate: '2026-02-30' }), refusedWith('JSON_PARSER_ERROR', ['CloseDate']));
    assert.throws(() => org.update(id, { Amount: 1e17 }), refusedWith('NUMBER_OUTSIDE_VALID_RANGE', ['Amount']));
    assert.throws(() => org.update(id, { AccountId: id }), refusedWith('FIELD_INTEGRITY_EXCEPTION', ['AccountId']));
    assert.throws(() => org.update(id, { AccountId: '001000000000001AAA' }), refusedWith('INVALID_CROSS_REFERENCE_KEY', ['AccountId']));
    assert.throws(() => org.insert('Contact', { LastName: 'x', Email: 'nobody' }), refusedWith('INVALID_EMAIL_ADDRESS', ['Email']));
    assert.equal(org.get(id)?.['Name'], 'Cold chain');
  });

  it('lets one record carry an external id, whatever its case', () => {
    const test = testOrg();
    newDeal(test, { Referral__c: 'ref-1' });
    assert.throws(() => newDeal(test, { Referral__c: 'REF-1' }), refusedWith('DUPLICATE_VALUE', ['Referral__c']));
    newDeal(test, { Referral__c: null });
    newDeal(test, { Referral__c: null });
  });

  it('applies validation rules with the user at the keyboard', () => {
    const test = testOrg();
    test.org.state.schema.putValidationRule('Opportunity', {
      name: 'Only_service_unshares',
      active: true,
      formula: 'AND(PRIORVALUE(Shared__c), NOT(Shared__c), NOT($Permission.Bypass))',
      message: 'Sharing can only be stopped by the service.',
      field: 'Shared__c',
    });
    const id = newDeal(test, { Shared__c: true });
    assert.throws(
      () => test.org.asUser(seller).update(id, { Shared__c: false }),
      refusedWith('FIELD_CUSTOM_VALIDATION_EXCEPTION', ['Shared__c']),
    );
    test.org.asUser(service).update(id, { Shared__c: false });
    assert.equal(test.org.get(id)?.['Shared__c'], false);
  });

  it('drops a written amount when products make it up', () => {
    const test = testOrg();
    const id = newDeal(test, { Amount: 10 });
    test.org.giveProducts(id, 75);
    test.org.update(id, { Amount: 99, Name: 'Renamed' });
    assert.deepEqual([test.org.get(id)?.['Amount'], test.org.get(id)?.['Name']], [75, 'Renamed']);
  });

  it('holds a locked row for as many writes as asked, children of the master included', () => {
    const test = testOrg();
    const id = newDeal(test);
    const solution = test.org.insert('Solution__c', { Name: 'Data', Key__c: 'S-1' });
    test.org.lockRow(id, 2);
    assert.throws(() => test.org.update(id, { Amount: 1 }), refusedWith('UNABLE_TO_LOCK_ROW'));
    assert.throws(
      () => test.org.insert('Deal_Solution__c', { Opportunity__c: id, Solution__c: solution }),
      refusedWith('UNABLE_TO_LOCK_ROW'),
    );
    test.org.update(id, { Amount: 1 });
  });

  it('deletes children with their master, clears plain lookups, and keeps what is restricted', () => {
    const test = testOrg();
    const { org } = test;
    const account = org.insert('Account', { Name: 'Fabrikam' });
    const campaign = org.insert('Campaign', { Name: 'Spring' });
    const id = newDeal(test, { AccountId: account, CampaignId: campaign });
    const solution = org.insert('Solution__c', { Name: 'Data', Key__c: 'S-1' });
    const child = org.insert('Deal_Solution__c', { Opportunity__c: id, Solution__c: solution });
    assert.throws(() => org.delete(solution), refusedWith('DELETE_FAILED'));
    org.delete(campaign);
    assert.equal(org.get(id)?.['CampaignId'], null);
    org.delete(id);
    assert.deepEqual([org.get(id)?.['IsDeleted'], org.get(child)?.['IsDeleted']], [true, true]);
    assert.throws(() => org.update(id, { Amount: 1 }), refusedWith('ENTITY_IS_DELETED'));
    org.undelete(id);
    assert.deepEqual([org.get(id)?.['IsDeleted'], org.get(child)?.['IsDeleted']], [false, false]);
  });

  it('keeps one primary contact', () => {
    const test = testOrg();
    const id = newDeal(test);
    const [first, second] = ['Lind', 'Berg'].map((LastName) => test.org.insert('Contact', { LastName }));
    const one = test.org.insert('OpportunityContactRole', { OpportunityId: id, ContactId: first ?? null, IsPrimary: true });
    const two = test.org.insert('OpportunityContactRole', { OpportunityId: id, ContactId: second ?? null, IsPrimary: true });
    assert.deepEqual([test.org.get(one)?.['IsPrimary'], test.org.get(two)?.['IsPrimary']], [false, true]);
  });

  it('computes formula fields from the present values', () => {
    const test = testOrg();
    const id = newDeal(test);
    const mark = (): unknown => test.org.query(`SELECT Mark__c FROM Opportunity WHERE Id = '${id}'`)[0]?.['Mark__c'];
    assert.equal(mark(), null);
    test.org.update(id, { State__c: 'Needs you' });
    assert.equal(mark(), '✖ Needs you');
    test.org.update(id, { State__c: 'In sync' });
    assert.equal(mark(), '✔ In sync');
  });
});

describe('transactions and events of the simulated org', () => {
  const withEvents = (): { test: ReturnType<typeof testOrg>; events: PublishedEvent[] } => {
    const test = testOrg();
    const events: PublishedEvent[] = [];
    test.org.state.onCommit((committed) => void events.push(...committed));
    test.org.state.registerHooks({
      afterSave: (object, record, prior, context) => {
        if (object.name === 'Opportunity' && record['Shared__c'] === true && !context.hasPermission('Bypass')) {
          context.publish('Changed__e', { Record_Id__c: record['Id'] ?? null, Reason__c: prior ? 'saved' : 'created' });
        }
        if (record['Name'] === 'Broken') throw new RowError('CANNOT_EXECUTE_FLOW_TRIGGER', 'The flow failed.');
      },
    });
    return { test, events };
  };

  it('publishes after commit, with the user who saved', () => {
    const { test, events } = withEvents();
    const id = newDeal(test, { Shared__c: true });
    test.org.asUser(service).update(id, { Amount: 5 });
    assert.deepEqual(
      events.map((event) => [event.object, event.values, event.createdById]),
      [['Changed__e', { Record_Id__c: id, Reason__c: 'created' }, test.org.userId(seller)]],
    );
  });

  it('publishes nothing for a save that is undone', () => {
    const { test, events } = withEvents();
    assert.throws(() => newDeal(test, { Shared__c: true, Name: 'Broken' }), refusedWith('CANNOT_EXECUTE_FLOW_TRIGGER'));
    assert.deepEqual(events, []);
    assert.equal(test.org.state.rows('Opportunity').length, 0);
  });

  it('keeps events until the outermost transaction ends, and drops those of undone rows', () => {
    const { test, events } = withEvents();
    test.org.state.transaction(() => {
      newDeal(test, { Shared__c: true });
      assert.throws(() => newDeal(test, { Shared__c: true, Name: 'Broken' }));
      newDeal(test, { Shared__c: true });
      assert.equal(events.length, 0);
    });
    assert.equal(events.length, 2);
  });

  it('undoes records, metadata and indexes of a dry run but gives its result', () => {
    const test = testOrg();
    const before = test.org.state.rows('Account').length;
    const name = test.org.state.transaction(
      () => {
        test.org.state.schema.putCustomPermission({ name: 'Trial', label: 'Trial' });
        const id = test.org.insert('Account', { Name: 'Dry' });
        return test.org.get(id)?.['Name'];
      },
      { schema: true, dryRun: true },
    );
    assert.equal(name, 'Dry');
    assert.equal(test.org.state.rows('Account').length, before);
    assert.equal(test.org.state.schema.customPermissions.has('Trial'), false);
    assert.deepEqual(test.org.state.find('CustomPermission', 'DeveloperName', 'Trial'), []);
  });

  it('refuses to publish when told to, once', () => {
    const test = testOrg();
    test.org.state.failNextPublish('LIMIT_EXCEEDED');
    assert.throws(() => test.org.state.publish('Changed__e', { Record_Id__c: 'x' }, 'u'), refusedWith('LIMIT_EXCEEDED'));
    assert.equal(test.org.state.publish('Changed__e', { Record_Id__c: 'x' }, 'u').values['Record_Id__c'], 'x');
    assert.throws(() => test.org.state.publish('Changed__e', {}, 'u'), refusedWith('REQUIRED_FIELD_MISSING', ['Record_Id__c']));
  });
});
