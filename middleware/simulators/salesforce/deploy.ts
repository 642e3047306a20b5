/**
 * The one door through which the simulated org learns a package: a zip in metadata format. Everything the org can interpret is
 * interpreted; types on the closed list that it only keeps are stored; any other type fails by its name. What this proves and what
 * only a real org can prove: Salesforce APIs §8.5.
 */
import { applyCustomPermission, applyNotificationType, applyPermissionSet, applyPermissionSetGroup } from './deploy-access.ts';
import { locateComponents, type Found, type Located } from './deploy-components.ts';
import { destroyMember } from './deploy-destroy.ts';
import { applyField } from './deploy-fields.ts';
import { flowFrom } from './deploy-flow.ts';
import { fingerprint, MetadataProblems, type Apply, type Component, type DeployContext, type StoredComponent } from './deploy-model.ts';
import { applyFieldList, applyListView, applyObject, applyRecordType, applyValidationRule } from './deploy-objects.ts';
import { applyBundle, applyEventChannel, applyEventChannelMember, applyLabels } from './deploy-bundles.ts';
import { applyApplication, applyFlexiPage, applyLayout, applyQuickAction, applyTab } from './deploy-pages.ts';
import { applyCustomMetadata } from './deploy-records.ts';
import { applyDashboard, applyReport, applyReportType } from './deploy-reports.ts';
import { MetadataProblem, textOf } from './metadata-xml.ts';
import { openDeployZip, type DeployZip, type Manifest } from './metadata-zip.ts';
import { syncSetupRows } from './setup-rows.ts';
import type { OrgState } from './state.ts';

export interface DeployOptions {
  readonly checkOnly?: boolean;
  /** Default true: one failure undoes everything. */
  readonly rollbackOnError?: boolean;
  /** Flows arrive as drafts; default false, as in a sandbox. */
  readonly flowsArriveInactive?: boolean;
}

/** What became of one component (Salesforce APIs §8.2). */
export interface ComponentMessage {
  readonly componentType: string;
  readonly fullName: string;
  readonly fileName: string;
  readonly success: boolean;
  readonly changed: boolean;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly problem?: string;
  readonly problemType?: 'Error' | 'Warning';
  readonly lineNumber?: number;
  readonly columnNumber?: number;
}

export interface DeployOutcome {
  readonly success: boolean;
  readonly status: 'Succeeded' | 'SucceededPartial' | 'Failed';
  readonly checkOnly: boolean;
  readonly rollbackOnError: boolean;
  readonly successes: readonly ComponentMessage[];
  readonly failures: readonly ComponentMessage[];
  /** The deployment as a whole could not be read. */
  readonly errorMessage: string | null;
}

/** How each type gets into the org. A type without an entry is kept by name, unread. */
const APPLY: { readonly [type: string]: Apply } = {
  CustomObject: applyObject,
  CustomField: applyField,
  RecordType: applyRecordType,
  ValidationRule: applyValidationRule,
  ListView: applyListView,
  CompactLayout: applyFieldList,
  FieldSet: applyFieldList,
  CustomMetadata: applyCustomMetadata,
  CustomPermission: applyCustomPermission,
  CustomNotificationType: applyNotificationType,
  PermissionSet: applyPermissionSet,
  PermissionSetGroup: applyPermissionSetGroup,
  CustomLabels: applyLabels,
  CustomLabel: applyLabels,
  LightningComponentBundle: applyBundle,
  QuickAction: applyQuickAction,
  FlexiPage: applyFlexiPage,
  Layout: applyLayout,
  CustomTab: applyTab,
  CustomApplication: applyApplication,
  ReportType: applyReportType,
  Report: applyReport,
  Dashboard: applyDashboard,
  PlatformEventChannel: applyEventChannel,
  PlatformEventChannelMember: applyEventChannelMember,
};

/** Carries the outcome out of a transaction that is to be undone. */
class Undone extends Error {
  readonly outcome: DeployOutcome;

  constructor(outcome: DeployOutcome) {
    super('undone');
    this.outcome = outcome;
  }
}

interface ReadZip {
  readonly zip: DeployZip;
  readonly components: Located;
}
const read = new WeakMap<Uint8Array, ReadZip>();

/** What a zip holds, read once however many orgs it is deployed to. Throws for a zip that cannot be read. */
function readZip(bytes: Uint8Array): ReadZip {
  const known = read.get(bytes);
  if (known) return known;
  const zip = openDeployZip(bytes);
  const fresh: ReadZip = { zip, components: locateComponents(zip) };
  read.set(bytes, fresh);
  return fresh;
}

/** Deploys a zip into the org, at once and without a network. Never throws for what is wrong with the zip. */
export function deployInProcess(state: OrgState, zip: Uint8Array, options: DeployOptions = {}): DeployOutcome {
  const checkOnly = options.checkOnly ?? false;
  const rollbackOnError = options.rollbackOnError ?? true;
  let opened: ReadZip;
  try {
    opened = readZip(zip);
  } catch (error) {
    const errorMessage = error instanceof Error ? error.message : String(error);
    return { success: false, status: 'Failed', checkOnly, rollbackOnError, successes: [], failures: [], errorMessage };
  }
  try {
    return state.transaction(
      () => {
        const messages = run(state, opened, options);
        const failures = messages.filter((message) => !message.success);
        const outcome: DeployOutcome = {
          success: failures.length === 0,
          status: failures.length === 0 ? 'Succeeded' : rollbackOnError ? 'Failed' : 'SucceededPartial',
          checkOnly,
          rollbackOnError,
          successes: messages.filter((message) => message.success),
          failures,
          errorMessage: null,
        };
        if (failures.length > 0 && rollbackOnError) throw new Undone(outcome);
        syncSetupRows(state);
        return outcome;
      },
      { schema: true, dryRun: checkOnly },
    );
  } catch (error) {
    if (error instanceof Undone) return error.outcome;
    throw error;
  }
}

function run(state: OrgState, { zip, components }: ReadZip, options: DeployOptions): readonly ComponentMessage[] {
  const { found, unclaimed } = components;
  const coming = new Set(found.map((one) => (one.kind === 'component' ? `${one.component.type}:${one.component.fullName}` : '')));
  const context: DeployContext = {
    state,
    checkOnly: options.checkOnly ?? false,
    flowsArriveInactive: options.flowsArriveInactive ?? false,
    bringing: (type, fullName) => coming.has(`${type}:${fullName}`),
    has: (type, fullName) => state.schema.component(type, fullName) !== undefined,
  };
  return [
    ...destroy(zip.destructive.before, context),
    ...found.flatMap((one) => deployOne(one, context)),
    ...destroy(zip.destructive.after, context),
    ...unclaimed.map((path): ComponentMessage => ({
      ...plain('', '', path),
      success: true,
      problem: 'Not in package.xml',
      problemType: 'Warning',
    })),
    { ...plain('', 'package.xml', 'package.xml'), success: true, changed: true },
  ];
}

const plain = (componentType: string, fullName: string, fileName: string): ComponentMessage => ({
  componentType,
  fullName,
  fileName,
  success: false,
  changed: false,
  created: false,
  deleted: false,
});

function deployOne(found: Found, context: DeployContext): readonly ComponentMessage[] {
  if (found.kind === 'refused') return [failure(found.type, found.fullName, found.fileName, found.problem)];
  const { component } = found;
  const { type, fullName, fileName } = component;
  const existed = exists(component, context);
  const before = context.state.schema.component(type, fullName)?.definition as StoredComponent | undefined;
  const mark = fingerprint(component);
  try {
    context.state.transaction(() => apply(component, mark, context), { schema: true });
  } catch (error) {
    if (error instanceof MetadataProblems) return error.problems.map((problem) => failure(type, fullName, fileName, problem));
    return [failure(type, fullName, fileName, error instanceof MetadataProblem ? error : new MetadataProblem(String(error)))];
  }
  return [{ ...plain(type, fullName, fileName), success: true, changed: before?.fingerprint !== mark, created: !existed }];
}

function apply(component: Component, mark: string, context: DeployContext): void {
  const { type, fullName, root, fileName, files } = component;
  const stored: StoredComponent = {
    fingerprint: mark,
    fileName,
    label: textOf(root, 'label') ?? textOf(root, 'masterLabel'),
    root,
    files,
    changedAt: context.state.now(),
  };
  if (type === 'Flow') {
    context.state.schema.putComponent({ type, fullName, definition: { ...stored, ...flowFrom(component, context) } });
    return;
  }
  APPLY[type]?.(component, context);
  context.state.schema.putComponent({ type, fullName, definition: stored });
}

/** The org may know a component without having had it deployed: standard objects and fields. */
function exists({ type, fullName }: Component, { state }: DeployContext): boolean {
  const [object = '', field = ''] = fullName.split('.');
  if (type === 'CustomObject') return state.schema.object(fullName) !== undefined;
  if (type === 'CustomField') return state.schema.field(object, field) !== undefined;
  return state.schema.component(type, fullName) !== undefined;
}

function failure(componentType: string, fullName: string, fileName: string, problem: MetadataProblem): ComponentMessage {
  return {
    ...plain(componentType, fullName, fileName),
    problem: problem.message,
    problemType: 'Error',
    ...(problem.place ? { lineNumber: problem.place.line, columnNumber: problem.place.column } : {}),
  };
}

function destroy(manifest: Manifest | null, context: DeployContext): readonly ComponentMessage[] {
  const messages: ComponentMessage[] = [];
  for (const [type, members] of manifest?.types ?? []) {
    for (const fullName of members) {
      const base = plain(type, fullName, 'destructiveChanges.xml');
      const result = destroyMember(type, fullName, context.state);
      if (result.kind === 'deleted') messages.push({ ...base, success: true, changed: true, deleted: true });
      else if (result.kind === 'absent')
        messages.push({ ...base, success: true, problem: `No ${type} named: ${fullName} found`, problemType: 'Warning' });
      else messages.push({ ...base, problem: result.problem, problemType: 'Error' });
    }
  }
  return messages;
}
