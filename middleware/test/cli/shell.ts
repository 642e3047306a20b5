/** A process that runs one `cosell` command after the other, told over its channel: each as if freshly started, without loading anew. */
import { runCommandLine } from '../../src/cli.ts';

interface Order {
  readonly environment: { readonly [name: string]: string };
  readonly args: readonly string[];
}

const basics = { ...process.env };

async function run({ environment, args }: Order): Promise<void> {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, basics, environment);
  const said = { out: '', err: '' };
  process.stdout.write = (text: string) => ((said.out += text), true);
  process.stderr.write = (text: string) => ((said.err += text), true);
  const status = await runCommandLine(args);
  process.send?.({ status, ...said });
}

process.on(
  'message',
  (order: Order) => void run(order).catch((error: unknown) => process.send?.({ status: -1, out: '', err: String(error) })),
);
process.on('disconnect', () => process.exit(0));
