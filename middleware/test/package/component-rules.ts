/** Rules about Lightning web components: their configuration files, and every name they take from the org. */
import { Kind, parse, type FieldNode, type SelectionSetNode, type ValueNode } from 'graphql';
import { childOf, textOf, walk } from './package-files.ts';
import { childObject, fieldAt, fieldOf, objectExists, parentOf, type PackageModel, type Rule } from './package-model.ts';

/** Script files of the components, tests left out. */
function scripts(model: PackageModel): readonly { readonly path: string; readonly bundle: string; readonly text: string }[] {
  return [...model.files].flatMap(([path, text]) => {
    const bundle = /\/lwc\/([^/]+)\/.+\.js$/.exec(path)?.[1];
    return bundle && !path.includes('/__tests__/') && !path.includes('/__mocks__/') ? [{ path, bundle, text }] : [];
  });
}

const targets = ['lightning__RecordPage', 'lightning__HomePage', 'lightning__AppPage', 'lightning__RecordAction', 'lightning__Tab'];

const configuration: Rule = {
  name: 'component-meta',
  check(model, report) {
    for (const bundle of model.bundles) {
      const file = model.of('js').find((candidate) => candidate.stem === bundle);
      if (!file) {
        report(`lwc/${bundle}`, `${bundle}.js-meta.xml is missing`);
        continue;
      }
      const { root, path } = file;
      if (root.name !== 'LightningComponentBundle') report(path, 'the root is LightningComponentBundle');
      if (textOf(root, 'apiVersion') !== '66.0') report(path, 'apiVersion must be 66.0');
      if (childOf(root, 'masterLabel') && (textOf(root, 'masterLabel') ?? '').length > 80)
        report(path, 'masterLabel has more than 80 characters');
      const named = [...walk(root)].filter((element) => element.name === 'target').map((element) => element.text.trim());
      const exposed = textOf(root, 'isExposed') === 'true';
      if (exposed !== named.length > 0) report(path, 'a component that can be placed is exposed and has targets, any other has none');
      for (const target of named) if (!targets.includes(target)) report(path, `the target ${target} does not exist`);
      for (const config of [...walk(root)].filter((element) => element.name === 'targetConfig')) {
        const of = (config.attributes.targets ?? '').split(',').map((target) => target.trim());
        for (const target of of)
          if (!named.includes(target)) report(path, `targetConfig names ${target}, which is no target of the component`);
        for (const object of [...walk(config)].filter((element) => element.name === 'object'))
          if (!objectExists(model, object.text.trim())) report(path, `the object ${object.text.trim()} does not exist`);
        const script = model.files.get(path.replace('-meta.xml', '')) ?? '';
        for (const property of [...walk(config)].filter((element) => element.name === 'property')) {
          const { name, type } = property.attributes;
          if (!name || !type) report(path, 'a property needs name and type');
          else if (!new RegExp(`@api\\s+(get\\s+)?${name}\\b`).test(script))
            report(path, `the property ${name} is no @api property of the component`);
        }
      }
      if (named.includes('lightning__RecordAction') && ![...walk(root)].some((element) => element.name === 'actionType'))
        report(path, 'a record action needs actionType');
    }
  },
};

const platformModules = /^(lwc|lightning\/[A-Za-z]+|\.{1,2}\/[\w./]+|c\/[A-Za-z]+|@salesforce\/.+)$/;

const imports: Rule = {
  name: 'component-import',
  check(model, report) {
    const labels = new Set(model.of('labels').flatMap((file) => file.root.children.map((label) => textOf(label, 'fullName') ?? '')));
    for (const { path, text } of scripts(model)) {
      const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
      for (const match of code.matchAll(/(?:from|import)\s+['"]([^'"]+)['"]/g)) {
        const name = match[1] as string;
        if (!platformModules.test(name)) report(path, `the module ${name} is not on the platform`);
        if (name.startsWith('@salesforce/apex')) report(path, 'the package has no Apex');
        if (name.startsWith('c/') && !model.bundles.has(name.slice(2))) report(path, `the component ${name} does not exist`);
        if (
          name.startsWith('./') &&
          !model.files.has(`${path.slice(0, path.lastIndexOf('/'))}/${name.slice(2)}${/\.(js|html|css)$/.test(name) ? '' : '.js'}`)
        )
          report(path, `the file ${name} does not exist`);
        const schema = /^@salesforce\/schema\/(\w+)(?:\.([\w.]+))?$/.exec(name);
        if (
          schema &&
          (!objectExists(model, schema[1] as string) || (schema[2] !== undefined && !fieldAt(model, schema[1] as string, schema[2])))
        )
          report(path, `${schema[1]}.${schema[2] ?? ''} does not exist`);
        const label = /^@salesforce\/label\/c\.(\w+)$/.exec(name)?.[1];
        if (label !== undefined && !labels.has(label)) report(path, `the label ${label} does not exist`);
        const permission = /^@salesforce\/customPermission\/(\w+)$/.exec(name)?.[1];
        if (permission !== undefined && !model.names('customPermission').has(permission))
          report(path, `the permission ${permission} does not exist`);
      }
      if (/\b(eval|new Function)\s*\(/.test(code)) report(path, 'no code is made at run time');
      if (/lightning\/empApi/.test(code)) report(path, 'every open panel with empApi uses up event deliveries');
    }
  },
};

const operators = new Set([
  'and',
  'or',
  'not',
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'nin',
  'like',
  'order',
  'nulls',
  'value',
  'range',
  'last_n_days',
  'literal',
]);

/** Names in `where` and `orderBy` that are no fields. */
function* unknownArguments(model: PackageModel, object: string, value: ValueNode): Generator<string> {
  if (value.kind === Kind.LIST) for (const entry of value.values) yield* unknownArguments(model, object, entry);
  if (value.kind !== Kind.OBJECT) return;
  for (const entry of value.fields) {
    const name = entry.name.value;
    if (operators.has(name)) yield* unknownArguments(model, object, entry.value);
    else if (parentOf(model, object, name)) yield* unknownArguments(model, parentOf(model, object, name) ?? '', entry.value);
    else if (!fieldOf(model, object, name)) yield `${object}.${name}`;
  }
}

const compound = ['Name'];

function* unknownFields(model: PackageModel, object: string, set: SelectionSetNode | undefined): Generator<string> {
  for (const selection of set?.selections ?? []) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      yield* unknownFields(model, selection.typeCondition?.name.value ?? object, selection.selectionSet);
      continue;
    }
    if (selection.kind !== Kind.FIELD) continue;
    const name = selection.name.value;
    if (name === 'Id' || name === '__typename' || name === 'ApiName') continue;
    const parent = parentOf(model, object, name);
    const child = childObject(model, object, name);
    if (parent) yield* unknownFields(model, parent, selection.selectionSet);
    else if (child) yield* rowFaults(model, child, selection);
    else if (!fieldOf(model, object, name) && !(compound.includes(name) && objectExists(model, object)))
      yield `the field ${object}.${name} does not exist`;
  }
}

const below = (set: SelectionSetNode | undefined, name: string): readonly FieldNode[] =>
  (set?.selections ?? []).filter((selection): selection is FieldNode => selection.kind === Kind.FIELD && selection.name.value === name);

/** What is wrong with a list of records in a query: its conditions, its order, its columns. */
function* rowFaults(model: PackageModel, object: string, list: FieldNode): Generator<string> {
  for (const argument of list.arguments ?? []) {
    if (argument.name.value !== 'where' && argument.name.value !== 'orderBy') continue;
    for (const name of unknownArguments(model, object, argument.value)) yield `the field ${name} does not exist`;
  }
  const counted = (list.arguments ?? []).some((argument) => argument.name.value === 'first');
  for (const node of below(list.selectionSet, 'edges').flatMap((edge) => below(edge.selectionSet, 'node'))) {
    if (!counted) yield `${object}: without "first" only ten rows come`;
    yield* unknownFields(model, object, node.selectionSet);
  }
}

function* queryFaults(model: PackageModel, text: string): Generator<string> {
  const document = parse(text);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const queries = below(definition.selectionSet, 'uiapi').flatMap((field) => [
      ...below(field.selectionSet, 'query'),
      ...below(field.selectionSet, 'aggregate'),
    ]);
    if (queries.length === 0) yield 'a query asks uiapi';
    for (const selection of queries.flatMap((field) => field.selectionSet?.selections ?? [])) {
      if (selection.kind !== Kind.FIELD) continue;
      const object = selection.name.value;
      if (!objectExists(model, object)) yield `the object ${object} does not exist`;
      yield* rowFaults(model, object, selection);
    }
  }
}

const queries: Rule = {
  name: 'component-query',
  check(model, report) {
    for (const { path, text } of scripts(model)) {
      for (const match of text.matchAll(/gql`([^`]*)`/g)) {
        const query = match[1] as string;
        if (query.includes('${')) report(path, 'a query is a plain text: values travel as variables');
        try {
          for (const fault of queryFaults(model, query)) report(path, fault);
        } catch (error) {
          report(path, `the query cannot be read: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
  },
};

export const componentRules: readonly Rule[] = [configuration, imports, queries];
