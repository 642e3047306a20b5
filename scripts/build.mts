/** `middleware/dist`, or the folder named: the service as plain JavaScript, with the one file the compiler does not carry over. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const target = process.argv[2] ?? 'middleware/dist';
const compiler = 'node_modules/typescript/bin/tsc';
if (!existsSync(compiler)) {
  // an installation with production dependencies only runs what was built before
  if (existsSync(`${target}/main.js`)) process.exit(0);
  console.error('There is no build and no compiler here: run "npm ci" (with development dependencies) and "npm run build" first.');
  process.exit(1);
}
rmSync(target, { recursive: true, force: true });
const compiled = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', target], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
for (const path of globSync('**/*.proto', { cwd: 'middleware/src' })) {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  copyFileSync(join('middleware/src', path), join(target, path));
}
console.log(`built ${target}`);
