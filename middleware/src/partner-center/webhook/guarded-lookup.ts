/** Name resolution that never leads inside: addresses of this machine or of private networks are dropped. */
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList } from 'node:net';

import type { TransportOptions } from '../../transport.ts';

/** No rule for ::ffff:0:0/96: it would match every IPv4 address; mapped ones are tested by the IPv4 rules anyway (entra-and-webhooks §8). */
const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inside.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(network, prefix, 'ipv6');

/** True for an address a certificate may be fetched from. */
export const isPublicAddress = (address: string, family: number): boolean => !inside.check(address, family === 6 ? 'ipv6' : 'ipv4');

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');

type Resolver = (hostname: string, done: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void;

const systemResolver: Resolver = (hostname, done) => resolve(hostname, { all: true, verbatim: true }, done);

/** What `connect` really calls back with: all addresses when it asked for all, else one (node:net). */
type ConnectCallback = (error: Error | null, address: string | readonly LookupAddress[], family?: number) => void;

/**
 * @param loopbackNames names in the configured host list that stand for this machine (`localhost`); only they may
 *   resolve to loopback, and to nothing else.
 */
export function guardedLookup(
  loopbackNames: readonly string[] = [],
  resolver: Resolver = systemResolver,
): NonNullable<TransportOptions['lookup']> {
  return (hostname, options, callback) => {
    const answer = callback as unknown as ConnectCallback;
    const wantsAll = typeof options === 'object' && options !== null && 'all' in options && options.all === true;
    const allowed = ({ address, family }: LookupAddress): boolean =>
      loopbackNames.includes(hostname) ? isLoopback(address) : isPublicAddress(address, family);
    resolver(hostname, (error, addresses) => {
      const usable = error ? [] : addresses.filter(allowed);
      const [first] = usable;
      if (error || first === undefined) {
        answer(error ?? Object.assign(new Error('The name leads to a private address.'), { code: 'ENOTFOUND' }), wantsAll ? [] : '');
      } else if (wantsAll) answer(null, usable);
      else answer(null, first.address, first.family);
    });
  };
}

/** The names of a host list that stand for this machine. */
export const loopbackNamesOf = (hosts: readonly string[]): readonly string[] =>
  hosts.map((host) => host.replace(/:\d+$/, '')).filter((name) => name === 'localhost' || name.endsWith('.localhost'));
