/** What Partner Center remembers about referrals: the records, their versions, when the list shows them, and who is told of a change. */
import type { Surroundings } from '../wire.ts';
import { instantText } from './shape.ts';
import { isTerminal } from './lifecycle.ts';
import type { Referral } from './model.ts';
import type { Switches } from './switches.ts';

/** Who changed a referral: the partner through the API or in the portal, Microsoft, or time. */
export type ChangedBy = 'partner' | 'portal' | 'microsoft' | 'clock';

export interface Change {
  readonly kind: 'created' | 'updated';
  readonly referral: Referral;
  readonly by: ChangedBy;
}

interface Stored {
  referral: Referral;
  /** Epoch ms from which the list shows it. */
  readonly listedAt: number;
}

export interface State {
  all(): readonly Referral[];
  find(id: string): Referral | undefined;
  /** What the list shows now (API §4.1), oldest first. */
  listed(): readonly Referral[];
  /** The same of one engagement. */
  listedOf(engagementId: string): readonly Referral[];
  ofEngagement(engagementId: string): readonly Referral[];
  /** Microsoft's newest leg of an engagement. */
  legOf(engagementId: string): Referral | undefined;
  /** The partner's oldest referral of an engagement. */
  ownOf(engagementId: string): Referral | undefined;
  insert(referral: Referral, by: ChangedBy): Referral;
  /** Changes a copy, then replaces the record under a new eTag and time. */
  write(id: string, change: (draft: Referral) => void, by: ChangedBy): Referral;
  /** Closes what nobody answered in time (API §6.2). */
  expireDue(): void;
  /** Epoch ms of the next expiry; null when nothing waits. */
  nextExpiry(): number | null;
  /** A time with seven digits that is later than every one before. */
  stamp(): string;
}

export const microsoftId = 'msft';
export const isMicrosofts = (referral: Referral): boolean => referral.organizationId === microsoftId;

export function createState(surroundings: Surroundings, switches: Switches, changed: (change: Change) => void): State {
  const records = new Map<string, Stored>();
  let last = { ms: Number.NaN, count: 0 };
  let writes = 0;

  function stamp(): string {
    const ms = surroundings.now();
    last = { ms, count: ms === last.ms ? last.count + 1 : 1 };
    return instantText(ms, String(last.count % 10_000).padStart(4, '0'));
  }

  function nextETag(): string {
    writes += 1;
    const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
    return `"${hex(0x5e1f0000 + writes)}-0000-0100-0000-${hex(Math.floor(surroundings.now() / 1000))}0000"`;
  }

  /** Records of each engagement, oldest first; a referral never leaves its engagement, whose id is the same in any letter case. */
  const engagements = new Map<string, readonly Stored[]>();
  /** Records that somebody has to answer in time. */
  const unanswered = new Set<Stored>();

  const all = (): readonly Referral[] => [...records.values()].map(({ referral }) => referral);
  const inList = (stored: readonly Stored[]): readonly Referral[] =>
    stored.filter(({ listedAt }) => listedAt <= surroundings.now()).map(({ referral }) => referral);
  const among = (engagementId: string): readonly Stored[] => engagements.get(engagementId.toLowerCase()) ?? [];
  const ofEngagement = (id: string): readonly Referral[] => among(id).map(({ referral }) => referral);
  const waiting = (): readonly Referral[] => [...unanswered].map(({ referral }) => referral);

  function keepInView(stored: Stored): void {
    const { status, expirationDateTime } = stored.referral;
    if (status === 'New' && expirationDateTime !== null) unanswered.add(stored);
    else unanswered.delete(stored);
  }

  function write(id: string, change: (draft: Referral) => void, by: ChangedBy): Referral {
    const stored = records.get(id);
    if (!stored) throw new Error(`There is no referral ${id}`);
    const draft = structuredClone(stored.referral);
    change(draft);
    draft.updatedDateTime = stamp();
    draft.eTag = nextETag();
    if (draft.status === 'Active') draft.acceptedDateTime ??= draft.updatedDateTime;
    if (draft.status !== 'New') draft.expirationDateTime = null;
    if (isTerminal(draft)) draft.closedDateTime ??= draft.updatedDateTime;
    stored.referral = draft;
    keepInView(stored);
    changed({ kind: 'updated', referral: draft, by });
    return draft;
  }

  return {
    all,
    find: (id) => records.get(id.toLowerCase())?.referral,
    listed: () => inList([...records.values()]),
    listedOf: (engagementId) => inList(among(engagementId)),
    ofEngagement,
    legOf: (engagementId) => ofEngagement(engagementId).findLast(isMicrosofts),
    ownOf: (engagementId) => ofEngagement(engagementId).find((referral) => !isMicrosofts(referral)),
    insert(referral, by) {
      const stored = { referral: { ...structuredClone(referral), eTag: nextETag() }, listedAt: surroundings.now() + switches.listDelayMs };
      records.set(referral.id, stored);
      engagements.set(referral.engagementId.toLowerCase(), [...among(referral.engagementId), stored]);
      keepInView(stored);
      changed({ kind: 'created', referral: stored.referral, by });
      return stored.referral;
    },
    write,
    expireDue() {
      for (const { id, expirationDateTime } of waiting()) {
        if (Date.parse(expirationDateTime ?? '') > surroundings.now()) continue;
        write(id, (draft) => Object.assign(draft, { status: 'Closed', substatus: 'Expired', closedDateTime: expirationDateTime }), 'clock');
      }
    },
    nextExpiry() {
      const times = waiting().map(({ expirationDateTime }) => Date.parse(expirationDateTime ?? ''));
      return times.length === 0 ? null : Math.min(...times);
    },
    stamp,
  };
}
