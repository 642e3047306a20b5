/** Binds JSON to a described shape the way the .NET service does: any letter case in, one spelling out (API §5). */
import { Refusal } from './refusal.ts';
import type { Json, JsonObject } from './model.ts';

export type Shape =
  | { readonly kind: 'text' | 'flag' | 'number' | 'instant' | 'any' }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'record'; readonly of: { readonly [name: string]: Shape } };

const wrong = (path: string, wanted: string): Refusal =>
  new Refusal(400, 'invalidRequest', `The value at ${path || '/'} is not ${wanted}.`, { target: path || 'referral' });

/** UTC ISO text; a whole second has no fraction, else seven digits (API §5). */
export function instantText(ms: number, extraDigits = '0000'): string {
  const iso = new Date(ms).toISOString();
  return ms % 1000 === 0 && extraDigits === '0000' ? `${iso.slice(0, 19)}Z` : `${iso.slice(0, 23)}${extraDigits}Z`;
}

/** The wire name of a property written in any letter case; undefined when the record has none. */
export function nameIn(of: { readonly [name: string]: Shape }, written: string): string | undefined {
  if (Object.hasOwn(of, written)) return written;
  const wanted = written.toLowerCase();
  return Object.keys(of).find((name) => name.toLowerCase() === wanted);
}

/** Throws `Refusal` 400 naming the JSON path of the first value that does not fit. */
export function bind(value: Json, shape: Shape, path = ''): Json {
  if (value === null) return null;
  switch (shape.kind) {
    case 'any':
      return value;
    case 'text':
      if (typeof value !== 'string') throw wrong(path, 'text');
      return value;
    case 'flag':
      if (typeof value !== 'boolean') throw wrong(path, 'true or false');
      return value;
    case 'word':
      if (typeof value !== 'string' || !shape.words.includes(value)) throw wrong(path, `one of ${shape.words.join(', ')}`);
      return value;
    case 'number':
      return bindNumber(value, path);
    case 'instant':
      if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value) || Number.isNaN(Date.parse(value)))
        throw wrong(path, 'a date and time');
      return /\.\d{7}Z$/.test(value) ? value : instantText(Date.parse(value));
    case 'list':
      if (!Array.isArray(value)) throw wrong(path, 'a list');
      return value.map((item, index) => bind(item, shape.of, `${path}/${index}`));
    case 'record':
      return bindRecord(value, shape.of, path);
  }
}

/** Numbers come as numbers or as numeric text (API §4.4). */
function bindNumber(value: Json, path: string): number {
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw wrong(path, 'a number');
  return number;
}

function bindRecord(value: Json, of: { readonly [name: string]: Shape }, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object');
  const bound: JsonObject = {};
  for (const [written, part] of Object.entries(value)) {
    const name = nameIn(of, written);
    const shape = name === undefined ? undefined : of[name];
    if (name !== undefined && shape) bound[name] = bind(part, shape, `${path}/${name}`);
  }
  return bound;
}
