/** What both sides have held over time, read from the simulators' own records and never through the code under test; and what people did. */
import type { PartnerCenter } from '../../simulators/partner-center/index.ts';
import type { Referral } from '../../simulators/partner-center/model.ts';
import type { ObjectDefinition, RecordValues } from '../../simulators/salesforce/schema-model.ts';
import type { SalesforceOrg } from '../../simulators/salesforce/service.ts';
import type { SaveContext } from '../../simulators/salesforce/state.ts';
import type { Scheduler } from './scheduler.ts';

export const plainFields = ['name', 'value', 'closeDate', 'notes', 'intent'] as const;
export const listFields = ['solutions', 'contacts'] as const;
export type PlainField = (typeof plainFields)[number];
export type ListField = (typeof listFields)[number];
export type Field = PlainField | ListField;
export type Side = 'crm' | 'partner';

/** As the audit calls them. */
export const labels: { readonly [F in Field]: string } = {
  name: 'Deal name',
  value: 'Deal value',
  closeDate: 'Close date',
  notes: 'Notes',
  intent: 'Marketplace intent',
  solutions: 'Solutions',
  contacts: 'Customer contacts',
};

/** One side of a deal at one moment; texts, so that they compare and print. Lists are sorted, one element per entry. */
export interface Held {
  readonly at: number;
  readonly plain: { readonly [F in PlainField]: string | null };
  readonly lists: { readonly [F in ListField]: readonly string[] };
  /** Stage, or status and substatus. */
  readonly state: string;
  /** Salesforce: the tick. */
  readonly shared: boolean;
  readonly deleted: boolean;
  /** Salesforce: the user that changed it last, or one of the rows that are part of it. */
  readonly by: string;
}

/** What a person did to one field. */
export interface Edit {
  readonly number: number;
  readonly at: number;
  readonly side: Side;
  /** Opportunity or own referral. */
  readonly id: string;
  readonly field: Field;
  readonly change: { readonly kind: 'set'; readonly value: string | null } | { readonly kind: 'add' | 'remove'; readonly element: string };
}

/** A rule of the mapping that keeps values of a field where they are, from the moment the service said that it is in force. */
export interface KeptBack {
  readonly field: PlainField;
  /** `sending`: no value typed afterwards goes to Partner Center. `showing`: none is written where people read what was done. */
  readonly what: 'sending' | 'showing';
  /** The request to read the mapping again. */
  readonly requestId: string;
}

export interface History {
  look(): void;
  edit(edit: Omit<Edit, 'number' | 'at'>): void;
  readonly edits: readonly Edit[];
  keepBack(rule: KeptBack): void;
  /** The mapping names a field that does not exist: until every deal is compared again, edits of it wait. */
  mistype(field: PlainField): void;
  readonly mistyped: ReadonlySet<Field>;
  readonly keptBack: readonly KeptBack[];
  /** Oldest first. */
  of(id: string): readonly Held[];
  opportunities(): readonly string[];
  /** Everything either side holds now. */
  now(id: string): Held | undefined;
}

const text = (value: unknown): string | null => (value === null || value === undefined || value === '' ? null : String(value));
const intents: { readonly [label: string]: string } = { Yes: 'Yes', No: 'No', 'Have not decided': 'HaveNotDecided' };

export function heldByReferral(referral: Referral, at: number): Held {
  const { details, customerProfile } = referral;
  const intent = details.requirements.additionalRequirements.attributes.find((one) => one['type'] === 'CustomerMarketplaceIntent')?.['id'];
  return {
    at,
    plain: {
      name: text(referral.name),
      value: text(details.dealValue),
      closeDate: text(details.closingDateTime)?.slice(0, 10) ?? null,
      notes: text(details.notes),
      intent: text(intent),
    },
    lists: {
      solutions: details.requirements.solutions.map(({ id }) => String(id)).sort(),
      contacts: customerProfile.team.map(({ email }) => String(email).toLowerCase()).sort(),
    },
    state: `${referral.status}/${referral.substatus}`,
    shared: true,
    deleted: false,
    by: '',
  };
}

export function heldByOpportunity(org: SalesforceOrg, row: RecordValues, at: number): Held {
  const id = String(row['Id']);
  const solutions = org.state
    .find('PC_Opportunity_Solution__c', 'Opportunity__c', id)
    .map((one) => text(org.state.record(String(one['Solution__c']))?.['Solution_Id__c']));
  const contacts = org.state
    .find('OpportunityContactRole', 'OpportunityId', id)
    .map((one) => text(org.state.record(String(one['ContactId']))?.['Email'])?.toLowerCase() ?? null);
  const known = (items: readonly (string | null)[]): readonly string[] => items.filter((item) => item !== null).sort();
  return {
    at,
    plain: {
      name: text(row['Name']),
      value: text(row['Amount']),
      closeDate: text(row['CloseDate']),
      notes: text(row['PC_Shared_Notes__c']),
      // an empty one means what the mapping gives as the default
      intent: intents[String(row['PC_Marketplace_Intent__c'])] ?? text(row['PC_Marketplace_Intent__c']) ?? 'HaveNotDecided',
    },
    lists: { solutions: known(solutions), contacts: known(contacts) },
    state: String(row['StageName']),
    shared: row['Sync_with_Partner_Center__c'] === true,
    deleted: row['IsDeleted'] === true,
    by: String(row['LastModifiedById']),
  };
}

/** Rows that are part of what an opportunity holds. */
const childObjects: ReadonlySet<string> = new Set(['PC_Opportunity_Solution__c', 'OpportunityContactRole', 'Contact']);

const keyOf = ({ plain, lists, state, shared, deleted }: Held): string => JSON.stringify([plain, lists, state, shared, deleted]);

export function createHistory(scheduler: Scheduler, org: SalesforceOrg, center: PartnerCenter): History {
  const histories = new Map<string, Held[]>();
  const keys = new Map<string, string>();
  const edits: Edit[] = [];
  const keptBack: KeptBack[] = [];
  const mistyped = new Set<Field>();
  const opportunities = new Set<string>();

  function note(id: string, held: Held): void {
    const key = keyOf(held);
    if (keys.get(id) === key) return;
    keys.set(id, key);
    const list = histories.get(id);
    if (list) list.push(held);
    else histories.set(id, [held]);
  }

  // both simulators replace a record that changes, so one that is the same object holds the same
  const seen = new Map<string, object>();
  let childChangedBy: string | null = null;
  const child = ({ name }: ObjectDefinition, { userId }: SaveContext): void => {
    if (childObjects.has(name)) childChangedBy = userId;
  };
  org.state.registerHooks({
    afterSave: (object, _record, _prior, context) => child(object, context),
    afterDelete: (object, _record, context) => child(object, context),
  });
  const fresh = (id: string, record: object): boolean => {
    if (seen.get(id) === record) return false;
    seen.set(id, record);
    return true;
  };

  function look(): void {
    const at = scheduler.now();
    const childBy = childChangedBy;
    childChangedBy = null;
    for (const row of org.state.allRows('Opportunity')) {
      const id = String(row['Id']);
      const changed = fresh(id, row);
      if (!changed && childBy === null) continue;
      opportunities.add(id);
      const held = heldByOpportunity(org, row, at);
      note(id, changed || childBy === null ? held : { ...held, by: childBy });
    }
    for (const referral of center.referrals()) if (fresh(referral.id, referral)) note(referral.id, heldByReferral(referral, at));
  }

  return {
    look,
    edit(edit) {
      edits.push({ ...edit, number: edits.length + 1, at: scheduler.now() });
    },
    edits,
    mistype: (field) => void mistyped.add(field),
    mistyped,
    keepBack: (rule) => void keptBack.push(rule),
    keptBack,
    of: (id) => histories.get(id) ?? [],
    opportunities: () => [...opportunities],
    now: (id) => histories.get(id)?.at(-1),
  };
}
