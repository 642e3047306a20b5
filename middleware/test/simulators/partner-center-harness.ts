/** Partner Center in virtual time, without sockets, with two fixed tokens. */
import { createPartnerCenter, type PartnerCenter, type PartnerCenterOptions } from '../../simulators/partner-center/index.ts';
import type { Json, JsonObject } from '../../simulators/partner-center/model.ts';
import type { SimResponse } from '../../simulators/wire.ts';

export const organizationId = '0a1b2c3d-aaaa-4bbb-8ccc-ddddeeeeffff';
export const listPath = '/v1.0/engagements/referrals';
export const start = Date.parse('2026-03-02T09:00:00.000Z');

export interface Answer {
  readonly status: number;
  readonly headers: SimResponse['headers'];
  readonly body: JsonObject;
}

interface CallOptions {
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
  readonly token?: string;
}

export interface Bench {
  readonly center: PartnerCenter;
  call(method: string, url: string, options?: CallOptions): Promise<Answer>;
  advance(ms: number): void;
  now(): number;
}

export function bench(options: Partial<PartnerCenterOptions> = {}): Bench {
  let now = start;
  let ids = 0;
  const center = createPartnerCenter({
    surroundings: {
      now: () => now,
      random: () => 0.5,
      uuid: () => {
        ids += 1;
        return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
      },
    },
    organizationId,
    mpnId: '1234567',
    checkToken: (token, audience) => {
      const [name, host, mfa] = token.split('|');
      if (audience !== (host === 'webhooks' ? 'https://api.partnercenter.microsoft.com' : 'https://api.partner.microsoft.com')) return null;
      return { user: name === 'app' ? null : (name ?? null), mfa: mfa !== 'no-mfa' };
    },
    ...options,
  });
  return {
    center,
    now: () => now,
    advance(ms) {
      now += ms;
    },
    async call(
      method,
      url,
      {
        body,
        headers = {},
        token = url.startsWith('/webhooks') ? 'connector@partner.example|webhooks' : 'connector@partner.example|referrals',
      } = {},
    ) {
      const response = await center.service({
        method,
        url,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
      });
      const text = Buffer.from(response.body).toString('utf8');
      return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as JsonObject };
    },
  };
}

const member = { firstName: 'Sam', lastName: 'Seller', email: 'sam@partner.example', phoneNumber: '+441131111111' };
export const contact = { firstName: 'Ada', lastName: 'Muster', email: 'ada@northwind.example', phoneNumber: '+441130000000' };

/** A complete private deal. */
export const privateDeal = {
  name: 'Northwind – ERP move',
  type: 'Independent',
  externalReferenceId: '006Kj000001AbCdEAF',
  customerProfile: {
    name: 'Northwind Traders',
    size: '251to1000employees',
    address: { addressLine1: '1 Sample Street', city: 'Leeds', postalCode: 'LS1 1AA', country: 'GB' },
    team: [contact],
    ids: [{ profileType: 'Duns', id: '000000000' }],
  },
  consent: {
    consentToToShareInfoWithOthers: true,
    consentToContact: true,
    consentToMicrosoftToContactSpecificPartners: true,
    consentToShareReferralWithMicrosoftSellers: false,
  },
  details: {
    notes: 'Kick-off done.',
    dealValue: 50000,
    currency: 'GBP',
    closingDateTime: '2026-09-30T00:00:00Z',
    requirements: {
      solutions: [{ id: 'SOL-00001-ABC', name: 'Example Suite', type: 'Name' }],
      additionalRequirements: { attributes: [{ type: 'CustomerMarketplaceIntent', id: 'HaveNotDecided' }] },
    },
  },
  team: [member],
  target: [{ type: 'SolutionProfile', id: 'SOL-00001-ABC' }],
};

export const sharedDeal = {
  ...privateDeal,
  type: 'Shared',
  consent: { ...privateDeal.consent, consentToShareReferralWithMicrosoftSellers: true },
};

export const legBody = (engagementId: Json | undefined): object => ({
  ...sharedDeal,
  engagementId,
  target: [{ type: 'BusinessProfileLocation', id: 'msft' }],
  inviteContext: { assistanceRequestCode: 'ProofOfConceptOrDemo', notes: 'Please join the demo.' },
});

export interface CoSell {
  readonly id: string;
  readonly engagementId: string;
  readonly legId: string;
}

/** The two POSTs of a co-sell deal. */
export async function coSell({ call }: Bench): Promise<CoSell> {
  const own = await call('POST', listPath, { body: sharedDeal });
  const leg = await call('POST', listPath, { body: legBody(own.body['engagementId']) });
  if (own.status !== 201 || leg.status !== 201) throw new Error(JSON.stringify([own.body, leg.body]));
  return { id: String(own.body['id']), engagementId: String(own.body['engagementId']), legId: String(leg.body['id']) };
}

export async function create({ call }: Bench, body: object = privateDeal): Promise<string> {
  const { body: created, status } = await call('POST', listPath, { body });
  if (status !== 201) throw new Error(JSON.stringify(created));
  return String(created['id']);
}

export const errorOf = ({ body }: Answer): { code: string; target: string; inner: string | undefined } => {
  const error = body['error'] as { code: string; target: string; innerError?: { code: string } };
  return { code: error.code, target: error.target, inner: error.innerError?.code };
};
