/** What happens in the browser: the authorize redirect and the page for device codes (Sign-in and webhooks §5). */
import { empty, type SimResponse } from '../wire.ts';
import type { GrantContext } from './grants.ts';
import type { RegisteredClient } from './state.ts';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

export const page = (status: number, title: string, body: string): SimResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body: `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body><main><h1>${escaped(title)}</h1>${body}</main></body></html>`,
});

/** Loopback addresses match whatever the port, as with native applications. */
function isRegistered({ redirectUris = [] }: RegisteredClient, address: string): boolean {
  if (redirectUris.includes(address)) return true;
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return (
    protocol === 'http:' && redirectUris.some((known) => known === `http://${hostname}` && ['localhost', '127.0.0.1'].includes(hostname))
  );
}

export function authorize(context: GrantContext, query: URLSearchParams): SimResponse {
  const { clients, state, surroundings, switches, person } = context;
  const client = clients.find(({ clientId }) => clientId === query.get('client_id'));
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!client) return page(400, 'Simulated sign-in', '<p>AADSTS700016: The application was not found in the directory.</p>');
  if (!isRegistered(client, redirectUri))
    return page(400, 'Simulated sign-in', '<p>AADSTS50011: The redirect address is not registered.</p>');
  const answer = (values: { readonly [name: string]: string }): SimResponse => {
    const fields = { ...values, ...(query.has('state') ? { state: query.get('state') ?? '' } : {}) };
    return query.get('response_mode') === 'form_post' ? posted(redirectUri, fields) : redirected(redirectUri, fields);
  };
  const challenge = query.get('code_challenge') ?? '';
  if (query.get('response_type') !== 'code')
    return answer({ error: 'unsupported_response_type', error_description: 'AADSTS700054: Only code is supported.' });
  if (query.get('code_challenge_method') !== 'S256' || challenge === '') {
    return answer({ error: 'invalid_request', error_description: 'AADSTS9002325: A code challenge with S256 is required.' });
  }
  if (switches.atSignIn === 'declines')
    return answer({ error: 'access_denied', error_subcode: 'cancel', error_description: 'AADSTS65004: The person declined.' });
  const code = `1.${surroundings.uuid().replaceAll('-', '')}${surroundings.uuid().replaceAll('-', '')}`;
  const nonce = query.get('nonce');
  state.codes.set(code, {
    clientId: client.clientId,
    person,
    mfa: switches.mfa,
    ...(nonce === null ? {} : { nonce }),
    redirectUri,
    challenge,
    scope: query.get('scope') ?? '',
    expiresAt: surroundings.now() + 600_000,
  });
  const clientInfo = Buffer.from(JSON.stringify({ uid: person.objectId, utid: context.tenantId })).toString('base64url');
  return answer({ code, ...(query.get('client_info') === '1' ? { client_info: clientInfo } : {}) });
}

function redirected(address: string, fields: { readonly [name: string]: string }): SimResponse {
  const url = new URL(address);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return empty(302, { location: url.href });
}

function posted(address: string, fields: { readonly [name: string]: string }): SimResponse {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`);
  const form = `<form method="post" action="${escaped(address)}">${inputs.join('')}<button>Continue</button></form><script>document.forms[0].submit()</script>`;
  return page(200, 'Simulated sign-in', form);
}

/** GET shows the form, POST answers it. */
export function devicePage({ state }: GrantContext, form: URLSearchParams | null): SimResponse {
  const title = 'Simulated sign-in with a code';
  if (form) {
    const code = (form.get('user_code') ?? '').trim().toUpperCase();
    const device = [...state.devices.values()].find(({ userCode }) => userCode === code);
    if (!device) return page(404, title, '<p>This code is not known. Check it and try again.</p>');
    device.state = form.get('decision') === 'decline' ? 'declined' : 'approved';
    return page(200, title, `<p>${device.state === 'approved' ? 'You are signed in.' : 'You declined.'} You can close this page.</p>`);
  }
  const fields =
    '<label>Code <input name="user_code" autocomplete="off" required></label> <button name="decision" value="approve">Sign in</button> <button name="decision" value="decline">Decline</button>';
  return page(200, title, `<form method="post">${fields}</form>`);
}
