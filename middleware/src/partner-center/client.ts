/** The Referrals API as calls: list, get, create, patch (API §4). Knows URLs, headers and bodies; decides nothing. */
import { SyncError } from '../errors.ts';
import { jsonOf, textOf, type WireResponse } from '../transport.ts';
import type { Caller } from './call.ts';
import { requestIdOf } from './failure.ts';
import type { PatchOperation } from './patch.ts';
import { readReferral, readReferralPage, type ReadPage, type ReadReferral } from './schema.ts';

export interface ListQuery {
  readonly filter?: string;
  readonly orderby?: string;
  readonly signal?: AbortSignal;
}

/** A referral with the vendor's request id, which the audit keeps. */
export interface Answer extends ReadReferral {
  readonly requestId: string | null;
}

export interface ReferralsClient {
  /** Pages until there is no more. Throws PC_ANSWER when a page or its next link cannot be understood. */
  list(query: ListQuery): AsyncGenerator<ReadPage>;
  get(id: string): Promise<Answer>;
  /**
   * First or second POST. An answer without a readable referral is thrown as PC_UNDECIDED_CREATE: it may exist.
   * @param sendBefore not sent later than this, epoch ms
   */
  create(body: unknown, sendBefore?: number): Promise<Answer>;
  /** Guarded JSON Patch. @param etag with its inner quotes. */
  patch(id: string, etag: string, operations: readonly PatchOperation[]): Promise<Answer>;
  /** Asks whether the sign-in holds a second factor (API §2.5); null when the service does not say. */
  checkMfa(): Promise<boolean | null>;
}

/** A look that must not miss anything fails on a row it cannot read, or a second referral could be made. */
export function allReadable(page: ReadPage): ReadPage {
  if (page.unreadable > 0) throw new SyncError('PC_ANSWER', { message: `${page.unreadable} referrals of the list could not be read.` });
  return page;
}

/** GUIDs only: nothing from the wire becomes part of a path unseen. */
export const isGuid = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);

/** A text inside an OData literal: quotes are doubled. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** @param baseUrl the configured `…/v1.0/engagements/referrals`, without a slash at the end. */
export function createReferralsClient(call: Caller, baseUrl: string): ReferralsClient {
  const one = (id: string): string => {
    if (!isGuid(id)) throw new SyncError('PC_GONE', { message: 'This is not the id of a referral.' });
    return `${baseUrl}/${id}`;
  };

  async function get(id: string): Promise<Answer> {
    const response = await call({ audience: 'referrals', kind: 'read', operation: 'referrals.get', method: 'GET', url: one(id) });
    return readAnswer(response) ?? unreadable(response);
  }

  return {
    get,

    async *list({ filter, orderby, signal }) {
      const query = { $filter: filter, $orderby: orderby };
      const seen = new Set<string>();
      let rest: NextPage | null = null;
      for (;;) {
        const url: string = listUrl(baseUrl, { ...query, ...(rest === null ? {} : { [rest.option]: rest.value }) });
        const response: WireResponse = await call({
          audience: 'referrals',
          kind: 'read',
          operation: 'referrals.list',
          method: 'GET',
          url,
          ...(signal === undefined ? {} : { signal }),
        });
        const page: ReadPage = readReferralPage(jsonOf(response.body)) ?? unreadable(response);
        yield page;
        if (page.nextLink === null) return;
        rest = nextPage(page.nextLink, baseUrl) ?? unreadable(response);
        // A link that leads back would be followed for ever.
        if (seen.has(rest.value)) unreadable(response);
        seen.add(rest.value);
      }
    },

    async create(body, sendBefore) {
      const response = await call({
        audience: 'referrals',
        kind: 'write',
        operation: 'referrals.create',
        method: 'POST',
        url: baseUrl,
        body,
        ...(sendBefore === undefined ? {} : { sendBefore }),
      });
      const answer = readAnswer(response);
      if (answer === null) throw new SyncError('PC_UNDECIDED_CREATE', { status: response.status, requestId: requestIdOf(response) });
      return answer;
    },

    async patch(id, etag, operations) {
      const response = await call({
        audience: 'referrals',
        kind: 'write',
        operation: 'referrals.patch',
        method: 'PATCH',
        url: one(id),
        headers: { 'if-match': etag, prefer: 'return=representation' },
        body: operations,
      });
      // The documentation knows a 204 without a body too (API §4.4).
      if (response.status === 204 || response.body.length === 0) return { ...(await get(id)), requestId: requestIdOf(response) };
      return readAnswer(response) ?? unreadable(response);
    },

    async checkMfa() {
      const response = await call({
        audience: 'referrals',
        kind: 'read',
        operation: 'referrals.check-mfa',
        method: 'GET',
        url: listUrl(baseUrl, { $orderby: 'updatedDateTime desc', $top: '1' }),
        headers: { validatemfa: 'true' },
      });
      const said = response.headers['ismfacompliant'] ?? /"isMfaCompliant"\s*:\s*"?(true|false)/i.exec(textOf(response.body))?.[1];
      return said === undefined ? null : said.toLowerCase() === 'true';
    },
  };
}

function readAnswer(response: WireResponse): Answer | null {
  const read = readReferral(jsonOf(response.body));
  if (read === null) return null;
  // Some answers carry the ETag in the header only (API §3).
  const eTag = read.referral.eTag ?? response.headers['etag'] ?? null;
  return { referral: { ...read.referral, eTag }, raw: read.raw, requestId: requestIdOf(response) };
}

function unreadable(response: WireResponse): never {
  throw new SyncError('PC_ANSWER', { status: response.status, requestId: requestIdOf(response) });
}

function listUrl(baseUrl: string, options: { readonly [option: string]: string | undefined }): string {
  const query = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
  return query.length === 0 ? baseUrl : `${baseUrl}?${query.join('&')}`;
}

interface NextPage {
  readonly option: '$skiptoken' | '$skip';
  readonly value: string;
}

/**
 * The position inside a next link. The documented link has the wrong scheme and path (API §4.1), so only its token is
 * used, on our own URL; a link to another host is not followed at all.
 */
export function nextPage(nextLink: string, baseUrl: string): NextPage | null {
  const base = new URL(baseUrl);
  if (!URL.canParse(nextLink, baseUrl)) return null;
  const link = new URL(nextLink, baseUrl);
  if (link.hostname !== base.hostname) return null;
  for (const option of ['$skiptoken', '$skip'] as const) {
    const value = [...link.searchParams].find(([name]) => name.toLowerCase() === option)?.[1];
    if (value) return { option, value };
  }
  return null;
}
