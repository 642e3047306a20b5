/** Salesforce with the service's own credentials, for reading only and without a store: the doctor looks through it. */
import { createAtWork } from '../at-work.ts';
import type { Config } from '../config.ts';
import { defaultMapping } from '../domain/default-mapping.ts';
import type { Log } from '../log.ts';
import { createCaller } from '../salesforce/client/call.ts';
import type { System } from '../sync/ports.ts';
import { createTransport } from '../transport.ts';
import { connectSalesforce } from './connect-salesforce.ts';

export interface OrgReader {
  /** A GET below `/services/data/vNN.N`; refusals of the request are answers, a refused sign-in is thrown. */
  get(path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Server's clock minus ours, ms. */
  skewMs(): Promise<number | null>;
  close(): Promise<void>;
}

export function openOrgReader({ config, system, log }: { readonly config: Config; readonly system: System; readonly log: Log }): OrgReader {
  const { transport, close } = createTransport({
    connections: 4,
    extraRoots: config.COSELL_EXTRA_ROOTS === null ? [] : [config.COSELL_EXTRA_ROOTS],
  });
  const { tokens } = connectSalesforce({ config, system, atWork: createAtWork(system), log, mapping: () => defaultMapping, transport });
  const caller = createCaller({ transport, tokens, system, apiVersion: '66.0' });
  return {
    get: (path) => caller.call({ method: 'GET', path, accept: [400, 403, 404] }),
    skewMs: async () => (await caller.call({ method: 'GET', path: '/limits', accept: [400, 403, 404] })).serverTime - system.now(),
    close,
  };
}
