/** The Metadata API over SOAP: `POST /services/Soap/m/NN.0` (Salesforce APIs §8.2). */
import { bodyText, type SimRequest, type SimResponse } from '../wire.ts';
import { deployResult, type DeployJobs } from './metadata-jobs.ts';
import { describeMetadata, listMetadata, readMetadata } from './metadata-list.ts';
import { child, childrenOf, escapeXml, MetadataProblem, parseXml, textOf, type XmlElement } from './metadata-xml.ts';
import type { OrgState } from './state.ts';

/** Who a session belongs to, and whether that user may change metadata; null = expired or unknown. */
export type MetadataSession = (token: string) => { readonly userId: string; readonly mayDeploy: boolean } | null;

export function handleSoap(request: SimRequest, state: OrgState, jobs: DeployJobs, session: MetadataSession): SimResponse {
  let envelope: XmlElement;
  try {
    envelope = parseXml(bodyText(request));
  } catch (error) {
    return fault('soapenv:Client', error instanceof MetadataProblem ? error.message : String(error));
  }
  const header = child(envelope, 'Header');
  const token = header ? (textOf(child(header, 'SessionHeader') ?? header, 'sessionId') ?? '') : '';
  const user = session(token);
  if (!user)
    return fault(
      'sf:INVALID_SESSION_ID',
      'INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash',
    );
  const operation = child(envelope, 'Body')?.children[0];
  if (!operation) return fault('soapenv:Client', 'The request has no body.');
  if (!user.mayDeploy) {
    return fault(
      'sf:INSUFFICIENT_ACCESS',
      'INSUFFICIENT_ACCESS: use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions',
    );
  }
  const found = (id: string, job: ReturnType<DeployJobs['look']>, name: string, details: boolean): SimResponse =>
    job ? answer(name, print('result', deployResult(job, details))) : fault('sf:INVALID_ID_FIELD', `INVALID_ID_FIELD: no deployment ${id}`);
  switch (operation.name) {
    case 'deploy': {
      const zip = Buffer.from(textOf(operation, 'ZipFile') ?? '', 'base64');
      const options = child(operation, 'DeployOptions');
      const job = jobs.start(
        new Uint8Array(zip),
        Object.fromEntries((options?.children ?? []).map((one) => [one.name, one.text])),
        user.userId,
      );
      return answer('deploy', print('result', { done: false, id: job.id, state: 'Queued' }));
    }
    case 'checkDeployStatus': {
      const id = textOf(operation, 'asyncProcessId') ?? '';
      return found(id, jobs.look(id), 'checkDeployStatus', textOf(operation, 'includeDetails') === 'true');
    }
    case 'cancelDeploy': {
      const id = textOf(operation, 'String') ?? textOf(operation, 'id') ?? '';
      const job = jobs.cancel(id);
      return job
        ? answer('cancelDeploy', print('result', { done: true, id: job.id }))
        : fault('sf:INVALID_ID_FIELD', `INVALID_ID_FIELD: no deployment ${id}`);
    }
    case 'deployRecentValidation': {
      const id = textOf(operation, 'validationId') ?? textOf(operation, 'validationID') ?? '';
      const job = jobs.startValidated(id, user.userId);
      return job
        ? answer('deployRecentValidation', `<result>${job.id}</result>`)
        : fault('sf:INVALID_ID_FIELD', `INVALID_ID_FIELD: ${id} is no successful validation`);
    }
    case 'describeMetadata':
      return answer('describeMetadata', print('result', describeMetadata()));
    case 'listMetadata': {
      const types = childrenOf(operation, 'queries').map((query) => textOf(query, 'type') ?? '');
      return answer(
        'listMetadata',
        types
          .flatMap((type) => listMetadata(state, type, user.userId))
          .map((entry) => print('result', entry))
          .join(''),
      );
    }
    case 'readMetadata': {
      const type = textOf(operation, 'type') ?? textOf(operation, 'metadataType') ?? '';
      return answer(
        'readMetadata',
        `<result>${readMetadata(
          state,
          type,
          childrenOf(operation, 'fullNames').map((name) => name.text),
        )}</result>`,
      );
    }
    default:
      return fault('soapenv:Client', `The simulated org does not know the metadata call ${operation.name}.`);
  }
}

/** A value as elements: lists repeat, objects nest. */
function print(name: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => print(name, one)).join('');
  if (typeof value !== 'object') return `<${name}>${escapeXml(String(value))}</${name}>`;
  const inner = Object.entries(value).map(([key, one]) => print(key, one));
  return `<${name}>${inner.join('')}</${name}>`;
}

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:sf="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

const xml = (status: number, body: string): SimResponse => ({
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8' },
  body: envelope(body),
});

const answer = (operation: string, inner: string): SimResponse => xml(200, `<${operation}Response>${inner}</${operation}Response>`);

const fault = (code: string, text: string): SimResponse =>
  xml(500, `<soapenv:Fault><faultcode>${code}</faultcode><faultstring>${escapeXml(text)}</faultstring></soapenv:Fault>`);
