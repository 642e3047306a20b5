/** The questions the doctor asks an org, one function each; every one throws when the org does not answer. */
import { describe, query, quoted, quotedList, read, understood, type OrgGet } from '../org-reader.ts';
import { helpValues, packageFields, packageFlows, serviceChanges, serviceReads } from '../package-names.ts';
import { AssignmentRow, FieldGrantRow, FlowRow, ObjectGrantRow, ObjectInfoAnswer, OrganizationRow, PicklistAnswer } from '../schema.ts';
import type { AssignmentFacts, FeatureFacts, FlowFacts, OrgFacts, PackageFacts, RecordTypeFacts, VisibleFacts } from './facts.ts';

/** An org seen with somebody's rights. */
export interface OrgView {
  readonly get: OrgGet;
  /** Server's clock minus ours, ms. */
  skewMs(): Promise<number | null>;
}

/** The admin's view also lists metadata, which shows fields nobody may see. */
export interface AdminView extends OrgView {
  /** Full names of the components of a type. */
  list(type: 'CustomObject' | 'CustomField'): Promise<readonly string[]>;
}

const eventObject = 'PC_Sync_Request__e';

export async function readOrg(view: OrgView): Promise<OrgFacts> {
  const [row] = await query(view.get, 'SELECT Id, Name, IsSandbox FROM Organization', OrganizationRow);
  if (!row) throw new Error('This user may not read the organization record.');
  return { orgId: row.Id, name: row.Name ?? '', isSandbox: row.IsSandbox, skewMs: await view.skewMs() };
}

const expectedFields = Object.entries(packageFields).flatMap(([object, fields]) => fields.map((field) => `${object}.${field}`));

/** With the admin's rights every component is listed; without them only what the user sees is there. */
export async function readPackage(admin: AdminView): Promise<PackageFacts> {
  const [objects, fields] = await Promise.all([admin.list('CustomObject'), admin.list('CustomField')]);
  const [haveObjects, haveFields] = [new Set(objects), new Set(fields)];
  const ownObjects = Object.keys(packageFields).filter((object) => object !== 'Opportunity');
  const missingObjects = ownObjects.filter((object) => !haveObjects.has(object));
  return {
    none: missingObjects.length === ownObjects.length,
    missingObjects,
    missingFields: expectedFields.filter((name) => !haveFields.has(name) && !missingObjects.includes(name.split('.')[0] ?? '')),
    fields: expectedFields.length,
  };
}

const needed: readonly (readonly [object: string, changes: readonly string[], reads: readonly string[]])[] = [
  ...new Set([...Object.keys(serviceChanges), ...Object.keys(serviceReads)]),
].map((object) => [object, serviceChanges[object] ?? [], serviceReads[object] ?? []]);

/** What the integration user sees, as the org describes it to that user. */
export async function describeVisible(get: OrgGet, user: string): Promise<VisibleFacts> {
  const hidden: string[] = [];
  const readOnly: string[] = [];
  for (const [object, changes, reads] of needed) {
    const fields = await describe(get, object);
    if (fields === null) {
      hidden.push(object);
      continue;
    }
    hidden.push(...[...changes, ...reads].filter((field) => !fields.has(field)).map((field) => `${object}.${field}`));
    readOnly.push(...changes.filter((field) => fields.get(field) === false).map((field) => `${object}.${field}`));
  }
  return { user, hidden, readOnly };
}

/** Permission sets of a user, the one of the profile included. */
const setsOf = (userId: string): string =>
  `ParentId IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = ${quoted(userId)})`;

/** The same from the permission sets of that user, with an admin's rights. */
export async function grantedVisible(get: OrgGet, userId: string, user: string): Promise<VisibleFacts> {
  const objects = quotedList(needed.map(([object]) => object));
  const rows = await query(
    get,
    `SELECT Field, PermissionsRead, PermissionsEdit FROM FieldPermissions WHERE ${setsOf(userId)} AND SobjectType IN ${objects}`,
    FieldGrantRow,
  );
  const holds = (right: 'PermissionsRead' | 'PermissionsEdit'): ReadonlySet<string> =>
    new Set(rows.filter((row) => row[right]).map((row) => row.Field));
  const [readable, editable] = [holds('PermissionsRead'), holds('PermissionsEdit')];
  const names = (of: (entry: (typeof needed)[number]) => readonly string[]): readonly string[] =>
    needed.flatMap((entry) => of(entry).map((field) => `${entry[0]}.${field}`));
  return {
    user,
    hidden: names(([, changes, reads]) => [...changes, ...reads]).filter((name) => !readable.has(name)),
    readOnly: names(([, changes]) => changes).filter((name) => readable.has(name) && !editable.has(name)),
  };
}

const assignedSets = ['PC_Integration', 'PC_Seller', 'PC_Admin', 'PC_Partner_Center_Admins'];

export async function readAssignments(
  get: OrgGet,
): Promise<readonly { readonly set: string; readonly userId: string; readonly user: string }[]> {
  const names = quotedList(assignedSets);
  const rows = await query(
    get,
    `SELECT AssigneeId, Assignee.Username, Assignee.IsActive, PermissionSet.Name, PermissionSetGroup.DeveloperName FROM PermissionSetAssignment WHERE PermissionSet.Name IN ${names} OR PermissionSetGroup.DeveloperName IN ${names}`,
    AssignmentRow,
  );
  return rows
    .filter((row) => row.Assignee.IsActive)
    .map((row) => ({
      set: row.PermissionSetGroup?.DeveloperName ?? row.PermissionSet?.Name ?? '',
      userId: row.AssigneeId,
      user: row.Assignee.Username,
    }));
}

export function assignmentFacts(rows: Awaited<ReturnType<typeof readAssignments>>, expected: string | null): AssignmentFacts {
  const holders = (...sets: readonly string[]): readonly string[] => [
    ...new Set(rows.filter((row) => sets.includes(row.set)).map((row) => row.user)),
  ];
  return {
    integration: holders('PC_Integration'),
    sellers: holders('PC_Seller', 'PC_Partner_Center_Admins'),
    admins: holders('PC_Admin', 'PC_Partner_Center_Admins'),
    expected,
  };
}

export async function grantedEvent(get: OrgGet, userId: string): Promise<boolean> {
  const rows = await query(
    get,
    `SELECT SobjectType, PermissionsRead FROM ObjectPermissions WHERE ${setsOf(userId)} AND SobjectType = ${quoted(eventObject)}`,
    ObjectGrantRow,
  );
  return rows.some((row) => row.PermissionsRead);
}

export async function readFlows(get: OrgGet): Promise<FlowFacts> {
  const every = Object.values(packageFlows).flat();
  const rows = await query(
    get,
    `SELECT ApiName, ActiveVersionId, IsActive FROM FlowDefinitionView WHERE ApiName IN ${quotedList(every)}`,
    FlowRow,
  );
  const names = (test: (row: (typeof rows)[number]) => boolean): readonly string[] =>
    rows
      .filter(test)
      .map((row) => row.ApiName)
      .sort();
  const runs = (row: (typeof rows)[number]): boolean => (row.ActiveVersionId ?? '') !== '';
  return {
    missing: packageFlows.base.filter((name) => !rows.some((row) => row.ApiName === name)),
    inactive: names((row) => !runs(row)),
    // IsActive speaks of the latest version only
    outdated: names((row) => runs(row) && !row.IsActive),
    active: names((row) => runs(row) && row.IsActive),
  };
}

/** Values of the one restricted picklist, for each record type (Salesforce package §3). */
export async function readRecordTypes(get: OrgGet): Promise<readonly RecordTypeFacts[]> {
  const { recordTypeInfos } = understood(ObjectInfoAnswer, await read(get, '/ui-api/object-info/Opportunity'));
  const types = Object.values(recordTypeInfos);
  const own = types.filter((type) => !type.master);
  return Promise.all(
    (own.length > 0 ? own : types).map(async ({ recordTypeId, name }) => {
      const { values } = understood(
        PicklistAnswer,
        await read(get, `/ui-api/object-info/Opportunity/picklist-values/${recordTypeId}/How_can_Microsoft_help__c`),
      );
      return { name, missing: helpValues.filter((value) => !values.some((one) => one.value === value)) };
    }),
  );
}

export async function readFeatures(get: OrgGet): Promise<FeatureFacts> {
  const [opportunity, account, teams, notes] = await Promise.all(
    ['Opportunity', 'Account', 'OpportunityTeamMember', 'ContentNote'].map((object) => describe(get, object)),
  );
  return {
    multiCurrency: opportunity?.has('CurrencyIsoCode') ?? false,
    countryPicklists: account?.has('BillingCountryCode') ?? false,
    teams: teams !== null && teams !== undefined,
    notes: notes !== null && notes !== undefined,
  };
}

/** May this user subscribe to the event? Only who may read it has it described. */
export const describedEvent = async (get: OrgGet): Promise<boolean> => (await describe(get, eventObject)) !== null;
