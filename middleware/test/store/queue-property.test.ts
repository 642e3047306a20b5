import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openStore, type OpenStore } from '../../src/store/open.ts';
import type { Lease, Link, Priority } from '../../src/sync/ports.ts';
import { manualSystem, type ManualSystem } from './manual-system.ts';
import { begin, bestOf, fail, hear, isDirty, isDue, lapse, newDeal, putAside, rank, revive, succeed, type Deal } from './queue-model.ts';
import { code, leaseMs, notice, opportunity, orgId, park, passed, retryAt } from './samples.ts';

type Act =
  | { readonly kind: 'hear'; readonly deal: number; readonly priority: Priority }
  | { readonly kind: 'claim'; readonly limit: number }
  | { readonly kind: 'finish'; readonly lease: number; readonly again: number | null }
  | { readonly kind: 'retry'; readonly lease: number; readonly delay: number; readonly counted: boolean }
  | { readonly kind: 'park'; readonly lease: number }
  | { readonly kind: 'renew'; readonly lease: number }
  | { readonly kind: 'unpark'; readonly all: boolean; readonly deal: number }
  | { readonly kind: 'pass time'; readonly ms: number };

const deals = 4;
const is = <K extends Act['kind']>(kind: K): { readonly kind: fc.Arbitrary<K> } => ({ kind: fc.constant(kind) });
const deal = fc.nat(deals - 1);
const lease = fc.nat(7);
const priority = fc.constantFrom<Priority>('person', 'event', 'background');
const delay = fc.constantFrom(0, 500, 5_000, 90_000);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ ...is('hear'), deal, priority }) },
  { weight: 5, arbitrary: fc.record({ ...is('claim'), limit: fc.integer({ min: 0, max: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ ...is('finish'), lease, again: fc.option(delay) }) },
  { weight: 3, arbitrary: fc.record({ ...is('retry'), lease, delay, counted: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ ...is('park'), lease }) },
  { weight: 1, arbitrary: fc.record({ ...is('renew'), lease }) },
  { weight: 1, arbitrary: fc.record({ ...is('unpark'), all: fc.boolean(), deal }) },
  { weight: 4, arbitrary: fc.record({ ...is('pass time'), ms: fc.constantFrom(1, 499, 1_000, 5_000, leaseMs, 100_000) }) },
);

/** Store and model side by side; every answer of the store is compared. */
class Pair {
  readonly store: OpenStore;
  readonly system: ManualSystem;
  readonly links: readonly Link[];
  readonly model: readonly Deal[];
  /** Every lease ever given, live or not: a late worker may come back at any time. */
  readonly leases: Lease[] = [];
  heard = 0;

  constructor(store: OpenStore, system: ManualSystem, links: readonly Link[]) {
    this.store = store;
    this.system = system;
    this.links = links;
    this.model = links.map(newDeal);
  }

  dealOf(key: string): Deal {
    const found = this.model[this.links.findIndex(({ id }) => id === key)];
    assert.ok(found, `unknown key ${key}`);
    return found;
  }

  async claim(limit: number): Promise<void> {
    const now = this.system.now();
    for (const each of this.model) if (each.running && each.running.until <= now) lapse(each, now);
    const due = this.model.filter((each) => isDue(each, now));
    const got = await this.store.claim(limit, leaseMs, now);

    assert.equal(got.length, Math.min(limit, due.length), 'as many as are due');
    const taken = got.map(({ key }) => this.dealOf(key));
    assert.ok(
      taken.every((each) => due.includes(each)),
      'only what is due',
    );
    const left = due.filter((each) => !taken.includes(each));
    assert.ok(Math.max(-1, ...taken.map(rank)) <= Math.min(3, ...left.map(rank)), 'the most urgent first');
    for (const given of got) {
      const each = this.dealOf(given.key);
      assert.equal(given.attempts, each.attempts);
      assert.deepEqual(given.reasons, each.waiting.map(({ reason }) => reason).slice(-20));
      assert.equal(['person', 'event', 'background'].indexOf(given.priority), Math.min(2, bestOf(each.waiting)));
      begin(each, given.token, now + leaseMs);
      this.leases.push(given);
    }
  }

  async finish(given: Lease, again: number | null): Promise<void> {
    const now = this.system.now();
    const each = this.dealOf(given.key);
    const link = await this.store.link(given.key);
    assert.ok(link);
    const againAt = again === null ? null : now + again;
    const saved = this.store.finish(given, passed(link, { againAt }), now);
    if (each.running?.token !== given.token) return assert.rejects(saved, code('STORE_LEASE_LOST'));
    await saved;
    succeed(each, againAt, now);
  }

  async run(next: Act): Promise<void> {
    const now = this.system.now();
    const given = 'lease' in next ? this.leases[this.leases.length - 1 - (next.lease % Math.max(1, this.leases.length))] : undefined;
    const owned = given && this.dealOf(given.key).running?.token === given.token ? this.dealOf(given.key) : undefined;
    switch (next.kind) {
      case 'hear': {
        const [link, each] = [this.links[next.deal], this.model[next.deal]];
        assert.ok(link && each);
        const reason = `notice ${(this.heard += 1)}`;
        await this.store.mark([link.id], reason, next.priority, now);
        return hear(each, { reason, priority: next.priority }, now);
      }
      case 'claim':
        return this.claim(next.limit);
      case 'finish':
        return given && this.finish(given, next.again);
      case 'retry':
        if (given) await this.store.release(given, retryAt(now + next.delay, next.counted), now);
        return owned && fail(owned, now + next.delay, next.counted, now);
      case 'park':
        if (given) await this.store.release(given, park(), now);
        return owned && putAside(owned, now);
      case 'renew':
        if (given) await this.store.renew([given], leaseMs, now);
        if (owned?.running) owned.running.until = now + leaseMs;
        return;
      case 'unpark': {
        const [link, each] = [this.links[next.deal], this.model[next.deal]];
        assert.ok(link && each);
        const parked = (next.all ? this.model : [each]).filter((other) => other.parked);
        assert.equal(await this.store.unpark(next.all ? null : [link.id], now), parked.length);
        return parked.forEach((other) => revive(other, now));
      }
      case 'pass time':
        return this.system.advance(next.ms);
    }
  }

  async compare(): Promise<void> {
    const health = await this.store.health(this.system.now());
    assert.equal(health.backlog, this.model.filter(isDirty).length);
    assert.equal(health.parked, this.model.filter((each) => each.parked).length);
  }

  /** Whatever happened: time passes, parked deals are tried again, and every notice ends in a pass that succeeds. */
  async settle(): Promise<void> {
    await this.run({ kind: 'pass time', ms: 200_000 });
    await this.claim(0);
    await this.run({ kind: 'unpark', all: true, deal: 0 });
    await this.run({ kind: 'pass time', ms: 200_000 });
    const first = this.leases.length;
    await this.claim(deals);
    for (const given of this.leases.slice(first)) await this.finish(given, null);
    assert.deepEqual(
      this.model.map((each) => [...each.waiting, ...each.held]),
      this.model.map(() => []),
    );
    assert.deepEqual(await this.store.health(this.system.now()), { backlog: 0, oldestDirty: null, parked: 0, links: deals });
    assert.equal(await this.store.nextDue(this.system.now()), null);
  }
}

async function openPair(): Promise<Pair> {
  const system = manualSystem();
  const store = await openStore({ url: 'sqlite::memory:', sealingKeys: [], system });
  await store.accept(
    orgId,
    Array.from({ length: deals }, (_, at) => notice(opportunity(`006-${at}`))),
    null,
    system.now(),
  );
  for (const given of await store.claim(deals, leaseMs, system.now())) {
    const link = await store.link(given.key);
    assert.ok(link);
    await store.finish(given, passed(link), system.now());
  }
  return new Pair(store, system, await store.links(null, deals));
}

test('whatever happens in whatever order, the queue does what it promises and no notice is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60, size: 'max' }), async (acts) => {
      const pair = await openPair();
      try {
        for (const next of acts) {
          await pair.run(next);
          await pair.compare();
        }
        await pair.settle();
      } finally {
        await pair.store.close();
      }
    }),
    { numRuns: 150 },
  );
});
