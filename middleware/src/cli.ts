/** The command line `cosell`: turns arguments into named commands and prints their results. It holds no logic of its own. */
import { resolve } from 'node:path';

import { Command } from 'commander';

import { version } from './app/version.ts';
import { addAuditCommands } from './cli/audit.ts';
import { addBackfillCommands } from './cli/backfill.ts';
import type { CommandLine } from './cli/command-line.ts';
import { addMappingCommands } from './cli/mapping.ts';
import { printFacts, printParked, printPlan } from './cli/print.ts';
import { reachService, type Reached } from './cli/reach-service.ts';
import { addSetUpCommands } from './cli/set-up-commands.ts';
import { addSupportCommand } from './cli/support.ts';
import { signInByBrowser, signInByDevice } from './cli/sign-in.ts';
import { environment, printProblems, readConfig } from './config.ts';
import { catalogue, toSyncError } from './errors.ts';
import { createLog } from './log.ts';
import { realSystem } from './system.ts';

/** Exit statuses: done · the command failed · wrong use or settings · done, but something needs attention. */
export const exits = { done: 0, failed: 1, usage: 2, attention: 3 } as const;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

class UsageError extends Error {}

async function reach(): Promise<Reached> {
  const read = readConfig(environment());
  if (read.kind === 'bad') throw new UsageError(printProblems(read.problems));
  const { config } = read;
  const system = realSystem();
  const log = createLog({
    level: config.COSELL_LOG_LEVEL === 'debug' ? 'debug' : 'warn',
    format: 'pretty',
    write: (line) => process.stderr.write(line),
    now: () => system.now(),
  });
  // most commands only talk to the running service: the whole of it is loaded where there is none
  return reachService(config, async () => (await import('./app/index.ts')).openOffline({ config, system, log }));
}

type Printer = (result: unknown) => string;

/** Runs a command and prints its result; returns the exit status. */
async function run(
  json: boolean,
  print: Printer,
  act: (reached: Reached) => Promise<unknown>,
  status: (result: unknown) => number = () => exits.done,
): Promise<number> {
  let reached: Reached | null = null;
  try {
    reached = await reach();
    const result = await act(reached);
    say(json ? JSON.stringify(result, null, 2) : print(result));
    return status(result);
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      complain(json ? JSON.stringify({ error: { code: 'CONFIG_INVALID', message: thrown.message } }) : thrown.message);
      return exits.usage;
    }
    const error = toSyncError(thrown);
    if (json) say(JSON.stringify({ error: { code: error.code, message: error.message, cure: error.entry.cure } }));
    else complain(`${error.entry.text}${error.facts.message ? ` ${error.facts.message}` : ''}\n${error.entry.cure}`);
    return exits.failed;
  } finally {
    await reached?.close();
  }
}

/** Runs the command line; resolves with the exit status. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let status: number = exits.done;
  const program = new Command('cosell')
    .description('Keeps Salesforce opportunities and Microsoft Partner Center referrals the same.')
    .version(version)
    .option('--json', 'print results as JSON')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const json = (): boolean => program.opts<{ json?: boolean }>().json === true;
  const simple = (
    parent: Command,
    words: string,
    about: string,
    command: string,
    print: Printer = printFacts,
    input: (given: string | undefined) => unknown = () => null,
  ): void => {
    parent
      .command(words)
      .description(about)
      .action(async (...given: unknown[]) => {
        const texts = given.filter((one): one is string => typeof one === 'string');
        status = await run(json(), print, (reached) => reached.call(command, input(texts[0])));
      });
  };
  const byId = (id: string | undefined): unknown => ({ id });

  simple(program, 'status', 'show how the service is', 'status');
  simple(program, 'plan <id>', 'print what a sync of this deal would do, and why; changes nothing', 'plan', printPlan, byId);
  simple(program, 'sync <id>', 'sync this deal now', 'sync', printFacts, byId);
  program
    .command('parked')
    .description('list deals that were put aside, with cause and cure')
    .action(async () => {
      status = await run(
        json(),
        printParked,
        (reached) => reached.call('parked', {}),
        (rows) => ((rows as unknown[]).length > 0 ? exits.attention : exits.done),
      );
    });
  simple(program, 'retry [id]', 'try a deal that was put aside again, or all of them', 'retry', printFacts, (id) => ({ id: id ?? null }));
  simple(program, 'sweep', 'compare both sides now for changes no notice told of', 'sweep');
  simple(program, 'pause [reason]', 'stop sending and applying; changes are kept and wait', 'pause', printFacts, (reason) =>
    reason === undefined ? {} : { reason },
  );
  simple(program, 'resume', 'go on after a pause', 'resume');

  const connect = program.command('connect').description('sign in to the remotes');
  connect
    .command('partner-center')
    .description('sign in to Partner Center once, in a browser')
    .option('--port <port>', 'loopback port of the redirect address', '0')
    .option('--device-code', 'type a code on another screen instead (public client; many tenants block it)')
    .action(async (options: { port: string; deviceCode?: true }) => {
      status = await run(json(), printFacts, (reached) =>
        options.deviceCode ? signInByDevice(reached, complain) : signInByBrowser(reached, Number(options.port), complain),
      );
    });
  simple(program, 'disconnect', 'forget the sign-in to Partner Center', 'disconnect');

  const webhook = program.command('webhook').description('the webhook registration of the tenant');
  simple(webhook, 'show', 'show who receives the referral events', 'webhook.show');
  webhook
    .command('register')
    .description('receive the referral events here')
    .option('--replace <address>', 'the other address that may be overwritten')
    .action(async (options: { replace?: string }) => {
      status = await run(json(), printFacts, (reached) => reached.call('webhook.register', { replace: options.replace ?? null }));
    });
  simple(webhook, 'test', 'have Microsoft send a test event and show how it went', 'webhook.test');
  simple(webhook, 'unregister', 'no longer receive the referral events', 'webhook.unregister');

  const store = program.command('store').description('back-up and moving');
  simple(
    store,
    'export <file>',
    'write everything the service remembers as JSON lines; secrets stay sealed',
    'store.export',
    printFacts,
    (file) => ({ file: resolve(file ?? '') }),
  );
  simple(store, 'import <file>', 'fill an empty store from an export (service stopped)', 'store.import', printFacts, (file) => ({
    file: resolve(file ?? ''),
  }));

  const mapping = program.command('mapping').description("the admin's field mapping");
  simple(mapping, 'reload', 'read the mapping again and put it in force when it is right', 'mapping.reload');
  const line = (parent: Command): CommandLine => ({
    parent,
    exits,
    run: async (print, act, statusOf) => {
      status = await run(json(), print ?? printFacts, act, statusOf);
    },
    path: (file) => resolve(file),
  });
  addMappingCommands(line(mapping));
  addBackfillCommands(line(program), (text) => {
    if (!json()) complain(text);
  });
  addAuditCommands(line(program), complain);
  addSupportCommand(line(program));

  addSetUpCommands(program, { json, say, complain, reach, end: (code) => void (status = code) });

  program
    .command('errors')
    .description('list every error code with its cause and cure')
    .action(() => {
      say(
        json()
          ? JSON.stringify(catalogue, null, 2)
          : Object.entries(catalogue)
              .map(([code, entry]) => `${code}  (cured by ${entry.who})\n  ${entry.text}\n  ${entry.cure}`)
              .join('\n'),
      );
    });

  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (thrown) {
    const { code, exitCode } = thrown as { code?: string; exitCode?: number };
    if (code?.startsWith('commander.')) return exitCode === 0 ? exits.done : exits.usage;
    throw thrown;
  }
  return status;
}
