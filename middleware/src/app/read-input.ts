/** Inputs of commands that people write by hand: what is wrong is said in words. */
import { SyncError } from '../errors.ts';

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}
interface Schema<T> {
  safeParse(
    value: unknown,
  ): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}

/** @throws CONFIG_INVALID naming each place that does not fit, at most ten */
export function readInput<T>(schema: Schema<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const named = issues.slice(0, 10).map(({ path, message }) => `${path.map(String).join('.') || 'input'} ${message}`);
  const more = issues.length > named.length ? `, and ${issues.length - named.length} more` : '';
  throw new SyncError('CONFIG_INVALID', { message: `${named.join('; ')}${more}.` });
}
