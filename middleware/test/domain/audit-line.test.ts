import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import {
  auditActs,
  auditResults,
  auditWays,
  parseAuditLine,
  prependAudit,
  printAuditLine,
  type AuditEntry,
} from '../../src/domain/audit-line.ts';

const label = fc.constantFrom('Deal value', 'Close date', 'Notes', "Microsoft's seller");
const value = fc.option(fc.string({ unit: 'binary', maxLength: 40 }), { nil: null });
const change = fc.oneof(
  label.map((field) => ({ field })),
  fc.record({ field: label, from: value, to: value }, { noNullPrototype: true }),
  fc.record({ field: label, from: value, to: value, lost: value }, { noNullPrototype: true }),
);
const entry: fc.Arbitrary<AuditEntry> = fc.record(
  {
    at: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
    way: fc.constantFrom(...auditWays),
    act: fc.constantFrom(...auditActs),
    result: fc.constantFrom(...auditResults),
    by: fc.option(fc.string({ unit: 'binary', maxLength: 30 }), { nil: null }),
    changes: fc.array(change, { maxLength: 4 }),
    code: fc.option(fc.constantFrom('CRM_STALE', 'V3', 'PC_REFUSED'), { nil: null }),
    text: fc.option(fc.string({ unit: 'binary', maxLength: 80 }), { nil: null }),
    requestId: fc.option(fc.uuid(), { nil: null }),
  },
  { noNullPrototype: true },
);

test('whatever the service writes into the audit field can be read back exactly', () => {
  fc.assert(
    fc.property(entry, (written) => {
      const line = printAuditLine(written);
      assert.ok(!line.includes('\n'));
      assert.deepEqual(parseAuditLine(line), written);
    }),
    { numRuns: 500 },
  );
});

test('a line somebody typed by hand is recognised as not ours', () => {
  fc.assert(fc.property(fc.string(), (text) => text.startsWith('v1 ') || parseAuditLine(text) === null));
  assert.equal(parseAuditLine('v1 2026-02-30 | nonsense'), null);
});

test('new lines stand on top and the oldest ones leave whole when the field is full', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index} ${'x'.repeat(100)}`);
  let field = '';
  for (const line of lines) field = prependAudit(field, [line], 1000);

  assert.ok(field.length <= 1000);
  assert.ok(field.startsWith('line 49 '));
  for (const line of field.split('\n')) assert.ok(lines.includes(line));
});
