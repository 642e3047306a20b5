/** Puts the Partner Center room together from the configuration. */
import type { Config } from '../config.ts';
import { createGate } from '../gate.ts';
import type { Log } from '../log.ts';
import {
  createExchangeLock,
  createSignIn,
  createTokenSource,
  type Application,
  type Credential,
  type RenewingTokenSource,
  type SignIn,
} from '../partner-center/auth/index.ts';
import { createCaller, type CallReport } from '../partner-center/call.ts';
import { createReferralsClient } from '../partner-center/client.ts';
import { createRegistration, type Registration } from '../partner-center/registration/registration.ts';
import { createPartnerCenterSide } from '../partner-center/side.ts';
import type { TokenSource } from '../partner-center/tokens.ts';
import { createNoticeVerifier, guardedLookup, loopbackNamesOf, type VerifyNotice } from '../partner-center/webhook/index.ts';
import type { AtWork, PartnerSide, Store, System } from '../sync/ports.ts';
import { createTransport, type Transport } from '../transport.ts';

export interface PartnerCenter {
  readonly side: PartnerSide;
  readonly tokens: TokenSource;
  /** Null when a token source was handed in (simulation). */
  readonly renewal: RenewingTokenSource | null;
  readonly signIn: SignIn;
  readonly registration: Registration;
  readonly verify: VerifyNotice;
  /** Does the sign-in hold a second factor? `false` ends it: Microsoft refuses such calls; null when the service does not say. */
  checkMfa(): Promise<boolean | null>;
  close(): Promise<void>;
}

export interface PartnerCenterParts {
  readonly config: Config;
  readonly store: Store;
  readonly system: System;
  readonly atWork: AtWork;
  readonly log: Log;
  readonly observe: (report: CallReport) => void;
  /** Seams for the simulation: what stands in for sockets and for sign-in. */
  readonly transport?: Transport;
  readonly tokens?: TokenSource;
}

const mib = 1024 * 1024;

function credentialOf(config: Config): Credential {
  if (config.COSELL_CLIENT_CERTIFICATE !== null) {
    const text = config.COSELL_CLIENT_CERTIFICATE;
    const blocks = text.match(/-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----/g) ?? [];
    const isKey = (block: string): boolean => block.includes('PRIVATE KEY-----');
    return {
      kind: 'certificate',
      privateKeyPem: blocks.find(isKey) ?? '',
      certificatePem: blocks.filter((block) => !isKey(block)).join('\n'),
    };
  }
  return { kind: 'secret', secret: config.COSELL_CLIENT_SECRET ?? '' };
}

function applicationOf(config: Config): Application {
  return {
    tenantId: config.COSELL_TENANT_ID,
    clientId: config.COSELL_CLIENT_ID,
    credential: credentialOf(config),
    authorityOrigin: config.COSELL_AUTHORITY,
    knownAuthorities: [new URL(config.COSELL_AUTHORITY).host],
  };
}

/** Calls to the Referrals API at the same time. Its limits are not documented (API §10); a 429 closes the gate for all of them. */
const atOnce = 32;

export function connectPartnerCenter(parts: PartnerCenterParts): PartnerCenter {
  const { config, store, system, atWork, log, observe } = parts;
  const extraRoots = config.COSELL_EXTRA_ROOTS === null ? [] : [config.COSELL_EXTRA_ROOTS];
  const api = createTransport({ extraRoots, connections: atOnce });
  const signInWire = createTransport({ extraRoots, connections: 2, maxBytes: mib });
  const certificateWire = createTransport({
    extraRoots,
    connections: 2,
    maxBytes: mib / 16,
    lookup: guardedLookup(loopbackNamesOf(config.COSELL_CERTIFICATE_HOSTS)),
  });

  const application = applicationOf(config);
  const inTurn = createExchangeLock(store, system, system.id());
  const auth = { application, transport: parts.transport ?? signInWire.transport, system, store, inTurn };
  const renewal = parts.tokens ? null : createTokenSource(auth);
  const tokens = parts.tokens ?? (renewal as RenewingTokenSource);
  const signIn = createSignIn({ ...auth, changed: () => renewal?.reload() });

  const transport = parts.transport ?? api.transport;
  const caller = (concurrency: number) =>
    createCaller({
      transport,
      tokens,
      system,
      observe,
      gate: createGate(system, { concurrency, patienceMs: 5_000, tooLong: 'PC_THROTTLED', urgent: atWork.urgent }),
    });
  const client = createReferralsClient(caller(atOnce), `${config.COSELL_PARTNER_API}/v1.0/engagements/referrals`);
  const side = createPartnerCenterSide({
    client,
    system,
    identity: { organizationId: config.COSELL_PARTNER_ORGANIZATION, mpnIds: config.COSELL_PARTNER_LOCATIONS ?? [] },
    linkTemplate: config.COSELL_REFERRAL_LINK,
    listDelay: config.COSELL_CREATE_QUIET_SECONDS * 1_000,
  });
  const registration = createRegistration({
    call: caller(2),
    system,
    baseUrl: `${config.COSELL_WEBHOOK_API}/webhooks/v1`,
    ownUrl: `${config.COSELL_PUBLIC_URL}/webhooks/partner-center`,
  });
  const verify = createNoticeVerifier({
    transport: parts.transport ?? certificateWire.transport,
    system,
    certificateHosts: config.COSELL_CERTIFICATE_HOSTS,
    signerNames: config.COSELL_CERTIFICATE_SUBJECTS,
    extraRoots,
  });
  log.debug({ api: config.COSELL_PARTNER_API }, 'Partner Center is set up');
  return {
    side,
    tokens,
    renewal,
    signIn,
    registration,
    verify,
    async checkMfa() {
      const compliant = await client.checkMfa();
      if (compliant === false) await tokens.ended('The sign-in was made without a second factor; Microsoft refuses it.', null, true);
      return compliant;
    },
    close: async () => {
      await Promise.all([api.close(), signInWire.close(), certificateWire.close()]);
    },
  };
}
