/** The back door for demos and the portal page: look at everything, play Microsoft, move the clock, break things. */
import { bodyText, empty, json, type MovableClock, type Service, type SimRequest, type SimResponse } from '../wire.ts';
import type { Fault, Faults } from '../faults.ts';
import { attackNames, type AttackName } from './attacks.ts';
import type { WebhookFault } from './deliveries.ts';
import type { PartnerCenter } from './index.ts';
import type { Referral } from './model.ts';
import type { Switches } from './switches.ts';
import { isMicrosofts } from './state.ts';

export interface ControlOptions {
  readonly partnerCenter: PartnerCenter;
  readonly faults: Faults;
  readonly clock: MovableClock;
}

interface Body {
  readonly [name: string]: unknown;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const count = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 1);

/** Only pages of this machine may use it: no foreign page can post JSON here, no foreign name leads here. */
function isLocal(request: SimRequest): boolean {
  const host = request.headers['host'] ?? '127.0.0.1';
  if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host)) return false;
  return request.method === 'GET' || (request.headers['content-type'] ?? '').startsWith('application/json');
}

/** Routes under /__control; `onChange` is called after each change, so that deliveries need not wait for the next tick. */
export function controlService({ partnerCenter, faults, clock }: ControlOptions, onChange: () => void): Service {
  const { microsoft, webhooks, registration } = partnerCenter;

  const deals: { readonly [act: string]: (id: string, body: Body) => Referral } = {
    receive: (id) => microsoft.receive(id),
    accept: (id) => microsoft.accept(id),
    decline: (id, body) => microsoft.decline(id, text(body['reason'])),
    expire: (id) => microsoft.expire(id),
    win: (id) => microsoft.win(id),
    lose: (id, body) => microsoft.lose(id, text(body['reason'])),
    edit: (id, body) => microsoft.edit(id, body),
    state: (id, body) =>
      microsoft.setState(id, body['status'] as Referral['status'], text(body['substatus']) ?? 'None', text(body['reason']) ?? null),
  };

  const acts: { readonly [path: string]: (body: Body) => unknown } = {
    'POST /deals': (body) => microsoft.sendDeal(body),
    'POST /leads': (body) => microsoft.sendLead(body),
    'POST /clock': (body) => clock.advance(Math.max(0, Number(body['advanceMs']) || 0)),
    'POST /network': (body) => (faults.networkCut = body['cut'] === true),
    'POST /webhooks/fault': (body) => webhooks.faultNext(body['fault'] as WebhookFault, count(body['count'])),
    'POST /webhooks/attack': (body) => {
      const name = text(body['name']) as AttackName | undefined;
      if (name === undefined || !attackNames.includes(name)) throw new Error(`The attacks are: ${attackNames.join(', ')}.`);
      webhooks.attackNext(name, count(body['count']));
    },
    'POST /webhooks/repeat': (body) => webhooks.repeat(Number(body['number'])),
    'POST /webhooks/drop': (body) => webhooks.drop(Number(body['number'])),
    'POST /faults': (body) =>
      faults.next(body['fault'] as Fault, body['path'] === undefined ? {} : { path: new RegExp(String(body['path'])) }),
    'POST /faults/clear': () => faults.clear(),
    'POST /switches': (body) => void Object.assign(partnerCenter.switches, body as Partial<Switches>),
    'POST /registration': (body) => registration.take(text(body['url']) ?? 'https://elsewhere.example/webhook'),
    'POST /certificate/renew': () => partnerCenter.signer.renew(),
    'GET /clock': () => ({ now: clock.now() }),
    'GET /referrals': () => partnerCenter.referrals(),
    'GET /switches': () => partnerCenter.switches,
    'GET /refused': () => partnerCenter.refusedWrites,
    'GET /requests': () =>
      faults.requests.map(({ number, service, method, url, body, at, fault, status }) => ({
        number,
        service,
        method,
        url,
        at,
        fault,
        status,
        body: Buffer.from(body).toString('utf8'),
      })),
    'GET /state': () => overview({ partnerCenter, faults, clock }),
  };

  function handle(request: SimRequest): SimResponse {
    if (!isLocal(request)) return json(403, { message: 'Only pages of this machine may use the simulator, with JSON bodies.' });
    const path = new URL(request.url, 'http://simulator').pathname.replace(/^\/__control/, '');
    const sent = bodyText(request);
    const body = (sent === '' ? {} : JSON.parse(sent)) as Body;
    const [, id, act] = /^\/deals\/([^/]+)\/([a-z]+)$/.exec(path) ?? [];
    const deal = act !== undefined && request.method === 'POST' ? deals[act] : undefined;
    const route = acts[`${request.method} ${path}`];
    if (!deal && !route) return json(404, { message: `There is no control ${request.method} ${path}.` });
    const result = deal ? deal(id ?? '', body) : route?.(body);
    if (request.method !== 'GET') onChange();
    return typeof result === 'object' ? json(200, result) : empty(204);
  }

  return (request) => {
    try {
      return Promise.resolve(handle(request));
    } catch (error) {
      return Promise.resolve(json(400, { message: error instanceof Error ? error.message : String(error) }));
    }
  };
}

/** What the portal page shows: one entry per engagement, newest first. */
function overview({ partnerCenter, faults, clock }: ControlOptions): object {
  const { webhooks, registration, switches } = partnerCenter;
  const engagements = new Map<string, { own: Referral | null; leg: Referral | null }>();
  for (const referral of partnerCenter.referrals()) {
    const pair = engagements.get(referral.engagementId) ?? { own: null, leg: null };
    if (isMicrosofts(referral)) pair.leg = referral;
    else pair.own ??= referral;
    engagements.set(referral.engagementId, pair);
  }
  return {
    now: clock.now(),
    networkCut: faults.networkCut,
    deals: [...engagements]
      .toReversed()
      .map(([engagementId, { own, leg }]) => ({ engagementId, own: own && brief(own), leg: leg && brief(leg) })),
    registration: registration.current(),
    deliveries: webhooks
      .all()
      .slice(-60)
      .toReversed()
      .map(({ number, event, state, attempts, raisedAt, dueAt }) => ({
        number,
        event: event.EventName,
        resource: event.ResourceUri.split('/').at(-1),
        state,
        attempts: attempts.length,
        lastAnswer: attempts.at(-1)?.message ?? null,
        raisedAt,
        dueAt,
      })),
    attemptsAllowed: switches.webhookAttempts,
  };
}

function brief(referral: Referral): object {
  const {
    id,
    name,
    status,
    substatus,
    statusReason,
    direction,
    expirationDateTime,
    customerProfile,
    details,
    inviteContext,
    team,
    trackingInfo,
    consent,
  } = referral;
  return {
    id,
    name,
    status,
    substatus,
    statusReason,
    direction,
    expirationDateTime,
    updatedDateTime: referral.updatedDateTime,
    externalReferenceId: referral.externalReferenceId,
    customer: customerProfile.name,
    place: [customerProfile.address.city, customerProfile.address.country].filter(Boolean).join(', '),
    contacts: customerProfile.team.map(({ firstName, lastName }) => [firstName, lastName].filter(Boolean).join(' ')),
    dealValue: details.dealValue,
    currency: details.currency,
    closingDate: details.closingDateTime?.slice(0, 10) ?? null,
    notes: details.notes,
    solutions: details.requirements.solutions.map((solution) => solution.name ?? solution.id),
    help: inviteContext.assistanceRequestCode,
    note: inviteContext.notes,
    team: team.map(({ firstName, lastName }) => [firstName, lastName].filter(Boolean).join(' ')),
    msxId: trackingInfo.microsoftMsxId,
    visible: consent.consentToShareReferralWithMicrosoftSellers,
  };
}
