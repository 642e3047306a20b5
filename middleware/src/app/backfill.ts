/**
 * Taking in the deals that were there before: first counted (what would happen to each, and why), then carried out behind everything
 * people do. A step looks at one page; the position is kept in the store, so that it goes on after a break or an exhausted budget.
 */
import { fields } from '../domain/fields.ts';
import { confidentialIn } from '../domain/mapping.ts';
import type { Plan } from '../domain/plan.ts';
import { catalogue, toSyncError, type ErrorCode } from '../errors.ts';
import type { Engine } from '../sync/engine.ts';
import { preview } from '../sync/reconcile.ts';
import type { Link, Notice, ParkedKey } from '../sync/ports.ts';
import { quoteName } from '../sync/tell-name.ts';
import type { Situation } from '../sync/situation.ts';
import { BackfillState, outcomes } from './backfill-schema.ts';
import { halfLink, onlyLooking } from './only-looking.ts';
import type { PartnerWalk } from './partner-walk.ts';

export type Outcome = (typeof outcomes)[number];

/** What happens, or happened, to one deal. */
export interface BackfillRow {
  readonly opportunityId: string | null;
  readonly referralId: string | null;
  readonly name: string | null;
  readonly outcome: Outcome;
  readonly why: string;
}

export interface BackfillStep {
  readonly mode: 'count' | 'apply';
  readonly rows: readonly BackfillRow[];
  readonly counts: { readonly [O in Outcome]?: number };
  readonly done: boolean;
  /** Calls this step made, of everything this process did meanwhile. */
  readonly calls: number;
}

export interface BackfillParts {
  readonly engine: Engine;
  /** Opportunities that are shared or carry a referral, behind `after`. */
  listShared(
    after: string | null,
    since: number | null,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly name: string | null }[]>;
  /** Referrals behind a place of Partner Center's list. */
  readonly walk: PartnerWalk;
  calls(): number;
  /** Runs due keys in this process; null with a running service, which does it by itself. */
  readonly drain: (() => Promise<number>) | null;
  /** A finished backfill: sweeps begin where it began, unless they have a position already. */
  begunAt(at: number): Promise<void>;
}

const keptUnder = { count: 'backfill.count', apply: 'backfill.apply' } as const;
const pageSize = 20;

type Found = { readonly kind: 'opportunity' | 'referral'; readonly id: string };

const fresh = (mode: BackfillState['mode'], since: number | null, now: number): BackfillState => ({
  version: 1,
  mode,
  since,
  startedAt: now,
  phase: 'salesforce',
  after: null,
  skip: 0,
  counts: Object.fromEntries(outcomes.map((name) => [name, 0])) as BackfillState['counts'],
});

async function remembered(engine: Engine, mode: BackfillState['mode']): Promise<BackfillState | null> {
  const text = await engine.store.setting(keptUnder[mode]);
  if (text === null || text === '') return null;
  const parsed = BackfillState.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

/** True when everything since that day has been counted within the last day. */
export async function isCounted(engine: Engine, since: number | null): Promise<boolean> {
  const state = await remembered(engine, 'count');
  return state?.phase === 'done' && state.since === since && engine.system.now() - state.startedAt < 86_400_000;
}

function storedLink(engine: Engine, found: Found): Promise<Link | null> {
  const { store } = engine;
  return found.kind === 'opportunity' ? store.linkByOpportunity(engine.orgId, found.id) : store.linkByReferral(found.id);
}

/** The usual passes see to it: neither counted nor taken in. */
const settled = (link: Link | null): boolean =>
  link !== null && (link.base !== null || link.state === 'ignored' || link.state === 'stopped');

// ------------------------------------------------------------------------------------------------ counting

const openConflicts = (plan: Plan): string =>
  plan.conflicts
    .filter((one) => one.winner === null)
    .map((one) => fields[one.field].label)
    .join(', ');

async function judgeIncoming(engine: Engine, situation: Situation, plan: Plan): Promise<Pick<BackfillRow, 'outcome' | 'why'>> {
  if (plan.standing.kind === 'ignored' && plan.steps.length === 0) return { outcome: 'ignored', why: plan.standing.why };
  const [step] = plan.steps;
  if (step?.kind !== 'create-opportunity' || !situation.partner) return { outcome: 'create', why: step?.why ?? 'Nothing is to be done.' };
  const matches = engine.mapping().settings.matching === 'always-create' ? [] : await engine.crm.findMatches(situation.partner.deal);
  const [best] = matches;
  return best
    ? { outcome: 'match', why: `It resembles ${quoteName(engine, best.name)} (${best.reasons.join(', ')}).` }
    : { outcome: 'create', why: step.why };
}

async function judgeShare(engine: Engine, situation: Situation, plan: Plan): Promise<Pick<BackfillRow, 'outcome' | 'why'>> {
  if (plan.standing.kind === 'not-shared') return { outcome: 'ignored', why: '"Sync with Partner Center" is not ticked.' };
  const [step] = plan.steps;
  if (!step || !situation.crm)
    return {
      outcome: 'blocked',
      why: [...plan.confirms.map((one) => one.text), ...plan.findings.map((one) => `${one.text} ${one.cure}`)].join(' '),
    };
  const [twin] = await engine.crm.findTwins(situation.crm);
  return twin
    ? { outcome: 'blocked', why: `It resembles ${quoteName(engine, twin.name)}, which is shared already; a person is asked first.` }
    : { outcome: 'create', why: step.why };
}

/** What a pass would do with a deal; null when another deal's turn is this one's too. */
async function judge(engine: Engine, found: Found, begin: Link): Promise<BackfillRow | null> {
  const { situation, plan } = await preview(engine, onlyLooking(begin), begin);
  const { crm, partner, link } = situation;
  // the opportunity's turn has come already, or comes by itself
  if (found.kind !== 'opportunity' && crm) return null;
  const row = {
    opportunityId: crm?.id ?? link.opportunityId,
    referralId: partner?.referralId ?? link.referralId,
    name: confidentialIn(engine.mapping()).has('name') ? null : (crm?.deal.name ?? partner?.deal.name ?? null),
  };
  const gone = situation.crmGone ?? situation.partnerGone;
  if (gone !== null) return { ...row, outcome: 'blocked', why: gone };
  if (!crm) return partner ? { ...row, ...(await judgeIncoming(engine, situation, plan)) } : null;
  if (!partner) return { ...row, ...(await judgeShare(engine, situation, plan)) };
  if (!crm.shared) return { ...row, outcome: 'ignored', why: 'It carries a referral, but "Sync with Partner Center" is not ticked.' };
  const open = openConflicts(plan);
  return open === ''
    ? {
        ...row,
        outcome: 'adopt',
        why: 'Both records are there: they are linked as they are, and nothing is sent until one of them changes.',
      }
    : { ...row, outcome: 'conflict', why: `Both records are there and are linked; they differ in ${open}, and a person is asked.` };
}

async function count(engine: Engine, found: readonly Found[]): Promise<readonly BackfillRow[]> {
  const rows = await Promise.all(
    found.map(async (one): Promise<BackfillRow | null> => {
      try {
        const link = await storedLink(engine, one);
        return settled(link) ? null : await judge(engine, one, link ?? halfLink(engine, one.id));
      } catch (thrown) {
        const error = toSyncError(thrown);
        if (error.entry.retry !== 'never') throw error;
        return {
          opportunityId: one.kind === 'opportunity' ? one.id : null,
          referralId: one.kind === 'referral' ? one.id : null,
          name: null,
          outcome: 'blocked',
          why: `${error.message} ${error.entry.cure}`,
        };
      }
    }),
  );
  return rows.filter((row) => row !== null);
}

// ------------------------------------------------------------------------------------------------ carrying out

/** What a pass made of a deal, as the store remembers it. */
async function told(engine: Engine, link: Link, parked: readonly ParkedKey[], since: number): Promise<BackfillRow> {
  const entries = (await engine.store.audit(link.id, 20)).map((one) => one.entry).filter((entry) => entry.at >= since);
  const text = (acts: readonly string[]): string | null => entries.find((entry) => acts.includes(entry.act))?.text ?? null;
  const row = { opportunityId: link.opportunityId, referralId: link.referralId, name: null };
  const aside = parked.find((one) => one.key === link.id);
  if (aside)
    return {
      ...row,
      outcome: 'blocked',
      why: `${aside.message} ${aside.code in catalogue ? catalogue[aside.code as ErrorCode].cure : ''}`.trim(),
    };
  const open = Object.keys(link.openAttention);
  const refused = text(['refused']);
  if (open.some((key) => key.endsWith(':match')))
    return { ...row, outcome: 'match', why: 'It resembles an opportunity and waits for a decision in the attention list.' };
  if (link.state === 'ignored')
    return { ...row, outcome: 'ignored', why: 'It is closed, a lead that is left alone, or not for this service.' };
  if (link.opportunityId === null || link.referralId === null || link.base === null) {
    const why =
      refused ??
      text(['missing']) ??
      (link.state === 'stopped' ? '"Sync with Partner Center" is not ticked.' : 'It waits; the opportunity says what for.');
    return { ...row, outcome: link.state === 'stopped' ? 'ignored' : 'blocked', why };
  }
  if (open.some((key) => key.includes(':conflict:')))
    return { ...row, outcome: 'conflict', why: text(['adopted']) ?? 'The two sides differ, and a person is asked.' };
  const created = text(['created']);
  if (created !== null) return { ...row, outcome: 'create', why: created };
  return { ...row, outcome: 'adopt', why: text(['adopted']) ?? 'Both records were there and were linked.' };
}

/** Takes deals in at the lowest priority and waits until each had its pass. */
async function apply(parts: BackfillParts, found: readonly Found[], state: BackfillState): Promise<readonly BackfillRow[]> {
  const { engine } = parts;
  const { store, system } = engine;
  const known = await Promise.all(found.map(async (one) => settled(await storedLink(engine, one))));
  const news = found.filter((_, index) => !known[index]);
  if (news.length === 0) return [];
  const began = system.now();
  const notices = news.map((one): Notice => ({
    source: 'sweep',
    id: `backfill:${state.startedAt}:${one.kind}:${one.id}`,
    subject: one,
    reason: 'backfill',
    at: 0,
  }));
  await store.accept(engine.orgId, notices, null, began);
  const before = await Promise.all(news.map((one) => storedLink(engine, one)));
  await store.mark(
    before.flatMap((link) => (link ? [link.id] : [])),
    'backfill',
    'background',
    system.now(),
  );
  if (parts.drain) await parts.drain();
  else
    await waitFor(
      engine,
      before.flatMap((link) => (link ? [link.id] : [])),
    );
  const parked = await store.parked(1_000);
  const after = await Promise.all(news.map((one) => storedLink(engine, one)));
  const links = [...new Map(after.flatMap((link) => (link ? [[link.id, link] as const] : []))).values()];
  return Promise.all(links.map((link) => told(engine, link, parked, began)));
}

/** People's deals come first, so a page may take its time; what is not done in a minute and a half is reported as waiting. */
async function waitFor(engine: Engine, keys: readonly string[]): Promise<void> {
  const until = engine.system.now() + 90_000;
  for (const key of keys) while (engine.system.now() < until && (await engine.store.isBusy(key))) await engine.system.sleep(50);
}

// ------------------------------------------------------------------------------------------------ steps

async function nextPage(
  parts: BackfillParts,
  state: BackfillState,
): Promise<{ readonly found: readonly Found[]; readonly next: BackfillState }> {
  if (state.phase === 'salesforce') {
    const page = await parts.listShared(state.after, state.since, pageSize);
    const last = page.at(-1);
    const next: BackfillState =
      page.length < pageSize || !last ? { ...state, phase: 'partner-center', after: null } : { ...state, after: last.id };
    return { found: page.map(({ id }) => ({ kind: 'opportunity', id })), next };
  }
  const from = state.since === null ? null : new Date(state.since).toISOString();
  const place = { walk: `${state.mode}:${state.startedAt}`, from, skip: state.skip };
  const found = (await parts.walk(place, pageSize)).map((id): Found => ({ kind: 'referral', id }));
  return { found, next: found.length < pageSize ? { ...state, phase: 'done', skip: 0 } : { ...state, skip: state.skip + found.length } };
}

/** One page of a backfill. Throws what the remotes throw; the position stays where it was then. */
export async function backfillStep(
  parts: BackfillParts,
  input: { readonly mode: 'count' | 'apply'; readonly since: number | null; readonly restart: boolean },
): Promise<BackfillStep> {
  const { engine } = parts;
  const { store, system } = engine;
  const kept = input.restart ? null : await remembered(engine, input.mode);
  const goesOn = kept !== null && kept.since === input.since && kept.phase !== 'done';
  const state = goesOn ? kept : fresh(input.mode, input.since, system.now());
  const began = parts.calls();
  const { found, next } = await nextPage(parts, state);
  const rows = state.mode === 'count' ? await count(engine, found) : await apply(parts, found, state);
  const counts = { ...next.counts };
  for (const row of rows) counts[row.outcome] += 1;
  await store.saveSetting(keptUnder[input.mode], JSON.stringify({ ...next, counts } satisfies BackfillState), system.now());
  if (next.phase === 'done' && state.mode === 'apply') await parts.begunAt(state.startedAt);
  return { mode: state.mode, rows, counts, done: next.phase === 'done', calls: parts.calls() - began };
}
