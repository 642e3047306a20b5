/** `cosell connect partner-center`: consent once, in the browser, by authorization code and PKCE on a loopback address; or by device code. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Reached } from './reach-service.ts';

const page = (text: string): string =>
  `<!doctype html><meta charset="utf-8"><title>cosell</title><p style="font:1.2rem system-ui;margin:3rem">${text}</p>`;

/** Waits for the browser to come back; resolves with the query of the redirect. */
async function listenOnce(
  port: number,
): Promise<{ readonly redirectUri: string; readonly answer: Promise<Record<string, string>>; close(): void }> {
  let arrived: (query: Record<string, string>) => void = () => undefined;
  const answer = new Promise<Record<string, string>>((resolve) => {
    arrived = resolve;
  });
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    if (url.pathname !== '/callback') {
      outgoing.writeHead(404).end();
      return;
    }
    const query = Object.fromEntries(url.searchParams);
    outgoing.writeHead(200, { 'content-type': 'text/html; charset=utf-8', connection: 'close' });
    outgoing.end(page('error' in query ? 'Microsoft did not agree. Go back to the terminal.' : 'Signed in. You can close this window.'));
    arrived(query);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { redirectUri: `http://localhost:${(server.address() as AddressInfo).port}/callback`, answer, close: () => server.close() };
}

export async function signInByBrowser(reached: Reached, port: number, say: (line: string) => void): Promise<unknown> {
  const door = await listenOnce(port);
  try {
    const { url, pending } = (await reached.call('connect.begin', { redirectUri: door.redirectUri })) as { url: string; pending: unknown };
    say(
      `Open this address in a browser and sign in with the account of the connector (role Referrals admin, with a second factor):\n\n${url}\n`,
    );
    const { code, state, error } = await door.answer;
    return await reached.call('connect.finish', { pending, answer: { code, state, error } });
  } finally {
    door.close();
  }
}

/** For a host without a browser: the person types a code on any other screen. Many tenants block it. */
export async function signInByDevice(reached: Reached, say: (line: string) => void): Promise<unknown> {
  const { message } = (await reached.call('connect.device')) as { message: string };
  say(`${message}\nSign in with the account of the connector (role Referrals admin, with a second factor).\n`);
  for (;;) {
    const signedIn = await reached.call('connect.wait');
    if (signedIn !== null) return signedIn;
  }
}
