/**
 * Genuine documents with something wrong in them: answers of both sides, events, the admin's mapping and what operators type. Whatever
 * it is, it is read or refused in words: no crash, no hang, nothing taken that was not offered, and no object gets a new prototype.
 */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import avro from 'avsc';
import fc from 'fast-check';

import { CatalogueInput } from '../../src/app/catalogue-schema.ts';
import { DealInput, FinishInput, PauseInput, RetryInput } from '../../src/app/commands-schema.ts';
import { readInput } from '../../src/app/read-input.ts';
import { parseCsv } from '../../src/cli/csv.ts';
import { defaultMapping } from '../../src/domain/default-mapping.ts';
import { fieldNames } from '../../src/domain/fields.ts';
import { SyncError } from '../../src/errors.ts';
import { readReferral, readReferralPage } from '../../src/partner-center/schema.ts';
import { toSnapshot } from '../../src/partner-center/translate.ts';
import { understood } from '../../src/salesforce/client/client.ts';
import { noticeOf } from '../../src/salesforce/events/notice.ts';
import { createSchemas } from '../../src/salesforce/events/schemas.ts';
import {
  CompositeAnswer,
  FieldMapRow,
  OpportunityRow,
  QueryPage,
  SaveResults,
  SettingRow,
  TokenAnswer,
  ValueMapRow,
} from '../../src/salesforce/schema.ts';
import { fieldRules, settingsOf, valueRules } from '../../src/salesforce/side/mapping-rows.ts';
import { identity, ownReferral } from '../partner-center/referrals.ts';

/** Names that every object has, values at the edges of their kinds, and what breaks a text apart. */
const words = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '', ' ', '\u0000', '\u202e', '0', '-0', 'NaN', 'null'];
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    ...words,
    null,
    true,
    0,
    -1,
    1e308,
    Number.MAX_SAFE_INTEGER,
    [],
    {},
    [[]],
    'x'.repeat(70_000),
    '9999-99-99T99:99:99Z',
  ),
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
);

type Path = readonly string[];
function pathsOf(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...at, name]))];
}
function put(value: unknown, [name, ...rest]: Path, change: (inner: unknown) => unknown): unknown {
  if (name === undefined) return change(value);
  if (Array.isArray(value)) return value.map((inner, index) => (String(index) === name ? put(inner, rest, change) : (inner as unknown)));
  const inner = (value as { readonly [name: string]: unknown })[name];
  return { ...(value as object), [name]: put(inner, rest, change) };
}

/** The document with up to four places changed; a name may be added that every object has. */
const damaged = (document: unknown): fc.Arbitrary<unknown> => {
  const paths = pathsOf(document);
  const change = fc.record({ path: fc.constantFrom(...paths), value: odd, added: fc.option(fc.constantFrom(...words), { freq: 4 }) });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) =>
    changes.reduce<unknown>((changed, { path, value, added }) => {
      try {
        const text = JSON.stringify(value) ?? 'null';
        return put(changed, path, (inner) =>
          added === null || typeof inner !== 'object' || inner === null
            ? (JSON.parse(text) as unknown)
            : (JSON.parse(
                `{"${JSON.stringify(added).slice(1, -1)}":${text},${JSON.stringify(inner).slice(1)}`.replace(/,}$/, '}'),
              ) as unknown),
        );
      } catch {
        return changed;
      }
    }, document),
  );
};

/** Reads it; an error of the catalogue is an answer as well, anything else is a crash. */
function reads<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    assert.ok(error instanceof SyncError && error.code !== 'BUG', error instanceof Error ? error.stack : String(error));
    return null;
  }
}

afterEach(() => {
  assert.deepEqual(Object.keys(Object.prototype), []);
  assert.equal(({} as { readonly polluted?: unknown }).polluted, undefined);
});

const runs = { numRuns: 1_500 };

test('A referral with anything in any place is a deal in canonical values, or no referral', () => {
  fc.assert(
    fc.property(damaged(ownReferral()), damaged(ownReferral()), (own, leg) => {
      const [one, other] = [readReferral(own), readReferral(leg)];
      if (!one) return;
      const { deal, version, createdAt } = toSnapshot(one, other?.referral ?? 'none', identity);
      assert.ok(Number.isFinite(version) && Number.isFinite(createdAt));
      assert.ok(deal.value === undefined || deal.value === null || Number.isFinite(deal.value));
      assert.ok(
        deal.closeDate === undefined || deal.closeDate === null || /^\d{4}-\d\d-\d\d$/.test(deal.closeDate),
        String(deal.closeDate),
      );
      for (const name of Object.keys(deal)) assert.ok(fieldNames.includes(name as never), name);
    }),
    runs,
  );
});

test('A list of referrals with rows that are none gives the rows that are, and a count of the others', () => {
  fc.assert(
    fc.property(
      damaged({ value: [ownReferral(), ownReferral(), ownReferral()], '@odata.nextLink': 'https://x.example/?$skip=3' }),
      (page) => {
        const read = readReferralPage(page);
        if (read) assert.equal(read.rows.length + read.unreadable, (page as { readonly value: readonly unknown[] }).value.length);
      },
    ),
    runs,
  );
});

const opportunity = {
  Id: '0065g0000000001AAA',
  Name: 'Deal',
  StageName: 'Qualification',
  IsClosed: false,
  LastModifiedDate: '2026-11-20T10:00:00.000+0000',
  LastModifiedBy: { Name: 'Sam' },
  Amount: 5,
};
const answers = {
  query: [QueryPage, { totalSize: 1, done: true, records: [opportunity] }],
  opportunity: [OpportunityRow, opportunity],
  save: [SaveResults, [{ id: '0065g0000000001AAA', success: true, errors: [] }]],
  composite: [CompositeAnswer, { compositeResponse: [{ body: [], httpHeaders: {}, httpStatusCode: 200, referenceId: 'a' }] }],
  token: [TokenAnswer, { access_token: 't', instance_url: 'https://x.example', id: 'https://x.example/id/00D/005' }],
} as const;
for (const [name, [schema, document]] of Object.entries(answers))
  test(`An answer of Salesforce with anything in any place is understood or refused (${name})`, () => {
    assert.doesNotThrow(() => understood(schema as never, document), 'the genuine one is understood');
    fc.assert(
      fc.property(damaged(document), (answer) => void reads(() => understood(schema as never, answer))),
      runs,
    );
  });

test('An event that is cut, changed or of another form is put aside, never taken for a record that it does not name', async () => {
  const schema = {
    type: 'record',
    name: 'PC_Sync_Request__e',
    fields: [
      { name: 'CreatedDate', type: 'long' },
      { name: 'Record_Id__c', type: ['null', 'string'] },
      { name: 'Object__c', type: ['null', 'string'] },
      { name: 'Opportunity_Id__c', type: ['null', 'string'] },
      { name: 'Reason__c', type: ['null', 'string'] },
    ],
  } as unknown as avro.Schema;
  const decoder = await createSchemas().get('s', () => Promise.resolve(JSON.stringify(schema)));
  const id = '0065g0000000001AAA';
  const event = {
    CreatedDate: 1_764_000_000_000,
    Record_Id__c: { string: id },
    Object__c: { string: 'Opportunity' },
    Opportunity_Id__c: { string: id },
    Reason__c: { string: 'saved' },
  };
  const plain = { ...event, Record_Id__c: id, Object__c: 'Opportunity', Opportunity_Id__c: id, Reason__c: 'saved' };
  const genuine = (() => {
    try {
      return avro.Type.forSchema(schema).toBuffer(plain);
    } catch {
      return avro.Type.forSchema(schema).toBuffer(event);
    }
  })();
  assert.deepEqual(noticeOf('e', decoder.decode(genuine))?.subject, { kind: 'opportunity', id });
  const at = fc.record({ at: fc.nat(genuine.length - 1), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(at, { minLength: 1, maxLength: 5 }), fc.nat(genuine.length), (changes, length) => {
      const payload = Buffer.from(genuine);
      for (const change of changes) payload[change.at] = change.byte;
      let decoded: unknown;
      try {
        decoded = decoder.decode(payload.subarray(0, length));
      } catch {
        return;
      }
      const notice = noticeOf('e', decoded);
      if (notice?.subject.kind === 'opportunity') assert.match(notice.subject.id, /^[A-Za-z0-9]{15,18}$/);
    }),
    runs,
  );
  fc.assert(
    fc.property(damaged(plain), (decoded) => void noticeOf('e', decoded)),
    runs,
  );
});

const mapRow = {
  DeveloperName: 'Deal_Value',
  Salesforce_Path__c: 'Amount',
  Referral_Path__c: 'details/dealValue',
  Direction__c: 'Both',
  On_Create__c: true,
  On_Update__c: true,
  Owner__c: 'Salesforce',
  Default_Value__c: null,
  Transform__c: 'number',
  Limit__c: null,
  Confidential__c: false,
};
const valueRow = {
  DeveloperName: 'Won',
  Map__c: 'Stage',
  Salesforce_Value__c: 'Closed Won',
  Partner_Center_Value__c: 'won',
  Direction__c: 'Both',
};

test('A mapping record with anything in any place is a rule of known words, or a finding that names the record', () => {
  fc.assert(
    fc.property(damaged(mapRow), damaged(valueRow), (field, value) => {
      const [one, other] = [FieldMapRow.safeParse(field), ValueMapRow.safeParse(value)];
      if (one.success) {
        const { rules, findings } = fieldRules([one.data]);
        assert.ok(rules.length + findings.length > 0);
        for (const rule of rules) {
          assert.ok(['both', 'to-crm', 'to-partner', 'off'].includes(rule.direction), String(rule.direction));
          assert.ok(['crm', 'partner', 'ask', 'newest'].includes(rule.owner), String(rule.owner));
          assert.equal(typeof rule.transform, 'string');
        }
      }
      if (other.success)
        for (const rule of valueRules([other.data]).rules)
          assert.ok(['both', 'to-crm', 'to-partner'].includes(rule.direction), String(rule.direction));
    }),
    runs,
  );
});

test('A setting of any name and value changes the settings it names, or is a finding', () => {
  const names = [...words, 'Leads', 'Matching', 'Won_Hold_Hours', 'Audit_Days', 'Notify_Accepted', 'Default_Currency', 'Won_Stage'];
  fc.assert(
    fc.property(fc.array(fc.record({ DeveloperName: fc.constantFrom(...names), Value__c: odd }), { maxLength: 6 }), (rows) => {
      const known = rows.flatMap((row) => {
        const parsed = SettingRow.safeParse(row);
        return parsed.success ? [parsed.data] : [];
      });
      const { settings } = settingsOf(known, defaultMapping.settings, []);
      assert.deepEqual(Object.keys(settings).sort(), Object.keys(defaultMapping.settings).sort());
      for (const [name, value] of Object.entries(settings)) {
        const was = defaultMapping.settings[name as keyof typeof settings];
        assert.ok(was === null || value === null || typeof value === typeof was, name);
      }
    }),
    runs,
  );
});

test('What operators type or load from a file is taken as described, or refused with the place that is wrong', () => {
  const inputs = [
    [DealInput, { id: '0065g0000000001AAA' }],
    [RetryInput, { id: null }],
    [PauseInput, { reason: 'tonight' }],
    [FinishInput, { pending: {}, answer: { code: 'c', state: 's' } }],
    [CatalogueInput, { solutions: [{ id: 'SOL-1', name: 'Suite', kind: 'own' }] }],
  ] as const;
  for (const [schema, document] of inputs)
    fc.assert(
      fc.property(fc.oneof(damaged(document), odd), (input) => void reads(() => readInput(schema as never, input))),
      { numRuns: 400 },
    );
});

test('Any file of comma-separated values is rows with the names of its header', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('id', 'name', '__proto__', 'constructor', ',', ';', '"', '""', '\n', '\r\n', '\ufeff', '=1+1', 'a'), {
        maxLength: 200,
      })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (file) => {
      for (const row of parseCsv(file)) {
        assert.equal(Object.getPrototypeOf(row), Object.prototype);
        for (const value of Object.values(row)) assert.equal(typeof value, 'string');
      }
    }),
    runs,
  );
  const quotes = '"'.repeat(200_000);
  assert.ok(parseCsv(quotes).length <= 1, 'a file of quotes does not hang');
});
