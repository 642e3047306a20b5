/** Duplicate rules of the customer's org: what they find becomes a question, never a second record by itself. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { arrived, isQuiet, openWorld, row, salesforceWrites, seller, forget, settled, until, untilShown, type World } from './scene.ts';

let world: World;

before(async () => {
  world = await openWorld({ orgSettings: { Leads: 'lead-records' } });
});

after(() => world?.close());
afterEach(() => world.org.clearDuplicateRules());

const microsoft = () => world.partner.partnerCenter.microsoft;

/** Nearly the customer of the deal: the service takes it for another one, the admin's rule does not. */
function nearlySame(name: string): string {
  return seller(world).insert('Account', {
    Name: `${name}.`,
    BillingStreet: '1 High Street',
    BillingCity: 'Hull',
    BillingPostalCode: 'HU1 1AA',
    BillingCountry: 'GB',
  });
}

const send = (name: string) =>
  microsoft().sendDeal({
    name: `Deal of ${name}`,
    customer: { name, addressLine1: '9 Other Road', city: 'Leeds', postalCode: 'LS9 9ZZ', country: 'GB' },
  });

type Asked = { readonly [field: string]: unknown };

const question = (referralId: string): Promise<Asked> =>
  until('a question with what the rule found', () => {
    const [found] = world.org.query(
      `SELECT Id, Message__c, Cure__c, Cause__c, Suggestions__c, Opportunity__c FROM PC_Attention__c WHERE Referral_Id__c = '${referralId}' AND Kind__c = 'match' AND Status__c = 'Open'`,
    );
    return found ?? null;
  });

const suggestionsOf = (
  asked: Asked,
): readonly { readonly opportunityId: string; readonly name: string; readonly reasons: readonly string[] }[] =>
  JSON.parse(String(asked.Suggestions__c)) as { opportunityId: string; name: string; reasons: string[] }[];

async function answer(asked: Asked, kind: string, target?: string): Promise<Asked> {
  const id = seller(world).insert('PC_Service_Request__c', {
    Attention__c: String(asked.Id),
    Kind__c: kind,
    ...(target === undefined ? {} : { Target__c: target }),
  });
  await untilShown(world, id, `"${kind}" is answered`, (record) => record.Outcome__c);
  return row(world, id);
}

const accountsLike = (name: string): number => world.org.query(`SELECT Id FROM Account WHERE Name LIKE '${name}%'`).length;

test('A rule that warns: the customer that is there is suggested, and chosen it gets the deal as a new opportunity', async () => {
  const account = nearlySame('Kestrel Tools');
  world.org.addDuplicateRule({ object: 'Account', name: 'Same_Name', fields: ['Name'], action: 'alert' });
  const sent = send('Kestrel Tools');
  const asked = await question(sent.id);
  assert.match(String(asked.Message__c), /a duplicate rule of your org found a record/);
  assert.match(String(asked.Cure__c), /keep the deal as new/);
  assert.deepEqual(
    suggestionsOf(asked).map(({ opportunityId, name }) => [opportunityId, name]),
    [[account, 'Kestrel Tools.']],
  );
  await settled(world);
  forget(world);
  await world.middleware.command('sync', { id: sent.id });
  await settled(world);
  assert.deepEqual(
    salesforceWrites(world).filter((one) => one.path.includes('PC_Attention__c')),
    [],
    'asked once',
  );

  const answered = await answer(asked, 'link', account);
  assert.deepEqual([answered.Outcome__c, answered.Message__c], ['Done', 'A new opportunity of that account is made.']);
  const id = await arrived(world, sent.id);
  assert.equal(row(world, id).AccountId, account);
  assert.equal(accountsLike('Kestrel Tools'), 1);
  await settled(world);
  assert.equal(row(world, String(asked.Id)).Status__c, 'Closed');
});

test('An open opportunity of the customer the rule found is suggested too, and linked', async () => {
  const account = nearlySame('Linnet Foods');
  const there = seller(world).insert('Opportunity', {
    Name: 'Deal of Linnet Foods',
    AccountId: account,
    StageName: 'Qualification',
    Amount: 10_000,
    CloseDate: '2027-06-30',
  });
  world.org.addDuplicateRule({ object: 'Account', name: 'Same_Name', fields: ['Name'], action: 'alert' });
  await setMatching('always-create');
  try {
    const sent = send('Linnet Foods');
    const asked = await question(sent.id);
    assert.deepEqual(
      suggestionsOf(asked).map(({ opportunityId }) => opportunityId),
      [there, account],
    );
    await answer(asked, 'link', there);
    assert.equal(await arrived(world, sent.id), there);
    await settled(world);
  } finally {
    await setMatching('ask');
  }
});

test('A rule that warns lets the deal be kept as new: the second record is made, and the org has it in its report', async () => {
  nearlySame('Merlin Paper');
  world.org.addDuplicateRule({ object: 'Account', name: 'Same_Name', fields: ['Name'], action: 'alert' });
  const sent = send('Merlin Paper');
  const asked = await question(sent.id);
  const answered = await answer(asked, 'keep_as_new');
  assert.equal(answered.Outcome__c, 'Done');
  const id = await arrived(world, sent.id);
  assert.equal(accountsLike('Merlin Paper'), 2);
  assert.deepEqual(
    world.org.reportedDuplicates.map((one) => one.recordId),
    [row(world, id).AccountId],
  );
  await settled(world);
});

test('A rule that blocks is not got around: keeping as new says what the admin can do, and the record that is there still helps', async () => {
  const account = nearlySame('Osprey Optics');
  world.org.addDuplicateRule({ object: 'Account', name: 'One_Each', fields: ['Name'], action: 'block' });
  const sent = send('Osprey Optics');
  const asked = await question(sent.id);
  assert.match(String(asked.Cure__c), /allows no second record; an admin can change the rule/);
  await answer(asked, 'keep_as_new');
  await settled(world);
  assert.equal(accountsLike('Osprey Optics'), 1);
  assert.equal(row(world, String(asked.Id)).Status__c, 'Open');
  await answer(asked, 'link', account);
  assert.equal(row(world, await arrived(world, sent.id)).AccountId, account);
  await settled(world);
});

test('A rule about contacts keeps the contact out, names why, and the deal comes in all the same', async () => {
  seller(world).insert('Contact', { FirstName: 'Ada', LastName: 'Muster', Email: 'ada.private@home.example' });
  world.org.addDuplicateRule({ object: 'Contact', name: 'Same_Person', fields: ['FirstName', 'LastName'], action: 'block' });
  const sent = microsoft().sendDeal({
    name: 'Deal with Ada',
    customer: {
      name: 'Puffin Ltd',
      contacts: [{ firstName: 'Ada', lastName: 'Muster', email: 'ada@puffin.example', phoneNumber: '+44 113 496 0002' }],
    },
  });
  const id = await arrived(world, sent.id);
  await untilShown(world, id, 'the audit names the rule', (record) => String(record.Audit__c).includes('CRM_DUPLICATE'));
  assert.equal(world.org.query(`SELECT Id FROM OpportunityContactRole WHERE OpportunityId = '${id}'`).length, 0);
  await settled(world);
  const made = String(row(world, id).Audit__c)
    .split('\n')
    .filter((line) => line.includes('| created |'));
  assert.equal(made.length, 1, 'told once');
});

test('A lead that is there already: chosen, it stands for the lead from Microsoft and no second one is made', async () => {
  const lead = seller(world).insert('Lead', {
    LastName: 'Field',
    FirstName: 'Robin',
    Company: 'Robin Field Ltd',
    Status: 'Open - Not Contacted',
  });
  world.org.addDuplicateRule({ object: 'Lead', name: 'Same_Company', fields: ['Company'], action: 'alert' });
  const sent = microsoft().sendLead({ name: 'Wants a demo', customer: { name: 'Robin Field Ltd' } });
  const asked = await question(sent.id);
  assert.deepEqual(
    suggestionsOf(asked).map(({ opportunityId }) => opportunityId),
    [lead],
  );
  await answer(asked, 'link', lead);
  await settled(world);
  assert.equal(world.org.query("SELECT Id FROM Lead WHERE Company = 'Robin Field Ltd'").length, 1);
  assert.equal(row(world, String(asked.Id)).Status__c, 'Closed');
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));

async function setMatching(value: string): Promise<void> {
  const setting = world.org.state.rows('PC_Setting__mdt').find((one) => one['DeveloperName'] === 'Matching');
  assert.ok(setting);
  world.org.state.put('PC_Setting__mdt', { ...setting, Value__c: value });
  await world.middleware.command('mapping.reload');
}
