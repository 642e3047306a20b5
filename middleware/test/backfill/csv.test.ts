import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { parseCsv, printCsv } from '../../src/cli/csv.ts';

test('whatever stands in a cell, printing and reading give it back', () => {
  const text = fc
    .string()
    .map((one) => one.trim())
    .filter((one) => !/^[=+\-@]/.test(one) && !one.includes('\r'));
  fc.assert(
    fc.property(fc.array(fc.record({ id: text.filter((one) => one !== ''), name: text }), { minLength: 1, maxLength: 5 }), (rows) => {
      assert.deepEqual(
        parseCsv(printCsv(['id', 'name'], rows)),
        rows.map((row) => ({ ...row })),
      );
    }),
  );
});

test('a file of a spreadsheet with semicolons, a byte order mark and quoted line ends is understood', () => {
  assert.deepEqual(parseCsv('\ufeffId;Name\r\nSOL-1;"Two\nlines; one cell"\r\n\r\n'), [{ id: 'SOL-1', name: 'Two\nlines; one cell' }]);
});

test('a text that a spreadsheet would run as a formula is made harmless', () => {
  assert.equal(printCsv(['name'], [{ name: '=HYPERLINK("http://x")' }]), 'name\r\n"\'=HYPERLINK(""http://x"")"\r\n');
});
