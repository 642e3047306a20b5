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

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const failures: string[] = [];
  const failedFiles = new Set<string>();
  for await (const { type, data } of source) {
    // a suite fails because of its tests, which tell it themselves, or because what it needs could not be set up
    if (type === 'test:fail' && (data.details?.type !== 'suite' || data.details.error?.failureType === 'hookFailed')) {
      const text = `✖ ${data.name} (${data.file ? relative(process.cwd(), data.file) : '?'})\n${problem(data.details?.error?.cause ?? data.details?.error)}\n`;
      failures.push(text);
      yield text;
    }
    // figures a test tells; the runner's own are without nesting
    if (type === 'test:diagnostic' && (data.nesting ?? 0) > 0) yield `  ${data.message}\n`;
    if (type === 'test:summary' && data.counts) {
      if (data.file) {
        if (!data.success) failedFiles.add(data.file);
        const mark = data.success ? '✔' : '✖';
        yield `${mark} ${relative(process.cwd(), data.file)}  ${data.counts.passed} passed${data.success ? '' : `, ${data.counts.failed + data.counts.cancelled} failed`}  ${((data.duration_ms ?? 0) / 1000).toFixed(1)} s\n`;
      } else {
        const target = process.env.COSELL_TEST_COUNTS;
        if (target)
          writeFileSync(
            target,
            JSON.stringify({ ...data.counts, failed: data.counts.failed + data.counts.cancelled, failedFiles: [...failedFiles] }),
          );
      }
    }
  }
  if (failures.length > 3) yield `\nFailures again:\n${failures.join('\n')}`;
}
