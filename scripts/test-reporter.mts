/** One line per test file, every failure in full, and the counts in a file for the closing line. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly file?: string;
    readonly nesting?: number;
    readonly details?: {
      readonly type?: string;
      readonly duration_ms?: number;
      readonly error?: { readonly cause?: unknown; readonly message?: string; readonly failureType?: string };
    };
    readonly counts?: {
      readonly passed: number;
      readonly failed: number;
      readonly skipped: number;
      readonly todo: number;
      readonly cancelled: number;
    };
    readonly success?: boolean;
    readonly duration_ms?: number;
    readonly message?: string;
  };
}

const problem = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.stack ?? error.message;
};

interface FileFigures {
  readonly passed: number;
  readonly failed: number;
  readonly ms: number;
}

const line = (file: string, { passed, failed, ms }: FileFigures): string =>
  `${failed === 0 ? '✔' : '✖'} ${relative(process.cwd(), file)}  ${passed} passed${failed === 0 ? '' : `, ${failed} failed`}  ${(ms / 1000).toFixed(1)} s\n`;

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const failures: string[] = [];
  const failedFiles = new Set<string>();
  /** Files that share a process get no summary of their own. */
  const untold = new Map<string, FileFigures>();
  for await (const { type, data } of source) {
    const file = data.file ?? '?';
    const isSuite = data.details?.type === 'suite';
    // a suite fails because of its tests, which tell it themselves, or because what it needs could not be set up
    const failed = type === 'test:fail' && (!isSuite || data.details?.error?.failureType === 'hookFailed');
    if (failed) {
      failedFiles.add(file);
      const text = `✖ ${data.name} (${relative(process.cwd(), file)})\n${problem(data.details?.error?.cause ?? data.details?.error)}\n`;
      failures.push(text);
      yield text;
    }
    if (failed || (type === 'test:pass' && !isSuite)) {
      const before = untold.get(file) ?? { passed: 0, failed: 0, ms: 0 };
      untold.set(file, {
        passed: before.passed + (failed ? 0 : 1),
        failed: before.failed + (failed ? 1 : 0),
        ms: before.ms + (data.nesting === 0 ? (data.details?.duration_ms ?? 0) : 0),
      });
    }
    // figures a test tells; the runner's own are without nesting
    if (type === 'test:diagnostic' && (data.nesting ?? 0) > 0) yield `  ${data.message}\n`;
    if (type !== 'test:summary' || !data.counts) continue;
    if (data.file) {
      untold.delete(data.file);
      if (!data.success) failedFiles.add(data.file);
      yield line(data.file, { passed: data.counts.passed, failed: data.counts.failed + data.counts.cancelled, ms: data.duration_ms ?? 0 });
      continue;
    }
    for (const [path, figures] of untold) yield line(path, figures);
    const target = process.env.COSELL_TEST_COUNTS;
    const counts = { ...data.counts, failed: data.counts.failed + data.counts.cancelled, failedFiles: [...failedFiles] };
    if (target) writeFileSync(target, JSON.stringify(counts));
  }
  if (failures.length > 3) yield `\nFailures again:\n${failures.join('\n')}`;
}
