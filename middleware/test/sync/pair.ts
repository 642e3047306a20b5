/** An opportunity and its referral for tests of whole passes, on a real store; what goes on around each write is the test's. */
import assert from 'node:assert/strict';
import { afterEach } from 'node:test';

import { defaultMapping } from '../../src/domain/default-mapping.ts';
import type { Deal, FieldName } from '../../src/domain/deal.ts';
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
const microsoftsId = '3f0b7d0f-6b7e-4d43-9a3a-6f2f0b8f3b55';
const engagementId = '39ce65fb-7196-4590-a8e3-034c589078b9';
const subjects = { seller: opportunity(opportunityId), colleague: referral(referralId), microsoft: referral(microsoftsId) } as const;
const minute = 60_000;
const agreed: Deal = { name: 'Northwind', notes: 'n', marketplaceIntent: 'HaveNotDecided', state: 'active' };

const opened: OpenStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

/** What goes on around one write: before it is carried out, between it and the reading it answers with, and when its answer is on its way. */
interface Moment {
  readonly before?: () => void;
  readonly within?: () => void;
  readonly after?: () => void;
}

export interface Pair {
  readonly crm: { deal: Deal };
  readonly partner: { deal: Deal };
  /** Around the writes to come, oldest first. */
  readonly writes: { readonly crm: Moment[]; readonly partner: Moment[] };
  now(): number;
  /** What was written to the opportunity, oldest first. */
  readonly written: readonly CrmWrite[];
  /** The mapping names a column for this field that the org does not have: readings of the opportunity go without it. */
  mistype(field: FieldName | null): void;
  /** Values that lost a conflict, as the audit tells. */
  losers(): Promise<readonly unknown[]>;
  /** The store goes back to a copy from before this moment. */
  restored(): void;
  sellerSets(change: Deal): void;
  colleagueSets(change: Deal): void;
  /** One pass, as after a save in Salesforce or a webhook about our referral or Microsoft's. False when it failed: it waits a minute. */
  pass(by: 'seller' | 'colleague' | 'microsoft'): Promise<boolean>;
}

export const noAnswer = (): never => {
  throw new SyncError('NET_UNDECIDED');
};

/** An opportunity and its referral that hold the same, each with its version. */
export async function pair(): Promise<Pair> {
  const system = virtualSystem();
  const store = await openStore({ url: 'sqlite::memory:', sealingKeys: [], system });
  opened.push(store);
  const crm = { deal: agreed, version: 1, display: {} };
  const partner = { deal: { ...agreed, externalReference: opportunityId } as Deal, version: 1 };
  const writes: Pair['writes'] = { crm: [], partner: [] };
  const written: CrmWrite[] = [];
  let mistyped: FieldName | null = null;
  let restoredAt: number | null = null;

  const opportunityNow = (): CrmSnapshot =>
    ({
      ...crm,
      deal: Object.fromEntries(Object.entries(crm.deal).filter(([field]) => field !== mistyped)),
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
  function write<S>(moment: Moment | undefined, unchanged: () => boolean, act: () => void, read: () => S): WriteResult<S> {
    moment?.before?.();
    if (!unchanged()) return { kind: 'stale' };
    act();
    moment?.within?.();
    const after = read();
    moment?.after?.();
    return { kind: 'done', after, requestId: null, refused: [] };
  }

  const engine = {
    system,
    store: { ...store, restoredAt: () => Promise.resolve(restoredAt) },
    orgId,
    log: silentLog(),
    mapping: () => defaultMapping,
    standstill: () => null,
    crm: {
      read: async () => ({ kind: 'found', snapshot: opportunityNow() }),
      write: async (wanted: CrmWrite) =>
        write(
          writes.crm.shift(),
          () => wanted.basedOn.version === crm.version,
          () => {
            written.push(wanted);
            change(crm, wanted.set);
            crm.display = { ...crm.display, ...wanted.display };
          },
          opportunityNow,
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
          () => change(partner, set),
          referralNow,
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
    written,
    now: () => system.now(),
    mistype(field) {
      mistyped = field;
    },
    losers: async () =>
      (await store.audit((await store.linkByOpportunity(orgId, opportunityId))?.id ?? '', 50)).flatMap(({ entry }) =>
        entry.changes.flatMap(({ lost }) => (lost ? [lost] : [])),
      ),
    restored() {
      restoredAt = system.now();
    },
    sellerSets: (set) => change(crm, set),
    colleagueSets: (set) => change(partner, set),
    async pass(by) {
      if (by !== 'microsoft') system.advance(minute);
      await told(store, subjects[by], system.now());
      const claimed = await claimOne(store, system.now());
      try {
        await runPass(engine, claimed);
        return true;
      } catch (error) {
        assert.ok(error instanceof SyncError && ['NET_UNDECIDED', 'PC_THROTTLED'].includes(error.code), String(error));
        await store.release(
          claimed,
          { kind: 'retry', at: system.now() + minute, code: 'NET_UNDECIDED', message: '', countAttempt: true, audit: [] },
          system.now(),
        );
        return false;
      }
    },
  };
}
