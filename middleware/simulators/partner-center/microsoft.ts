/** The scripted Microsoft seller: what a person at Microsoft would do, as functions (API §6, §16). */
import { asDraft, filled } from './compose.ts';
import { dayMs } from './create.ts';
import { referralShape, type Json, type JsonObject, type Member, type Referral } from './model.ts';
import { bind, instantText } from './shape.ts';
import { microsoftId } from './state.ts';
import type { World } from './world.ts';

export interface Changes {
  readonly name?: string;
  readonly dealValue?: number;
  readonly currency?: string;
  readonly notes?: string | null;
  /** `YYYY-MM-DD` or a full UTC time. */
  readonly closingDate?: string;
}

/** What Microsoft sends; everything has a sensible default. */
export interface Inbound extends Changes {
  readonly customer?: {
    readonly name?: string;
    readonly addressLine1?: string | null;
    readonly city?: string | null;
    readonly state?: string | null;
    readonly region?: string | null;
    readonly postalCode?: string | null;
    readonly country?: string | null;
    readonly size?: string | null;
    readonly duns?: string | null;
    readonly contacts?: readonly Member[];
  };
  readonly solutions?: readonly { readonly id: string; readonly name: string }[];
  /** Message of the inviting seller. */
  readonly note?: string | null;
  readonly team?: readonly Member[];
}

export interface Lead extends Inbound {
  /** Direct = marketplace lead, which the API never shows (API §4.2). */
  readonly qualification?: 'SalesQualified' | 'MarketingQualified' | 'Direct';
}

export const defaultSeller: Member = {
  firstName: 'Morgan',
  lastName: 'Field',
  phoneNumber: '+14255550100',
  email: 'morgan.field@microsoft.example',
  title: 'Account Executive',
};

/** Every function takes the id of any referral of the engagement and throws when the move is impossible. */
export interface MicrosoftSeller {
  /** Microsoft has seen the request: its leg becomes New/Received. */
  receive(id: string): Referral;
  /** Accepts the request: CRM identifier and seller contact appear. */
  accept(id: string, seller?: Member): Referral;
  decline(id: string, reason?: string): Referral;
  /** The 14 days are over at once, for whichever referral of the engagement still waits. */
  expire(id: string): Referral;
  win(id: string): Referral;
  lose(id: string, reason?: string): Referral;
  /** Edits value, notes, close date … on the referral the switch `microsoftEdits` names, or the one given. */
  edit(id: string, changes: Changes, where?: 'partner referral' | 'microsoft leg' | 'both'): Referral;
  /** A co-sell deal for the partner: New/Pending, 14 days to answer. Gives the partner's referral. */
  sendDeal(deal?: Inbound): Referral;
  /** A lead: Independent, no Microsoft leg. */
  sendLead(lead?: Lead): Referral;
  /** Writes any state, also words nobody documented, such as Active/Engaged. Acts on exactly this referral. */
  setState(id: string, status: Referral['status'], substatus: string, reason?: string | null): Referral;
}

/** Somebody at the customer, with an address of its own. */
const contactAt = (customer: string): Member => ({
  firstName: 'Kim',
  lastName: 'Abercrombie',
  phoneNumber: '+441132220000',
  email: `kim@${/[a-z0-9]+/.exec(customer.toLowerCase())?.[0] ?? 'customer'}.example`,
});

export function createMicrosoftSeller(world: World): MicrosoftSeller {
  const { surroundings, state, switches } = world;

  function any(id: string): Referral {
    state.expireDue();
    const referral = state.find(id);
    if (!referral) throw new Error(`There is no referral ${id}.`);
    return referral;
  }

  function legOf(id: string): Referral {
    const leg = state.legOf(any(id).engagementId);
    if (!leg) throw new Error('Microsoft was not asked for help with this deal.');
    return leg;
  }

  const ownOf = (id: string): Referral => state.ownOf(any(id).engagementId) ?? any(id);

  function open(referral: Referral, ...statuses: readonly string[]): Referral {
    if (!statuses.includes(referral.status))
      throw new Error(`The referral is ${referral.status}/${referral.substatus}, so this is not possible.`);
    return referral;
  }

  function close(referral: Referral, substatus: string, reason: string | null): Referral {
    return state.write(referral.id, (draft) => Object.assign(draft, { status: 'Closed', substatus, statusReason: reason }), 'microsoft');
  }

  function inbound(deal: Inbound, parts: Pick<Referral, 'type' | 'qualification'>): Referral {
    const { customer = {} } = deal;
    const customerName = customer.name ?? 'Fabrikam Inc.';
    const at = state.stamp();
    const body: JsonObject = {
      ...parts,
      name: deal.name ?? 'Fabrikam – data platform',
      customerProfile: {
        name: customerName,
        size: customer.size ?? null,
        address: {
          addressLine1: customer.addressLine1 ?? '4 Harbour Street',
          city: customer.city ?? 'Leeds',
          state: customer.state ?? null,
          region: customer.region ?? null,
          postalCode: customer.postalCode ?? 'LS1 4DT',
          country: customer.country ?? 'GB',
        },
        team: (customer.contacts ?? [contactAt(customerName)]) as unknown as Json,
        ids: customer.duns ? [{ profileType: 'Duns', id: customer.duns }] : [],
      },
      consent: {
        consentToToShareInfoWithOthers: true,
        consentToContact: true,
        consentToMicrosoftToContactSpecificPartners: true,
        consentToShareReferralWithMicrosoftSellers: true,
      },
      details: {
        notes: deal.notes ?? null,
        dealValue: deal.dealValue ?? 80_000,
        currency: deal.currency ?? 'GBP',
        closingDateTime: deal.closingDate ?? instantText(Math.floor((surroundings.now() + 90 * dayMs) / dayMs) * dayMs),
        requirements: {
          solutions: (deal.solutions ?? []).map(({ id, name }) => ({ id, name, type: 'Name' })),
          additionalRequirements: { attributes: [{ type: 'CustomerMarketplaceIntent', id: 'HaveNotDecided' }] },
        },
      },
      team: (deal.team ?? []) as unknown as Json,
    };
    return {
      ...filled(asDraft(bind(body, referralShape) as JsonObject)),
      id: surroundings.uuid(),
      engagementId: surroundings.uuid(),
      organizationId: world.organizationId,
      organizationName: world.organizationName,
      mpnId: world.mpnId,
      createdDateTime: at,
      updatedDateTime: at,
      expirationDateTime: instantText(surroundings.now() + switches.expiryDays * dayMs),
      status: 'New',
      substatus: 'Pending',
      direction: 'Incoming',
      inviteContext: {
        notes: deal.note ?? null,
        assistanceRequestCode: 'Unknown',
        invitedMpnId: world.mpnId,
        invitedBy: { organizationId: microsoftId, organizationName: 'Microsoft' },
      },
      target: (deal.solutions ?? []).map(({ id }) => ({ type: 'SolutionProfile', id })),
    };
  }

  const msxId = (): string => `7-${surroundings.uuid().replaceAll('-', '').slice(0, 10).toUpperCase()}`;

  return {
    receive: (id) => state.write(open(legOf(id), 'New').id, (draft) => Object.assign(draft, { substatus: 'Received' }), 'microsoft'),
    accept(id, seller = defaultSeller) {
      const leg = open(legOf(id), 'New');
      const identifier = msxId();
      const accepted = state.write(
        leg.id,
        (draft) => {
          Object.assign(draft, { status: 'Active', substatus: 'Accepted' });
          draft.team = [...draft.team, seller];
          if (switches.msxIdOn !== 'partner referral') draft.trackingInfo.microsoftMsxId = identifier;
        },
        'microsoft',
      );
      if (switches.msxIdOn !== 'microsoft leg') {
        state.write(ownOf(id).id, (draft) => Object.assign(draft, { trackingInfo: { microsoftMsxId: identifier } }), 'microsoft');
      }
      return accepted;
    },
    decline: (id, reason = 'No Microsoft seller manages this customer') => close(open(legOf(id), 'New'), 'Declined', reason),
    expire(id) {
      const waiting = state.ofEngagement(any(id).engagementId).find(({ status }) => status === 'New');
      if (!waiting) throw new Error('No referral of this engagement is waiting for an answer.');
      return state.write(waiting.id, (draft) => Object.assign(draft, { status: 'Closed', substatus: 'Expired' }), 'clock');
    },
    win: (id) => close(open(legOf(id), 'New', 'Active'), 'Won', null),
    lose: (id, reason = 'Customer chose another vendor') => close(open(legOf(id), 'Active'), 'Lost', reason),
    edit(id, changes, where = switches.microsoftEdits) {
      const targets = where === 'both' ? [ownOf(id), legOf(id)] : [where === 'microsoft leg' ? legOf(id) : ownOf(id)];
      const edited = targets.map((target) => {
        open(target, 'New', 'Active');
        return state.write(
          target.id,
          (draft) => {
            if (changes.name !== undefined) draft.name = changes.name;
            if (changes.dealValue !== undefined) draft.details.dealValue = changes.dealValue;
            if (changes.currency !== undefined) draft.details.currency = changes.currency;
            if (changes.notes !== undefined) draft.details.notes = changes.notes;
            if (changes.closingDate !== undefined) draft.details.closingDateTime = instantText(Date.parse(changes.closingDate));
          },
          'microsoft',
        );
      });
      return edited[0] ?? ownOf(id);
    },
    sendDeal(deal = {}) {
      const own = inbound(deal, { type: 'Shared', qualification: 'SalesQualified' });
      const stored = state.insert(own, 'microsoft');
      state.insert(
        {
          ...own,
          id: surroundings.uuid(),
          organizationId: microsoftId,
          organizationName: 'Microsoft',
          mpnId: null,
          direction: 'Outgoing',
          status: 'Active',
          substatus: 'Accepted',
          acceptedDateTime: own.createdDateTime,
          expirationDateTime: null,
          team: [defaultSeller],
          trackingInfo: { microsoftMsxId: msxId() },
        },
        'microsoft',
      );
      return stored;
    },
    sendLead: ({ qualification = 'SalesQualified', ...lead } = {}) =>
      state.insert(inbound(lead, { type: 'Independent', qualification }), 'microsoft'),
    setState: (id, status, substatus, reason = null) =>
      state.write(any(id).id, (draft) => Object.assign(draft, { status, substatus, statusReason: reason }), 'microsoft'),
  };
}
