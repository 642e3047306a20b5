/** What a pass collects while it runs: audit entries, answers, attention, notifications. Written once, at its end. */
import { fields, showValue } from '../domain/fields.ts';
import { printAuditLine, type AuditAct, type AuditChange, type AuditEntry, type AuditResult, type AuditWay } from '../domain/audit-line.ts';
import type { Base, Deal, FieldName } from '../domain/deal.ts';
import { confidentialIn } from '../domain/mapping.ts';
import type { Plan } from '../domain/plan.ts';
import type { Engine } from './engine.ts';
import type { AttentionChange, CrmNotification, Lease, Link } from './ports.ts';

export interface Pass {
  readonly engine: Engine;
  readonly lease: Lease;
  readonly audit: AuditEntry[];
  /** Entries of `audit` that stand in the opportunity's audit field already: a create writes its own line. */
  readonly shown: Set<AuditEntry>;
  /** Requests whose step the other side refused, with what it said. */
  readonly refusedRequests: Map<string, string>;
  readonly attention: AttentionChange[];
  /** Values that can be put back, as they were when the pass began: what it puts back itself is not put back again. */
  readonly losers: Link['losers'];
  readonly notifications: Omit<CrmNotification, 'recipientId'>[];
  /** Something was changed on a side: "last synced" moves. */
  changed: boolean;
  /** What both sides hold of the values this pass has carried over so far. */
  carried: Base;
  /** About the values that lose by a write that has not answered. Once it has, its own line tells of them. */
  losing: AuditEntry | null;
}

/** @param untold what earlier passes of this deal could not tell */
export const beginPass = (engine: Engine, lease: Lease, { losers }: Pick<Link, 'losers'>, untold: readonly AuditEntry[] = []): Pass => ({
  engine,
  lease,
  losers,
  audit: [...untold],
  shown: new Set(),
  refusedRequests: new Map(),
  attention: [],
  notifications: [],
  changed: false,
  carried: { crm: {}, partner: {} },
  losing: null,
});

export const confidentialFields = (engine: Engine): ReadonlySet<FieldName> => confidentialIn(engine.mapping());

/** Old → new per field, in shown texts; confidential fields only say that they changed. */
export function describeChanges(engine: Engine, before: Deal, after: Deal, plan: Pick<Plan, 'conflicts'> | null): AuditChange[] {
  const hidden = confidentialFields(engine);
  const changes: AuditChange[] = [];
  for (const field of Object.keys(after) as FieldName[]) {
    const [from, to] = [showValue(field, before[field] as never), showValue(field, after[field] as never)];
    if (from === to) continue;
    const label = fields[field].label;
    const conflict = plan?.conflicts.find((one) => one.field === field && one.winner !== null);
    if (hidden.has(field)) changes.push({ field: label });
    else
      changes.push(
        conflict
          ? { field: label, from, to, lost: showValue(field, (conflict.winner === 'crm' ? conflict.partner : conflict.crm) as never) }
          : { field: label, from, to },
      );
  }
  return changes;
}

export interface NoteFacts {
  readonly way: AuditWay;
  readonly act: AuditAct;
  readonly result?: AuditResult;
  readonly by?: string | null;
  readonly changes?: readonly AuditChange[];
  readonly code?: string | null;
  readonly text?: string | null;
  readonly requestId?: string | null;
}

export function note(pass: Pass, facts: NoteFacts): void {
  pass.audit.push({
    at: pass.engine.system.now(),
    way: facts.way,
    act: facts.act,
    result: facts.result ?? 'done',
    by: facts.by ?? null,
    changes: facts.changes ?? [],
    code: facts.code ?? null,
    text: facts.text ?? null,
    requestId: facts.requestId ?? null,
  });
}

/** A short, stable mark of a value: tells whether a refused write or a shown row would be the same again. */
export function fingerprint(value: unknown): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(JSON.stringify(value))) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16);
}

/** Lines that the opportunity's audit field lacks, newest first. */
export const linesToShow = (pass: Pass, more: readonly AuditEntry[] = []): readonly string[] =>
  [...more, ...pass.audit.filter((entry) => !pass.shown.has(entry))].sort((a, b) => b.at - a.at).map(printAuditLine);

/**
 * Opens or refreshes an attention row, unless it already shows exactly this. Who changed the values is told as it was when they were asked
 * about: our own writes later hide it.
 */
export function raise(pass: Pass, link: Link, row: Omit<AttentionChange, 'open' | 'since'>): Link {
  const mark = fingerprint({ ...row, crmBy: null, partnerBy: null });
  if (link.openAttention[row.key] === mark) return link;
  pass.attention.push({ ...row, open: true, since: pass.engine.system.now() });
  return { ...link, openAttention: { ...link.openAttention, [row.key]: mark } };
}

/** Closes rows of this deal that no longer hold. `keep` are the keys that do. */
export function settle(pass: Pass, link: Link, keep: ReadonlySet<string>): Link {
  const openAttention: { [key: string]: string } = {};
  for (const [key, mark] of Object.entries(link.openAttention)) {
    if (keep.has(key) || !key.includes(':') || key.startsWith('memo:')) openAttention[key] = mark;
    else {
      pass.attention.push({
        key,
        open: false,
        kind: 'parked',
        field: null,
        crmValue: null,
        partnerValue: null,
        crmBy: null,
        partnerBy: null,
        message: '',
        cure: '',
        cause: '',
        referralId: link.referralId,
        suggestions: [],
        since: pass.engine.system.now(),
      });
    }
  }
  return { ...link, openAttention };
}

/** Notifies once per occasion. */
export function tellOnce(pass: Pass, link: Link, occasion: string, notification: Omit<CrmNotification, 'recipientId'>): Link {
  if (link.notified.includes(occasion)) return link;
  pass.notifications.push(notification);
  return { ...link, notified: [...link.notified.slice(-30), occasion] };
}

/** Keeps the losing value of each decided conflict, so that it can be put back with one click. */
export function keepLosers(pass: Pass, link: Link, plan: Plan, written: Deal): Link {
  const decided = plan.conflicts.filter((conflict) => conflict.winner !== null && conflict.field in written);
  if (decided.length === 0) return link;
  const at = pass.engine.system.now();
  const losers = decided.map(
    (conflict) =>
      [
        conflict.field,
        conflict.winner === 'crm' ? { value: conflict.partner, from: 'partner', at } : { value: conflict.crm, from: 'crm', at },
      ] as const,
  );
  return { ...link, losers: { ...link.losers, ...Object.fromEntries(losers) } };
}
