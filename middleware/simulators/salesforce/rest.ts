/** `/services/data/vNN.0/…`: finds the handler, prints its answer, turns refusals into the platform's errors. */
import { ApiError, RowError } from './org-errors.ts';
import type { Answer, Call, Handler, Org } from './org.ts';
import { collectionsHandler } from './rest-collections.ts';
import { compositeHandler, type Dispatch } from './rest-composite.ts';
import { notesHandler } from './rest-notes.ts';
import { platformHandler } from './rest-platform.ts';
import { errorAnswer } from './rest-print.ts';
import { queryHandler } from './rest-query.ts';
import { sobjectsHandler } from './rest-sobjects.ts';
import { graphqlHandler } from './graphql.ts';
import { uiApiHandler } from './ui-api.ts';

const handlers: readonly Handler[] = [
  queryHandler,
  notesHandler,
  sobjectsHandler,
  collectionsHandler,
  platformHandler,
  uiApiHandler,
  graphqlHandler,
];

/** Versions the org offers; the newest last. */
export const apiVersions: readonly { readonly version: string; readonly label: string; readonly url: string }[] = Array.from(
  { length: 20 },
  (_, index) => {
    const version = `${48 + index}.0`;
    return { version, label: `Release ${version}`, url: `/services/data/v${version}` };
  },
);

export const dataPath = /^\/services\/data\/(v\d+\.\d)(?:\/(.*))?$/;

const inner: Dispatch = (org, call, part) => {
  const url = new URL(part.url.replace(/\/{2,}/g, '/'), 'http://org');
  const match = dataPath.exec(url.pathname);
  if (!match) return errorAnswer(new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist'));
  if (/^composite(\/graph)?\/?$/.test(match[2] ?? ''))
    return errorAnswer(new ApiError(400, 'INVALID_INPUT', 'A composite request can not be nested.'));
  return answerCall(org, {
    ...call,
    method: part.method,
    steps: stepsOf(match[2]),
    query: url.searchParams,
    version: match[1] ?? call.version,
    headers: part.headers,
    json: () => part.body,
  });
};

export const stepsOf = (path: string | undefined): string[] =>
  (path ?? '')
    .split('/')
    .filter((step) => step !== '')
    .map(decoded);

/** A step that is no proper encoding stays as it is: it then names nothing. */
function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** Never throws. */
export function answerCall(org: Org, call: Call): Answer {
  const seen = /\ballowSave\s*=\s*true\b/i.test(call.headers['sforce-duplicate-rule-header'] ?? '');
  return org.duplicates.as(seen, () => handled(org, call));
}

function handled(org: Org, call: Call): Answer {
  try {
    for (const handler of handlers) {
      const answer = handler(org, call);
      if (answer) return answer;
    }
    const answer = compositeHandler(org, call, inner);
    if (answer) return answer;
    throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
  } catch (error) {
    if (error instanceof ApiError || error instanceof RowError) return errorAnswer(error);
    // What the platform could not foresee; here: a deployed formula or a gap of the simulator. The message says which.
    return { status: 500, body: [{ errorCode: 'UNKNOWN_EXCEPTION', message: error instanceof Error ? error.message : String(error) }] };
  }
}
