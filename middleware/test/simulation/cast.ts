/** What everybody who acts in a run needs: the deals in play, the hands to change them, and the book in which every edit is written down. */
import type { Referral } from '../../simulators/partner-center/model.ts';
import type { RecordValues } from '../../simulators/salesforce/schema-model.ts';
import { people } from '../../simulators/salesforce/seed.ts';
import { labels, type Field, type PlainField, type Side } from './history.ts';
import type { World } from './world.ts';

/** One thing done, as the script has it. Two numbers in [0, 1) decide the details, so that leaving others out changes nothing in it. */
export interface Doing {
  readonly number: number;
  readonly a: number;
  readonly b: number;
  /** Which deal. */
  readonly deal: number;
}

/** A deal as people see it: on one side, or on both. */
export interface Pair {
  readonly opportunityId: string | null;
  readonly referralId: string | null;
}

export const at = <T>(items: readonly T[], part: number): T | undefined => items[Math.floor(part * items.length)];
const day = 86_400_000;

/** Values that nobody else ever writes. */
export const plainValue: { readonly [F in PlainField]: (doing: Doing) => string } = {
  name: ({ number }) => `Deal of entry ${number}`,
  value: ({ number }) => String(10_000 + number * 7),
  closeDate: ({ number }) => new Date(Date.parse('2026-09-01') + number * day).toISOString().slice(0, 10),
  notes: ({ number }) => `Note of entry ${number}`,
  intent: ({ b }) => at(['Yes', 'No', 'HaveNotDecided'], b) ?? 'Yes',
};
const intentLabels: { readonly [code: string]: string } = { Yes: 'Yes', No: 'No', HaveNotDecided: 'Have not decided' };
const crmColumn: { readonly [F in PlainField]: string } = {
  name: 'Name',
  value: 'Amount',
  closeDate: 'CloseDate',
  notes: 'PC_Shared_Notes__c',
  intent: 'PC_Marketplace_Intent__c',
};
/** Begins every text that must never leave Salesforce. */
export const nobodysBusiness = 'Between us, entry';
export const helps = ['Proof of concept or demo', 'Quotes or licensing', 'General or other'] as const;

const crmValue = (field: PlainField, text: string): string | number =>
  field === 'value' ? Number(text) : field === 'intent' ? (intentLabels[text] ?? text) : text;

function setOnReferral(field: PlainField, text: string): (draft: Referral) => void {
  return (draft) => {
    if (field === 'name') draft.name = text;
    if (field === 'value') draft.details.dealValue = Number(text);
    if (field === 'closeDate') draft.details.closingDateTime = `${text}T00:00:00.0000000Z`;
    if (field === 'notes') draft.details.notes = text;
    if (field === 'intent') {
      const { attributes } = draft.details.requirements.additionalRequirements;
      const found = attributes.find((one) => one.type === 'CustomerMarketplaceIntent');
      if (found) found.id = text;
      else attributes.push({ type: 'CustomerMarketplaceIntent', id: text });
    }
  };
}

/** An act: says in words what was done, null when it was not possible. */
export type Acts = { readonly [name: string]: (doing: Doing) => string | null };

export type Cast = ReturnType<typeof createCast>;

export function createCast(world: World) {
  const { org, center, history, template } = world;
  const seeded = ['Fabrikam cold-chain analytics', 'Northwind data platform', 'Tailspin move to Azure', 'Woodgrove fraud detection'].map(
    (name) => template.seeded.opportunities[name] ?? '',
  );
  const clones: string[] = [];
  const seller = org.asUser(people.seller);
  const admin = org.asUser(people.admin);

  const row = (id: string | null): RecordValues | undefined => (id === null ? undefined : org.get(id));
  const owns = (): readonly Referral[] => center.referrals().filter((referral) => referral.organizationId !== 'msft');

  function pairs(): readonly Pair[] {
    const linked = [...seeded, ...clones].map((opportunityId): Pair => {
      const identifier = row(opportunityId)?.['Referral_Identifier__c'];
      const own = owns().find((referral) => referral.id === identifier || referral.externalReferenceId === opportunityId);
      return { opportunityId, referralId: own?.id ?? null };
    });
    const known = new Set(linked.map(({ referralId }) => referralId));
    const others = owns()
      .filter(({ id }) => !known.has(id))
      .map(({ id }): Pair => {
        const opportunity = org.state.find('Opportunity', 'Referral_Identifier__c', id)[0];
        return { opportunityId: opportunity ? String(opportunity['Id']) : null, referralId: id };
      });
    return [...linked, ...others];
  }

  const pairOf = ({ deal }: Doing): Pair => pairs()[deal % pairs().length] ?? { opportunityId: null, referralId: null };
  const partnered = (doing: Doing): (Pair & { readonly referralId: string }) | null => {
    const candidates = pairs().flatMap((pair) => (pair.referralId === null ? [] : [{ ...pair, referralId: pair.referralId }]));
    return candidates[doing.deal % Math.max(1, candidates.length)] ?? null;
  };
  const said = (id: string | null): string => `"${String(row(id)?.['Name'] ?? id)}"`;

  const live = (doing: Doing): string | null => {
    const { opportunityId } = pairOf(doing);
    const found = row(opportunityId);
    return found && found['IsDeleted'] !== true ? opportunityId : null;
  };

  /** Every edit is written down before it is made, and forgotten when the page refuses it. */
  const already = (id: string, field: PlainField, text: string): boolean => history.now(id)?.plain[field] === text;

  function note(
    side: Side,
    id: string,
    field: Field,
    change: { kind: 'set'; value: string | null } | { kind: 'add' | 'remove'; element: string },
  ): void {
    history.edit({ side, id, field, change });
  }

  function editCrm(id: string, field: PlainField, text: string): string | null {
    if (already(id, field, text)) return null;
    seller.update(id, { [crmColumn[field]]: crmValue(field, text) });
    note('crm', id, field, { kind: 'set', value: text });
    return `Sam sets ${labels[field]} of ${said(id)} to ${text}`;
  }

  function editPortal(id: string, field: PlainField, text: string, who: string): string | null {
    if (already(id, field, text)) return null;
    center.editAsPartner(id, setOnReferral(field, text));
    note('partner', id, field, { kind: 'set', value: text });
    return `${who} sets ${labels[field]} of "${center.referral(id)?.name}" to ${text}`;
  }

  /** A moment later, somewhere in the middle of what the first half sets going. */
  function later(part: number, act: () => string | null): void {
    const [least, most] = world.conditions.latency;
    world.scheduler.after(5 + part * 6 * (least + most), () => {
      try {
        const said = act();
        if (said !== null) world.trace.add('· people', said);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
      world.look();
    });
  }

  const solutionRows = (): readonly RecordValues[] => org.state.rows('PC_Solution__c');
  const rolesOf = (id: string): readonly RecordValues[] => org.state.find('OpportunityContactRole', 'OpportunityId', id);
  const solutionsOf = (id: string): readonly RecordValues[] => org.state.find('PC_Opportunity_Solution__c', 'Opportunity__c', id);

  function fill(id: string, doing: Doing): void {
    const [solution] = solutionRows();
    if (solutionsOf(id).length === 0 && solution) {
      seller.insert('PC_Opportunity_Solution__c', { Opportunity__c: id, Solution__c: String(solution['Id']) });
      note('crm', id, 'solutions', { kind: 'add', element: String(solution['Solution_Id__c']) });
    }
    const help = doing.a < 0.5 ? (at(helps, doing.b) ?? helps[0]) : null;
    seller.update(id, {
      PC_Contact_Consent__c: true,
      ...(row(id)?.['PC_Marketplace_Intent__c'] ? {} : { PC_Marketplace_Intent__c: 'Have not decided' }),
      PC_Visible_to_Microsoft__c: doing.a < 0.75,
      ...(help === null ? {} : { How_can_Microsoft_help__c: help, PC_Note_to_Microsoft__c: `Please help, entry ${doing.number}` }),
      Sync_with_Partner_Center__c: true,
    });
  }

  function request(id: string, kind: string, values: RecordValues = {}, who = seller): string {
    who.insert('PC_Request__c', { Opportunity__c: id, Kind__c: kind, ...values });
    return `a person asks for "${kind}" on ${said(id)}`;
  }

  return {
    seller,
    admin,
    clones,
    row,
    owns,
    pairs,
    pairOf,
    partnered,
    said,
    live,
    note,
    editCrm,
    editPortal,
    later,
    solutionRows,
    rolesOf,
    solutionsOf,
    fill,
    request,
  };
}
