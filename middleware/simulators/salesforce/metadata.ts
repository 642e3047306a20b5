/** The Metadata API of the simulated org: SOAP and REST deployment in one route function. */
import type { SimRequest, SimResponse } from '../wire.ts';
import { permissionSetNames, profileKind } from './access.ts';
import { handleDeployRequest } from './metadata-rest.ts';
import { deployJobs } from './metadata-jobs.ts';
import { handleSoap, type MetadataSession } from './metadata-soap.ts';
import type { Sessions } from './sessions.ts';
import type { OrgState } from './state.ts';

/** What of an org the Metadata API needs. */
export interface MetadataHost {
  readonly state: OrgState;
  readonly sessions: Sessions;
  /** Flows arrive as drafts, as in a production org that does not deploy flows as active; default false. */
  readonly flowsArriveInactive?: boolean;
}

/** Answers requests to the Metadata API; null = not mine. Double slashes in the path are taken as one (Salesforce APIs §8.1). */
export function handleMetadata(request: SimRequest, org: MetadataHost): SimResponse | null {
  const url = request.url.replace(/^\/{2,}/, '/').replace(/([^:])\/{2,}/g, '$1/');
  const rest = /^\/services\/data\/v\d+\.\d+\/metadata\/deployRequest(\/[^?]*)?(\?.*)?$/.exec(url);
  const isSoap = /^\/services\/Soap\/m\/\d+(?:\.\d+)?(?:\/|\?|$)/i.test(url);
  if (!rest && !isSoap) return null;
  const jobs = deployJobs(org.state, { flowsArriveInactive: org.flowsArriveInactive ?? false });
  const session: MetadataSession = (token) => {
    const found = org.sessions.check(token);
    return found && { userId: found.userId, mayDeploy: mayDeploy(org.state, found.userId) };
  };
  return isSoap
    ? handleSoap(request, org.state, jobs, session)
    : handleDeployRequest(request, `${rest?.[1] ?? ''}${rest?.[2] ?? ''}`, jobs, session);
}

/** Adds the Metadata API to an org. */
export function attachMetadata(org: MetadataHost & { addRoute(route: (request: SimRequest) => SimResponse | null): void }): void {
  org.addRoute((request) => handleMetadata(request, org));
}

function mayDeploy(state: OrgState, userId: string): boolean {
  if (profileKind(state, userId) === 'admin') return true;
  return [...permissionSetNames(state, userId)].some((name) => state.schema.permissionSets.get(name)?.userPermissions.has('ModifyAllData'));
}
