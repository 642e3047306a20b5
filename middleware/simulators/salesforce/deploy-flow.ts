/** Flow → the interpreter. A changed flow becomes a new version (Salesforce package §5). */
import { flowProblems } from './flow-check.ts';
import type { FlowDefinition } from './flow-model.ts';
import { parseFlow } from './flow-parse.ts';
import { fingerprint, refuseAll, type Component, type DeployContext, type StoredComponent } from './deploy-model.ts';

/** The flow as the org keeps it, or a throw with everything that is wrong with it. */
export function flowFrom(component: Component, context: DeployContext): FlowDefinition {
  const before = context.state.schema.component('Flow', component.fullName)?.definition as (FlowDefinition & StoredComponent) | undefined;
  const changed = before?.fingerprint !== fingerprint(component);
  const flow = parseFlow(component.fullName, component.root, (before?.version ?? 0) + (changed ? 1 : 0));
  refuseAll(flowProblems(context.state, flow));
  return context.flowsArriveInactive && flow.status === 'Active' ? { ...flow, status: 'Draft' } : flow;
}
