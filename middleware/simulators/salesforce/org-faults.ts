/** Faults a test or the demo can order for the next requests (Salesforce APIs §9.1). */
import type { SimResponse } from '../wire.ts';

/** One ordered fault. It takes the first request it matches and is used up after `times`. */
export interface OrderedFault {
  /** Part of the path with query, or a test on method and path; absent = every call. */
  readonly match?: string | RegExp | ((method: string, path: string) => boolean);
  readonly method?: string;
  /** Default 1. */
  readonly times?: number;
  readonly kind:
    /** Refuse with an error of the platform's form. */
    | { readonly refuse: { readonly status: number; readonly errorCode: string; readonly message?: string } }
    /** A gateway's page in place of JSON. */
    | { readonly html: { readonly status: number } }
    /** The work is done, then the connection is cut or another answer is given. */
    | { readonly afterwards: 'cut' | 'truncate' | { readonly status: number } }
    /** The connection is cut before anything happens. */
    | { readonly cut: true };
}

export interface OrgFaults {
  order(fault: OrderedFault): void;
  clear(): void;
  /** Takes the fault that applies to a request; null when there is none. */
  take(method: string, path: string): OrderedFault['kind'] | null;
}

export function createOrgFaults(): OrgFaults {
  let ordered: { readonly fault: OrderedFault; left: number }[] = [];
  const applies = (fault: OrderedFault, method: string, path: string): boolean => {
    if (fault.method !== undefined && fault.method !== method) return false;
    const { match } = fault;
    if (match === undefined) return true;
    if (typeof match === 'string') return path.includes(match);
    return match instanceof RegExp ? match.test(path) : match(method, path);
  };
  return {
    order: (fault) => {
      ordered.push({ fault, left: fault.times ?? 1 });
    },
    clear: () => {
      ordered = [];
    },
    take: (method, path) => {
      const found = ordered.find(({ fault }) => applies(fault, method, path));
      if (!found) return null;
      found.left -= 1;
      if (found.left <= 0) ordered = ordered.filter((one) => one !== found);
      return found.fault.kind;
    },
  };
}

const gatewayPage = (status: number): SimResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<html><head><title>Service Unavailable</title></head><body>We are down for maintenance. Sorry for the inconvenience.</body></html>',
});

/** The connection breaks; `serve` cuts the socket. */
export class ConnectionCut extends Error {}

/** What the client gets under a fault. `work` is done first where the fault says so. */
export async function underFault(kind: OrderedFault['kind'], work: () => Promise<SimResponse>): Promise<SimResponse> {
  if ('cut' in kind) throw new ConnectionCut('cut before the request was read');
  if ('refuse' in kind) {
    const { status, errorCode, message = `${errorCode} as ordered.` } = kind.refuse;
    return { status, headers: { 'content-type': 'application/json;charset=UTF-8' }, body: JSON.stringify([{ message, errorCode }]) };
  }
  if ('html' in kind) return gatewayPage(kind.html.status);
  const response = await work();
  if (kind.afterwards === 'cut') throw new ConnectionCut('cut after the work was done');
  if (kind.afterwards !== 'truncate') return gatewayPage(kind.afterwards.status);
  const body = typeof response.body === 'string' ? response.body : Buffer.from(response.body).toString('utf8');
  return { ...response, body: body.slice(0, Math.floor(body.length / 2)) };
}
