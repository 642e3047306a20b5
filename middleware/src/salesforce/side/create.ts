/** A deal that came from Partner Center becomes account, contacts and opportunity: all or nothing, and never twice. */
import type { Deal, FieldName } from '../../domain/deal.ts';
import { prependAudit } from '../../domain/audit-line.ts';
import type { SyncError } from '../../errors.ts';
import type { CrmCreate, CrmSnapshot, RefusedField, WriteResult } from '../../sync/ports.ts';
import { failureOfPart, understood, wasHalted, type Part, type PartAnswer, type Values } from '../client/client.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import { auditField, displayFields, sharingField } from '../fields/service-fields.ts';
import { CreatedBody, type AccountRow } from '../schema.ts';
import { stageFor } from '../translate/stage.ts';
import { cut } from '../translate/text.ts';
import { toFields, withMoney } from '../translate/to-fields.ts';
import { toCrmValue } from '../translate/values.ts';
import { addContacts, addSolutions, addTeam, isCatalogueRace, type ChildPart } from './child-parts.ts';
import { chooseOwner } from './choose-owner.ts';
import { duplicatesFound, keptAsNew, readAccount } from './duplicates.ts';
import { createGraphCalls } from './graph-calls.ts';
import type { Lookups } from './lookups.ts';
import { matchAccount } from './match-account.ts';
import type { Org } from './org.ts';
import { readExisting, type Reader } from './read.ts';
import { displayValues } from './rows.ts';
import { changeNote } from './shared-note.ts';

type Result = WriteResult<CrmSnapshot>;

const mostRefusals = 8;
/** An opportunity needs a close date; a deal without one gets this many days. */
const daysToClose = 30;
const indispensable: readonly string[] = ['Name', 'StageName', 'CloseDate', 'OwnerId', 'AccountId', sharingField, displayFields.referralId];

const accountGone: Result = {
  kind: 'refused',
  code: 'CRM_REFUSED',
  message: 'The account that was chosen for this deal is not there any more, or not visible to the service. Choose again.',
  fields: ['AccountId'],
  requestId: null,
};

function accountValues(deal: Deal, plan: ReadPlan, ownerId: string): Values {
  const street = [deal.customerAddressLine1, deal.customerAddressLine2].filter(Boolean).join('\n');
  const country = deal.customerCountry ?? null;
  return {
    Name: cut(deal.customerName ?? deal.name ?? 'Customer of a Partner Center deal', 255),
    OwnerId: ownerId,
    ...(street ? { BillingStreet: cut(street, 255) } : {}),
    ...(deal.customerCity ? { BillingCity: cut(deal.customerCity, 40) } : {}),
    ...(deal.customerPostalCode ? { BillingPostalCode: cut(deal.customerPostalCode, 20) } : {}),
    // with state and country picklists a state is refused unless its country knows it, so it is left to people
    ...(deal.customerState && !plan.features.countryCodes ? { BillingState: cut(deal.customerState, 80) } : {}),
    ...(country === null
      ? {}
      : plan.features.countryCodes
        ? { BillingCountryCode: country }
        : { BillingCountry: toCrmValue(plan.mapping, 'country', country) ?? country }),
    ...(deal.customerDuns && plan.features.duns ? { DunsNumber: deal.customerDuns } : {}),
  };
}

function opportunityValues(
  create: CrmCreate,
  plan: ReadPlan,
  accountId: string,
  ownerId: string,
  now: number,
): { readonly values: Values; readonly origin: ReadonlyMap<string, FieldName> } {
  const { deal } = create;
  const changes = toFields(deal, null, plan);
  const display = displayValues(
    { ...create.display, referralId: create.referralId, ...(create.engagementId === null ? {} : { engagementId: create.engagementId }) },
    plan.opportunity,
  );
  const closeDate = new Date(now + daysToClose * 86_400_000).toISOString().slice(0, 10);
  const filled = Object.fromEntries(Object.entries(changes.values).filter(([, value]) => value !== null));
  return {
    origin: changes.origin,
    values: {
      Name: cut(deal.name ?? deal.customerName ?? 'Deal from Partner Center', 120),
      CloseDate: closeDate,
      StageName: stageFor(deal.state ?? 'active', plan.mapping),
      ...filled,
      ...display,
      AccountId: accountId,
      OwnerId: ownerId,
      [sharingField]: true,
      ...(plan.opportunity.has(auditField) && create.audit.length > 0 ? { [auditField]: prependAudit(null, create.audit) } : {}),
    },
  };
}

export function createCreator(org: Org, reader: Reader, lookups: Lookups): (create: CrmCreate) => Promise<Result> {
  const make = createGraphCalls(org);

  async function adopt(referralId: string): Promise<Result | null> {
    const [row] = await lookups.byReferral(referralId);
    return row === undefined ? null : { kind: 'done', after: await readExisting(reader, row.Id), requestId: null, refused: [] };
  }

  async function childrenOf(
    deal: Deal,
    plan: ReadPlan,
    matched: Promise<AccountRow | null>,
    owner: Promise<string | null>,
  ): Promise<readonly ChildPart[]> {
    const opportunityId = '@{opportunity.id}';
    const account = matched.then((row) => row?.Id ?? null);
    // whoever fails before awaiting it leaves it alone; the failure itself is told by `matched`
    account.catch(() => undefined);
    const parts = await Promise.all([
      plan.features.contactRoles
        ? addContacts(lookups, deal.contacts ?? [], { opportunityId, account, newAccount: '@{account.id}' }, true)
        : [],
      plan.features.solutions ? addSolutions(lookups, deal.solutions ?? [], opportunityId) : [],
      plan.features.team ? addTeam(lookups, org.client, deal.team ?? [], opportunityId, owner) : [],
    ]);
    return [...parts.flat(), ...changeNote(plan, null, deal.notes ?? null, opportunityId)];
  }

  async function attempt(
    account: Part | null,
    opportunity: Part,
    children: readonly ChildPart[],
    asNew: boolean,
  ): Promise<{ readonly part: string; readonly error: SyncError } | { readonly id: string }> {
    const wire = children.map(({ method, path, referenceId, body }): Part => ({
      method,
      path,
      referenceId,
      ...(body === undefined ? {} : { body }),
    }));
    const parts = [...(account ? [account] : []), opportunity, ...wire];
    const { successful, answers } = await make(asNew ? parts.map(keptAsNew) : parts);
    const answer = answers.find((one) => one.referenceId === 'opportunity');
    if (successful && answer) return { id: understood(CreatedBody, answer.body).id };
    const guilty = answers.find(isGuilty) ?? answers.find((one) => one.status >= 400);
    return { part: guilty?.referenceId ?? 'opportunity', error: failureOfPart(guilty) };
  }

  return (create) =>
    org.withPlan(async (plan): Promise<Result> => {
      const { deal } = create;
      const chosen = create.accountId === null ? null : await readAccount(org.client, create.accountId);
      if (create.accountId !== null && chosen === null) return (await adopt(create.referralId)) ?? accountGone;
      const matched = chosen ? Promise.resolve(chosen) : matchAccount(lookups, deal, plan);
      const owner = chooseOwner(lookups, org.client, deal, matched, plan.mapping.settings);
      const [there, account, ownerId, parts] = await Promise.all([
        adopt(create.referralId),
        matched,
        owner,
        childrenOf(deal, plan, matched, owner),
      ]);
      if (there) return there;
      if (ownerId === null) {
        return {
          kind: 'refused',
          code: 'CRM_INACTIVE_OWNER',
          message:
            'Nobody could be chosen to own this deal: no team member is an active user, and no default owner is set. Put a user name into the setting "Default Owner".',
          fields: ['OwnerId'],
          requestId: null,
        };
      }
      const built = opportunityValues(create, plan, account?.Id ?? '@{account.id}', ownerId, org.system.now());
      const newAccount: Part | null = account
        ? null
        : { method: 'POST', path: '/sobjects/Account', referenceId: 'account', body: accountValues(deal, plan, ownerId) };
      let { values } = built;
      let children = parts;
      const refused: RefusedField[] = [];

      for (let tries = 0; ; tries++) {
        const result = await attempt(
          newAccount,
          { method: 'POST', path: '/sobjects/Opportunity', referenceId: 'opportunity', body: values },
          children,
          create.allowDuplicates,
        );
        if ('id' in result)
          return { kind: 'done', after: coveredBy(plan, await readExisting(reader, result.id)), requestId: null, refused };
        const { error } = result;
        const { code, message } = error;
        if (code === 'CRM_DUPLICATE' && result.part === 'opportunity') {
          const adopted = await adopt(create.referralId);
          if (adopted) return adopted;
        }
        if (error.entry.retry !== 'never') throw error;
        const child = children.find((one) => one.referenceId === result.part);
        const refusedNames =
          result.part === 'opportunity' ? (error.facts.fields ?? []).filter((name) => name in values && !indispensable.includes(name)) : [];
        const named = withMoney(refusedNames, built.origin).filter((name) => name in values);
        const duplicates = result.part === 'account' ? await duplicatesFound(org.client, error, deal) : null;
        if (duplicates) return { kind: 'refused', code, message, fields: [], requestId: null, duplicates };
        if (tries >= mostRefusals || code === 'CRM_VALIDATION' || code === 'CRM_REQUIRED' || (!child && named.length === 0)) {
          return { kind: 'refused', code, message, fields: error.facts.fields ?? [], requestId: null };
        }
        if (child && isCatalogueRace(child, error)) children = await childrenOf(deal, plan, matched, owner);
        else if (child) {
          children = children.filter((one) => one !== child && !JSON.stringify(one.body ?? null).includes(`@{${child.referenceId}.id}`));
          refused.push({ field: child.field, code, message });
        } else {
          values = Object.fromEntries(Object.entries(values).filter(([name]) => !named.includes(name)));
          refused.push(...named.map((name): RefusedField => ({ field: built.origin.get(name) ?? 'display', code, message })));
        }
      }
    });
}

/** The mapping may be mended while a deal is made: what it had no place for then was not written, so that nothing was agreed on about it. */
const coveredBy = ({ sources }: ReadPlan, made: CrmSnapshot): CrmSnapshot => ({
  ...made,
  deal: Object.fromEntries(
    Object.entries(made.deal).filter(([field]) => field === 'state' || sources.some(({ rule }) => rule.field === field)),
  ),
});

/** In a failed graph every part fails; the cause is the one that was not merely stopped. */
const isGuilty = (answer: PartAnswer): boolean => answer.status >= 400 && !wasHalted(answer);
