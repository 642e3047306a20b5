/** The store: the `Store` port over one engine, and what operators need besides. Each writing method is one transaction. */
import type { Lease, Link, PassResult, Release, Store, System } from '../sync/ports.ts';
import { accept, savePosition } from './accept.ts';
import { appendAudit, auditPage, pruneAudit, readAudit, verifyAudit, type AuditBreak, type ExportedAudit } from './audit.ts';
import { claimWork } from './claim.ts';
import type { Engine, Trx } from './engine.ts';
import { health, isBusy, parkedKeys, supportFigures, type SupportFigures } from './figures.ts';
import { toLink } from './link-row.ts';
import * as links from './links.ts';
import { tryLock, unlock } from './named-locks.ts';
import type { Sealer } from './seal.ts';
import { deleteSecret, readSecret, resealSecrets, saveSecret } from './secrets.ts';
import { keepSetting, restoredAt, settingOf } from './settings.ts';
import { exportLines, importLines } from './transfer.ts';
import { createBell } from './wake.ts';
import { finished, givenBack, lapsed, parked, unparked } from './work-row.ts';
import { heldBy, inBatches, lockWork, markWork, nextDue, saveWork } from './work.ts';

/** An open store: the engine's port, and the operator's tools. */
export interface OpenStore extends Store {
  readonly kind: 'sqlite' | 'postgres';
  /** The whole store at one moment, one JSON text per line. Secrets stay sealed. */
  export(now: number): AsyncIterable<string>;
  /** Fills this empty store, all or nothing; returns the number of rows. Throws `STORE_IMPORT`. */
  import(lines: AsyncIterable<string>, now: number): Promise<number>;
  /** Retention: forgets audit entries written before the time; the chains stay checkable. Returns how many. */
  pruneAudit(before: number): Promise<number>;
  /** Audit entries of all deals in the order they were written, behind the id `after`. */
  auditPage(part: {
    readonly since: number;
    readonly until: number;
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly ExportedAudit[]>;
  /** Checks every audit chain; an empty answer means that nothing was changed, added or taken away. */
  verifyAudit(): Promise<readonly AuditBreak[]>;
  /** Seals anew what a former key sealed; afterwards that key may leave the configuration. Returns how many. */
  resealSecrets(): Promise<number>;
  /** Figures for a support bundle, with the last audit entries of all links. */
  supportFigures(entries: number): Promise<SupportFigures>;
}

export function createStore(engine: Engine, sealer: Sealer, system: System): OpenStore {
  const { differences } = engine;
  const bell = createBell(system);
  engine.onAnnounced(() => bell.ring());

  /** A transaction that may leave work behind for someone who waits. */
  async function ringAfter<T>(act: (trx: Trx) => Promise<T>): Promise<T> {
    const result = await engine.write(act);
    bell.ring();
    return result;
  }

  /** The link and what the pass has to say, under its lease. */
  async function finish(trx: Trx, lease: Lease, result: PassResult, now: number): Promise<void> {
    const { work } = await links.saveLink(trx, differences, lease, result.link, now);
    await appendAudit(trx, lease.key, result.audit);
    const done = finished(work, lease.seq, result.againAt, now);
    await saveWork(trx, [done]);
    if (done.due_at !== null && done.due_at <= now) await differences.announce(trx);
  }

  async function giveBack(trx: Trx, lease: Lease, release: Release, now: number): Promise<void> {
    const row = (await lockWork(trx, differences, [lease.key])).get(lease.key);
    // someone else has the key, or it was merged away: there is nothing left to give back
    if (row?.lease_token !== lease.token) return;
    await appendAudit(trx, lease.key, release.audit);
    const next = release.kind === 'park' ? parked(row, lease.seq, release.code, release.message, now) : givenBack(row, release, now);
    await saveWork(trx, [next]);
    if (next.due_at !== null && next.due_at <= now) await differences.announce(trx);
  }

  async function mark(trx: Trx, keys: readonly string[], reason: string, priority: Lease['priority'], now: number): Promise<void> {
    for (const part of inBatches(keys)) {
      const current = await links.currentIds(trx, part);
      const ids = part.map((key) => current.get(key) ?? key);
      const known = await trx.selectFrom('link').select('id').where('id', 'in', ids).execute();
      await markWork(
        trx,
        differences,
        known.map(({ id }) => ({ key: id, reason, priority })),
        now,
      );
    }
  }

  async function unpark(trx: Trx, keys: readonly string[] | null, now: number): Promise<number> {
    const current = await links.currentIds(trx, keys ?? []);
    const wanted =
      keys?.map((key) => current.get(key) ?? key) ??
      (await trx.selectFrom('work').select('key').where('parked_at', 'is not', null).execute()).map(({ key }) => key);
    const rows = [...(await lockWork(trx, differences, wanted)).values()].filter((row) => row.parked_at !== null);
    await saveWork(
      trx,
      rows.map((row) => unparked(row, now)),
    );
    await differences.announce(trx);
    return rows.length;
  }

  return {
    kind: differences.kind,

    accept: (orgId, notices, position, now) =>
      ringAfter((trx) => accept(trx, differences, { orgId, notices, position, now, newId: () => system.id() })),
    position: (stream) =>
      engine.read(
        async (db) =>
          (await db.selectFrom('checkpoint').select('position').where('stream', '=', stream).executeTakeFirst())?.position ?? null,
      ),
    savePosition: (position, now) => engine.write((trx) => savePosition(trx, position, now)),

    async claim(limit, leaseMs, now, choice) {
      bell.look();
      // a worker with nothing to do looks every second: one read then, no transaction
      const due = await engine.read(nextDue);
      if (due === null || due > now) return [];
      const claim = system.id();
      return engine.write((trx) =>
        claimWork(trx, differences, { limit, claim, leaseMs, now, ...(choice === undefined ? {} : { choice }) }),
      );
    },
    renew: (leases, leaseMs, now) =>
      engine.write(async (trx) => {
        for (const part of inBatches(leases)) {
          const tokens = part.map(({ token }) => token);
          await trx
            .updateTable('work')
            .set({ lease_until: now + leaseMs })
            .where(
              'key',
              'in',
              part.map(({ key }) => key),
            )
            .where('lease_token', 'in', tokens)
            .execute();
        }
      }),
    finish: (lease, result, now) => ringAfter((trx) => finish(trx, lease, result, now)),
    checkpoint: (lease, link, now) =>
      engine.write(async (trx) => {
        const saved = await links.saveLink(trx, differences, lease, link, now);
        await saveWork(trx, [saved.work]);
        return saved.link;
      }),
    release: (lease, release, now) => ringAfter((trx) => giveBack(trx, lease, release, now)),
    finishService: (lease, now) =>
      ringAfter(async (trx) => {
        const done = finished(heldBy(await lockWork(trx, differences, [lease.key]), lease), lease.seq, null, now);
        if (done.due_at === null) await trx.deleteFrom('work').where('key', '=', lease.key).execute();
        else await saveWork(trx, [done]);
      }),
    mark: (keys, reason, priority, now) => ringAfter((trx) => mark(trx, keys, reason, priority, now)),
    isBusy: (key) => engine.read((db) => isBusy(db, key)),
    nextDue: () => engine.read(nextDue),
    waitForWork: (ms, signal) => bell.wait(ms, signal),

    link: (id) => engine.read((db) => links.findLink(db, id)),
    linkByOpportunity: (orgId, opportunityId) => engine.read((db) => links.findByOpportunity(db, orgId, opportunityId)),
    linkByReferral: (referralId) => engine.read((db) => links.findByReferral(db, referralId)),
    linkByEngagement: (engagementId) => engine.read((db) => links.findByEngagement(db, engagementId)),
    decide: (linkId, { decision, opportunityId, by }, now) =>
      ringAfter(async (trx) => {
        const work = await links.decide(trx, differences, linkId, decision, opportunityId, now);
        if (work) await saveWork(trx, [work]);
        await mark(trx, [linkId], `decision by ${by}`, 'person', now);
      }),
    mergeLinks: (lease, survivor, otherId, now) =>
      engine.write(async (trx): Promise<Link> => {
        const merged = await links.mergeLinks(trx, differences, lease, survivor, otherId, now);
        await saveWork(trx, [merged.work]);
        return merged.link;
      }),
    links: (after, limit) =>
      engine.read(async (db) =>
        (
          await db
            .selectFrom('link')
            .selectAll()
            .where('id', '>', after ?? '')
            .orderBy('id')
            .limit(limit)
            .execute()
        ).map(toLink),
      ),

    audit: (linkId, limit) => engine.read((db) => readAudit(db, linkId, limit)),
    health: () => engine.read(health),
    parked: (limit) => engine.read((db) => parkedKeys(db, limit)),
    unpark: (keys, now) => ringAfter((trx) => unpark(trx, keys, now)),

    tryLock: (name, owner, ms, now) => engine.write((trx) => tryLock(trx, name, owner, ms, now)),
    unlock: (name, owner) => engine.write((trx) => unlock(trx, name, owner)),

    secret: (name) => engine.read((db) => readSecret(db, sealer, name)),
    saveSecret: (name, value, expected, now) => engine.write((trx) => saveSecret(trx, sealer, name, value, expected, now)),
    deleteSecret: (name) => engine.write((trx) => deleteSecret(trx, name)),
    resealSecrets: () => resealSecrets(engine, sealer),

    setting: (name) => settingOf(engine, name),
    saveSetting: (name, value, now) => engine.write((trx) => keepSetting(trx, name, value, now)),
    restoredAt: () => restoredAt(engine),

    supportFigures: (entries) => engine.read((db) => supportFigures(db, entries)),
    purge: (before) =>
      engine.write(async (trx) =>
        Number((await trx.deleteFrom('inbox').where('received_at', '<', before).executeTakeFirst()).numDeletedRows),
      ),
    pruneAudit: (before) => pruneAudit(engine, before),
    auditPage: (part) => engine.read((db) => auditPage(db, part)),
    verifyAudit: () => verifyAudit(engine),
    export: (now) => exportLines(engine, now),
    import: (lines, now) => importLines(engine, lines, now),
    async close() {
      bell.ring();
      await engine.close();
    },
  };
}

/**
 * The file has one owner, so whoever held leases before is dead: they become failed attempts at once instead of running out, and named
 * locks are free (a killed service would else wait half a minute for its own lease on the event stream).
 */
export function reapAll(engine: Engine, now: number): Promise<void> {
  return engine.write(async (trx) => {
    const held = await trx.selectFrom('work').selectAll().where('lease_token', 'is not', null).execute();
    await saveWork(
      trx,
      held.map((row) => lapsed(row, now)),
    );
    await trx.deleteFrom('named_lock').execute();
  });
}
