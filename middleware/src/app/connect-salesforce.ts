/** Puts the Salesforce room together from the configuration. */
import { defaultMapping } from '../domain/default-mapping.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { createTokenSource, type Credentials, type TokenSource } from '../salesforce/auth/token-source.ts';
import { createSalesforceClient, type SalesforceClient } from '../salesforce/client/client.ts';
import { checkOrg, type CheckedOrg } from '../salesforce/org-guard.ts';
import { createSalesforceSide, type SalesforceSide } from '../salesforce/side/side.ts';
import type { AtWork, System } from '../sync/ports.ts';
import { createTransport, type Transport } from '../transport.ts';

export interface Salesforce {
  readonly side: SalesforceSide;
  readonly client: SalesforceClient;
  readonly tokens: TokenSource;
  /** Which org this is and whether it may use the configured Partner Center. */
  check(): Promise<CheckedOrg>;
  close(): Promise<void>;
}

export interface SalesforceParts {
  readonly config: Config;
  readonly system: System;
  readonly atWork: AtWork;
  readonly log: Log;
  readonly mapping: () => Mapping;
  /** Told of every outgoing call. */
  readonly called?: () => void;
  /** Seam for the simulation: what stands in for sockets. */
  readonly transport?: Transport;
}

function credentialsOf(config: Config): Credentials {
  if (config.COSELL_SALESFORCE_PRIVATE_KEY !== null) {
    return {
      kind: 'jwt',
      clientId: config.COSELL_SALESFORCE_CLIENT_ID,
      username: config.COSELL_SALESFORCE_USERNAME ?? '',
      privateKey: config.COSELL_SALESFORCE_PRIVATE_KEY,
      audience: config.COSELL_SALESFORCE_AUDIENCE,
    };
  }
  return {
    kind: 'client-credentials',
    clientId: config.COSELL_SALESFORCE_CLIENT_ID,
    clientSecret: config.COSELL_SALESFORCE_CLIENT_SECRET ?? '',
  };
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

export function connectSalesforce(parts: SalesforceParts): Salesforce {
  const { config, system, atWork, log, mapping } = parts;
  const own = parts.transport
    ? null
    : createTransport({ extraRoots: config.COSELL_EXTRA_ROOTS === null ? [] : [config.COSELL_EXTRA_ROOTS] });
  const wire = parts.transport ?? (own as { transport: Transport }).transport;
  const transport: Transport = (request) => {
    parts.called?.();
    return wire(request);
  };
  const tokens = createTokenSource({ transport, system, loginUrl: config.COSELL_SALESFORCE_LOGIN_URL, credentials: credentialsOf(config) });
  const client = createSalesforceClient({ transport, tokens, system });
  return {
    client,
    tokens,
    side: createSalesforceSide({ client, system, atWork, log, mapping, defaultMapping }),
    check: () =>
      checkOrg(client, {
        allowedOrgs: config.COSELL_ORG_ID ?? [],
        allowedSandboxes: config.COSELL_ALLOW_SANDBOX ?? [],
        partnerIsLoopback: loopback.has(new URL(config.COSELL_PARTNER_API).hostname),
      }),
    close: async () => {
      await own?.close();
    },
  };
}
