/** Reads just enough of a Salesforce formula to find misspelt functions, fields and brackets; typing is left to the org. */

/** Functions the package uses; anything else is most likely a typing mistake. Extend the list when a formula needs more. */
const functions = new Set(['AND', 'OR', 'NOT', 'IF', 'ISBLANK', 'ISNEW', 'ISCHANGED', 'ISPICKVAL']);

export interface FormulaParts {
  /** Bare or dotted names, `{!…}` without its braces. */
  readonly names: readonly string[];
  /** Names inside ISCHANGED(…). */
  readonly changed: readonly string[];
  /** `ISPICKVAL(field, "value")` and `field = "value"` pairs. */
  readonly literals: readonly { readonly name: string; readonly value: string }[];
  readonly faults: readonly string[];
}

/** The parts of a formula; faults when it cannot be right. Formulas longer than 3,900 characters are refused by the platform. */
export function readFormula(formula: string): FormulaParts {
  const faults: string[] = [];
  if (formula.length > 3_900) faults.push('the formula is longer than 3,900 characters');
  const withoutTexts = formula.replaceAll(/"[^"]*"/g, '""');
  let depth = 0;
  for (const character of withoutTexts) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) break;
  }
  if (depth !== 0) faults.push('the brackets of the formula do not match');
  if ((formula.match(/"/g) ?? []).length % 2 !== 0) faults.push('a quotation mark of the formula is not closed');
  if (/,\s*[,)]/.test(withoutTexts) || /\(\s*,/.test(withoutTexts)) faults.push('the formula has an empty argument');
  const plain = withoutTexts.replaceAll(/\{!([^}]*)\}/g, '$1');
  if (/[{}]/.test(plain)) faults.push('the braces of the formula do not match');
  for (const match of plain.matchAll(/([A-Za-z_]+)\s*\(/g))
    if (!functions.has(match[1] as string)) faults.push(`the function ${match[1]} is not known`);
  if (/""\s*""|\)\s*[A-Za-z$(]/.test(plain)) faults.push('the formula misses a comma or an operator');
  const names = [...plain.matchAll(/\$?[A-Za-z_][\w.$]*(?!\s*\()\b(?!\s*\()/g)]
    .map((match) => match[0])
    .filter((name) => !functions.has(name) && !/^(true|false|null)$/i.test(name));
  const changed = [...plain.matchAll(/ISCHANGED\(\s*([^)\s]*)\s*\)/g)].map((match) => match[1] as string);
  const literals = [
    ...formula.matchAll(/ISPICKVAL\(\s*([\w.$]+)\s*,\s*"([^"]*)"\s*\)/g),
    ...formula.matchAll(/([\w.$]+)\s*=\s*"([^"]*)"/g),
  ].map((match) => ({ name: match[1] as string, value: match[2] as string }));
  return { names, changed, literals, faults };
}
