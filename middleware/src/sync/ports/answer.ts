/** What a side answers to a question or a write. */
import type { FieldName } from '../../domain/deal.ts';
import type { ErrorCode } from '../../errors.ts';
import type { MatchSuggestion } from './crm.ts';

/** One side's answer to "what do you hold?". */
export type Reading<S> = { readonly kind: 'found'; readonly snapshot: S } | { readonly kind: 'gone'; readonly why: string };

/** Result of a write that may be refused in part. */
export type WriteResult<S> =
  | { readonly kind: 'done'; readonly after: S | null; readonly requestId: string | null; readonly refused: readonly RefusedField[] }
  | { readonly kind: 'stale' }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly fields: readonly string[];
      readonly requestId: string | null;
      /** A duplicate rule of the org refused it: what it found. */
      readonly duplicates?: DuplicatesFound;
    }
  | { readonly kind: 'gone'; readonly why: string };

/** Records a duplicate rule of the CRM found instead of letting a new one be made. */
export interface DuplicatesFound {
  /** The rule only warns: the record may be made all the same. */
  readonly mayKeep: boolean;
  readonly suggestions: readonly MatchSuggestion[];
}

/** A field the side would not take while it took the rest of the row. */
export interface RefusedField {
  readonly field: FieldName | 'display';
  readonly code: ErrorCode;
  readonly message: string;
}
