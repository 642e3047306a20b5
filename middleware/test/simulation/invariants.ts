/** What must be true of every run, whatever happened in it. Judged from the simulators' own records, and from what people can read. */
import { parseAuditLine, type AuditEntry } from '../../src/domain/audit-line.ts';
import type { Referral } from '../../simulators/partner-center/model.ts';
import { people } from '../../simulators/salesforce/seed.ts';
import type { RecordValues } from '../../simulators/salesforce/schema-model.ts';
import { nobodysBusiness } from './cast.ts';
import { labels, listFields, plainFields, type Edit, type Field, type Held } from './history.ts';
import type { World } from './world.ts';

export interface Violation {
  /** Name of the rule, for shrinking: a smaller run must break the same one. */
  readonly rule: string;
  readonly text: string;
}

interface Deal {
  readonly id: string;
  readonly row: RecordValues;
  readonly own: Referral | null;
  readonly leg: Referral | null;
  readonly crm: Held;
  readonly partner: Held | null;
  /** What people can read: the audit field, and the store's audit of the link; and what was written down in a store that was lost. */
  readonly audit: readonly AuditEntry[];
  readonly message: string;
  readonly attention: readonly RecordValues[];
}

const isOurs = (referral: Referral): boolean => referral.organizationId !== 'msft';
const closed = (referral: Referral): boolean => referral.status === 'Closed';

async function dealOf(world: World, row: RecordValues): Promise<Deal> {
  const { org, center, history, store, lostLines } = world;
  const id = String(row['Id']);
  const own =
    center.referrals().find((one) => isOurs(one) && one.id === row['Referral_Identifier__c']) ??
    center.referrals().find((one) => isOurs(one) && one.externalReferenceId === id) ??
    null;
  const link = await store.linkByOpportunity(org.orgId, id);
  const stored = link ? (await store.audit(link.id, 500)).map(({ entry }) => entry) : [];
  const shown = String(row['Audit__c'] ?? '')
    .split('\n')
    .flatMap((line) => parseAuditLine(line) ?? []);
  return {
    id,
    row,
    own,
    leg: own ? (center.legOf(own.id) ?? null) : null,
    crm: history.now(id) as Held,
    partner: own ? (history.now(own.id) ?? null) : null,
    audit: [...shown, ...stored, ...(lostLines.get(id) ?? [])],
    message: String(row['PC_Sync_Message__c'] ?? ''),
    attention: org.state
      .rows('PC_Attention__c')
      .filter((one) => one['Status__c'] === 'Open' && (one['Opportunity__c'] === id || (own !== null && one['Referral_Id__c'] === own.id))),
  };
}

/** The field is known not to be the same, and a person can read why and what to do. */
function explained(deal: Deal, field: Field): boolean {
  const label = labels[field];
  if (deal.message.includes(label)) return true;
  if (
    deal.attention.some((one) => String(one['Message__c']).includes(label) || one['Kind__c'] === 'refused' || one['Kind__c'] === 'parked')
  )
    return true;
  const finding: { readonly [F in Field]?: RegExp } = {
    value: /deal value is empty/,
    closeDate: /close date is missing/,
    solutions: /no Microsoft solution/,
    contacts: /customer contact/,
    name: /no name/,
    intent: /marketplace/,
  };
  return finding[field]?.test(deal.message) ?? false;
}

type When = 'notices alone' | 'at the end';

/** An admin has decided that this field is not carried, or not shown: what became of its values is not told. */
const keptBack = ({ history }: World, field: Field, when: When): boolean =>
  history.keptBack.some((rule) => rule.field === field) || (when === 'notices alone' && history.mistyped.has(field));

const lastSyncedOff = ({ crm, own }: Deal): boolean => !crm.shared || crm.deleted || (own !== null && closed(own));

/** Both sides hold the same in every field that travels both ways, or somebody is told why not. */
function judgeSame(world: World, deal: Deal, when: When): readonly Violation[] {
  const { crm, partner, row } = deal;
  if (!partner || lastSyncedOff(deal)) return [];
  if (deal.own?.status === 'New') return [];
  const different: string[] = [];
  for (const field of plainFields)
    if (crm.plain[field] !== partner.plain[field] && !explained(deal, field) && !keptBack(world, field, when))
      different.push(`${labels[field]}: "${crm.plain[field]}" and "${partner.plain[field]}"`);
  for (const field of listFields)
    if (crm.lists[field].join() !== partner.lists[field].join() && !explained(deal, field))
      different.push(`${labels[field]}: ${crm.lists[field].join()} and ${partner.lists[field].join()}`);
  return different.length === 0
    ? []
    : [
        {
          rule: 'both sides are the same',
          text: `"${String(row['Name'])}" (${deal.id}) differs: ${different.join('; ')}. It shows: ${String(row['PC_Sync_State__c'])} ${deal.message}`,
        },
      ];
}

const carries = (held: Held, edit: Edit): boolean => {
  const { change, field } = edit;
  if (change.kind === 'set') return held.plain[field as keyof Held['plain']] === change.value;
  const has = held.lists[field as keyof Held['lists']].includes(change.element);
  return change.kind === 'add' ? has : !has;
};
const sameThing = (one: Edit, other: Edit): boolean =>
  one.side === other.side &&
  one.id === other.id &&
  one.field === other.field &&
  (one.change.kind === 'set' || (other.change.kind !== 'set' && one.change.element === other.change.element));
const wordOf = ({ change }: Edit): string => (change.kind === 'set' ? (change.value ?? '') : change.element);
/**
 * A plain value is told as it is, never as a part of another one ("No" stands in "HaveNotDecided"); of a list all elements are told, so
 * that a removal is told by a list without it.
 */
function tells(told: string | null | undefined, { change }: Edit): boolean {
  if (change.kind === 'set') return told === change.value;
  return told !== undefined && (told ?? '').includes(change.element) === (change.kind === 'add');
}

/** Clocks of the processes differ by so much from the time people live in, and an audit line tells whole seconds. */
const clockSlackMs = 21_000;

/** The value was there before the person's last edits, and none of those was ever read: together they changed nothing. */
function takenBack({ history }: World, deal: Deal, edit: Edit): boolean {
  const way = edit.side === 'crm' ? 'to Partner Center' : 'to Salesforce';
  const read = (one: Edit): boolean =>
    deal.audit.some(
      (entry) =>
        entry.at >= one.at - clockSlackMs &&
        entry.changes.some(
          ({ field, to, lost }) => field === labels[one.field] && ((entry.way === way && tells(to, one)) || tells(lost, one)),
        ),
    );
  const earlier = history.edits.filter((one) => one.number < edit.number && one.change.kind === 'set' && sameThing(edit, one));
  const since = earlier.findLastIndex((one) => {
    const before = history.of(edit.id).findLast((held) => held.at < one.at);
    return before !== undefined && carries(before, edit);
  });
  return since >= 0 && !earlier.slice(since).some(read);
}

/** No edit is lost: it arrived, or lost a conflict that is written down, or waits for a person who is told. */
function judgeEdit(world: World, deal: Deal, edit: Edit, when: When): readonly Violation[] {
  const { history } = world;
  const { own } = deal;
  if (!own || lastSyncedOff(deal) || keptBack(world, edit.field, when)) return [];
  // a deal nobody has answered yet holds edits back, and says so
  if (own.status === 'New') return [];
  const otherId = edit.side === 'crm' ? own.id : deal.id;
  const other = history.of(otherId);
  const seen = other.filter((held, index) => held.at >= edit.at || index === other.length - 1 || (other[index + 1]?.at ?? 0) >= edit.at);
  if (seen.some((held) => carries(held, edit))) return [];
  if (history.edits.some((later) => later.number > edit.number && sameThing(edit, later))) return [];
  const value = wordOf(edit);
  if (deal.audit.some((entry) => entry.changes.some((change) => change.field === labels[edit.field] && tells(change.lost, edit))))
    return [];
  if (explained(deal, edit.field) || takenBack(world, deal, edit)) return [];
  return [
    {
      rule: 'no edit is lost',
      text: `Edit ${edit.number} (${edit.side}, ${labels[edit.field]} ${edit.change.kind} "${value}" of "${String(deal.row['Name'])}" at ${new Date(edit.at).toISOString()}) is neither on the other side nor in the audit nor explained. It shows: ${String(deal.row['PC_Sync_State__c'])} ${deal.message}`,
    },
  ];
}

/** One referral of ours per opportunity, one Microsoft leg per engagement, one opportunity per referral. */
function judgeDoubles(world: World): readonly Violation[] {
  const { org, center } = world;
  const found: Violation[] = [];
  const add = (text: string): void => void found.push({ rule: 'nothing is doubled', text });
  const rows = org.state.rows('Opportunity');
  for (const row of rows) {
    const mine = center.referrals().filter((one) => isOurs(one) && one.externalReferenceId === row['Id']);
    if (mine.length > 1) add(`"${String(row['Name'])}" has ${mine.length} referrals: ${mine.map(({ id }) => id).join(', ')}`);
  }
  for (const own of center.referrals().filter(isOurs)) {
    const legs = center.referrals().filter((one) => !isOurs(one) && one.engagementId === own.engagementId);
    if (legs.length > 1) add(`"${own.name}" has ${legs.length} legs of Microsoft`);
    const opportunities = rows.filter((row) => row['Referral_Identifier__c'] === own.id);
    if (opportunities.length > 1) add(`The referral "${own.name}" has ${opportunities.length} opportunities`);
  }
  return found;
}

/** What is shared and complete is in Partner Center, linked both ways; a deal from there has its opportunity or a question. */
function judgeLinks(world: World, deals: readonly Deal[]): readonly Violation[] {
  const { org, center } = world;
  const found: Violation[] = [];
  for (const deal of deals) {
    const { crm, row, own } = deal;
    if (crm.deleted || !crm.shared) continue;
    const state = String(row['PC_Sync_State__c'] ?? '');
    if (own && row['Referral_Identifier__c'] !== own.id)
      found.push({
        rule: 'linked both ways',
        text: `"${String(row['Name'])}" has the referral ${own.id} and shows ${String(row['Referral_Identifier__c'])}`,
      });
    if (!own && state !== 'Needs you')
      found.push({
        rule: 'shared deals arrive',
        text: `"${String(row['Name'])}" is ticked, has no referral and shows "${state}" ${deal.message}`,
      });
    if (
      own &&
      deal.leg === null &&
      row['How_can_Microsoft_help__c'] &&
      own.status === 'Active' &&
      own.direction !== 'Incoming' &&
      state !== 'Needs you'
    )
      found.push({
        rule: 'Microsoft is asked',
        text: `"${String(row['Name'])}" asks for help and Microsoft has no leg; it shows "${state}" ${deal.message}`,
      });
    if (own && !closed(own) && deal.leg) {
      const words = `${deal.leg.status} / ${deal.leg.substatus}`;
      if (row['PC_Microsoft_Status__c'] !== words && own.status !== 'New')
        found.push({
          rule: "Microsoft's status arrives",
          text: `"${String(row['Name'])}" shows "${String(row['PC_Microsoft_Status__c'])}" and the leg is ${words}`,
        });
    }
  }
  for (const own of center.referrals().filter(isOurs)) {
    if (closed(own) || (own.type === 'Independent' && own.direction === 'Incoming')) continue;
    const opportunity = org.state
      .allRows('Opportunity')
      .find((row) => row['Referral_Identifier__c'] === own.id || row['Id'] === own.externalReferenceId);
    const asked = org.state.rows('PC_Attention__c').some((one) => one['Referral_Id__c'] === own.id && one['Status__c'] === 'Open');
    if (!opportunity && !asked)
      found.push({
        rule: 'incoming deals arrive',
        text: `"${own.name}" (${own.id}, ${own.status}/${own.substatus}) has no opportunity and nobody is asked`,
      });
  }
  return found;
}

/** A pass that began while the box was ticked may take as long as two calls that nobody answers. */
const passMs = 3 * 60_000;

const sharedLately = (past: readonly Held[], at: number): boolean =>
  past.some((held, index) => held.shared && held.at <= at && (past[index + 1]?.at ?? at) >= at - passMs);

/** Without the tick nothing of the deal is changed in Salesforce either. */
function judgeUnticked(world: World, deals: readonly Deal[]): readonly Violation[] {
  const integration = world.org.userId(people.integration);
  return deals.flatMap((deal) =>
    world.history.of(deal.id).flatMap((held, index, past) => {
      const before = past[index - 1];
      const changed = before && JSON.stringify([before.plain, before.lists]) !== JSON.stringify([held.plain, held.lists]);
      return changed && held.by === integration && !held.shared && !held.deleted && !sharedLately(past.slice(0, index), held.at)
        ? [
            {
              rule: 'an unticked deal is left alone',
              text: `The service changed "${String(deal.row['Name'])}" at ${new Date(held.at).toISOString()} although it is not ticked`,
            },
          ]
        : [];
    }),
  );
}

/** Won and lost go both ways and never back. */
function judgeStates(world: World, deals: readonly Deal[]): readonly Violation[] {
  const { history, org } = world;
  const found: Violation[] = [];
  const integration = org.userId(people.integration);
  for (const deal of deals) {
    const past = history.of(deal.id);
    past.forEach((held, index) => {
      const before = past[index - 1];
      if (before?.state.startsWith('Closed') && !held.state.startsWith('Closed') && held.by === integration)
        found.push({
          rule: 'closed stays closed',
          text: `The service reopened "${String(deal.row['Name'])}": ${before.state} became ${held.state}`,
        });
    });
    const { own, crm, row } = deal;
    if (
      !own ||
      crm.deleted ||
      !crm.shared ||
      row['PC_Sync_State__c'] === 'On hold' ||
      row['PC_Sync_State__c'] === 'Needs you' ||
      deal.message.includes('the stage of the opportunity says otherwise')
    )
      continue;
    const outcome = crm.state === 'Closed Won' ? 'Won' : crm.state === 'Closed Lost' ? 'Lost' : null;
    const wanted = own.substatus === 'Won' || own.substatus === 'Lost' ? own.substatus : null;
    if (outcome !== wanted && (outcome !== null || wanted !== null) && !(outcome === 'Lost' && own.substatus === 'Declined'))
      found.push({
        rule: 'won and lost arrive',
        text: `"${String(row['Name'])}" is ${crm.state} and its referral ${own.status}/${own.substatus}; it shows "${String(row['PC_Sync_State__c'])}" ${deal.message}`,
      });
  }
  return found;
}

/** Every request a person made has an answer. */
function judgeRequests(world: World): readonly Violation[] {
  const { org } = world;
  const open = (object: string): readonly RecordValues[] => org.state.rows(object).filter((row) => !row['Outcome__c']);
  const deals = open('PC_Request__c').filter((row) => {
    const opportunity = org.get(String(row['Opportunity__c']));
    return opportunity !== undefined && opportunity['IsDeleted'] !== true;
  });
  return [...deals, ...open('PC_Service_Request__c')].map((row) => ({
    rule: 'requests are answered',
    text: `"${String(row['Kind__c'])}" (${String(row['Name'])}) has no answer`,
  }));
}

/** Nothing stays put aside without a person being told. */
async function judgeParked(world: World): Promise<readonly Violation[]> {
  const faults = world.trace.counts.get('fault');
  // an answer that kept being cut off in its middle is rightly put aside after a while
  const cutOff = (code: string): boolean =>
    faults?.has(code === 'PC_ANSWER' ? 'partner-center: truncate' : 'salesforce: truncate') ?? false;
  return (await world.store.parked(50))
    .filter(({ code }) => code === 'BUG' || ((code === 'PC_ANSWER' || code === 'CRM_ANSWER') && !cutOff(code)))
    .map((one) => ({ rule: 'nothing is put aside for an error of ours', text: JSON.stringify(one) }));
}

export async function judge(world: World, when: When): Promise<readonly Violation[]> {
  const { org, history, store } = world;
  const deals = await Promise.all(org.state.allRows('Opportunity').map((row) => dealOf(world, row)));
  const byId = new Map(deals.flatMap((deal) => [[deal.id, deal] as const, ...(deal.own ? [[deal.own.id, deal] as const] : [])]));
  const edits = history.edits.flatMap((edit) => {
    const deal = byId.get(edit.id);
    return deal ? judgeEdit(world, deal, edit, when) : [];
  });
  const broken =
    when === 'at the end' ? (await store.verifyAudit()).map((one) => ({ rule: 'the audit is whole', text: JSON.stringify(one) })) : [];
  return [
    ...judgeDoubles(world),
    ...edits,
    ...deals.flatMap((deal) => judgeSame(world, deal, when)),
    ...judgeLinks(world, deals),
    ...judgeUnticked(world, deals),
    ...judgeStates(world, deals),
    ...judgeRequests(world),
    ...(await judgeParked(world)),
    ...broken,
  ].map(({ rule, text }) => ({
    rule,
    text: when === 'notices alone' ? `${text} (without a sweep)` : text,
  }));
}

/** One process reads the mapping when it is asked to, the others follow: they look every ten seconds. */
const inForceAfterMs = 15_000;

const names = (text: string, value: string): boolean => new RegExp(`${value}(?!\\d)`).test(text);

/** Values the mapping keeps back, from the moment the service has answered that the rule is in force. */
function judgeKeptBack(world: World): readonly Violation[] {
  const { org, history, faults } = world;
  const sent = faults.requests
    .filter(({ service, method, url }) => service === 'partner-center' && method !== 'GET' && url.includes('/referrals'))
    .map(({ body }) => Buffer.from(body).toString('utf8'));
  const found: Violation[] = [];
  if (sent.some((body) => body.includes(nobodysBusiness)))
    found.push({ rule: 'internal data is never sent', text: 'The next step or the description of an opportunity went to Partner Center.' });
  // an older store, or one that could not be reached, knows nothing of it
  const troubles = world.trace.counts.get('trouble');
  if (troubles?.has('store goes back') || troubles?.has('the database is away')) return found;
  for (const { field, what, requestId } of history.keptBack) {
    const row = org.get(requestId);
    if (row?.['Outcome__c'] !== 'Done') continue;
    const since = Date.parse(String(row['LastModifiedDate']));
    const typed = history.edits.flatMap(({ side, field: edited, at, change }) =>
      side === 'crm' && edited === field && at > since + inForceAfterMs && change.kind === 'set' && change.value !== null
        ? [change.value]
        : [],
    );
    // texts that nobody else ever writes; a number or a day can stand for something else
    for (const value of typed.filter((one) => one.includes('of entry'))) {
      if (what === 'sending' && sent.some((body) => names(body, value)))
        found.push({ rule: 'what the mapping keeps back is never sent', text: `"${value}" was sent after ${labels[field]} was stopped.` });
      if (what !== 'showing') continue;
      const texts = [
        ...org.state.allRows('Opportunity').map((one) => `${String(one['Audit__c'])} ${String(one['PC_Sync_Message__c'])}`),
        ...org.state.allRows('PC_Attention__c').map((one) => JSON.stringify(one)),
      ];
      if (texts.some((text) => names(text, value)))
        found.push({
          rule: 'confidential values are not shown',
          text: `"${value}" of ${labels[field]} is shown after it was made confidential.`,
        });
    }
  }
  return found;
}

/** What was sent, whatever came of it. */
export function judgeCalls(world: World): readonly Violation[] {
  const { center, history, faults } = world;
  const never = new Set(['frozenField', 'invalidStatusTransition', 'V12', 'V13', 'V17']);
  // asking Microsoft is a POST, which no version guards: a deal closed while it was on its way is refused, and that is all
  const justClosed = (time: number): boolean =>
    center
      .referrals()
      .some(
        (own) =>
          isOurs(own) &&
          history
            .of(own.id)
            .some(
              (held, index, all) =>
                held.state.startsWith('Closed') &&
                !all[index - 1]?.state.startsWith('Closed') &&
                held.at <= time &&
                held.at >= time - 20_000,
            ),
      );
  const refused = center.refusedWrites
    .filter(({ rule, method, at }) => never.has(rule) && !(method === 'POST' && justClosed(at)))
    .map((write) => ({ rule: 'nothing frozen or closed is written', text: JSON.stringify(write) }));
  const unshared: Violation[] = [];
  for (const { service, method, url, at, body } of faults.requests) {
    if (service !== 'partner-center' || method === 'GET' || !url.includes('/referrals')) continue;
    const id =
      method === 'POST'
        ? /"externalReferenceId":"(\w+)"/.exec(Buffer.from(body).toString('utf8'))?.[1]
        : center.referral(url.split('/').at(-1) ?? '')?.externalReferenceId;
    if (id === undefined || id === null) continue;
    const past = history.of(id).filter((held) => held.at <= at);
    const now = past.at(-1);
    if (now && !now.shared && !sharedLately(past, at))
      unshared.push({
        rule: 'unshared data is never sent',
        text: `${method} ${url} at ${new Date(at).toISOString()} although ${id} is not ticked`,
      });
  }
  return [...refused, ...unshared, ...judgeKeptBack(world)];
}
