/** `npm run demo`: both simulators, the middleware and the story, with nothing to configure. `--once` ends after the story. */
import { measure, printFigures } from './figures.ts';
import { narrator } from './narrate.ts';
import { createPageProcess } from './page-process.ts';
import { StoryFailure, tellStory } from './story.ts';
import { openWorld, type World } from './world.ts';

const once = process.argv.includes('--once');
const quiet = process.argv.includes('--no-story');
const verbose = process.argv.includes('--verbose');
const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const started = Date.now();
const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
const write = (line: string): void => void process.stdout.write(`${line}\n`);

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `The demo needs Node 22.19 or newer; here runs ${process.version}. "npm ci" brings one where the platform has it: start the demo with "npm run demo".\n`,
  );
  process.exit(2);
}

async function main(): Promise<number> {
  write('Starting a Salesforce org, a Partner Center, a sign-in authority and the middleware on this machine …');
  let world: World;
  const page = createPageProcess();
  try {
    world = await openWorld({
      page: page.service,
      progress: (text) => write(`  ${seconds().padStart(6)}  ${text}`),
      ...(verbose ? { settings: { COSELL_LOG_LEVEL: 'debug' } } : {}),
    });
  } catch (error) {
    process.stderr.write(`\nThe demo could not start: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  try {
    if (!quiet) {
      const began = Date.now() - started;
      await tellStory({ world, tell: narrator(world, write, colours) });
      write(`\nThe story is told (${seconds()}). Nothing was lost, nothing was doubled.\n`);
      write(printFigures(await measure(world), began));
    }
    if (once) return 0;
    // the compiler would take a core from the story; it starts right after it
    const built = await page.build().then(
      (ms) => `${(ms / 1000).toFixed(1)} s to build`,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    write(`
Still running; nothing here leaves this machine. Put the first two side by side and play both parts.
  Opportunity page        ${world.salesforceOrigin}/   (${built}; ?user=admin and ?user=outsider sign in as others)
  Partner Center portal   ${world.partner.portalUrl}
  Middleware              ${world.middlewareUrl}/livez
  Data folder             ${world.dataDir}
Press Ctrl+C to end.`);
    await new Promise<void>((resolve) => {
      process.once('SIGINT', () => resolve());
      process.once('SIGTERM', () => resolve());
    });
    write('\nEnding …');
    return 0;
  } catch (error) {
    process.stderr.write(
      `\n✖ ${error instanceof StoryFailure ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return 1;
  } finally {
    page.stop();
    await world.close();
  }
}

process.exit(await main());
