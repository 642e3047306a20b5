/** Checkers nobody here wrote, run over the package: flow scanner, component compiler, JSON schemas. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import scanner from '@flow-scanner/lightning-flow-scanner-core';
import { Ajv } from 'ajv';
import { transformSync } from '@lwc/compiler';
import { schemaFaults } from './metadata-schema.ts';
import { packageDirectories, repository } from './package-files.ts';

/** Findings we accept, each with its reason. */
const accepted: readonly { readonly rule: string; readonly flow: RegExp; readonly because: string }[] = [
  {
    rule: 'TriggerOrder',
    flow: /./,
    because: "the order among the customer's own flows is the customer's to decide, and ours depend on none",
  },
  { rule: 'RecursiveAfterUpdate', flow: /Heartbeat Stopped/, because: 'marking the record silent switches off the entry condition' },
];

interface Finding {
  readonly flow: string;
  readonly rule: string;
}

async function findings(paths: readonly string[]): Promise<readonly Finding[]> {
  const parsed = await scanner.parse([...paths]);
  assert.deepEqual(
    parsed.filter((flow) => flow.errorMessage).map((flow) => flow.errorMessage),
    [],
  );
  return scanner
    .scan(parsed)
    .flatMap((result) =>
      result.ruleResults.filter((rule) => rule.occurs).map((rule) => ({ flow: result.flow.label ?? '', rule: rule.ruleName })),
    );
}

const flowPaths = globSync(packageDirectories.map((directory) => join(repository, directory, 'main/default/flows/*.flow-meta.xml')));

test('the flow scanner finds nothing that is not explained', async () => {
  assert.equal(flowPaths.length, 13);
  const open = (await findings(flowPaths)).filter(
    (finding) => !accepted.some((entry) => entry.rule === finding.rule && entry.flow.test(finding.flow)),
  );
  assert.deepEqual(open, []);
});

test('the flow scanner notices a publish without a fault path', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cosell-flow-'));
  try {
    const path = join(folder, 'PC_Request_Created.flow-meta.xml');
    const text = readFileSync(join(repository, 'force-app/main/default/flows/PC_Request_Created.flow-meta.xml'), 'utf8');
    writeFileSync(path, text.replace(/<faultConnector>[\s\S]*?<\/faultConnector>/, ''));
    assert.ok((await findings([path])).some((finding) => finding.rule === 'MissingFaultPath'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Compiles one file as the platform does; throws the compiler's message. */
function compile(path: string, source: string): void {
  const name = basename(dirname(path));
  transformSync(source, path, {
    name,
    namespace: 'c',
    isExplicitImport: true,
    enableDynamicComponents: true,
    experimentalDynamicComponent: { strictSpecifier: false },
  });
}

test('every file of every component compiles', () => {
  const files = globSync(join(repository, 'force-app/main/default/lwc/*/*.{js,html,css}'));
  const failed = files.flatMap((path) => {
    try {
      compile(path, readFileSync(path, 'utf8'));
      return [];
    } catch (error) {
      return [`${path}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
  assert.deepEqual(failed, []);
  assert.ok(files.length > 20, `${files.length} files`);
});

test('a template mistake fails the compilation', () => {
  assert.throws(() => compile('/lwc/planted/planted.html', '<template><p if:false={a b}>x</p></template>'));
  assert.throws(() =>
    compile(
      '/lwc/planted/planted.js',
      "import { LightningElement, api } from 'lwc';\nexport default class A extends LightningElement { @api class = 1 + ; }",
    ),
  );
});

test('sfdx-project.json has the form that the Salesforce tools expect and names every package directory', () => {
  const schema = JSON.parse(readFileSync(join(repository, 'node_modules/@salesforce/schemas/sfdx-project.schema.json'), 'utf8')) as object;
  const project = JSON.parse(readFileSync(join(repository, 'sfdx-project.json'), 'utf8')) as {
    packageDirectories: { path: string; default?: boolean }[];
    sourceApiVersion: string;
  };
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  assert.ok(validate(project), JSON.stringify(validate.errors));
  assert.deepEqual(
    project.packageDirectories.map((directory) => directory.path),
    [...packageDirectories],
  );
  assert.deepEqual(
    project.packageDirectories.filter((directory) => directory.default).map((directory) => directory.path),
    ['force-app'],
  );
  assert.equal(project.sourceApiVersion, '66.0');
  assert.equal(validate({ ...project, packageDirectories: 'force-app' }), false);
});

test('the external client app is a template outside the package, without a certificate', () => {
  const folder = join(repository, 'external-client-app/template');
  const files = new Map(
    globSync('**/*-meta.xml', { cwd: folder }).map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const),
  );
  assert.equal(files.size, 5);
  assert.deepEqual(schemaFaults(files), []);
  const secret = [...files].find(([path]) => path.endsWith('.ecaGlblOauth-meta.xml'))?.[1] ?? '';
  assert.match(secret, /<certificate>\{\{certificate\}\}<\/certificate>/);
  assert.doesNotMatch([...files.values()].join(), /<consumer(Key|Secret)>|BEGIN CERTIFICATE|MII[A-Za-z0-9+/]{20}/);
  for (const text of files.values()) assert.match(text, /Partner Center Service/);
});

/** Last words of the design system's linter about a folder. */
const designFindings = (folder: string): Promise<string> =>
  new Promise((resolve) => {
    const linter = join(repository, 'node_modules/@salesforce-ux/slds-linter/build/index.js');
    execFile(process.execPath, [linter, 'lint', '.'], { cwd: folder }, (_, out, err) =>
      resolve(/\d+ errors? +\d+ warnings?/.exec(out + err)?.[0].replace(/ +/g, ' ') ?? out + err),
    );
  });

test('the linter of the design system finds nothing in the components', async () => {
  assert.equal(await designFindings(join(repository, 'force-app/main/default/lwc')), '0 errors 0 warnings');
});

test('the linter of the design system notices a colour of our own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cosell-slds-'));
  try {
    writeFileSync(join(folder, 'own.css'), '.title {\n  color: #ff0000;\n}\n');
    assert.equal(await designFindings(folder), '0 errors 1 warning');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
