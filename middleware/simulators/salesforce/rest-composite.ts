/** `/composite` and `/composite/graph`: several requests in one call, with references between them (Salesforce APIs §5.2). */
import { ApiError } from './org-errors.ts';
import { isObject, type Answer, type Call, type Org } from './org.ts';

const mostParts = 25;
const mostQueries = 5;
const mostNodes = 500;
const mostGraphs = 75;
const mostDepth = 15;
const mostKinds = 15;
const mostFailedGraphs = 14;

/** Runs one inner request; refusals come back as answers. */
export type Dispatch = (
  org: Org,
  call: Call,
  part: { readonly method: string; readonly url: string; readonly headers: { readonly [name: string]: string }; readonly body: unknown },
) => Answer;

interface Part {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body: unknown;
  readonly headers: { readonly [name: string]: string };
}

interface PartResult {
  readonly body: unknown;
  readonly httpHeaders: { readonly [name: string]: string };
  readonly httpStatusCode: number;
  readonly referenceId: string;
}

class Undone extends Error {}

export function compositeHandler(org: Org, call: Call, dispatch: Dispatch): Answer | null {
  const [first, second] = call.steps;
  if (first !== 'composite' || call.method !== 'POST') return null;
  const body = call.json();
  if (!isObject(body)) throw new ApiError(400, 'JSON_PARSER_ERROR', 'The body must be a JSON object.');
  if (second === undefined) {
    const parts = readParts(body['compositeRequest']);
    if (parts.length > mostParts) throw new ApiError(400, 'LIMIT_EXCEEDED', `The request can have at most ${mostParts} subrequests.`);
    const queries = parts.filter(
      (part) => (part.method === 'GET' && /\/query(All)?\b/.test(part.url)) || /\/composite\/sobjects/.test(part.url),
    ).length;
    if (queries > mostQueries)
      throw new ApiError(400, 'LIMIT_EXCEEDED', `Only ${mostQueries} of the subrequests can be queries or collections.`);
    const allOrNone = body['allOrNone'] === true;
    return { status: 200, body: { compositeResponse: run(org, call, parts, allOrNone, dispatch).results } };
  }
  return second === 'graph' ? graphs(org, call, body, dispatch) : null;
}

function graphs(org: Org, call: Call, body: { readonly [name: string]: unknown }, dispatch: Dispatch): Answer {
  const list: unknown = body['graphs'];
  if (!Array.isArray(list) || list.length === 0) throw new ApiError(400, 'JSON_PARSER_ERROR', 'graphs is expected to be an array');
  if (list.length > mostGraphs) throw new ApiError(400, 'LIMIT_EXCEEDED', `The request can have at most ${mostGraphs} graphs.`);
  const read = list.map((one) => {
    if (!isObject(one)) throw new ApiError(400, 'JSON_PARSER_ERROR', 'A graph must be a JSON object.');
    return { graphId: String(one['graphId'] ?? ''), parts: readParts(one['compositeRequest']) };
  });
  if (read.reduce((sum, one) => sum + one.parts.length, 0) > mostNodes)
    throw new ApiError(400, 'LIMIT_EXCEEDED', `The request can have at most ${mostNodes} nodes.`);
  let failed = 0;
  const results = read.map(({ graphId, parts }) => {
    const halted = failed >= mostFailedGraphs;
    checkGraph(parts);
    const outcome = halted ? { ok: false, results: parts.map((part) => processingHalted(part)) } : run(org, call, parts, true, dispatch);
    if (!outcome.ok) failed += 1;
    return { graphId, graphResponse: { compositeResponse: outcome.results }, isSuccessful: outcome.ok };
  });
  return { status: 200, body: { graphs: results } };
}

/** Depth counts references on references; kinds count method and resource. */
function checkGraph(parts: readonly Part[]): void {
  const depths = new Map<string, number>();
  const kinds = new Set<string>();
  for (const part of parts) {
    const text = part.url + JSON.stringify(part.body ?? null);
    const inner = [...text.matchAll(/@\{([^}.[]+)/g)].map((match) => depths.get(match[1] ?? '') ?? 0);
    const depth = Math.max(0, ...inner) + 1;
    if (depth > mostDepth) throw new ApiError(400, 'LIMIT_EXCEEDED', `A graph can be at most ${mostDepth} nodes deep.`);
    depths.set(part.referenceId, depth);
    kinds.add(`${part.method} ${part.url.replace(/@\{[^}]*\}|[a-zA-Z0-9]{15,18}(?=$|\/|\?)/g, '*')}`);
  }
  if (kinds.size > mostKinds) throw new ApiError(400, 'LIMIT_EXCEEDED', `A graph can have at most ${mostKinds} different kinds of nodes.`);
}

function readParts(list: unknown): Part[] {
  if (!Array.isArray(list) || list.length === 0)
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'compositeRequest is expected to be an array');
  const seen = new Set<string>();
  return list.map((one: unknown) => {
    if (!isObject(one)) throw new ApiError(400, 'JSON_PARSER_ERROR', 'A subrequest must be a JSON object.');
    const referenceId = String(one['referenceId'] ?? '');
    if (!/^[A-Za-z]\w*$/.test(referenceId))
      throw new ApiError(
        400,
        'INVALID_INPUT',
        `Provided referenceId ('${referenceId}') must start with a letter or a number, and it can contain only letters, numbers and underscores.`,
      );
    if (seen.has(referenceId)) throw new ApiError(400, 'DUPLICATE_VALUE', `Duplicate referenceId: ${referenceId}`);
    seen.add(referenceId);
    const given = isObject(one['httpHeaders']) ? one['httpHeaders'] : {};
    const headers: { [name: string]: string } = {};
    for (const [name, value] of Object.entries(given)) {
      if (/^(accept|authorization|content-type)$/i.test(name))
        throw new ApiError(400, 'INVALID_INPUT', `The header ${name} can't be set on a subrequest.`);
      headers[name.toLowerCase()] = String(value);
    }
    return {
      method: String(one['method'] ?? 'GET').toUpperCase(),
      url: String(one['url'] ?? ''),
      referenceId,
      body: one['body'] ?? null,
      headers,
    };
  });
}

const processingHalted = (
  part: Part,
  message = 'The transaction was rolled back since another operation in the same transaction failed.',
): PartResult => ({
  body: [{ errorCode: 'PROCESSING_HALTED', message }],
  httpHeaders: {},
  httpStatusCode: 400,
  referenceId: part.referenceId,
});

function run(
  org: Org,
  call: Call,
  parts: readonly Part[],
  allOrNone: boolean,
  dispatch: Dispatch,
): { readonly ok: boolean; readonly results: readonly PartResult[] } {
  const results: PartResult[] = [];
  const bodies = new Map<string, unknown>();
  const failedParts = new Set<string>();
  const work = (): void => {
    for (const part of parts) {
      let answer: Answer;
      try {
        const url = String(resolve(part.url, bodies, failedParts));
        answer = dispatch(org, call, { method: part.method, url, headers: part.headers, body: resolve(part.body, bodies, failedParts) });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        answer = { status: error.status, body: [{ errorCode: error.code, message: error.message }] };
      }
      results.push({
        body: answer.body ?? null,
        httpHeaders: answer.headers ?? {},
        httpStatusCode: answer.status,
        referenceId: part.referenceId,
      });
      bodies.set(part.referenceId, answer.body ?? null);
      if (answer.status < 400) continue;
      failedParts.add(part.referenceId);
      if (allOrNone) throw new Undone();
    }
  };
  try {
    if (allOrNone) org.state.transaction(work);
    else work();
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
    const broken = results.length - 1;
    return {
      ok: false,
      results: parts.map((part, index) => (index === broken && results[index] ? results[index] : processingHalted(part))),
    };
  }
  return { ok: failedParts.size === 0, results };
}

const reference = /@\{(\w+)((?:\.\w+|\[\d+\])*)\}/g;

/** Puts results of earlier parts where `@{id.field}` stands. */
function resolve(value: unknown, bodies: ReadonlyMap<string, unknown>, failed: ReadonlySet<string>): unknown {
  if (typeof value === 'string') {
    return value.replace(reference, (whole, id: string, path: string) => {
      if (!bodies.has(id))
        throw new ApiError(400, 'PROCESSING_HALTED', `Invalid reference specified. No value for ${whole.slice(2, -1)} found in ${id}`);
      if (failed.has(id)) throw new ApiError(400, 'PROCESSING_HALTED', `Invalid reference specified. ${id} failed.`);
      let current: unknown = bodies.get(id);
      for (const step of path.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
        const [, name, index] = step;
        if (Array.isArray(current) && index !== undefined) current = current[Number(index)];
        else if (isObject(current) && name !== undefined)
          current = current[name] ?? current[Object.keys(current).find((key) => key.toLowerCase() === name.toLowerCase()) ?? ''];
        else current = undefined;
      }
      if (current === undefined || current === null || typeof current === 'object') {
        throw new ApiError(
          400,
          'PROCESSING_HALTED',
          `Invalid reference specified. No value for ${whole.slice(2, -1)} found in ${id}. Provided response does not contain the field.`,
        );
      }
      return String(current);
    });
  }
  if (Array.isArray(value)) return value.map((one) => resolve(one, bodies, failed));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolve(one, bodies, failed)]));
  return value;
}
