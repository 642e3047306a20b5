/**
 * The currency of an org that has only one. REST does not tell it; the partner SOAP API does, as `orgDefaultCurrencyIsoCode` of
 * getUserInfo ("applicable only when organizationMultiCurrency is false").
 */
import { SyncError } from '../../errors.ts';
import { textOf, type Transport, type WireResponse } from '../../transport.ts';
import type { Session, TokenSource } from '../auth/token-source.ts';

const escaped = (text: string): string => text.replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const envelope = (sessionId: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="urn:partner.soap.sforce.com">' +
  `<e:Header><p:SessionHeader><p:sessionId>${escaped(sessionId)}</p:sessionId></p:SessionHeader></e:Header>` +
  '<e:Body><p:getUserInfo/></e:Body></e:Envelope>';

/** Faults that say nothing about the org: the session ended again, or Salesforce cannot answer now (Salesforce APIs §5.4). */
const passing = /INVALID_SESSION_ID|SERVER_UNAVAILABLE|UNKNOWN_EXCEPTION|REQUEST_LIMIT_EXCEEDED|QUERY_TIMEOUT/;
const whole = /<\/(?:\w+:)?Envelope>\s*$/;

/**
 * Null when the org does not say; the currency then counts as missing until the setting "Default Currency" names it. An answer that
 * says nothing about the org (an ended session, a gateway's page, half an answer) is an error: a currency that is merely unknown for a
 * moment would look like one that was removed. Throws network errors, CRM_BUSY and CRM_ANSWER.
 */
export async function orgCurrency(transport: Transport, tokens: TokenSource, apiVersion: string): Promise<string | null> {
  const ask = ({ instanceUrl, accessToken }: Session): Promise<WireResponse> =>
    transport({
      method: 'POST',
      url: `${instanceUrl}/services/Soap/u/${apiVersion}`,
      headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
      body: envelope(accessToken),
    });
  const session = await tokens.session();
  const first = await ask(session);
  const response = textOf(first.body).includes('INVALID_SESSION_ID') ? await ask(await tokens.renew(session)) : first;
  const text = textOf(response.body);
  const silent = response.status !== 200 && passing.test(text);
  if (silent || !whole.test(text))
    throw new SyncError(response.status === 200 ? 'CRM_ANSWER' : 'CRM_BUSY', {
      status: response.status,
      message: 'Salesforce did not say which currency the org has.',
    });
  return response.status === 200 ? (/<(?:\w+:)?orgDefaultCurrencyIsoCode>([A-Z]{3})</.exec(text)?.[1] ?? null) : null;
}
