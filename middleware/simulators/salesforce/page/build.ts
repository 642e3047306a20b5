/** Builds the local Lightning page: the package's components with the real base components, into one folder. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import lwcPlugin from '@lwc/rollup-plugin';
import { rolldown, watch as watchBuild, type InputOptions, type OutputOptions, type Plugin } from 'rolldown';
import { iconFilter } from './icon-filter.ts';
import { moduleMap, pageRoot, projectRoot } from './module-map.ts';
import { salesforceImports } from './salesforce-imports.ts';
import { cachedTransform } from './transform-cache.ts';

export interface BuildOptions {
  /** Folder the page is written to; it is made when it is not there. */
  readonly outDir: string;
  /** Another entry than the page's own; for tests of what a build refuses. */
  readonly entry?: string;
  /** Rebuilds after each change until `close`; told of each result. */
  readonly watch?: (result: { readonly milliseconds: number } | { readonly error: Error }) => void;
}

export interface BuiltPage {
  readonly outDir: string;
  /** Duration of the first build. */
  readonly milliseconds: number;
  /** Ends watching; does nothing otherwise. */
  close(): Promise<void>;
}

const cacheDirectory = join(projectRoot, '.cache/page');
const styles = {
  'slds1.css': '@salesforce-ux/design-system/assets/styles/salesforce-lightning-design-system.min.css',
  'slds2.css': '@salesforce-ux/design-system-2/dist/css/bundled/slds2.cosmos.css',
};

/** The plugin is a CommonJS module whose types name a default export that Node hands over unwrapped. */
const lwc = lwcPlugin as unknown as (options: object) => Plugin;
const lwcOptions = { enableDynamicComponents: true, enableSyntheticElementInternals: true };

function compiler(): Plugin {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'node_modules/@lwc/compiler/package.json'), 'utf8')) as { version: string };
  const plugin = lwc({ ...lwcOptions, rootDir: join(pageRoot, 'modules'), modules: moduleMap() });
  return cachedTransform(plugin, join(cacheDirectory, 'transform'), `${version} ${JSON.stringify(lwcOptions)}`);
}

function inputOptions(entry: string): InputOptions {
  return {
    input: { main: entry },
    platform: 'browser',
    moduleTypes: { '.css': 'js', '.html': 'js' },
    transform: { define: { 'process.env.NODE_ENV': '"development"', 'import.meta.env.SSR': 'false' } },
    plugins: [salesforceImports(), iconFilter(cacheDirectory), compiler()],
    onLog(level, log, handle) {
      // A name that nothing answers would only fail in the browser.
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
      // The base components have compiler warnings of their own.
      const own = !(log.id ?? log.loc?.file ?? '').includes('node_modules') && log.plugin !== undefined;
      if (level !== 'debug' && own && !log.message.includes('node_modules')) handle(level, log);
    },
  };
}

const outputOptions = (outDir: string): OutputOptions => ({
  dir: outDir,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});

/** Page, styles and fonts beside the bundle. */
function copyAssets(outDir: string): void {
  mkdirSync(outDir, { recursive: true });
  for (const name of ['index.html', 'host.css', 'start.js']) cpSync(join(pageRoot, name), join(outDir, name));
  for (const [name, path] of Object.entries(styles)) cpSync(join(projectRoot, 'node_modules', path), join(outDir, name));
}

/**
 * @throws when a module, a label, a field or a permission is not known, or a template does not compile
 */
export async function buildPage({ outDir, watch, entry = join(pageRoot, 'main.js') }: BuildOptions): Promise<BuiltPage> {
  const started = performance.now();
  copyAssets(outDir);
  const output = outputOptions(outDir);
  if (!watch) {
    const bundle = await rolldown(inputOptions(entry));
    await bundle.write(output);
    await bundle.close();
    return { outDir, milliseconds: performance.now() - started, close: async () => undefined };
  }
  const watcher = watchBuild({ ...inputOptions(entry), output });
  let begun = started;
  await new Promise<void>((resolve) => {
    watcher.on('event', (event) => {
      if (event.code === 'START') begun = performance.now();
      if (event.code === 'ERROR') watch({ error: event.error });
      if (event.code === 'BUNDLE_END') watch({ milliseconds: performance.now() - begun });
      if (event.code === 'END' || event.code === 'ERROR') resolve();
    });
  });
  return { outDir, milliseconds: performance.now() - started, close: () => watcher.close() };
}
