/** Commands that a page shows can be typed as they stand: ours, npm's, and those of the Salesforce CLI. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { runCommandLine } from '../../src/cli.ts';
import { repository } from '../package/package-files.ts';

const pages = ['README.md', '{docs,external-client-app,middleware}/**/*.md'].flatMap((pattern) => globSync(pattern, { cwd: repository }));

/** Lines of code blocks and code marks that begin with these words, without what stands behind `#`. */
const shown = (begin: RegExp): readonly (readonly [page: string, line: string])[] =>
  pages.flatMap((page) => {
    const parts = readFileSync(join(repository, page), 'utf8').split('```');
    const lines = parts.flatMap((part, index) =>
      index % 2 === 1 ? part.split('\n').slice(1) : [...part.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code),
    );
    return lines.map((line) => [page, line.replace(/\s#.*$/, '').trim()] as const).filter(([, line]) => begin.test(line));
  });

/** The words before the first option or argument. */
const wordsOf = (line: string): readonly string[] => (/^(?:[a-z][a-z-]*(?: +|$))+/.exec(line)?.[0] ?? '').trim().split(/ +/);

async function helpOf(command: readonly string[]): Promise<string> {
  const write = process.stdout.write.bind(process.stdout);
  let out = '';
  process.stdout.write = (chunk) => {
    out += String(chunk);
    return true;
  };
  try {
    assert.equal(await runCommandLine([...command, '--help']), 0, command.join(' '));
  } finally {
    process.stdout.write = write;
  }
  return out;
}

test('Every command and option of cosell that a page shows is known to the command line', async () => {
  const lines = shown(/^npx cosell [a-z]/).map(([page, line]) => [page, line.replace('npx cosell ', '')] as const);
  assert.ok(new Set(lines.map(([, line]) => wordsOf(line).join(' '))).size > 10);
  for (const [page, line] of lines) {
    const command = wordsOf(line);
    const help = await helpOf(command);
    assert.match(help, new RegExp(`^Usage: cosell ${command[0]}`), `${page}: ${line}`);
    for (const [option] of line.matchAll(/--[a-z-]+/g)) assert.ok(help.includes(option), `${page}: ${line} – there is no ${option}`);
  }
});

test('Every npm script that a page shows is in the package', () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { readonly scripts: object };
  const lines = shown(/npm run [a-z]/);
  assert.ok(lines.length > 10);
  for (const [page, line] of lines)
    for (const [, name = ''] of line.matchAll(/npm run ([a-z:-]+)/g)) assert.ok(name in scripts, `${page}: ${line}`);
});

interface Flag {
  readonly char?: string;
  readonly type: 'boolean' | 'option';
  readonly options?: readonly string[];
}
interface Command {
  readonly flags: { readonly [name: string]: Flag };
}

/** What the Salesforce CLI of this project and its plugins know, by the words of the command. */
function salesforceCommands(): ReadonlyMap<string, Command> {
  const manifests = globSync('node_modules/@salesforce/{cli,plugin-*}/oclif.manifest.json', { cwd: repository });
  return new Map(
    manifests.flatMap((path) => {
      const { commands } = JSON.parse(readFileSync(join(repository, path), 'utf8')) as { readonly commands: { [id: string]: Command } };
      return Object.entries(commands).map(([id, command]) => [id.replaceAll(':', ' '), command] as const);
    }),
  );
}

/** What the CLI would say against the line; null when it would take it. */
function refusalOf(line: string, commands: ReadonlyMap<string, Command>): string | null {
  const [, ...words] = wordsOf(line);
  const command = commands.get(words.join(' '));
  if (!command) return [...commands.keys()].some((known) => known.startsWith(`${words.join(' ')} `)) ? null : 'no such command';
  const given = [...line.matchAll(/ (--?)([a-z][a-z-]*)(?:[= ]+(?!-)("[^"]*"|\S+))?/g)];
  for (const [, dashes, name = '', value] of given) {
    const [, flag] = Object.entries(command.flags).find(([long, { char }]) => (dashes === '--' ? long === name : char === name)) ?? [];
    if (!flag) return `no flag ${dashes}${name}`;
    if (flag.options && value !== undefined && !flag.options.includes(value)) return `${name} is one of ${flag.options.join(', ')}`;
  }
  return null;
}

test('Every command of the Salesforce CLI that a page shows is taken by it, with these flags and values', () => {
  const commands = salesforceCommands();
  const lines = shown(/^sf [a-z]/);
  assert.ok(lines.length > 8);
  assert.deepEqual(
    lines.flatMap(([page, line]) => {
      const refusal = refusalOf(line, commands);
      return refusal === null ? [] : [`${page}: ${line} – ${refusal}`];
    }),
    [],
  );
});
