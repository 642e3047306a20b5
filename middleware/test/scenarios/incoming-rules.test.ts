/** Who owns deals from Microsoft, and how often a bell rings. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { acceptedDeal, arrived, isQuiet, openWorld, people, row, seller, settled, untilState, type World } from './scene.ts';

let world: World;

before(async () => {
  world = await openWorld();
});

after(() => world?.close());

const microsoft = () => world.partner.partnerCenter.microsoft;
const customer = (name: string) => ({ name, addressLine1: '1 Quay', city: 'Leith', postalCode: 'EH6 6AA', country: 'GB' });

test('A team member who is a user owns the deal, else who owns the customer, else the one the setting names', async () => {
  const owner = (username: string): string =>
    world.org.addUser({ username, firstName: 'Ona', lastName: 'Owner', email: username, profile: 'standard' });
  const [member, keeper] = [owner('member@partner.example'), owner('keeper@partner.example')];
  const byTeam = microsoft().sendDeal({
    name: 'Owned by the team',
    customer: customer('Team Ltd'),
    team: [{ firstName: 'Ona', lastName: 'Owner', email: 'member@partner.example', phoneNumber: '+44 113 496 0003' }],
  });
  const account = world.org.insert('Account', {
    Name: 'Kept Ltd',
    OwnerId: keeper,
    BillingCity: 'Leith',
    BillingPostalCode: 'EH6 6AA',
    BillingCountry: 'GB',
  });
  const byAccount = microsoft().sendDeal({ name: 'Owned by the customer', customer: customer('Kept Ltd'), team: [] });
  const byDefault = microsoft().sendDeal({ name: 'Owned by nobody', customer: customer('Stray Ltd'), team: [] });
  const owners: unknown[] = [];
  for (const sent of [byTeam, byAccount, byDefault]) owners.push(row(world, await arrived(world, sent.id)).OwnerId);
  await settled(world);
  assert.deepEqual(owners, [member, keeper, world.org.userId(people.seller)]);
  assert.equal(row(world, await arrived(world, byAccount.id)).AccountId, account);
});

test('A deal that needs its seller rings once for one occasion', async () => {
  const before = world.org.notifications.length;
  const rung = (): number => world.org.notifications.slice(before).filter((one) => one.type === 'PC_Needs_You').length;
  const id = await acceptedDeal(world);
  seller(world).update(id, { Amount: 0 });
  await untilState(world, id, 'Needs you');
  await settled(world);
  seller(world).update(id, { Amount: null });
  await world.middleware.command('sync', { id });
  await settled(world);
  assert.equal(rung(), 1);
  seller(world).update(id, { Amount: 15_000 });
  await untilState(world, id, 'In sync');
  await settled(world);
});

test('After all this a second pass over every deal writes nothing', () => isQuiet(world));
