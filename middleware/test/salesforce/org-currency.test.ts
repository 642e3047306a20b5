/** The currency of an org with one: what an answer has to look like before it says anything about the org. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { orgCurrency } from '../../src/salesforce/client/org-currency.ts';
import type { WireResponse } from '../../src/transport.ts';
import { answer, countedTokens, scripted } from './scripted.ts';

const envelope = (body: string): string => `<?xml version="1.0"?><soapenv:Envelope><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
const told = answer(200, envelope('<result><orgDefaultCurrencyIsoCode>EUR</orgDefaultCurrencyIsoCode></result>'));
const fault = (code: string): WireResponse => answer(500, envelope(`<soapenv:Fault><faultcode>sf:${code}</faultcode></soapenv:Fault>`));

function ask(...answers: readonly WireResponse[]): { readonly currency: Promise<string | null>; readonly renewals: () => number } {
  const tokens = countedTokens();
  const script = scripted((_, index) => answers[index] ?? answer(404, ''));
  return { currency: orgCurrency(script.transport, tokens, '66.0'), renewals: tokens.renewals };
}

test('A session that ended is renewed, and the org says its currency', async () => {
  const { currency, renewals } = ask(fault('INVALID_SESSION_ID'), told);
  assert.equal(await currency, 'EUR');
  assert.equal(renewals(), 1);
});

test('An org that does not let the service ask has no known currency', async () => {
  assert.equal(await ask(fault('API_DISABLED_FOR_ORG')).currency, null);
});

test('A session that ends twice, a busy Salesforce, used up calls and half an answer say nothing about the org: it is asked again', async () => {
  const ended = fault('INVALID_SESSION_ID');
  for (const answers of [[ended, ended], [fault('SERVER_UNAVAILABLE')], [fault('REQUEST_LIMIT_EXCEEDED')], [answer(503, '<html></html>')]])
    await assert.rejects(ask(...answers).currency, { code: 'CRM_BUSY' });
  await assert.rejects(ask(answer(200, '<soapenv:Envelope><soapenv:Body>')).currency, { code: 'CRM_ANSWER' });
});
