/** Refusals of the simulated platform. */
import type { DuplicateResult } from './duplicate-rules.ts';

/**
 * One row was refused (Salesforce APIs §5.4). Collections print it as `statusCode`, everything else as `errorCode`.
 * Throwing it inside a save undoes that row.
 */
export class RowError extends Error {
  readonly code: string;
  readonly fields: readonly string[];
  /** HTTP status when the row was the whole request. */
  readonly status: number;
  /** What a duplicate rule found. */
  readonly duplicates: DuplicateResult | null;

  constructor(code: string, message: string, fields: readonly string[] = [], status = 400, duplicates: DuplicateResult | null = null) {
    super(message);
    this.name = 'RowError';
    this.code = code;
    this.fields = fields;
    this.status = status;
    this.duplicates = duplicates;
  }
}

/** The request as a whole was refused. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly string[];

  constructor(status: number, code: string, message: string, fields: readonly string[] = []) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}
