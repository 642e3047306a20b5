/** The list (API §4.1): filter, order, selection, pages by key. */
import type { SimRequest } from '../wire.ts';
import type { Access } from './access.ts';
import { shown } from './compose.ts';
import { parseFilter } from './filter.ts';
import { referralShape, type Json, type JsonObject, type Referral } from './model.ts';
import { Refusal } from './refusal.ts';
import { nameIn } from './shape.ts';
import { isMicrosofts } from './state.ts';
import type { World } from './world.ts';

const bad = (message: string, target: string): Refusal => new Refusal(400, 'invalidRequest', message, { target });

/** Marketplace leads never come through the API (API §4.1, §4.2). */
export const isMarketplaceLead = ({ type, qualification }: Referral): boolean => type === 'Independent' && qualification === 'Direct';

interface Order {
  readonly field: 'createdDateTime' | 'updatedDateTime';
  readonly descending: boolean;
}

function orderOf(written: string | null): Order {
  if (written === null) return { field: 'createdDateTime', descending: false };
  const [name = '', direction = 'asc', ...rest] = written.trim().split(/\s+/);
  const field = (['createdDateTime', 'updatedDateTime'] as const).find((known) => known.toLowerCase() === name.toLowerCase());
  if (!field || rest.length > 0 || !['asc', 'desc'].includes(direction))
    throw bad('The list can be ordered by createdDateTime or updatedDateTime.', '$orderby');
  return { field, descending: direction === 'desc' };
}

interface Position {
  readonly at: string;
  readonly id: string;
}

function positionOf(token: string | null): Position | null {
  if (token === null) return null;
  try {
    const [at, id] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [string, string];
    return { at, id };
  } catch {
    throw bad('The $skiptoken is not one of ours.', '$skiptoken');
  }
}

const tokenOf = (referral: Referral, { field }: Order): string =>
  Buffer.from(JSON.stringify([referral[field], referral.id])).toString('base64url');

function countOf(written: string | null, name: string): number | null {
  if (written === null) return null;
  if (!/^\d{1,6}$/.test(written)) throw bad(`${name} must be a whole number.`, name);
  return Number(written);
}

const options = new Set(['$filter', '$orderby', '$select', '$top', '$skip', '$count', '$skiptoken']);

/** The envelope of one page. Throws `Refusal` 400. */
export function listReferrals(world: World, access: Access, request: SimRequest): JsonObject {
  const query = new URL(request.url, 'http://simulator').searchParams;
  for (const name of query.keys()) if (name.startsWith('$') && !options.has(name)) throw bad(`${name} is not supported.`, name);
  const order = orderOf(query.get('$orderby'));
  const after = positionOf(query.get('$skiptoken'));
  const found = matching(world, access, query.get('$filter')).toSorted((left, right) => compare(left, right, order));
  const rest = after
    ? found.filter((referral) => isBehind(referral, after, order))
    : found.slice(countOf(query.get('$skip'), '$skip') ?? 0);
  const top = countOf(query.get('$top'), '$top');
  const { pageSize } = world.switches;
  const page = rest.slice(0, Math.min(top ?? pageSize, pageSize));
  const last = page.at(-1);
  const more = last !== undefined && rest.length > page.length && (top === null || top > page.length);
  const select = query.get('$select');
  return {
    '@odata.context': `${world.baseUrl()}/v1.0/engagements/$metadata#referrals`,
    '@odata.count': found.length,
    ...(more ? { '@odata.nextLink': nextLink(world, query, tokenOf(last, order), top === null ? null : top - page.length) } : {}),
    value: page.map((referral) => selected(shown(referral, world.baseUrl(), world.switches.eTagInList), select)),
  };
}

function matching({ state, switches }: World, access: Access, written: string | null): readonly Referral[] {
  const filter =
    written === null
      ? null
      : parseFilter(written, referralShape, { alsoBy: switches.filterOnExternalReferenceId ? ['externalReferenceId'] : [] });
  const legsShown = switches.microsoftLegInList === 'always' || filter?.fields.has('engagementId');
  const { field, value } = filter?.equals ?? { field: null, value: null };
  return (field === 'engagementId' ? state.listedOf(String(value)) : state.listed()).filter(
    (referral) =>
      (!filter || filter.test(referral as unknown as Json)) &&
      !isMarketplaceLead(referral) &&
      (isMicrosofts(referral) ? legsShown && seesEngagement(state, access, referral) : access.sees(referral)),
  );
}

/** Microsoft's leg is seen by who sees the partner's referral of the engagement. */
export function seesEngagement(state: World['state'], access: Access, leg: Referral): boolean {
  const own = state.ownOf(leg.engagementId);
  return own !== undefined && access.sees(own);
}

function compare(left: Referral, right: Referral, { field, descending }: Order): number {
  const key = (referral: Referral): string => `${referral[field]} ${referral.id}`;
  const order = key(left) < key(right) ? -1 : 1;
  return descending ? -order : order;
}

function isBehind(referral: Referral, { at, id }: Position, { field, descending }: Order): boolean {
  const [own, last] = [`${referral[field]} ${referral.id}`, `${at} ${id}`];
  return descending ? own < last : own > last;
}

function nextLink({ baseUrl, switches }: World, query: URLSearchParams, token: string, top: number | null): string {
  const next = new URLSearchParams(query);
  next.delete('$skip');
  next.set('$skiptoken', token);
  if (top !== null) next.set('$top', String(top));
  const text = next.toString().replaceAll('%24', '$').replaceAll('+', '%20');
  // The documented sample has http and lacks /engagements (API §4.1).
  return switches.oddNextLink
    ? `${baseUrl().replace(/^https:/, 'http:')}/v1.0/referrals?${text}`
    : `${baseUrl()}/v1.0/engagements/referrals?${text}`;
}

function selected(referral: JsonObject, select: string | null): JsonObject {
  if (select === null) return referral;
  const of = referralShape.kind === 'record' ? referralShape.of : {};
  const names = select.split(',').map((written) => {
    const name = nameIn({ ...of, links: { kind: 'any' } }, written.trim());
    if (name === undefined) throw bad(`There is no field ${written.trim()}.`, '$select');
    return name;
  });
  return Object.fromEntries(names.flatMap((name) => (referral[name] === undefined ? [] : [[name, referral[name]]])));
}
