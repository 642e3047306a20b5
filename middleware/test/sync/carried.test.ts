/** Edits that are taken back while they are on their way to the other side: the value that was sent must not come back over them. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { defaultMapping } from '../../src/domain/default-mapping.ts';
import type { Deal } from '../../src/domain/deal.ts';
import { SyncError } from '../../src/errors.ts';
import { silentLog } from '../../src/log.ts';
import { openStore, type OpenStore } from '../../src/store/open.ts';
import type { Engine } from '../../src/sync/engine.ts';
import type { CrmSnapshot, CrmWrite, PartnerPatch, PartnerSnapshot, WriteResult } from '../../src/sync/ports.ts';
import { runPass } from '../../src/sync/reconcile.ts';
import { virtualSystem } from '../partner-center/virtual-system.ts';
import { claimOne, opportunity, orgId, passed, referral, told } from '../store/samples.ts';

const opportunityId = '0065g0000000001AAA';
const referralId = '56416b87-6872-475f-a540-ee6db7c08f66';
const engagementId = '39ce65fb-7196-4590-a8e3-034c589078b9';
const agreed: Deal = { name: 'Northwind', notes: 'n', marketplaceIntent: 'HaveNotDecided', state: 'active' };

const opened: OpenStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

/** What goes on around one write: before it is carried out, and after it was, when its answer is on its way. */
interface Moment {
  readonly before?: () => void;
  readonly after?: () => void;
}

interface Pair {
  readonly crm: { deal: Deal };
  readonly partner: { deal: Deal };
  /** Around the writes to come, oldest first. */
  readonly writes: { readonly crm: Moment[]; readonly partner: Moment[] };
  sellerSets(change: Deal): void;
  colleagueSets(change: Deal): void;
  /** One pass, as after a save in Salesforce or a webhook. False when it failed. */
  pass(by: 'seller' | 'colleague'): Promise<boolean>;
}

const noAnswer = (): never => {
  throw new SyncError('NET_UNDECIDED');
};

/** An opportunity and its referral that hold the same, each with its version. */
async function pair(): Promise<Pair> {
  const system = virtualSystem();
  const store = await openStore({ url: 'sqlite::memory:', sealingKeys: [], system });
  opened.push(store);
  const crm = { deal: agreed, version: 1, display: {} };
  const partner = { deal: { ...agreed, externalReference: opportunityId } as Deal, version: 1 };
  const writes: Pair['writes'] = { crm: [], partner: [] };

  const opportunityNow = (): CrmSnapshot =>
    ({
      ...crm,
      id: opportunityId,
      readAt: 0,
      shared: true,
      deleted: false,
      referralId,
      engagementId,
      ownerId: null,
      requests: [],
    }) as unknown as CrmSnapshot;
  const referralNow = (): PartnerSnapshot =>
    ({
      ...partner,
      referralId,
      engagementId,
      etag: `"${partner.version}"`,
      createdAt: 0,
      category: 'co-sell',
      microsoftLeg: 'unread',
      raw: {},
    }) as unknown as PartnerSnapshot;
  const change = (side: { deal: Deal; version: number }, set: Deal): void => {
    side.deal = { ...side.deal, ...set };
    side.version += 1;
  };
  function write<S>(moment: Moment | undefined, unchanged: () => boolean, act: () => S): WriteResult<S> {
    moment?.before?.();
    if (!unchanged()) return { kind: 'stale' };
    const after = act();
    moment?.after?.();
    return { kind: 'done', after, requestId: null, refused: [] };
  }

  const engine = {
    system,
    store,
    orgId,
    log: silentLog(),
    mapping: () => defaultMapping,
    standstill: () => null,
    crm: {
      read: async () => ({ kind: 'found', snapshot: opportunityNow() }),
      write: async ({ basedOn, set, display }: CrmWrite) =>
        write(
          writes.crm.shift(),
          () => basedOn.version === crm.version,
          () => {
            change(crm, set);
            crm.display = { ...crm.display, ...display };
            return opportunityNow();
          },
        ),
    },
    partner: {
      listDelay: 0,
      linkFor: () => 'https://example.test',
      read: async () => ({ kind: 'found', snapshot: referralNow() }),
      withLeg: async (read: PartnerSnapshot) => ({ ...read, microsoftLeg: 'none' }),
      patch: async ({ basedOn, set }: PartnerPatch) =>
        write(
          writes.partner.shift(),
          () => basedOn.version === partner.version,
          () => {
            change(partner, set);
            return referralNow();
          },
        ),
    },
  } as unknown as Engine;

  const link = await told(store, opportunity(opportunityId), system.now());
  const lease = await claimOne(store, system.now());
  const base = { crm: crm.deal, partner: partner.deal };
  await store.finish(lease, passed({ ...link, referralId, engagementId, partnerEtag: '"1"', base }), system.now());

  return {
    crm,
    partner,
    writes,
    sellerSets: (set) => change(crm, set),
    colleagueSets: (set) => change(partner, set),
    async pass(by) {
      await told(store, by === 'seller' ? opportunity(opportunityId) : referral(referralId), system.now());
      const claimed = await claimOne(store, system.now());
      try {
        await runPass(engine, claimed);
        return true;
      } catch (error) {
        assert.ok(error instanceof SyncError && error.code === 'NET_UNDECIDED', String(error));
        await store.release(
          claimed,
          { kind: 'retry', at: system.now(), code: 'NET_UNDECIDED', message: '', countAttempt: true, audit: [] },
          system.now(),
        );
        return false;
      }
    },
  };
}

const intents = ({ crm, partner }: Pair): readonly unknown[] => [crm.deal.marketplaceIntent, partner.deal.marketplaceIntent];

test('A seller who takes an edit back in the moment it was sent has taken it back on both sides', async () => {
  const deal = await pair();
  deal.colleagueSets({ notes: 'from the portal' });
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  // the opportunity is about to get the notes when the seller saves once more
  deal.writes.crm.push({ before: () => deal.sellerSets({ marketplaceIntent: 'HaveNotDecided' }) });

  assert.ok(await deal.pass('seller'));

  assert.deepEqual(intents(deal), ['HaveNotDecided', 'HaveNotDecided']);
  assert.equal(deal.crm.deal.notes, 'from the portal');
});

test('A seller who takes an edit back that was sent, while the opportunity cannot be written, has taken it back on both sides', async () => {
  const deal = await pair();
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  deal.writes.crm.push({ before: noAnswer });
  assert.equal(await deal.pass('seller'), false);

  deal.sellerSets({ marketplaceIntent: 'HaveNotDecided' });
  assert.ok(await deal.pass('seller'));

  assert.deepEqual(intents(deal), ['HaveNotDecided', 'HaveNotDecided']);
});

test('A seller who takes an edit back that arrived without an answer has taken it back on both sides', async () => {
  const deal = await pair();
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  deal.writes.partner.push({ after: noAnswer });
  assert.equal(await deal.pass('seller'), false);
  assert.equal(deal.partner.deal.marketplaceIntent, 'Yes');

  deal.sellerSets({ marketplaceIntent: 'HaveNotDecided' });
  assert.ok(await deal.pass('seller'));

  assert.deepEqual(intents(deal), ['HaveNotDecided', 'HaveNotDecided']);
});

test('A colleague in the portal who takes an edit back that reached the opportunity without an answer has taken it back on both sides', async () => {
  const deal = await pair();
  deal.colleagueSets({ marketplaceIntent: 'Yes' });
  deal.writes.crm.push({ after: noAnswer });
  assert.equal(await deal.pass('colleague'), false);
  assert.equal(deal.crm.deal.marketplaceIntent, 'Yes');

  deal.colleagueSets({ marketplaceIntent: 'HaveNotDecided' });
  assert.ok(await deal.pass('colleague'));

  assert.deepEqual(intents(deal), ['HaveNotDecided', 'HaveNotDecided']);
});

test('An edit whose sending did not arrive is sent again, and one of the portal made meanwhile is not taken for it', async () => {
  const deal = await pair();
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  deal.writes.partner.push({ before: noAnswer });
  assert.equal(await deal.pass('seller'), false);

  deal.colleagueSets({ notes: 'from the portal' });
  assert.ok(await deal.pass('seller'));

  assert.deepEqual(intents(deal), ['Yes', 'Yes']);
  assert.equal(deal.crm.deal.notes, 'from the portal');

  // the matter is settled: the same value, typed in the portal later, is an edit like any other
  deal.sellerSets({ marketplaceIntent: 'No' });
  assert.ok(await deal.pass('seller'));
  deal.colleagueSets({ marketplaceIntent: 'Yes' });
  assert.ok(await deal.pass('colleague'));
  assert.deepEqual(intents(deal), ['Yes', 'Yes']);
});

test('An edit that was taken back before its sending arrived leaves nothing behind', async () => {
  const deal = await pair();
  deal.sellerSets({ marketplaceIntent: 'Yes' });
  deal.writes.partner.push({ before: noAnswer });
  assert.equal(await deal.pass('seller'), false);
  deal.sellerSets({ marketplaceIntent: 'HaveNotDecided' });
  assert.ok(await deal.pass('seller'));

  deal.colleagueSets({ marketplaceIntent: 'Yes' });
  assert.ok(await deal.pass('colleague'));

  assert.deepEqual(intents(deal), ['Yes', 'Yes']);
});
