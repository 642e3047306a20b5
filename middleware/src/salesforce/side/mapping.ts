/** Reads the admin's mapping and settings from the org's custom metadata; what is not there comes from the shipped defaults. */
import type { Mapping } from '../../domain/mapping.ts';
import type { Finding } from '../../domain/validate.ts';
import { SyncError } from '../../errors.ts';
import { understood } from '../client/client.ts';
import { makeReadPlan } from '../fields/read-plan.ts';
import { FieldMapRow, ReferenceRow, SettingRow, StageRow, ValueMapRow, type RawRow } from '../schema.ts';
import { checkMapping, unwatchedFields } from './mapping-check.ts';
import { fieldRules, settingsOf, valueRules } from './mapping-rows.ts';
import type { Org } from './org.ts';

export interface ReadMapping {
  readonly mapping: Mapping;
  readonly findings: readonly Finding[];
  /** Mapped fields whose change no flow tells of: worth knowing, no mistakes. */
  readonly unwatched: readonly Finding[];
}

const fieldColumns =
  'DeveloperName, Salesforce_Path__c, Referral_Path__c, Direction__c, On_Create__c, On_Update__c, Owner__c, Default_Value__c, Transform__c, Limit__c, Confidential__c';

const unreadable = (object: string): Finding => ({
  code: 'MAP_NOT_READABLE',
  field: null,
  weight: 'warns',
  text: `The records of ${object} cannot be read; the shipped defaults are used.`,
  cure: 'Deploy the package again and assign the permission set "Partner Center: integration" to the integration user.',
});

/** Null when the type does not exist or is hidden from the integration user. */
async function rowsOf(org: Org, columns: string, object: string): Promise<readonly RawRow[] | null> {
  try {
    return (await org.client.query(`SELECT ${columns} FROM ${object} ORDER BY DeveloperName`)).records;
  } catch (error) {
    if (error instanceof SyncError && error.code === 'CRM_FIELD_MISSING') return null;
    throw error;
  }
}

/** What each stage means in this org; none when the integration user may not see stages. */
async function stagesOf(org: Org): Promise<readonly StageRow[]> {
  try {
    const { records } = await org.client.query('SELECT ApiName, IsActive, IsClosed, IsWon FROM OpportunityStage ORDER BY SortOrder');
    return records.map((record) => understood(StageRow, record));
  } catch (error) {
    if (error instanceof SyncError && error.code === 'CRM_FIELD_MISSING') return [];
    throw error;
  }
}

export async function readMapping(org: Org, defaults: Mapping): Promise<ReadMapping> {
  const [fieldRows, valueRows, settingRows, stageRows, opportunity] = await Promise.all([
    rowsOf(org, fieldColumns, 'PC_Field_Map__mdt'),
    rowsOf(org, 'DeveloperName, Map__c, Salesforce_Value__c, Partner_Center_Value__c, Direction__c', 'PC_Value_Map__mdt'),
    rowsOf(org, 'DeveloperName, Value__c', 'PC_Setting__mdt'),
    stagesOf(org),
    org.client.describe('Opportunity'),
  ]);
  const findings: Finding[] = [];
  const fromOrg = <T>(
    rows: readonly RawRow[] | null,
    object: string,
    read: (rows: readonly RawRow[]) => { readonly rules: readonly T[]; readonly findings: readonly Finding[] },
    otherwise: readonly T[],
  ): readonly T[] => {
    if (rows === null) findings.push(unreadable(object));
    if (rows === null || rows.length === 0) return otherwise;
    const result = read(rows);
    findings.push(...result.findings);
    return result.rules;
  };
  const fields = fromOrg(
    fieldRows,
    'PC_Field_Map__mdt',
    (rows) => fieldRules(rows.map((row) => understood(FieldMapRow, row))),
    defaults.fields,
  );
  const values = fromOrg(
    valueRows,
    'PC_Value_Map__mdt',
    (rows) => valueRules(rows.map((row) => understood(ValueMapRow, row))),
    defaults.values,
  );
  const stages = opportunity?.fields.get('StageName')?.picklistValues ?? [];
  const { settings, findings: wrong } = settingsOf(
    (settingRows ?? []).map((row) => understood(SettingRow, row)),
    defaults.settings,
    stages,
  );
  if (settingRows === null) findings.push(unreadable('PC_Setting__mdt'));

  const mapping: Mapping = { fields, values, settings };
  const plan = await makeReadPlan((object) => org.client.describe(object), mapping, settings.defaultCurrency);
  const doubts = checkMapping(mapping, plan, stageRows);
  return { mapping, findings: [...findings, ...wrong, ...plan.findings, ...doubts], unwatched: unwatchedFields(mapping, plan) };
}

/** The reference lists of the org, in the admin's order: what the panel offers to choose from. */
export async function readReferenceLists(org: Org): Promise<{ readonly [list: string]: readonly string[] }> {
  let rows: readonly RawRow[];
  try {
    rows = (await org.client.query('SELECT List__c, Value__c, Active__c FROM PC_Reference_Value__mdt ORDER BY Order__c, DeveloperName'))
      .records;
  } catch (error) {
    if (error instanceof SyncError && error.code === 'CRM_FIELD_MISSING') return {};
    throw error;
  }
  const lists: { [list: string]: string[] } = {};
  for (const { List__c: list, Value__c: value, Active__c: active } of rows.map((row) => understood(ReferenceRow, row))) {
    if (list !== null && value !== null && active) (lists[list] ??= []).push(value);
  }
  return lists;
}
