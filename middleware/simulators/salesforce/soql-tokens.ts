/** SOQL text → tokens, and the errors that point into the text. */
import { ApiError } from './org-errors.ts';

export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'datetime' | 'date' | 'range' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const tokenShape =
  /\s+|(?<datetime>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))|(?<date>\d{4}-\d{2}-\d{2})|(?<number>[-+]?\d+(?:\.\d+)?)|(?<text>'(?:[^'\\]|\\.)*')|(?<range>(?:LAST|NEXT)_N_[A-Z]+:\d+)|(?<word>[A-Za-z_][\w]*(?:\s*\.\s*[A-Za-z_]\w*)*)|(?<sign><=|>=|!=|<>|[=<>(),])/iy;

/** The platform's way of pointing at a place in the query. */
export function queryError(soql: string, at: number, code: string, message: string): ApiError {
  const start = Math.max(0, at - 40);
  const excerpt = soql.slice(start, at + 40).replaceAll('\n', ' ');
  return new ApiError(400, code, `\n${excerpt}\n${' '.repeat(at - start)}^\nERROR at Row:1:Column:${at + 1}\n${message}`);
}

/** @throws ApiError MALFORMED_QUERY */
export function tokenize(soql: string): Token[] {
  const tokens: Token[] = [];
  tokenShape.lastIndex = 0;
  while (tokenShape.lastIndex < soql.length) {
    const at = tokenShape.lastIndex;
    const groups = tokenShape.exec(soql)?.groups;
    if (!groups) throw queryError(soql, at, 'MALFORMED_QUERY', `line 1:${at} no viable alternative at character '${soql.charAt(at)}'`);
    for (const kind of ['datetime', 'date', 'number', 'text', 'range', 'word', 'sign'] as const) {
      const text = groups[kind];
      if (text !== undefined) tokens.push({ kind, text: kind === 'word' ? text.replace(/\s/g, '') : text, at });
    }
  }
  tokens.push({ kind: 'end', text: '<EOF>', at: soql.length });
  return tokens;
}

/** A quoted string without its quotes and escapes. */
export const unescape = (quoted: string): string =>
  quoted.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, letter: string) => {
    if (letter.length > 1) return String.fromCharCode(Number.parseInt(letter.slice(1), 16));
    const controls: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
    // `\_` and `\%` keep their backslash: LIKE reads it.
    return controls[letter.toLowerCase()] ?? (letter === '_' || letter === '%' ? `\\${letter}` : letter);
  });
