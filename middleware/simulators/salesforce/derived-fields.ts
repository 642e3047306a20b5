/** What the platform fills in by itself on standard objects: names, stage facts, one primary contact, countries. */
import { RowError } from './org-errors.ts';
import type { DraftRecord, ObjectDefinition, RecordValues } from './schema-model.ts';
import type { OrgState } from './state.ts';
import type { OrgSwitches } from './switches.ts';

const joined = (...parts: unknown[]): string => parts.filter((part) => typeof part === 'string' && part !== '').join(' ');

/**
 * Changes the draft in place.
 * @param given names of the fields the caller set
 */
export function derive(
  state: OrgState,
  switches: OrgSwitches,
  object: ObjectDefinition,
  draft: DraftRecord,
  prior: RecordValues | null,
  given: ReadonlySet<string>,
): void {
  switch (object.name) {
    case 'Contact':
    case 'Lead':
    case 'User':
      draft['Name'] = joined(draft['FirstName'], draft['LastName']);
      break;
    case 'Opportunity':
      deriveOpportunity(state, switches, draft, prior, given);
      break;
    case 'OpportunityTeamMember':
      draft['Name'] = state.record(String(draft['UserId'] ?? ''))?.['Name'] ?? null;
      draft['OpportunityAccessLevel'] ??= 'Read';
      break;
    case 'PermissionSetAssignment':
      derivePermissionSetAssignment(state, draft);
      break;
  }
  for (const prefix of ['Billing', 'Shipping', 'Mailing', '']) {
    if (object.fields.has(`${prefix}CountryCode`)) deriveCountry(object, draft, prior, prefix, given);
  }
}

function deriveOpportunity(
  state: OrgState,
  switches: OrgSwitches,
  draft: DraftRecord,
  prior: RecordValues | null,
  given: ReadonlySet<string>,
): void {
  // With products on the deal, Amount is their sum and a written amount is silently dropped.
  if (draft['HasOpportunityLineItem'] === true && prior) draft['Amount'] = prior['Amount'] ?? null;
  const stageName = draft['StageName'];
  if (typeof stageName === 'string' && (prior === null || prior['StageName'] !== stageName)) {
    const stage = state.find('OpportunityStage', 'ApiName', stageName)[0];
    if (!stage && switches.refusesUnknownStage) {
      throw new RowError('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', `Stage: bad value for restricted picklist field: ${stageName}`, [
        'StageName',
      ]);
    }
    draft['IsClosed'] = stage?.['IsClosed'] ?? false;
    draft['IsWon'] = stage?.['IsWon'] ?? false;
    if (!given.has('Probability')) draft['Probability'] = stage?.['DefaultProbability'] ?? 0;
    if (!given.has('ForecastCategoryName')) draft['ForecastCategoryName'] = stage?.['ForecastCategoryName'] ?? 'Pipeline';
    draft['ForecastCategory'] = draft['ForecastCategoryName'] ?? null;
  }
  const { Amount: amount, Probability: probability } = draft;
  draft['ExpectedRevenue'] = typeof amount === 'number' && typeof probability === 'number' ? Math.round(amount * probability) / 100 : null;
}

/** A group is assigned by its own id; the row also names the set behind it, and the other way round. */
function derivePermissionSetAssignment(state: OrgState, draft: DraftRecord): void {
  const groupId = draft['PermissionSetGroupId'];
  if (typeof groupId === 'string')
    draft['PermissionSetId'] = state.find('PermissionSet', 'PermissionSetGroupId', groupId)[0]?.['Id'] ?? null;
  else draft['PermissionSetGroupId'] = state.record(String(draft['PermissionSetId'] ?? ''))?.['PermissionSetGroupId'] ?? null;
  const taken = state
    .find('PermissionSetAssignment', 'AssigneeId', draft['AssigneeId'] ?? null)
    .some((row) => row['PermissionSetId'] === draft['PermissionSetId'] && row['Id'] !== draft['Id']);
  if (taken)
    throw new RowError('DUPLICATE_VALUE', 'Duplicate PermissionSetAssignment. Assignee is already assigned to this permission set.', []);
}

const countryNames = new Intl.DisplayNames(['en'], { type: 'region' });

function deriveCountry(
  object: ObjectDefinition,
  draft: DraftRecord,
  prior: RecordValues | null,
  prefix: string,
  given: ReadonlySet<string>,
): void {
  const [nameField, codeField] = [`${prefix}Country`, `${prefix}CountryCode`];
  const codes = object.fields.get(codeField)?.picklist?.values ?? [];
  const changed = (field: string): boolean => given.has(field) && (draft[field] ?? null) !== (prior?.[field] ?? null);
  if (changed(codeField)) {
    const code = draft[codeField];
    draft[nameField] = typeof code === 'string' ? (countryNames.of(code) ?? code) : null;
  } else if (changed(nameField)) {
    const name = draft[nameField];
    const code = codes.find((one) => one.value === name || countryNames.of(one.value) === name);
    if (typeof name === 'string' && !code) {
      throw new RowError(
        'FIELD_INTEGRITY_EXCEPTION',
        "There's a problem with this country, even though it may appear correct. Please select a country/territory from the list of valid countries.",
        [nameField],
      );
    }
    draft[codeField] = code?.value ?? null;
    if (code) draft[nameField] = countryNames.of(code.value) ?? code.value;
  }
}

/** After a contact role became primary, the others of the deal are not. */
export function afterContactRole(state: OrgState, record: RecordValues): void {
  if (record['IsPrimary'] !== true) return;
  for (const other of state.find('OpportunityContactRole', 'OpportunityId', record['OpportunityId'] ?? null)) {
    if (other['Id'] === record['Id'] || other['IsPrimary'] !== true) continue;
    const now = state.stamp();
    state.put('OpportunityContactRole', { ...other, IsPrimary: false, LastModifiedDate: now, SystemModstamp: now });
  }
}
