/**
 * Structured log lines without secrets or personal data. Three layers: only chosen fields are logged, known paths are
 * redacted, and a last filter over the finished line removes whatever looks like a token (entra-and-webhooks §11).
 */
import { pino, type Logger } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & { child(bindings: { readonly [name: string]: unknown }): Log };

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** `json` for machines, `pretty` for a terminal. */
  readonly format: 'json' | 'pretty';
  /** Where lines go; standard output when absent. */
  readonly write?: (line: string) => void;
  /** Epoch ms, so that log and clock agree. */
  readonly now: () => number;
}

const secretPatterns: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '[token]'],
  [/\b(Bearer|Signature)\s+[\w+/=.~-]{8,}/gi, '$1 [secret]'],
  [
    /((?:access|refresh|id)_?token|client_?secret|assertion|password|code_verifier|sid|session_?id)(["'\s]*[:=]["'\s]*)[^\s"'&,}]+/gi,
    '$1$2[secret]',
  ],
  [/\b00D[A-Za-z0-9]{12,15}![\w.]+/g, '[session]'],
  [/[\w.+-]+@[\w-]+\.[\w.-]+/g, '[mail]'],
];

/** Removes tokens, secrets and e-mail addresses from a text. */
export function redact(text: string): string {
  return secretPatterns.reduce((out, [pattern, replacement]) => out.replaceAll(pattern, replacement), text);
}

/** Where it was thrown. The stack begins with the message, which may have several lines. */
const thrownAt = (error: Error): string | undefined =>
  error.stack
    ?.split('\n')
    .find((line) => /^\s+at /.test(line))
    ?.trim();

/** A remote's words quote records (a rule of the org, a value that was refused), and a parser's words quote the text it read. */
function mayQuote(error: Error): boolean {
  const { facts, cause } = error as { facts?: { status?: unknown }; cause?: unknown };
  return facts?.status !== undefined || error instanceof SyntaxError || (cause instanceof Error && mayQuote(cause));
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, facts } = error as { code?: unknown; facts?: { requestId?: unknown; status?: unknown } };
  return {
    type: error.name,
    code,
    ...(mayQuote(error) ? {} : { message: error.message }),
    requestId: facts?.requestId,
    status: facts?.status,
    at: thrownAt(error),
  };
}

export function createLog(options: LogOptions): Log {
  const write = options.write ?? ((line: string): void => void process.stdout.write(line));
  const show = options.format === 'pretty' ? prettyLine : (line: string): string => line;
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date(options.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError, err: describeError },
      redact: {
        paths: ['*.authorization', '*.token', '*.secret', '*.email', '*.phone', 'authorization', 'token', 'secret'],
        censor: '[secret]',
      },
    },
    { write: (line: string) => write(show(redact(line))) },
  );
}

/** One line for a terminal: time, level, text, then the rest as `name=value`. */
function prettyLine(line: string): string {
  try {
    const { time, level, msg, ...rest } = JSON.parse(line) as { time?: string; level?: string; msg?: string };
    const facts = Object.entries(rest)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
    return `${(time ?? '').slice(11, 23)} ${(level ?? '').padEnd(5)} ${msg ?? ''} ${facts.join(' ')}`.trimEnd() + '\n';
  } catch {
    return line;
  }
}

/**
 * The last resort: an error nobody handled is written by the rules of every other line, then the process ends, since nobody knows what
 * still holds. Without it Node would print the error as it is, with whatever it quotes.
 */
export function lastWords(
  process: { on(event: 'uncaughtException', listener: (error: unknown) => void): unknown },
  log: Log,
  end: () => void,
): void {
  process.on('uncaughtException', (error) => {
    log.error({ error }, 'an error nobody handled: the process ends');
    end();
  });
}

/** A log that keeps nothing, for tests and the command line. */
export const silentLog = (): Log => createLog({ level: 'silent', format: 'json', now: () => 0 });
