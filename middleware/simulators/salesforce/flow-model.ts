/** A record-triggered flow as the interpreter runs it. Everything in it has been checked at deployment. */
import type { FormulaValue } from './formula.ts';

/** A value in a flow: fixed, text with `{!merge}` fields, or a reference (`$Record.Amount`, `NoText`, `Find_Type.Id`). */
export type FlowOperand =
  | { readonly kind: 'literal'; readonly value: FormulaValue }
  | { readonly kind: 'template'; readonly text: string }
  | { readonly kind: 'reference'; readonly path: string };

export const CONDITION_OPERATORS = [
  'EqualTo',
  'NotEqualTo',
  'GreaterThan',
  'GreaterThanOrEqualTo',
  'LessThan',
  'LessThanOrEqualTo',
  'StartsWith',
  'EndsWith',
  'Contains',
  'IsNull',
  'IsChanged',
] as const;

export type ConditionOperator = (typeof CONDITION_OPERATORS)[number];

export interface FlowCondition {
  readonly left: string;
  readonly operator: ConditionOperator;
  readonly right: FlowOperand;
}

/** `and`, `or`, or numbers of conditions: `(1 OR 2) AND 3`. */
export interface FlowTest {
  readonly logic: string;
  readonly conditions: readonly FlowCondition[];
}

export interface FlowRule extends FlowTest {
  readonly name: string;
  readonly next: string | null;
}

interface Step {
  readonly name: string;
  readonly label: string;
  readonly next: string | null;
}

export type FlowElement =
  | (Step & { readonly kind: 'decision'; readonly rules: readonly FlowRule[] })
  | (Step & {
      readonly kind: 'assignment';
      readonly items: readonly { readonly to: string; readonly operator: 'Assign' | 'Add'; readonly value: FlowOperand }[];
    })
  | (Step & {
      readonly kind: 'create';
      readonly object: string;
      readonly fields: readonly { readonly field: string; readonly value: FlowOperand }[];
      readonly fault: string | null;
    })
  /** Changes the record that triggered the flow. */
  | (Step & {
      readonly kind: 'update';
      readonly fields: readonly { readonly field: string; readonly value: FlowOperand }[];
      readonly fault: string | null;
    })
  | (Step & { readonly kind: 'lookup'; readonly object: string; readonly test: FlowTest; readonly fault: string | null })
  | (Step & { readonly kind: 'notify'; readonly inputs: ReadonlyMap<string, FlowOperand>; readonly fault: string | null });

export interface ScheduledPath {
  readonly name: string;
  readonly next: string | null;
  /** Field of the record the offset counts from; null = the time of the trigger. */
  readonly recordField: string | null;
  readonly offsetMs: number;
}

export interface FlowStart {
  readonly object: string;
  readonly trigger: 'RecordBeforeSave' | 'RecordAfterSave' | 'RecordBeforeDelete';
  readonly on: 'Create' | 'Update' | 'CreateAndUpdate' | 'Delete';
  readonly formula: string | null;
  readonly test: FlowTest | null;
  /** Runs only when the record did not meet the conditions before. */
  readonly onlyWhenNewlyMet: boolean;
  readonly next: string | null;
  readonly scheduled: readonly ScheduledPath[];
}

export interface FlowVariable {
  readonly dataType: string;
  readonly isCollection: boolean;
  readonly value: FlowOperand | null;
}

export interface FlowDefinition {
  readonly name: string;
  readonly label: string;
  readonly status: 'Active' | 'Draft' | 'Obsolete' | 'InvalidDraft';
  readonly apiVersion: string;
  /** Grows with each deployment that changed something. */
  readonly version: number;
  /** Lower runs first; flows without one come last. */
  readonly triggerOrder: number;
  readonly start: FlowStart;
  readonly elements: ReadonlyMap<string, FlowElement>;
  readonly variables: ReadonlyMap<string, FlowVariable>;
  readonly constants: ReadonlyMap<string, FlowOperand>;
  readonly formulas: ReadonlyMap<string, { readonly dataType: string; readonly expression: string }>;
}
