/** `getUserInfo` of the partner SOAP API: the one place where a single-currency org tells its currency. */
import { bodyText, type SimRequest, type SimResponse } from '../wire.ts';
import type { Org } from './org.ts';

const path = /^\/services\/Soap\/u\/\d+\.\d+$/;

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

const xml = (status: number, body: string): SimResponse => ({
  status,
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body: envelope(body),
});

const fault = (code: string, text: string): SimResponse =>
  xml(500, `<soapenv:Fault><faultcode>sf:${code}</faultcode><faultstring>${code}: ${text}</faultstring></soapenv:Fault>`);

/** Null for another path. Any other operation of the API is refused by name. */
export function answerUserInfo(org: Org, request: SimRequest, url: string): SimResponse | null {
  if (!path.test(url.split('?')[0] ?? '')) return null;
  const body = bodyText(request);
  const token = /<(?:\w+:)?sessionId>([^<]*)</.exec(body)?.[1] ?? '';
  const session = org.sessions.check(token.replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code))));
  if (!session) return fault('INVALID_SESSION_ID', 'Invalid Session ID found in SessionHeader');
  if (!/<(?:\w+:)?getUserInfo\s*\/?>/.test(body)) return fault('UNKNOWN_OPERATION', 'The simulator serves getUserInfo only.');
  const user = org.state.record(session.userId);
  const currency = org.features.multiCurrency
    ? '<orgDefaultCurrencyIsoCode xsi:nil="true"/>'
    : `<orgDefaultCurrencyIsoCode>${org.switches.orgCurrency}</orgDefaultCurrencyIsoCode>`;
  return xml(
    200,
    `<getUserInfoResponse xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><result><organizationId>${org.state.orgId}</organizationId>` +
      `<organizationMultiCurrency>${org.features.multiCurrency}</organizationMultiCurrency>${currency}<userId>${session.userId}</userId>` +
      `<userName>${String(user?.['Username'] ?? '').replaceAll('&', '&amp;')}</userName></result></getUserInfoResponse>`,
  );
}
