/**
 * Mistakes the service does not make, put in on purpose: each is a belief somebody could have held, and each has cost some product data.
 * The simulation has to find every one of them, or its silence means nothing.
 */
import { parseAuditLine, printAuditLine, type AuditEntry } from '../../src/domain/audit-line.ts';
import type { Engine } from '../../src/sync/engine.ts';
import type { CrmSide, CrmSnapshot, Lease, Link, Notice, PartnerSide, Store, SweepPage } from '../../src/sync/ports.ts';
import type { OpenStore } from '../../src/store/open.ts';
import type { Transport } from '../../src/transport.ts';
import type { Bug } from './bug.ts';
import type { World } from './world.ts';

const unchanged = (engine: Engine): Engine => engine;

function withParts(
  engine: Engine,
  parts: {
    readonly crm?: Partial<CrmSide>;
    readonly partner?: Partial<PartnerSide>;
    readonly store?: Partial<Store>;
    readonly mapping?: Engine['mapping'];
  },
): Engine {
  return {
    system: engine.system,
    log: engine.log,
    store: over(engine.store, parts.store ?? {}),
    crm: { ...engine.crm, ...parts.crm },
    partner: { ...engine.partner, ...parts.partner },
    get orgId() {
      return engine.orgId;
    },
    mapping: parts.mapping ?? (() => engine.mapping()),
    standstill: () => engine.standstill(),
  };
}

/** The store is a proxy, so its members cannot be spread. */
const over = <S extends Store>(store: S, members: Partial<Store>): S =>
  new Proxy(store, { get: (target, name) => (name in members ? members[name as keyof Store] : target[name as keyof S]) });

const storeWith =
  (members: (store: OpenStore, world: World) => Partial<Store>) =>
  (store: OpenStore, world: World): OpenStore =>
    over(store, members(store, world));

/** What this process holds for each key, as the store last told or was told. */
function remembering(engine: Engine): {
  readonly links: Map<string, Link>;
  readonly leases: Map<string, Lease>;
  readonly store: Partial<Store>;
} {
  const links = new Map<string, Link>();
  const leases = new Map<string, Lease>();
  const { store } = engine;
  return {
    links,
    leases,
    store: {
      link: async (id) => {
        const link = await store.link(id);
        if (link) links.set(id, link);
        return link;
      },
      claim: async (...asked) => {
        const claimed = await store.claim(...asked);
        for (const lease of claimed) leases.set(lease.key, lease);
        return claimed;
      },
      checkpoint: async (lease, link, now) => {
        const current = links.get(lease.key);
        const saved = await store.checkpoint(
          lease,
          current && current.version > link.version ? { ...link, version: current.version } : link,
          now,
        );
        links.set(lease.key, saved);
        return saved;
      },
      finish: (lease, result, now) => {
        const current = links.get(lease.key);
        return store.finish(
          lease,
          current && current.version > result.link.version ? { ...result, link: { ...result.link, version: current.version } } : result,
          now,
        );
      },
    },
  };
}

const withoutLoser = (entry: AuditEntry): AuditEntry => ({
  ...entry,
  changes: entry.changes.map(({ lost: _lost, ...change }) => change),
});
const withoutLoserLine = (line: string): string => {
  const entry = parseAuditLine(line);
  return entry ? printAuditLine(withoutLoser(entry)) : line;
};

const byId = (notice: Notice): Notice => ({ ...notice, id: `${notice.subject.kind}:${notice.subject.id}:${notice.reason}` });

export const bugs: readonly Bug[] = [
  {
    name: 'dedup by id only',
    belief: 'A second notice about the same record for the same reason is a repetition.',
    store: storeWith((store) => ({ accept: (org, notices, position, now) => store.accept(org, notices.map(byId), position, now) })),
    engine: unchanged,
  },
  {
    name: 'position before notices',
    belief: 'The position of the stream may be saved first, the notices follow at once.',
    store: storeWith((store, world) => ({
      accept: async (org, notices, position, now) => {
        if (position) await store.savePosition(position, now);
        await world.scheduler.wait(400);
        return store.accept(org, notices, null, now);
      },
    })),
    engine: unchanged,
  },
  {
    name: 'patch without If-Match',
    belief: 'The referral was read a moment ago, so it is still the same.',
    transport:
      (transport): Transport =>
      (request) => {
        if (request.method !== 'PATCH' || !request.url.includes('/referrals/')) return transport(request);
        const { 'if-match': _guard, 'If-Match': _same, ...headers } = request.headers ?? {};
        return transport({ ...request, headers });
      },
    engine: unchanged,
  },
  {
    name: 'opportunity written without its guard',
    belief: 'Nobody edits the opportunity in the second in which it is written.',
    transport:
      (transport): Transport =>
      (request) => {
        if (typeof request.body !== 'string' || !request.body.includes('If-Unmodified-Since')) return transport(request);
        return transport({ ...request, body: request.body.replace(/,"httpHeaders":\{"If-Unmodified-Since":"[^"]*"\}/g, '') });
      },
    engine: unchanged,
  },
  {
    name: 'create without a look',
    belief: 'A create that was interrupted did not happen.',
    engine: (engine) => withParts(engine, { partner: { findByReference: async () => [] } }),
  },
  {
    name: 'create not written down first',
    belief: 'If the referral were there, the list would show it.',
    engine: (engine) =>
      withParts(engine, {
        store: { checkpoint: (lease, link, now) => engine.store.checkpoint(lease, { ...link, creatingSince: null }, now) },
      }),
  },
  {
    name: 'a create that broke is sent again',
    belief: 'No answer means that nothing happened.',
    transport:
      (transport): Transport =>
      async (request) => {
        if (request.method !== 'POST' || !request.url.endsWith('/referrals')) return transport(request);
        try {
          const response = await transport(request);
          return response.status < 500 ? response : await transport(request);
        } catch {
          return transport(request);
        }
      },
    engine: unchanged,
  },
  {
    name: 'base written too early',
    belief: 'What is about to be sent is as good as agreed.',
    engine: (engine) => {
      const memory = remembering(engine);
      return withParts(engine, {
        store: memory.store,
        partner: {
          patch: async (patch) => {
            const key = [...memory.links.values()].find((link) => link.referralId === patch.basedOn.referralId)?.id ?? '';
            const [link, lease] = [memory.links.get(key), memory.leases.get(key)];
            if (link?.base && lease) {
              const base = { crm: { ...link.base.crm, ...patch.set }, partner: { ...link.base.partner, ...patch.set } };
              memory.links.set(key, await engine.store.checkpoint(lease, { ...link, base }, engine.system.now()));
            }
            return engine.partner.patch(patch);
          },
        },
      });
    },
  },
  {
    name: 'newest wins',
    belief: 'Whoever saved last is right.',
    engine: (engine, world) =>
      withParts(engine, {
        crm: {
          read: async (id) => {
            const reading = await engine.crm.read(id);
            if (reading.kind === 'gone') return reading;
            const { snapshot } = reading;
            const own = snapshot.referralId === null ? undefined : world.center.referral(snapshot.referralId);
            const link = await engine.store.linkByOpportunity(engine.orgId, id);
            if (!own || !link?.base || Date.parse(own.updatedDateTime) <= snapshot.version) return reading;
            const { name, value, closeDate, notes } = link.base.crm;
            const older = Object.fromEntries(Object.entries({ name, value, closeDate, notes }).filter(([, held]) => held !== undefined));
            return { kind: 'found', snapshot: { ...snapshot, deal: { ...snapshot.deal, ...older } } satisfies CrmSnapshot };
          },
        },
      }),
  },
  {
    name: 'sweep without overlap',
    belief: 'A row that was changed before the last sweep was seen by it.',
    engine: (engine) =>
      withParts(engine, {
        partner: {
          changedSince: async function* (position, signal): AsyncIterable<SweepPage> {
            const from = position === null ? 0 : Date.parse(position);
            for await (const page of engine.partner.changedSince(position, signal))
              yield {
                position: new Date(engine.system.now()).toISOString(),
                notices: page.notices.filter(({ at }) => at > from),
              };
          },
        },
      }),
  },
  {
    name: 'lost look-again',
    belief: 'A notice that comes during a pass is covered by that pass.',
    store: storeWith((store) => ({ finish: (lease, result, now) => store.finish({ ...lease, seq: lease.seq + 10 }, result, now) })),
    engine: unchanged,
  },
  {
    name: 'echo filter',
    belief: 'A notice right after our own write is its echo.',
    store: (store) => {
      const wrote = new Map<string, number>();
      return over(store, {
        finish: async (lease, result, now) => {
          for (const id of [result.link.opportunityId, result.link.referralId, result.link.microsoftLegId])
            if (id !== null) wrote.set(id, now);
          await store.finish(lease, result, now);
        },
        accept: (org, notices, position, now) =>
          store.accept(
            org,
            notices.filter(
              ({ source, subject }) => source === 'sweep' || subject.kind === 'request' || now - (wrote.get(subject.id) ?? 0) > 5_000,
            ),
            position,
            now,
          ),
      });
    },
    engine: unchanged,
  },
  {
    name: 'the tick is not looked at',
    belief: 'What was shared once stays shared.',
    engine: (engine) =>
      withParts(engine, {
        crm: {
          read: async (id) => {
            const reading = await engine.crm.read(id);
            return reading.kind === 'found' && reading.snapshot.referralId !== null
              ? { kind: 'found', snapshot: { ...reading.snapshot, shared: true } }
              : reading;
          },
        },
      }),
  },
  {
    name: 'reading after the write is the base',
    belief: 'What the opportunity holds after our write is what both sides agreed on.',
    engine: (engine, world) =>
      withParts(engine, {
        store: {
          finish: (lease, result, now) => {
            const { opportunityId, base } = result.link;
            const held = opportunityId === null ? undefined : world.history.now(opportunityId);
            if (!base || !held?.shared) return engine.store.finish(lease, result, now);
            const { name, value, closeDate, notes } = held.plain;
            const crm = { ...base.crm, name, value: value === null ? null : Number(value), closeDate, notes };
            return engine.store.finish(lease, { ...result, link: { ...result.link, base: { ...base, crm } } }, now);
          },
        },
      }),
  },
  {
    name: 'answered before it is stored',
    belief: 'A webhook may be answered first; the notice is stored a moment later.',
    store: storeWith((store, world) => ({
      accept: async (org, notices, position, now) => {
        if (notices.some(({ source }) => source !== 'partner-webhook')) return store.accept(org, notices, position, now);
        void world.scheduler.wait(400).then(() => store.accept(org, notices, position, now));
        return notices.length;
      },
    })),
    engine: unchanged,
  },
  {
    name: 'the loser is not written down',
    belief: 'Nobody asks for the value that lost.',
    engine: (engine) =>
      withParts(engine, {
        crm: { write: (write) => engine.crm.write({ ...write, audit: write.audit.map(withoutLoserLine) }) },
        store: {
          finish: (lease, result, now) => engine.store.finish(lease, { ...result, audit: result.audit.map(withoutLoser) }, now),
          release: (lease, release, now) => engine.store.release(lease, { ...release, audit: release.audit.map(withoutLoser) }, now),
        },
      }),
  },
  {
    name: 'the mapping is read once',
    belief: 'Nobody changes the mapping while the service runs.',
    engine: (engine) => {
      let first: ReturnType<Engine['mapping']> | null = null;
      return withParts(engine, { mapping: () => (first ??= engine.mapping()) });
    },
  },
  {
    name: 'a create that is in doubt is forgotten',
    belief: 'An error means that nothing was created.',
    engine: (engine) =>
      withParts(engine, {
        partner: {
          create: async (deal, sendBefore) => {
            try {
              return await engine.partner.create(deal, sendBefore);
            } catch {
              return { kind: 'stale' };
            }
          },
        },
      }),
  },
];

/** @throws when nobody ever made such a mistake */
export function bugNamed(name: string): Bug {
  const bug = bugs.find((one) => one.name === name);
  if (!bug) throw new Error(`There is no such mistake. Known are:\n${bugs.map((one) => `  ${one.name}: ${one.belief}`).join('\n')}`);
  return bug;
}
