/**
 * The audit line: one line of `Audit__c`, readable by people and parsed by the panel. This is its only definition;
 * the panel's parser is held to it by a test that runs both over the same entries.
 *
 * ```
 * v1 2026-11-20 13:45:02Z | to Partner Center | updated | done | by "Sam Seller" | Value: "50000" -> "60000"; Close date: "2026-09-30" -> "2026-10-15" | code CRM_STALE | text "…" | request 8f0c…
 * ```
 *
 * Segments after the fourth may be missing. Quoted texts are JSON strings, so a line never holds a line feed and a
 * separator inside a value cannot be mistaken. `from -> to, lost "x"` names the value that lost a conflict. A confidential change is
 * printed as `Name: changed`.
 */

/** One field of an entry. `from`/`to` are shown texts; both undefined for a confidential field. */
export interface AuditChange {
  /** The field's label, e.g. `Close date`. */
  readonly field: string;
  readonly from?: string | null;
  readonly to?: string | null;
  /** The value that lost a conflict. */
  readonly lost?: string | null;
}

export const auditWays = ['to Partner Center', 'to Salesforce', 'inside'] as const;
export const auditActs = [
  'created',
  'updated',
  'linked',
  'adopted',
  'accepted',
  'declined',
  'won',
  'lost',
  'expired',
  'retired',
  'conflict',
  'refused',
  'held',
  'parked',
  'failed',
  'differs',
  'missing',
  'stopped',
  'resumed',
  'gone',
  'noted',
] as const;
export const auditResults = ['done', 'waiting', 'refused', 'failed'] as const;

export type AuditWay = (typeof auditWays)[number];
export type AuditAct = (typeof auditActs)[number];
export type AuditResult = (typeof auditResults)[number];

export interface AuditEntry {
  /** Epoch ms; printed to the second, UTC. */
  readonly at: number;
  readonly way: AuditWay;
  readonly act: AuditAct;
  readonly result: AuditResult;
  /** Who made the change, null when it was the service itself. */
  readonly by: string | null;
  readonly changes: readonly AuditChange[];
  /** Code of the error catalogue or of a finding. */
  readonly code: string | null;
  /** What happened and what to do next. */
  readonly text: string | null;
  /** The vendor's request id, for support. */
  readonly requestId: string | null;
}

const isoSeconds = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ') + 'Z';
const shown = (value: string | null | undefined): string => (value === null || value === undefined ? 'empty' : JSON.stringify(value));

function printChange(change: AuditChange): string {
  const name = change.field.replaceAll(/[:;|"]/g, ' ');
  if (change.from === undefined && change.to === undefined) return `${name}: changed`;
  const lost = change.lost === undefined ? '' : `, lost ${shown(change.lost)}`;
  return `${name}: ${shown(change.from)} -> ${shown(change.to)}${lost}`;
}

/** Prints one entry as one line without a line feed. */
export function printAuditLine(entry: AuditEntry): string {
  const segments = [`v1 ${isoSeconds(entry.at)}`, entry.way, entry.act, entry.result];
  if (entry.by !== null) segments.push(`by ${JSON.stringify(entry.by)}`);
  if (entry.changes.length > 0) segments.push(entry.changes.map(printChange).join('; '));
  if (entry.code !== null) segments.push(`code ${entry.code}`);
  if (entry.text !== null) segments.push(`text ${JSON.stringify(entry.text)}`);
  if (entry.requestId !== null) segments.push(`request ${entry.requestId}`);
  return segments.join(' | ');
}

/** Splits outside JSON strings. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (quoted && character === '\\') {
      part += character + (text[++i] ?? '');
      continue;
    }
    if (character === '"') quoted = !quoted;
    if (!quoted && text.startsWith(separator, i)) {
      parts.push(part);
      part = '';
      i += separator.length - 1;
      continue;
    }
    part += character;
  }
  parts.push(part);
  return parts;
}

function unquote(text: string): string | null | undefined {
  if (text === 'empty') return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function parseChange(text: string): AuditChange | null {
  const colon = text.indexOf(': ');
  if (colon <= 0) return null;
  const field = text.slice(0, colon);
  const rest = text.slice(colon + 2);
  if (rest === 'changed') return { field };
  const [values, lostText, ...more] = split(rest, ', lost ');
  const [fromText, toText, ...others] = split(values ?? '', ' -> ');
  const from = unquote(fromText ?? '');
  const to = unquote(toText ?? '');
  if (more.length > 0 || others.length > 0 || from === undefined || to === undefined) return null;
  if (lostText === undefined) return { field, from, to };
  const lost = unquote(lostText);
  return lost === undefined ? null : { field, from, to, lost };
}

const oneOf = <T extends string>(list: readonly T[], text: string | undefined): T | null => list.find((item) => item === text) ?? null;

/** Reads one line; null when it is not a line of this format (the panel then shows the raw text). */
export function parseAuditLine(line: string): AuditEntry | null {
  const [head, wayText, actText, resultText, ...rest] = split(line, ' | ');
  const stamp = /^v1 (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)Z$/.exec(head ?? '');
  const at = stamp ? Date.parse(`${stamp[1]}T${stamp[2]}Z`) : Number.NaN;
  const way = oneOf(auditWays, wayText);
  const act = oneOf(auditActs, actText);
  const result = oneOf(auditResults, resultText);
  if (Number.isNaN(at) || way === null || act === null || result === null) return null;

  let by: string | null = null;
  let code: string | null = null;
  let text: string | null = null;
  let requestId: string | null = null;
  let changes: AuditChange[] = [];
  for (const segment of rest) {
    if (segment.startsWith('by "')) by = unquote(segment.slice(3)) ?? null;
    else if (segment.startsWith('code ')) code = segment.slice(5);
    else if (segment.startsWith('text "')) text = unquote(segment.slice(5)) ?? null;
    else if (segment.startsWith('request ')) requestId = segment.slice(8);
    else {
      const parsed = split(segment, '; ').map(parseChange);
      if (parsed.some((change) => change === null)) return null;
      changes = parsed as AuditChange[];
    }
  }
  return { at, way, act, result, by, changes, code, text, requestId };
}

/** Puts new lines on top and trims at the end, at a line boundary, to `limit` characters. */
export function prependAudit(current: string | null, lines: readonly string[], limit = 100_000): string {
  const text = [...lines, ...(current ? [current] : [])].join('\n');
  if (text.length <= limit) return text;
  const cut = text.lastIndexOf('\n', limit);
  return cut > 0 ? text.slice(0, cut) : text.slice(0, limit);
}
