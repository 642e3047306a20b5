/** The mapping as a document: the same mapping gives the same text, so that it can be kept under version control and compared. */
import { fields } from '../domain/fields.ts';
import type { Mapping } from '../domain/mapping.ts';

const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;

/** Properties in the order of their names, at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(by(([name]) => name))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}

export interface MappingDocument {
  readonly format: 'cosell mapping';
  readonly version: 1;
  readonly fields: readonly object[];
  readonly values: readonly object[];
  readonly settings: object;
}

/** Records in the order of their names; the referral path stands beside the deal field's name. */
export function mappingDocument(mapping: Mapping): MappingDocument {
  return {
    format: 'cosell mapping',
    version: 1,
    fields: [...mapping.fields]
      .sort(by((rule) => rule.record))
      .map((rule) => sorted({ ...rule, referralPath: fields[rule.field].path }) as object),
    values: [...mapping.values].sort(by((rule) => rule.record)).map((rule) => sorted(rule) as object),
    settings: sorted(mapping.settings) as object,
  };
}

/** One thing that is not the same. `here` is the org, `file` the document; null where it is absent. */
export interface MappingDifference {
  readonly record: string;
  readonly part: string;
  readonly file: unknown;
  readonly here: unknown;
}

type Rows = readonly { readonly [name: string]: unknown }[];

function compareRows(kind: string, file: Rows, here: Rows): MappingDifference[] {
  const index = (rows: Rows): Map<string, Rows[number]> => new Map(rows.map((row) => [String(row['record']), row]));
  const [inFile, inOrg] = [index(file), index(here)];
  return [...new Set([...inFile.keys(), ...inOrg.keys()])].sort().flatMap((record) => {
    const [old, now] = [inFile.get(record), inOrg.get(record)];
    if (!old || !now) return [{ record: `${kind}.${record}`, part: 'record', file: old ? 'there' : null, here: now ? 'there' : null }];
    return compareValues(`${kind}.${record}`, old, now);
  });
}

function compareValues(
  record: string,
  file: { readonly [name: string]: unknown },
  here: { readonly [name: string]: unknown },
): MappingDifference[] {
  return [...new Set([...Object.keys(file), ...Object.keys(here)])]
    .sort()
    .filter((part) => JSON.stringify(sorted(file[part] ?? null)) !== JSON.stringify(sorted(here[part] ?? null)))
    .map((part) => ({ record, part, file: file[part] ?? null, here: here[part] ?? null }));
}

/** What changed from the document to the mapping in force; empty when they are the same. */
export function diffMapping(
  file: { readonly fields: Rows; readonly values: Rows; readonly settings: { readonly [name: string]: unknown } },
  mapping: Mapping,
): readonly MappingDifference[] {
  const here = mappingDocument(mapping) as unknown as { fields: Rows; values: Rows; settings: { [name: string]: unknown } };
  return [
    ...compareRows('PC_Field_Map', file.fields, here.fields),
    ...compareRows('PC_Value_Map', file.values, here.values),
    ...compareValues('PC_Setting', file.settings, here.settings),
  ];
}
