/** The CRM side against the simulated org: reading, guarded writing, refusals, lists, requests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { defaultMapping } from '../../src/domain/default-mapping.ts';
import { people } from '../../simulators/salesforce/seed.ts';
import type { AttentionChange } from '../../src/sync/ports.ts';
import { simulatedSide, writeOn } from './simulated-org.ts';

const attention: AttentionChange = {
  key: 'link-1:conflict:value',
  open: true,
  kind: 'conflict',
  field: 'value',
  crmValue: '1',
  partnerValue: '2',
  crmBy: 'Sam',
  partnerBy: 'Mia',
  message: 'Deal value was changed on both sides.',
  cure: 'Choose one.',
  cause: 'conflict',
  referralId: 'r-1',
  suggestions: [],
  since: Date.parse('2026-11-20T09:00:00Z'),
};

test('a shared deal is read whole: record, account, contacts, solutions, owner and requests', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  world.org.asUser(people.seller).insert('PC_Request__c', { Opportunity__c: id, Kind__c: 'sync_now', Note__c: 'please' });

  const snapshot = await world.read(id);

  assert.equal(snapshot.shared, true);
  assert.equal(snapshot.changedBy, 'Sam Seller');
  assert.deepEqual(
    {
      name: snapshot.deal.name,
      value: snapshot.deal.value,
      state: snapshot.deal.state,
      country: snapshot.deal.customerCountry,
      size: snapshot.deal.customerSize,
      help: snapshot.deal.help,
    },
    {
      name: 'Northwind data platform',
      value: 450_000,
      state: 'active',
      country: 'US',
      size: '1001to5000employees',
      help: 'ProofOfConceptOrDemo',
    },
  );
  assert.deepEqual(
    snapshot.deal.contacts?.map((person) => person.email),
    ['grace.okafor@northwind.example'],
  );
  assert.deepEqual(
    snapshot.deal.team?.map((person) => person.email),
    ['sam@contoso.example'],
  );
  assert.deepEqual(snapshot.deal.solutions, [{ id: 'SOL-CDEM', name: 'Contoso Data Estate Modernisation' }]);
  assert.deepEqual(
    snapshot.requests.map(({ kind, note, by }) => ({ kind, note, by })),
    [{ kind: 'sync_now', note: 'please', by: 'Sam Seller' }],
  );
});

test('deals asked for at the same moment are read in one call; a deleted one says where it is', async () => {
  const world = await simulatedSide();
  const ids = Object.values(world.seeded.opportunities);
  world.org.delete(ids[0] ?? '');
  await world.side.read(ids[1] ?? '');
  world.calls.length = 0;

  const readings = await Promise.all(ids.map((id) => world.side.read(id)));

  assert.deepEqual(world.calls, ['GET /query', 'GET /queryAll']);
  assert.deepEqual(readings[0], { kind: 'gone', why: 'It is in the recycle bin.' });
  assert.equal(
    readings.slice(1).every((reading) => reading.kind === 'found'),
    true,
  );
  assert.equal((await world.side.read('no id')).kind, 'gone');
});

test('one write changes fields, shows the status, puts a line on top of the audit and answers, in a single call', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  const request = world.org.asUser(people.seller).insert('PC_Request__c', { Opportunity__c: id, Kind__c: 'sync_now' });
  world.org.update(id, { Audit__c: 'older line' });
  world.advance(5_000);
  const before = await world.read(id);
  world.calls.length = 0;

  const result = await world.side.write(
    writeOn(before, {
      set: { value: 500_000, closeDate: '2027-02-01' },
      display: { referralId: 'r-1', syncState: 'In sync', message: null },
      audit: ['newer line'],
      answers: [{ id: request, outcome: 'Done', message: 'Both sides are the same.' }],
      attention: [attention],
    }),
  );

  assert.deepEqual(world.calls, ['POST /composite']);
  assert.equal(result.kind === 'done' && result.after?.deal.value, 500_000);
  assert.equal(result.kind === 'done' && result.after?.requests.length, 0);
  const row = world.org.get(id);
  assert.equal(row?.['Audit__c'], 'newer line\nolder line');
  assert.equal(row?.['CloseDate'], '2027-02-01');
  assert.equal(row?.['Referral_Identifier__c'], 'r-1');
  assert.equal(world.org.get(request)?.['Outcome__c'], 'Done');
  const [raised] = world.org.state.rows('PC_Attention__c');
  assert.equal(raised?.['Opportunity__c'], id);
  assert.equal(raised?.['OwnerId'], before.ownerId);
});

test('a seller who saved in between is never overwritten: the write is stale and nothing of it is kept', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  const request = world.org.asUser(people.seller).insert('PC_Request__c', { Opportunity__c: id, Kind__c: 'sync_now' });
  const before = await world.read(id);
  world.advance(5_000);
  world.org.asUser(people.seller).update(id, { Amount: 777 });

  const result = await world.side.write(
    writeOn(before, { set: { value: 1 }, answers: [{ id: request, outcome: 'Done', message: '' }], attention: [attention] }),
  );

  assert.deepEqual(result, { kind: 'stale' });
  assert.equal(world.org.get(id)?.['Amount'], 777);
  assert.equal(world.org.get(request)?.['Outcome__c'] ?? null, null);
  assert.equal(world.org.state.rows('PC_Attention__c').length, 0);
});

test('an edit in the very second of the reading is seen, although the guard has a grain of a second', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  world.org.asUser(people.seller).update(id, { Amount: 10 });
  const before = await world.read(id);
  world.org.asUser(people.seller).update(id, { Amount: 20 });

  assert.deepEqual(await world.side.write(writeOn(before, { set: { value: 1 } })), { kind: 'stale' });
  assert.equal(world.org.get(id)?.['Amount'], 20);

  const again = await world.read(id);
  assert.equal((await world.side.write(writeOn(again, { set: { value: 1 } }))).kind, 'done');
  assert.equal(world.org.get(id)?.['Amount'], 1);
});

test('writes of one moment share their calls and still guard each deal for itself', async () => {
  const world = await simulatedSide();
  const names = ['Northwind data platform', 'Tailspin move to Azure', 'Woodgrove fraud detection'];
  const ids = names.map((name) => world.share(name));
  const before = await Promise.all(ids.map((id) => world.read(id)));
  world.advance(2_000);
  world.org.asUser(people.seller).update(ids[1] ?? '', { NextStep: 'call' });
  world.calls.length = 0;

  const results = await Promise.all(
    before.map((snapshot, index) =>
      world.side.write(
        writeOn(snapshot, {
          set: { value: index + 1 },
          display: { syncState: 'In sync' },
          attention: [{ ...attention, key: `key-${index}` }],
        }),
      ),
    ),
  );

  assert.deepEqual(
    results.map((result) => result.kind),
    ['done', 'stale', 'done'],
  );
  assert.deepEqual(world.calls, ['POST /composite', 'POST /composite']);
  assert.deepEqual(
    world.org.state
      .rows('PC_Attention__c')
      .map((row) => row['Key__c'])
      .sort(),
    ['key-0', 'key-2'],
  );
  assert.equal(results[2]?.kind === 'done' && results[2].after?.deal.value, 3);

  const fresh = await Promise.all(ids.map((id) => world.read(id)));
  world.calls.length = 0;
  const shown = await Promise.all(
    fresh.map((snapshot) => world.side.write(writeOn(snapshot, { display: { syncState: 'Stopped' }, audit: ['line'] }))),
  );
  assert.deepEqual(
    shown.map((result) => result.kind === 'done' && result.after?.display.syncState),
    ['Stopped', 'Stopped', 'Stopped'],
  );
  assert.deepEqual(world.calls, ['POST /composite']);
});

test('two halves of a deal that show something on the same opportunity in the same moment do not keep each other from it', async () => {
  const world = await simulatedSide();
  const one = await world.read(world.share('Northwind data platform'));
  const other = await world.read(world.share('Tailspin move to Azure'));
  const show = (snapshot: typeof one, message: string): ReturnType<typeof world.side.write> =>
    world.side.write(writeOn(snapshot, { display: { message } }));

  const results = await Promise.all([show(one, 'first'), show(other, 'beside it'), show(one, 'second')]);

  assert.deepEqual(
    results.map(({ kind }) => kind),
    ['done', 'done', 'done'],
  );
  assert.deepEqual([(await world.read(one.id)).display.message, (await world.read(other.id)).display.message], ['second', 'beside it']);
});

test('a value that the picklist does not take is left out and named; the rest of the row is written', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  world.mapping = {
    ...defaultMapping,
    fields: defaultMapping.fields.map((rule) => (rule.field === 'partnerRole' ? { ...rule, crmPath: 'How_can_Microsoft_help__c' } : rule)),
  };
  const before = await world.read(id);

  const result = await world.side.write(writeOn(before, { set: { value: 12, partnerRole: 'No such word' } }));

  assert.equal(result.kind, 'done');
  assert.deepEqual(result.kind === 'done' && result.refused.map(({ field, code }) => ({ field, code })), [
    { field: 'partnerRole', code: 'CRM_PICKLIST' },
  ]);
  assert.equal(world.org.get(id)?.['Amount'], 12);
});

test('a field that an admin takes out of the mapping after the deal was read is not passed over: the deal is read and decided on anew', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  const before = await world.read(id);
  world.mapping = {
    ...defaultMapping,
    fields: defaultMapping.fields.map((rule) => (rule.field === 'notes' ? { ...rule, crmPath: 'No_such_field__c' } : rule)),
  };

  const result = await world.side.write(writeOn(before, { set: { value: 12, notes: 'New in the portal.' } }));

  assert.equal(result.kind, 'stale');
  assert.notEqual(world.org.get(id)?.['Amount'], 12);
});

test('rows that nothing guards are not added by a process that stood still: another may have added them meanwhile', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  const before = await world.read(id);
  const more = writeOn(before, { set: { solutions: [...(before.deal.solutions ?? []), { id: 'SOL-2', name: 'Second' }] } });
  const rows = (): number => world.org.state.rows('PC_Opportunity_Solution__c').length;
  const had = rows();

  await assert.rejects(world.side.write({ ...more, sendBefore: world.system.now() }), { code: 'NET_NOT_SENT' });
  assert.equal(rows(), had);
  assert.equal((await world.side.write({ ...more, sendBefore: world.system.now() + 20_000 })).kind, 'done');
  assert.equal(rows(), had + 1);
});

test("a validation rule of the org refuses the change as a whole, with the rule's own words", async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  world.org.state.schema.putValidationRule('Opportunity', {
    name: 'Not_Too_Low',
    active: true,
    formula: 'Amount < 100',
    message: 'Deals below 100 need an approval.',
    field: 'Amount',
  });
  const before = await world.read(id);

  const result = await world.side.write(writeOn(before, { set: { value: 5 }, display: { syncState: 'In sync' }, audit: ['line'] }));

  assert.equal(result.kind === 'refused' && result.code, 'CRM_VALIDATION');
  assert.match(result.kind === 'refused' ? result.message : '', /Deals below 100 need an approval/);
  assert.deepEqual(result.kind === 'refused' && result.fields, ['Amount']);
  assert.equal(world.org.get(id)?.['PC_Sync_State__c'] ?? null, null);
});

test('an identifier that another deal carries already is refused, not dropped', async () => {
  const world = await simulatedSide();
  const [first, second] = [world.share('Northwind data platform'), world.share('Tailspin move to Azure')];
  world.org.update(first, { Referral_Identifier__c: 'taken' });
  const before = await world.read(second);

  const result = await world.side.write(writeOn(before, { display: { referralId: 'taken', syncState: 'In sync' } }));

  assert.equal(result.kind === 'refused' && result.code, 'CRM_DUPLICATE');
});

test('a deal deleted between reading and writing is gone, and a request deleted meanwhile needs no answer', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  const request = world.org.asUser(people.seller).insert('PC_Request__c', { Opportunity__c: id, Kind__c: 'sync_now' });
  const before = await world.read(id);
  world.org.delete(request);

  const answered = await world.side.write(writeOn(before, { set: { value: 9 }, answers: [{ id: request, outcome: 'Done', message: '' }] }));
  assert.deepEqual(answered.kind === 'done' && [answered.after?.deal.value, answered.refused], [9, []]);

  world.org.delete(id);
  world.advance(2_000);
  assert.equal((await world.side.write(writeOn(before, { display: { syncState: 'In sync' } }))).kind, 'gone');
});

test('a field that vanishes from the org while the service runs is left out, not a crash', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  await world.read(id);
  world.org.state.schema.removeField('Opportunity', 'PC_Partner_Role__c');

  const snapshot = await world.read(id);

  assert.equal('partnerRole' in snapshot.deal, false);
  assert.equal(snapshot.deal.value, 450_000);
});

test('a big batch is read without the audits, and the audit is fetched when a line is added', async () => {
  const world = await simulatedSide();
  const shared = world.share('Northwind data platform');
  world.org.update(shared, { Audit__c: 'old line' });
  const others = Array.from({ length: 25 }, (_, index) =>
    world.org.asUser(people.seller).insert('Opportunity', { Name: `Deal ${index}`, StageName: 'Prospecting', CloseDate: '2027-01-01' }),
  );
  world.advance(5_000);

  const [snapshot] = await Promise.all([world.read(shared), ...others.map((id) => world.side.read(id))]);
  await world.side.write(writeOn(snapshot, { audit: ['new line'] }));

  assert.equal(world.org.get(shared)?.['Audit__c'], 'new line\nold line');
});

test('a text that looks like a reference to another part of the call is written as text', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');

  const result = await world.side.write(writeOn(await world.read(id), { set: { notes: 'see @{other.result} and @{x' } }));

  assert.equal(result.kind === 'done' && result.after?.deal.notes, 'see @ {other.result} and @ {x');
});

test('a field that stands on the account is never overwritten by a deal', async () => {
  const world = await simulatedSide();
  const before = await world.read(world.share('Northwind data platform'));

  const result = await world.side.write(writeOn(before, { set: { customerCity: 'Elsewhere', value: 5 } }));

  assert.deepEqual(result.kind === 'done' && result.refused.map((one) => one.field), ['customerCity']);
  assert.equal(world.org.get(before.accountId ?? '')?.['BillingCity'], 'Seattle');
});

test('contacts and solutions follow the list: added, changed, removed; a known person is not made twice', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  const before = await world.read(id);
  const contactsBefore = world.org.state.rows('Contact').length;
  world.org.share(before.accountId ?? '', people.integration, 'edit');
  const grace = { email: 'grace.okafor@northwind.example', firstName: 'Grace', lastName: 'Okafor-Hill', phone: null };
  const nils = { email: 'nils.berg@fabrikam.example', firstName: 'Nils', lastName: 'Berg', phone: '+46 31 555 0102' };
  const fresh = { email: 'new.person@northwind.example', firstName: null, lastName: null, phone: '+1 206 555 0199' };

  const result = await world.side.write(
    writeOn(before, {
      set: {
        contacts: [grace, nils, fresh],
        solutions: [
          { id: 'SOL-CRI', name: null },
          { id: '11111111-2222-4333-8444-555555555555', name: 'Azure Virtual Desktop' },
        ],
      },
    }),
  );

  assert.equal(result.kind, 'done');
  const after = result.kind === 'done' ? result.after : null;
  assert.deepEqual(
    after?.deal.contacts?.map((person) => [person.email, person.lastName, person.phone]),
    [
      ['grace.okafor@northwind.example', 'Okafor-Hill', '+1 206 555 0143'],
      ['nils.berg@fabrikam.example', 'Berg', '+46 31 555 0102'],
      ['new.person@northwind.example', 'new.person', '+1 206 555 0199'],
    ],
  );
  assert.deepEqual(
    after?.deal.solutions?.map((solution) => solution.name),
    ['Contoso Retail Insights', 'Azure Virtual Desktop'],
  );
  assert.equal(world.org.state.rows('Contact').length, contactsBefore + 1);

  world.advance(2_000);
  const second = await world.side.write(
    writeOn(await world.read(id), { set: { contacts: [nils], solutions: [{ id: 'SOL-CRI', name: null }] } }),
  );
  assert.deepEqual(second.kind === 'done' && second.after?.deal.contacts?.map((person) => person.email), ['nils.berg@fabrikam.example']);
  assert.deepEqual(second.kind === 'done' && second.after?.deal.solutions?.map((solution) => solution.id), ['SOL-CRI']);
});

test("a contact the service may not edit keeps its name; the deal's other changes are written all the same", async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  const before = await world.read(id);

  const result = await world.side.write(
    writeOn(before, {
      set: { value: 8, contacts: [{ email: 'grace.okafor@northwind.example', firstName: 'Grace', lastName: 'Changed', phone: null }] },
    }),
  );

  assert.deepEqual(result.kind === 'done' && result.refused.map(({ field, code }) => [field, code]), [['contacts', 'CRM_NO_ACCESS']]);
  assert.equal(world.org.get(id)?.['Amount'], 8);
});

test('team members who are users join the team where the org has one', async () => {
  const world = await simulatedSide({ teams: true });
  const before = await world.read(world.share('Northwind data platform'));
  const [owner] = before.deal.team ?? [];
  const olga = { email: 'olga@contoso.example', firstName: 'Olga', lastName: 'Outside', phone: null };
  const stranger = { email: 'mia@microsoft.example', firstName: 'Mia', lastName: 'Micro', phone: null };

  const result = await world.side.write(writeOn(before, { set: { team: [...(owner ? [owner] : []), olga, stranger] } }));

  assert.deepEqual(result.kind === 'done' ? [result.after?.deal.team?.map((person) => person.email), result.refused] : result, [
    ['sam@contoso.example', 'olga@contoso.example'],
    [],
  ]);
});

test('a locked row and a busy org are errors to try again, never half a write', async () => {
  const world = await simulatedSide();
  const id = world.share('Northwind data platform');
  const before = await world.read(id);
  world.org.lockRow(id, 1);

  await assert.rejects(world.side.write(writeOn(before, { set: { value: 3 } })), { code: 'CRM_ROW_LOCKED' });

  assert.equal(world.org.get(id)?.['Amount'], 450_000);
});

test('a write that changes nothing makes no call', async () => {
  const world = await simulatedSide();
  const before = await world.read(world.share('Northwind data platform'));
  world.calls.length = 0;

  const result = await world.side.write(writeOn(before, { set: { value: 450_000 } }));

  assert.equal(result.kind, 'done');
  assert.deepEqual(world.calls, []);
});

test('linking an existing opportunity ticks it, so that it is shared from then on', async () => {
  const world = await simulatedSide();
  const id = world.seeded.opportunities['Tailspin move to Azure'] ?? '';
  const before = await world.read(id);

  await world.side.write(writeOn({ ...before, shared: true }, { display: { referralId: 'r-9' } }));

  assert.equal(world.org.get(id)?.['Sync_with_Partner_Center__c'], true);
});
