/**
 * The mapping held against the org: types that do not fit, values no line of a value map knows, fields Partner Center freezes, stages
 * that would close a deal by accident, and fields whose change no flow tells of. Pure.
 */
import { fields } from '../../domain/fields.ts';
import type { FieldRule, Mapping, ValueRule } from '../../domain/mapping.ts';
import type { Finding } from '../../domain/validate.ts';
import { watchedFields } from '../../domain/watched-fields.ts';
import type { FieldFacts } from '../client/client.ts';
import type { ReadPlan, Source } from '../fields/read-plan.ts';
import type { StageRow } from '../schema.ts';
import { required } from './mapping-rows.ts';
import { countryCode } from '../translate/countries.ts';
import { closedWords, mapOf } from '../translate/transform.ts';
import { isPartnerValue, toPartnerValue } from '../translate/values.ts';

const leaves = ({ direction }: { readonly direction: FieldRule['direction'] }): boolean =>
  direction === 'both' || direction === 'to-partner';
const enters = ({ direction }: { readonly direction: FieldRule['direction'] }): boolean => direction === 'both' || direction === 'to-crm';

const found = (weight: Finding['weight'], code: string, rule: FieldRule, text: string, cure: string): Finding => ({
  code,
  field: rule.field,
  record: rule.record,
  weight,
  text: `Mapping record ${rule.record} (${rule.crmPath}): ${text}`,
  cure,
});

const numbers: readonly string[] = ['double', 'currency', 'percent', 'int', 'long'];
const days: readonly string[] = ['date', 'datetime'];

/** Whether a field of this type can hold what the deal field holds; a transform may bridge the difference. */
function typeFits(rule: FieldRule, { type }: FieldFacts): boolean {
  if (rule.field === 'customerSize') return numbers.includes(type) || !days.includes(type);
  switch (fields[rule.field].kind) {
    case 'number':
      return numbers.includes(type) || (rule.transform === 'number' && type === 'string');
    case 'day':
    case 'instant':
      return days.includes(type);
    case 'flag':
      return type === 'boolean' || rule.transform === 'boolean';
    default:
      return !enters(rule) || (!numbers.includes(type) && !days.includes(type) && type !== 'boolean');
  }
}

function checkType({ rule, at }: Source): readonly Finding[] {
  if (!at || typeFits(rule, at.field)) return [];
  return [
    found(
      'blocks',
      'MAP_TYPE',
      rule,
      `a field of type ${at.field.type} cannot hold ${fields[rule.field].label}.`,
      'Choose a field of a fitting type in Salesforce Path, or a transform that makes one of the other.',
    ),
  ];
}

/** Paths that Partner Center never takes, or takes only once (API §8.1). */
function checkFrozen({ rule }: Source): readonly Finding[] {
  const facts = fields[rule.field];
  if (facts.frozen === 'always' && leaves(rule)) {
    return [
      found(
        'blocks',
        'MAP_FROZEN',
        rule,
        `${facts.label} is written by Microsoft only and cannot be sent.`,
        'Set Direction to "To Salesforce" or "Off".',
      ),
    ];
  }
  if (facts.frozen === 'created' && leaves(rule) && rule.onUpdate) {
    return [
      found(
        'warns',
        'MAP_FROZEN',
        rule,
        `Partner Center takes ${facts.label} when the deal is made and never again; a later change is shown as a difference.`,
        'Untick On Update.',
      ),
    ];
  }
  return [];
}

function checkWriting({ rule, at }: Source, plan: ReadPlan): readonly Finding[] {
  if (!at || !enters(rule) || fields[rule.field].kind === 'state') return [];
  if (!at.own && rule.onUpdate) {
    return [
      found(
        'warns',
        'MAP_OTHER_RECORD',
        rule,
        `it stands on another record, which the service never overwrites.`,
        'Untick On Update, or set Direction to "To Partner Center".',
      ),
    ];
  }
  const free = at.own && at.field.name !== 'Id' && plan.opportunity.get(at.field.name);
  if (free && !at.field.updateable) {
    return [
      found(
        'warns',
        'MAP_READ_ONLY',
        rule,
        'it cannot be written: it is a formula, or the integration user may not edit it.',
        'Give edit access to the integration user, or set Direction to "To Partner Center".',
      ),
    ];
  }
  return [];
}

const some = (words: readonly string[]): string =>
  words
    .slice(0, 5)
    .map((word) => `"${word}"`)
    .join(', ') + (words.length > 5 ? ` and ${words.length - 5} more` : '');

/** Picklist values that would be sent as nothing, or as something Partner Center does not know. */
function checkValues({ rule, at }: Source, mapping: Mapping): readonly Finding[] {
  const map = mapOf[rule.field];
  if (!at || map === undefined || at.field.picklistValues.length === 0 || !leaves(rule)) return [];
  const known = (value: string): boolean => toPartnerValue(mapping, map, value) !== null || isPartnerValue(mapping, map, value);
  const unknown = closedWords.includes(rule.field)
    ? at.field.picklistValues.filter((value) => !known(value))
    : rule.field === 'customerCountry'
      ? at.field.picklistValues.filter((value) => !known(value) && countryCode(value) === null)
      : [];
  if (unknown.length === 0) return [];
  return [
    found(
      'warns',
      'MAP_VALUE_UNMAPPED',
      rule,
      `no line of the value map "${map}" knows ${some(unknown)}; such a value is not sent.`,
      'Add a value map record for each.',
    ),
  ];
}

/** Lines of a value map that name a value the picklist does not have. */
function checkLines({ rule, at }: Source, mapping: Mapping): readonly Finding[] {
  const map = mapOf[rule.field];
  const values = at?.field.picklistValues ?? [];
  if (map === undefined || values.length === 0 || !enters(rule)) return [];
  return mapping.values
    .filter((line) => line.map === map && enters(line) && !values.includes(line.crmValue))
    .map((line) => ({
      code: 'MAP_VALUE_MISSING',
      field: rule.field,
      record: line.record,
      weight: 'warns',
      text: `Value map record ${line.record}: "${line.crmValue}" is no active value of ${at?.path ?? rule.crmPath} in this org.`,
      cure: 'Correct Salesforce Value, or add the value to the picklist.',
    }));
}

const meaning = (stage: StageRow): 'won' | 'lost' | 'open' => (stage.IsWon ? 'won' : stage.IsClosed ? 'lost' : 'open');
const wantedMeaning = (state: string): 'won' | 'lost' | 'open' => (state === 'won' || state === 'lost' ? state : 'open');
const meaningWords = { won: 'closed as won', lost: 'closed as lost', open: 'open' } as const;

/** A stage map must not close a deal that is open, nor open one that is closed, in either direction. */
function checkStages(mapping: Mapping, stages: readonly StageRow[]): readonly Finding[] {
  const byName = new Map(stages.map((stage) => [stage.ApiName.toLowerCase(), stage]));
  const judge = (record: string, what: string, name: string, wanted: 'won' | 'lost' | 'open'): readonly Finding[] => {
    const stage = byName.get(name.toLowerCase());
    if (!stage || meaning(stage) === wanted) return [];
    return [
      {
        code: 'MAP_STAGE_MEANING',
        field: 'state',
        record,
        weight: 'blocks',
        text: `${what} ${record}: the stage "${name}" is ${meaningWords[meaning(stage)]} in this org, but stands here for a deal that is ${meaningWords[wanted]}.`,
        cure: `Use a stage that is ${meaningWords[wanted]}.`,
      },
    ];
  };
  const lines = mapping.values.filter((line: ValueRule) => line.map === 'stage' && line.direction !== 'off');
  const { activeStage, onHoldStage, wonStage, lostStage } = mapping.settings;
  const settings: readonly (readonly [string, string | null, 'won' | 'lost' | 'open'])[] = [
    ['Active_Stage', activeStage, 'open'],
    ['On_Hold_Stage', onHoldStage, 'open'],
    ['Won_Stage', wonStage, 'won'],
    ['Lost_Stage', lostStage, 'lost'],
  ];
  return [
    ...lines.flatMap((line) => judge(line.record, 'Value map record', line.crmValue, wantedMeaning(line.partnerValue))),
    ...settings.flatMap(([name, stage, wanted]) => (stage === null ? [] : judge(name, 'Setting', stage, wanted))),
  ];
}

/** How a change of a mapped field is noticed when no flow tells of it. */
function howNoticed({ rule, at }: Source): string {
  if (rule.field === 'notes' && !at) return 'the sweep, some minutes later';
  if (!at) return 'the daily comparison of all open deals';
  if (at.own)
    return at.field.updateable
      ? 'the sweep, some minutes later'
      : 'the daily comparison of all open deals (a formula leaves no change stamp)';
  return rule.crmPath.toLowerCase().startsWith('account.')
    ? 'the sweep, some minutes later'
    : 'the daily comparison of all open deals, or with the next change of the deal';
}

/** Flows of optional directories count when their feature is there; a list that is not there needs no flow. */
function checkWatched(source: Source, plan: ReadPlan): readonly Finding[] {
  const { rule, at } = source;
  if (!leaves(rule) || rule.field === 'externalReference') return [];
  const path = at?.path ?? rule.crmPath;
  const watched = watchedFields.find((one) => one.path.toLowerCase() === path.toLowerCase());
  if (watched?.directory === 'force-app' || (!at && rule.field === 'currency')) return [];
  if (rule.field === 'team' && !plan.features.team) return [];
  const cure = watched
    ? `Deploy the optional directory ${watched.directory}, whose flow ${watched.flow} tells the service at once; if it is deployed, nothing is to be done.`
    : 'Nothing has to be done; for seconds instead of minutes, compare the field in a copy of the flow PC_Opportunity_Changed.';
  return [
    found('warns', 'MAP_NOT_WATCHED', rule, `no flow of force-app watches it, so a change is noticed by ${howNoticed(source)}.`, cure),
  ];
}

/** A deal cannot be kept the same without these; a record that leads nowhere keeps the last good mapping in force. */
function checkRequired(mapping: Mapping, plan: ReadPlan): readonly Finding[] {
  return mapping.fields
    .filter((rule) => required.includes(rule.field) && rule.direction !== 'off' && !plan.sources.some((source) => source.rule === rule))
    .map((rule) =>
      found(
        'blocks',
        'MAP_REQUIRED',
        rule,
        `${fields[rule.field].label} cannot be left out, and the field does not exist or cannot be seen.`,
        'Correct Salesforce Path, or give the field to the integration user.',
      ),
    );
}

const sourcesOf = (mapping: Mapping, plan: ReadPlan): readonly Source[] => {
  const own = new Set(mapping.fields.map((rule) => rule.record));
  return plan.sources.filter(({ rule }) => own.has(rule.record));
};

/** Mapped fields of Salesforce that no flow of force-app watches, each with how a change is noticed instead. */
export const unwatchedFields = (mapping: Mapping, plan: ReadPlan): readonly Finding[] =>
  sourcesOf(mapping, plan).flatMap((source) => checkWatched(source, plan));

/** Everything that is odd about a mapping in this org; what blocks keeps it from coming into force. */
export function checkMapping(mapping: Mapping, plan: ReadPlan, stages: readonly StageRow[]): readonly Finding[] {
  const each = sourcesOf(mapping, plan).flatMap((source) => [
    ...checkType(source),
    ...checkFrozen(source),
    ...checkWriting(source, plan),
    ...checkValues(source, mapping),
    ...checkLines(source, mapping),
  ]);
  return [...checkRequired(mapping, plan), ...each, ...checkStages(mapping, stages)];
}
