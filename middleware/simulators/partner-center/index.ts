/**
 * Partner Center for tests and demos: Referrals API, webhook host, signed deliveries and a scripted Microsoft seller.
 * It owns no sockets and no timers: time comes from the surroundings, deliveries go out when `deliverDue` is called.
 */
import { sharedTestAuthority, type TestAuthority } from '../certificates.ts';
import { json, type Service, type Surroundings } from '../wire.ts';
import type { CheckToken, Users } from './access.ts';
import { createDeliveries, type Deliveries, type Send } from './deliveries.ts';
import { createMicrosoftSeller, type MicrosoftSeller } from './microsoft.ts';
import type { Referral } from './model.ts';
import { createRegistrationBook, registrationService, type RegistrationBook } from './registration.ts';
import type { CatalogueSolution } from './rules.ts';
import { referralsService, type RefusedWrite } from './service.ts';
import { createSigner, type Signer } from './signing.ts';
import { createState, isMicrosofts, type Change } from './state.ts';
import { switchesWith, type Switches } from './switches.ts';
import type { World } from './world.ts';

export interface PartnerCenterOptions {
  /** `uuid()` must give GUIDs in lower case. */
  readonly surroundings: Surroundings;
  /** The partner's own organisation; referrals carry it. */
  readonly organizationId: string;
  readonly organizationName?: string;
  /** Location (partner id) of the tenant. */
  readonly mpnId: string;
  readonly checkToken: CheckToken;
  readonly switches?: Partial<Switches>;
  /** Published solutions; empty = any well-formed id is taken. */
  readonly catalogue?: readonly CatalogueSolution[];
  /** Users with less than Referrals admin. */
  readonly users?: Users;
  /** Origin of the Referrals API as callers see it; default the real host. */
  readonly baseUrl?: () => string;
  /** Origin of the certificate host; default the documented host. */
  readonly certificateOrigin?: () => string;
  readonly authority?: TestAuthority;
  /** Shared by many runs of one process, since a key takes a tenth of a second; it brings its own authority and origin. */
  readonly signer?: Signer;
}

export interface PartnerCenter {
  /** Both hosts: /v1.0/engagements/… and /webhooks/v1/… */
  readonly service: Service;
  /** Host of the signing certificate. */
  readonly certificateService: Service;
  /** Live: change a property and the next call sees it. */
  readonly switches: Switches;
  readonly microsoft: MicrosoftSeller;
  readonly webhooks: Deliveries;
  readonly registration: RegistrationBook;
  readonly signer: Signer;
  /** Writes that a rule refused. */
  readonly refusedWrites: readonly RefusedWrite[];
  /** Every referral, Microsoft's legs included, oldest first. */
  referrals(): readonly Referral[];
  referral(id: string): Referral | undefined;
  /** Microsoft's leg in the engagement of any of its referrals. */
  legOf(id: string): Referral | undefined;
  /** A person of the partner edits a deal in the portal: no rule but the terminal lock, and an event is raised. */
  editAsPartner(id: string, change: (draft: Referral) => void): Referral;
  /** Epoch ms of the next delivery or expiry; null when nothing is planned. */
  dueAt(): number | null;
  /** Expires what is due and sends every delivery that is due; gives the number of attempts. */
  deliverDue(send: Send): Promise<number>;
}

export function createPartnerCenter(options: PartnerCenterOptions): PartnerCenter {
  const { surroundings, organizationId, mpnId, checkToken } = options;
  const switches = switchesWith(options.switches);
  const registration = createRegistrationBook(surroundings);
  const refusedWrites: RefusedWrite[] = [];
  const signer =
    options.signer ??
    createSigner({
      authority: options.authority ?? lazyAuthority(),
      origin: options.certificateOrigin ?? (() => 'https://3psostorageacct.blob.core.windows.net'),
    });
  const webhooks = createDeliveries({ surroundings, switches, signer, registration: registration.current });
  const state = createState(surroundings, switches, (change) => raise(change));
  const world: World = {
    surroundings,
    switches,
    state,
    organizationId,
    organizationName: options.organizationName ?? 'Example Partner Ltd',
    mpnId,
    catalogue: options.catalogue ?? [],
    users: options.users ?? {},
    checkToken,
    baseUrl: options.baseUrl ?? (() => 'https://api.partner.microsoft.com'),
  };

  /** API §11.2: own referrals and those of the other party have events of their own. */
  function raise({ kind, referral, by }: Change): void {
    if (by === 'partner' && !switches.ownChangesRaiseEvents) return;
    const related = isMicrosofts(referral);
    const id =
      related && switches.relatedEventCarries === 'own referral' ? (state.ownOf(referral.engagementId)?.id ?? referral.id) : referral.id;
    const copies = kind === 'created' ? switches.eventCopies : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      webhooks.raise({
        EventName: `${related ? 'related-referral' : 'referral'}-${kind}`,
        ResourceUri: `https://api.partnercenter.microsoft.com/engagements/v1/referrals/${id}`,
        ResourceName: related ? switches.relatedResourceName : 'referral',
        AuditUri: null,
        ResourceChangeUtcDate: referral.updatedDateTime.replace(/Z$/, '+00:00'),
      });
    }
  }

  const referrals = referralsService(world, refusedWrites);
  const webhookHost = registrationService(world, registration, () => webhooks);

  return {
    service(request) {
      const { pathname } = new URL(request.url, 'http://simulator');
      if (pathname.startsWith('/webhooks/')) return webhookHost(request);
      return pathname.startsWith('/v1') ? referrals(request) : Promise.resolve(json(404, { message: 'Resource not found' }));
    },
    certificateService: signer.certificateService,
    switches,
    microsoft: createMicrosoftSeller(world),
    webhooks,
    registration,
    signer,
    refusedWrites,
    referrals: state.all,
    referral: state.find,
    legOf(id) {
      const referral = state.find(id);
      return referral && state.legOf(referral.engagementId);
    },
    editAsPartner(id, change) {
      if (state.find(id)?.status === 'Closed') throw new Error('A closed deal cannot be changed.');
      return state.write(id, change, 'portal');
    },
    dueAt() {
      const times = [webhooks.dueAt(), state.nextExpiry()].filter((time) => time !== null);
      return times.length === 0 ? null : Math.min(...times);
    },
    deliverDue(send) {
      state.expireDue();
      return webhooks.deliverDue(send);
    },
  };
}

/** Made only when a certificate is needed. */
function lazyAuthority(): TestAuthority {
  return {
    get root() {
      return sharedTestAuthority().root;
    },
    get intermediate() {
      return sharedTestAuthority().intermediate;
    },
    serverCertificate: (hosts) => sharedTestAuthority().serverCertificate(hosts),
  };
}
