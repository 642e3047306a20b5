/** Starts, stops and kills the middleware process, and talks to its admin socket. */
import { fork, type ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Middleware {
  /** Starts the process; resolves when it is up. Throws with its last words when it is not. Further arguments are for its entry. */
  start(...further: readonly string[]): Promise<void>;
  /** SIGKILL: no good-bye. */
  kill(): Promise<void>;
  /** Resolves when the process has ended, whoever ended it; at once when none runs. */
  gone(): Promise<void>;
  /** Sends a message to the entry and waits for its next one. */
  ask(message: object): Promise<unknown>;
  /** Gentle end. */
  stop(): Promise<void>;
  /** The clock moved. */
  tellClock(offset: number): void;
  /** One admin command over the local socket. */
  command(name: string, input?: unknown): Promise<unknown>;
  /** Resident memory of the process, MB. */
  memory(): Promise<number>;
  readonly pid: () => number | undefined;
}

const ownEntry = fileURLToPath(new URL('middleware.ts', import.meta.url));

export function createMiddleware(settings: { readonly [name: string]: string }, dataDir: string, entry = ownEntry): Middleware {
  let child: ChildProcess | null = null;
  let words = '';
  let offset = 0;

  const ended = (one: ChildProcess): Promise<void> =>
    one.exitCode !== null || one.signalCode !== null ? Promise.resolve() : new Promise((resolve) => one.once('exit', () => resolve()));

  async function start(...further: readonly string[]): Promise<void> {
    words = '';
    const { PATH = '', HOME = '', TMPDIR, NODE_COMPILE_CACHE } = process.env;
    const one = fork(entry, [String(offset), ...further], {
      env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}), ...settings },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // as `npm start` does
      execArgv: ['--max-old-space-size=192', '--max-semi-space-size=4'],
    });
    child = one;
    one.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-20_000);
      if (settings.COSELL_LOG_LEVEL === 'debug') process.stderr.write(chunk);
    });
    await new Promise<void>((resolve, reject) => {
      one.once('message', () => resolve());
      one.once('exit', (code) => reject(new Error(`The middleware ended with status ${code}.\n${words}`)));
    });
  }

  async function command(name: string, input: unknown = null): Promise<unknown> {
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const outgoing = request(
        {
          socketPath: join(dataDir, 'admin.sock'),
          path: `/admin/${name}`,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(JSON.stringify(input));
    });
    if (status !== 200) throw new Error(`The middleware answered ${status} to ${name}: ${text}\n${words}`);
    return (JSON.parse(text) as { result: unknown }).result;
  }

  const ask = (message: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const one = child;
      if (!one) return reject(new Error('The middleware is not running.'));
      const gone = (): void => reject(new Error('The middleware ended before it answered.'));
      one.once('exit', gone);
      one.once('message', (answer) => {
        one.off('exit', gone);
        resolve(answer);
      });
      one.send(message);
    });

  return {
    start,
    command,
    ask,
    pid: () => child?.pid,
    memory: async () => Math.round(((await ask({ ask: 'memory' })) as { memory: number }).memory / 1024 / 1024),
    gone: () => (child ? ended(child) : Promise.resolve()),
    async kill() {
      const one = child;
      child = null;
      one?.kill('SIGKILL');
      if (one) await ended(one);
    },
    async stop() {
      const one = child;
      child = null;
      one?.kill('SIGTERM');
      if (one) await Promise.race([ended(one), new Promise((resolve) => setTimeout(resolve, 8_000).unref())]);
      one?.kill('SIGKILL');
    },
    tellClock(next) {
      offset = next;
      child?.send({ offset });
    },
  };
}
