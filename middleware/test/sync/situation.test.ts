/** Reading both halves of a deal: one that is being deleted, and the part that lives at Microsoft. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { Engine } from '../../src/sync/engine.ts';
import type { Lease, Link, PartnerSnapshot } from '../../src/sync/ports.ts';
import { beginPass } from '../../src/sync/pass.ts';
import { look, lookAgain, partnerFacts, type Situation } from '../../src/sync/situation.ts';
import { hearOtherHalf, untold } from '../../src/sync/untold.ts';
import { openStore } from '../../src/store/open.ts';
import { virtualSystem } from '../partner-center/virtual-system.ts';
import { entry, leaseMs, notice, opportunity, orgId, passed, referral, told } from '../store/samples.ts';

const opportunityId = '0065g0000000003AAA';
const referralId = '56416b87-6872-475f-a540-ee6db7c08f66';
const partner = {
  referralId,
  engagementId: '39ce65fb-7196-4590-a8e3-034c589078b9',
  microsoftLeg: 'none',
  deal: { externalReference: opportunityId },
} as unknown as PartnerSnapshot;

const system = virtualSystem();
const store = await openStore({ url: 'sqlite::memory:', sealingKeys: [], system });
after(() => store.close());

/** The opportunity cannot be read any more, the referral can. */
const engine = {
  system,
  store,
  orgId,
  crm: { read: async () => ({ kind: 'gone', why: 'It is in the recycle bin.' }), findByReferral: async () => [] },
  partner: { listDelay: 0, read: async () => ({ kind: 'found', snapshot: partner }) },
} as unknown as Engine;

async function take(): Promise<{ readonly lease: Lease; readonly link: Link }> {
  const [lease] = await store.claim(1, leaseMs, system.now());
  assert.ok(lease);
  const link = await store.link(lease.key);
  assert.ok(link);
  return { lease, link };
}

const lookAtReferral = async (): Promise<Situation> => {
  await told(store, referral(referralId), system.now());
  const { lease, link } = await take();
  const situation = await look(engine, lease, link);
  await store.finish(lease, passed(situation.link), system.now());
  return situation;
};

test('A referral whose opportunity nobody here ever knew is read as a deal without one', async () => {
  const { link, crmGone } = await lookAtReferral();
  assert.equal(crmGone, null);
  assert.equal(link.opportunityId, null);
});

test('A referral whose opportunity was deleted while it was made is the same deal, and not one that waits for an opportunity', async () => {
  await told(store, opportunity(opportunityId), system.now());
  const known = await take();
  await store.finish(known.lease, passed(known.link), system.now());

  const { link, crm, crmGone } = await lookAtReferral();
  assert.equal(crm, null);
  assert.equal(crmGone, 'It is in the recycle bin.');
  assert.equal(link.opportunityId, opportunityId);
  assert.equal((await store.linkByOpportunity(orgId, opportunityId))?.id, link.id, 'two links stand for one deal');
});

for (const [words, microsoftStatus, again, looked] of [
  ['whose status no pass has settled is looked at again, whatever the notice says', null, false, true],
  ['whose status is settled is not looked at for an edit in Salesforce', 'New / Pending', false, false],
  ['that a pass has looked at is looked at again when somebody saved meanwhile', 'New / Pending', true, true],
] as const)
  test(`Microsoft's referral ${words}`, async () => {
    const id = `0065g00000000${again ? '13' : looked ? '11' : '12'}AAA`;
    const known = await told(store, opportunity(id), system.now());
    const link: Link = {
      ...known,
      referralId,
      engagementId: partner.engagementId,
      microsoftLegId: '3f0b7d0f-6b7e-4d43-9a3a-6f2f0b8f3b55',
      base: { crm: { help: 'GeneralOrOther' }, partner: { help: 'GeneralOrOther', microsoftStatus } },
    };
    const seen = { ...partner, microsoftLeg: { referralId: link.microsoftLegId } } as unknown as PartnerSnapshot;
    const asked: boolean[] = [];
    const both = {
      ...engine,
      crm: { read: async () => ({ kind: 'found', snapshot: { id, shared: true, deleted: false, deal: { help: 'GeneralOrOther' } } }) },
      partner: {
        listDelay: 0,
        read: async (_id: string, withLeg: boolean) => {
          asked.push(withLeg);
          return { kind: 'found', snapshot: seen };
        },
      },
    } as unknown as Engine;
    const [lease] = await store.claim(1, leaseMs, system.now());
    assert.ok(lease);
    await (again ? lookAgain(both, lease, { link, partner: seen }) : look(both, lease, link));
    await store.finish(lease, passed(known), system.now());
    assert.deepEqual(asked, [looked]);
  });

test('Two halves of a deal that meet keep what either has not told yet', async () => {
  const id = '0065g0000000021AAA';
  const other = { ...partner, referralId: '9d1f2b52-0c3b-4a7e-8b57-8f6f4a4f7c10', engagementId: 'e21', deal: { externalReference: id } };
  const withLine = (link: Link, text: string): Link => ({ ...link, openAttention: { 'memo:audit': JSON.stringify([entry(text)]) } });
  for (const [subject, text] of [
    [opportunity(id), 'of the opportunity'],
    [referral(other.referralId), 'of the referral'],
  ] as const) {
    await told(store, subject, system.now());
    const { lease, link } = await take();
    await store.finish(lease, passed(withLine(link, text)), system.now());
  }
  const both = {
    ...engine,
    crm: { read: async () => ({ kind: 'found', snapshot: { id, shared: true, deleted: false, deal: {}, referralId: null } }) },
    partner: { listDelay: 0, read: async () => ({ kind: 'found', snapshot: other }) },
  } as unknown as Engine;
  await store.accept(orgId, [notice(referral(other.referralId))], null, system.now());
  const { lease, link } = await take();

  const met = await look(both, lease, link);

  assert.deepEqual(
    untold(met.link)
      .map(({ text }) => text)
      .sort(),
    ['of the opportunity', 'of the referral'],
  );
  const pass = beginPass(both, lease, link, untold(link));
  hearOtherHalf(pass, link, met.link);
  assert.deepEqual(pass.audit.map(({ text }) => text).sort(), ['of the opportunity', 'of the referral']);
  await store.finish(lease, passed(met.link), system.now());
});

test("A deal that Microsoft sent counts as asked for, also while the list does not show Microsoft's referral yet", () => {
  const unknown = { microsoftLegId: null } as unknown as Link;
  const leg = (change: Partial<PartnerSnapshot>): string | undefined =>
    partnerFacts({ ...partner, incoming: true, dealType: 'co-sell', ...change }, unknown)?.leg;

  assert.deepEqual([leg({}), leg({ microsoftLeg: 'unread' })], ['there', 'there']);
  assert.deepEqual([leg({ incoming: false }), leg({ incoming: false, microsoftLeg: 'unread' })], ['none', 'unread']);
  assert.equal(leg({ dealType: 'private' }), 'none', 'another partner sent it');
});
