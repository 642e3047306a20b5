/** SOQL text → query. What the grammar below lacks is refused with MALFORMED_QUERY that names it. */
import { ApiError } from './org-errors.ts';
import { queryError, tokenize, unescape, type Token } from './soql-tokens.ts';

export { queryError } from './soql-tokens.ts';

export interface SoqlQuery {
  readonly fields: readonly SelectItem[];
  readonly from: string;
  readonly alias: string | null;
  readonly where: Condition | null;
  readonly groupBy: readonly string[];
  readonly having: Condition | null;
  readonly orderBy: readonly OrderBy[];
  readonly limit: number | null;
  readonly offset: number;
}

export type SelectItem =
  | { readonly kind: 'field'; readonly path: string; readonly at: number; readonly alias: string | null }
  | {
      readonly kind: 'aggregate';
      readonly call: 'COUNT' | 'COUNT_DISTINCT' | 'MIN' | 'MAX' | 'SUM' | 'AVG';
      readonly path: string | null;
      readonly at: number;
      readonly alias: string | null;
    }
  | { readonly kind: 'subquery'; readonly query: SoqlQuery; readonly at: number };

export interface OrderBy {
  readonly path: string;
  readonly at: number;
  readonly descending: boolean;
  readonly nullsLast: boolean;
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'compare'; readonly path: string; readonly at: number; readonly operator: CompareOperator; readonly value: Literal }
  | {
      readonly kind: 'in';
      readonly path: string;
      readonly at: number;
      readonly negated: boolean;
      readonly values: readonly Literal[] | SoqlQuery;
    };

export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'includes' | 'excludes';

export type Literal =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'date'; readonly value: string }
  | { readonly kind: 'datetime'; readonly value: string }
  /** `TODAY`, `LAST_N_DAYS:7`. */
  | { readonly kind: 'range'; readonly name: string; readonly count: number };

const rangeWords: ReadonlySet<string> = new Set([
  'TODAY',
  'YESTERDAY',
  'TOMORROW',
  'LAST_WEEK',
  'THIS_WEEK',
  'NEXT_WEEK',
  'LAST_MONTH',
  'THIS_MONTH',
  'NEXT_MONTH',
  'LAST_YEAR',
  'THIS_YEAR',
  'NEXT_YEAR',
]);
const aggregates: ReadonlySet<string> = new Set(['COUNT', 'COUNT_DISTINCT', 'MIN', 'MAX', 'SUM', 'AVG']);
const keywords: ReadonlySet<string> = new Set([
  'from',
  'where',
  'group',
  'having',
  'order',
  'limit',
  'offset',
  'with',
  'for',
  'all',
  'using',
  'update',
  'typeof',
]);

/** @throws ApiError MALFORMED_QUERY */
export function parseSoql(soql: string): SoqlQuery {
  if (soql.length > 100_000) throw new ApiError(400, 'QUERY_TOO_COMPLICATED', 'SOQL statements cannot be longer than 100,000 characters.');
  const tokens = tokenize(soql);
  let position = 0;
  const peek = (ahead = 0): Token => tokens[Math.min(position + ahead, tokens.length - 1)] ?? { kind: 'end', text: '', at: soql.length };
  const take = (): Token => {
    const token = peek();
    position += 1;
    return token;
  };
  const bad = (token: Token): never => {
    throw queryError(soql, token.at, 'MALFORMED_QUERY', `unexpected token: '${token.text}'`);
  };
  const isWord = (word: string, ahead = 0): boolean => peek(ahead).kind === 'word' && peek(ahead).text.toLowerCase() === word;
  const isSign = (sign: string, ahead = 0): boolean => peek(ahead).kind === 'sign' && peek(ahead).text === sign;
  const word = (expected: string): void => {
    const token = take();
    if (token.kind !== 'word' || token.text.toLowerCase() !== expected) bad(token);
  };
  const sign = (expected: string): void => {
    const token = take();
    if (token.kind !== 'sign' || token.text !== expected) bad(token);
  };
  const name = (): Token => {
    const token = take();
    return token.kind === 'word' ? token : bad(token);
  };
  const whole = (): number => {
    const token = take();
    return token.kind === 'number' && /^\d+$/.test(token.text) ? Number(token.text) : bad(token);
  };

  const query = (): SoqlQuery => {
    word('select');
    const fields = [selectItem()];
    while (isSign(',')) {
      take();
      fields.push(selectItem());
    }
    word('from');
    const from = name().text;
    if (isWord('as')) take();
    const alias = peek().kind === 'word' && !keywords.has(peek().text.toLowerCase()) ? take().text : null;
    if (isSign(',') || isWord('using') || isWord('typeof')) bad(peek());
    let where: Condition | null = null;
    let having: Condition | null = null;
    const groupBy: string[] = [];
    const orderBy: OrderBy[] = [];
    let limit: number | null = null;
    let offset = 0;
    if (isWord('where')) {
      take();
      where = either();
    }
    if (isWord('with')) bad(peek());
    if (isWord('group')) {
      take();
      word('by');
      do {
        if (groupBy.length > 0) take();
        groupBy.push(name().text);
        if (isSign('(')) bad(peek());
      } while (isSign(','));
    }
    if (isWord('having')) {
      take();
      having = either();
    }
    if (isWord('order')) {
      take();
      word('by');
      do {
        if (orderBy.length > 0) take();
        orderBy.push(orderItem());
      } while (isSign(','));
    }
    if (isWord('limit')) {
      take();
      limit = whole();
    }
    if (isWord('offset')) {
      const at = take();
      offset = whole();
      if (offset > 2000) throw queryError(soql, at.at, 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
    }
    if (isWord('for') && (isWord('view', 1) || isWord('reference', 1))) position += 2;
    return { fields, from, alias, where, groupBy, having, orderBy, limit, offset };
  };

  const selectItem = (): SelectItem => {
    if (isSign('(')) {
      const { at } = take();
      const inner = query();
      sign(')');
      return { kind: 'subquery', query: inner, at };
    }
    const token = name();
    if (token.text.toLowerCase() === 'typeof') bad(token);
    if (!isSign('(')) return { kind: 'field', path: token.text, at: token.at, alias: fieldAlias() };
    const call = token.text.toUpperCase();
    take();
    if (call === 'TOLABEL' || call === 'FORMAT') {
      const path = name();
      sign(')');
      return { kind: 'field', path: path.text, at: path.at, alias: fieldAlias() };
    }
    if (!aggregates.has(call)) {
      throw queryError(soql, token.at, 'MALFORMED_QUERY', `The simulator does not know the function ${token.text}().`);
    }
    const path = isSign(')') ? null : name().text;
    sign(')');
    if (path === null && call !== 'COUNT') bad(peek());
    return { kind: 'aggregate', call: call as 'COUNT', path, at: token.at, alias: fieldAlias() };
  };
  const fieldAlias = (): string | null => (peek().kind === 'word' && !keywords.has(peek().text.toLowerCase()) ? take().text : null);

  const orderItem = (): OrderBy => {
    const path = name();
    let descending = false;
    if (isWord('asc') || isWord('desc')) descending = take().text.toLowerCase() === 'desc';
    let nullsLast = false;
    if (isWord('nulls')) {
      take();
      const token = name();
      nullsLast = token.text.toLowerCase() === 'last';
      if (!nullsLast && token.text.toLowerCase() !== 'first') bad(token);
    }
    return { path: path.text, at: path.at, descending, nullsLast };
  };

  const either = (): Condition => {
    const parts = [both()];
    // The platform wants parentheses where AND and OR meet.
    while (isWord('or')) {
      take();
      parts.push(both());
    }
    const mixed = parts.length > 1 && parts.some((part) => part.kind === 'and' && !grouped.has(part));
    if (mixed) throw queryError(soql, peek().at, 'MALFORMED_QUERY', "unexpected token: 'or'");
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'or', parts };
  };
  const grouped = new WeakSet<Condition>();
  const both = (): Condition => {
    const parts = [single()];
    while (isWord('and')) {
      take();
      parts.push(single());
    }
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'and', parts };
  };
  const single = (): Condition => {
    if (isWord('not')) {
      take();
      return { kind: 'not', part: single() };
    }
    if (isSign('(')) {
      take();
      const inner = either();
      sign(')');
      grouped.add(inner);
      return inner;
    }
    return comparison();
  };
  const comparison = (): Condition => {
    const left = name();
    let path = left.text;
    if (isSign('(')) {
      const call = path.toUpperCase();
      if (!aggregates.has(call))
        throw queryError(soql, left.at, 'MALFORMED_QUERY', `The simulator does not know the function ${path}() in a filter.`);
      take();
      path = `${call}(${isSign(')') ? '' : name().text})`;
      sign(')');
    }
    if (isWord('not') && isWord('in', 1)) {
      position += 2;
      return { kind: 'in', path, at: left.at, negated: true, values: list() };
    }
    if (isWord('in')) {
      take();
      return { kind: 'in', path, at: left.at, negated: false, values: list() };
    }
    if (isWord('like')) {
      take();
      return { kind: 'compare', path, at: left.at, operator: 'like', value: literal() };
    }
    if (isWord('includes') || isWord('excludes')) {
      const operator = take().text.toLowerCase() === 'includes' ? 'includes' : 'excludes';
      const values = list();
      if (!Array.isArray(values)) bad(peek());
      const text = (values as readonly Literal[]).map((one) => (one.kind === 'text' ? one.value : '')).join('\n');
      return { kind: 'compare', path, at: left.at, operator, value: { kind: 'text', value: text } };
    }
    const token = take();
    const operators: { readonly [text: string]: CompareOperator } = {
      '=': '=',
      '!=': '!=',
      '<>': '!=',
      '<': '<',
      '<=': '<=',
      '>': '>',
      '>=': '>=',
    };
    const operator = token.kind === 'sign' ? operators[token.text] : undefined;
    if (operator === undefined) return bad(token);
    return { kind: 'compare', path, at: left.at, operator, value: literal() };
  };
  const list = (): readonly Literal[] | SoqlQuery => {
    sign('(');
    if (isWord('select')) {
      const inner = query();
      sign(')');
      return inner;
    }
    const values = [literal()];
    while (isSign(',')) {
      take();
      values.push(literal());
    }
    sign(')');
    return values;
  };
  const literal = (): Literal => {
    const token = take();
    switch (token.kind) {
      case 'text': {
        const value = unescape(token.text);
        if (value.length > 4000)
          throw queryError(soql, token.at, 'MALFORMED_QUERY', 'A string in a WHERE clause cannot be longer than 4,000 characters.');
        return { kind: 'text', value };
      }
      case 'number':
        return { kind: 'number', value: Number(token.text) };
      case 'date':
        return { kind: 'date', value: token.text };
      case 'datetime':
        return { kind: 'datetime', value: token.text };
      case 'range': {
        const [rangeName = '', count = '0'] = token.text.toUpperCase().split(':');
        return { kind: 'range', name: rangeName, count: Number(count) };
      }
      case 'word': {
        const lower = token.text.toLowerCase();
        if (lower === 'true' || lower === 'false') return { kind: 'boolean', value: lower === 'true' };
        if (lower === 'null') return { kind: 'null' };
        if (rangeWords.has(token.text.toUpperCase())) return { kind: 'range', name: token.text.toUpperCase(), count: 1 };
        return bad(token);
      }
      default:
        return bad(token);
    }
  };

  const result = query();
  if (peek().kind !== 'end') bad(peek());
  return result;
}
