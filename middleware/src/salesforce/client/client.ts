/** The REST calls the service uses (Salesforce APIs §5), each with the limits of that call built in. */
import { SyncError } from '../../errors.ts';
import type { System } from '../../sync/ports.ts';
import type { Transport } from '../../transport.ts';
import type { TokenSource } from '../auth/token-source.ts';
import {
  ActionAnswers,
  ChildPage,
  CompositeAnswer,
  DescribeAnswer,
  GraphAnswer,
  QueryPage,
  RetrievedRows,
  SaveResults,
  type RawRow,
  type SaveResult,
} from '../schema.ts';
import { createCaller, type Answer, type CallRequest, type Usage } from './call.ts';
import { failureOf, wireErrorsOf } from './failure.ts';
import { orgCurrency } from './org-currency.ts';

export interface SalesforceClientOptions {
  readonly transport: Transport;
  readonly tokens: TokenSource;
  readonly system: System;
  /** Default `66.0`. */
  readonly apiVersion?: string;
}

/** One part of a `/composite` call or a graph. */
export interface Part {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/services/data/vNN.N`. */
  readonly path: string;
  readonly referenceId: string;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
}

export interface PartAnswer {
  readonly referenceId: string;
  readonly status: number;
  readonly body: unknown;
}

/** A record to write: API names and values. */
export type Values = { readonly [field: string]: unknown };
export interface WriteRow {
  readonly type: string;
  readonly id?: string;
  readonly values: Values;
}

/** A graph that is not successful has changed nothing. */
export interface GraphResult {
  readonly successful: boolean;
  readonly answers: readonly PartAnswer[];
}

export interface Rows {
  readonly records: readonly RawRow[];
  /** Server time of the first page, epoch ms. */
  readonly serverTime: number;
}

export interface ObjectFacts {
  readonly keyPrefix: string | null;
  readonly fields: ReadonlyMap<string, FieldFacts>;
  /** Relationship name → object of the children. */
  readonly children: ReadonlyMap<string, string>;
}

export interface FieldFacts {
  readonly name: string;
  readonly type: string;
  /** 0 for fields that are no text. */
  readonly length: number;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly relationshipName: string | null;
  readonly referenceTo: readonly string[];
  /** Active values of a picklist; empty for other fields. */
  readonly picklistValues: readonly string[];
}

export interface SalesforceClient {
  /** All rows of a query, page by page; `all` includes the recycle bin. */
  query(soql: string, options?: { readonly all?: boolean; readonly signal?: AbortSignal }): Promise<Rows>;
  /** The body of a blob field as text. */
  text(path: string): Promise<string>;
  /** The remaining rows of a subquery that was cut. */
  rest(child: unknown): Promise<readonly RawRow[]>;
  /** Flat read of up to 2,000 records, in order; null for an unknown or invisible id. */
  retrieve(
    object: string,
    ids: readonly string[],
    fields: readonly string[],
  ): Promise<{ readonly records: readonly (RawRow | null)[]; readonly serverTime: number }>;
  /**
   * One call of up to 25 parts; each answers for itself.
   * @param sendBefore not sent later than this, epoch ms
   */
  composite(
    parts: readonly Part[],
    allOrNone: boolean,
    sendBefore?: number,
  ): Promise<{ readonly answers: readonly PartAnswer[]; readonly serverTime: number }>;
  /** All rows of a query that was a part of a composite call. Throws the refusal the part carries. */
  rowsOf(answer: PartAnswer | undefined): Promise<readonly RawRow[]>;
  /** Graphs in one call, each all or nothing for itself. */
  graphs(graphs: readonly (readonly Part[])[]): Promise<readonly GraphResult[]>;
  /** Up to any number of rows by id, in calls of 200; one result per row. */
  update(rows: readonly WriteRow[]): Promise<readonly SaveResult[]>;
  create(rows: readonly WriteRow[]): Promise<readonly SaveResult[]>;
  upsert(object: string, externalId: string, rows: readonly Values[]): Promise<readonly SaveResult[]>;
  /** What the integration user sees of an object; null when there is no such object for it. Kept until `forget`. */
  describe(object: string): Promise<ObjectFacts | null>;
  /** Drops what `describe` has kept: something turned out to be different. */
  forget(): void;
  /** Sends custom notifications (standard action); per input null, or why it was refused. */
  notifyUsers(inputs: readonly Values[]): Promise<readonly (SyncError | null)[]>;
  /** The currency of a single-currency org; null when it does not say. */
  orgCurrency(): Promise<string | null>;
  usage(): Usage | null;
  session: TokenSource['session'];
}

const perCall = 200;
/** Request line and headers together stay below 16,384 bytes (Salesforce APIs §5.1). */
const longestQuery = 12_000;

/** Parses or complains that the answer is none this version knows. */
export function understood<T>(
  schema: {
    safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: unknown };
  },
  value: unknown,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SyncError('CRM_ANSWER', { cause: parsed.error, message: 'An answer of Salesforce has another form than expected.' });
}

function slices<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** The body of a collections call. */
export const collection = (rows: readonly WriteRow[], allOrNone = false): Values => ({
  allOrNone,
  records: rows.map(({ type, id, values }) => ({ attributes: { type }, ...(id === undefined ? {} : { id }), ...values })),
});

/**
 * In a composite call `@{name.id}` in a text means the result of another part. Only our own references may mean that: in texts that
 * people wrote, the two signs are parted by a blank.
 */
function withoutForeignReferences(value: unknown): unknown {
  if (typeof value === 'string') return /^@\{\w+\.id\}$/.test(value) ? value : value.replaceAll('@{', '@ {');
  if (Array.isArray(value)) return value.map(withoutForeignReferences);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutForeignReferences(inner)]));
}

export const queryPath = (soql: string, all = false): string => `/${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`;

export function createSalesforceClient(options: SalesforceClientOptions): SalesforceClient {
  const apiVersion = options.apiVersion ?? '66.0';
  const caller = createCaller({ ...options, apiVersion });
  const call = (request: CallRequest): Promise<Answer> => caller.call(request);
  const described = new Map<string, Promise<ObjectFacts | null>>();

  async function pages(path: string, signal?: AbortSignal): Promise<Rows> {
    let answer = await call({ method: 'GET', path, ...(signal ? { signal } : {}) });
    const { serverTime } = answer;
    let page = understood(QueryPage, answer.body);
    const records = [...page.records];
    while (!page.done && page.nextRecordsUrl !== null) {
      answer = await call({ method: 'GET', path: page.nextRecordsUrl, ...(signal ? { signal } : {}) });
      page = understood(QueryPage, answer.body);
      records.push(...page.records);
    }
    return { records, serverTime };
  }

  /** A query too long for a request line travels as a part of a composite call. */
  async function longQuery(soql: string, all: boolean): Promise<Rows> {
    const { answers, serverTime } = await composite([{ method: 'GET', path: queryPath(soql, all), referenceId: 'query' }], false);
    return { records: await rowsOf(answers[0]), serverTime };
  }

  async function rowsOf(answer: PartAnswer | undefined): Promise<readonly RawRow[]> {
    if (answer?.status !== 200) throw failureOfPart(answer);
    const page = understood(QueryPage, answer.body);
    return page.nextRecordsUrl === null || page.done ? page.records : [...page.records, ...(await pages(page.nextRecordsUrl)).records];
  }

  const wirePart = ({ method, path, referenceId, body, headers }: Part): Values => ({
    method,
    url: `${caller.basePath}${path}`,
    referenceId,
    ...(body === undefined ? {} : { body: withoutForeignReferences(body) }),
    ...(headers === undefined ? {} : { httpHeaders: headers }),
  });

  async function composite(
    parts: readonly Part[],
    allOrNone: boolean,
    sendBefore?: number,
  ): Promise<{ readonly answers: readonly PartAnswer[]; readonly serverTime: number }> {
    const answer = await call({
      method: 'POST',
      path: '/composite',
      body: { allOrNone, compositeRequest: parts.map(wirePart) },
      ...(sendBefore === undefined ? {} : { sendBefore }),
    });
    return { answers: understood(CompositeAnswer, answer.body).compositeResponse, serverTime: answer.serverTime };
  }

  async function save(method: 'POST' | 'PATCH', path: string, rows: readonly WriteRow[]): Promise<readonly SaveResult[]> {
    const results: SaveResult[] = [];
    for (const slice of slices(rows, perCall)) {
      const answer = await call({ method, path, body: collection(slice) });
      results.push(...understood(SaveResults, answer.body));
    }
    return results;
  }

  async function describe(object: string): Promise<ObjectFacts | null> {
    const answer = await call({ method: 'GET', path: `/sobjects/${object}/describe`, accept: [404] });
    if (answer.status === 404) return null;
    const { keyPrefix, fields, childRelationships } = understood(DescribeAnswer, answer.body);
    return {
      keyPrefix,
      fields: new Map(fields.map((field) => [field.name, field])),
      children: new Map(
        childRelationships.flatMap(({ relationshipName, childSObject }) =>
          relationshipName && childSObject ? [[relationshipName, childSObject] as const] : [],
        ),
      ),
    };
  }

  return {
    query(soql, { all = false, signal } = {}) {
      const path = queryPath(soql, all);
      return path.length > longestQuery ? longQuery(soql, all) : pages(path, signal);
    },
    text: async (path) => String((await call({ method: 'GET', path, asText: true })).body),
    async rest(child) {
      const page = understood(ChildPage, child);
      return page.done || page.nextRecordsUrl === null ? [] : (await pages(page.nextRecordsUrl)).records;
    },
    async retrieve(object, ids, fields) {
      const records: (RawRow | null)[] = [];
      let serverTime = 0;
      for (const slice of slices(ids, 2_000)) {
        const answer = await call({ method: 'POST', path: `/composite/sobjects/${object}`, body: { ids: slice, fields } });
        records.push(...understood(RetrievedRows, answer.body));
        serverTime ||= answer.serverTime;
      }
      return { records, serverTime };
    },
    composite,
    rowsOf,
    async graphs(graphs) {
      const body = { graphs: graphs.map((parts, index) => ({ graphId: `deal${index}`, compositeRequest: parts.map(wirePart) })) };
      const answer = await call({ method: 'POST', path: '/composite/graph', body });
      const results = new Map(understood(GraphAnswer, answer.body).graphs.map((graph) => [graph.graphId, graph]));
      return graphs.map((_, index): GraphResult => {
        const graph = results.get(`deal${index}`);
        return { successful: graph?.isSuccessful ?? false, answers: graph?.graphResponse.compositeResponse ?? [] };
      });
    },
    update: (rows) => save('PATCH', '/composite/sobjects', rows),
    create: (rows) => save('POST', '/composite/sobjects', rows),
    upsert: (object, externalId, rows) =>
      save(
        'PATCH',
        `/composite/sobjects/${object}/${externalId}`,
        rows.map((values) => ({ type: object, values })),
      ),
    describe(object) {
      const known = described.get(object);
      if (known) return known;
      const asked = describe(object);
      described.set(object, asked);
      // a failure is not kept
      asked.catch(() => described.delete(object));
      return asked;
    },
    forget: () => described.clear(),
    async notifyUsers(inputs) {
      // one refused input makes the whole answer a 400, whose body tells the others' results all the same
      const answer = await call({ method: 'POST', path: '/actions/standard/customNotificationAction', body: { inputs }, accept: [400] });
      const results = ActionAnswers.safeParse(answer.body);
      if (!results.success && answer.status === 400) throw failureOf(400, wireErrorsOf(answer.body));
      const each = understood(ActionAnswers, answer.body);
      return inputs.map((_, index) => (each[index]?.isSuccess ? null : failureOf(400, each[index]?.errors ?? [])));
    },
    orgCurrency: () => orgCurrency(options.transport, options.tokens, apiVersion),
    usage: caller.usage,
    session: options.tokens.session,
  };
}

/** The refusal a part of a composite call or graph carries. */
export function failureOfPart(answer: PartAnswer | undefined): SyncError {
  if (!answer) return new SyncError('CRM_ANSWER', { message: 'Salesforce left out a part of its answer.' });
  return failureOf(answer.status, wireErrorsOf(Array.isArray(answer.body) ? answer.body : [answer.body]));
}

/** True for a part that was only stopped because another one of the same call failed. */
export const wasHalted = (answer: PartAnswer): boolean =>
  answer.status >= 400 &&
  wireErrorsOf(Array.isArray(answer.body) ? answer.body : [answer.body]).every((error) => error.code === 'PROCESSING_HALTED');
