/**
 * Duplicate rules of the customer's org, set by `org.addDuplicateRule`. A rule compares the named fields of a new or changed row with the
 * rows that are there (without regard to case, blanks and punctuation; a row without a value in one of them matches none).
 */
import { RowError } from './org-errors.ts';
import type { ObjectDefinition, RecordValues } from './schema-model.ts';
import type { OrgState } from './state.ts';

export interface DuplicateRule {
  readonly object: 'Account' | 'Contact' | 'Lead';
  readonly name: string;
  /** Fields that must all match. */
  readonly fields: readonly string[];
  /** `block` refuses the row; `alert` refuses it unless the caller has seen the alert; `report` lets it pass. */
  readonly action: 'block' | 'alert' | 'report';
  readonly message?: string;
}

/** A row that was saved although a rule with `alert` or `report` matched it. */
export interface ReportedDuplicate {
  readonly rule: string;
  readonly recordId: string;
  readonly matches: readonly string[];
}

export interface DuplicateRules {
  add(rule: DuplicateRule): void;
  clear(): void;
  readonly reported: readonly ReportedDuplicate[];
  /** Runs something for a caller who has seen the alerts (`allowSave`), or has not. */
  as<T>(seen: boolean, work: () => T): T;
  /** Throws `RowError` DUPLICATES_DETECTED. */
  check(object: ObjectDefinition, draft: RecordValues, touched: ReadonlySet<string>): void;
}

/** What the row's error carries beside its message. */
export interface DuplicateResult {
  readonly allowSave: boolean;
  readonly duplicateRule: string;
  readonly duplicateRuleEntityType: string;
  readonly errorMessage: string;
  readonly matchResults: readonly unknown[];
}

const plain = (value: unknown): string =>
  String(value ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

export function createDuplicateRules(state: OrgState): DuplicateRules {
  const rules: DuplicateRule[] = [];
  const reported: ReportedDuplicate[] = [];
  // people at the page are asked there and go on
  let alertsSeen = true;

  const matching = (rule: DuplicateRule, draft: RecordValues): readonly string[] => {
    const wanted = rule.fields.map((field) => plain(draft[field]));
    if (wanted.includes('')) return [];
    return state
      .rows(rule.object)
      .filter((row) => row['Id'] !== draft['Id'] && rule.fields.every((field, index) => plain(row[field]) === wanted[index]))
      .map((row) => String(row['Id']));
  };

  const refusal = (rule: DuplicateRule, matches: readonly string[]): RowError => {
    const message = rule.message ?? 'Use one of these records?';
    const result: DuplicateResult = {
      allowSave: rule.action === 'alert',
      duplicateRule: rule.name,
      duplicateRuleEntityType: rule.object,
      errorMessage: message,
      matchResults: [
        {
          entityType: rule.object,
          errors: [],
          matchEngine: 'ExactMatchEngine',
          matchRecords: matches.map((id) => ({
            additionalInformation: [],
            fieldDiffs: [],
            matchConfidence: 100,
            record: { attributes: { type: rule.object, url: `/services/data/v66.0/sobjects/${rule.object}/${id}` }, Id: id },
          })),
          rule: `${rule.name}_Match`,
          size: matches.length,
          success: true,
        },
      ],
    };
    return new RowError('DUPLICATES_DETECTED', message, [], 400, result);
  };

  return {
    add: (rule) => void rules.push(rule),
    clear: () => void rules.splice(0),
    reported,
    as(seen, work) {
      const before = alertsSeen;
      alertsSeen = seen;
      try {
        return work();
      } finally {
        alertsSeen = before;
      }
    },
    check(object, draft, touched) {
      for (const rule of rules.filter((one) => one.object === object.name && one.fields.some((field) => touched.has(field)))) {
        const matches = matching(rule, draft);
        if (matches.length === 0) continue;
        if (rule.action === 'block' || (rule.action === 'alert' && !alertsSeen)) throw refusal(rule, matches);
        reported.push({ rule: rule.name, recordId: String(draft['Id']), matches });
      }
    },
  };
}
