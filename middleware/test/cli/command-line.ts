/** Runs `cosell` in a process of its own, as a person or a script would. */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const sources = new URL('../../src/cli.ts', import.meta.url).href;
const program = [
  '--input-type=module',
  '-e',
  `const { runCommandLine } = await import('${sources}'); process.exitCode = await runCommandLine(process.argv.slice(1));`,
  '--',
];

export type Environment = { readonly [name: string]: string };

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON. */
  readonly json: () => unknown;
}

const basics = (): Environment => {
  const { PATH = '', HOME = '', TMPDIR, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, COSELL_LOG_LEVEL: 'silent', ...(TMPDIR ? { TMPDIR } : {}), ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) };
};
const folder = fileURLToPath(new URL('../../../', import.meta.url));
const asRan = (ran: Omit<Ran, 'json'>): Ran => ({ ...ran, json: () => JSON.parse(ran.out) as unknown });

let shell: ChildProcess | null = null;
let turn: Promise<unknown> = Promise.resolve();

/** One command, to its end. The commands of a test file share one process, since loading takes longer than most commands. */
export function cosell(environment: Environment, ...args: readonly string[]): Promise<Ran> {
  const next = turn.then(async () => {
    shell ??= fork(fileURLToPath(new URL('shell.ts', import.meta.url)), [], {
      env: basics(),
      cwd: folder,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const child = shell;
    child.ref();
    child.channel?.ref();
    const ran = await new Promise<Ran>((resolve, reject) => {
      const lost = (): void => reject(new Error('The process of the command line ended.'));
      child.once('exit', lost);
      child.once('message', (answer) => {
        child.off('exit', lost);
        resolve(asRan(answer as Omit<Ran, 'json'>));
      });
      child.send({ environment, args });
    });
    // between commands it keeps nobody waiting: it ends with the test file
    child.unref();
    child.channel?.unref();
    return ran;
  });
  turn = next.catch(() => undefined);
  return next;
}

/** Starts a command in a process of its very own; `words` gathers what it tells on standard error. */
export function start(
  environment: Environment,
  ...args: readonly string[]
): { readonly words: () => string; readonly ended: Promise<Ran> } {
  const child = spawn(process.execPath, [...program, ...args], {
    env: { ...basics(), ...environment },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => void (said.out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => void (said.err += chunk.toString('utf8')));
  const ended = new Promise<Ran>((resolve) => child.once('close', (code) => resolve(asRan({ status: code ?? -1, ...said }))));
  return { words: () => said.err, ended };
}
