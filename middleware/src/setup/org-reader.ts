/** An org as set-up reads it: plain GET requests below `/services/data/vNN.N`, whoever signs in for them. */
import { SyncError } from '../errors.ts';
import { DescribeAnswer, QueryAnswer } from './schema.ts';

export interface OrgAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends one GET. Any status is an answer; throws only when none came or the sign-in is refused. */
export type OrgGet = (path: string) => Promise<OrgAnswer>;

interface Schema<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: unknown };
}

/** Reads an answer, or complains that it is none this version knows. */
export function understood<T>(schema: Schema<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SyncError('CRM_ANSWER', { cause: parsed.error, message: 'An answer of Salesforce has another form than expected.' });
}

/** The refusal of an org in words (Salesforce APIs §5.4). */
function refusal({ status, body }: OrgAnswer): SyncError {
  const first: unknown = Array.isArray(body) ? body[0] : null;
  const { message = '', errorCode = '' } = (typeof first === 'object' && first !== null ? first : {}) as {
    message?: string;
    errorCode?: string;
  };
  const code = status === 401 ? 'CRM_SIGN_IN' : status === 403 ? 'CRM_NO_ACCESS' : 'CRM_REFUSED';
  return new SyncError(code, {
    status,
    message: errorCode === '' ? `Salesforce answered ${status}.` : `${message.trim().split('\n').at(-1) ?? ''} (${errorCode})`,
  });
}

const found = (answer: OrgAnswer): unknown => {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw refusal(answer);
};

/** Body of a GET; throws when the org refuses it. */
export const read = async (get: OrgGet, path: string): Promise<unknown> => found(await get(path));

/** All rows of a query. */
export async function query<T>(get: OrgGet, soql: string, row: Schema<T>): Promise<readonly T[]> {
  const rows: T[] = [];
  for (let path: string | undefined = `/query?q=${encodeURIComponent(soql)}`; path !== undefined;) {
    const page: { records: readonly unknown[]; nextRecordsUrl?: string | undefined } = understood(QueryAnswer, await read(get, path));
    rows.push(...page.records.map((record) => understood(row, record)));
    path = page.nextRecordsUrl?.replace(/^\/services\/data\/v[\d.]+/, '');
  }
  return rows;
}

/** Field name → may be changed; null when there is no such object for this user. */
export async function describe(get: OrgGet, object: string): Promise<ReadonlyMap<string, boolean> | null> {
  const answer = await get(`/sobjects/${object}/describe`);
  if (answer.status === 404) return null;
  return new Map(understood(DescribeAnswer, found(answer)).fields.map((field) => [field.name, field.updateable]));
}

/** A text inside a SOQL condition. */
export const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
export const quotedList = (texts: readonly string[]): string => `(${texts.map(quoted).join(', ')})`;
