/** Laws of the merge under every mix of directions, owners, frozen fields and earlier decisions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import type { Base, Deal, FieldName, Person, Solution } from '../../src/domain/deal.ts';
import { sameValue } from '../../src/domain/fields.ts';
import { merge, nextBase } from '../../src/domain/merge.ts';
import { keyOf } from '../../src/domain/merge-list.ts';
import type { Direction, FieldRule, Owner } from '../../src/domain/mapping.ts';
import { rule } from './samples.ts';

const plain = ['name', 'value', 'closeDate', 'notes'] as const;
const lists = ['contacts', 'solutions'] as const;
const names: readonly FieldName[] = [...plain, ...lists];

const people = fc.uniqueArray(
  fc.record({
    email: fc.constantFrom('a@x', 'b@x', 'c@x'),
    firstName: fc.constantFrom('Ada', 'Bo'),
    lastName: fc.constant('X'),
    phone: fc.constant('1'),
  }),
  { selector: (one) => one.email, maxLength: 3 },
);
const solutions = fc.subarray(['S1', 'S2', 'S3']).map((ids) => ids.map((id) => ({ id, name: null })));
const deal: fc.Arbitrary<Deal> = fc.record(
  {
    name: fc.constantFrom('A', 'B', 'C'),
    value: fc.constantFrom(1, 2, 3),
    closeDate: fc.constantFrom('2026-12-01', '2026-12-02', null),
    notes: fc.constantFrom('x', 'y', null),
    contacts: people,
    solutions,
  },
  { noNullPrototype: true },
);
const rules = (directions: readonly Direction[] = ['both', 'to-partner', 'to-crm', 'off']): fc.Arbitrary<readonly FieldRule[]> =>
  fc.tuple(
    ...names.map((field) =>
      fc
        .record({
          direction: fc.constantFrom(...directions),
          owner: fc.constantFrom<Owner>('crm', 'partner', 'ask'),
          onUpdate: fc.boolean(),
        })
        .map((change) => rule(field, directions.length === 1 ? { ...change, onUpdate: true } : change)),
    ),
  );
const frozenSet = fc.subarray([...names]).map((fields) => new Set<FieldName>(fields));
const agreed = (base: Deal): Base => ({ crm: base, partner: base });
const run = (base: Deal, crm: Deal, partner: Deal, given: readonly FieldRule[], frozen: ReadonlySet<FieldName> = new Set()) =>
  merge({ crm, partner, base: agreed(base), rules: given, frozen: (field) => frozen.has(field) });
const runs = { numRuns: 1_500 };

test('What cannot be changed in Partner Center any more is in no change that is sent', () => {
  fc.assert(
    fc.property(deal, deal, deal, rules(), frozenSet, (base, crm, partner, given, frozen) => {
      const sent = Object.keys(run(base, crm, partner, given, frozen).toPartner);
      assert.deepEqual(
        sent.filter((field) => frozen.has(field as FieldName)),
        [],
      );
    }),
    runs,
  );
});

test('A field travels only the way its mapping says, and one that is kept on creation only does not travel again', () => {
  fc.assert(
    fc.property(deal, deal, deal, rules(), (base, crm, partner, given) => {
      const merged = run(base, crm, partner, given);
      for (const { field, direction, onUpdate } of given) {
        if (direction === 'off' || direction === 'to-crm' || !onUpdate) assert.ok(!(field in merged.toPartner), `${field} was sent`);
        if (direction === 'off' || direction === 'to-partner' || !onUpdate) assert.ok(!(field in merged.toCrm), `${field} was taken`);
      }
    }),
    runs,
  );
});

test('An edit of one side arrives, and of two edits of one field the loser is named', () => {
  fc.assert(
    fc.property(deal, deal, deal, rules(['both']), (base, crm, partner, given) => {
      const merged = run(base, crm, partner, given);
      const [crmAfter, partnerAfter] = [
        { ...crm, ...merged.toCrm },
        { ...partner, ...merged.toPartner },
      ];
      for (const field of plain) {
        const edits = [crm, partner].filter((side) => !sameValue(field, side[field], base[field])).map((side) => side[field]);
        const conflict = merged.conflicts.find((one) => one.field === field);
        if (edits.length === 0) assert.deepEqual([crmAfter[field], partnerAfter[field]], [base[field], base[field]]);
        if (edits.length === 1) assert.deepEqual([crmAfter[field], partnerAfter[field], conflict], [edits[0], edits[0], undefined]);
        if (edits.length === 2 && edits[0] !== edits[1]) {
          assert.deepEqual([conflict?.crm, conflict?.partner], edits);
          if (conflict?.winner === null) assert.deepEqual([crmAfter[field], partnerAfter[field]], edits);
          else assert.equal(crmAfter[field], partnerAfter[field]);
        }
      }
    }),
    runs,
  );
});

test('Of a list no addition and no removal of one side is lost, whoever owns it', () => {
  fc.assert(
    fc.property(deal, deal, deal, rules(['both']), (base, crm, partner, given) => {
      const merged = run(base, crm, partner, given);
      for (const field of lists) {
        const keys = (list: readonly (Person | Solution)[] | undefined): ReadonlySet<string> => new Set((list ?? []).map(keyOf));
        const [before, ours, theirs] = [keys(base[field]), keys(crm[field]), keys(partner[field])];
        const after = [keys({ ...crm, ...merged.toCrm }[field]), keys({ ...partner, ...merged.toPartner }[field])];
        const edited = (key: string): boolean => {
          const of = (list: readonly (Person | Solution)[] | undefined) => (list ?? []).find((one) => keyOf(one) === key);
          const [b, c, p] = [of(base[field]), of(crm[field]), of(partner[field])];
          return JSON.stringify(b) !== JSON.stringify(c) && JSON.stringify(b) !== JSON.stringify(p);
        };
        for (const key of new Set([...before, ...ours, ...theirs])) {
          if (edited(key)) continue;
          const wanted = before.has(key) ? ours.has(key) && theirs.has(key) : ours.has(key) || theirs.has(key);
          for (const side of after) assert.equal(side.has(key), wanted, `${field} ${key}`);
        }
      }
    }),
    runs,
  );
});

test('Merging twice is the same as merging once, under any mapping and with any fields frozen', () => {
  fc.assert(
    fc.property(deal, deal, deal, rules(), frozenSet, (base, crm, partner, given, frozen) => {
      const first = run(base, crm, partner, given, frozen);
      const [crmAfter, partnerAfter] = [
        { ...crm, ...first.toCrm },
        { ...partner, ...first.toPartner },
      ];
      const second = merge({
        crm: crmAfter,
        partner: partnerAfter,
        base: nextBase(agreed(base), crmAfter, partnerAfter, first.unsettled),
        rules: given,
        frozen: (field) => frozen.has(field),
      });
      assert.deepEqual([second.toCrm, second.toPartner], [{}, {}]);
    }),
    { numRuns: 3_000 },
  );
});

test('A person decides for one side: both hold its value, whatever the owner rule says', () => {
  fc.assert(
    fc.property(
      deal,
      deal,
      deal,
      rules(['both']),
      fc.constantFrom<'crm' | 'partner'>('crm', 'partner'),
      (base, crm, partner, given, side) => {
        const merged = merge({ crm, partner, base: agreed(base), rules: given, frozen: () => false, decided: { notes: side } });
        const chosen = side === 'crm' ? crm.notes : partner.notes;
        assert.deepEqual([{ ...crm, ...merged.toCrm }.notes, { ...partner, ...merged.toPartner }.notes], [chosen, chosen]);
      },
    ),
    runs,
  );
});
