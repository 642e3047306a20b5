/** The admin's mapping at hand: checked, tried on one deal, kept as a file and compared with one. */
import { fields } from '../domain/fields.ts';
import type { FieldName } from '../domain/deal.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { Finding } from '../domain/validate.ts';
import { SyncError } from '../errors.ts';
import { isNotePath } from '../salesforce/fields/read-plan.ts';
import { sharedNoteTitle } from '../salesforce/side/shared-note.ts';
import type { SalesforceSide } from '../salesforce/side/side.ts';
import type { Engine } from '../sync/engine.ts';
import { planFor, preview } from '../sync/reconcile.ts';
import type { Commands } from './commands.ts';
import { findLink } from './find-link.ts';
import { halfLink, onlyLooking } from './only-looking.ts';
import { diffMapping, mappingDocument } from './mapping-file.ts';
import { DiffInput, TryInput } from './mapping-schema.ts';
import { hiddenText, tryFields } from './mapping-try.ts';
import { readInput } from './read-input.ts';

export interface MappingCommandParts {
  readonly engine: Engine;
  readonly side: SalesforceSide;
  reload(): Promise<readonly string[]>;
}

/** A finding for a table: which record, which field, what is wrong, what to do. */
const row = (finding: Finding) => ({
  weight: finding.weight,
  code: finding.code,
  record: finding.record ?? null,
  field: finding.field === null ? null : fields[finding.field].label,
  text: finding.text,
  cure: finding.cure,
});

/** Notes that stand in a field nobody kept for sharing go to Microsoft word by word. */
function notesWarning(mapping: Mapping): readonly Finding[] {
  const rule = mapping.fields.find((one) => one.field === 'notes' && (one.direction === 'both' || one.direction === 'to-partner'));
  if (!rule || rule.crmPath === 'PC_Shared_Notes__c') return [];
  const text = isNotePath(rule)
    ? `the text of the enhanced note titled "${sharedNoteTitle}" is sent to Partner Center, without its formatting and pictures; every other note stays.`
    : `everything in ${rule.crmPath} is sent to Partner Center, also what was written before the deal was shared.`;
  return [
    {
      code: 'MAP_NOTES',
      field: 'notes',
      record: rule.record,
      weight: 'warns',
      text: `Mapping record ${rule.record}: ${text}`,
      cure: 'Read "cosell mapping try" for some deals first; "Notes shared with Microsoft" (PC_Shared_Notes__c) keeps internal notes internal.',
    },
  ];
}

export function mappingCommands({ engine, side, reload }: MappingCommandParts): Commands {
  async function check(): Promise<unknown> {
    const read = await side.readMapping();
    const findings = [...read.findings, ...notesWarning(read.mapping)];
    return {
      inForce: !findings.some((finding) => finding.weight === 'blocks'),
      findings: findings.map(row),
      unwatched: read.unwatched.map(row),
    };
  }

  async function tryOn(input: unknown): Promise<unknown> {
    const { id } = readInput(TryInput, input);
    const problems = await reload();
    const link = (await findLink(engine, id)) ?? halfLink(engine, id);
    const { situation } = await preview(engine, onlyLooking(link), link);
    if (!situation.crm) throw new SyncError('CRM_GONE', { message: `No opportunity stands for "${id}".` });
    const ticked = situation.crm.shared;
    const asShared = { ...situation, crm: { ...situation.crm, shared: true } };
    const plan = planFor(engine, asShared, engine.system.now());
    const mapping = engine.mapping();
    const raw: { readonly [F in FieldName]?: unknown } = await side.rawValues(situation.crm);
    const secret = mapping.fields.some((rule) => rule.confidential && rule.field === 'name');
    return {
      opportunityId: situation.crm.id,
      referralId: situation.partner?.referralId ?? null,
      name: secret ? hiddenText : (situation.crm.deal.name ?? null),
      note: ticked ? null : '"Sync with Partner Center" is not ticked: nothing is sent. Shown is what would happen if it were.',
      warnings: notesWarning(mapping).map((finding) => `${finding.text} ${finding.cure}`),
      problems,
      fields: tryFields(asShared, plan, mapping, raw),
    };
  }

  async function diff(input: unknown): Promise<unknown> {
    const { mapping } = readInput(DiffInput, input);
    const problems = await reload();
    return { problems, differences: diffMapping(mapping, engine.mapping()) };
  }

  return {
    'mapping.check': check,
    'mapping.try': tryOn,
    'mapping.export': async () => {
      await reload();
      return mappingDocument(engine.mapping());
    },
    'mapping.diff': diff,
  };
}
