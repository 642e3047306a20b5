/**
 * Evaluates Salesforce formulas: formula fields, validation rules, default values, and the flow interpreter's entry conditions.
 * `parseFormula` refuses a function it does not know by name, so a deployment fails instead of a save behaving oddly.
 */
import { FormulaError, parseFormula, references, type BinaryOperator, type Formula } from './formula-parse.ts';
import type { FieldType } from './schema-model.ts';
import { isoDate, isRealDate, parseTime, wireTime } from './wire-time.ts';

export { FormulaError, parseFormula, type Formula } from './formula-parse.ts';

/** Dates and times stay apart from text so that `CloseDate < TODAY()` means what it says. */
export interface Moment {
  readonly kind: 'date' | 'datetime';
  /** Epoch ms; midnight UTC of a date. */
  readonly at: number;
}

export type FormulaValue = string | number | boolean | null | Moment;

/** What a formula can ask of the place it stands in. */
export interface FormulaContext {
  /** `Amount`, `Account.Name`, `$Record.Amount`, `$User.Id`, `$Permission.X`; throws FormulaError `unknown-reference`. */
  value(path: string): FormulaValue;
  isNew(): boolean;
  /** Made by the page's Clone; nothing on the wire marks one. */
  isClone(): boolean;
  isChanged(path: string): boolean;
  /** Value before the save; the present one on insert. */
  prior(path: string): FormulaValue;
  /** Epoch ms. */
  now(): number;
}

const isMoment = (value: FormulaValue): value is Moment => typeof value === 'object' && value !== null;
const isBlank = (value: FormulaValue): boolean => value === null || value === '';
const truth = (value: FormulaValue): boolean => value === true;

/** As `TEXT()` prints it. */
export function asText(value: FormulaValue): string {
  if (value === null) return '';
  if (isMoment(value)) return value.kind === 'date' ? isoDate(value.at) : `${wireTime(value.at).slice(0, 19).replace('T', ' ')}Z`;
  return String(value);
}

const asNumber = (value: FormulaValue): number | null => {
  if (typeof value === 'number') return value;
  if (isMoment(value)) return value.at / 86_400_000;
  return null;
};

function same(left: FormulaValue, right: FormulaValue): boolean {
  if (isBlank(left) || isBlank(right)) return isBlank(left) && isBlank(right);
  if (isMoment(left) && isMoment(right)) return left.at === right.at;
  return left === right;
}

function order(left: FormulaValue, right: FormulaValue): number | null {
  if (isBlank(left) || isBlank(right)) return null;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  const a = asNumber(left);
  const b = asNumber(right);
  return a === null || b === null ? null : a - b;
}

function add(left: FormulaValue, right: FormulaValue, sign: 1 | -1): FormulaValue {
  if (sign === 1 && (typeof left === 'string' || typeof right === 'string')) return asText(left) + asText(right);
  if (isMoment(left) && isMoment(right)) return (left.at - right.at) / 86_400_000;
  if (isMoment(left) && typeof right === 'number') return { kind: left.kind, at: left.at + sign * right * 86_400_000 };
  const a = asNumber(left);
  const b = asNumber(right);
  return a === null || b === null ? null : a + sign * b;
}

function binary(operator: BinaryOperator, left: FormulaValue, right: FormulaValue): FormulaValue {
  switch (operator) {
    case '=':
      return same(left, right);
    case '<>':
      return !same(left, right);
    case '&':
      return asText(left) + asText(right);
    case '+':
      return add(left, right, 1);
    case '-':
      return add(left, right, -1);
    case '*':
    case '/':
    case '^': {
      const a = asNumber(left);
      const b = asNumber(right);
      if (a === null || b === null || (operator === '/' && b === 0)) return null;
      return operator === '*' ? a * b : operator === '/' ? a / b : a ** b;
    }
    case '&&':
      return truth(left) && truth(right);
    case '||':
      return truth(left) || truth(right);
    default: {
      const sign = order(left, right);
      if (sign === null) return false;
      return operator === '<' ? sign < 0 : operator === '<=' ? sign <= 0 : operator === '>' ? sign > 0 : sign >= 0;
    }
  }
}

/** @throws FormulaError when a reference is unknown. */
export function evaluateFormula(formula: Formula, context: FormulaContext): FormulaValue {
  switch (formula.kind) {
    case 'literal':
      return formula.value;
    case 'reference':
      return context.value(formula.path);
    case 'unary': {
      const value = evaluateFormula(formula.operand, context);
      if (formula.operator === '!') return !truth(value);
      return typeof value === 'number' ? -value : null;
    }
    case 'binary': {
      const left = evaluateFormula(formula.left, context);
      if (formula.operator === '&&' && !truth(left)) return false;
      if (formula.operator === '||' && truth(left)) return true;
      return binary(formula.operator, left, evaluateFormula(formula.right, context));
    }
    case 'call':
      return call(formula.name, formula.args, context);
  }
}

const pathOf = (formula: Formula | undefined, name: string): string => {
  if (formula?.kind !== 'reference')
    throw new FormulaError('wrong-type', `Incorrect parameter for function ${name}(): a field is expected.`);
  return formula.path;
};

function call(name: string, args: readonly Formula[], context: FormulaContext): FormulaValue {
  const at = (index: number): FormulaValue => {
    const arg = args[index];
    return arg ? evaluateFormula(arg, context) : null;
  };
  const text = (index: number): string => asText(at(index));
  const number = (index: number): number => asNumber(at(index)) ?? 0;
  const moment = (index: number): Moment | null => {
    const value = at(index);
    if (isMoment(value)) return value;
    const ms = typeof value === 'string' ? parseTime(value) : null;
    return ms === null ? null : { kind: 'datetime', at: ms };
  };
  switch (name) {
    case 'IF':
      return truth(at(0)) ? at(1) : at(2);
    case 'AND':
      return args.every((arg) => truth(evaluateFormula(arg, context)));
    case 'OR':
      return args.some((arg) => truth(evaluateFormula(arg, context)));
    case 'NOT':
      return !truth(at(0));
    case 'ISBLANK':
    case 'ISNULL':
      return isBlank(at(0));
    case 'BLANKVALUE':
    case 'NULLVALUE': {
      const value = at(0);
      return isBlank(value) ? at(1) : value;
    }
    case 'CASE': {
      const subject = at(0);
      for (let index = 1; index + 1 < args.length; index += 2) if (same(subject, at(index))) return at(index + 1);
      return at(args.length - 1);
    }
    case 'ISPICKVAL':
      return same(at(0), at(1));
    case 'INCLUDES':
      return text(0).split(';').includes(text(1));
    case 'ISNEW':
      return context.isNew();
    case 'ISCLONE':
      return context.isClone();
    case 'ISCHANGED':
      return context.isChanged(pathOf(args[0], name));
    case 'PRIORVALUE':
      return context.prior(pathOf(args[0], name));
    case 'TEXT':
      return text(0);
    case 'VALUE': {
      const value = text(0).trim();
      return value === '' || Number.isNaN(Number(value)) ? null : Number(value);
    }
    case 'ISNUMBER':
      return text(0).trim() !== '' && !Number.isNaN(Number(text(0)));
    case 'LEN':
      return text(0).length;
    case 'LEFT':
      return text(0).slice(0, Math.max(0, number(1)));
    case 'RIGHT':
      return number(1) <= 0 ? '' : text(0).slice(-number(1));
    case 'MID':
      return text(0).slice(Math.max(0, number(1) - 1), Math.max(0, number(1) - 1) + number(2));
    case 'LOWER':
      return text(0).toLowerCase();
    case 'UPPER':
      return text(0).toUpperCase();
    case 'TRIM':
      return text(0).trim();
    case 'CONTAINS':
      return text(0).includes(text(1));
    case 'BEGINS':
      return text(0).startsWith(text(1));
    case 'FIND':
      return text(1).indexOf(text(0), args.length > 2 ? number(2) - 1 : 0) + 1;
    case 'SUBSTITUTE':
      return text(0).split(text(1)).join(text(2));
    case 'REGEX':
      return new RegExp(`^(?:${text(1)})$`).test(text(0));
    case 'BR':
      return '\n';
    case 'ABS':
      return Math.abs(number(0));
    case 'CEILING':
      return Math.ceil(number(0));
    case 'FLOOR':
      return Math.floor(number(0));
    case 'ROUND':
      return Math.round(number(0) * 10 ** number(1)) / 10 ** number(1);
    case 'MOD':
      return number(1) === 0 ? null : number(0) % number(1);
    case 'MAX':
      return Math.max(...args.map((_, index) => number(index)));
    case 'MIN':
      return Math.min(...args.map((_, index) => number(index)));
    case 'TODAY':
      return { kind: 'date', at: Math.floor(context.now() / 86_400_000) * 86_400_000 };
    case 'NOW':
      return { kind: 'datetime', at: context.now() };
    case 'DATE':
      return { kind: 'date', at: Date.UTC(number(0), number(1) - 1, number(2)) };
    case 'DATEVALUE': {
      const value = moment(0);
      return value && { kind: 'date', at: Math.floor(value.at / 86_400_000) * 86_400_000 };
    }
    case 'DATETIMEVALUE': {
      const value = moment(0);
      return value && { kind: 'datetime', at: value.at };
    }
    case 'YEAR':
    case 'MONTH':
    case 'DAY': {
      const value = moment(0);
      if (!value) return null;
      const date = new Date(value.at);
      return name === 'YEAR' ? date.getUTCFullYear() : name === 'MONTH' ? date.getUTCMonth() + 1 : date.getUTCDate();
    }
    default:
      throw new FormulaError('unknown-function', `Unknown function ${name}. Check spelling.`);
  }
}

/** A stored field value as formulas see it. */
export function toFormulaValue(type: FieldType, value: string | number | boolean | null): FormulaValue {
  if (typeof value !== 'string') return value ?? (type === 'Checkbox' ? false : null);
  if (type === 'Date') return isRealDate(value) ? { kind: 'date', at: Date.parse(`${value}T00:00:00Z`) } : null;
  if (type === 'DateTime') {
    const ms = parseTime(value);
    return ms === null ? null : { kind: 'datetime', at: ms };
  }
  return value;
}

/** A formula's result as a field of the type holds it. */
export function fromFormulaValue(type: FieldType, value: FormulaValue): string | number | boolean | null {
  if (isMoment(value)) return type === 'Date' ? isoDate(value.at) : type === 'DateTime' ? wireTime(value.at) : asText(value);
  if (type === 'Checkbox') return value === true;
  if (value === '') return null;
  return value;
}

const picklistFunctions: ReadonlySet<string> = new Set(['ISPICKVAL', 'CASE', 'TEXT', 'ISBLANK', 'ISCHANGED', 'PRIORVALUE', 'INCLUDES']);

/**
 * What the platform would refuse at deployment: unknown functions and fields, picklists used as text, long text where it
 * can't stand (salesforce-package §5). Empty = fine.
 * @param place where the formula stands
 * @param typeOf type behind a reference; undefined = no such field; `other` = known and unrestricted (`$User.Id`)
 */
export function formulaProblems(
  text: string,
  place: 'formula-field' | 'validation-rule' | 'flow',
  typeOf: (path: string) => FieldType | 'other' | undefined,
): string[] {
  let formula: Formula;
  try {
    formula = parseFormula(text);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  const problems: string[] = [];
  for (const { path, inside } of references(formula)) {
    const type = typeOf(path);
    if (type === undefined) problems.push(`Field ${path} does not exist. Check spelling.`);
    else if ((type === 'Picklist' || type === 'MultiselectPicklist') && !picklistFunctions.has(inside ?? '')) {
      problems.push(`Field ${path} is a picklist field. Picklist fields are only supported in certain functions.`);
    } else if (type === 'LongTextArea' && (place !== 'validation-rule' || inside === 'ISCHANGED' || inside === 'PRIORVALUE')) {
      problems.push(`Field ${path} is a long text area field and can't be used in this formula.`);
    }
    if ((inside === 'ISCHANGED' || inside === 'PRIORVALUE') && place === 'formula-field') {
      problems.push(`Function ${inside} may not be used in this type of formula.`);
    }
  }
  return [...new Set(problems)];
}
