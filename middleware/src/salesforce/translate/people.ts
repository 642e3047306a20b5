/** People and solutions of an opportunity: lists by identity, in the order people expect. */
import type { Person, Solution } from '../../domain/deal.ts';
import type { ContactRoleRow, PersonFields, SolutionRow, TeamMemberRow } from '../schema.ts';
import { canonicalCode, canonicalText } from './text.ts';

/** A person without an e-mail address has no identity in a deal and is left out. */
export function personOf(row: PersonFields | null | undefined): Person | null {
  const email = canonicalCode(row?.Email)?.toLowerCase();
  if (!row || !email) return null;
  return {
    email,
    firstName: canonicalText(row.FirstName),
    lastName: canonicalText(row.LastName),
    phone: canonicalText(row.Phone) ?? canonicalText(row.MobilePhone),
  };
}

function firstOfEach<T>(items: readonly (T | null)[], keyOf: (item: T) => string): readonly T[] {
  const seen = new Map<string, T>();
  for (const item of items) if (item !== null && !seen.has(keyOf(item))) seen.set(keyOf(item), item);
  return [...seen.values()];
}

/** Customer contacts, the primary one first. */
export function contactsOf(roles: readonly ContactRoleRow[]): readonly Person[] {
  const inOrder = [...roles].sort((a, b) => Number(b.IsPrimary) - Number(a.IsPrimary));
  return firstOfEach(
    inOrder.map((role) => personOf(role.Contact)),
    (person) => person.email,
  );
}

/** The owner, then the opportunity team where the org has one. */
export function teamOf(owner: PersonFields | null | undefined, members: readonly TeamMemberRow[]): readonly Person[] {
  return firstOfEach([personOf(owner), ...members.map((member) => personOf(member.User))], (person) => person.email);
}

/** Child rows; without any, the ids in the text field of Microsoft's connector (API §14.2). */
export function solutionsOf(rows: readonly SolutionRow[], products: string | null): readonly Solution[] {
  const children = rows.map((row): Solution | null => {
    const id = canonicalCode(row.Solution__r?.Solution_Id__c) ?? canonicalCode(row.Solution_Id__c);
    return id === null ? null : { id, name: canonicalText(row.Solution__r?.Name) };
  });
  const listed =
    rows.length > 0
      ? []
      : (products ?? '').split(/[;\n]/).map((part): Solution | null => {
          const id = canonicalCode(part);
          return id === null ? null : { id, name: null };
        });
  return firstOfEach([...children, ...listed], (solution) => solution.id);
}
