/**
 * The currency of an org that has only one. REST does not tell it; the partner SOAP API does, as `orgDefaultCurrencyIsoCode` of
 * getUserInfo ("applicable only when organizationMultiCurrency is false").
 */
import { textOf, type Transport } from '../../transport.ts';
import type { TokenSource } from '../auth/token-source.ts';

const escaped = (text: string): string => text.replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const envelope = (sessionId: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="urn:partner.soap.sforce.com">' +
  `<e:Header><p:SessionHeader><p:sessionId>${escaped(sessionId)}</p:sessionId></p:SessionHeader></e:Header>` +
  '<e:Body><p:getUserInfo/></e:Body></e:Envelope>';

/** Null when the org does not say; the currency then counts as missing until the setting "Default Currency" names it. Throws network errors only. */
export async function orgCurrency(transport: Transport, tokens: TokenSource, apiVersion: string): Promise<string | null> {
  const session = await tokens.session();
  const response = await transport({
    method: 'POST',
    url: `${session.instanceUrl}/services/Soap/u/${apiVersion}`,
    headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
    body: envelope(session.accessToken),
  });
  const match = /<(?:\w+:)?orgDefaultCurrencyIsoCode>([A-Z]{3})</.exec(textOf(response.body));
  return response.status === 200 ? (match?.[1] ?? null) : null;
}
