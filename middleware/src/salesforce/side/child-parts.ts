/** Children of a deal as parts of one composite call or graph: contact roles, solutions, team members. */
import type { FieldName, Person, Solution } from '../../domain/deal.ts';
import type { SyncError } from '../../errors.ts';
import type { Part, SalesforceClient, Values } from '../client/client.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import type { ContactRoleRow, SolutionRow, TeamMemberRow } from '../schema.ts';
import { personOf } from '../translate/people.ts';
import { cut } from '../translate/text.ts';
import type { Lookups } from './lookups.ts';
import { contactsByMail, usersByMail, type Soon } from './people.ts';

/** A part together with the deal field it serves, so that a refusal can be named. */
export interface ChildPart extends Part {
  readonly field: FieldName;
}

const httpDate = (at: number): string => new Date(at).toUTCString();
const create = (field: FieldName, object: string, referenceId: string, body: Values): ChildPart => ({
  field,
  method: 'POST',
  path: `/sobjects/${object}`,
  referenceId,
  body,
});
const remove = (field: FieldName, object: string, id: string, referenceId: string): ChildPart => ({
  field,
  method: 'DELETE',
  path: `/sobjects/${object}/${id}`,
  referenceId,
});

function contactValues(person: Person, accountId: string | null): Values {
  return {
    Email: person.email,
    // a contact needs a last name; the address says at least whose it is
    LastName: cut(person.lastName ?? person.email.split('@')[0] ?? person.email, 80),
    ...(person.firstName === null ? {} : { FirstName: cut(person.firstName, 40) }),
    ...(person.phone === null ? {} : { Phone: cut(person.phone, 40) }),
    ...(accountId === null ? {} : { AccountId: accountId }),
  };
}

export interface ContactTarget {
  /** Id or reference of the opportunity. */
  readonly opportunityId: string;
  /** Id of the account; null when the deal has none, or when it is new. */
  readonly account: Soon<string | null>;
  /** Stands for the account where it is new. */
  readonly newAccount: string | null;
}

/** Contact roles for people who have none on the deal yet: the contact by e-mail, else a new one. */
export async function addContacts(
  lookups: Lookups,
  people: readonly Person[],
  target: ContactTarget,
  firstIsPrimary: boolean,
): Promise<readonly ChildPart[]> {
  const known = await contactsByMail(
    lookups,
    people.map((person) => person.email),
    target.account,
  );
  const accountId = (await target.account) ?? target.newAccount;
  return people.flatMap((person, index) => {
    const id = known.get(person.email);
    const reference = `contact${index}`;
    const role = create('contacts', 'OpportunityContactRole', `contactRole${index}`, {
      OpportunityId: target.opportunityId,
      ContactId: id ?? `@{${reference}.id}`,
      ...(firstIsPrimary && index === 0 ? { IsPrimary: true } : {}),
    });
    return id ? [role] : [create('contacts', 'Contact', reference, contactValues(person, accountId)), role];
  });
}

/** Names and phone that differ; an empty value never erases what the org knows. Guarded, because people edit contacts. */
function changeContact(role: ContactRoleRow, wanted: Person, index: number): readonly ChildPart[] {
  const before = personOf(role.Contact);
  if (!before || role.ContactId === null) return [];
  const values: { [field: string]: string } = {};
  if (wanted.firstName !== null && wanted.firstName !== before.firstName) values['FirstName'] = cut(wanted.firstName, 40);
  if (wanted.lastName !== null && wanted.lastName !== before.lastName) values['LastName'] = cut(wanted.lastName, 80);
  if (wanted.phone !== null && wanted.phone !== before.phone) values['Phone'] = cut(wanted.phone, 40);
  if (Object.keys(values).length === 0) return [];
  const changedAt = role.Contact?.LastModifiedDate;
  const guard = changedAt ? { headers: { 'If-Unmodified-Since': httpDate(changedAt) } } : {};
  return [
    {
      field: 'contacts',
      method: 'PATCH',
      path: `/sobjects/Contact/${role.ContactId}`,
      referenceId: `changedContact${index}`,
      body: values,
      ...guard,
    },
  ];
}

/** From the roles as they are to the wanted people. Roles of contacts without e-mail are not ours to judge and stay. */
export async function changeContacts(
  lookups: Lookups,
  roles: readonly ContactRoleRow[],
  wanted: readonly Person[],
  target: ContactTarget,
): Promise<readonly ChildPart[]> {
  const mailOf = (role: ContactRoleRow): string | null => personOf(role.Contact)?.email ?? null;
  const present = new Set(roles.map(mailOf));
  const gone = roles.filter((role) => {
    const mail = mailOf(role);
    return mail !== null && !wanted.some((person) => person.email === mail);
  });
  const changed = wanted.flatMap((person, index) => {
    const role = roles.find((one) => mailOf(one) === person.email);
    return role ? changeContact(role, person, index) : [];
  });
  const added = await addContacts(
    lookups,
    wanted.filter((person) => !present.has(person.email)),
    target,
    roles.length === 0,
  );
  return [
    ...gone.map((role, index) => remove('contacts', 'OpportunityContactRole', role.Id, `goneContactRole${index}`)),
    ...changed,
    ...added,
  ];
}

const catalogueObject = 'PC_Solution__c';

/** Another deal entered the same solution into the catalogue in the same moment: looking again finds it there. */
export const isCatalogueRace = (part: ChildPart, error: SyncError): boolean =>
  error.code === 'CRM_DUPLICATE' && part.path === `/sobjects/${catalogueObject}`;

const isGuid = (id: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(id);

/** Rows for solutions; what the catalogue does not know is entered there first, under the partner side's name for it. */
export async function addSolutions(lookups: Lookups, solutions: readonly Solution[], opportunityId: string): Promise<readonly ChildPart[]> {
  if (solutions.length === 0) return [];
  const rows = await Promise.all(solutions.map((one) => lookups.solutions(one.id)));
  const known = new Map(rows.flat().map((row) => [row.Solution_Id__c.toLowerCase(), row.Id]));
  return solutions.flatMap((solution, index): ChildPart[] => {
    const id = known.get(solution.id.toLowerCase());
    const reference = `solution${index}`;
    const row = create('solutions', 'PC_Opportunity_Solution__c', `solutionRow${index}`, {
      Opportunity__c: opportunityId,
      Solution__c: id ?? `@{${reference}.id}`,
    });
    if (id) return [row];
    const body = { Name: cut(solution.name ?? solution.id, 80), Kind__c: isGuid(solution.id) ? 'Microsoft' : 'Own', Active__c: true };
    return [create('solutions', catalogueObject, reference, { ...body, Solution_Id__c: solution.id }), row];
  });
}

export async function changeSolutions(
  lookups: Lookups,
  rows: readonly SolutionRow[],
  wanted: readonly Solution[],
  opportunityId: string,
): Promise<readonly ChildPart[]> {
  const idOf = (row: SolutionRow): string | null => row.Solution__r?.Solution_Id__c ?? row.Solution_Id__c;
  const present = new Set(rows.map(idOf));
  const gone = rows.filter((row) => !wanted.some((solution) => solution.id === idOf(row)));
  const added = await addSolutions(
    lookups,
    wanted.filter((solution) => !present.has(solution.id)),
    opportunityId,
  );
  return [...gone.map((row, index) => remove('solutions', 'PC_Opportunity_Solution__c', row.Id, `goneSolution${index}`)), ...added];
}

/** Team members for people who are active users; others stay on the partner side only (API §14.2). */
export async function addTeam(
  lookups: Lookups,
  client: SalesforceClient,
  people: readonly Person[],
  opportunityId: string,
  owner: Soon<string | null>,
): Promise<readonly ChildPart[]> {
  const users = await usersByMail(
    lookups,
    client,
    people.map((person) => person.email),
  );
  const ownerId = await owner;
  const ids = people.map((person) => users.get(person.email)).filter((id) => id !== undefined && id !== ownerId);
  return [...new Set(ids)].map((id, index) =>
    create('team', 'OpportunityTeamMember', `teamMember${index}`, { OpportunityId: opportunityId, UserId: id }),
  );
}

export async function changeTeam(
  lookups: Lookups,
  client: SalesforceClient,
  plan: ReadPlan,
  members: readonly TeamMemberRow[],
  wanted: readonly Person[],
  opportunityId: string,
  ownerId: string | null,
): Promise<readonly ChildPart[]> {
  if (!plan.features.team) return [];
  const mailOf = (member: TeamMemberRow): string | null => personOf(member.User)?.email ?? null;
  const gone = members.filter((member) => {
    const mail = mailOf(member);
    return mail !== null && member.UserId !== ownerId && !wanted.some((person) => person.email === mail);
  });
  const present = new Set(members.map(mailOf));
  const added = await addTeam(
    lookups,
    client,
    wanted.filter((person) => !present.has(person.email)),
    opportunityId,
    ownerId,
  );
  return [...gone.map((member, index) => remove('team', 'OpportunityTeamMember', member.Id, `goneMember${index}`)), ...added];
}
