import assert from 'node:assert/strict';
import { request } from 'node:https';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { servePartnerCenter, type PartnerCenterServers } from '../../simulators/partner-center/http.ts';
import { privateDeal } from './partner-center-harness.ts';

async function withServers(use: (servers: PartnerCenterServers) => Promise<void>): Promise<void> {
  const servers = await servePartnerCenter({ tickMs: 5 });
  try {
    await use(servers);
  } finally {
    await servers.close();
  }
}

const control = (servers: PartnerCenterServers, path: string, body?: object): Promise<Response> =>
  fetch(
    `${servers.controlUrl}${path}`,
    body ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {},
  );

const referralsToken = ({ entra }: PartnerCenterServers): string => `Bearer ${entra.issueToken('https://api.partner.microsoft.com')}`;

const secured = (url: string, ca: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    request(url, { ca, agent: false }, (incoming) => {
      let text = '';
      incoming.on('data', (part) => (text += String(part)));
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });

test('links and certificates name the addresses that were really opened', async () => {
  await withServers(async (servers) => {
    const { apiOrigin, certificateOrigin, authorityOrigin, authority, tenantId } = servers;

    const response = await fetch(`${apiOrigin}/v1.0/engagements/referrals`, {
      method: 'POST',
      headers: { authorization: referralsToken(servers), 'content-type': 'application/json' },
      body: JSON.stringify(privateDeal),
    });
    const created = (await response.json()) as { links: { self: { uri: string } } };
    const again = await fetch(created.links.self.uri, { headers: { authorization: referralsToken(servers) } });
    const certificate = await secured(servers.partnerCenter.signer.certificateUrl(), authority.root.pem);
    const discovery = await secured(`${authorityOrigin}/${tenantId}/v2.0/.well-known/openid-configuration`, authority.root.pem);

    assert.deepEqual([response.status, again.status, certificate.status, discovery.status], [201, 200, 200, 200]);
    assert.ok(servers.partnerCenter.signer.certificateUrl().startsWith(certificateOrigin));
    assert.match(discovery.text, new RegExp(`"token_endpoint":"${authorityOrigin}`));
  });
});

test('a change reaches the registered receiver by itself, and after the clock was moved a late one does too', async () => {
  await withServers(async (servers) => {
    const arrived: string[] = [];
    const waiting: ((name: string) => void)[] = [];
    const next = (): Promise<string> => new Promise((resolve) => waiting.push(resolve));
    const receiver = createServer((incoming, outgoing) => {
      let text = '';
      incoming.on('data', (part) => (text += String(part)));
      incoming.on('end', () => {
        const { EventName } = JSON.parse(text) as { EventName: string };
        arrived.push(EventName);
        outgoing.writeHead(202).end();
        waiting.shift()?.(EventName);
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    try {
      await control(servers, '/registration', { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook` });

      const first = next();
      await control(servers, '/leads', { name: 'A lead' });
      await first;
      await control(servers, '/webhooks/fault', { fault: { kind: 'delay', ms: 3_600_000 } });
      await control(servers, '/leads', { name: 'A late one' });
      const second = next();
      await control(servers, '/clock', { advanceMs: 3_600_000 });
      await second;

      assert.deepEqual(arrived, ['referral-created', 'referral-created']);
    } finally {
      receiver.closeAllConnections();
      await new Promise<void>((resolve) => receiver.close(() => resolve()));
    }
  });
});

test('the portal page plays the Microsoft seller through the controls', async () => {
  await withServers(async (servers) => {
    const deal = (await (await control(servers, '/deals', { name: 'From Microsoft', dealValue: 70_000 })).json()) as { id: string };

    const edited = await control(servers, `/deals/${deal.id}/edit`, { dealValue: 71_000, closingDate: '2027-01-31' });
    const won = await control(servers, `/deals/${deal.id}/win`, {});
    const twice = await control(servers, `/deals/${deal.id}/win`, {});
    const expired = await control(servers, `/deals/${deal.id}/expire`, {});
    const state = (await (await control(servers, '/state')).json()) as {
      deals: { own: { status: string; dealValue: number; closingDate: string }; leg: { substatus: string } }[];
    };

    assert.deepEqual([edited.status, won.status, twice.status, expired.status], [200, 200, 400, 200]);
    assert.match(((await twice.json()) as { message: string }).message, /Closed\/Won/);
    assert.deepEqual(state.deals[0]?.own.dealValue, 71_000);
    assert.deepEqual(
      [state.deals[0]?.own.status, state.deals[0]?.own.closingDate, state.deals[0]?.leg.substatus],
      ['Closed', '2027-01-31', 'Won'],
    );
  });
});

test('the network can be cut and mended from outside', async () => {
  await withServers(async (servers) => {
    const read = (): Promise<Response> =>
      fetch(`${servers.apiOrigin}/v1.0/engagements/referrals`, { headers: { authorization: referralsToken(servers) } });

    await control(servers, '/network', { cut: true });
    await assert.rejects(read());
    await control(servers, '/network', { cut: false });

    assert.equal((await read()).status, 200);
  });
});

test('the page loads nothing from elsewhere, and strange pages cannot use the controls', async () => {
  await withServers(async (servers) => {
    const page = await fetch(servers.portalUrl);
    const text = await page.text();
    const posted = await fetch(`${servers.controlUrl}/clock`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"advanceMs":1}',
    });

    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.doesNotMatch(text, /(src|href)="(https?:)?\/\//);
    assert.match(text, /<title>Simulated/);
    for (const file of ['portal.js', 'portal.css']) assert.equal((await fetch(`${servers.portalUrl}${file}`)).status, 200);
    assert.equal(posted.status, 403);
  });
});
