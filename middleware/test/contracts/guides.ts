/** The tables and the diagram inside the guides, printed from the code and the package; a test compares them with the committed pages. */
import { format } from 'prettier';

import type { DealState } from '../../src/domain/deal.ts';
import { defaultMapping } from '../../src/domain/default-mapping.ts';
import { fieldNames, fields, type FrozenWhen } from '../../src/domain/fields.ts';
import { moves, terminalStates, type Move } from '../../src/domain/lifecycle.ts';
import type { FieldRule, Owner, TransformName } from '../../src/domain/mapping.ts';
import { merge } from '../../src/domain/merge.ts';
import { emptyPlan, type Standing } from '../../src/domain/plan.ts';
import { showPlan } from '../../src/domain/standing.ts';
import { catalogue, type Curer, type ErrorEntry, type Retry } from '../../src/errors.ts';
import { customRecords } from '../package/default-mapping.ts';
import { readPackage } from '../package/package-files.ts';

type Blocks = { readonly [name: string]: readonly string[] };

export interface Guide {
  readonly path: string;
  readonly blocks: () => Blocks;
}

const escape = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `| ${head.map(() => '---').join(' | ')} |`,
  ...rows.map((cells) => `| ${cells.map(escape).join(' | ')} |`),
];

// ----------------------------------------------------------------------------------------------------------------------- mapping

const directionWords = { both: 'both ways', 'to-partner': 'to Partner Center', 'to-crm': 'to Salesforce', off: 'off' } as const;
const ownerWords: { readonly [O in Owner]: string } = { crm: 'Salesforce', partner: 'Partner Center', ask: 'a person' };

function whenWords({ onCreate, onUpdate, direction }: FieldRule): string {
  if (direction === 'off') return '';
  if (onCreate && onUpdate) return 'always';
  return onCreate ? 'when it is made' : 'afterwards';
}

const defaults = (): readonly string[] =>
  table(
    ['Record', 'Opportunity', 'Deal field', 'Travels', 'When', 'Owner', 'Transform'],
    defaultMapping.fields.map((rule) => [
      `\`${rule.record}\``,
      `\`${rule.crmPath}\``,
      fields[rule.field].label,
      directionWords[rule.direction],
      whenWords(rule),
      rule.direction === 'both' ? ownerWords[rule.owner] : '',
      rule.transform + (rule.limit === null ? '' : `, ${rule.limit} characters`),
    ]),
  );

const transforms: { readonly [T in TransformName]: readonly [out: string, back: string] } = {
  none: ['the value as it is', 'the same'],
  text: [
    'blanks at both ends and control characters go, HTML entities are decoded, longer texts are cut at the limit',
    'the same, cut at the length of the Salesforce field',
  ],
  number: ['a number; for the customer size one of Microsoft’s bands', 'a number'],
  boolean: ['yes or no; `true`, `1`, `yes` and a ticked box are yes', 'a tick'],
  'utc-day': ['a date, or the UTC day of a date and time; no day ever shifts', 'the day'],
  country: ['two letters, by the value map `country`, then from names, two- and three-letter codes', 'two letters'],
  currency: ['three letters in capitals, by the value map `currency`', 'the code'],
  'value-map': [
    'the word on the other side of the value map of this field (`stage`, `help`, `intent`, `lost-reason`)',
    'the Salesforce word of the same line',
  ],
};

const settings = (): readonly string[] =>
  table(
    ['Setting', 'Record', 'Shipped', 'Meaning'],
    customRecords(readPackage(['force-app']), 'PC_Setting').map(({ label, name, values }) => [
      label,
      `\`PC_Setting.${name}\``,
      values['Value__c'] ? `\`${values['Value__c']}\`` : 'blank',
      values['Help__c'] ?? '',
    ]),
  );

interface Try {
  readonly what: string;
  readonly owner: Owner;
  readonly crm: string | null;
  readonly partner: string | null;
  /** Null = both sides never agreed on anything. */
  readonly base: string | null;
  readonly never?: boolean;
  readonly frozen?: boolean;
}

const tries: readonly Try[] = [
  { what: 'only the seller changed it', owner: 'partner', base: 'A', crm: 'B', partner: 'A' },
  { what: 'only Microsoft changed it', owner: 'crm', base: 'A', crm: 'A', partner: 'C' },
  { what: 'both made the same change', owner: 'ask', base: 'A', crm: 'B', partner: 'B' },
  { what: 'both changed it, Salesforce owns it', owner: 'crm', base: 'A', crm: 'B', partner: 'C' },
  { what: 'both changed it, Partner Center owns it', owner: 'partner', base: 'A', crm: 'B', partner: 'C' },
  { what: 'both changed it, a person is asked', owner: 'ask', base: 'A', crm: 'B', partner: 'C' },
  { what: 'frozen, and the seller changed it', owner: 'crm', base: 'A', crm: 'B', partner: 'A', frozen: true },
  { what: 'first contact, both hold the same', owner: 'crm', base: null, never: true, crm: 'A', partner: 'A' },
  { what: 'first contact, one side is empty', owner: 'crm', base: null, never: true, crm: null, partner: 'A' },
  { what: 'first contact, they differ', owner: 'crm', base: null, never: true, crm: 'B', partner: 'C' },
];

function outcome({ owner, crm, partner, base, never = false, frozen = false }: Try): readonly string[] {
  const agreed = never ? {} : { notes: base };
  const rule = defaultMapping.fields.find(({ field }) => field === 'notes');
  if (!rule) throw new Error('The notes are not mapped.');
  const merged = merge({
    crm: { notes: crm },
    partner: { notes: partner },
    base: { crm: agreed, partner: agreed },
    rules: [{ ...rule, owner }],
    frozen: () => frozen,
  });
  const after = [{ notes: crm, ...merged.toCrm }.notes, { notes: partner, ...merged.toPartner }.notes].map((text) => text ?? 'empty');
  const [conflict] = merged.conflicts;
  const kept = conflict?.winner === 'crm' ? conflict.partner : conflict?.winner === 'partner' ? conflict.crm : null;
  const told = conflict
    ? conflict.winner === null
      ? 'asked in the panel, both stay'
      : `"${String(kept)}" is kept and can be put back`
    : merged.differences.length > 0
      ? 'shown as different'
      : '';
  return [...after, told];
}

const conflicts = (): readonly string[] =>
  table(
    ['Case', 'Last agreed', 'Salesforce', 'Partner Center', 'Salesforce after', 'Partner Center after', 'And'],
    tries.map((one) => [
      one.what,
      one.never ? 'nothing yet' : (one.base ?? 'empty'),
      one.crm ?? 'empty',
      one.partner ?? 'empty',
      ...outcome(one),
    ]),
  );

// --------------------------------------------------------------------------------------------------------------------- lifecycle

const stateWords: { readonly [S in DealState]?: string } = {
  new: 'New',
  active: 'Active',
  won: 'Won',
  lost: 'Lost',
  declined: 'Declined',
  expired: 'Expired',
  error: 'Retired',
};
const whoMoves = ({ act, actor, needsReason }: Move): string =>
  `${act}${actor === 'service' ? ' (time)' : actor === 'receiver' ? ' (you)' : ''}${needsReason ? ', reason' : ''}`;
const word = (state: DealState): string => stateWords[state] ?? state;

const diagram = (): readonly string[] => [
  '```mermaid',
  'stateDiagram-v2',
  '  [*] --> Active: shared from Salesforce',
  '  [*] --> New: sent by Microsoft',
  ...moves.map((move) => `  ${word(move.from)} --> ${word(move.to)}: ${whoMoves(move)}`),
  ...terminalStates.map((state) => `  ${word(state)} --> [*]`),
  '```',
];

const moment: { readonly [W in FrozenWhen]: string } = {
  never: 'while the deal is open: never',
  created: 'once the referral exists',
  asked: 'once Microsoft was asked for help',
  given: 'once a value was sent',
  yes: 'once it is on',
  always: 'always; only Microsoft changes it',
};

const freezing = (): readonly string[] =>
  table(
    ['Frozen in Partner Center', 'Fields'],
    (['never', 'created', 'asked', 'given', 'yes', 'always'] as const).map((when) => [
      moment[when],
      fieldNames
        .filter((field) => fields[field].frozen === when)
        .map((field) => fields[field].label)
        .join(', '),
    ]),
  );

const noon = Date.parse('2026-11-20T12:00:00Z');
const standings: readonly (readonly [string, Standing])[] = [
  ['Both sides are the same', { kind: 'in-sync' }],
  ['Microsoft has been asked', { kind: 'waiting-for-microsoft' }],
  ['Microsoft sent the deal', { kind: 'answer-microsoft', expiresAt: '2026-12-04T12:00:00.000Z' }],
  ['Something is missing', { kind: 'incomplete' }],
  ['Both changed the same field', { kind: 'asks' }],
  ['A one-way step was made outside the panel', { kind: 'confirm' }],
  ['Won too early', { kind: 'on-hold', until: noon }],
  ...terminalStates.map((state) => [`${word(state)} in Partner Center`, { kind: 'closed', state }] as const),
  ['The tick was removed', { kind: 'stopped' }],
  ['The referral is gone', { kind: 'gone', side: 'partner' }],
];

const shown = (): readonly string[] =>
  table(
    ['Situation', 'Sync state', 'Sync message'],
    standings.map(([what, standing]) => {
      const { word: state, message } = showPlan(emptyPlan(standing));
      const named = standing.kind === 'incomplete' || standing.kind === 'asks' || standing.kind === 'confirm';
      return [what, state ?? 'empty', message ?? (named ? 'what is missing or asked, and what to do' : 'empty')];
    }),
  );

// -------------------------------------------------------------------------------------------------------------------------- cures

const retryWords: { readonly [R in Retry]: string } = {
  now: 'at once',
  later: 'by itself, later',
  pause: 'by itself, when it is possible again',
  never: 'when it is cured',
};

const cures = (who: Curer): readonly string[] =>
  table(
    ['Code', 'What happened', 'What to do', 'Tried again'],
    (Object.entries(catalogue) as readonly (readonly [string, ErrorEntry])[])
      .filter(([, entry]) => entry.who === who)
      .map(([code, { text, cure, retry }]) => [`\`${code}\``, text, cure, retryWords[retry]]),
  );

export const guides: readonly Guide[] = [
  {
    path: 'docs/mapping.md',
    blocks: () => ({
      defaults: defaults(),
      transforms: table(
        ['Transform', 'To Partner Center', 'Back'],
        Object.entries(transforms).map(([name, [out, back]]) => [`\`${name}\``, out, back]),
      ),
      conflicts: conflicts(),
      settings: settings(),
    }),
  },
  { path: 'docs/lifecycle.md', blocks: () => ({ diagram: diagram(), freezing: freezing(), shown: shown() }) },
  {
    path: 'docs/for-admins.md',
    blocks: () => ({ seller: cures('seller'), admin: cures('admin'), operator: cures('operator'), nobody: cures('nobody') }),
  },
];

const begin = (name: string): string => `<!-- generated: ${name} -->`;
const end = '<!-- end -->';

/** The page with its blocks printed anew. Throws when a block has no place, or a place no block. */
export function fill({ path, blocks }: Guide, page: string): Promise<string> {
  let text = page;
  const made = blocks();
  const places = [...page.matchAll(/<!-- generated: ([\w-]+) -->/g)].map(([, name]) => name ?? '');
  for (const name of new Set([...places, ...Object.keys(made)])) {
    const lines = made[name];
    const from = text.indexOf(begin(name));
    const to = text.indexOf(end, from);
    if (!lines || from < 0 || to < 0) throw new Error(`${path}: the block "${name}" has no place, or the place no block.`);
    text = `${text.slice(0, from)}${begin(name)}\n\n${lines.join('\n')}\n\n${text.slice(to)}`;
  }
  return format(text, { parser: 'markdown', proseWrap: 'preserve' });
}
