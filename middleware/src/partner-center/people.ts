/** People, solutions, ids and attributes: lists that are replaced whole, without losing what only the wire knows. */
import type { Person, Solution } from '../domain/deal.ts';
import { canonicalCode, canonicalText } from './text.ts';

interface WireMember {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phoneNumber: string | null;
  readonly email: string | null;
}

const mailOf = (member: { readonly email?: unknown }): string | null =>
  typeof member.email === 'string' ? (canonicalCode(member.email)?.toLowerCase() ?? null) : null;

function firstOfEach<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => !seen.has(keyOf(item)) && seen.add(keyOf(item)));
}

/** Members without an address have no identity in a Deal; they are left out here and kept by `membersOnTheWire`. */
export function peopleOf(members: readonly WireMember[]): readonly Person[] {
  const people = members.flatMap((member) => {
    const email = mailOf(member);
    if (email === null) return [];
    const { firstName, lastName, phoneNumber } = member;
    return [{ email, firstName: canonicalText(firstName), lastName: canonicalText(lastName), phone: canonicalText(phoneNumber) }];
  });
  return firstOfEach(people, (person) => person.email);
}

export function solutionsOf(solutions: readonly { readonly id: string | null; readonly name: string | null }[]): readonly Solution[] {
  const known = solutions.flatMap(({ id, name }) => {
    const clean = canonicalCode(id);
    return clean === null ? [] : [{ id: clean, name: canonicalText(name) }];
  });
  return firstOfEach(known, (solution) => solution.id);
}

/** A value of the raw body, of which nothing is known yet. */
export type RawObject = { readonly [name: string]: unknown };

export const isRawObject = (value: unknown): value is RawObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const rawList = (value: unknown): readonly RawObject[] => (Array.isArray(value) ? value.filter(isRawObject) : []);

/** Leaves a text as it stands on the wire when it means the same (entities, blanks), so that a write changes only what changed. */
const keep = (before: unknown, after: string | null): unknown =>
  typeof before === 'string' && canonicalText(before) === after ? before : after;

/** The whole list for a replace: known members keep their other properties, members without an address stay. */
export function membersOnTheWire(people: readonly Person[], before: unknown): readonly RawObject[] {
  const known = rawList(before);
  const members = people.map((person) => {
    const old = known.find((member) => mailOf(member) === person.email) ?? {};
    return {
      ...old,
      firstName: keep(old['firstName'], person.firstName),
      lastName: keep(old['lastName'], person.lastName),
      phoneNumber: keep(old['phoneNumber'], person.phone),
      email: old['email'] ?? person.email,
    };
  });
  return [...members, ...known.filter((member) => mailOf(member) === null)];
}

/** The whole list for a replace. A solution the deal names is of type `Name`: one of the catalogue (API §5.2). */
export function solutionsOnTheWire(solutions: readonly Solution[], before: unknown): readonly RawObject[] {
  const known = rawList(before);
  return solutions.map((solution) => {
    const old = known.find((one) => typeof one['id'] === 'string' && canonicalCode(one['id']) === solution.id);
    if (old) return solution.name === null ? old : { ...old, name: keep(old['name'], solution.name) };
    return { id: solution.id, ...(solution.name === null ? {} : { name: solution.name }), type: 'Name' };
  });
}

/** `customerProfile.ids` with this D-U-N-S number; other kinds of id stay. */
export function idsOnTheWire(duns: string | null, before: unknown): readonly RawObject[] {
  const others = rawList(before).filter((id) => id['profileType'] !== 'Duns');
  return duns === null ? others : [...others, { profileType: 'Duns', id: duns }];
}

export function dunsOf(ids: readonly { readonly profileType: string | null; readonly id: string | null }[]): string | null {
  return canonicalCode(ids.find((id) => id.profileType === 'Duns')?.id);
}

/** `additionalRequirements.attributes` with these values set; attributes nobody named stay (API §5.5). */
export function attributesOnTheWire(values: ReadonlyMap<string, string | null>, before: unknown): readonly RawObject[] {
  const others = rawList(before).filter((attribute) => !values.has(String(attribute['type'])));
  const set = [...values].flatMap(([type, id]) => (id === null ? [] : [{ type, id }]));
  return [...others, ...set];
}
