/** The webhook host: one registration per tenant (API §11.1). */
import { json, type Service, type SimRequest, type SimResponse, type Surroundings } from '../wire.ts';
import { webhooksAccess } from './access.ts';
import { Refusal, webhookHostError } from './refusal.ts';
import { parsedBody } from './service.ts';
import type { Deliveries } from './deliveries.ts';
import type { World } from './world.ts';

export interface Registration {
  readonly subscriberId: string;
  readonly webhookUrl: string;
  readonly webhookEvents: readonly string[];
  /** True = the signature comes in x-ms-signature instead of Authorization. */
  readonly signatureTokenToMsSignatureHeader: boolean;
  readonly lastModifiedTimestamp: string;
}

export const referralEvents = ['referral-created', 'referral-updated', 'related-referral-created', 'related-referral-updated'] as const;

/** Names the host knows: the ones of referrals, the test, and some of other products that share the registration. */
const knownEvents: readonly string[] = [
  ...referralEvents,
  'test-created',
  'subscription-updated',
  'invoice-ready',
  'usagerecords-thresholdExceeded',
  'granular-admin-relationship-approved',
];

export interface RegistrationBook {
  current(): Registration | null;
  /** Another environment of the same tenant registers itself: ours is gone (API §11.1). */
  take(webhookUrl: string, webhookEvents?: readonly string[]): void;
  clear(): void;
}

interface ValidationTest {
  readonly correlationId: string;
  readonly startedAt: number;
  readonly url: string;
  readonly delivery: number;
}

const keepMs = 7 * 86_400_000;
const invalid = (message: string): Refusal => new Refusal(400, 'invalidRequest', message);

function readRegistration(request: SimRequest, subscriberId: string, now: number): Registration {
  const body = parsedBody(request);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid('The body must be a registration.');
  const parts = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
  const url = parts.get('webhookurl');
  const events = parts.get('webhookevents');
  if (typeof url !== 'string' || !URL.canParse(url)) throw invalid('WebhookUrl must be an absolute address.');
  if (!Array.isArray(events) || events.length === 0) throw invalid('WebhookEvents must be a list of event names.');
  const unknown = events.find((name) => typeof name !== 'string' || !knownEvents.includes(name));
  if (unknown !== undefined) throw invalid(`The event ${JSON.stringify(unknown)} is not known.`);
  return {
    subscriberId,
    webhookUrl: url,
    webhookEvents: events.map(String),
    signatureTokenToMsSignatureHeader: parts.get('signaturetokentomssignatureheader') === true,
    lastModifiedTimestamp: new Date(now).toISOString(),
  };
}

const shown = (registration: Registration): SimResponse =>
  json(200, {
    SubscriberId: registration.subscriberId,
    WebhookUrl: registration.webhookUrl,
    WebhookEvents: registration.webhookEvents,
    SignatureTokenToMsSignatureHeader: registration.signatureTokenToMsSignatureHeader,
    lastModifiedTimestamp: registration.lastModifiedTimestamp,
  });

export function createRegistrationBook(surroundings: Surroundings): RegistrationBook & { set(registration: Registration): void } {
  let current: Registration | null = null;
  return {
    current: () => current,
    set(registration) {
      current = registration;
    },
    take(webhookUrl, webhookEvents = [...referralEvents, 'test-created']) {
      current = {
        subscriberId: current?.subscriberId ?? surroundings.uuid(),
        webhookUrl,
        webhookEvents,
        signatureTokenToMsSignatureHeader: true,
        lastModifiedTimestamp: new Date(surroundings.now()).toISOString(),
      };
    },
    clear() {
      current = null;
    },
  };
}

export function registrationService(world: World, book: ReturnType<typeof createRegistrationBook>, deliveries: () => Deliveries): Service {
  const { surroundings } = world;
  const tests: ValidationTest[] = [];

  function handle(request: SimRequest): SimResponse {
    webhooksAccess(request, world.checkToken, world.users, world.switches);
    const path = new URL(request.url, 'http://simulator').pathname.replace(/\/$/, '');
    const call = `${request.method} ${path.replace(/^\/webhooks\/v1\/registration/, '')}`;
    switch (call) {
      case 'GET /events':
        return json(200, knownEvents);
      case 'GET ':
        return shown(registered());
      case 'POST ':
        if (book.current()) throw new Refusal(409, 'invalidRequest', 'A registration exists. Use PUT to change it.');
        return save(request, surroundings.uuid());
      case 'PUT ':
        return save(request, registered().subscriberId);
      case 'POST /validationEvents':
        return startTest();
    }
    const id = /^GET \/validationEvents\/([^/]+)$/.exec(call)?.[1];
    if (id !== undefined) return testResult(id);
    throw new Refusal(
      path.startsWith('/webhooks/v1/registration') ? 405 : 404,
      'itemNotFound',
      `There is nothing at ${request.method} ${path}.`,
    );
  }

  function registered(): Registration {
    const current = book.current();
    if (!current) throw new Refusal(404, 'itemNotFound', 'This tenant has no registration.');
    return current;
  }

  function save(request: SimRequest, subscriberId: string): SimResponse {
    const registration = readRegistration(request, subscriberId, surroundings.now());
    book.set(registration);
    return shown(registration);
  }

  function startTest(): SimResponse {
    const { webhookEvents, webhookUrl } = registered();
    if (!webhookEvents.includes('test-created')) throw invalid('The registration does not include test-created.');
    const now = surroundings.now();
    if (tests.filter(({ startedAt }) => startedAt > now - 60_000).length >= 2) {
      throw new Refusal(429, 'serviceNotAvailable', 'Two test events a minute are allowed.', { headers: { 'retry-after': '60' } });
    }
    const correlationId = surroundings.uuid();
    deliveries().raise({
      EventName: 'test-created',
      ResourceUri: `https://api.partnercenter.microsoft.com/webhooks/v1/registration/validationEvents/${correlationId}`,
      ResourceName: 'test',
      AuditUri: null,
      ResourceChangeUtcDate: new Date(now).toISOString().replace('Z', '+00:00'),
    });
    tests.push({ correlationId, startedAt: now, url: webhookUrl, delivery: deliveries().all().length });
    return json(200, { correlationId });
  }

  function testResult(id: string): SimResponse {
    const test = tests.find(({ correlationId, startedAt }) => correlationId === id && startedAt > surroundings.now() - keepMs);
    const delivery = deliveries()
      .all()
      .find(({ number }) => number === test?.delivery);
    if (!test || !delivery) throw new Refusal(404, 'itemNotFound', 'There is no such test.');
    return json(200, {
      correlationId: id,
      partnerId: world.organizationId,
      status: delivery.state === 'waiting' || delivery.state === 'sending' ? 'running' : 'completed',
      callbackUrl: test.url,
      results: delivery.attempts.map(({ at, status, message }) => ({
        responseCode: status === 0 ? '' : message === 'OK' ? 'OK' : String(status),
        responseMessage: message,
        systemError: status === 0,
        dateTimeUtc: new Date(at).toISOString(),
      })),
    });
  }

  return (request) => {
    let response: SimResponse;
    try {
      response = handle(request);
    } catch (error) {
      response = webhookHostError(
        error instanceof Refusal ? error : new Refusal(500, 'generalException', `The simulator itself failed: ${String(error)}`),
      );
    }
    const trace = {
      'ms-correlationid': request.headers['ms-correlationid'] ?? surroundings.uuid(),
      'ms-requestid': request.headers['ms-requestid'] ?? surroundings.uuid(),
    };
    return Promise.resolve({ ...response, headers: { ...response.headers, ...trace } });
  };
}
