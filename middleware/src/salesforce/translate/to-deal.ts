/** An opportunity row → the canonical deal. */
import type { Deal, FieldName } from '../../domain/deal.ts';
import { fields } from '../../domain/fields.ts';
import { valueAt } from '../fields/resolve-path.ts';
import type { ReadPlan, Source } from '../fields/read-plan.ts';
import type { ContactRoleRow, OpportunityRow, PersonFields, SolutionRow, TeamMemberRow } from '../schema.ts';
import { contactsOf, solutionsOf, teamOf } from './people.ts';
import { stateOf } from './stage.ts';
import { canonicalCode } from './text.ts';
import { toCanonical } from './transform.ts';

/** One opportunity with everything that belongs to the deal. */
export interface DealRow {
  readonly row: OpportunityRow;
  readonly owner: PersonFields | null;
  readonly contactRoles: readonly ContactRoleRow[];
  readonly team: readonly TeamMemberRow[];
  readonly solutions: readonly SolutionRow[];
  /** Text of the note shared with Microsoft; null where there is none, or where no admin chose notes. */
  readonly note: string | null;
}

function rawOf(source: Source, { row, note }: DealRow, plan: ReadPlan): unknown {
  if (source.rule.field === 'notes' && source.at === null) return note;
  if (source.rule.field === 'currency' && source.at === null) return plan.orgCurrency;
  const preferred = source.preferred && valueAt(row, source.preferred.path);
  return canonicalCode(preferred) ?? (source.at && valueAt(row, source.at.path));
}

function valueOf(source: Source, deal: DealRow, plan: ReadPlan): unknown {
  const { rule } = source;
  switch (rule.field) {
    case 'contacts':
      return contactsOf(deal.contactRoles);
    case 'team':
      return teamOf(deal.owner, deal.team);
    case 'solutions':
      return solutionsOf(deal.solutions, deal.row.Products__c);
    case 'externalReference':
      return deal.row.Id;
    default:
      return toCanonical(rule, rawOf(source, deal, plan), plan.mapping);
  }
}

const listed: readonly FieldName[] = ['contacts', 'team', 'solutions'];

/** What stands in Salesforce for each mapped field, before any transform. */
export function rawValues(deal: DealRow, plan: ReadPlan): { readonly [F in FieldName]?: unknown } {
  return Object.fromEntries(
    plan.sources.filter(({ rule }) => !listed.includes(rule.field)).map((source) => [source.rule.field, rawOf(source, deal, plan) ?? null]),
  );
}

/** Fields the org lacks are absent; everything else is there in canonical form. */
export function toDeal(deal: DealRow, plan: ReadPlan): Deal {
  const { row } = deal;
  const values: { [field: string]: unknown } = {};
  for (const source of plan.sources) {
    if (source.rule.field !== 'state') values[source.rule.field] = valueOf(source, deal, plan);
  }
  const stage = plan.sources.find((source) => source.rule.field === 'state');
  const own = !stage?.at || stage.at.path === 'StageName';
  values['state'] = stateOf(
    own
      ? { stage: row.StageName, closed: row.IsClosed, won: row.IsWon }
      : { stage: canonicalCode(valueAt(row, stage.at.path)), closed: row.IsClosed, won: row.IsWon },
    plan.mapping,
  );
  // each value was brought into the form of its field by `toCanonical` and the list readers
  return Object.fromEntries(Object.entries(values).filter(([field]) => field in fields));
}
