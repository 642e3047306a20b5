/** What is made once per process: the org with the package deployed and a small company in it, the signer of webhooks, the settings. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readConfig, type Config } from '../../src/config.ts';
import { buildDeployZip } from '../../simulators/demo/package-zip.ts';
import { setSetting } from '../../simulators/demo/world.ts';
import { sharedTestAuthority } from '../../simulators/certificates.ts';
import { createSigner, type Signer } from '../../simulators/partner-center/signing.ts';
import { deployInProcess } from '../../simulators/salesforce/deploy.ts';
import { people, seedOrg, type SeededOrg } from '../../simulators/salesforce/seed.ts';
import { createSalesforceOrg, type SalesforceOrg } from '../../simulators/salesforce/service.ts';
import type { OrgImage } from '../../simulators/salesforce/state.ts';
import type { OrgSwitches } from '../../simulators/salesforce/switches.ts';
import type { Surroundings } from '../../simulators/wire.ts';
import { createChance } from './chance.ts';

/** A Monday morning. */
export const start = Date.parse('2026-03-02T08:00:00Z');
export const origins = {
  salesforce: 'https://contoso.my.salesforce.com',
  referrals: 'https://api.partner.microsoft.com',
  webhooks: 'https://api.partnercenter.microsoft.com',
  certificates: 'https://3psostorageacct.blob.core.windows.net',
  own: 'https://cosell.contoso.example',
} as const;
export const organization = '0a1b2c3d-aaaa-4bbb-8ccc-ddddeeeeffff';
export const location = '1234567';
const app = { consumerKey: 'consumer-key', consumerSecret: 'consumer-secret' } as const;

export interface Template {
  readonly config: Config;
  readonly signer: Signer;
  readonly seeded: SeededOrg;
  /** An org of its own with everything in it, in a few milliseconds. */
  newOrg(surroundings: Surroundings, switches?: Partial<OrgSwitches>): SalesforceOrg;
}

function configOf(): Config {
  const read = readConfig({
    COSELL_DATA_DIR: mkdtempSync(join(tmpdir(), 'cosell-simulation-')),
    COSELL_SEALING_KEYS: Buffer.alloc(32, 7).toString('base64'),
    COSELL_SALESFORCE_LOGIN_URL: origins.salesforce,
    COSELL_SALESFORCE_CLIENT_ID: app.consumerKey,
    COSELL_SALESFORCE_CLIENT_SECRET: app.consumerSecret,
    COSELL_ORG_ID: '00D5g0000000SIM',
    COSELL_TENANT_ID: '6d0c1e2f-3a4b-4c5d-8e6f-708192a3b4c5',
    COSELL_CLIENT_ID: 'c0ffee00-1111-4222-8333-444455556666',
    COSELL_CLIENT_SECRET: 'never-used-here',
    COSELL_PARTNER_ORGANIZATION: organization,
    COSELL_PARTNER_LOCATIONS: location,
    COSELL_PUBLIC_URL: origins.own,
    COSELL_EXTRA_ROOTS: sharedTestAuthority().root.pem,
  });
  if (read.kind === 'bad') throw new Error(JSON.stringify(read.problems));
  return read.config;
}

async function make(): Promise<Template> {
  const chance = createChance('template');
  const open = (surroundings: Surroundings, switches: Partial<OrgSwitches> = {}): SalesforceOrg =>
    createSalesforceOrg({ surroundings, origin: origins.salesforce, switches });
  // The template's records are a day old when a run begins, so that nothing in them looks freshly changed.
  const before = { now: () => start - 86_400_000, random: () => chance.next(), uuid: () => chance.uuid() };
  const org = open(before);
  const outcome = deployInProcess(org.state, await buildDeployZip(['force-app']));
  if (!outcome.success) throw new Error(JSON.stringify(outcome.failures.slice(0, 3)));
  const seeded = seedOrg(org);
  setSetting(org, 'Default_Owner', people.seller);
  const image: OrgImage = org.state.image();
  return {
    config: configOf(),
    signer: createSigner({ authority: sharedTestAuthority(), origin: () => origins.certificates }),
    seeded,
    newOrg(surroundings, switches) {
      const copy = open(surroundings, switches);
      copy.state.load(image);
      copy.registerApp({ ...app, runAs: people.integration });
      return copy;
    },
  };
}

let made: Promise<Template> | null = null;

export function template(): Promise<Template> {
  made ??= make();
  return made;
}
