/** Deployment over REST: `/services/data/vNN.0/metadata/deployRequest` (Salesforce APIs §8.3). */
import { bodyText, json, type SimRequest, type SimResponse } from '../wire.ts';
import { deployResult, type DeployJob, type DeployJobs, type WireDeployOptions } from './metadata-jobs.ts';
import type { MetadataSession } from './metadata-soap.ts';

/** @param rest path behind `deployRequest`, with its slash and query, or empty */
export function handleDeployRequest(request: SimRequest, rest: string, jobs: DeployJobs, session: MetadataSession): SimResponse {
  const token = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  const user = session(token);
  if (!user) return refusal(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
  if (!user.mayDeploy)
    return refusal(
      403,
      'INSUFFICIENT_ACCESS',
      'use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions',
    );
  const [path = '', query = ''] = rest.split('?');
  const id = path.replace(/^\//, '');
  if (request.method === 'POST' && id === '') {
    const started = start(request, jobs, user.userId);
    return 'status' in started
      ? started
      : json(201, { id: started.id, deployOptions: started.options, deployResult: deployResult(started, false) });
  }
  if (request.method === 'GET' && id !== '') {
    const job = jobs.look(id);
    if (!job) return refusal(404, 'NOT_FOUND', 'The requested resource does not exist');
    const details = new URLSearchParams(query).get('includeDetails') === 'true';
    return json(200, { id: job.id, deployOptions: job.options, deployResult: deployResult(job, details) });
  }
  if (request.method === 'PATCH' && id !== '') {
    const job = jobs.cancel(id);
    if (!job) return refusal(404, 'NOT_FOUND', 'The requested resource does not exist');
    return json(202, { id: job.id, deployOptions: job.options, deployResult: deployResult(job, false) });
  }
  return refusal(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${request.method}' not allowed.`);
}

function start(request: SimRequest, jobs: DeployJobs, userId: string): DeployJob | SimResponse {
  const type = request.headers['content-type'] ?? '';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary !== undefined) {
    const parts = multipart(Buffer.from(request.body), boundary);
    const zip = parts.get('file');
    if (!zip) return refusal(400, 'MISSING_ARGUMENT', 'The part "file" with the zip is missing.');
    const given = parts.get('entity_content') ?? parts.get('json');
    const entity = parsed(given?.toString('utf8') ?? '{}') as { readonly deployOptions?: WireDeployOptions } | null;
    if (!entity) return refusal(400, 'JSON_PARSER_ERROR', 'The deploy options are no valid JSON.');
    return jobs.start(new Uint8Array(zip), entity.deployOptions ?? {}, userId);
  }
  const entity = parsed(bodyText(request) || '{}') as { readonly validatedDeployRequestId?: string } | null;
  if (!entity) return refusal(400, 'JSON_PARSER_ERROR', 'The body is no valid JSON.');
  const id = entity.validatedDeployRequestId ?? '';
  return jobs.startValidated(id, userId) ?? refusal(400, 'INVALID_ID_FIELD', `${id} is no successful validation`);
}

/** Null when the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Parts of a multipart/form-data body by name. */
function multipart(body: Buffer, boundary: string): ReadonlyMap<string, Buffer> {
  const parts = new Map<string, Buffer>();
  const mark = Buffer.from(`--${boundary}`);
  let at = body.indexOf(mark);
  while (at >= 0) {
    const from = at + mark.length + 2;
    const next = body.indexOf(mark, from);
    if (next < 0) break;
    const headEnd = body.indexOf('\r\n\r\n', from);
    const name = /name="([^"]+)"/.exec(body.subarray(from, headEnd).toString('utf8'))?.[1];
    if (name !== undefined && headEnd >= 0 && headEnd < next) parts.set(name, body.subarray(headEnd + 4, next - 2));
    at = next;
  }
  return parts;
}

const refusal = (status: number, errorCode: string, message: string): SimResponse => json(status, [{ message, errorCode }]);
