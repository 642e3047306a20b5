import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { createReadRecent } from '../../src/partner-center/recent-referrals.ts';
import type { ReadPage, ReferralRow } from '../../src/partner-center/schema.ts';
import type { ReferralsClient } from '../../src/partner-center/client.ts';
import { identity, ownOrganization } from './referrals.ts';
import { completeDeal, simulatedPartnerCenter, type SimulatedWorld } from './simulated-partner-center.ts';
import { virtualSystem, type VirtualSystem } from './virtual-system.ts';

const references = ['006Kj000001AbCdEAF', '006Kj000001AbCeEAF', '006Kj000001AbCfEAF', '006Kj000001AbCgEAF'];
const day = 86_400_000;

const listDelay = 60_000;

interface Made {
  readonly row: ReferralRow;
  /** Epoch ms, our clock. */
  readonly at: number;
  readonly inListAt: number;
}

/** A list into which each deal takes its own time, two on a page. */
function listOfReferrals(system: VirtualSystem) {
  const made: Made[] = [];
  const absent = (): never => assert.fail('not asked for here');
  const client: ReferralsClient = {
    get: absent,
    create: absent,
    patch: absent,
    checkMfa: absent,
    async *list() {
      const listed = made.filter(({ inListAt }) => inListAt <= system.now()).map(({ row }) => row);
      listed.sort((one, other) => (one.createdDateTime! > other.createdDateTime! ? -1 : 1));
      for (let from = 0; from < listed.length || from === 0; from += 2) {
        const page: ReadPage = {
          rows: listed.slice(from, from + 2).map((row) => ({ row, raw: row })),
          unreadable: 0,
          nextLink: from + 2 < listed.length ? 'next' : null,
        };
        yield await Promise.resolve(page);
      }
    },
  };
  return {
    client,
    made: made as readonly Made[],
    make({ reference, delay, ahead }: { readonly reference: string; readonly delay: number; readonly ahead: number }) {
      const at = system.now();
      const stamp = new Date(at + ahead).toISOString();
      const row = {
        id: system.id(),
        engagementId: system.id(),
        organizationId: ownOrganization,
        mpnId: null,
        externalReferenceId: reference,
        createdDateTime: stamp,
        updatedDateTime: stamp,
      };
      made.push({ row, at, inListAt: at + delay });
    },
  };
}

const lists = (world: SimulatedWorld): number => world.requests.filter(({ url }) => url.includes('orderby=createdDateTime')).length;

async function make(world: SimulatedWorld, reference: string): Promise<string> {
  const made = await world.side.create({ ...completeDeal, externalReference: reference });
  assert.ok(made.kind === 'done' && made.after);
  return made.after.referralId;
}

const look = async (world: SimulatedWorld, reference: string, since = world.system.now() - day): Promise<readonly string[]> =>
  (await world.side.findByReference(reference, since)).map(({ referralId }) => referralId);

describe('looking for a deal by our reference', () => {
  it('finds whatever the list shows, in whatever order deals enter it and whatever their stamps say', async () => {
    const reference = fc.constantFrom(...references);
    const act = fc.oneof(
      fc.record({
        kind: fc.constant('make' as const),
        reference,
        delay: fc.integer({ min: 0, max: listDelay }),
        // of the machine that stamps it; now and then it is quite wrong
        ahead: fc.oneof({ arbitrary: fc.integer({ min: -60_000, max: 0 }), weight: 9 }, fc.constant(30 * 60_000)),
      }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 5 * 60_000 }) }),
      fc.record({ kind: fc.constant('look' as const), reference, back: fc.constantFrom(60_000, 3_600_000, day) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 60 }), async (acts) => {
        const system = virtualSystem();
        const center = listOfReferrals(system);
        const readRecent = createReadRecent(center.client, identity, listDelay, system);
        for (const one of acts) {
          if (one.kind === 'wait') system.advance(one.ms);
          else if (one.kind === 'make') center.make(one);
          else {
            const since = system.now() - one.back;
            const found = (await readRecent(one.reference, since)).map(({ id }) => id);
            const there = center.made.filter(({ row }) => row.externalReferenceId === one.reference);
            const listed = there.filter(({ at, inListAt }) => at >= since && inListAt <= system.now());
            assert.deepEqual(
              listed.map(({ row }) => row.id).filter((id) => !found.includes(id)),
              [],
            );
            assert.deepEqual(
              found.filter((id) => !there.some(({ row }) => row.id === id)),
              [],
            );
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads the deals of the day once, then only what has come since', async () => {
    const world = simulatedPartnerCenter({ pageSize: 10 });
    for (let index = 0; index < 100; index++) await make(world, `006-${index}`);
    world.system.advance(10 * 60_000);
    const newest = await make(world, '006-new');
    await look(world, 'none');
    const first = lists(world);

    assert.deepEqual(await look(world, '006-new'), [newest]);
    const second = lists(world) - first;
    assert.equal((await look(world, '006-3')).length, 1);

    assert.equal(first, 11);
    assert.equal(second, 1);
    assert.equal(lists(world) - first - second, 1);
  });

  it('reads everything again after an hour, or for who must look further back', async () => {
    const world = simulatedPartnerCenter({ pageSize: 10 });
    for (let index = 0; index < 40; index++) await make(world, `006-${index}`);
    world.system.advance(10 * 60_000);
    await make(world, '006-new');
    await look(world, 'none', world.system.now() - day);
    const whole = lists(world);

    await look(world, 'none', world.system.now() - 2 * day);
    const further = lists(world) - whole;
    world.system.advance(3_600_000);
    await look(world, 'none', world.system.now() - day);

    assert.equal(further, whole);
    assert.equal(lists(world) - whole - further, whole);
  });

  it('does not find a deal whose reference was taken off meanwhile', async () => {
    const world = simulatedPartnerCenter();
    await make(world, '006-a');
    const [there] = await world.side.findByReference('006-a', world.system.now() - day);
    assert.ok(there);
    await world.side.patch({ basedOn: there, set: { externalReference: null } });

    assert.deepEqual(await look(world, '006-a'), []);
  });
});
