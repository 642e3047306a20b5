/** A flow as the rules see it: its elements with their ways out, its resources, and where a reference leads. */
import { childOf, childrenOf, textOf, walk, type Element, type MetadataFile } from './package-files.ts';
import { fieldAt, type PackageModel, type ValueKind } from './package-model.ts';

/** Kinds of elements a flow of ours may use. */
const elementKinds = [
  'assignments',
  'decisions',
  'recordCreates',
  'recordLookups',
  'recordUpdates',
  'recordDeletes',
  'actionCalls',
] as const;
/** Kinds that can fail at run time and therefore need a fault path. */
export const failing: readonly string[] = ['recordCreates', 'recordLookups', 'recordUpdates', 'recordDeletes', 'actionCalls'];

export interface FlowStep {
  readonly name: string;
  readonly kind: string;
  readonly element: Element;
  /** Targets of every connector below the element, the fault path included. */
  readonly next: readonly string[];
  readonly fault: string | null;
}

export interface FlowParts {
  readonly file: MetadataFile;
  readonly start: Element | undefined;
  readonly object: string;
  readonly steps: ReadonlyMap<string, FlowStep>;
  readonly variables: ReadonlyMap<string, { readonly dataType: string; readonly collection: boolean }>;
  /** Where the start leads, scheduled paths included. */
  readonly first: readonly string[];
}

const targets = (element: Element | undefined): readonly string[] =>
  element ? [...walk(element)].filter((inner) => inner.name === 'targetReference').map((inner) => inner.text.trim()) : [];

export function flowParts(file: MetadataFile): FlowParts {
  const start = childOf(file.root, 'start');
  const steps = new Map<string, FlowStep>();
  for (const kind of elementKinds) {
    for (const element of childrenOf(file.root, kind)) {
      const name = textOf(element, 'name') ?? '';
      steps.set(name, { name, kind, element, next: targets(element), fault: targets(childOf(element, 'faultConnector'))[0] ?? null });
    }
  }
  const variables = new Map(
    childrenOf(file.root, 'variables').map((element) => [
      textOf(element, 'name') ?? '',
      { dataType: textOf(element, 'dataType') ?? '', collection: textOf(element, 'isCollection') === 'true' },
    ]),
  );
  return { file, start, object: textOf(start, 'object') ?? '', steps, variables, first: targets(start) };
}

/** Names of everything in a flow that has one, outcomes included. */
export function flowNames(file: MetadataFile): readonly string[] {
  const named = new Set<string>([...elementKinds, 'variables', 'formulas', 'rules', 'scheduledPaths', 'constants', 'textTemplates']);
  return [...walk(file.root)].filter((element) => named.has(element.name)).map((element) => textOf(element, 'name') ?? '');
}

const globals: Readonly<Record<string, ValueKind>> = {
  '$Flow.FaultMessage': 'text',
  '$Flow.CurrentDateTime': 'date',
  '$Flow.CurrentDate': 'date',
  '$Flow.InterviewGuid': 'text',
};
const variableKinds: Readonly<Record<string, ValueKind>> = {
  String: 'text',
  Boolean: 'boolean',
  Number: 'number',
  Date: 'date',
  DateTime: 'date',
};

/** What a reference (without braces) holds; null when it leads nowhere. */
export function referenceKind(model: PackageModel, flow: FlowParts, reference: string): ValueKind | null {
  const known = globals[reference];
  if (known) return known;
  const [head = '', ...rest] = reference.split('.');
  if (head === '$Permission') return rest.length === 1 && model.names('customPermission').has(rest[0] as string) ? 'boolean' : null;
  if (head === '$Record' || head === '$Record__Prior') {
    if (head === '$Record__Prior' && textOf(flow.start, 'recordTriggerType') === 'Create') return null;
    return fieldAt(model, flow.object, rest.join('.'))?.kind ?? null;
  }
  const variable = flow.variables.get(head);
  if (variable && rest.length === 0) return variableKinds[variable.dataType] ?? null;
  const step = flow.steps.get(head);
  if (step?.kind === 'recordLookups' && textOf(step.element, 'storeOutputAutomatically') === 'true')
    return fieldAt(model, textOf(step.element, 'object') ?? '', rest.join('.'))?.kind ?? null;
  return null;
}

/** The kind of a value element (`<value>`, `<rightValue>`); null when it is a reference that leads nowhere. */
export function valueKind(model: PackageModel, flow: FlowParts, value: Element | undefined): ValueKind | null {
  const reference = textOf(value, 'elementReference');
  if (reference !== undefined) return referenceKind(model, flow, reference);
  if (childOf(value, 'booleanValue')) return 'boolean';
  if (childOf(value, 'numberValue')) return 'number';
  if (childOf(value, 'dateValue') || childOf(value, 'dateTimeValue')) return 'date';
  return childOf(value, 'stringValue') ? 'text' : null;
}

const texty: readonly ValueKind[] = ['text', 'long-text', 'picklist'];
/** Whether a value of one kind can stand where another is expected. */
export const fits = (a: ValueKind, b: ValueKind): boolean => a === b || (texty.includes(a) && texty.includes(b));

export const flows = (model: PackageModel): readonly FlowParts[] => model.of('flow').map(flowParts);
/** Flows that run inside a person's save; those of force-alerts run on their own time. */
export const inSave = (model: PackageModel): readonly FlowParts[] => flows(model).filter((flow) => !childOf(flow.start, 'scheduledPaths'));
/** Every condition of every outcome below an element. */
export const conditions = (element: Element): readonly Element[] => [...walk(element)].filter((inner) => inner.name === 'conditions');
