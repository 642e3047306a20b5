import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import type { Deal } from '../../src/domain/deal.ts';
import { merge, nextBase, type Merge } from '../../src/domain/merge.ts';
import { baseOfNew, keepMoneyTogether, type AmountKind } from '../../src/domain/money.ts';
import type { Owner } from '../../src/domain/mapping.ts';
import { rule } from './samples.ts';

const rules = (owner: Owner) => [rule('value', { owner }), rule('currency', { owner })];
const money = fc.record({ value: fc.constantFrom(10, 20, 30, null), currency: fc.constantFrom('EUR', 'USD') });
const amounts = fc.constantFrom<AmountKind>('free', 'one-currency', 'products');
const owners = fc.constantFrom<Owner>('crm', 'partner', 'ask');

function run(crm: Deal, partner: Deal, base: { crm: Deal; partner: Deal }, owner: Owner, amount: AmountKind): Merge {
  return keepMoneyTogether(merge({ crm, partner, base, rules: rules(owner), frozen: () => false }), {
    crm,
    partner,
    amount,
    owner,
    frozen: false,
  });
}

test('whatever changed where: after the merge a value never stands in a currency it was not meant in', () => {
  fc.assert(
    fc.property(money, money, money, money, owners, amounts, (baseCrm, basePartner, crm, partner, owner, amount) => {
      // a single-currency org never changes its currency
      const own = amount === 'one-currency' ? { ...crm, currency: baseCrm.currency } : crm;
      const merged = run(own, partner, { crm: baseCrm, partner: basePartner }, owner, amount);
      const after = [
        { ...own, ...merged.toCrm },
        { ...partner, ...merged.toPartner },
      ] as const;
      const meant = [own, partner].map((deal) => `${deal.value} ${deal.currency}`);
      for (const [side, kept] of [
        [after[0], own],
        [after[1], partner],
      ] as const) {
        const moved = side.value !== kept.value || side.currency !== kept.currency;
        if (moved)
          assert.ok(
            meant.includes(`${side.value} ${side.currency}`),
            `${side.value} ${side.currency} was invented from ${meant.join(' and ')}`,
          );
      }
      if (amount !== 'free' && own.currency !== partner.currency)
        assert.deepEqual([after[0].value, after[0].currency], [own.value, own.currency]);
      if (amount === 'products') assert.equal(after[0].value, own.value);
    }),
    { numRuns: 3_000 },
  );
});

test('a second merge after the first has nothing to do', () => {
  fc.assert(
    fc.property(money, money, money, owners, amounts, (base, crm, partner, owner, amount) => {
      const own = amount === 'one-currency' ? { ...crm, currency: base.currency } : crm;
      const first = run(own, partner, { crm: base, partner: base }, owner, amount);
      const [crmAfter, partnerAfter] = [
        { ...own, ...first.toCrm },
        { ...partner, ...first.toPartner },
      ];
      const second = run(
        crmAfter,
        partnerAfter,
        nextBase({ crm: base, partner: base }, crmAfter, partnerAfter, first.unsettled),
        owner,
        amount,
      );
      assert.deepEqual([second.toCrm, second.toPartner], [{}, {}]);
    }),
    { numRuns: 3_000 },
  );
});

test('Microsoft sets a value in dollars: an org that has only euros keeps its amount and shows the difference', () => {
  const base = { value: 100, currency: 'EUR' };
  const merged = run(base, { value: 120, currency: 'USD' }, { crm: base, partner: base }, 'crm', 'one-currency');
  assert.deepEqual([merged.toCrm, merged.toPartner, merged.conflicts], [{}, {}, []]);
  assert.deepEqual(
    merged.differences.map((one) => [one.field, one.why]),
    [
      ['value', 'currency'],
      ['currency', 'currency'],
    ],
  );
  assert.deepEqual(merged.unsettled, ['value', 'currency']);
});

test('the seller of that org enters an amount: it is sent with its currency', () => {
  const base = { value: 100, currency: 'EUR' };
  const merged = run({ value: 130, currency: 'EUR' }, { value: 120, currency: 'USD' }, { crm: base, partner: base }, 'crm', 'one-currency');
  assert.deepEqual([merged.toCrm, merged.toPartner], [{}, { value: 130, currency: 'EUR' }]);
});

test('an org with several currencies takes value and currency together', () => {
  const base = { value: 100, currency: 'EUR' };
  assert.deepEqual(run(base, { value: 120, currency: 'USD' }, { crm: base, partner: base }, 'crm', 'free').toCrm, {
    value: 120,
    currency: 'USD',
  });
});

test('the value changed here and the currency there: the pair is one conflict, decided by the owner of the value', () => {
  const base = { value: 100, currency: 'EUR' };
  const [crm, partner] = [
    { value: 150, currency: 'EUR' },
    { value: 100, currency: 'USD' },
  ];
  const decided = run(crm, partner, { crm: base, partner: base }, 'partner', 'free');
  assert.deepEqual([decided.toCrm, decided.toPartner, decided.conflicts[0]?.winner], [partner, {}, 'partner']);
  const asked = run(crm, partner, { crm: base, partner: base }, 'ask', 'free');
  assert.deepEqual(
    [asked.toCrm, asked.toPartner, asked.conflicts.map((one) => one.winner), asked.unsettled],
    [{}, {}, [null], ['value', 'currency']],
  );
});

test('a deal that came in with a foreign amount stays news until someone enters one', () => {
  const base = baseOfNew({ value: null, currency: 'EUR' }, { value: 75, currency: 'USD' });
  assert.deepEqual(base.partner, { value: null, currency: 'EUR' });
  const merged = run({ value: null, currency: 'EUR' }, { value: 75, currency: 'USD' }, base, 'crm', 'one-currency');
  assert.deepEqual([merged.toCrm, merged.differences.length], [{}, 2]);
  assert.deepEqual(run({ value: 70, currency: 'EUR' }, { value: 75, currency: 'USD' }, base, 'crm', 'one-currency').toPartner, {
    value: 70,
    currency: 'EUR',
  });
});
