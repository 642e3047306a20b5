/** A simulated org on loopback, with or without the package, and the admin's sign-in through the vendor's own library. */
import { randomUUID } from 'node:crypto';

import type { Connection } from '@salesforce/core';

import { buildDeployZip } from '../../simulators/demo/package-zip.ts';
import { deployInProcess } from '../../simulators/salesforce/deploy.ts';
import { attachMetadata } from '../../simulators/salesforce/metadata.ts';
import { adminUsername } from '../../simulators/salesforce/org-rows.ts';
import { attachEvents } from '../../simulators/salesforce/pubsub-org.ts';
import { seedOrg } from '../../simulators/salesforce/seed.ts';
import { createSalesforceOrg, type SalesforceOrg, type SalesforceOrgOptions } from '../../simulators/salesforce/service.ts';
import { serve } from '../../simulators/wire.ts';
import { sfHome, type SfHome } from './sf-home.ts';

export interface ServedOrg {
  readonly org: SalesforceOrg;
  readonly origin: string;
  connection(username?: string): Promise<Connection>;
  close(): Promise<void>;
}

/** The same for the libraries in this process. */
export function ownHome(): SfHome {
  const home = sfHome();
  Object.assign(process.env, home.environment);
  return home;
}

export async function serveOrg(
  packages: readonly string[],
  options: Partial<SalesforceOrgOptions> & {
    readonly flowsArriveInactive?: boolean;
    /** No people, customers and deals. */ readonly empty?: boolean;
  } = {},
): Promise<ServedOrg> {
  const org = createSalesforceOrg({ surroundings: { now: () => Date.now(), random: Math.random, uuid: () => randomUUID() }, ...options });
  attachMetadata(org);
  attachEvents(org);
  if (packages.length > 0) {
    const outcome = deployInProcess(org.state, await buildDeployZip(packages), {
      flowsArriveInactive: options.flowsArriveInactive ?? false,
    });
    if (!outcome.success) throw new Error(JSON.stringify(outcome.failures.slice(0, 3)));
    if (options.empty !== true) seedOrg(org);
  }
  const served = await serve(org.service);
  return {
    org,
    origin: served.origin,
    async connection(username = adminUsername) {
      const { AuthInfo, Connection: Connecting } = await import('@salesforce/core');
      const session = org.login(username);
      // the library refuses to overwrite a sign-in it knows: each one has a name of its own
      const name = `${randomUUID()}@cosell.test`;
      const authInfo = await AuthInfo.create({
        username: name,
        accessTokenOptions: {
          accessToken: session.token,
          instanceUrl: served.origin,
          loginUrl: served.origin,
          username: name,
          orgId: org.orgId,
          isDevHub: false,
          namespacePrefix: '',
        },
      });
      return Connecting.create({ authInfo, connectionOptions: { version: '66.0' } });
    },
    close: () => served.close(),
  };
}
