import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import type { Base, Deal, Person } from '../../src/domain/deal.ts';
import { sameDeal, sameValue } from '../../src/domain/fields.ts';
import { merge, nextBase, type Merge } from '../../src/domain/merge.ts';
import type { FieldRule, Owner } from '../../src/domain/mapping.ts';
import { rule } from './samples.ts';

const rules = (owner: Owner, change: Partial<FieldRule> = {}): readonly FieldRule[] =>
  (['name', 'value', 'closeDate', 'notes', 'contacts', 'solutions'] as const).map((field) => rule(field, { owner, ...change }));
const never = (): boolean => false;

const person: fc.Arbitrary<Person> = fc
  .record({
    email: fc.constantFrom('a@x.example', 'b@x.example', 'c@x.example'),
    firstName: fc.constantFrom('Ada', 'Bo', null),
    lastName: fc.constant('X'),
    phone: fc.constantFrom('1', '2'),
  })
  .map((one) => ({ ...one }));
const people = fc.uniqueArray(person, { selector: (one) => one.email, maxLength: 3 });
const solutions = fc
  .uniqueArray(fc.constantFrom('SOL-1', 'SOL-2', 'SOL-3'), { maxLength: 3 })
  .map((ids) => ids.map((id) => ({ id, name: null })));
const deal: fc.Arbitrary<Deal> = fc
  .record({
    name: fc.constantFrom('Alpha', 'Beta', 'Gamma'),
    value: fc.constantFrom(1, 2, 3),
    closeDate: fc.constantFrom('2026-12-01', '2026-12-02', null),
    notes: fc.constantFrom('x', 'y', null),
    contacts: people,
    solutions,
  })
  .map((one) => ({ ...one }));
/** A small change of one deal, so that the interesting cases meet. */
const nearby = (from: Deal): fc.Arbitrary<Deal> =>
  fc
    .record({ change: deal, fields: fc.subarray(Object.keys(from)) })
    .map(({ change, fields }) => ({ ...from, ...Object.fromEntries(fields.map((field) => [field, change[field as keyof Deal]])) }));
const triple = deal.chain((base) => fc.tuple(fc.constant(base), nearby(base), nearby(base)));

const apply = (crm: Deal, partner: Deal, result: Merge): [Deal, Deal] => [
  { ...crm, ...result.toCrm },
  { ...partner, ...result.toPartner },
];
const agreed = (base: Deal): Base => ({ crm: base, partner: base });

test('nobody changed anything: nothing is written', () => {
  fc.assert(
    fc.property(deal, (base) => {
      const result = merge({ crm: base, partner: base, base: agreed(base), rules: rules('crm'), frozen: never });
      assert.deepEqual([result.toCrm, result.toPartner, result.conflicts], [{}, {}, []]);
    }),
  );
});

test('only one side moved: the other follows it, whatever the owner rule says', () => {
  fc.assert(
    fc.property(triple, fc.constantFrom<Owner>('crm', 'partner', 'ask'), ([base, changed], owner) => {
      const outbound = merge({ crm: changed, partner: base, base: agreed(base), rules: rules(owner), frozen: never });
      const inbound = merge({ crm: base, partner: changed, base: agreed(base), rules: rules(owner), frozen: never });

      assert.ok(sameDeal(apply(changed, base, outbound)[1], changed));
      assert.ok(sameDeal(apply(base, changed, inbound)[0], changed));
      assert.deepEqual(outbound.conflicts, []);
    }),
  );
});

test('a second pass after the writes has nothing to do', () => {
  fc.assert(
    fc.property(triple, fc.constantFrom<Owner>('crm', 'partner', 'ask'), ([base, crm, partner], owner) => {
      const first = merge({ crm, partner, base: agreed(base), rules: rules(owner), frozen: never });
      const [crmAfter, partnerAfter] = apply(crm, partner, first);
      const base2 = nextBase(agreed(base), crmAfter, partnerAfter, first.unsettled);
      const second = merge({ crm: crmAfter, partner: partnerAfter, base: base2, rules: rules(owner), frozen: never });

      assert.deepEqual([second.toCrm, second.toPartner], [{}, {}]);
      assert.deepEqual(second.unsettled, first.unsettled);
    }),
    { numRuns: 2000 },
  );
});

test('no value is invented: each written value stood on one of the sides', () => {
  fc.assert(
    fc.property(triple, ([base, crm, partner]) => {
      const result = merge({ crm, partner, base: agreed(base), rules: rules('crm'), frozen: never });
      for (const field of ['name', 'value', 'closeDate', 'notes'] as const) {
        if (field in result.toCrm) assert.ok(sameValue(field, result.toCrm[field], partner[field]));
        if (field in result.toPartner) assert.ok(sameValue(field, result.toPartner[field], crm[field]));
      }
    }),
  );
});

test('a conflict is reported exactly when both sides moved apart on the same field', () => {
  fc.assert(
    fc.property(triple, ([base, crm, partner]) => {
      const result = merge({ crm, partner, base: agreed(base), rules: rules('ask'), frozen: never });
      for (const field of ['name', 'value', 'closeDate', 'notes'] as const) {
        const apart =
          !sameValue(field, crm[field], base[field]) &&
          !sameValue(field, partner[field], base[field]) &&
          !sameValue(field, crm[field], partner[field]);
        assert.equal(
          result.conflicts.some((conflict) => conflict.field === field),
          apart,
        );
      }
    }),
    { numRuns: 500 },
  );
});

test('different fields changed in the same moment both survive', () => {
  const base: Deal = { name: 'Alpha', value: 1 };
  const result = merge({
    crm: { name: 'Beta', value: 1 },
    partner: { name: 'Alpha', value: 2 },
    base: agreed(base),
    rules: rules('crm'),
    frozen: never,
  });

  assert.deepEqual([result.toPartner, result.toCrm, result.conflicts], [{ name: 'Beta' }, { value: 2 }, []]);
});

test('a contact added here and one removed there both survive', () => {
  const [ada, bo, cy]: Person[] = ['a@x.example', 'b@x.example', 'c@x.example'].map((email) => ({
    email,
    firstName: 'F',
    lastName: 'L',
    phone: null,
  })) as [Person, Person, Person];
  const base: Deal = { contacts: [ada, bo] };
  const result = merge({
    crm: { contacts: [ada, bo, cy] as Person[] },
    partner: { contacts: [bo] as Person[] },
    base: agreed(base),
    rules: rules('crm'),
    frozen: never,
  });

  assert.deepEqual(result.toPartner.contacts?.map((one) => one.email).sort(), ['b@x.example', 'c@x.example']);
  assert.deepEqual(result.toCrm.contacts?.map((one) => one.email).sort(), ['b@x.example', 'c@x.example']);
});

test('a field nobody agreed on yet is never overwritten: equal is agreed, empty is filled, different is asked', () => {
  const none: Base = { crm: {}, partner: {} };
  const result = merge({
    crm: { name: 'A', notes: null, value: 5 },
    partner: { name: 'B', notes: 'text', value: 5 },
    base: none,
    rules: rules('crm'),
    frozen: never,
  });

  assert.deepEqual([result.toPartner, result.toCrm], [{}, { notes: 'text' }]);
  assert.deepEqual(
    result.conflicts.map(({ field, winner }) => [field, winner]),
    [['name', null]],
  );
});

test('a frozen field is never sent and stays visible as a difference until it is changed back', () => {
  const base = agreed({ name: 'Alpha' });
  const once = merge({ crm: { name: 'Beta' }, partner: { name: 'Alpha' }, base, rules: rules('crm'), frozen: () => true });
  const base2 = nextBase(base, { name: 'Beta' }, { name: 'Alpha' }, once.unsettled);
  const twice = merge({ crm: { name: 'Beta' }, partner: { name: 'Alpha' }, base: base2, rules: rules('crm'), frozen: () => true });

  assert.deepEqual([once.toPartner, twice.toPartner], [{}, {}]);
  assert.deepEqual(
    twice.differences.map((difference) => [difference.field, difference.why]),
    [['name', 'frozen']],
  );
});

test('a value the other side rounds or cuts is not sent back as an edit', () => {
  const base: Base = { crm: { value: 10.5 }, partner: { value: 10 } };
  const result = merge({ crm: { value: 10.5 }, partner: { value: 10 }, base, rules: rules('ask'), frozen: never });

  assert.deepEqual([result.toCrm, result.toPartner, result.conflicts], [{}, {}, []]);
});

test('A field the mapping did not cover for a while is a conflict when both sides changed it meanwhile, and nobody is overwritten in silence', () => {
  const base: Base = { crm: { notes: 'agreed' }, partner: { notes: 'agreed' } };
  const meanwhile = nextBase(base, {}, { notes: 'theirs' }, []);
  const covered = merge({ crm: { notes: 'ours' }, partner: { notes: 'theirs' }, base: meanwhile, rules: rules('crm'), frozen: never });

  assert.deepEqual(covered.conflicts, [{ field: 'notes', crm: 'ours', partner: 'theirs', winner: 'crm' }]);
});
