/** The OData `$filter` of the list (API §4.1): eq ne gt ge lt le, and, or, parentheses, any; GUIDs and dates with or without quotes. */
import { Refusal } from './refusal.ts';
import { instantText, nameIn, type Shape } from './shape.ts';
import { valueAt } from './patch.ts';
import type { Json } from './model.ts';

type Test = (referral: Json) => boolean;
type Scope = { readonly variable: string; readonly shape: Shape };
type Token = { readonly kind: 'word' | 'text' | 'mark'; readonly text: string };

const operators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
type Operator = (typeof operators)[number];

const bad = (message: string): Refusal => new Refusal(400, 'invalidRequest', message, { target: '$filter' });

/** API §4.1: the filters the documentation shows. Others are refused, because nothing says that they work. */
const documented = [
  'engagementId',
  'status',
  'substatus',
  'qualification',
  'type',
  'direction',
  'customerProfile/address/country',
  'updatedDateTime',
  'team',
];

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:'((?:[^']|'')*)'|([():])|([^\s'():]+(?::\d\d[^\s'()]*)?))/gy;
  let end = 0;
  for (let match = pattern.exec(source); match; match = pattern.exec(source)) {
    end = pattern.lastIndex;
    const [, quoted, mark, word] = match;
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll("''", "'") });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
    else tokens.push({ kind: 'word', text: word ?? '' });
  }
  if (source.slice(end).trim() !== '') throw bad(`The filter cannot be read at "${source.slice(end, end + 20)}".`);
  return tokens;
}

export interface FilterOptions {
  /** Fields that may be filtered beside the documented ones. */
  readonly alsoBy?: readonly string[];
}

export interface Filter {
  readonly test: Test;
  /** The first path segment of every compared field. */
  readonly fields: ReadonlySet<string>;
  /** What the whole filter asks for when it is a single "field eq value". */
  readonly equals: { readonly field: string; readonly value: Json } | null;
}

/** Throws `Refusal` 400 for what cannot be read or filtered. */
export function parseFilter(source: string, shape: Shape, { alsoBy = [] }: FilterOptions = {}): Filter {
  const tokens = tokensOf(source);
  const allowed = new Set([...documented, ...alsoBy]);
  const fields = new Set<string>();
  const compared: { readonly field: string; readonly operator: Operator; readonly value: Json }[] = [];
  let at = 0;
  const peek = (): Token | undefined => tokens[at];
  const isWord = (text: string): boolean => peek()?.kind === 'word' && peek()?.text === text;
  const take = (): Token => {
    const token = tokens[at];
    at += 1;
    if (!token) throw bad('The filter ends too early.');
    return token;
  };
  const mark = (text: string): void => {
    const token = take();
    if (token.kind !== 'mark' || token.text !== text) throw bad(`"${text}" is missing in the filter, "${token.text}" stands there.`);
  };

  function either(scope?: Scope): Test {
    let test = both(scope);
    while (isWord('or')) {
      take();
      const [left, right] = [test, both(scope)];
      test = (item) => left(item) || right(item);
    }
    return test;
  }

  function both(scope?: Scope): Test {
    let test = single(scope);
    while (isWord('and')) {
      take();
      const [left, right] = [test, single(scope)];
      test = (item) => left(item) && right(item);
    }
    return test;
  }

  function single(scope?: Scope): Test {
    if (peek()?.kind === 'mark' && peek()?.text === '(') {
      take();
      const test = either(scope);
      mark(')');
      return test;
    }
    const field = take();
    if (field.kind !== 'word') throw bad(`A field name is missing before "${field.text}".`);
    if (field.text.endsWith('/any') && !scope) return any(field.text.slice(0, -'/any'.length));
    return comparison(field.text, scope);
  }

  function any(listName: string): Test {
    const path = pathOf(listName, shape);
    check(path);
    const list = shapeAt(path, shape);
    if (list.kind !== 'list') throw bad(`${listName} is not a list.`);
    mark('(');
    const variable = take().text;
    mark(':');
    const inner = either({ variable, shape: list.of });
    mark(')');
    return (item) => {
      const values = valueAt(item, path);
      return Array.isArray(values) && values.some(inner);
    };
  }

  function comparison(written: string, scope?: Scope): Test {
    if (scope && !written.startsWith(`${scope.variable}/`)) throw bad(`${written} does not start with ${scope.variable}/.`);
    const path = pathOf(scope ? written.slice(scope.variable.length + 1) : written, scope?.shape ?? shape);
    if (!scope) check(path);
    const word = take().text;
    const operator = operators.find((name) => name === word);
    if (!operator) throw bad(`After ${written} one of ${operators.join(', ')} must stand.`);
    const wanted = literal(take(), shapeAt(path, scope?.shape ?? shape));
    compared.push({ field: scope ? '' : path.slice(1), operator, value: wanted });
    return (item) => holds(valueAt(item, path) ?? null, operator, wanted);
  }

  function check(path: string): void {
    const name = path.slice(1);
    fields.add(name.split('/')[0] ?? name);
    if (!allowed.has(name)) throw bad(`Filtering by ${name} is not supported.`);
  }

  const test = either();
  if (at < tokens.length) throw bad(`"${tokens[at]?.text ?? ''}" is too much at the end of the filter.`);
  const [only, ...others] = compared;
  return { test, fields, equals: only?.operator === 'eq' && others.length === 0 ? only : null };
}

function pathOf(written: string, shape: Shape): string {
  let at = shape;
  const names = written.split('/').map((segment) => {
    const name = at.kind === 'record' ? nameIn(at.of, segment) : undefined;
    const next = at.kind === 'record' && name !== undefined ? at.of[name] : undefined;
    if (name === undefined || !next) throw bad(`There is no field ${written}.`);
    at = next;
    return name;
  });
  return `/${names.join('/')}`;
}

function shapeAt(path: string, shape: Shape): Shape {
  let at = shape;
  for (const name of path.split('/').slice(1)) {
    const next = at.kind === 'record' ? at.of[name] : undefined;
    if (next) at = next;
  }
  return at;
}

function literal({ kind, text }: Token, shape: Shape): Json {
  if (kind === 'mark') throw bad('A value is missing in the filter.');
  if (kind === 'word' && text === 'null') return null;
  if (shape.kind === 'flag') return text === 'true';
  if (shape.kind === 'number') return Number(text);
  if (shape.kind === 'instant') {
    if (Number.isNaN(Date.parse(text))) throw bad(`${text} is not a date and time.`);
    return comparableInstant(text);
  }
  return text;
}

/** Seven fraction digits always, so that text order is time order. */
function comparableInstant(text: string): string {
  const fraction = /\.(\d+)Z$/.exec(text)?.[1] ?? '';
  return instantText(Date.parse(text), fraction.slice(3, 7).padEnd(4, '0')).replace(/(:\d\d)Z$/, '$1.0000000Z');
}

function holds(value: Json, operator: Operator, wanted: Json): boolean {
  if (operator === 'eq') return same(value, wanted);
  if (operator === 'ne') return !same(value, wanted);
  if (value === null || wanted === null) return false;
  const order = compare(value, wanted);
  return { gt: order > 0, ge: order >= 0, lt: order < 0, le: order <= 0 }[operator];
}

const isInstant = (value: Json): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(value);

function compare(value: Json, wanted: Json): number {
  if (typeof value === 'number' && typeof wanted === 'number') return value - wanted;
  const [left, right] = [isInstant(value) ? comparableInstant(String(value)) : String(value), String(wanted)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Ids and words are compared without regard to letter case. */
function same(value: Json, wanted: Json): boolean {
  if (value === null || wanted === null) return value === wanted;
  if (typeof value !== 'string' || typeof wanted !== 'string') return value === wanted;
  return isInstant(value) ? compare(value, wanted) === 0 : value.toLowerCase() === wanted.toLowerCase();
}
