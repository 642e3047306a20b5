/** Calls to the org as the signed-in user. The session is set by the host page before the bundle loads. */
const base = '/services/data/v66.0';

/** @returns {{ token: string, userId: string, permissions: string[] }} */
export const session = () => globalThis.localPage.session;

/**
 * @param {string} method
 * @param {string} path below the data service
 * @param {{ body?: unknown, headers?: Record<string, string>, part?: string }} [options] part: who asks, for counting
 * @returns {Promise<any>} parsed body; rejects with the platform's error shape
 */
export async function callOrg(method, path, { body, headers = {}, part = 'component' } = {}) {
  const response = await fetch(base + path, {
    method,
    headers: {
      authorization: `Bearer ${session().token}`,
      'x-page-part': part,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const parsed = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw { ok: false, status: response.status, statusText: response.statusText, body: parsed };
  return parsed;
}
