/** An admin chooses enhanced notes for what is shared with Microsoft: the one note of that title travels, and no other. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  acceptedDeal,
  arrived,
  isQuiet,
  messageOf,
  newDeal,
  openWorld,
  referralOf,
  row,
  seller,
  settled,
  untilState,
  until,
  type World,
} from '../scenarios/scene.ts';

let world: World;
const title = 'Shared with Microsoft';
const base64 = (html: string): string => Buffer.from(html, 'utf8').toString('base64');
const microsoft = () => world.partner.partnerCenter.microsoft;

before(async () => {
  world = await openWorld();
  const rule = world.org.state.rows('PC_Field_Map__mdt').find((one) => one['DeveloperName'] === 'Notes');
  assert.ok(rule);
  world.org.state.put('PC_Field_Map__mdt', { ...rule, Salesforce_Path__c: 'ContentNotes' });
  await world.middleware.command('mapping.reload');
});

after(() => world?.close());

/** As the page's Notes list makes one. */
function addNote(deal: string, name: string, html: string): string {
  const note = seller(world).insert('ContentNote', { Title: name, Content: base64(html) });
  seller(world).insert('ContentDocumentLink', { ContentDocumentId: note, LinkedEntityId: deal, ShareType: 'I' });
  return note;
}

const notesOf = (deal: string): readonly { readonly title: string; readonly html: string }[] =>
  world.org.query(`SELECT ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId = '${deal}'`).map((link) => {
    const note = row(world, String(link.ContentDocumentId));
    return { title: String(note.Title), html: Buffer.from(String(note.Content), 'base64').toString('utf8') };
  });

interface Checked {
  readonly inForce: boolean;
  readonly findings: readonly { readonly code: string; readonly text: string }[];
  readonly unwatched: readonly { readonly record: string; readonly text: string }[];
}

test('The choice is warned about, and trying it shows what Microsoft would read', async () => {
  const checked = (await world.middleware.command('mapping.check')) as Checked;
  assert.equal(checked.inForce, true);
  assert.match(
    checked.findings.map((one) => one.text).join(),
    /enhanced note titled "Shared with Microsoft" is sent.*every other note stays/,
  );
  assert.match(checked.unwatched.find((one) => one.record === 'Notes')?.text ?? '', /noticed by the sweep/);

  const id = newDeal(world, { tick: false });
  addNote(id, 'Internal', '<p>Our margin is thin.</p>');
  addNote(id, title, '<p>Kick-off <b>done</b>.</p><p>Next: offer</p>');
  const tried = (await world.middleware.command('mapping.try', { id })) as {
    fields: { field: string; salesforce: string; produces: string }[];
    warnings: string[];
  };
  const notes = tried.fields.find((one) => one.field === 'Notes');
  assert.deepEqual([notes?.salesforce, notes?.produces], ['Kick-off done.\nNext: offer', 'Kick-off done.\nNext: offer']);
  assert.equal(tried.warnings.length, 1);
});

test('The note of that title is shared and followed by the sweep; another note never is', async () => {
  const id = newDeal(world, { tick: false });
  addNote(id, 'Internal', '<p>Our margin is thin.</p>');
  const note = addNote(id, title, '<p>Kick-off done.</p>');
  seller(world).update(id, { Sync_with_Partner_Center__c: true });
  await untilState(world, id, 'Waiting for Microsoft');
  await settled(world);
  assert.equal(referralOf(world, id).details.notes, 'Kick-off done.');

  world.advance(5_000);
  seller(world).update(note, { Content: base64('<p>Kick-off done.</p><p>Offer &amp; plan sent.</p>') });
  await world.middleware.command('sweep');
  await until('the changed note is in Partner Center', () => referralOf(world, id).details.notes === 'Kick-off done.\nOffer & plan sent.');
  await settled(world);
  assert.ok(!JSON.stringify(world.partner.partnerCenter.referrals()).includes('margin'));
});

test("Microsoft's notes are written into that note, which is made where there is none", async () => {
  const id = await acceptedDeal(world);
  addNote(id, 'Internal', '<p>Stays.</p>');
  microsoft().edit(referralOf(world, id).id, { notes: 'First <word>\nsecond line' });
  await until('the note is there', () => notesOf(id).length === 2);
  await settled(world);
  assert.deepEqual(notesOf(id).find((one) => one.title === title)?.html, '<p>First &lt;word&gt;</p><p>second line</p>');
  microsoft().edit(referralOf(world, id).id, { notes: 'Again' });
  await until('the same note is changed', () => notesOf(id).some((one) => one.html === '<p>Again</p>'));
  await settled(world);
  assert.equal(notesOf(id).length, 2);
  assert.equal(notesOf(id).find((one) => one.title === 'Internal')?.html, '<p>Stays.</p>');
  assert.equal(row(world, id).PC_Shared_Notes__c ?? null, null);
});

test('A deal from Microsoft brings its notes as that note', async () => {
  const sent = microsoft().sendDeal({ name: 'Noted deal', customer: { name: 'Noted Ltd' }, notes: 'Wants a demo.' });
  const id = await arrived(world, sent.id);
  await settled(world);
  assert.deepEqual(notesOf(id), [{ title, html: '<p>Wants a demo.</p>' }], messageOf(world, id));
});

test('A note the service may not edit keeps its text, and the audit says so', async () => {
  const id = await acceptedDeal(world);
  const note = seller(world).insert('ContentNote', { Title: title, Content: base64('<p>For reading only.</p>') });
  seller(world).insert('ContentDocumentLink', { ContentDocumentId: note, LinkedEntityId: id, ShareType: 'V' });
  await world.middleware.command('sync', { id });
  await until('it is shared', () => referralOf(world, id).details.notes === 'For reading only.');
  await settled(world);
  microsoft().edit(referralOf(world, id).id, { notes: 'Changed there.' });
  await until('the refusal is told', () => String(row(world, id).Audit__c).includes('Notes: '));
  await settled(world);
  assert.deepEqual(
    notesOf(id).map((one) => one.html),
    ['<p>For reading only.</p>'],
  );
});

test('A note whose text cannot be read is not taken for an empty one: the deal is put aside and nothing is sent', async () => {
  const id = await acceptedDeal(world);
  const note = addNote(id, title, '<p>Here.</p>');
  await world.middleware.command('sync', { id });
  await until('it is shared', () => referralOf(world, id).details.notes === 'Here.');
  await settled(world);
  world.advance(5_000);
  seller(world).update(note, { Content: base64('<p>Here too.</p>') });
  const remove = world.salesforceFaults.add({ path: /ContentNote.*Content$/, fault: { kind: 'answer', status: 404 } });
  const { parked } = (await world.middleware.command('sync', { id })) as { parked: { code: string; message: string } | null };
  const told = world.org.query(
    `SELECT Id FROM PC_Attention__c WHERE Referral_Id__c = '${referralOf(world, id).id}' AND Kind__c = 'parked'`,
  );
  remove();
  assert.equal(told.length, 1, 'the attention list says so');
  assert.equal(parked?.code, 'CRM_NO_ACCESS');
  assert.match(parked?.message ?? '', /note "Shared with Microsoft" cannot be read/);
  assert.equal(referralOf(world, id).details.notes, 'Here.');
  await world.middleware.command('retry', { id });
  await until('with the text back it is sent', () => referralOf(world, id).details.notes === 'Here too.');
  await settled(world);
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
