/** What can happen to one deal, one kind of step each: how it comes about, and how one sees that it has come to a good end. */
import { setSetting } from '../../simulators/demo/world.ts';
import type { Referral } from '../../simulators/partner-center/model.ts';
import { auditOf, messageOf, newDeal, ownReferrals, people, row, seller, stateOf, type NewDeal, type World } from '../scenarios/scene.ts';

/** The deal a plot is played with. */
export interface Subject {
  readonly number: number;
  opportunityId: string | null;
  referralId: string | null;
  requestId: string | null;
}

export interface Plot {
  readonly name: string;
  /** Step kinds of a plan, and moves of a referral, that it shows. */
  readonly shows: readonly string[];
  /** The request or commit that makes it what it is; it must come in the recorded run. */
  readonly heart: RegExp;
  /** Brings things to where the plot begins; then waits until `ready`. Absent: nothing is there before. */
  readonly prepare?: readonly Scene[];
  /** Hours that pass between preparation and act. */
  readonly ages?: number;
  /** What a person does. */
  act(world: World, subject: Subject): unknown;
  /** What is not as it should be in the end; null when all is well. */
  missing(world: World, subject: Subject): string | null;
  /** It happens while the service is down, and the points are those of its start. */
  readonly whileDown?: true;
  /** It ends with a question or a refusal a person reads: the two sides need not hold the same, and the plan keeps the step that waits. */
  readonly waits?: true;
}

/** A step of the preparation: done, and waited for. */
export interface Scene {
  act(world: World, subject: Subject): unknown;
  ready(world: World, subject: Subject): boolean;
}

const microsoft = (world: World) => world.partner.partnerCenter.microsoft;
const opportunity = ({ opportunityId }: Subject): string => opportunityId ?? '';
const rowOf = (world: World, subject: Subject) => row(world, opportunity(subject));
export const ownOf = (world: World, subject: Subject): Referral | null =>
  world.partner.partnerCenter.referral(subject.referralId ?? String(rowOf(world, subject).Referral_Identifier__c ?? '')) ?? null;
const idOfOwn = (world: World, subject: Subject): string => ownOf(world, subject)?.id ?? '';

const wants = (what: string, is: unknown, should: unknown): string | null =>
  JSON.stringify(is ?? null) === JSON.stringify(should) ? null : `${what} is ${JSON.stringify(is ?? null)}, not ${JSON.stringify(should)}`;
const first = (...findings: readonly (string | null)[]): string | null => findings.find((one) => one !== null) ?? null;
const says = (world: World, subject: Subject, word: string): string | null =>
  wants('the state', stateOf(world, opportunity(subject)), word);
const answered = (world: World, { requestId }: Subject, outcome = 'Done'): string | null =>
  wants('the answer', row(world, requestId ?? '').Outcome__c, outcome);

function knowsOpportunity(world: World, subject: Subject): boolean {
  const [found] = world.org.query(`SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${subject.referralId}'`);
  if (found) subject.opportunityId = String(found.Id);
  return found !== undefined;
}
const questions = (world: World, { referralId }: Subject): readonly string[] =>
  world.org
    .query(`SELECT Id FROM PC_Attention__c WHERE Referral_Id__c = '${referralId}' AND Kind__c = 'match' AND Status__c = 'Open'`)
    .map(({ Id }) => String(Id));
const refusals = (world: World, subject: Subject): number =>
  world.org.query(
    `SELECT Id FROM PC_Attention__c WHERE Opportunity__c = '${opportunity(subject)}' AND Kind__c = 'refused' AND Status__c = 'Open'`,
  ).length;

// ------------------------------------------------------------------------------------------------ how deals come about

const written = (deal: NewDeal = {}): Scene => ({
  act(world, subject) {
    const opportunity = { Amount: 20_000 + subject.number, ...deal.opportunity };
    subject.opportunityId = newDeal(world, { ...deal, opportunity, tick: false });
  },
  ready: () => true,
});
const tick = (world: World, subject: Subject): void => seller(world).update(opportunity(subject), { Sync_with_Partner_Center__c: true });
const shared = (help: boolean): readonly Scene[] => [
  written(help ? {} : { help: null }),
  { act: tick, ready: (world, subject) => says(world, subject, help ? 'Waiting for Microsoft' : 'In sync') === null },
];
const accepted: readonly Scene[] = [
  ...shared(true),
  {
    act: (world, subject) => microsoft(world).accept(idOfOwn(world, subject)),
    ready: (world, subject) => says(world, subject, 'In sync') === null,
  },
];
const contactOf = ({ number }: Subject) => ({
  firstName: 'Kim',
  lastName: `Sent${number}`,
  phoneNumber: '+441132220000',
  email: `kim@sent${number}.example`,
});
const send = (world: World, subject: Subject): void => {
  const { number } = subject;
  const sent = microsoft(world).sendDeal({
    name: `Offer${number}`,
    dealValue: 5_000 + number,
    currency: 'USD',
    customer: {
      name: `Sent${number}`,
      city: 'York',
      postalCode: `YO1 ${number}HH`,
      country: 'GB',
      addressLine1: `${number} Yard`,
      contacts: [contactOf(subject)],
    },
  });
  subject.referralId = sent.id;
};
const incoming: readonly Scene[] = [
  { act: send, ready: (world, subject) => knowsOpportunity(world, subject) && says(world, subject, 'Needs you') === null },
];
/** An opportunity that nobody shared, and a deal from Microsoft that resembles it. */
const resembled = (world: World, subject: Subject): void => {
  const record = rowOf(world, subject);
  const account = row(world, String(record.AccountId));
  const sent = microsoft(world).sendDeal({
    name: String(record.Name),
    dealValue: Number(record.Amount),
    currency: 'USD',
    closingDate: String(record.CloseDate),
    customer: {
      name: String(account.Name),
      city: 'Leeds',
      postalCode: String(account.BillingPostalCode),
      country: 'GB',
      contacts: [contactOf(subject)],
    },
  });
  subject.referralId = sent.id;
};
/** Like nothing else in the org, else it would be asked about as well. */
const unshared: Scene = {
  act(world, subject) {
    subject.opportunityId = newDeal(world, {
      tick: false,
      opportunity: { Name: `Venture${subject.number}`, CloseDate: '2027-03-09', Amount: 20_000 + subject.number },
    });
    world.org.update(String(rowOf(world, subject).AccountId), { Name: `House${subject.number}` });
  },
  ready: () => true,
};
const asked: readonly Scene[] = [unshared, { act: resembled, ready: (world, subject) => questions(world, subject).length === 1 }];
function decide(world: World, subject: Subject, kind: 'link' | 'keep_as_new'): void {
  const [question = ''] = questions(world, subject);
  subject.requestId = seller(world).insert('PC_Service_Request__c', {
    Attention__c: question,
    Kind__c: kind,
    ...(kind === 'link' ? { Target__c: opportunity(subject) } : {}),
  });
}
const request = (
  world: World,
  subject: Subject,
  kind: string,
  more: { readonly [field: string]: string } = {},
  as: string = people.seller,
): void => {
  subject.requestId = world.org.asUser(as).insert('PC_Request__c', { Opportunity__c: opportunity(subject), Kind__c: kind, ...more });
};
const isLinked = (world: World, subject: Subject): string | null =>
  first(
    wants('the referral on the opportunity', rowOf(world, subject).Referral_Identifier__c, subject.referralId),
    wants('the tick', rowOf(world, subject).Sync_with_Partner_Center__c, true),
  );

const bothValue = (subject: Subject): readonly [ours: number, theirs: number] => [150_000 + subject.number, 160_000 + subject.number];
const quarrel = (world: World, subject: Subject): void => {
  const [ours, theirs] = bothValue(subject);
  seller(world).update(opportunity(subject), { Amount: ours });
  microsoft(world).edit(idOfOwn(world, subject), { dealValue: theirs }, 'partner referral');
};
const valuesAre = (world: World, subject: Subject, value: number): string | null =>
  first(wants('the amount', rowOf(world, subject).Amount, value), wants('the deal value', ownOf(world, subject)?.details.dealValue, value));
const loserIsKept = (world: World, subject: Subject): string | null =>
  auditOf(world, opportunity(subject))
    .split('\n')
    .some((line) => line.includes(`lost "${bothValue(subject)[1]}"`))
    ? null
    : `the audit does not show the value that lost: ${auditOf(world, opportunity(subject)).slice(0, 600)}`;
const referralIs = (world: World, subject: Subject, substatus: string): string | null =>
  wants('the referral', ownOf(world, subject)?.substatus, substatus);

/** The most an amount may be in the org of the matrix: a validation rule of the customer. */
const mostAmount = 100_000_000;

/** Settings and rules of the org in which every plot can be played. */
export function furnish(world: World): void {
  setSetting(world.org, 'Leads', 'lead-records');
  world.org.state.schema.putValidationRule('Opportunity', {
    name: 'Amount_Limit',
    active: true,
    formula: `Amount > ${mostAmount}`,
    message: 'Amounts above the limit need the CFO.',
  });
}

// ------------------------------------------------------------------------------------------------ the plots

export const plots: readonly Plot[] = [
  {
    name: 'a private deal is shared',
    shows: ['create-referral', 'update-crm'],
    heart: /Partner Center: POST .*referrals$/,
    prepare: [written({ help: null })],
    act: tick,
    missing: (world, subject) => says(world, subject, 'In sync'),
  },
  {
    name: 'a deal is shared and Microsoft is asked',
    shows: ['create-referral', 'create-leg', 'update-crm'],
    heart: /Partner Center: POST .*referrals$/,
    prepare: [written()],
    act: tick,
    missing: (world, subject) =>
      first(
        says(world, subject, 'Waiting for Microsoft'),
        wants('a leg of Microsoft', world.partner.partnerCenter.legOf(idOfOwn(world, subject)) !== undefined, true),
      ),
  },
  {
    name: 'Microsoft is asked about a deal that is shared already',
    shows: ['create-leg'],
    heart: /Partner Center: POST .*referrals$/,
    prepare: shared(false),
    act: (world, subject) => seller(world).update(opportunity(subject), { How_can_Microsoft_help__c: 'Quotes or licensing' }),
    missing: (world, subject) => says(world, subject, 'Waiting for Microsoft'),
  },
  {
    name: 'the seller changes a deal',
    shows: ['patch-referral update'],
    heart: /Partner Center: PATCH/,
    prepare: accepted,
    act: (world, subject) =>
      seller(world).update(opportunity(subject), {
        Amount: 70_000 + subject.number,
        CloseDate: '2027-03-31',
        Name: `New name ${subject.number}`,
      }),
    missing: (world, subject) => valuesAre(world, subject, 70_000 + subject.number),
  },
  {
    name: 'Microsoft changes a deal',
    shows: ['update-crm'],
    heart: /Salesforce: POST \/composite/,
    prepare: accepted,
    act: (world, subject) =>
      microsoft(world).edit(idOfOwn(world, subject), { dealValue: 80_000 + subject.number, notes: `Note ${subject.number}` }),
    missing: (world, subject) => valuesAre(world, subject, 80_000 + subject.number),
  },
  {
    name: 'both sides change different fields at once',
    shows: ['patch-referral update', 'update-crm'],
    heart: /Partner Center: PATCH/,
    prepare: accepted,
    act(world, subject) {
      seller(world).update(opportunity(subject), { CloseDate: '2027-04-15' });
      microsoft(world).edit(idOfOwn(world, subject), { notes: `Review ${subject.number}` }, 'partner referral');
    },
    missing: (world, subject) =>
      first(
        wants('the notes', rowOf(world, subject).PC_Shared_Notes__c, `Review ${subject.number}`),
        wants('the close date', ownOf(world, subject)?.details.closingDateTime?.slice(0, 10), '2027-04-15'),
      ),
  },
  {
    name: 'both sides change while the service is down, and it starts',
    shows: ['start'],
    heart: /Partner Center: PATCH/,
    prepare: accepted,
    whileDown: true,
    act(world, subject) {
      seller(world).update(opportunity(subject), { CloseDate: '2027-05-15' });
      world.partner.partnerCenter.webhooks.faultNext({ kind: 'lose' });
      microsoft(world).edit(idOfOwn(world, subject), { notes: `Down ${subject.number}` }, 'partner referral');
    },
    missing: (world, subject) =>
      first(
        wants('the notes', rowOf(world, subject).PC_Shared_Notes__c, `Down ${subject.number}`),
        wants('the close date', ownOf(world, subject)?.details.closingDateTime?.slice(0, 10), '2027-05-15'),
      ),
  },
  {
    name: 'both sides change the same field at once',
    shows: ['patch-referral update'],
    heart: /Partner Center: PATCH/,
    prepare: accepted,
    act: quarrel,
    missing: (world, subject) => first(valuesAre(world, subject, bothValue(subject)[0]), loserIsKept(world, subject)),
  },
  {
    name: 'the value that lost is put back',
    shows: ['patch-referral update', 'update-crm'],
    heart: /Partner Center: PATCH/,
    prepare: [
      ...accepted,
      {
        act: quarrel,
        ready: (world, subject) => valuesAre(world, subject, bothValue(subject)[0]) === null && loserIsKept(world, subject) === null,
      },
    ],
    act: (world, subject) => request(world, subject, 'put_back', { Field__c: 'value' }),
    missing: (world, subject) => first(valuesAre(world, subject, bothValue(subject)[1]), answered(world, subject)),
  },
  {
    name: 'Microsoft accepts',
    shows: ['update-crm'],
    heart: /Salesforce: POST \/composite/,
    prepare: shared(true),
    act: (world, subject) => microsoft(world).accept(idOfOwn(world, subject)),
    missing: (world, subject) =>
      first(
        says(world, subject, 'In sync'),
        wants("Microsoft's status", rowOf(world, subject).PC_Microsoft_Status__c, 'Active / Accepted'),
      ),
  },
  {
    name: 'Microsoft declines',
    shows: ['update-crm'],
    heart: /Salesforce: POST \/composite/,
    prepare: shared(true),
    act: (world, subject) => microsoft(world).decline(idOfOwn(world, subject), 'No Microsoft seller manages this customer'),
    missing: (world, subject) => wants("Microsoft's status", rowOf(world, subject).PC_Microsoft_Status__c, 'Closed / Declined'),
  },
  {
    name: 'a deal is won in Salesforce',
    shows: ['patch-referral win'],
    heart: /Partner Center: PATCH/,
    prepare: accepted,
    ages: 73,
    act: (world, subject) => seller(world).update(opportunity(subject), { StageName: 'Closed Won' }),
    missing: (world, subject) => referralIs(world, subject, 'Won'),
  },
  {
    name: 'a deal is won too early and an admin releases it',
    shows: ['patch-referral win'],
    heart: /Partner Center: PATCH/,
    prepare: [
      ...accepted,
      {
        act: (world, subject) => seller(world).update(opportunity(subject), { StageName: 'Closed Won' }),
        ready: (world, subject) => says(world, subject, 'On hold') === null,
      },
    ],
    act: (world, subject) => request(world, subject, 'release_hold', {}, people.admin),
    missing: (world, subject) => first(referralIs(world, subject, 'Won'), answered(world, subject)),
  },
  {
    name: 'a deal is lost in Salesforce',
    shows: ['patch-referral lose'],
    heart: /Partner Center: PATCH/,
    prepare: accepted,
    act: (world, subject) =>
      seller(world).update(opportunity(subject), { StageName: 'Closed Lost', PC_Lost_Reason__c: 'Budget not adequate' }),
    missing: (world, subject) => referralIs(world, subject, 'Lost'),
  },
  {
    name: 'a colleague wins the deal in Partner Center',
    shows: ['update-crm'],
    heart: /Salesforce: POST \/composite/,
    prepare: accepted,
    ages: 73,
    act: (world, subject) => microsoft(world).setState(idOfOwn(world, subject), 'Closed', 'Won'),
    missing: (world, subject) => wants('the stage', rowOf(world, subject).StageName, 'Closed Won'),
  },
  {
    name: 'a referral is retired',
    shows: ['patch-referral retire'],
    heart: /Partner Center: PATCH/,
    prepare: shared(false),
    act: (world, subject) => request(world, subject, 'retire', { Reason__c: 'Duplicate made in Partner Center' }, people.admin),
    missing: (world, subject) => first(referralIs(world, subject, 'Error'), answered(world, subject)),
  },
  {
    name: 'a deal arrives from Microsoft',
    shows: ['create-opportunity'],
    heart: /Salesforce: POST \/composite\/graph/,
    act: send,
    missing: (world, subject) => first(wants('an opportunity', knowsOpportunity(world, subject), true), says(world, subject, 'Needs you')),
  },
  {
    name: 'a deal from Microsoft is accepted',
    shows: ['patch-referral accept'],
    heart: /Partner Center: PATCH/,
    prepare: incoming,
    act: (world, subject) => request(world, subject, 'accept'),
    missing: (world, subject) => first(referralIs(world, subject, 'Accepted'), answered(world, subject)),
  },
  {
    name: 'a deal from Microsoft is declined',
    shows: ['patch-referral decline'],
    heart: /Partner Center: PATCH/,
    prepare: incoming,
    act: (world, subject) => request(world, subject, 'decline', { Reason__c: 'Budget not adequate' }),
    missing: (world, subject) => first(referralIs(world, subject, 'Declined'), answered(world, subject)),
    waits: true,
  },
  {
    name: 'a deal from Microsoft resembles an opportunity and is asked about',
    shows: ['attention'],
    heart: /Salesforce: .*PC_Attention__c/,
    prepare: [unshared],
    act: resembled,
    missing: (world, subject) =>
      first(
        wants('open questions', questions(world, subject).length, 1),
        wants('the opportunity is left alone', rowOf(world, subject).Referral_Identifier__c, null),
      ),
    waits: true,
  },
  {
    name: 'a deal is linked by decision',
    shows: ['link', 'update-crm'],
    heart: /store: decide/,
    prepare: asked,
    act: (world, subject) => decide(world, subject, 'link'),
    missing: (world, subject) =>
      first(isLinked(world, subject), answered(world, subject), wants('open questions', questions(world, subject).length, 0)),
    waits: true,
  },
  {
    name: 'a deal is kept as new by decision',
    shows: ['create-opportunity'],
    heart: /Salesforce: POST \/composite\/graph/,
    prepare: asked,
    act: (world, subject) => decide(world, subject, 'keep_as_new'),
    missing: (world, subject) =>
      first(
        wants('an opportunity', knowsOpportunity(world, subject), true),
        answered(world, subject),
        wants('open questions', questions(world, subject).length, 0),
      ),
  },
  {
    name: 'a link is undone',
    shows: ['unlink'],
    heart: /Salesforce: POST \/composite/,
    prepare: [
      ...asked,
      {
        act: (world, subject) => decide(world, subject, 'link'),
        ready: (world, subject) => isLinked(world, subject) === null && answered(world, subject) === null,
      },
    ],
    act: (world, subject) => request(world, subject, 'undo_link'),
    missing: (world, subject) =>
      first(
        answered(world, subject),
        wants('the referral on the opportunity', rowOf(world, subject).Referral_Identifier__c, null),
        wants('the tick', rowOf(world, subject).Sync_with_Partner_Center__c, false),
        wants('open questions', questions(world, subject).length, 1),
      ),
    waits: true,
  },
  {
    name: 'a lead arrives from Microsoft',
    shows: ['create-lead'],
    heart: /Salesforce: POST .*Lead/,
    act: (world, subject) =>
      void (subject.referralId = microsoft(world).sendLead({
        name: `Lead ${subject.number}`,
        customer: { name: `Lead Customer ${subject.number}` },
      }).id),
    missing: (world, subject) =>
      wants('Lead records', world.org.query(`SELECT Id FROM Lead WHERE Company = 'Lead Customer ${subject.number}'`).length, 1),
  },
  {
    name: 'the tick is removed',
    shows: ['update-crm'],
    heart: /Salesforce: POST \/composite/,
    prepare: accepted,
    act: (world, subject) => seller(world).update(opportunity(subject), { Sync_with_Partner_Center__c: false }),
    missing: (world, subject) => says(world, subject, 'Stopped'),
  },
  {
    name: 'the tick is set again after both sides changed',
    shows: ['patch-referral update', 'update-crm'],
    heart: /Partner Center: PATCH/,
    prepare: [
      ...accepted,
      {
        act: (world, subject) => seller(world).update(opportunity(subject), { Sync_with_Partner_Center__c: false }),
        ready: (world, subject) => says(world, subject, 'Stopped') === null,
      },
      {
        act(world, subject) {
          seller(world).update(opportunity(subject), { CloseDate: '2027-08-08' });
          microsoft(world).edit(idOfOwn(world, subject), { notes: `Meanwhile ${subject.number}` });
        },
        ready: () => true,
      },
    ],
    act: tick,
    missing: (world, subject) =>
      first(
        wants('the notes', rowOf(world, subject).PC_Shared_Notes__c, `Meanwhile ${subject.number}`),
        wants('the close date', ownOf(world, subject)?.details.closingDateTime?.slice(0, 10), '2027-08-08'),
        says(world, subject, 'In sync'),
      ),
  },
  {
    name: 'an incomplete deal is ticked',
    shows: ['update-crm'],
    heart: /Salesforce: POST \/composite/,
    prepare: [written({ help: null, opportunity: { Amount: null } })],
    act: tick,
    missing: (world, subject) =>
      first(
        says(world, subject, 'Needs you'),
        wants('referrals', ownReferrals(world).filter((one) => one.externalReferenceId === subject.opportunityId).length, 0),
      ),
    waits: true,
  },
  {
    name: 'the org refuses a value',
    shows: ['update-crm', 'attention'],
    heart: /Salesforce: POST \/composite/,
    prepare: accepted,
    act: (world, subject) => microsoft(world).edit(idOfOwn(world, subject), { dealValue: mostAmount * 2 + subject.number }),
    missing: (world, subject) =>
      first(
        says(world, subject, 'Needs you'),
        wants('refusals shown', refusals(world, subject), 1),
        wants('the rule is quoted', messageOf(world, opportunity(subject)).includes('need the CFO'), true),
      ),
    waits: true,
  },
  {
    name: 'an opportunity is deleted',
    shows: ['nothing'],
    heart: /store: finish/,
    prepare: accepted,
    act: (world, subject) => {
      subject.referralId = idOfOwn(world, subject);
      seller(world).delete(opportunity(subject));
    },
    missing: (world, subject) => referralIs(world, subject, 'Accepted'),
    waits: true,
  },
  {
    name: 'a sweep finds what no notice told',
    shows: ['update-crm'],
    heart: /Salesforce: POST \/composite/,
    prepare: accepted,
    act: async (world, subject) => {
      world.partner.partnerCenter.webhooks.faultNext({ kind: 'lose' });
      microsoft(world).edit(idOfOwn(world, subject), { dealValue: 90_000 + subject.number });
      await world.middleware.command('sweep');
    },
    missing: (world, subject) => valuesAre(world, subject, 90_000 + subject.number),
  },
  {
    name: 'an admin asks for a sweep',
    shows: ['service request'],
    heart: /store: finishService/,
    act: (world, subject) =>
      void (subject.requestId = world.org.asUser(people.admin).insert('PC_Service_Request__c', { Kind__c: 'sweep_now' })),
    missing: (world, subject) => answered(world, subject),
  },
];
