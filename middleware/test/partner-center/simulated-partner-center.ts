/** The adapter over the simulator's service, without a socket; faults can be put in front of it. */
import type { Deal } from '../../src/domain/deal.ts';
import type { SyncError } from '../../src/errors.ts';
import { createGate } from '../../src/gate.ts';
import { createCaller, type Caller } from '../../src/partner-center/call.ts';
import { createReferralsClient } from '../../src/partner-center/client.ts';
import { createPartnerCenterSide } from '../../src/partner-center/side.ts';
import type { PartnerSide } from '../../src/sync/ports.ts';
import type { Transport, WireRequest } from '../../src/transport.ts';
import type { PartnerUser } from '../../simulators/partner-center/access.ts';
import { createPartnerCenter, type PartnerCenter } from '../../simulators/partner-center/index.ts';
import type { Switches } from '../../simulators/partner-center/switches.ts';
import { ownOrganization } from './referrals.ts';
import { virtualSystem, type VirtualSystem } from './virtual-system.ts';

export interface SimulatedWorld {
  readonly center: PartnerCenter;
  readonly side: PartnerSide;
  readonly call: Caller;
  readonly system: VirtualSystem;
  readonly requests: WireRequest[];
  /** The next request that fits is answered by the simulator, and its answer is lost. */
  cutAfter(fits: (request: WireRequest) => boolean, error: SyncError): void;
  /** From now on the account may do nothing. */
  loseRole(): void;
}

export function simulatedPartnerCenter(switches: Partial<Switches> = {}): SimulatedWorld {
  const system = virtualSystem();
  const users: { [email: string]: PartnerUser } = {};
  const center = createPartnerCenter({
    surroundings: { now: system.now, random: system.random, uuid: system.id },
    organizationId: ownOrganization,
    mpnId: '1234567',
    checkToken: (token) => (token === 'good' ? { user: 'connector@partner.example', mfa: true } : null),
    users,
    switches,
  });
  const requests: WireRequest[] = [];
  let cut: { readonly fits: (request: WireRequest) => boolean; readonly error: SyncError } | null = null;

  const transport: Transport = async (request) => {
    requests.push(request);
    const { pathname, search } = new URL(request.url);
    const body = typeof request.body === 'string' ? Buffer.from(request.body) : (request.body ?? new Uint8Array());
    const answer = await center.service({ method: request.method, url: pathname + search, headers: request.headers ?? {}, body });
    if (cut?.fits(request)) {
      const { error } = cut;
      cut = null;
      throw error;
    }
    return { status: answer.status, headers: lowerCase(answer.headers), body: Buffer.from(answer.body) };
  };

  const gate = createGate(system, { concurrency: 4, patienceMs: 10_000, tooLong: 'PC_THROTTLED' });
  const tokens = {
    token: () => Promise.resolve('good'),
    refused: () => Promise.resolve('good'),
    ended: () => Promise.resolve(),
    state: () => Promise.resolve({ kind: 'signed-in', account: 'a', lastExchangeAt: 0 } as const),
  };
  const call = createCaller({ transport, gate, tokens, system });
  const client = createReferralsClient(call, 'https://api.partner.microsoft.com/v1.0/engagements/referrals');
  const side = createPartnerCenterSide({ client, system, identity: { organizationId: ownOrganization, mpnIds: ['1234567'] } });
  return {
    center,
    side,
    call,
    system,
    requests,
    loseRole: () => {
      users['connector@partner.example'] = { role: 'none' };
    },
    cutAfter: (fits, error) => {
      cut = { fits, error };
    },
  };
}

const lowerCase = (headers: { readonly [name: string]: string }): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** A deal with everything a co-sell request needs. */
export const completeDeal: Deal = {
  name: 'Northwind – ERP move',
  value: 50_000,
  currency: 'GBP',
  closeDate: '2026-09-30',
  notes: 'Kick-off done.',
  externalReference: '006Kj000001AbCdEAF',
  customerName: 'Northwind & sons',
  customerAddressLine1: '1 Sample Street',
  customerCity: 'Leeds',
  customerPostalCode: 'LS1 1AA',
  customerCountry: 'GB',
  contacts: [{ email: 'ada@northwind.example', firstName: 'Ada', lastName: 'Muster', phone: '+441130000000' }],
  team: [{ email: 'sam@partner.example', firstName: 'Sam', lastName: 'Seller', phone: '+441131111111' }],
  solutions: [{ id: 'SOL-00001-ABC', name: 'Example Suite' }],
  help: 'ProofOfConceptOrDemo',
  noteToMicrosoft: 'Please meet the customer.',
  consent: true,
  visible: true,
  marketplaceIntent: 'Yes',
};
