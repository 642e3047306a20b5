/** Production entry: reads the settings, starts the service, ends it gently on SIGTERM and SIGINT. */
import { startService } from './app/index.ts';
import { environment, printProblems, readConfig } from './config.ts';
import { toSyncError } from './errors.ts';
import { createLog, lastWords } from './log.ts';
import { realSystem } from './system.ts';

const read = readConfig(environment());
if (read.kind === 'bad') {
  process.stderr.write(printProblems(read.problems));
  process.exit(2);
}
const { config } = read;
const system = realSystem();
const format = config.COSELL_LOG_FORMAT === 'auto' ? (process.stdout.isTTY ? 'pretty' : 'json') : config.COSELL_LOG_FORMAT;
const log = createLog({ level: config.COSELL_LOG_LEVEL, format, now: () => system.now() });
lastWords(process, log, () => process.exit(1));

try {
  const service = await startService({ config, system, log });
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping: passes in flight are finished or given back');
    void service.stop().then(() => process.exit(0));
  };
  void service.broken.then(() => service.stop()).then(() => process.exit(1));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (thrown) {
  const error = toSyncError(thrown);
  process.stderr.write(`The service cannot start: ${error.message}\n${error.entry.cure}\n`);
  log.error({ error: error.facts.cause ?? error, code: error.code }, 'the service cannot start');
  process.exit(1);
}
