/**
 * One pass over one key: read both sides fresh, plan, carry out the steps on the partner side, write the opportunity at most once,
 * save the new base. The same code runs for every notice, click, sweep and retry.
 */
import type { FieldName } from '../domain/deal.ts';
import { makePlan, type Plan, type Step } from '../domain/plan.ts';
import { nextBase } from '../domain/merge.ts';
import { fields } from '../domain/fields.ts';
import { catalogue, SyncError } from '../errors.ts';
import { inDoubt, withoutSending } from './carried.ts';
import { tellNewDeal } from './create-in-crm.ts';
import { findCutCreate, waitForTheList } from './create-in-partner-center.ts';
import type { Engine } from './engine.ts';
import { execute } from './execute.ts';
import { nextLookFor, noteMissed } from './list-delay.ts';
import { isFromOldPast, withLostPast } from './lost-past.ts';
import { isMaking, rememberFound, withoutMaking } from './making.ts';
import { nextLookForLeg, tellsOfLeg } from './microsoft-leg.ts';
import { sendNotifications, tellOfChanges } from './notify.ts';
import { beginPass, note, type Pass } from './pass.ts';
import { againAtOf, isOldNews, mayBeOldNews, settledAt } from './old-news.ts';
import type { Lease, Link, PartnerSnapshot, Reading } from './ports.ts';
import { crmFacts, look, lookAgain, partnerFacts, type Situation } from './situation.ts';
import { refusedBefore, withoutRefused, type StepOutcome } from './step-outcome.ts';
import { awaitsOurOwn, untilOurOwn } from './stray-leg.ts';
import { allTold, hearOtherHalf, rememberDone, rememberLosers, untold } from './untold.ts';
import { writeOpportunity } from './write-opportunity.ts';

/** Steps of one pass; more means that the two sides do not settle, which is an error of ours. */
const mostRounds = 10;
const mostStale = 3;
const day = 86_400_000;

/** The plan for what was read; nothing is touched. */
export function planFor(engine: Engine, situation: Situation, now: number, losers: Link['losers'] = situation.link.losers): Plan {
  const { link } = situation;
  return makePlan({
    now,
    crm: crmFacts(situation.crm),
    partner: partnerFacts(situation.partner, link),
    gone: situation.crmGone !== null ? 'crm' : situation.partnerGone !== null ? 'partner' : null,
    base: link.base,
    mapping: engine.mapping(),
    confirmed: (link.openAttention['confirmed'] ?? '').split(',').filter((door) => door !== ''),
    mayUnlink: link.openAttention['decision'] === 'link',
    undoing: link.openAttention['undoing'] !== undefined,
    leadId: link.openAttention['lead'] ?? null,
    losers,
    pastLost: situation.pastLost ?? false,
    inDoubt: situation.pastOld ? 'all' : inDoubt(link, situation.crm, situation.partner),
  });
}

/** Reads both sides and plans without doing anything: `cosell plan`. */
export async function preview(engine: Engine, lease: Lease, link: Link): Promise<{ readonly situation: Situation; readonly plan: Plan }> {
  // halves that would become one are put together in the answer only
  const store = { ...engine.store, mergeLinks: (_lease: Lease, survivor: Link) => Promise.resolve(survivor) };
  const situation = await withLostPast(engine, await look({ ...engine, store }, lease, link));
  return { situation, plan: planFor(engine, situation, engine.system.now()) };
}

interface Ran {
  readonly situation: Situation;
  readonly plan: Plan;
  /** First refusal of the pass, shown on the opportunity. */
  readonly refusal: string | null;
}

/** A step that waits for a person: what was asked for is not done yet, and the question is shown. */
function waitingPlan(plan: Plan, { message, question }: Extract<StepOutcome, { kind: 'waits' }>): Plan {
  const answers = plan.answers.map((answer) => ({ ...answer, outcome: 'Refused' as const, message }));
  return question ? { ...plan, answers, standing: { kind: 'confirm' }, confirms: [...plan.confirms, question] } : { ...plan, answers };
}

/** Fields of steps that Partner Center refused: nothing is agreed about them, so that the refusal stays in sight until it is cured. */
function notCarriedOut(plan: Plan): readonly FieldName[] {
  return plan.steps.flatMap((step): readonly FieldName[] => {
    if (step.kind === 'patch-referral') return Object.keys(step.set) as FieldName[];
    return step.kind === 'create-leg' ? ['help', 'noteToMicrosoft'] : [];
  });
}

/** Runs partner-side steps one by one, planning anew after each, until only the opportunity is left to write. */
async function runSteps(pass: Pass, begin: Situation, refused: string | null): Promise<Ran> {
  const { engine, lease } = pass;
  let situation = begin;
  let refusal = refused;
  let stale = 0;
  const skipped = new Set<Step['kind']>();
  const refusedNow = new Set<FieldName>();
  for (let round = 0; round < mostRounds; round++) {
    situation = await withLostPast(engine, situation);
    const first = planFor(engine, situation, engine.system.now(), pass.losers);
    const plan = (await isFromOldPast(engine, situation, first))
      ? planFor(engine, { ...situation, pastOld: true }, engine.system.now(), pass.losers)
      : first;
    const found = plan.steps.find(
      (one): one is Exclude<Step, { kind: 'update-crm' }> => one.kind !== 'update-crm' && !skipped.has(one.kind),
    );
    if (!found) return { situation, plan, refusal };
    const step = found.kind === 'patch-referral' ? withoutRefused(pass, situation.link, found, refusedNow) : found;
    if (step !== found || refusedBefore(pass, situation.link, step))
      refusal ??= situation.link.openAttention['memo:message'] ?? catalogue.PC_REFUSED.text;
    if (refusedBefore(pass, situation.link, step) || (step.kind === 'patch-referral' && Object.keys(step.set).length === 0)) {
      skipped.add(step.kind);
      continue;
    }
    if ('set' in step) situation = { ...situation, link: await rememberLosers(pass, situation, plan, step.set) };
    const outcome = await execute(pass, situation, step, plan);
    pass.losing = null;
    situation = outcome.situation;
    if (outcome.kind === 'waits') return { situation, plan: waitingPlan(plan, outcome), refusal };
    if (outcome.kind === 'request-refused') {
      skipped.add(step.kind);
      pass.refusedRequests.set(outcome.requestId, outcome.message);
    }
    if (outcome.kind === 'refused') {
      for (const field of outcome.fields) refusedNow.add(field);
      if (outcome.fields.length === 0) skipped.add(step.kind);
      refusal ??= outcome.message;
      situation = {
        ...situation,
        link: { ...situation.link, openAttention: { ...situation.link.openAttention, 'memo:message': outcome.message } },
      };
    }
    if (outcome.kind === 'stale') {
      if (++stale > mostStale) throw new SyncError('PC_STALE');
      situation = await lookAgain(engine, lease, situation);
    }
  }
  throw new SyncError('BUG', { message: `the plan did not settle within ${mostRounds} rounds` });
}

const meetings: readonly string[] = ['created', 'adopted', 'linked'];

const haveMet = (pass: Pass): boolean => pass.audit.some((entry) => meetings.includes(entry.act));

/** A create of ours was cut off, and what it made was found before it was looked for: a notice told of it. */
function noteFoundAgain(pass: Pass, stored: Link, situation: Situation): Situation {
  const { link, crm, partner } = situation;
  const wasHalf = stored.referralId === null || stored.opportunityId === null;
  if (!wasHalf || !crm?.shared || !partner || link.base === null || haveMet(pass)) return situation;
  if (isMaking(link)) {
    note(pass, {
      way: 'to Salesforce',
      act: 'created',
      text: 'The opportunity was made by a try that was cut off; it was found and linked.',
    });
    return { ...situation, link: tellNewDeal(pass, link, crm.id, partner) };
  }
  note(pass, { way: 'to Partner Center', act: 'adopted', text: 'The referral was there already and was linked; none was created.' });
  return situation;
}

/** Both records were there before anyone told this service: they are linked as they are. */
function noteAdopted(pass: Pass, plan: Plan): void {
  if (haveMet(pass)) return;
  const open = plan.conflicts.filter((conflict) => conflict.winner === null).map((conflict) => fields[conflict.field].label);
  const asked = open.length > 0 ? ` A person is asked about: ${open.join(', ')}.` : '';
  note(pass, {
    way: 'inside',
    act: 'adopted',
    text: `The opportunity and its referral were there already and were linked as they are; nothing was sent.${asked}`,
  });
}

/** The opportunity or the referral is not there any more: nothing is written to the other side, and it says so. */
function noteGone(pass: Pass, situation: Situation): Link {
  const { link } = situation;
  const gone = situation.crmGone !== null || situation.partnerGone !== null;
  if (!gone || link.state === 'orphaned') return link;
  const code = situation.crmGone !== null ? 'CRM_GONE' : 'PC_GONE';
  note(pass, { way: 'inside', act: 'gone', result: 'waiting', code, text: `${catalogue[code].text} ${catalogue[code].cure}` });
  return { ...link, state: 'orphaned' };
}

function stateOf(plan: Plan, situation: Situation): Link['state'] {
  if (situation.crmGone !== null || situation.partnerGone !== null) return 'orphaned';
  if (plan.standing.kind === 'stopped') return 'stopped';
  if (plan.standing.kind === 'ignored') return 'ignored';
  return plan.standing.kind === 'closed' ? 'closed' : 'open';
}

/** A notice named a referral whose engagement the list does not show yet: that is remembered, and it is looked for again. */
function missEngagement({ engine, lease }: Pass, link: Link, partnerGone: string | null, now: number): Link {
  const missing = partnerGone !== null && link.opportunityId === null && link.base === null;
  return noteMissed(link, 'memo:engagement', { there: !missing, told: lease.reasons.length > 0 }, engine.partner.listDelay, now);
}

/** When to look again without being told: holds, expiry and three days before it, a leg or an engagement the list does not show yet. */
function againAt(pass: Pass, plan: Plan, situation: Situation, now: number): number | null {
  const { standing } = plan;
  const expires = standing.kind === 'answer-microsoft' && standing.expiresAt !== null ? Date.parse(standing.expiresAt) : null;
  const times = [
    plan.againAt,
    expires === null ? null : ([expires - 3 * day, expires + 60_000].find((at) => at > now) ?? null),
    nextLookForLeg(pass.engine, situation.link),
    nextLookFor(situation.link, 'memo:engagement', pass.engine.partner.listDelay, now),
  ].filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** Runs one pass and frees the key. Throws `SyncError`s for the worker to decide on. */
export async function runPass(engine: Engine, lease: Lease): Promise<void> {
  const stored = await engine.store.link(lease.key);
  // its other half took it over after it was claimed, and its work with it
  if (!stored) throw new SyncError('STORE_LEASE_LOST');
  if (awaitsOurOwn(lease, stored)) return engine.store.release(lease, untilOurOwn(lease, engine.system.now()), engine.system.now());
  const read = mayBeOldNews(lease, stored) ? await engine.partner.read(stored.referralId ?? '', tellsOfLeg(lease)) : null;
  if (read && isOldNews(stored, read))
    return engine.store.finish(lease, { link: stored, audit: [], againAt: againAtOf(stored) }, engine.system.now());
  const pass = beginPass(engine, lease, stored, untold(stored));
  try {
    await settlePair(pass, stored, read);
  } catch (error) {
    await rememberDone(pass);
    throw error;
  }
}

async function settlePair(pass: Pass, stored: Link, read: Reading<PartnerSnapshot> | null): Promise<void> {
  const { engine, lease } = pass;
  let situation = await look(engine, lease, stored, read);
  hearOtherHalf(pass, stored, situation.link);
  let refusal: string | null = null;
  situation = noteFoundAgain(pass, stored, situation);
  situation = { ...situation, link: await rememberFound(pass, stored, situation.link) };
  situation = await findCutCreate(pass, situation);
  await waitForTheList(engine, situation);

  for (let attempt = 0; attempt <= mostStale; attempt++) {
    const ran: Ran = await runSteps(pass, situation, refusal);
    refusal = ran.refusal;
    const told = { ...ran.situation, link: tellOfChanges(pass, ran.situation, ran.plan) };
    if (ran.plan.adopt) noteAdopted(pass, ran.plan);
    const written = await writeOpportunity(pass, told, ran.plan, ran.refusal);
    if (written.kind === 'stale') {
      situation = await lookAgain(engine, lease, { ...ran.situation, link: written.link });
      continue;
    }
    const known = noteGone(pass, { ...written.situation, link: written.link });
    const { crm, partner } = written.situation;
    const link = missEngagement(pass, known, written.situation.partnerGone, engine.system.now());
    // decided by the tick as the plan saw it: one set or removed since is for the next pass
    const agreed =
      crm && partner && ran.situation.crm?.shared
        ? nextBase(link.base, written.held, partner.deal, [...ran.plan.unsettled, ...notCarriedOut(ran.plan), ...written.unsettled])
        : link.base;
    const now = engine.system.now();
    const final: Link = {
      ...withoutSending(withoutMaking(allTold(link))),
      base: agreed,
      crmVersion: crm?.version ?? link.crmVersion,
      partnerEtag: partner?.etag ?? link.partnerEtag,
      partnerVersion: partner?.version ?? link.partnerVersion,
      state: stateOf(ran.plan, written.situation),
      lastSyncedAt: pass.changed ? now : link.lastSyncedAt,
    };
    const again = againAt(pass, ran.plan, { ...written.situation, link: final }, now);
    await engine.store.finish(lease, { link: settledAt(final, partner, again), audit: pass.audit, againAt: again }, now);
    await sendNotifications(pass, crm?.ownerId ?? null);
    return;
  }
  throw new SyncError('CRM_STALE');
}
