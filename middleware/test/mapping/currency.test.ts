/** Amounts never change their meaning: orgs with one currency, orgs with several, opportunities with products. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  acceptedDeal,
  arrived,
  ask,
  auditOf,
  isQuiet,
  messageOf,
  openWorld,
  referralOf,
  row,
  seller,
  settled,
  until,
  untilShown,
  type World,
} from '../scenarios/scene.ts';

let world: World;
const money = (id: string): unknown[] => [
  row(world, id).Amount,
  referralOf(world, id).details.dealValue,
  referralOf(world, id).details.currency,
];

describe('an org that has only euros', () => {
  before(async () => {
    world = await openWorld({ org: { switches: { orgCurrency: 'EUR' } }, orgSettings: { Matching: 'always-create' } });
  });
  after(() => world.close());

  test('Its deals are sent in euros', async () => {
    const id = await acceptedDeal(world, { opportunity: { Amount: 50_000 } });
    assert.deepEqual(money(id), [50_000, 50_000, 'EUR']);
  });

  test('Microsoft changes a deal to dollars: the amount is not taken over, and the opportunity says why', async () => {
    const id = await acceptedDeal(world, { opportunity: { Amount: 60_000 } });
    world.partner.partnerCenter.microsoft.edit(referralOf(world, id).id, { dealValue: 72_000, currency: 'USD' }, 'partner referral');
    await untilShown(world, id, 'the difference is explained', () => messageOf(world, id).includes('72000'));
    assert.match(messageOf(world, id), /"USD".*one currency/s);
    assert.deepEqual(money(id), [60_000, 72_000, 'USD']);
    const { outcome, message } = await ask(world, id, 'put_back', { Field__c: 'value', Value__c: 'partner-center' });
    assert.equal(outcome, 'Refused');
    assert.match(message, /currency/);
    await isQuiet(world);

    seller(world).update(id, { Amount: 65_000 });
    await until('the amount of the seller is sent with its currency', () => referralOf(world, id).details.dealValue === 65_000);
    assert.deepEqual(money(id), [65_000, 65_000, 'EUR']);
    await untilShown(world, id, 'the difference is gone', () => messageOf(world, id) === '' && auditOf(world, id).includes('65000'));
  });

  test('A deal from Microsoft in dollars comes in without an amount, and says what it is worth there', async () => {
    const sent = world.partner.partnerCenter.microsoft.sendDeal({
      name: 'Dollar deal',
      dealValue: 75_000,
      currency: 'USD',
      customer: { name: 'Dollar Inc' },
    });
    const id = await arrived(world, sent.id);
    await untilShown(world, id, 'the amount there is told', () => messageOf(world, id).includes('75000'));
    assert.equal(row(world, id).Amount ?? null, null);
    await ask(world, id, 'accept');
    seller(world).update(id, { Amount: 70_000 });
    await until('the amount of the seller is there in euros', () => referralOf(world, id).details.dealValue === 70_000);
    assert.deepEqual(money(id), [70_000, 70_000, 'EUR']);
  });

  test('The amount of an opportunity with products belongs to Salesforce', async () => {
    const id = await acceptedDeal(world, { opportunity: { Amount: 40_000 } });
    world.org.giveProducts(id, 40_000);
    world.partner.partnerCenter.microsoft.edit(referralOf(world, id).id, { dealValue: 44_000 }, 'partner referral');
    await untilShown(world, id, 'the difference is explained', () => messageOf(world, id).includes('products'));
    assert.deepEqual(money(id), [40_000, 44_000, 'EUR']);
    await settled(world);
  });

  test('A second look at all of it changes nothing', () => isQuiet(world));
});

describe('an org with several currencies', () => {
  before(async () => {
    world = await openWorld({
      org: { multiCurrency: true },
      packages: ['force-app', 'force-multicurrency'],
      orgSettings: { Matching: 'always-create' },
    });
  });
  after(() => world.close());

  test('Value and currency go both ways', async () => {
    const id = await acceptedDeal(world, { opportunity: { Amount: 50_000, CurrencyIsoCode: 'GBP' } });
    assert.deepEqual(money(id), [50_000, 50_000, 'GBP']);
    world.partner.partnerCenter.microsoft.edit(referralOf(world, id).id, { dealValue: 64_000, currency: 'USD' }, 'partner referral');
    await untilShown(
      world,
      id,
      'value and currency have come in',
      (record) => record.Amount === 64_000 && record.CurrencyIsoCode === 'USD',
    );
    seller(world).update(id, { CurrencyIsoCode: 'EUR' });
    await until('the currency has gone out', () => referralOf(world, id).details.currency === 'EUR');
    assert.deepEqual(money(id), [64_000, 64_000, 'EUR']);
  });

  test('A currency the org does not have brings no amount with it', async () => {
    const id = await acceptedDeal(world, { opportunity: { Amount: 30_000, CurrencyIsoCode: 'EUR' } });
    world.partner.partnerCenter.microsoft.edit(referralOf(world, id).id, { dealValue: 4_000_000, currency: 'JPY' }, 'partner referral');
    await until(
      'the audit says so',
      () => /JPY.*no active currency/.test(auditOf(world, id)),
      () => auditOf(world, id).slice(0, 900),
    );
    assert.deepEqual([row(world, id).Amount, row(world, id).CurrencyIsoCode], [30_000, 'EUR']);
  });

  test('A second look at all of it changes nothing', () => isQuiet(world));
});
