/** Serves the built page in front of a simulated org, at the same origin: `/` and `/lightning/…` are the page, everything else is the org. */
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { json, type Service, type SimRequest, type SimResponse } from '../../wire.ts';
import type { SalesforceOrg } from '../service.ts';

/** Someone the page's switch can sign in as. */
export interface PagePerson {
  /** Word in the address: `?user=seller`. */
  readonly key: string;
  readonly label: string;
  readonly username: string;
}

/** The people of the seeded org. */
export const seededPeople: readonly PagePerson[] = [
  { key: 'seller', label: 'Sam Seller', username: 'sam@cosell.test' },
  { key: 'admin', label: 'Administrator', username: 'admin@cosell.test' },
  { key: 'outsider', label: 'Olga Outside (no permission set)', username: 'olga@cosell.test' },
];

export interface PageServiceOptions {
  /** Folder that `buildPage` wrote. */
  readonly directory: string;
  readonly org: SalesforceOrg;
  /** What answers the org's paths; default the org itself. Put a fault layer here. */
  readonly behind?: Service;
  readonly people?: readonly PagePerson[];
}

const types: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};
const notFound: SimResponse = { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not found' };

async function file(directory: string, name: string, request: SimRequest): Promise<SimResponse> {
  const path = normalize(join(directory, name));
  if (!path.startsWith(normalize(directory) + sep)) return notFound;
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return notFound;
  const etag = `"${found.size}-${Math.trunc(found.mtimeMs)}"`;
  const headers = { 'content-type': types[extname(path)] ?? 'application/octet-stream', etag, 'cache-control': 'no-cache' };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: '' };
  return { status: 200, headers, body: await readFile(path) };
}

/** Signs in as the chosen person; what the page has to know of them and of the org's clock. */
function signIn(org: SalesforceOrg, people: readonly PagePerson[], key: string): SimResponse {
  const person = people.find((one) => one.key === key) ?? people[0];
  if (!person) return notFound;
  const { token, userId } = org.login(person.username);
  const permissions = [...org.state.schema.customPermissions.keys()].filter((permission) => org.hasPermission(person.username, permission));
  return json(200, {
    session: { token, userId, permissions },
    people: people.map(({ key: one, label }) => ({ key: one, label })),
    now: org.state.now(),
  });
}

/** The page with the org behind it. */
export function pageService({ directory, org, behind = org.service, people = seededPeople }: PageServiceOptions): Service {
  return async (request) => {
    const url = new URL(request.url, 'http://page');
    if (url.pathname === '/') return file(directory, 'index.html', request);
    if (url.pathname === '/lightning/session') return signIn(org, people, url.searchParams.get('user') ?? '');
    if (url.pathname.startsWith('/lightning/')) return file(directory, url.pathname.slice('/lightning/'.length), request);
    if (url.pathname.startsWith('/images/')) return notFound;
    return behind(request);
  };
}
