import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Deal, FieldName } from '../../src/domain/deal.ts';
import { sameValue } from '../../src/domain/fields.ts';
import { SyncError } from '../../src/errors.ts';
import type { Notice, PartnerSnapshot, Reading, WriteResult } from '../../src/sync/ports.ts';
import { completeDeal, simulatedPartnerCenter, type SimulatedWorld } from './simulated-partner-center.ts';

function found(reading: Reading<PartnerSnapshot>): PartnerSnapshot {
  assert.equal(reading.kind, 'found');
  return (reading as { readonly snapshot: PartnerSnapshot }).snapshot;
}

function done(result: WriteResult<PartnerSnapshot>): PartnerSnapshot {
  assert.equal(result.kind, 'done', JSON.stringify(result));
  const { after } = result as { readonly after: PartnerSnapshot | null };
  assert.ok(after);
  return after;
}

async function failing(work: Promise<unknown>): Promise<SyncError> {
  const error = await work.then(
    () => assert.fail('should have failed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SyncError, String(error));
  return error;
}

/** Both POSTs of a co-sell deal. */
async function shared(world: SimulatedWorld, deal: Deal = completeDeal): Promise<PartnerSnapshot> {
  const own = done(await world.side.create(deal));
  return done(await world.side.createMicrosoftLeg(own, deal));
}

async function sweep(
  world: SimulatedWorld,
  position: string | null,
): Promise<{ readonly notices: readonly Notice[]; readonly position: string }> {
  const notices: Notice[] = [];
  let at = position ?? '';
  for await (const page of world.side.changedSince(position, new AbortController().signal)) {
    notices.push(...page.notices);
    at = page.position;
  }
  return { notices, position: at };
}

const methods = (world: SimulatedWorld): string[] => world.requests.map(({ method }) => method);

describe('sharing a deal with Microsoft', () => {
  it('takes two posts, one engagement, and reads back what was sent', async () => {
    const world = simulatedPartnerCenter();

    const after = await shared(world);

    assert.equal(methods(world).filter((method) => method === 'POST').length, 2);
    assert.equal(after.statusText, 'Active / Accepted');
    assert.equal(after.dealType, 'co-sell');
    assert.equal(after.incoming, false);
    assert.equal(after.deal.microsoftStatus, 'New / Pending');
    for (const field of Object.keys(completeDeal) as FieldName[])
      assert.ok(sameValue(field, after.deal[field], completeDeal[field]), field);
  });

  it('makes no second leg when one is there', async () => {
    const world = simulatedPartnerCenter();
    const after = await shared(world);

    const again = done(await world.side.createMicrosoftLeg(after, completeDeal));

    assert.deepEqual(again.microsoftLeg, after.microsoftLeg);
    assert.equal(world.center.referrals().length, 2);
  });

  it('does not know whether a deal was made when the answer is lost, and finds it by its reference', async () => {
    for (const filterOnExternalReferenceId of [true, false]) {
      const world = simulatedPartnerCenter({ filterOnExternalReferenceId });
      const intent = world.system.now();
      world.cutAfter(({ method }) => method === 'POST', new SyncError('NET_UNDECIDED'));

      const error = await failing(world.side.create(completeDeal));
      const there = await world.side.findByReference('006Kj000001AbCdEAF', intent);

      assert.equal(error.code, 'PC_UNDECIDED_CREATE');
      assert.equal(error.facts.notBefore, world.system.now() + 60_000);
      assert.deepEqual(
        there.map(({ referralId }) => referralId),
        world.center.referrals().map(({ id }) => id),
      );
      assert.equal(there[0]?.etag !== '', true);
    }
  });

  it('does not know whether Microsoft was asked when that answer is lost, and asks only once', async () => {
    const world = simulatedPartnerCenter();
    const own = done(await world.side.create(completeDeal));
    world.cutAfter(({ method }) => method === 'POST', new SyncError('NET_UNDECIDED'));

    assert.equal((await failing(world.side.createMicrosoftLeg(own, completeDeal))).code, 'PC_UNDECIDED_CREATE');
    done(await world.side.createMicrosoftLeg(own, completeDeal));

    assert.equal(world.center.referrals().length, 2);
  });

  it('tries the filter by reference once, then looks through the recent deals only', async () => {
    const world = simulatedPartnerCenter();
    await shared(world);
    await world.side.findByReference('006Kj000001AbCdEAF', 0);
    const before = world.requests.length;

    await world.side.findByReference('006Kj000001AbCdEAF', 0);

    assert.ok(!world.requests.slice(before).some(({ url }) => url.includes('externalReferenceId')));
  });

  it('reads back through the recent deals once for two hundred that are shared at once, and each finds its own', async () => {
    const world = simulatedPartnerCenter();
    const own = done(await world.side.create(completeDeal));
    await world.side.findByReference('006Kj000001AbCdEAF', 0);
    const before = world.requests.length;

    const found = await Promise.all(
      Array.from({ length: 200 }, (_, index) => world.side.findByReference(index === 150 ? '006Kj000001AbCdEAF' : `006-${index}`, 0)),
    );

    assert.deepEqual(
      found.map((one) => one.map(({ referralId }) => referralId)),
      Array.from({ length: 200 }, (_, index) => (index === 150 ? [own.referralId] : [])),
    );
    assert.equal(world.requests.slice(before).filter(({ url }) => url.includes('orderby')).length, 1);
  });

  it('is not kept from finding a deal by a reading of somebody else that failed, or that began before', async () => {
    const world = simulatedPartnerCenter();
    await world.side.findByReference('006Kj000001AbCdEAF', 0);
    world.cutAfter(({ url }) => url.includes('orderby'), new SyncError('NET_TOO_LARGE'));
    const failed = failing(world.side.findByReference('006-0', 0));
    const created = world.side.create(completeDeal);
    const [, own] = await Promise.all([failed, created]);

    const there = await world.side.findByReference('006Kj000001AbCdEAF', 0);

    assert.deepEqual(
      there.map(({ referralId }) => referralId),
      [done(own).referralId],
    );
  });

  it('finds the oldest first when a deal stands there twice, and never Microsoft’s leg', async () => {
    const world = simulatedPartnerCenter();
    const first = await shared(world);
    world.system.advance(1_000);
    const second = done(await world.side.create(completeDeal));

    const there = await world.side.findByReference('006Kj000001AbCdEAF', 0);

    assert.deepEqual(
      there.map(({ referralId }) => referralId),
      [first.referralId, second.referralId],
    );
  });

  it('says which field keeps the deal from being taken', async () => {
    const world = simulatedPartnerCenter();

    const result = await world.side.create({ ...completeDeal, customerCountry: 'GBR' });

    assert.equal(result.kind, 'refused');
    assert.deepEqual(result.kind === 'refused' && [result.code, result.fields], ['PC_REFUSED', ['customerCountry']]);
    assert.ok(result.kind === 'refused' && result.requestId);
  });

  it('does not ask Microsoft without saying how it can help', async () => {
    const world = simulatedPartnerCenter();
    const own = done(await world.side.create({ ...completeDeal, help: null }));

    const result = await world.side.createMicrosoftLeg(own, {});

    assert.equal(result.kind === 'refused' && result.code, 'DEAL_INCOMPLETE');
  });

  it('writes nothing to a deal that a colleague closed while Microsoft was being asked, and reads it again', async () => {
    const world = simulatedPartnerCenter();
    const own = done(await world.side.create({ ...completeDeal, help: null, noteToMicrosoft: null }));
    done(await world.side.patch({ basedOn: own, set: { state: 'lost', stateReason: 'No budget' } }));
    world.requests.length = 0;

    const result = await world.side.createMicrosoftLeg(own, completeDeal);

    assert.equal(result.kind, 'stale');
    assert.deepEqual(methods(world), ['POST', 'GET']);
  });

  it('makes a private and a partner-led deal with one post', async () => {
    const world = simulatedPartnerCenter();

    const hidden = done(await world.side.create({ ...completeDeal, help: null, visible: false, noteToMicrosoft: null }));
    const led = done(await world.side.create({ ...completeDeal, help: null, noteToMicrosoft: null }));

    assert.deepEqual([hidden.dealType, led.dealType], ['private', 'partner-led']);
  });
});

describe('reading a deal', () => {
  it('takes one call without Microsoft’s leg and two with it', async () => {
    const world = simulatedPartnerCenter();
    const { referralId } = await shared(world);
    world.requests.length = 0;

    const without = found(await world.side.read(referralId, false));
    const calls = world.requests.length;
    const withLeg = found(await world.side.read(referralId, true));

    assert.equal(without.microsoftLeg, 'unread');
    assert.equal(calls, 1);
    assert.equal(typeof withLeg.microsoftLeg, 'object');
    assert.equal(world.requests.length - calls, 2);
  });

  it('shows what Microsoft’s seller did', async () => {
    for (const legKeepsSentTeam of [true, false]) {
      for (const msxIdOn of ['microsoft leg', 'partner referral', 'both'] as const) {
        const world = simulatedPartnerCenter({ msxIdOn, legKeepsSentTeam });
        const { referralId } = await shared(world);
        world.center.microsoft.accept(referralId);

        const { deal } = found(await world.side.read(referralId, true));

        assert.equal(deal.microsoftStatus, 'Active / Accepted');
        assert.match(deal.microsoftSeller ?? '', /@/);
        assert.doesNotMatch(deal.microsoftSeller ?? '', /sam@/);
        assert.ok(deal.microsoftCrmId, msxIdOn);
      }
    }
  });

  it('leads from the id of Microsoft’s leg to our own referral', async () => {
    const world = simulatedPartnerCenter();
    const { referralId } = await shared(world);
    const leg = world.center.legOf(referralId);
    assert.ok(leg);

    assert.equal(found(await world.side.read(leg.id, false)).referralId, referralId);
  });

  it('takes a leg that is hidden from us for gone, but never every deal because the role was lost', async () => {
    const hidden = simulatedPartnerCenter({ microsoftLegReadable: 'forbidden' });
    const { referralId } = await shared(hidden);
    const leg = hidden.center.legOf(referralId);
    assert.ok(leg);
    const lost = simulatedPartnerCenter();
    const own = await shared(lost);
    lost.loseRole();

    const reading = await hidden.side.read(leg.id, false);

    assert.match(reading.kind === 'gone' ? reading.why : '', /Referrals admin/);
    assert.equal((await failing(lost.side.read(own.referralId, false))).code, 'PC_NO_ACCESS');
  });

  it('says so when the referral is not there', async () => {
    const world = simulatedPartnerCenter();

    assert.equal((await world.side.read('7c0f3a52-6f0a-4b1e-9d6e-2f6a3c1b8e01', true)).kind, 'gone');
    assert.equal((await world.side.readEngagement('7c0f3a52-6f0a-4b1e-9d6e-2f6a3c1b8e02')).kind, 'gone');
  });

  it('knows a deal that Microsoft sent', async () => {
    const world = simulatedPartnerCenter();
    const { id } = world.center.microsoft.sendDeal();

    const snapshot = found(await world.side.read(id, true));

    assert.equal(snapshot.incoming, true);
    assert.equal(snapshot.category, 'co-sell');
    assert.equal(snapshot.deal.state, 'new');
    assert.ok(snapshot.deal.expiresAt);
    assert.ok(!('help' in snapshot.deal));
  });
});

describe('changing a deal', () => {
  it('sends one guarded patch and keeps what is known of Microsoft’s leg', async () => {
    const world = simulatedPartnerCenter();
    const before = await shared(world);
    world.requests.length = 0;

    const after = done(await world.side.patch({ basedOn: before, set: { value: 60_000, closeDate: '2026-10-31' } }));

    assert.deepEqual(methods(world), ['PATCH']);
    assert.equal(after.deal.value, 60_000);
    assert.equal(after.deal.closeDate, '2026-10-31');
    assert.equal(after.deal.microsoftStatus, 'New / Pending');
    assert.equal(after.deal.help, 'ProofOfConceptOrDemo');
    assert.notEqual(after.etag, before.etag);
  });

  it('is stale when someone was faster, and nothing is overwritten', async () => {
    const world = simulatedPartnerCenter();
    const before = await shared(world);
    done(await world.side.patch({ basedOn: before, set: { notes: 'theirs' } }));

    const result = await world.side.patch({ basedOn: before, set: { notes: 'ours' } });

    assert.equal(result.kind, 'stale');
    assert.equal(found(await world.side.read(before.referralId, false)).deal.notes, 'theirs');
  });

  it('is stale without a version, so that it is read first', async () => {
    const world = simulatedPartnerCenter();
    const before = await shared(world);

    assert.equal((await world.side.patch({ basedOn: { ...before, etag: '' }, set: { notes: 'x' } })).kind, 'stale');
  });

  it('makes no call when there is nothing to say', async () => {
    const world = simulatedPartnerCenter();
    const before = await shared(world);
    world.requests.length = 0;

    const result = await world.side.patch({ basedOn: before, set: { microsoftStatus: 'x' } });

    assert.equal(world.requests.length, 0);
    assert.deepEqual(result.kind === 'done' && result.refused.map(({ field }) => field), ['microsoftStatus']);
  });

  it('accepts and declines what Microsoft sent, and closes as won', async () => {
    const world = simulatedPartnerCenter();
    const accepted = found(await world.side.read(world.center.microsoft.sendDeal().id, true));
    const declined = found(await world.side.read(world.center.microsoft.sendDeal().id, true));

    const active = done(
      await world.side.patch({
        basedOn: accepted,
        set: { state: 'active', team: completeDeal.team ?? [], solutions: completeDeal.solutions ?? [] },
      }),
    );
    const no = done(await world.side.patch({ basedOn: declined, set: { state: 'declined', stateReason: 'Not a customer' } }));
    const won = done(await world.side.patch({ basedOn: active, set: { state: 'won' } }));

    assert.deepEqual([active.statusText, no.statusText, won.statusText], ['Active / Accepted', 'Closed / Declined', 'Closed / Won']);
    assert.equal(no.deal.stateReason, 'Not a customer');
  });

  it('is refused with the reason when the field is frozen', async () => {
    const world = simulatedPartnerCenter();
    const before = await shared(world);

    const result = await world.side.patch({ basedOn: before, set: { customerName: 'Other' } });

    assert.equal(result.kind === 'refused' && result.code, 'PC_REFUSED');
    assert.deepEqual(result.kind === 'refused' && result.fields, ['customerName']);
  });

  it('is undecided when the answer is lost, and shows up when it is read again', async () => {
    const world = simulatedPartnerCenter();
    const before = await shared(world);
    world.cutAfter(({ method }) => method === 'PATCH', new SyncError('NET_UNDECIDED'));

    const error = await failing(world.side.patch({ basedOn: before, set: { notes: 'arrived' } }));

    assert.equal(error.code, 'NET_UNDECIDED');
    assert.equal(found(await world.side.read(before.referralId, false)).deal.notes, 'arrived');
  });
});

describe('the sweep', () => {
  it('finds every deal the first time and nothing but the changed one afterwards', async () => {
    const world = simulatedPartnerCenter({ pageSize: 3 });
    const made: PartnerSnapshot[] = [];
    for (let i = 0; i < 8; i += 1) {
      made.push(
        done(await world.side.create({ ...completeDeal, help: null, noteToMicrosoft: null, externalReference: `006Kj00000${i}AbCdEAF` })),
      );
      world.system.advance(3_600_000);
    }
    const first = await sweep(world, null);
    const [changed] = made;
    assert.ok(changed);
    done(await world.side.patch({ basedOn: changed, set: { notes: 'new' } }));

    const second = await sweep(world, first.position);

    assert.equal(first.notices.length, 8);
    assert.ok(first.position.startsWith('2026-03-02'));
    const subjects = second.notices.map(({ subject }) => subject);
    assert.deepEqual(subjects[0], { kind: 'referral', id: changed.referralId });
    assert.ok(second.notices.length <= 2, 'the overlap may repeat the youngest one');
  });

  it('points at the engagement when Microsoft’s leg changed', async () => {
    const world = simulatedPartnerCenter();
    const own = await shared(world);
    const { position } = await sweep(world, null);
    world.system.advance(3_600_000);
    world.center.microsoft.accept(own.referralId);

    const { notices } = await sweep(world, position);

    assert.ok(notices.some(({ subject }) => subject.kind === 'engagement' && subject.id === own.engagementId));
  });

  it('gives the same change the same identity, and another change another', async () => {
    const world = simulatedPartnerCenter();
    const own = done(await world.side.create({ ...completeDeal, help: null, noteToMicrosoft: null }));
    const [first] = (await sweep(world, null)).notices;
    const [again] = (await sweep(world, null)).notices;
    world.system.advance(1_000);
    done(await world.side.patch({ basedOn: own, set: { notes: 'x' } }));

    const [later] = (await sweep(world, null)).notices;

    assert.equal(again?.id, first?.id);
    assert.notEqual(later?.id, first?.id);
  });

  it('reads all pages although the next link has the documented odd form', async () => {
    const world = simulatedPartnerCenter({ pageSize: 2, oddNextLink: true });
    for (let i = 0; i < 5; i += 1) done(await world.side.create({ ...completeDeal, help: null, noteToMicrosoft: null }));

    assert.equal((await sweep(world, null)).notices.length, 5);
  });

  it('does not move the position when it is stopped half-way', async () => {
    const world = simulatedPartnerCenter({ pageSize: 2 });
    for (let i = 0; i < 5; i += 1) done(await world.side.create({ ...completeDeal, help: null, noteToMicrosoft: null }));
    const stop = new AbortController();
    const positions: string[] = [];

    for await (const page of world.side.changedSince(null, stop.signal)) {
      positions.push(page.position);
      stop.abort();
    }

    assert.deepEqual(positions, ['1970-01-01T00:00:00.000Z']);
  });
});

describe('links for people', () => {
  it('are made from the template', () => {
    const { side } = simulatedPartnerCenter();

    assert.equal(side.linkFor('a b', 'e'), 'https://partner.microsoft.com/en-us/dashboard/referrals/a%20b');
  });
});
