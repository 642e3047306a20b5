/**
 * A simulated org with our package in it, as after `sf project deploy`. Deploying takes a quarter of a second or more, so the first org of a
 * process is deployed to, and those made alike later start from its image.
 */
import { deployInProcess } from '../salesforce/deploy.ts';
import { createSalesforceOrg, type SalesforceOrg, type SalesforceOrgOptions } from '../salesforce/service.ts';
import type { OrgImage } from '../salesforce/state.ts';
import { buildDeployZip } from './package-zip.ts';

const images = new WeakMap<Uint8Array, Map<string, OrgImage>>();

/**
 * @param packages package directories of the project
 * @throws when the org refuses one of them, with each reason
 */
export async function createDeployedOrg(packages: readonly string[], options: SalesforceOrgOptions): Promise<SalesforceOrg> {
  const zip = await buildDeployZip(packages);
  const org = createSalesforceOrg(options);
  const alike = JSON.stringify({ ...options, surroundings: null, origin: null });
  const made = images.get(zip) ?? new Map<string, OrgImage>();
  images.set(zip, made);
  const image = made.get(alike);
  if (image) {
    org.state.load(image);
    return org;
  }
  const outcome = deployInProcess(org.state, zip);
  if (!outcome.success) {
    const problems = outcome.failures.map((failure) => `  ${failure.fullName}: ${failure.problem}`).join('\n');
    throw new Error(`The package could not be deployed to the simulated org:\n${problems || outcome.errorMessage}`);
  }
  made.set(alike, org.state.image());
  return org;
}
