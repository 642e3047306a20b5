/** Nine tenths of a build is the LWC compiler. Its results are kept in files named by the hash of everything that goes in. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

interface Transformed {
  readonly code: string;
  readonly moduleType: 'js';
}

type Transform = (this: unknown, code: string, id: string) => unknown;

/**
 * The LWC plugin with a cache around its `transform`.
 * @param salt options and version of the compiler
 */
export function cachedTransform(plugin: Plugin, directory: string, salt: string): Plugin {
  mkdirSync(directory, { recursive: true });
  const inner = (typeof plugin.transform === 'function' ? plugin.transform : plugin.transform?.handler) as Transform | undefined;
  if (!inner) return plugin;
  const transform: Transform = async function transform(code, id) {
    const name = createHash('sha256').update(`${salt}\0${id}\0${code}`).digest('hex').slice(0, 40);
    const file = join(directory, `${name}.js`);
    if (existsSync(file)) return { code: readFileSync(file, 'utf8'), moduleType: 'js' } satisfies Transformed;
    const result = (await inner.call(this, code, id)) as { readonly code?: string } | null | undefined;
    if (typeof result?.code !== 'string') return result;
    // Written beside and renamed, since two builds may run at the same time.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, result.code);
    renameSync(draft, file);
    return { code: result.code, moduleType: 'js' } satisfies Transformed;
  };
  return { ...plugin, transform: transform as NonNullable<Plugin['transform']> };
}
