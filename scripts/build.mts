/** `middleware/dist`: the service as plain JavaScript, with the one file the compiler does not carry over. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const target = 'middleware/dist';
rmSync(target, { recursive: true, force: true });
const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
for (const path of globSync('**/*.proto', { cwd: 'middleware/src' })) {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  copyFileSync(join('middleware/src', path), join(target, path));
}
console.log(`built ${target}`);
