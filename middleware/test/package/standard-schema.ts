/**
 * Standard objects with their fields, parents and children, read from the typed schema that comes with
 * `@jsforce/jsforce-node`; a few objects that schema lacks are added here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './package-files.ts';

export type StandardKind = 'text' | 'number' | 'boolean' | 'date' | 'compound';

export interface StandardObject {
  readonly name: string;
  readonly fields: ReadonlyMap<string, StandardKind>;
  /** Relationship name → object, for paths such as `Account.Name`. */
  readonly parents: ReadonlyMap<string, string>;
  /** Child relationship name → object. */
  readonly children: ReadonlyMap<string, string>;
}

/** Objects and fields that exist only where an org switched a feature on; each may be named in one directory only. */
export const featureOnly: readonly { readonly name: string; readonly directory: string }[] = [
  { name: 'OpportunityTeamMember', directory: 'force-teams' },
  { name: 'CurrencyIsoCode', directory: 'force-multicurrency' },
];

const stamps: readonly (readonly [string, StandardKind])[] = [
  ['Id', 'text'],
  ['CreatedDate', 'date'],
  ['CreatedById', 'text'],
  ['LastModifiedDate', 'date'],
  ['LastModifiedById', 'text'],
  ['SystemModstamp', 'date'],
];

const added: readonly StandardObject[] = [
  {
    name: 'OpportunityTeamMember',
    fields: new Map([
      ...stamps,
      ['OpportunityId', 'text'],
      ['UserId', 'text'],
      ['TeamMemberRole', 'text'],
      ['OpportunityAccessLevel', 'text'],
    ]),
    parents: new Map([
      ['Opportunity', 'Opportunity'],
      ['User', 'User'],
    ]),
    children: new Map(),
  },
  {
    name: 'CustomNotificationType',
    fields: new Map([...stamps, ['DeveloperName', 'text'], ['MasterLabel', 'text'], ['CustomNotifTypeName', 'text']]),
    parents: new Map(),
    children: new Map(),
  },
];

function kindOf(type: string): StandardKind {
  const plain = type.replace(' | null', '').trim();
  if (plain === 'number') return 'number';
  if (plain === 'boolean') return 'boolean';
  if (plain === 'DateString') return 'date';
  return plain === 'string' ? 'text' : 'compound';
}

function read(): ReadonlyMap<string, StandardObject> {
  const text = readFileSync(join(repository, 'node_modules/@jsforce/jsforce-node/lib/types/standard-schema.d.ts'), 'utf8');
  const lists = new Map<string, readonly (readonly [string, string])[]>();
  for (const match of text.matchAll(/^type (Fields|ParentReferences|ChildRelationships)\$(\w+) = \{([\s\S]*?)\};/gm)) {
    lists.set(
      `${match[1]}$${match[2]}`,
      [...(match[3] ?? '').matchAll(/^\s*(\w+): ([^;]+);/gm)].map((line) => [line[1] as string, line[2] as string]),
    );
  }
  const target = (type: string): string => /SObjectDefinition\$(\w+)/.exec(type)?.[1] ?? type;
  const objects = new Map<string, StandardObject>();
  for (const key of lists.keys()) {
    if (!key.startsWith('Fields$')) continue;
    const name = key.slice(7);
    const fields = new Map((lists.get(key) ?? []).map(([field, type]) => [field, kindOf(type)] as const));
    if (name === 'Opportunity') fields.set('CurrencyIsoCode', 'text');
    const references = (list: string): Map<string, string> =>
      new Map((lists.get(`${list}$${name}`) ?? []).map(([relation, type]) => [relation, target(type)] as const));
    const children = references('ChildRelationships');
    if (name === 'Opportunity') children.set('OpportunityTeamMembers', 'OpportunityTeamMember');
    objects.set(name, { name, fields, parents: references('ParentReferences'), children });
  }
  for (const object of added) objects.set(object.name, object);
  return objects;
}

let objects: ReadonlyMap<string, StandardObject> | null = null;
export const standardObjects = (): ReadonlyMap<string, StandardObject> => (objects ??= read());
