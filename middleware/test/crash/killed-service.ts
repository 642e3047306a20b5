/**
 * The service as a process of its own, as in production, with kill points between it and the world. Told by its parent where to die;
 * `argv`: offset of the clock, and what to die at from the very beginning (JSON, or nothing).
 */
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';

import { startService } from '../../src/app/index.ts';
import { environment, printProblems, readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { openStore } from '../../src/store/open.ts';
import { realSystem } from '../../src/system.ts';
import { createTransport } from '../../src/transport.ts';
import { createKillPoints, type KillPoint } from './kill-points.ts';

export type ToService = { readonly offset: number } | { readonly arm: KillPoint | null } | { readonly ask: 'names' | 'audit' };

let offset = Number(process.argv[2] ?? 0);
const system = realSystem(() => offset);
const points = createKillPoints(() => process.kill(process.pid, 'SIGKILL'));
if (process.argv[3] !== undefined) points.arm(JSON.parse(process.argv[3]) as KillPoint);

const read = readConfig(environment());
if (read.kind === 'bad') {
  process.stderr.write(printProblems(read.problems));
  process.exit(2);
}
const { config } = read;
const store = await openStore({
  url: config.DATABASE_URL ?? `sqlite:${join(config.COSELL_DATA_DIR, 'cosell.sqlite')}`,
  sealingKeys: config.COSELL_SEALING_KEYS,
  system,
});

process.on('message', (message: ToService) => {
  if ('offset' in message) offset = message.offset;
  else if ('arm' in message) {
    points.arm(message.arm);
    process.send?.({ armed: true });
  } else if (message.ask === 'names') process.send?.({ names: points.names });
  else void store.verifyAudit().then((breaks) => process.send?.({ breaks }));
});
process.on('disconnect', () => process.exit(0));

const { transport } = createTransport({ extraRoots: config.COSELL_EXTRA_ROOTS === null ? [] : [config.COSELL_EXTRA_ROOTS] });
const authority = new URL(config.COSELL_AUTHORITY).host;
const certificates = new Set(config.COSELL_CERTIFICATE_HOSTS);
const partnerCenter = (request: Parameters<typeof transport>[0]): ReturnType<typeof transport> => {
  const { host } = new URL(request.url);
  const service = host === authority ? 'sign-in' : certificates.has(host) ? 'certificates' : 'Partner Center';
  return points.transport(service, transport)(request);
};
const service = await startService({
  config,
  system,
  log: createLog({ level: config.COSELL_LOG_LEVEL, format: 'json', write: (line) => process.stderr.write(line), now: () => system.now() }),
  seams: { store: points.store(store), salesforce: points.transport('Salesforce', transport), partnerCenter },
});
process.once(
  'SIGTERM',
  () =>
    void service
      .stop()
      .then(() => store.close())
      .then(() => process.exit(0)),
);
process.send?.({ ready: true, port: service.port });
// a process that is killed writes no cache at its end
flushCompileCache();
