/**
 * The admin's records → a mapping, each mistake named with record, field and cure. Pure. A record with a mistake is left out; the
 * finding blocks, so that the last good mapping stays in force until it is corrected.
 */
import type { FieldName } from '../../domain/deal.ts';
import { fieldAtPath, fields } from '../../domain/fields.ts';
import type { Direction, FieldRule, Owner, Settings, TransformName, ValueRule } from '../../domain/mapping.ts';
import type { Finding } from '../../domain/validate.ts';
import type { FieldMapRow, ValueMapRow } from '../schema.ts';
import { hasValueMap } from '../translate/transform.ts';

const directions: { readonly [label: string]: Direction } = {
  Both: 'both',
  'To Partner Center': 'to-partner',
  'To Salesforce': 'to-crm',
  Off: 'off',
};
const owners: { readonly [label: string]: Owner } = { Salesforce: 'crm', 'Partner Center': 'partner', Ask: 'ask' };
const transforms: readonly TransformName[] = ['none', 'country', 'currency', 'utc-day', 'text', 'number', 'value-map', 'boolean'];
const maps: readonly ValueRule['map'][] = ['stage', 'help', 'intent', 'country', 'currency', 'lost-reason'];
/** A deal cannot be kept the same without these. */
export const required: readonly FieldName[] = ['name', 'state', 'closeDate', 'value'];
const helpCodes = [
  'WorkloadSpecificValueProposition',
  'CustomerTechnicalArchitecture',
  'ProofOfConceptOrDemo',
  'QuotesOrLicensing',
  'PostSalesCustomerSuccess',
  'GeneralOrOther',
];
const pathShape = /^[A-Za-z]\w*(\.[A-Za-z]\w*){0,5}$/;

const mistake = (code: string, field: FieldName | null, text: string, cure: string): Finding => ({
  code,
  field,
  weight: 'blocks',
  text,
  cure,
});
const list = (words: readonly string[]): string => words.join(', ');

/** The admin's words choose among ours alone: what every object has (`constructor`) is no word of a table. */
const entryOf = <T>(table: { readonly [word: string]: T }, word: string | null): T | undefined =>
  word !== null && Object.hasOwn(table, word) ? table[word] : undefined;

/** Transforms that make sense for a kind of value. */
function fits(field: FieldName, transform: TransformName): boolean {
  const { kind } = fields[field];
  switch (transform) {
    case 'none':
      return true;
    case 'number':
      return kind === 'number' || field === 'customerSize';
    case 'boolean':
      return kind === 'flag';
    case 'utc-day':
      return kind === 'day';
    case 'value-map':
      return hasValueMap(field);
    case 'country':
      return field === 'customerCountry';
    case 'currency':
      return field === 'currency';
    case 'text':
      return kind === 'text' || kind === 'long-text' || kind === 'code';
  }
}

function fieldRule(row: FieldMapRow): FieldRule | readonly Finding[] {
  const record = row.DeveloperName;
  const where = `Mapping record ${record}`;
  const field = fieldAtPath(row.Referral_Path__c ?? '');
  if (field === null) {
    return [
      mistake(
        'MAP_UNKNOWN_PATH',
        null,
        `${where}: "${row.Referral_Path__c ?? ''}" in Referral Path is no field of a referral.`,
        'Use a path of the list in the admin guide, for example details/dealValue.',
      ),
    ];
  }
  const found: Finding[] = [];
  const direction = entryOf(directions, row.Direction__c);
  const owner = entryOf(owners, row.Owner__c);
  const transform = transforms.find((name) => name === (row.Transform__c ?? 'none'));
  const path = row.Salesforce_Path__c?.trim() ?? '';
  if (!direction)
    found.push(
      mistake(
        'MAP_DIRECTION',
        field,
        `${where}: "${row.Direction__c ?? ''}" in Direction is not known.`,
        `Choose one of ${list(Object.keys(directions))}.`,
      ),
    );
  if (!owner)
    found.push(
      mistake(
        'MAP_OWNER',
        field,
        `${where}: "${row.Owner__c ?? ''}" in Owner is not known.`,
        `Choose one of ${list(Object.keys(owners))}.`,
      ),
    );
  if (!transform)
    found.push(
      mistake(
        'MAP_TRANSFORM',
        field,
        `${where}: "${row.Transform__c ?? ''}" in Transform is not known.`,
        `Choose one of ${list(transforms)}.`,
      ),
    );
  else if (!fits(field, transform))
    found.push(
      mistake(
        'MAP_TRANSFORM',
        field,
        `${where}: the transform "${transform}" does not fit ${fields[field].label}.`,
        'Choose "none", or the transform of the default record for this field.',
      ),
    );
  if (direction !== 'off' && !pathShape.test(path))
    found.push(
      mistake(
        'MAP_PATH',
        field,
        `${where}: "${path}" in Salesforce Path is no path.`,
        'Use the API name of a field of the opportunity, or a path such as Account.BillingCity.',
      ),
    );
  if (row.Limit__c !== null && row.Limit__c < 1)
    found.push(
      mistake(
        'MAP_LIMIT',
        field,
        `${where}: the limit ${row.Limit__c} cuts everything.`,
        'Leave Limit blank, or enter a number of characters above zero.',
      ),
    );
  if (found.length > 0 || !direction || !owner || !transform) return found;
  return {
    record,
    field,
    crmPath: path,
    direction,
    onCreate: row.On_Create__c,
    onUpdate: row.On_Update__c,
    owner,
    defaultValue: row.Default_Value__c?.trim() || null,
    transform,
    limit: row.Limit__c,
    confidential: row.Confidential__c,
  };
}

export function fieldRules(rows: readonly FieldMapRow[]): { readonly rules: readonly FieldRule[]; readonly findings: readonly Finding[] } {
  const rules: FieldRule[] = [];
  const findings: Finding[] = [];
  for (const row of rows) {
    const rule = fieldRule(row);
    if (!('record' in rule)) {
      findings.push(...rule.map((finding) => ({ ...finding, record: row.DeveloperName })));
      continue;
    }
    const twin = rules.find((one) => one.field === rule.field && one.direction !== 'off');
    if (twin && rule.direction !== 'off') {
      findings.push({
        ...mistake(
          'MAP_TWICE',
          rule.field,
          `Mapping records ${twin.record} and ${rule.record} both stand for ${fields[rule.field].label}.`,
          'Set Direction to Off in one of them, or delete it.',
        ),
        record: rule.record,
      });
    } else if (!twin) rules.push(rule);
  }
  for (const field of required) {
    if (!rules.some((rule) => rule.field === field && rule.direction !== 'off')) {
      findings.push(
        mistake(
          'MAP_REQUIRED',
          field,
          `No mapping record stands for ${fields[field].label}.`,
          `Add a record with Referral Path ${fields[field].path}, or set its Direction to something else than Off.`,
        ),
      );
    }
  }
  return { rules, findings };
}

/** Words a partner-side value may be, per map; null = anything. */
function wordsOf(map: ValueRule['map']): readonly string[] | null {
  switch (map) {
    case 'stage':
      return ['new', 'active', 'won', 'lost'];
    case 'help':
      return helpCodes;
    case 'intent':
      return ['Yes', 'No', 'HaveNotDecided'];
    default:
      return null;
  }
}

export function valueRules(rows: readonly ValueMapRow[]): { readonly rules: readonly ValueRule[]; readonly findings: readonly Finding[] } {
  const rules: ValueRule[] = [];
  const findings: Finding[] = [];
  for (const row of rows) {
    const where = `Value map record ${row.DeveloperName}`;
    const map = maps.find((name) => name === row.Map__c);
    const direction = entryOf(directions, row.Direction__c);
    const [crmValue, partnerValue] = [row.Salesforce_Value__c?.trim() ?? '', row.Partner_Center_Value__c?.trim() ?? ''];
    const words = map && wordsOf(map);
    const wrong: Finding[] = [];
    if (!map)
      wrong.push(mistake('MAP_VALUE', null, `${where}: "${row.Map__c ?? ''}" in Map is not known.`, `Choose one of ${list(maps)}.`));
    if (!direction)
      wrong.push(
        mistake(
          'MAP_DIRECTION',
          null,
          `${where}: "${row.Direction__c ?? ''}" in Direction is not known.`,
          `Choose one of ${list(Object.keys(directions))}.`,
        ),
      );
    if (crmValue === '' || partnerValue === '')
      wrong.push(
        mistake('MAP_VALUE', null, `${where}: one of the two values is blank.`, 'Fill Salesforce Value and Partner Center Value.'),
      );
    if (words && partnerValue !== '' && !words.includes(partnerValue))
      wrong.push(
        mistake('MAP_VALUE', null, `${where}: "${partnerValue}" is no value Partner Center knows here.`, `Use one of ${list(words)}.`),
      );
    if (map === 'country' && partnerValue !== '' && !/^[A-Z]{2}$/.test(partnerValue))
      wrong.push(
        mistake(
          'MAP_VALUE',
          null,
          `${where}: "${partnerValue}" is no two-letter country code.`,
          'Use two upper-case letters, for example GB.',
        ),
      );
    if (wrong.length > 0 || !map || !direction) findings.push(...wrong.map((finding) => ({ ...finding, record: row.DeveloperName })));
    else rules.push({ record: row.DeveloperName, map, crmValue, partnerValue, direction });
  }
  return { rules, findings };
}

/** Developer name of the setting → how its text becomes a value; null when the text is wrong. */
const settingReaders: { readonly [name: string]: (text: string | null, settings: Settings) => Settings | null } = {
  Active_Stage: (text, settings) => (text === null ? null : { ...settings, activeStage: text }),
  On_Hold_Stage: (text, settings) => ({ ...settings, onHoldStage: text }),
  Won_Stage: (text, settings) => (text === null ? null : { ...settings, wonStage: text }),
  Lost_Stage: (text, settings) => (text === null ? null : { ...settings, lostStage: text }),
  Leads: (text, settings) => (text === 'ignore' || text === 'lead-records' ? { ...settings, leads: text } : null),
  Matching: (text, settings) =>
    text === 'ask' || text === 'link-when-certain' || text === 'always-create' ? { ...settings, matching: text } : null,
  Confirm_One_Way_Steps: (text, settings) => flag(text, (on) => ({ ...settings, confirmOneWaySteps: on })),
  Won_Hold_Hours: (text, settings) => number(text, 0, 720, (hours) => ({ ...settings, wonHoldHours: hours })),
  Notify_New_Deal: (text, settings) => flag(text, (on) => ({ ...settings, notify: { ...settings.notify, newDeal: on } })),
  Notify_Accepted: (text, settings) => flag(text, (on) => ({ ...settings, notify: { ...settings.notify, accepted: on } })),
  Notify_Declined: (text, settings) => flag(text, (on) => ({ ...settings, notify: { ...settings.notify, declined: on } })),
  Notify_Needs_You: (text, settings) => flag(text, (on) => ({ ...settings, notify: { ...settings.notify, needsYou: on } })),
  Notify_Expiring: (text, settings) => flag(text, (on) => ({ ...settings, notify: { ...settings.notify, expiring: on } })),
  Default_Owner: (text, settings) => ({ ...settings, defaultOwner: text }),
  Default_Currency: (text, settings) =>
    text === null || /^[A-Za-z]{3}$/.test(text) ? { ...settings, defaultCurrency: text?.toUpperCase() ?? null } : null,
  Audit_Days: (text, settings) => number(text, 1, 3_650, (days) => ({ ...settings, auditDays: days })),
};

const flag = (text: string | null, use: (on: boolean) => Settings): Settings | null =>
  text === 'true' || text === 'false' ? use(text === 'true') : null;
function number(text: string | null, least: number, most: number, use: (value: number) => Settings): Settings | null {
  const value = text === null ? Number.NaN : Number(text);
  return value >= least && value <= most ? use(value) : null;
}

const examples: { readonly [name: string]: string } = {
  Leads: 'Use ignore or lead-records.',
  Matching: 'Use ask, link-when-certain or always-create.',
  Won_Hold_Hours: 'Use a number of hours from 0 to 720.',
  Audit_Days: 'Use a number of days from 1 to 3650.',
  Default_Currency: 'Use three letters such as EUR, or leave it blank.',
  Active_Stage: 'Enter the name of an open stage.',
  Won_Stage: 'Enter the name of a won stage.',
  Lost_Stage: 'Enter the name of a lost stage.',
};

/**
 * @param stages active stage names of the org; empty when they could not be read, then names are not checked
 */
export function settingsOf(
  rows: readonly { readonly DeveloperName: string; readonly Value__c: string | null }[],
  defaults: Settings,
  stages: readonly string[],
): { readonly settings: Settings; readonly findings: readonly Finding[] } {
  let settings = defaults;
  const findings: Finding[] = [];
  for (const row of rows) {
    const reader = entryOf(settingReaders, row.DeveloperName);
    const text = row.Value__c?.trim() || null;
    if (!reader) {
      findings.push({
        ...mistake(
          'MAP_SETTING',
          null,
          `The setting ${row.DeveloperName} is not known.`,
          'Delete the record, or correct its name; the list stands in the admin guide.',
        ),
        record: row.DeveloperName,
        weight: 'warns',
      });
      continue;
    }
    const changed = reader(text, settings);
    if (changed) settings = changed;
    else
      findings.push({
        ...mistake(
          'MAP_SETTING',
          null,
          `The setting ${row.DeveloperName} cannot be "${text ?? ''}".`,
          examples[row.DeveloperName] ?? 'Use true or false.',
        ),
        record: row.DeveloperName,
      });
  }
  const named: readonly (readonly [string, string | null])[] = [
    ['Active_Stage', settings.activeStage],
    ['On_Hold_Stage', settings.onHoldStage],
    ['Won_Stage', settings.wonStage],
    ['Lost_Stage', settings.lostStage],
  ];
  for (const [name, stage] of named) {
    if (stage !== null && stages.length > 0 && !stages.includes(stage)) {
      findings.push({
        ...mistake(
          'MAP_STAGE',
          'state',
          `The setting ${name} names the stage "${stage}", which this org does not have.`,
          `Use one of ${list(stages)}.`,
        ),
        record: name,
      });
    }
  }
  return { settings, findings };
}
