/**
 * The middleware of the demo, as a process of its own so that it can be killed hard: the same app as in production, configured by
 * the environment, with a clock that follows the simulators'. The only file here that knows the app.
 */
import { startService } from '../../src/app/index.ts';
import { environment, printProblems, readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { realSystem } from '../../src/system.ts';

let offset = Number(process.argv[2] ?? 0);
process.on('message', (message: { readonly offset?: number; readonly ask?: 'memory' }) => {
  if (message.ask === 'memory') process.send?.({ memory: process.memoryUsage().rss });
  if (typeof message.offset === 'number') offset = message.offset;
});
process.on('disconnect', () => process.exit(0));

const read = readConfig(environment());
if (read.kind === 'bad') {
  process.stderr.write(printProblems(read.problems));
  process.exit(2);
}
const system = realSystem(() => offset);
const log = createLog({
  level: read.config.COSELL_LOG_LEVEL,
  format: 'pretty',
  write: (line) => process.stderr.write(line),
  now: () => system.now(),
});
const service = await startService({ config: read.config, system, log });
process.once('SIGTERM', () => void service.stop().then(() => process.exit(0)));
process.send?.({ ready: true, port: service.port, memory: process.memoryUsage().rss });
