/** JSON Patch as the Referrals API takes it: only `replace` and `add`, `/-` appends (API §4.4). */
import { Refusal } from './refusal.ts';
import { nameIn, type Shape } from './shape.ts';
import type { Json, JsonObject } from './model.ts';

export interface Operation {
  readonly op: 'replace' | 'add';
  /** Wire spelling, whatever was sent. */
  readonly path: string;
  readonly value: Json;
}

const bad = (message: string, target?: string): Refusal =>
  new Refusal(400, 'invalidRequest', message, target === undefined ? {} : { target });

const decode = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');

/** Reads the operations and gives each path its wire spelling. Throws `Refusal` 400. */
export function readOperations(body: Json, shape: Shape): readonly Operation[] {
  if (!Array.isArray(body) || body.length === 0) throw bad('The body must be a list of operations.');
  return body.map((entry) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw bad('Each operation must be an object.');
    const named: { [name: string]: Json | undefined } = Object.fromEntries(
      Object.entries(entry).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const op = typeof named['op'] === 'string' ? named['op'].toLowerCase() : undefined;
    const path = named['path'];
    if (op !== 'replace' && op !== 'add') throw bad(`Only replace and add are supported, not ${String(named['op'])}.`);
    if (typeof path !== 'string' || !path.startsWith('/')) throw bad('Each operation needs a path that starts with a slash.');
    if (named['value'] === undefined) throw bad('Each operation needs a value.', path);
    return { op, path: spelled(path, shape), value: named['value'] };
  });
}

function spelled(path: string, shape: Shape): string {
  let at: Shape = shape;
  const segments = path
    .slice(1)
    .split('/')
    .map((raw) => {
      const segment = decode(raw);
      if (at.kind === 'any') return segment;
      if (at.kind === 'list' && /^(-|0|[1-9]\d*)$/.test(segment)) {
        at = at.of;
        return segment;
      }
      const name = at.kind === 'record' ? nameIn(at.of, segment) : undefined;
      const next = at.kind === 'record' && name !== undefined ? at.of[name] : undefined;
      if (name === undefined || !next) throw bad(`There is no ${path} in a referral.`, path);
      at = next;
      return name;
    });
  return `/${segments.join('/')}`;
}

/** The value at a path with wire spelling; undefined when there is none. */
export function valueAt(root: Json, path: string): Json | undefined {
  let at: Json | undefined = root;
  for (const segment of path.split('/').slice(1)) {
    if (Array.isArray(at)) at = at[Number(segment)];
    else if (typeof at === 'object' && at !== null && Object.hasOwn(at, segment)) at = at[segment];
    else return undefined;
  }
  return at;
}

/** A copy with all operations applied in order, or a `Refusal` and nothing applied. */
export function applyOperations(root: JsonObject, operations: readonly Operation[]): JsonObject {
  const copy = structuredClone(root);
  for (const operation of operations) applyOne(copy, operation);
  return copy;
}

function applyOne(root: JsonObject, { op, path, value }: Operation): void {
  const segments = path.split('/').slice(1);
  const last = segments.pop() ?? '';
  const parentPath = segments.map((segment) => `/${segment}`).join('');
  const parent = valueAt(root, parentPath);
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (op === 'add' && index <= parent.length) parent.splice(index, 0, structuredClone(value));
    else if (op === 'replace' && last !== '-' && index < parent.length) parent[index] = structuredClone(value);
    else throw bad(`There is nothing at ${path} to ${op}.`, path);
    return;
  }
  if (typeof parent !== 'object' || parent === null) throw bad(`There is nothing at ${parentPath || '/'}.`, path);
  parent[last] = structuredClone(value);
}
