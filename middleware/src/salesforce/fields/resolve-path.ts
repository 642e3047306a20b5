/** A path of the mapping, looked up in what the integration user sees of the org. */
import type { FieldFacts, ObjectFacts } from '../client/client.ts';

export interface ResolvedPath {
  /** Spelled as the org spells it. */
  readonly path: string;
  /** False for a field of a parent record. */
  readonly own: boolean;
  readonly object: string;
  readonly field: FieldFacts;
}

export type Describe = (object: string) => Promise<ObjectFacts | null>;

const deepest = 5;
const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function findField(facts: ObjectFacts, name: string): FieldFacts | undefined {
  return facts.fields.get(name) ?? [...facts.fields.values()].find((field) => sameName(field.name, name));
}

/** Null when the path does not exist or a part of it is not visible. */
export async function resolvePath(describe: Describe, path: string): Promise<ResolvedPath | null> {
  const names = path.split('.');
  const last = names.pop();
  if (last === undefined || names.length > deepest) return null;
  let object = 'Opportunity';
  let facts = await describe(object);
  const spelled: string[] = [];
  for (const name of names) {
    const relation =
      facts && [...facts.fields.values()].find((field) => field.relationshipName !== null && sameName(field.relationshipName, name));
    // an owner may be a queue elsewhere; where a user is possible, the user's fields count
    const target = relation && (relation.referenceTo.find((one) => one === 'User') ?? relation.referenceTo[0]);
    if (!relation?.relationshipName || !target) return null;
    spelled.push(relation.relationshipName);
    object = target;
    facts = await describe(object);
  }
  const field = facts && findField(facts, last);
  return field ? { path: [...spelled, field.name].join('.'), own: names.length === 0, object, field } : null;
}

/** The value at a path of a row as the API nests it. */
export function valueAt(row: { readonly [name: string]: unknown }, path: string): unknown {
  let value: unknown = row;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return null;
    value = (value as { readonly [name: string]: unknown })[name];
  }
  return value ?? null;
}
