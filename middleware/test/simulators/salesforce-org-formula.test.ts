import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  evaluateFormula,
  formulaProblems,
  FormulaError,
  parseFormula,
  type FormulaContext,
  type FormulaValue,
} from '../../simulators/salesforce/formula.ts';

const now = Date.UTC(2026, 10, 20, 10);

function evaluate(
  text: string,
  values: { readonly [path: string]: FormulaValue } = {},
  prior: { readonly [path: string]: FormulaValue } | null = null,
): FormulaValue {
  const read = (from: { readonly [path: string]: FormulaValue }, path: string): FormulaValue => {
    if (!(path in from)) throw new FormulaError('unknown-reference', `Field ${path} does not exist.`);
    return from[path] ?? null;
  };
  const context: FormulaContext = {
    value: (path) => read(values, path),
    isNew: () => prior === null,
    isClone: () => false,
    isChanged: (path) => prior !== null && read(prior, path) !== read(values, path),
    prior: (path) => read(prior ?? values, path),
    now: () => now,
  };
  return evaluateFormula(parseFormula(text), context);
}

describe('formulas of the simulated org', () => {
  const table: readonly (readonly [string, FormulaValue, { readonly [path: string]: FormulaValue }?])[] = [
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3 - -1', 10],
    ['2 ^ 3 / 4', 2],
    ['"a" & "b" + "c"', 'abc'],
    ['IF(Amount > 100, "big", "small")', 'big', { Amount: 101 }],
    ['IF(Amount > 100, "big", "small")', 'small', { Amount: null }],
    ['AND(true, NOT(false), OR(false, 1 < 2))', true],
    ['!Shared || Shared && 1 <> 2', true, { Shared: true }],
    ['ISBLANK(X)', true, { X: null }],
    ['X = ""', true, { X: null }],
    ['X <> "a"', true, { X: null }],
    ['BLANKVALUE(X, "none")', 'none', { X: '' }],
    ['CASE(Stage, "New", 1, "Won", 2, 0)', 2, { Stage: 'Won' }],
    ['ISPICKVAL(Stage, "New")', false, { Stage: 'Won' }],
    ['TEXT(Stage) & "!"', 'Won!', { Stage: 'Won' }],
    ['LEFT("Salesforce", 5) & RIGHT("org", 1) & MID("abcdef", 2, 3)', 'Salesgbcd'],
    ['CONTAINS("co-sell", "sell") && BEGINS("co-sell", "co") && FIND("s", "co-sell") = 4', true],
    ['SUBSTITUTE(UPPER(TRIM(" ab ")), "A", "x")', 'xB'],
    ['ROUND(2.345, 2) + MOD(7, 4) + ABS(-1) + MAX(1, 5) + MIN(2, 3)', 13.35],
    ['Close < TODAY()', true, { Close: { kind: 'date', at: Date.UTC(2026, 10, 19) } }],
    ['TODAY() - Close', 1, { Close: { kind: 'date', at: Date.UTC(2026, 10, 19) } }],
    ['YEAR(TODAY()) * 100 + MONTH(TODAY())', 202611],
    ['TEXT(DATE(2026, 2, 3))', '2026-02-03'],
    ['{!$Record.Amount} > 1 /* a comment */', true, { '$Record.Amount': 2 }],
    ['LEN(REGEX("abc", "[a-c]+") & "")', 4],
  ];
  for (const [text, expected, values] of table) {
    it(`${text} is ${JSON.stringify(expected)}`, () => assert.deepEqual(evaluate(text, values), expected));
  }

  it('knows what changed only on a record that was there before', () => {
    const entry = 'OR(ISNEW(), ISCHANGED(Amount))';
    assert.equal(evaluate(entry, { Amount: 1 }), true);
    assert.equal(evaluate(entry, { Amount: 1 }, { Amount: 1 }), false);
    assert.equal(evaluate(entry, { Amount: 2 }, { Amount: 1 }), true);
    assert.equal(evaluate('PRIORVALUE(Amount)', { Amount: 2 }, { Amount: 1 }), 1);
  });

  it('names a function it does not know, at parse time', () => {
    assert.throws(
      () => parseFormula('IF(VLOOKUP(a, b, c), 1, 2)'),
      (error: unknown) => error instanceof FormulaError && error.kind === 'unknown-function' && error.message.includes('VLOOKUP'),
    );
  });

  it('says where the text stops making sense', () => {
    for (const text of ['1 +', 'IF(a, b', 'a b', '"open', 'IF(a, b)', '1 # 2']) {
      assert.throws(
        () => parseFormula(text),
        (error: unknown) => error instanceof FormulaError && error.kind === 'syntax',
        text,
      );
    }
  });

  it('finds what a deployment would be refused for', () => {
    const typeOf = (path: string) => (({ Stage: 'Picklist', Notes: 'LongTextArea', Name: 'Text' }) as const)[path];
    assert.deepEqual(formulaProblems('AND(ISPICKVAL(Stage, "x"), ISCHANGED(Name))', 'flow', typeOf), []);
    assert.match(formulaProblems('Stage = "x"', 'validation-rule', typeOf).join(), /picklist field/);
    assert.match(formulaProblems('ISCHANGED(Notes)', 'flow', typeOf).join(), /long text/);
    assert.match(formulaProblems('Nope = 1', 'formula-field', typeOf).join(), /Nope does not exist/);
    assert.match(formulaProblems('ISCHANGED(Name)', 'formula-field', typeOf).join(), /may not be used/);
  });
});
