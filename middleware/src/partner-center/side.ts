/** Partner Center as the engine sees it: `PartnerSide` over the client. */
import type { Deal, FieldName } from '../domain/deal.ts';
import { fieldNames } from '../domain/fields.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import type { Registration } from '../domain/registration.ts';
import { SyncError, toSyncError } from '../errors.ts';
import type { PartnerPatch, PartnerSide, PartnerSnapshot, Reading, System, WriteResult } from '../sync/ports.ts';
import type { ReferralsClient } from './client.ts';
import { microsoftLegBody, ownReferralBody } from './create-body.ts';
import { createFindByReference, findByEngagement, sweepChanges, type FoundRow } from './find.ts';
import { isOwn, type OwnIdentity } from './ownership.ts';
import { registrationPatch, toPatch } from './patch.ts';
import { createReadRecent } from './recent-referrals.ts';
import { readReferral, type ReadReferral, type Referral } from './schema.ts';
import { stateOf } from './state.ts';
import { toSnapshot, type Leg } from './translate.ts';

export interface PartnerCenterOptions {
  readonly client: ReferralsClient;
  readonly system: System;
  readonly identity: OwnIdentity;
  /** Link for people with `{referralId}` and `{engagementId}` (API §12; the default is unverified there). */
  readonly linkTemplate?: string;
  /** How long a new referral may take to show up in the list, ms. Default 60,000 (entra-and-webhooks §7). */
  readonly listDelay?: number;
}

export const defaultLinkTemplate = 'https://partner.microsoft.com/en-us/dashboard/referrals/{referralId}';

type Written = WriteResult<PartnerSnapshot>;

export function createPartnerCenterSide(options: PartnerCenterOptions): PartnerSide {
  const { client, system, identity, linkTemplate = defaultLinkTemplate, listDelay = 60_000 } = options;
  const findByReference = createFindByReference(client, createReadRecent(client, identity, listDelay, system), identity);
  /** Bodies of referrals made a moment ago: nobody but us can have asked Microsoft for help on them yet. */
  const justMade = new WeakSet<object>();

  const goneOrThrow = (thrown: unknown): { readonly kind: 'gone'; readonly why: string } => {
    const error = toSyncError(thrown);
    if (error.code === 'PC_GONE') return { kind: 'gone', why: error.message };
    throw error;
  };

  function legAmong(rows: readonly FoundRow[]): Referral | 'none' {
    const foreign = rows.filter(({ row }) => !isOwn(row, identity));
    const leg = foreign.find(({ row }) => row.organizationId?.toLowerCase() === 'msft') ?? foreign[0];
    if (leg === undefined) return 'none';
    const read = readReferral(leg.raw);
    if (read === null) throw new SyncError('PC_ANSWER', { message: "Microsoft's referral of this engagement could not be read." });
    return read.referral;
  }

  const legOf = async (engagementId: string): Promise<Referral | 'none'> => legAmong(await findByEngagement(client, engagementId));

  async function readEngagement(engagementId: string): Promise<Reading<PartnerSnapshot>> {
    const rows = await findByEngagement(client, engagementId);
    const own = rows.find(({ row }) => isOwn(row, identity));
    if (own === undefined) return { kind: 'gone', why: 'No referral of ours belongs to this engagement.' };
    try {
      // List rows may lack the ETag, and may be older than the referral (API §4.1).
      return { kind: 'found', snapshot: toSnapshot(await client.get(own.row.id), legAmong(rows), identity) };
    } catch (thrown) {
      return goneOrThrow(thrown);
    }
  }

  /**
   * 403 for one referral while others can be listed: it is hidden, as Microsoft's leg may be (API §6.4). When nothing can
   * be listed, the account has lost its role, and no link may be given up for that.
   */
  async function hiddenFrom(thrown: unknown): Promise<{ readonly kind: 'gone'; readonly why: string } | null> {
    if (toSyncError(thrown).code !== 'PC_NO_ACCESS') return null;
    await client.list({ orderby: 'updatedDateTime desc' }).next();
    return {
      kind: 'gone',
      why: 'Partner Center does not show this referral to the account of the connector; its role must be Referrals admin for the whole company.',
    };
  }

  async function read(referralId: string, withLeg: boolean): Promise<Reading<PartnerSnapshot>> {
    let answer: ReadReferral;
    try {
      answer = await client.get(referralId);
    } catch (thrown) {
      return (await hiddenFrom(thrown)) ?? goneOrThrow(thrown);
    }
    // Whose id an event about a related referral carries is not documented (API §11.3): both ways lead to our own.
    if (!isOwn(answer.referral, identity)) return readEngagement(answer.referral.engagementId);
    const leg: Leg = withLeg ? await legOf(answer.referral.engagementId) : 'unread';
    return { kind: 'found', snapshot: toSnapshot(answer, leg, identity) };
  }

  async function withLeg(snapshot: PartnerSnapshot): Promise<PartnerSnapshot> {
    const answer = readReferral(snapshot.raw);
    if (answer === null) throw new SyncError('PC_ANSWER', { message: 'The referral could not be read again.' });
    // some answers carry the version in their header only
    return { ...toSnapshot(answer, await legOf(snapshot.engagementId), identity), etag: snapshot.etag };
  }

  /** A refusal is a result; everything else is thrown for the engine's back-off. */
  function resultOrThrow(thrown: unknown): Written {
    const error = toSyncError(thrown);
    const { fields: named = [], requestId = null } = error.facts;
    switch (error.code) {
      case 'PC_REFUSED':
      case 'PC_NO_ACCESS':
        return { kind: 'refused', code: error.code, message: error.message, fields: named, requestId };
      case 'PC_STALE':
      case 'PC_STATE':
        return { kind: 'stale' };
      case 'PC_GONE':
        return { kind: 'gone', why: error.message };
      default:
        throw error;
    }
  }

  /** A POST whose effect is not known must not be repeated before the list would show it. */
  function undecided(thrown: unknown): SyncError {
    const error = toSyncError(thrown);
    const sent = error.code === 'NET_UNDECIDED' || error.code === 'NET_TOO_LARGE' || error.code === 'PC_BUSY' || error.code === 'PC_ANSWER';
    if (!sent && error.code !== 'PC_UNDECIDED_CREATE') return error;
    const { status, requestId = null } = error.facts;
    return new SyncError('PC_UNDECIDED_CREATE', {
      cause: error,
      requestId,
      notBefore: system.now() + listDelay,
      ...(status === undefined ? {} : { status }),
    });
  }

  async function create(deal: Deal, sendBefore?: number): Promise<Written> {
    try {
      const answer = await client.create(ownReferralBody(deal), sendBefore);
      const after = toSnapshot(answer, 'none', identity);
      if (typeof after.raw === 'object' && after.raw !== null) justMade.add(after.raw);
      return { kind: 'done', after, requestId: answer.requestId, refused: [] };
    } catch (thrown) {
      return resultOrThrow(undecided(thrown));
    }
  }

  /**
   * Whether a deal has to be Shared before Microsoft can be asked is not documented (API §7.2): it is made so when asking is refused.
   * A deal that was closed meanwhile cannot be changed any more and has to be read again.
   */
  async function askMicrosoft(own: PartnerSnapshot, wanted: Deal, sendBefore?: number): ReturnType<ReferralsClient['create']> {
    const body = microsoftLegBody(wanted, own.engagementId);
    try {
      return await client.create(body, sendBefore);
    } catch (thrown) {
      if (toSyncError(thrown).code !== 'PC_REFUSED') throw thrown;
      const { referral } = await client.get(own.referralId);
      if (isTerminal(stateOf(referral.status, referral.substatus))) throw new SyncError('PC_STALE');
      if (referral.type === 'Shared' || !referral.eTag) throw thrown;
      try {
        await client.patch(own.referralId, referral.eTag, [{ op: 'replace', path: '/type', value: 'Shared' }]);
      } catch (refusal) {
        // the reason of the first refusal is the one people have to read
        throw toSyncError(refusal).code === 'PC_REFUSED' ? thrown : refusal;
      }
      return client.create(body, sendBefore);
    }
  }

  async function createMicrosoftLeg(own: PartnerSnapshot, deal: Deal, sendBefore?: number): Promise<Written> {
    const wanted = { ...own.deal, ...deal };
    if ((wanted.help ?? null) === null) {
      return {
        kind: 'refused',
        code: 'DEAL_INCOMPLETE',
        message: 'Say first how Microsoft can help.',
        fields: ['help'],
        requestId: null,
      };
    }
    let requestId: string | null = null;
    // only the first try may do without the look
    const sure = typeof own.raw === 'object' && own.raw !== null && justMade.delete(own.raw);
    let leg: Referral | 'none' = sure ? 'none' : await legOf(own.engagementId);
    if (leg === 'none') {
      try {
        const answer = await askMicrosoft(own, wanted, sendBefore);
        requestId = answer.requestId;
        leg = answer.referral;
      } catch (thrown) {
        return resultOrThrow(undecided(thrown));
      }
    }
    return { kind: 'done', after: await ownAfterLeg(own, leg), requestId, refused: [] };
  }

  /** Asking for help changes our own referral too: its type flips to Shared (API §7.2), and so does its ETag. */
  async function ownAfterLeg(own: PartnerSnapshot, leg: Referral): Promise<PartnerSnapshot | null> {
    try {
      return toSnapshot(await client.get(own.referralId), leg, identity);
    } catch {
      // The leg exists, which is what counts; null makes the engine read again.
      return null;
    }
  }

  async function patch({ basedOn, set }: PartnerPatch): Promise<Written> {
    const { operations, refused } = toPatch(set, basedOn.raw);
    if (operations.length === 0) return { kind: 'done', after: basedOn, requestId: null, refused };
    // Without a version nothing may be written: read again first (API §4.1, list rows without eTag).
    if (basedOn.etag === '') return { kind: 'stale' };
    try {
      const answer = await client.patch(basedOn.referralId, basedOn.etag, operations);
      return { kind: 'done', after: withLegOf(basedOn, toSnapshot(answer, 'unread', identity)), requestId: answer.requestId, refused };
    } catch (thrown) {
      return resultOrThrow(thrown);
    }
  }

  async function register(own: PartnerSnapshot, registration: Registration): Promise<Written> {
    try {
      const answer = await client.patch(own.referralId, own.etag, [registrationPatch(registration, own.raw)]);
      return { kind: 'done', after: withLegOf(own, toSnapshot(answer, 'unread', identity)), requestId: answer.requestId, refused: [] };
    } catch (thrown) {
      return resultOrThrow(thrown);
    }
  }

  return {
    read,
    readEngagement,
    withLeg,
    create,
    createMicrosoftLeg,
    patch,
    register,
    listDelay,
    async findByReference(reference, since) {
      const snapshots: PartnerSnapshot[] = [];
      for (const { id } of await findByReference(reference, since)) {
        const reading = await read(id, false);
        // The list may tell of a reference that has been taken off since.
        if (reading.kind === 'found' && reading.snapshot.deal.externalReference === reference) snapshots.push(reading.snapshot);
      }
      return snapshots;
    },
    changedSince: (position, signal) => sweepChanges(client, identity, system, position, signal),
    linkFor: (referralId, engagementId) =>
      linkTemplate
        .replaceAll('{referralId}', encodeURIComponent(referralId))
        .replaceAll('{engagementId}', encodeURIComponent(engagementId)),
  };
}

/** Fields that live on Microsoft's leg and were not read again by a write to our own referral. */
function withLegOf(before: PartnerSnapshot, after: PartnerSnapshot): PartnerSnapshot {
  if (before.microsoftLeg === 'unread') return after;
  const carried = fieldNames.filter((field: FieldName) => !(field in after.deal) && field in before.deal);
  const legDeal: Deal = Object.fromEntries(carried.map((field) => [field, before.deal[field]]));
  return { ...after, microsoftLeg: before.microsoftLeg, deal: { ...after.deal, ...legDeal } };
}
