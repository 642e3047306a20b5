/**
 * How the command line reaches the service: the local socket beside the data directory, else the loopback port with the admin token,
 * else, when nobody holds the store, the same commands in this process, without subscriptions and timers.
 */
import { existsSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { join } from 'node:path';

import type { Config } from '../config.ts';
import { catalogue, SyncError, type ErrorCode } from '../errors.ts';

export interface Reached {
  /** Where the commands run, for people. */
  readonly where: 'running service' | 'this process';
  call(command: string, input?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

interface AdminAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly text?: string; readonly message?: string };
}

function post(options: RequestOptions, body: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...options, method: 'POST' }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
    });
    outgoing.setTimeout(120_000, () => outgoing.destroy(new Error('no answer within two minutes')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function understand(status: number, text: string): unknown {
  const answer = JSON.parse(text) as AdminAnswer;
  if (status === 200) return answer.result;
  const code = answer.error?.code ?? 'BUG';
  const message = answer.error?.message ?? answer.error?.text ?? text;
  throw new SyncError(code in catalogue ? (code as ErrorCode) : 'BUG', { message });
}

const isAbsent = (error: unknown): boolean => ['ECONNREFUSED', 'ENOENT'].includes((error as { code?: string }).code ?? '');

async function viaHttp(base: RequestOptions, token: string | null): Promise<Reached | null> {
  const headers = { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const call = async (command: string, input: unknown = null): Promise<unknown> => {
    const { status, text } = await post({ ...base, path: `/admin/${command}`, headers }, JSON.stringify(input));
    return understand(status, text);
  };
  try {
    await call('status');
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
  return { where: 'running service', call, close: () => Promise.resolve() };
}

/** @param openHere makes the commands in this process; called only when no service answers. */
export async function reachService(
  config: Config,
  openHere: () => Promise<{ readonly commands: { readonly [name: string]: (input: unknown) => Promise<unknown> }; close(): Promise<void> }>,
): Promise<Reached> {
  const socketPath = join(config.COSELL_DATA_DIR, 'admin.sock');
  if (existsSync(socketPath)) {
    const reached = await viaHttp({ socketPath }, null);
    if (reached) return reached;
  }
  if (config.COSELL_ADMIN_TOKEN !== null && config.COSELL_PORT !== 0) {
    const reached = await viaHttp({ host: config.COSELL_HOST, port: config.COSELL_PORT }, config.COSELL_ADMIN_TOKEN);
    if (reached) return reached;
  }
  const { commands, close } = await openHere();
  return {
    where: 'this process',
    call: (command, input = null) => {
      const run = commands[command];
      if (!run) throw new SyncError('BUG', { message: `the command ${command} does not exist` });
      return run(input);
    },
    close,
  };
}
