import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Deal, DealState } from '../../src/domain/deal.ts';
import { isFrozen } from '../../src/domain/freeze.ts';
import { moves, pathTo, terminalStates } from '../../src/domain/lifecycle.ts';
import { makePlan, type CrmFacts, type PartnerFacts, type Plan } from '../../src/domain/plan.ts';
import { showPlan } from '../../src/domain/standing.ts';
import { findMissing } from '../../src/domain/validate.ts';
import { mapping, now, opportunity, planInput, ready, referral, request, withRule } from './samples.ts';

const kinds = (plan: Plan): string[] => plan.steps.map((step) => step.kind);
const sent = (plan: Plan): object | undefined => plan.steps.flatMap((step) => (step.kind === 'patch-referral' ? [step.set] : []))[0];
const taken = (plan: Plan): object | undefined => plan.steps.flatMap((step) => (step.kind === 'update-crm' ? [step.set] : []))[0];
const hour = 3_600_000;

test('a complete ticked opportunity is shared', () => {
  const plan = makePlan({ now, crm: opportunity(), partner: null, base: null, mapping, losers: {} });

  assert.deepEqual(kinds(plan), ['create-referral']);
});

test('an opportunity that lacks country, contact and solution says exactly that and sends nothing', () => {
  const plan = makePlan({
    now,
    crm: opportunity({ customerCountry: 'Britain', contacts: [], solutions: [] }),
    partner: null,
    base: null,
    mapping,
    losers: {},
  });

  assert.deepEqual(kinds(plan), []);
  assert.deepEqual(
    plan.findings.map((finding) => finding.code),
    ['V3', 'V4', 'V5'],
  );
  assert.match(showPlan(plan).message ?? '', /two-letter country code.*contact role.*Microsoft Solutions/s);
  assert.equal(showPlan(plan).word, 'Needs you');
});

test('an undo that was begun is carried through, whatever the opportunity shows by then', () => {
  const half = makePlan({ ...planInput({}), crm: { ...opportunity(), shared: false }, undoing: true });
  const asked = makePlan({ ...planInput({}), crm: opportunity({}, { requests: [request('undo_link')] }), undoing: true });

  assert.deepEqual(
    [...half.steps, ...asked.steps].map((step) => step.kind === 'unlink' && step.requestId),
    [null, request('undo_link').id],
  );
});

test('an amount whose currency is not known is not sent without it, and neither is a currency without its amount', () => {
  const unknown = makePlan(planInput({ crm: { currency: null, notes: 'new' } }));
  const emptied = makePlan(planInput({ crm: { value: null, currency: 'USD', notes: 'new' } }));

  assert.deepEqual([sent(unknown), sent(emptied)], [{ notes: 'new' }, { notes: 'new' }]);
  assert.match(showPlan(unknown).message ?? '', /currency is not known/);
  assert.match(showPlan(emptied).message ?? '', /deal value is empty/);
});

test('a settled deal has an empty plan', () => {
  const plan = makePlan(planInput());

  assert.deepEqual([plan.steps, plan.findings, plan.conflicts, plan.unsettled], [[], [], [], []]);
});

test('a change of amount and close date is sent with only these two fields', () => {
  assert.deepEqual(sent(makePlan(planInput({ crm: { value: 60_000, closeDate: '2027-01-15' } }))), {
    value: 60_000,
    closeDate: '2027-01-15',
  });
});

test('both sides change the same field: the owner rule decides and the loser is named', () => {
  const both = { crm: { value: 1_000 }, partner: { value: 2_000 } };
  const ours = makePlan(planInput(both));
  const theirs = makePlan(planInput({ ...both, mapping: withRule('value', { owner: 'partner' }) }));
  const asked = makePlan(planInput({ ...both, mapping: withRule('value', { owner: 'ask' }) }));

  assert.deepEqual(sent(ours), { value: 1_000 });
  assert.deepEqual(taken(theirs), { value: 2_000 });
  assert.deepEqual([kinds(asked), asked.standing.kind, asked.unsettled], [[], 'asks', ['value']]);
});

test('a person chooses one value of an open conflict', () => {
  const input = planInput({
    crm: { value: 1_000 },
    partner: { value: 2_000 },
    mapping: withRule('value', { owner: 'ask' }),
    crmFacts: { requests: [request('put_back', { field: 'value', value: 'partner-center' })] },
  });
  const plan = makePlan(input);

  assert.deepEqual(taken(plan), { value: 2_000 });
  assert.deepEqual(
    plan.answers.map((answer) => answer.outcome),
    ['Done'],
  );
});

test('a value that lost is put back by request', () => {
  const input = {
    ...planInput({ crmFacts: { requests: [request('put_back', { field: 'value', value: 'loser' })] } }),
    losers: { value: { value: 77 } },
  };

  const plan = makePlan(input);

  assert.deepEqual([sent(plan), taken(plan)], [{ value: 77 }, { value: 77 }]);
});

test('an edit nobody has sent yet, which the value that is put back overwrites, is kept and can be put back in its turn', () => {
  const input = {
    ...planInput({ crm: { value: 900 }, crmFacts: { requests: [request('put_back', { field: 'value', value: 'loser' })] } }),
    losers: { value: { value: 77 } },
  };

  const plan = makePlan(input);

  assert.deepEqual([sent(plan), taken(plan)], [{ value: 77 }, { value: 77 }]);
  assert.deepEqual(plan.conflicts, [{ field: 'value', crm: 900, partner: 77, winner: 'partner' }]);
});

test('a field an admin stops in the moment of a sync keeps what both sides last agreed on', () => {
  const plan = makePlan(planInput({ partner: { notes: 'New in the portal.' }, mapping: withRule('notes', { direction: 'off' }) }));

  assert.deepEqual([kinds(plan), plan.unsettled], [[], ['notes']]);
});

test('Won is held until the deal is 72 hours old, then sent', () => {
  const young = { createdAt: now - 10 * hour };
  const held = makePlan(planInput({ crm: { state: 'won' }, partnerFacts: young }));
  const due = makePlan(planInput({ crm: { state: 'won' }, partnerFacts: { createdAt: now - 73 * hour } }));
  const released = makePlan(planInput({ crm: { state: 'won' }, partnerFacts: young, crmFacts: { requests: [request('release_hold')] } }));

  assert.deepEqual([kinds(held), held.standing, held.againAt], [[], { kind: 'on-hold', until: now + 62 * hour }, now + 62 * hour]);
  assert.deepEqual([sent(due), sent(released)], [{ state: 'won' }, { state: 'won' }]);
});

test('a private deal is not held: no registration is possible', () => {
  const plain = { help: null, visible: false } as const;
  const input = planInput({ crm: { state: 'won', ...plain }, partner: plain, partnerFacts: { createdAt: now - hour, leg: 'none' } });

  assert.deepEqual(
    sent(makePlan({ ...input, base: { crm: { ...input.base?.crm, ...plain }, partner: { ...input.base?.partner, ...plain } } })),
    { state: 'won' },
  );
});

test('a lost opportunity closes the deal with its reason', () => {
  assert.deepEqual(sent(makePlan(planInput({ crm: { state: 'lost', stateReason: 'Budget not adequate' } }))), {
    state: 'lost',
    stateReason: 'Budget not adequate',
  });
});

test('nothing is sent to a closed deal and the opportunity says why', () => {
  const plan = makePlan(planInput({ crm: { value: 1, state: 'active' }, partner: { state: 'won' } }));
  const reopened = makePlan({
    ...planInput({ crm: { state: 'active' }, partner: { state: 'won' } }),
    base: { crm: { ...ready, state: 'won' }, partner: { ...ready, state: 'won' } },
  });

  assert.equal(sent(plan), undefined);
  assert.deepEqual(
    reopened.findings.map((finding) => finding.code),
    ['DEAL_CLOSED'],
  );
});

test('a deal won in Partner Center by a colleague closes the opportunity', () => {
  assert.deepEqual(taken(makePlan(planInput({ partner: { state: 'won' } }))), { state: 'won' });
});

test('a deal from Microsoft waits for an answer and keeps edits back until it is accepted', () => {
  const base = { crm: { ...ready, state: 'active' as const }, partner: { ...ready, state: 'new' as const } };
  const facts = { incoming: true, leg: 'none' as const };
  const waiting = makePlan({
    ...planInput({ crm: { value: 9 }, partner: { state: 'new', expiresAt: '2026-12-01T00:00:00.000Z' }, partnerFacts: facts }),
    base,
  });
  const accepted = makePlan({
    ...planInput({ crm: { value: 9 }, partner: { state: 'new' }, partnerFacts: facts, crmFacts: { requests: [request('accept')] } }),
    base,
  });

  assert.deepEqual(
    [kinds(waiting).includes('patch-referral'), waiting.standing.kind, waiting.unsettled.includes('value')],
    [false, 'answer-microsoft', true],
  );
  assert.deepEqual(sent(accepted), { value: 9, state: 'active' });
});

test('a declined deal carries the reason', () => {
  const input = planInput({
    partner: { state: 'new' },
    partnerFacts: { incoming: true },
    crmFacts: { requests: [request('decline', { reason: 'Not a customer' })] },
  });

  assert.deepEqual(sent(makePlan({ ...input, base: { crm: ready, partner: { ...ready, state: 'new' } } })), {
    state: 'declined',
    stateReason: 'Not a customer',
  });
});

test('asking for help later makes the deal visible and calls Microsoft in', () => {
  const before = { help: null, visible: false } as const;
  const input = planInput({ crm: { help: 'QuotesOrLicensing', visible: false }, partner: before, partnerFacts: { leg: 'none' } });
  const plan = makePlan({ ...input, base: { crm: { ...input.base?.crm, ...before }, partner: { ...input.base?.partner, ...before } } });

  assert.deepEqual(kinds(plan), ['patch-referral', 'create-leg']);
  assert.deepEqual(sent(plan), { visible: true });
});

test('a customer changed after sharing is shown as a difference and never sent', () => {
  const plan = makePlan(planInput({ crm: { customerCity: 'York' } }));

  assert.deepEqual(kinds(plan), []);
  assert.match(showPlan(plan).message ?? '', /City differs from Partner Center \("Leeds"\)/);
});

test('what the deal was shared without is said to be empty there', () => {
  const input = planInput({ crm: { customerState: 'Yorkshire' }, partner: { customerState: null } });
  const plan = makePlan({
    ...input,
    base: { crm: { ...input.base?.crm, customerState: null }, partner: { ...input.base?.partner, customerState: null } },
  });

  assert.match(showPlan(plan).message ?? '', / is empty in Partner Center and cannot be changed there any more/);
});

test('help taken back here is shown as a difference, also when Microsoft’s leg was not read this time', () => {
  const input = planInput({ crm: { help: null } });
  const { help: _unread, ...read } = input.partner?.deal ?? {};
  const plan = makePlan({ ...input, partner: referral({}, { deal: read }) });

  assert.deepEqual(kinds(plan), []);
  assert.match(showPlan(plan).message ?? '', /Help from Microsoft differs from Partner Center .* cannot be changed there any more/);
});

test('a request to register a won deal is a step of its own; answered once the registration is there', () => {
  const register = request('register', { reason: 'Not on Azure, other pricing' });
  const won = { state: 'won' } as const;
  const input = planInput({ crm: won, partner: won, crmFacts: { requests: [register] } });
  const settled = { ...input, base: { crm: { ...input.base?.crm, ...won }, partner: { ...input.base?.partner, ...won } } };
  const plan = makePlan(settled);

  assert.deepEqual([kinds(plan), plan.answers[0]?.outcome], [['register-deal'], 'Done']);
  const after = makePlan({ ...settled, partner: referral({ ...won, registrationStatus: 'ReviewPending' }) });
  assert.deepEqual(kinds(after), ['update-crm']);
  assert.match(after.answers[0]?.message ?? '', /ReviewPending/);
  const refused = makePlan({ ...settled, crm: opportunity(won, { requests: [request('register')] }) });
  assert.deepEqual([kinds(refused), refused.answers[0]?.outcome], [[], 'Refused']);
});

test('an amount of zero is not sent; the seller is asked for one', () => {
  const plan = makePlan(planInput({ crm: { value: 0, name: 'New name' } }));

  assert.deepEqual([sent(plan), plan.unsettled], [{ name: 'New name' }, ['value']]);
  assert.equal(showPlan(plan).word, 'Needs you');
});

test('with the tick removed nothing is sent or taken over', () => {
  const plan = makePlan(planInput({ crm: { value: 1 }, partner: { name: 'Other' }, crmFacts: { shared: false } }));

  assert.deepEqual([kinds(plan), plan.standing.kind], [[], 'stopped']);
});

test('first contact with a linked deal of an earlier connector overwrites nothing', () => {
  const plan = makePlan({ ...planInput({ crm: { value: 1 }, partner: { value: 2 } }), base: null });

  assert.deepEqual([kinds(plan), plan.adopt], [[], true]);
});

test('what a seller typed into a deal of ours, whose past was lost with the store, is sent; into one of another connector it waits for a change', () => {
  const met = { ...planInput({ crm: { notes: 'Call them.' }, partner: { notes: null }, crmFacts: { wasLinked: false } }), base: null };

  assert.deepEqual(sent(makePlan({ ...met, pastLost: true })), { notes: 'Call them.' });
  assert.deepEqual(kinds(makePlan(met)), []);
});

test('an opportunity that is won meets an open deal without a common past: a person is asked, and nothing is closed before', () => {
  const met = (crm: Deal, change: Partial<CrmFacts> = {}, partner: Deal = {}, facts: Partial<PartnerFacts> = {}): Plan =>
    makePlan({ ...planInput({ crm, crmFacts: change, partner, partnerFacts: facts }), base: null });
  const doors = (plan: Plan): readonly unknown[] => [kinds(plan), plan.standing.kind, plan.confirms.map(({ door }) => door)];
  const yes = { requests: [request('confirm', { field: 'state' })], wasLinked: true };
  const [won, lost] = [met({ state: 'won' }), met({ state: 'lost', stateReason: 'Price' })];

  assert.deepEqual(
    [doors(won), doors(lost)],
    [
      [[], 'confirm', ['won']],
      [[], 'confirm', ['lost']],
    ],
  );
  assert.ok(won.unsettled.includes('state') && lost.unsettled.includes('state'), 'the question stays open');
  assert.deepEqual(
    [sent(met({ state: 'won' }, yes)), sent(met({ state: 'lost', stateReason: 'Price' }, yes))],
    [{ state: 'won' }, { state: 'lost', stateReason: 'Price' }],
  );
  const unanswered = met({ state: 'won' }, {}, { state: 'new' }, { incoming: true, leg: 'none' });
  assert.deepEqual([doors(unanswered), unanswered.unsettled.includes('state')], [[[], 'answer-microsoft', []], true]);
});

test('the question of an earlier pass, whether won is meant, stays until it is answered or the stage says the same', () => {
  const { state: _unknown, ...rest } = ready;
  const later = (state: DealState): Plan => makePlan({ ...planInput({ crm: { state } }), base: { crm: rest, partner: rest } });

  assert.deepEqual([later('won').standing.kind, later('active').standing.kind], ['confirm', 'in-sync']);
  assert.equal(later('active').unsettled.includes('state'), false);
});

test('an open opportunity meets a deal that is closed without a common past: it says so and keeps its stage', () => {
  const plan = makePlan({ ...planInput({ crm: { state: 'active' }, partner: { state: 'won' } }), base: null });

  assert.deepEqual([kinds(plan), plan.findings.map(({ code }) => code)], [[], ['DEAL_CLOSED']]);
});

test('a deal nobody has an opportunity for is brought in, a lead is left alone, a closed one too', () => {
  const bring = (facts: Parameters<typeof referral>[1], change = {}): Plan =>
    makePlan({ now, crm: null, partner: referral(change, facts), base: null, mapping, losers: {} });

  assert.deepEqual(kinds(bring({ incoming: true }, { state: 'new' })), ['create-opportunity']);
  assert.deepEqual(kinds(bring({ category: 'lead' })), []);
  assert.deepEqual(kinds(bring({}, { state: 'lost' })), []);
});

test('every move of the state table is legal in one step and nothing leaves a terminal state', () => {
  for (const move of moves.filter((one) => one.actor !== 'service'))
    assert.deepEqual(
      pathTo(move.from, move.to)?.map((one) => one.to),
      [move.to],
    );
  for (const state of terminalStates) assert.equal(pathTo(state, 'active'), null);
  assert.deepEqual(
    pathTo('new', 'won')?.map((one) => one.act),
    ['accept', 'win'],
  );
});

test('fields freeze when Partner Center says so', () => {
  const open = { partner: { ...ready, help: null, visible: false }, asked: false };
  const asked = { partner: ready, asked: true };
  const closed = { partner: { ...ready, state: 'won' as const }, asked: true };

  assert.deepEqual(
    [
      isFrozen('value', open),
      isFrozen('customerCity', open),
      isFrozen('contacts', open),
      isFrozen('help', open),
      isFrozen('visible', open),
    ],
    [false, true, false, false, false],
  );
  assert.deepEqual(
    [isFrozen('contacts', asked), isFrozen('help', asked), isFrozen('visible', asked), isFrozen('notes', asked)],
    [true, true, true, false],
  );
  assert.deepEqual([isFrozen('notes', closed), isFrozen('value', closed)], [true, true]);
});

test('each rule for sharing is broken by exactly the deal that lacks it', () => {
  const cases = [
    ['V2', { name: '' }],
    ['V2', { customerCity: null }],
    ['V3', { customerCountry: 'GBR' }],
    ['V4', { contacts: [{ email: 'a@b.example', firstName: 'A', lastName: 'B', phone: null }] }],
    ['V5', { solutions: [] }],
    ['V6', { team: [] }],
    ['V7', { value: 0 }],
    ['V7', { currency: 'POUND' }],
    ['V7', { closeDate: null }],
    ['V8', { consent: false }],
    ['V10', { marketplaceIntent: null }],
    ['V11', { partnerRole: 'Advisor', solutionArea: 'AI', solutionPlay: null }],
  ] as const;
  assert.deepEqual(findMissing(ready), []);
  for (const [code, change] of cases)
    assert.deepEqual(
      findMissing({ ...ready, ...change }).map((finding) => finding.code),
      [code],
      JSON.stringify(change),
    );
});
