/** Builds the Lightning page in a process of its own, so that the compiler does not hold up the story. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { pageService } from '../salesforce/page/serve.ts';
import type { SalesforceOrg } from '../salesforce/service.ts';
import type { Service } from '../wire.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const builder = fileURLToPath(new URL('page-builder.ts', import.meta.url));
const outDir = join(root, '.cache/page/demo');

export interface PageProcess {
  /** Builds; resolves with the duration in ms, rejects with the compiler's words. */
  build(): Promise<number>;
  /** The page in front of the org; until it is built, a word of patience. */
  service(org: SalesforceOrg, behind: Service): Service;
  stop(): void;
}

const patience =
  '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>One moment</title><p style="font:1.2rem system-ui;margin:3rem">The page is being built (about ten seconds the first time) …</p>';

function runBuilder(keep: (child: ChildProcess) => void): Promise<number> {
  const child = fork(builder, [outDir], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
  keep(child);
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-4_000);
  });
  return new Promise((resolve, reject) => {
    child.once('message', (message: { readonly milliseconds: number }) => resolve(message.milliseconds));
    child.once('exit', (code) => reject(new Error(`The page could not be built (status ${code}).\n${words}`)));
  });
}

export function createPageProcess(): PageProcess {
  let ready = false;
  let child: ChildProcess | null = null;
  return {
    async build() {
      const milliseconds = await runBuilder((one) => {
        child = one;
      });
      ready = true;
      return milliseconds;
    },
    service(org, behind) {
      const page = pageService({ directory: outDir, org, behind });
      return (request) =>
        !ready && new URL(request.url, 'http://page').pathname === '/'
          ? Promise.resolve({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: patience })
          : page(request);
    },
    stop: () => void child?.kill(),
  };
}
