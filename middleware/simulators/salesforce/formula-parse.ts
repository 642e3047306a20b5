/** Salesforce formula text → tree. Merge form `{!$Record.Amount}` and plain form `Amount` read the same. */

export type Formula =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'reference'; readonly path: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Formula[] }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: Formula };

export type BinaryOperator = '+' | '-' | '*' | '/' | '^' | '&' | '=' | '<>' | '<' | '<=' | '>' | '>=' | '&&' | '||';

/** The formula can't be read, or means something the simulator does not know; the message names it. */
export class FormulaError extends Error {
  readonly kind: 'syntax' | 'unknown-function' | 'unknown-reference' | 'wrong-type';

  constructor(kind: FormulaError['kind'], message: string) {
    super(message);
    this.name = 'FormulaError';
    this.kind = kind;
  }
}

interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end';
  readonly text: string;
}

const tokenShape =
  /\s+|\/\*[\s\S]*?\*\/|(?<number>\d+(?:\.\d+)?|\.\d+)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\{!\s*(?<merge>[^}]+?)\s*\}|(?<name>\$?[A-Za-z_][\w$]*(?:\s*\.\s*[\w$]+)*)|(?<sign><=|>=|<>|!=|==|&&|\|\||[-+*/^&=<>!(),])/y;

const escapes: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t' };

function tokens(text: string): Token[] {
  const found: Token[] = [];
  tokenShape.lastIndex = 0;
  while (tokenShape.lastIndex < text.length) {
    const at = tokenShape.lastIndex;
    const groups = tokenShape.exec(text)?.groups;
    if (!groups) throw new FormulaError('syntax', `Syntax error. Found '${text.slice(at, at + 12)}'.`);
    const { number, text: quoted, merge, name, sign } = groups;
    if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (quoted !== undefined) {
      found.push({ kind: 'text', text: quoted.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter) });
    } else if (merge !== undefined) found.push({ kind: 'name', text: merge.replace(/\s*\.\s*/g, '.') });
    else if (name !== undefined) found.push({ kind: 'name', text: name.replace(/\s*\.\s*/g, '.') });
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign });
  }
  found.push({ kind: 'end', text: 'end of formula' });
  return found;
}

/** Loosest first. */
const levels: readonly { readonly [sign: string]: BinaryOperator }[] = [
  { '||': '||' },
  { '&&': '&&' },
  { '=': '=', '==': '=', '<>': '<>', '!=': '<>' },
  { '<': '<', '<=': '<=', '>': '>', '>=': '>=' },
  { '+': '+', '-': '-', '&': '&' },
  { '*': '*', '/': '/' },
  { '^': '^' },
];

const cache = new Map<string, Formula>();

/** @throws FormulaError of kind `syntax` or `unknown-function`. */
export function parseFormula(text: string): Formula {
  const known = cache.get(text);
  if (known) return known;
  const list = tokens(text);
  let position = 0;
  const peek = (): Token => list[position] ?? { kind: 'end', text: 'end of formula' };
  const take = (): Token => {
    const token = peek();
    position += 1;
    return token;
  };
  const expect = (sign: string): void => {
    const token = take();
    if (token.kind !== 'sign' || token.text !== sign)
      throw new FormulaError('syntax', `Syntax error. Missing '${sign}' before '${token.text}'.`);
  };

  const atLevel = (level: number): Formula => {
    const operators = levels[level];
    if (!operators) return unary();
    let left = atLevel(level + 1);
    for (;;) {
      const token = peek();
      const operator = token.kind === 'sign' ? operators[token.text] : undefined;
      if (operator === undefined) return left;
      take();
      left = { kind: 'binary', operator, left, right: atLevel(level + 1) };
    }
  };
  const unary = (): Formula => {
    const token = peek();
    if (token.kind === 'sign' && (token.text === '-' || token.text === '!' || token.text === '+')) {
      take();
      const operand = unary();
      return token.text === '+' ? operand : { kind: 'unary', operator: token.text, operand };
    }
    return primary();
  };
  const primary = (): Formula => {
    const token = take();
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'literal', value: token.text };
    if (token.kind === 'sign' && token.text === '(') {
      const inner = atLevel(0);
      expect(')');
      return inner;
    }
    if (token.kind !== 'name') throw new FormulaError('syntax', `Syntax error. Found '${token.text}'.`);
    if (peek().kind === 'sign' && peek().text === '(') return call(token.text);
    const word = token.text.toUpperCase();
    if (word === 'TRUE' || word === 'FALSE') return { kind: 'literal', value: word === 'TRUE' };
    if (word === 'NULL') return { kind: 'literal', value: null };
    return { kind: 'reference', path: token.text };
  };
  const call = (name: string): Formula => {
    const upper = name.toUpperCase();
    const arity = functionArity[upper];
    if (!arity) throw new FormulaError('unknown-function', `Unknown function ${name}. Check spelling.`);
    expect('(');
    const args: Formula[] = [];
    if (!(peek().kind === 'sign' && peek().text === ')')) {
      args.push(atLevel(0));
      while (peek().kind === 'sign' && peek().text === ',') {
        take();
        args.push(atLevel(0));
      }
    }
    expect(')');
    if (args.length < arity[0] || args.length > arity[1]) {
      throw new FormulaError(
        'syntax',
        `Incorrect number of parameters for function '${upper}()'. Expected ${arity[0]}, received ${args.length}.`,
      );
    }
    return { kind: 'call', name: upper, args };
  };

  const formula = atLevel(0);
  const rest = peek();
  if (rest.kind !== 'end') throw new FormulaError('syntax', `Syntax error. Extra '${rest.text}'.`);
  cache.set(text, formula);
  return formula;
}

const many = Number.MAX_SAFE_INTEGER;

/** The functions the simulator knows, with their least and greatest number of arguments. */
export const functionArity: { readonly [name: string]: readonly [number, number] } = {
  ABS: [1, 1],
  AND: [1, many],
  BEGINS: [2, 2],
  BLANKVALUE: [2, 2],
  BR: [0, 0],
  CASE: [4, many],
  CEILING: [1, 1],
  CONTAINS: [2, 2],
  DATE: [3, 3],
  DATETIMEVALUE: [1, 1],
  DATEVALUE: [1, 1],
  DAY: [1, 1],
  FIND: [2, 3],
  FLOOR: [1, 1],
  IF: [3, 3],
  INCLUDES: [2, 2],
  ISBLANK: [1, 1],
  ISCHANGED: [1, 1],
  ISCLONE: [0, 0],
  ISNEW: [0, 0],
  ISNULL: [1, 1],
  ISNUMBER: [1, 1],
  ISPICKVAL: [2, 2],
  LEFT: [2, 2],
  LEN: [1, 1],
  LOWER: [1, 2],
  MAX: [1, many],
  MID: [3, 3],
  MIN: [1, many],
  MOD: [2, 2],
  MONTH: [1, 1],
  NOT: [1, 1],
  NOW: [0, 0],
  NULLVALUE: [2, 2],
  OR: [1, many],
  PRIORVALUE: [1, 1],
  REGEX: [2, 2],
  RIGHT: [2, 2],
  ROUND: [2, 2],
  SUBSTITUTE: [3, 3],
  TEXT: [1, 1],
  TODAY: [0, 0],
  TRIM: [1, 1],
  UPPER: [1, 2],
  VALUE: [1, 1],
  YEAR: [1, 1],
};

/** Every reference of the tree, with the function that directly encloses it. */
export function references(formula: Formula, inside: string | null = null): { readonly path: string; readonly inside: string | null }[] {
  switch (formula.kind) {
    case 'literal':
      return [];
    case 'reference':
      return [{ path: formula.path, inside }];
    case 'call':
      return formula.args.flatMap((arg) => references(arg, formula.name));
    case 'binary':
      return [...references(formula.left, formula.operator), ...references(formula.right, formula.operator)];
    case 'unary':
      return references(formula.operand, formula.operator);
  }
}
