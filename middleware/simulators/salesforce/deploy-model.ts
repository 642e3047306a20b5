/** What the parts of a deployment share: a component on its way in, the org it goes to, and the message it ends in. */
import { createHash } from 'node:crypto';
import { MetadataProblem, type XmlElement } from './metadata-xml.ts';
import type { OrgState } from './state.ts';

/** One member of the manifest with its content. */
export interface Component {
  readonly type: string;
  readonly fullName: string;
  /** Path in the zip, as messages name it. */
  readonly fileName: string;
  /** Parsed XML; of a child only its own element. Bundles have their `js-meta.xml`. */
  readonly root: XmlElement;
  /** Files of a bundle by path inside it; empty otherwise. */
  readonly files: ReadonlyMap<string, string>;
}

export interface DeployContext {
  readonly state: OrgState;
  readonly checkOnly: boolean;
  /** Flows arrive as drafts, as in a production org without "deploy processes and flows as active". */
  readonly flowsArriveInactive: boolean;
  /** True when this deployment brings the component itself. */
  bringing(type: string, fullName: string): boolean;
  /** True when the org has the component by now: deployed earlier, or in this deployment. */
  has(type: string, fullName: string): boolean;
}

/** Applies one component to the org or throws `MetadataProblem`. Several problems of one component come as `MetadataProblems`. */
export type Apply = (component: Component, context: DeployContext) => void;

/** All problems of one component. */
export class MetadataProblems extends Error {
  readonly problems: readonly MetadataProblem[];

  constructor(problems: readonly MetadataProblem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'MetadataProblems';
    this.problems = problems;
  }
}

/** Throws when there is any. */
export function refuseAll(problems: readonly (string | MetadataProblem)[]): void {
  if (problems.length === 0) return;
  throw new MetadataProblems(problems.map((problem) => (typeof problem === 'string' ? new MetadataProblem(problem) : problem)));
}

/** What the org remembers of a component that has no model of its own. */
export interface StoredComponent {
  readonly fingerprint: string;
  readonly fileName: string;
  /** Label or other text other components and lists need. */
  readonly label: string | null;
  readonly root: XmlElement;
  readonly files: ReadonlyMap<string, string>;
  /** Epoch ms. */
  readonly changedAt: number;
}

/** Content of a component without its formatting. */
export function fingerprint(component: Component): string {
  const hash = createHash('sha256').update(canonical(component.root));
  for (const [path, content] of [...component.files].sort()) hash.update(`\0${path}\0${content}`);
  return hash.digest('base64url');
}

function canonical(element: XmlElement): string {
  const attributes = Object.entries(element.attributes)
    .filter(([name]) => !name.startsWith('xmlns'))
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return `<${element.name}${attributes.join('')}>${element.text}${element.children.map(canonical).join('')}</${element.name}>`;
}
