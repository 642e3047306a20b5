/** Lightning components, labels and event channels: names and references are checked, the content is kept (Salesforce package §8, §4). */
import { childrenOf, MetadataProblem, requiredText, textOf } from './metadata-xml.ts';
import { refuseAll, type Apply, type DeployContext } from './deploy-model.ts';

export const applyLabels: Apply = ({ root }) => {
  const seen = new Set<string>();
  for (const label of root.name === 'labels' ? [root] : childrenOf(root, 'labels')) {
    const name = requiredText(label, 'fullName');
    if (seen.has(name.toLowerCase())) throw new MetadataProblem(`Duplicate label name: ${name}`, label);
    seen.add(name.toLowerCase());
    for (const element of ['language', 'protected', 'shortDescription', 'value']) requiredText(label, element);
    if ((textOf(label, 'value') ?? '').length > 1_000)
      throw new MetadataProblem(`Value too long for field: Value maximum length is:1000 (${name})`, label);
    if ((textOf(label, 'shortDescription') ?? '').length > 80)
      throw new MetadataProblem(`Value too long for field: MasterLabel maximum length is:80 (${name})`, label);
  }
};

/** A bundle's imports resolve. It is not compiled here: that is the job of the component tests. */
export const applyBundle: Apply = ({ fullName, root, files }, context) => {
  if (!/^[a-z][A-Za-z0-9_]*$/.test(fullName) || /__|_$/.test(fullName))
    throw new MetadataProblem(`The bundle name '${fullName}' is not valid`, root);
  const problems: MetadataProblem[] = [];
  if (!files.has(`${fullName}.js`) && !files.has(`${fullName}.css`))
    problems.push(new MetadataProblem(`Cannot find Lightning Component Bundle ${fullName}`, root));
  const testFile = [...files.keys()].find((path) => path.includes('__tests__'));
  if (testFile !== undefined) problems.push(new MetadataProblem(`No MODULE named markup://c:${fullName} found : ${testFile}`, root));
  for (const [path, content] of files) {
    if (!path.endsWith('.js')) continue;
    for (const match of content.matchAll(/\bfrom\s+['"]([^'"]+)['"]|\bimport\s+['"]([^'"]+)['"]/g)) {
      const problem = importProblem(match[1] ?? match[2] ?? '', context);
      if (problem !== null) problems.push(new MetadataProblem(`${path}: ${problem}`, root));
    }
  }
  refuseAll(problems);
};

function importProblem(module: string, context: DeployContext): string | null {
  const [, scope = '', kind = '', name = ''] = /^(@salesforce|c)\/([^/]+)(?:\/(.+))?$/.exec(module) ?? [];
  if (scope === 'c')
    return context.has('LightningComponentBundle', kind) || context.bringing('LightningComponentBundle', kind)
      ? null
      : `No MODULE named markup://c:${kind} found`;
  if (scope === '') return null;
  switch (kind) {
    case 'schema': {
      const [object = '', field, ...rest] = name.split('.');
      if (!context.state.schema.object(object)) return `Invalid reference ${name} of type sobject`;
      if (field !== undefined && rest.length === 0 && !context.state.schema.field(object, field))
        return `Invalid reference ${name} of type sobjectField`;
      return null;
    }
    case 'label': {
      const label = name.replace(/^c\./, '');
      return name.startsWith('c.') && !context.has('CustomLabel', label) ? `Invalid reference ${name} of type label` : null;
    }
    case 'customPermission':
      return context.state.schema.customPermissions.has(name) ? null : `Invalid reference ${name} of type customPermission`;
    case 'apex':
      return `Unable to find Apex action class referenced as '${name}'`;
    default:
      return null;
  }
}

export const applyEventChannel: Apply = ({ fullName, root }) => {
  if (!fullName.endsWith('__chn')) throw new MetadataProblem('The name of a channel ends in __chn', root);
};

export const applyEventChannelMember: Apply = ({ root }, context) => {
  const channel = requiredText(root, 'eventChannel');
  const entity = requiredText(root, 'selectedEntity');
  if (!context.has('PlatformEventChannel', channel))
    throw new MetadataProblem(`In field: eventChannel - no PlatformEventChannel named ${channel} found`, root);
  if (entity.endsWith('__e') && context.state.schema.object(entity)?.kind !== 'event')
    throw new MetadataProblem(`In field: selectedEntity - no CustomObject named ${entity} found`, root);
};
