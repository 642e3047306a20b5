/** A process that ends in the middle: what it had begun is known to the next one. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { SyncError } from '../../src/errors.ts';
import type { Deal } from '../../src/domain/deal.ts';
import { defaultMapping } from '../../src/domain/default-mapping.ts';
import { silentLog } from '../../src/log.ts';
import { openStore, type OpenStore } from '../../src/store/open.ts';
import { emptyPlan, type Step } from '../../src/domain/plan.ts';
import type { Engine } from '../../src/sync/engine.ts';
import { findCutCreate, waitForTheList } from '../../src/sync/create-in-partner-center.ts';
import { execute } from '../../src/sync/execute.ts';
import { showParked } from '../../src/sync/park.ts';
import { beginPass, raise } from '../../src/sync/pass.ts';
import type { AttentionChange, CrmSnapshot, Lease, Link, PartnerSnapshot, RequestAnswer, ServiceRequest } from '../../src/sync/ports.ts';
import { madeOf, rememberFound, rememberMaking } from '../../src/sync/making.ts';
import { runServiceRequest } from '../../src/sync/service-request.ts';
import { withLostPast } from '../../src/sync/lost-past.ts';
import { look, type Situation } from '../../src/sync/situation.ts';
import { rememberQuestions } from '../../src/sync/untold.ts';
import { virtualSystem } from '../partner-center/virtual-system.ts';
import { leaseMs, notice, opportunity, orgId, passed, referral, told } from '../store/samples.ts';

const opened: OpenStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

interface Ground {
  readonly store: OpenStore;
  readonly engine: Engine;
  readonly answers: RequestAnswer[];
  readonly rows: AttentionChange[];
  now(): number;
}

/** A deal from Microsoft, and an opportunity it is to be linked to. */
async function ground(request: Partial<ServiceRequest> = {}): Promise<Ground> {
  const system = virtualSystem();
  const store = await openStore({ url: 'sqlite::memory:', sealingKeys: [], system });
  opened.push(store);
  const answers: RequestAnswer[] = [];
  const rows: AttentionChange[] = [];
  const crm = {
    read: (id: string) => Promise.resolve({ kind: 'found', snapshot: { id, referralId: null } }),
    readServiceRequest: (id: string) =>
      Promise.resolve({ id, kind: 'link', reason: null, target: null, referralId: 'own', by: 'Sam', ...request }),
    report: (changes: readonly AttentionChange[], given: readonly RequestAnswer[]) => {
      rows.push(...changes);
      answers.push(...given);
      return Promise.resolve();
    },
  };
  const engine = { system, store, crm, partner: {}, log: silentLog(), orgId, mapping: () => defaultMapping, standstill: () => null };
  return { store, engine: engine as unknown as Engine, answers, rows, now: () => system.now() };
}

async function claim({ store, now }: Ground): Promise<Lease> {
  const [lease] = await store.claim(1, leaseMs, now());
  assert.ok(lease, 'work is due');
  return lease;
}

const incoming = async (on: Ground): Promise<Link> => {
  const link = await told(on.store, referral('own'), on.now());
  await on.store.finish(await claim(on), passed(link), on.now());
  return link;
};
const asked = async (on: Ground): Promise<Lease> => {
  await on.store.accept(orgId, [notice({ kind: 'request', id: 'a04', opportunityId: null })], null, on.now());
  return claim(on);
};
const acts = { sweepNow: () => Promise.resolve({ crm: 0, partner: 0 }), reloadMapping: () => Promise.resolve([]) };

for (const [kind, target, decision, opportunityId] of [
  ['link', '006000000000001AAA', 'link', '006000000000001AAA'],
  ['link', '001000000000001AAA', 'account:001000000000001AAA', null],
  ['keep_as_new', null, 'keep-as-new', null],
] as const)
  test(`A decision that was kept when the process ended, and carried out since, is answered with Done (${kind} ${target ?? ''})`, async () => {
    const on = await ground({ kind, target });
    const link = await incoming(on);
    await on.store.decide(link.id, { decision, opportunityId, by: 'Sam' }, on.now());
    const pass = await claim(on);
    assert.equal(pass.key, link.id, 'the pass of the deal is due although nobody marked it');
    const kept = await on.store.link(link.id);
    await on.store.finish(pass, passed({ ...(kept as Link), opportunityId: opportunityId ?? '006000000000009AAA' }), on.now());

    await runServiceRequest(on.engine, await asked(on), acts);

    assert.deepEqual(
      on.answers.map(({ outcome }) => outcome),
      ['Done'],
    );
  });

for (const [reached, outcome, words] of [
  [{ crm: 3, partner: 0 }, 'Done', /compared now/],
  [{ crm: 3, partner: null }, 'Refused', /^Partner Center could not be read/],
  [{ crm: null, partner: null }, 'Refused', /^Salesforce and Partner Center could not be read/],
] as const)
  test(`"Compare now" is answered with ${outcome} when the sweep reached ${JSON.stringify(reached)}`, async () => {
    const on = await ground({ kind: 'sweep_now' });

    await runServiceRequest(on.engine, await asked(on), { ...acts, sweepNow: () => Promise.resolve(reached) });

    assert.deepEqual(
      on.answers.map((answer) => answer.outcome),
      [outcome],
    );
    assert.match(on.answers[0]?.message ?? '', words);
  });

test('A decision about a deal that has got an opportunity otherwise is refused', async () => {
  const on = await ground({ kind: 'keep_as_new' });
  const link = await told(on.store, referral('own'), on.now());
  await on.store.finish(await claim(on), passed({ ...link, opportunityId: '006000000000009AAA' }), on.now());

  await runServiceRequest(on.engine, await asked(on), acts);

  assert.deepEqual(
    on.answers.map(({ outcome }) => outcome),
    ['Refused'],
  );
});

test('A deal cannot be linked to an opportunity while it is not certain whether that one was shared: what was to be shared is not taken for agreed', async () => {
  const target = '006000000000001AAA';
  const on = await ground({ kind: 'link', target });
  await incoming(on);
  const being = await told(on.store, opportunity(target), on.now());
  const base = { crm: { name: 'Northwind' }, partner: { name: 'Northwind' } };
  await on.store.finish(await claim(on), passed({ ...being, base, creatingSince: on.now() }), on.now());

  await runServiceRequest(on.engine, await asked(on), acts);

  assert.deepEqual(
    on.answers.map(({ outcome, message }) => [outcome, message.includes('Try again in two minutes')]),
    [['Refused', true]],
  );
  assert.equal((await on.store.linkByReferral('own'))?.opportunityId, null);
});

const question = (key: string): Omit<AttentionChange, 'open' | 'since'> => ({
  key,
  kind: 'match',
  field: null,
  crmValue: null,
  partnerValue: null,
  crmBy: null,
  partnerBy: null,
  message: 'It resembles an opportunity.',
  cure: 'Choose.',
  cause: 'match',
  referralId: 'own',
  suggestions: [],
});

test('A question is written down before it is asked, so that a pass after a kill knows of it, and asks it all the same', async () => {
  const on = await ground();
  const link = await told(on.store, referral('own'), on.now());
  const lease = await claim(on);
  const pass = beginPass(on.engine, lease, link);

  const later = await rememberQuestions(pass, raise(pass, link, question('own:match')));

  const stored = (await on.store.link(link.id)) as Link;
  assert.deepEqual(Object.keys(stored.openAttention), ['own:match']);
  assert.equal(later.version, stored.version, 'the pass goes on with the version it wrote');
  const next = beginPass(on.engine, lease, stored);
  raise(next, stored, question('own:match'));
  assert.equal(next.attention.length, 1, 'the row is written again: it may not be there');
  const known = beginPass(on.engine, lease, later);
  raise(known, later, question('own:match'));
  assert.equal(known.attention.length, 0, 'a row that is there is not');
});

test('The row of a deal that is put aside is remembered, so that the pass after the cure closes it', async () => {
  const on = await ground();
  const link = await told(on.store, referral('own'), on.now());
  const lease = await claim(on);

  await showParked(on.engine, lease, new SyncError('CRM_FIELD_MISSING'));
  await on.store.release(lease, { kind: 'park', code: 'CRM_FIELD_MISSING', message: '', audit: [] }, on.now());

  const [row] = on.rows;
  assert.equal(row?.kind, 'parked');
  assert.ok(row.key in ((await on.store.link(link.id))?.openAttention ?? {}));
});

test('A deal that is looked at again and stays put aside keeps its row as it is, with the time since when it waits', async () => {
  const on = await ground();
  const link = await told(on.store, referral('own'), on.now());
  const lease = await claim(on);

  await showParked(on.engine, lease, new SyncError('DEAL_AMBIGUOUS'));
  await showParked(on.engine, lease, new SyncError('DEAL_AMBIGUOUS'));
  assert.equal(on.rows.length, 1);
  await showParked(on.engine, lease, new SyncError('CRM_FIELD_MISSING'));

  assert.equal(on.rows.length, 2, 'another reason is told');
  assert.ok(`${link.id}:parked` in ((await on.store.link(link.id))?.openAttention ?? {}));
});

test('Two halves that learn of each other never lose a question: the survivor knows it', async () => {
  const on = await ground();
  await told(on.store, opportunity('006A'), on.now());
  const half = await claim(on);
  const pass = beginPass(on.engine, half, { losers: {} });
  const own = (await on.store.link(half.key)) as Link;
  await rememberQuestions(pass, raise(pass, own, question('006A:refused')));
  await on.store.release(
    half,
    { kind: 'retry', at: on.now(), code: 'NET_UNDECIDED', message: '', countAttempt: true, audit: [] },
    on.now(),
  );
  await on.store.finish(await claim(on), passed((await on.store.link(half.key)) as Link), on.now());

  const other = await told(on.store, referral('own'), on.now());
  const lease = await claim(on);
  const merged = await on.store.mergeLinks(lease, { ...other, opportunityId: '006A' }, own.id, on.now());

  assert.ok('006A:refused' in merged.openAttention);
});

const listDelay = 60_000;
const share: Extract<Step, { kind: 'create-referral' }> = { kind: 'create-referral', deal: { name: 'Tailspin' }, why: 'It is shared.' };

/** A process wrote down that it makes a referral, and died; another one comes to it `ms` later, by its own clock. */
async function another(
  ms: number | null,
  restored?: number,
  answer: object = { kind: 'done', after: { referralId: 'own', engagementId: 'ours', deal: share.deal }, requestId: null, refused: [] },
): Promise<{ readonly made: number; readonly again: number | null }> {
  const on = await ground();
  const link = await told(on.store, opportunity('006A'), on.now());
  const lease = await claim(on);
  const begun = await on.store.checkpoint(lease, { ...link, creatingSince: ms === null ? null : on.now() - ms }, on.now());
  let made = 0;
  const partner = {
    listDelay,
    findByReference: () => Promise.resolve([]),
    create: (_deal: Deal, sendBefore: number) => {
      made += 1;
      assert.equal(sendBefore, on.now() + 20_000, 'it is sent soon or not at all');
      return Promise.resolve(answer);
    },
  };
  const crmSide = { findTwins: () => Promise.resolve([]) };
  const store = restored === undefined ? on.store : { ...on.store, restoredAt: () => Promise.resolve(on.now() - restored) };
  const engine = { ...on.engine, partner, store, crm: crmSide } as unknown as Engine;
  const crm = { id: '006A', deal: share.deal, changedBy: null, requests: [] } as unknown as CrmSnapshot;
  const situation = { link: begun, crm, crmGone: null, partner: null, partnerGone: null };
  try {
    await execute(beginPass(engine, lease, begun), situation, share, emptyPlan({ kind: 'in-sync' }));
    return { made, again: null };
  } catch (thrown) {
    if (!(thrown instanceof SyncError && thrown.code === 'PC_UNDECIDED_CREATE')) throw thrown;
    return { made, again: (thrown.facts.notBefore ?? 0) - on.now() };
  }
}

test('A referral that Partner Center cannot make just now (409) is made later: that is no answer nobody understands', async () => {
  await assert.rejects(another(null, undefined, { kind: 'stale' }), { code: 'PC_STATE' });
});

test('A create that broke is not repeated too early by a machine whose clock is ahead', async () => {
  assert.deepEqual(await another(listDelay + 35_000), { made: 0, again: 25_000 });
  assert.deepEqual(await another(2 * listDelay), { made: 1, again: null });
});

test('After a back-up was put in place nothing is made before the list would show what the lost store had made', async () => {
  assert.deepEqual(await another(null, 5_000), { made: 0, again: 55_000 });
  assert.deepEqual(await another(null, 2 * listDelay), { made: 1, again: null });
});

test('A create that broke is looked for as soon as the list would show it', async () => {
  assert.deepEqual(await another(10_000), { made: 0, again: 50_000 });
});

test('A deal that was won while its create was cut off is looked for all the same, and linked with what is there', async () => {
  const on = await ground();
  const link = await told(on.store, opportunity('006A'), on.now());
  const lease = await claim(on);
  const begun = await on.store.checkpoint(lease, { ...link, creatingSince: on.now() - 10_000 }, on.now());
  const own = { referralId: 'own', engagementId: 'ours', deal: share.deal, microsoftLeg: 'none' } as unknown as PartnerSnapshot;
  let listed: readonly PartnerSnapshot[] = [];
  const partner = { listDelay, findByReference: () => Promise.resolve(listed), withLeg: () => Promise.resolve(own) };
  const engine = { ...on.engine, partner } as unknown as Engine;
  const crm = { id: '006A', deal: { ...share.deal, state: 'won' }, changedBy: null, requests: [] } as unknown as CrmSnapshot;
  const situation = { link: begun, crm, crmGone: null, partner: null, partnerGone: null };

  await assert.rejects(
    findCutCreate(beginPass(engine, lease, begun), situation),
    (thrown: SyncError) => thrown.code === 'PC_UNDECIDED_CREATE' && thrown.facts.notBefore === on.now() + 50_000,
  );
  listed = [own];
  const linked = await findCutCreate(beginPass(engine, lease, begun), situation);

  assert.deepEqual([linked.partner, linked.link.referralId, linked.link.creatingSince], [own, 'own', null]);
});

/** A deal whose referral was made `ms` ago, by whom nobody knows; Microsoft is to be asked. */
async function askedAfter(ms: number): Promise<{ readonly asked: number; readonly again: number | null }> {
  const on = await ground();
  const link = await told(on.store, opportunity('006A'), on.now());
  const lease = await claim(on);
  let asks = 0;
  const own = { referralId: 'own', engagementId: 'ours', deal: share.deal, microsoftLeg: 'none', createdAt: on.now() - ms };
  const partner = {
    listDelay,
    createMicrosoftLeg: () => {
      asks += 1;
      return Promise.resolve({ kind: 'done', after: { ...own, microsoftLeg: { referralId: 'leg' } }, requestId: null, refused: [] });
    },
  };
  const engine = { ...on.engine, partner } as unknown as Engine;
  const crm = { id: '006A', deal: { ...share.deal, help: 'GeneralOrOther' }, shared: true, changedBy: null } as unknown as CrmSnapshot;
  const situation = { link, crm, crmGone: null, partner: own as unknown as PartnerSnapshot, partnerGone: null };
  try {
    await execute(
      beginPass(engine, lease, link),
      situation,
      { kind: 'create-leg', deal: share.deal, why: 'Help is asked for.' },
      emptyPlan({ kind: 'in-sync' }),
    );
    return { asked: asks, again: null };
  } catch (thrown) {
    assert.ok(thrown instanceof SyncError && thrown.code === 'PC_UNDECIDED_CREATE');
    return { asked: asks, again: (thrown.facts.notBefore ?? 0) - on.now() };
  }
}

test('After the store went back, Microsoft is not asked a second time about a deal it may have been asked about a moment before', async () => {
  assert.deepEqual(await askedAfter(10_000), { asked: 0, again: 50_000 });
  assert.deepEqual(await askedAfter(2 * listDelay), { asked: 1, again: null });
});

test('After the store went back, or a request for help was cut off, nothing is sent until it is certain whether Microsoft was asked', async () => {
  const on = await ground();
  const made = on.now() - 3_600_000;
  const situation = {
    link: { base: { crm: {}, partner: {} }, microsoftLegId: null },
    crm: { shared: true, deal: { help: 'GeneralOrOther' } },
    partner: { microsoftLeg: 'none', createdAt: made },
  } as unknown as Situation;
  const waits = (restoredAt: number | null, of = situation): Promise<void> =>
    waitForTheList(
      { ...on.engine, partner: { listDelay }, store: { restoredAt: () => Promise.resolve(restoredAt) } } as unknown as Engine,
      of,
    );

  await waits(null);
  await waits(on.now() - 10 * listDelay);
  const cut = { ...situation, link: { ...situation.link, creatingSince: on.now() - 1_000 } };
  await assert.rejects(waits(null, cut), { code: 'PC_UNDECIDED_CREATE' });
  await assert.rejects(waits(on.now() - 1_000), { code: 'PC_UNDECIDED_CREATE' });
});

test('A deal that was shared just before the store was lost is our own, and not one of another connector', async () => {
  const on = await ground();
  const situation = {
    link: { base: null },
    crm: { engagementId: null },
    partner: { createdAt: on.now() - 3_600_000 },
  } as unknown as Situation;
  const lost = async (restoredAt: number | null, change: Partial<Situation> = {}): Promise<boolean | undefined> =>
    (
      await withLostPast({ ...on.engine, store: { restoredAt: () => Promise.resolve(restoredAt) } } as unknown as Engine, {
        ...situation,
        ...change,
      })
    ).pastLost;

  assert.deepEqual([await lost(on.now()), await lost(null)], [true, undefined]);
  assert.equal(await lost(on.now() + 2 * 86_400_000), undefined, 'it was there before the back-up');
});

/** An opportunity is made, the process ends before it hears of it, and both sides may be edited before another one reads them. */
async function foundAgain(edits: { readonly seller?: Deal; readonly colleague?: Deal }): Promise<Link> {
  const on = await ground();
  const link = await told(on.store, referral('own'), on.now());
  const lease = await claim(on);
  const deal: Deal = { name: 'Fabrikam', value: 50, currency: 'EUR', closeDate: '2027-01-31' };
  let made: Deal | null = null;
  const crm = {
    findMatches: () => Promise.resolve([]),
    create: ({ deal: sent }: { readonly deal: Deal }) => {
      made = sent;
      return Promise.reject(new SyncError('NET_UNDECIDED'));
    },
    findByReferral: () => Promise.resolve(['006A']),
    read: () =>
      Promise.resolve({
        kind: 'found',
        snapshot: { id: '006A', referralId: 'own', deal: { ...made, ...edits.seller }, changedBy: edits.seller ? 'Sam' : null },
      }),
  };
  const own = (now: Deal): PartnerSnapshot =>
    ({ referralId: 'own', engagementId: 'ours', deal: now, microsoftLeg: 'none', createdAt: on.now() }) as unknown as PartnerSnapshot;
  const partner = {
    listDelay,
    linkFor: () => null,
    read: () => Promise.resolve({ kind: 'found', snapshot: own({ ...deal, ...edits.colleague }) }),
  };
  const engine = { ...on.engine, crm, partner } as unknown as Engine;
  const step: Step = { kind: 'create-opportunity', deal, why: 'A deal came from Partner Center.' };
  const begun = { link, crm: null, crmGone: null, partner: own(deal), partnerGone: null };
  await assert.rejects(execute(beginPass(engine, lease, link), begun, step, emptyPlan({ kind: 'in-sync' })), { code: 'NET_UNDECIDED' });
  assert.deepEqual(made, deal);
  const kept = await on.store.link(link.id);
  assert.ok(kept);
  return (await look(engine, lease, kept)).link;
}

test('What a seller edits in an opportunity nobody has heard of yet stays an edit, also when the service saves it and does not hear of that', async () => {
  const on = await ground();
  const deal: Deal = { name: 'Fabrikam', notes: 'n' };
  const link = await told(on.store, referral('own'), on.now());
  const lease = await claim(on);
  const making = { sent: deal, partner: deal };
  await rememberMaking(beginPass(on.engine, lease, link), link, making);
  const stored = (await on.store.link(link.id)) as Link;
  const found = {
    ...stored,
    opportunityId: '006A',
    base: madeOf(
      stored,
      { referralId: 'own', deal: { ...deal, name: 'by the seller' }, changedBy: 'Sam' } as unknown as CrmSnapshot,
      { referralId: 'own', deal } as unknown as PartnerSnapshot,
    ),
  };

  await rememberFound(beginPass(on.engine, lease, stored), stored, found);

  assert.equal((await on.store.link(link.id))?.base?.crm.name, 'Fabrikam');
});

test('What a colleague edits in the portal after an opportunity was made, and before anyone hears of it, is an edit', async () => {
  const { base, opportunityId } = await foundAgain({ colleague: { closeDate: '2027-06-30' } });
  assert.equal(opportunityId, '006A');
  assert.deepEqual([base?.crm.closeDate, base?.partner.closeDate], ['2027-01-31', '2027-01-31']);
});

test('What a seller edits in an opportunity after it was made, and before anyone hears of it, is an edit', async () => {
  const { base } = await foundAgain({ seller: { value: 70 } });
  assert.deepEqual([base?.crm.value, base?.partner.value], [50, 50]);
});

test('A field the org did not take when the opportunity was made is not sent back as cleared', async () => {
  const { base } = await foundAgain({ seller: { closeDate: null, value: 70 } });
  assert.equal(base?.crm.closeDate, null);
});

/** A deal comes from Partner Center that surely is this opportunity, which is being shared or not. */
async function certainMatch(creatingSince: number | null): Promise<Link | null> {
  const on = await ground();
  const target = '006000000000001AAA';
  const opportunityLink = await told(on.store, opportunity(target), on.now());
  await on.store.finish(await claim(on), passed({ ...opportunityLink, creatingSince }), on.now());
  const link = await told(on.store, referral('own'), on.now());
  const lease = await claim(on);
  const snapshot = {
    referralId: 'own',
    engagementId: 'ours',
    deal: { name: 'Northwind' },
    createdAt: on.now(),
  } as unknown as PartnerSnapshot;
  const crm = {
    ...on.engine.crm,
    findMatches: () => Promise.resolve([{ opportunityId: target, name: 'Northwind', score: 95, reasons: ['same customer'] }]),
  };
  const mapping = { ...defaultMapping, settings: { ...defaultMapping.settings, matching: 'link-when-certain' } };
  const engine = { ...on.engine, crm, partner: { listDelay }, mapping: () => mapping } as unknown as Engine;
  const step: Step = { kind: 'create-opportunity', deal: snapshot.deal, why: 'A deal came from Partner Center.' };
  const begun = { link, crm: null, crmGone: null, partner: snapshot, partnerGone: null };
  await execute(beginPass(engine, lease, link), begun, step, emptyPlan({ kind: 'in-sync' }));
  return on.store.linkByOpportunity(orgId, target);
}

test('A deal that surely is an opportunity is linked to it, but not while nobody knows whether that one was just shared', async () => {
  assert.equal((await certainMatch(null))?.referralId, 'own');
  await assert.rejects(certainMatch(1), { code: 'PC_UNDECIDED_CREATE' });
});
