/** Comparing, planning and reporting of `cosell deploy`; the runs of the real `sf` stand in deploy-sf.test.ts. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { deployInProcess } from '../../simulators/salesforce/deploy.ts';
import { differences, type Definition } from '../../src/setup/deploy/compare.ts';
import { deployPackage, type DeployOptions, type DeployReport } from '../../src/setup/deploy/deploy.ts';
import { orgComponents } from '../../src/setup/deploy/org-components.ts';
import { manifestMembers, packageDefinitions, withoutMembers } from '../../src/setup/deploy/package-source.ts';
import { deployExits, printDeployment } from '../../src/setup/deploy/report.ts';
import { findSf, runSf } from '../../src/setup/deploy/sf.ts';
import { planSteps } from '../../src/setup/deploy/steps.ts';
import { folder, root } from '../../src/setup/installation.ts';
import { SfAnswer, type SfOutcome } from '../../src/setup/schema.ts';
import { readXml, textAt } from '../../src/setup/xml.ts';
import { xml, zipOf } from '../simulators/salesforce-deploy-fixture.ts';
import { ownHome, serveOrg } from './served-org.ts';

const home = ownHome();
after(() => home.remove());

const help: Definition = {
  component: 'Opportunity.How_can_Microsoft_help__c',
  label: 'How can Microsoft help?',
  type: 'Picklist',
  length: null,
  values: ['Quotes', 'General'],
  valueSet: null,
};
const referral: Definition = {
  component: 'Opportunity.Referral_Identifier__c',
  label: 'Referral Identifier',
  type: 'Text',
  length: '100',
  values: null,
  valueSet: null,
};

const alike: readonly (readonly [what: string, change: Partial<Definition>, of: Definition, said: RegExp])[] = [
  ['another type', { type: 'Number', length: null }, referral, /^type is "Number" in the org, "Text" in the package$/],
  ['another label', { label: 'Referral' }, referral, /^label is "Referral" in the org/],
  ['another length', { length: '255' }, referral, /^length is "255" in the org, "100" in the package$/],
  ['a value of its own', { values: ['Quotes', 'General', 'Dinner'] }, help, /would switch off: Dinner$/],
  ['fewer values', { values: ['Quotes'] }, help, /^lacks values in the org: General$/],
  ['a value set of the org', { values: null, valueSet: 'Help_Kinds' }, help, /takes its values from the value set Help_Kinds/],
];
for (const [what, change, ours, said] of alike) {
  test(`A component of the same name with ${what} is a difference, named in words`, () => {
    const found = differences([help, referral], [{ ...ours, ...change }]);
    assert.equal(found.length, 1);
    assert.equal(found[0]?.component, ours.component);
    assert.match(found[0]?.text ?? '', said);
  });
}

test('Components that are alike, or that only one side has, are no difference', () => {
  assert.deepEqual(differences([help, referral], [{ ...help, component: help.component.toUpperCase() }]), []);
  assert.deepEqual(differences([referral], [help]), []);
});

test('The package knows the definitions of its own components', () => {
  const definitions = packageDefinitions(folder('force-app'));
  const of = (component: string): Definition => definitions.find((one) => one.component === component) ?? assert.fail(component);
  assert.equal(of('Opportunity.How_can_Microsoft_help__c').values?.length, 6);
  assert.deepEqual([of('Opportunity.Audit__c').type, of('Opportunity.Audit__c').length], ['LongTextArea', '100000']);
  assert.deepEqual([of('PC_Sync_Request__e').type, of('PC_Sync_Request__e').label], ['HighVolume', 'Partner Center Sync Request']);
  assert.ok(definitions.every((one) => one.label !== null && one.label !== ''));
});

test('The small reader of metadata minds entities, comments and empty elements', () => {
  const element = readXml('<?xml version="1.0"?><A xmlns="x"><!-- <b>no</b> --><b>R &amp; D</b><c/><d><b>in</b></d></A>');
  assert.deepEqual(
    [textAt(element, 'b'), textAt(element, 'c'), textAt(element, 'd', 'b'), textAt(element, 'e')],
    ['R & D', '', 'in', null],
  );
});

test('Every directory is a deployment of its own, reports last', () => {
  const names = (dryRun: boolean, deployed: boolean, reportTypes = deployed): readonly string[] =>
    planSteps({ dryRun, parts: ['teams', 'alerts'], reports: true }, { deployed, reportTypes }).steps.map((step) => step.name);
  assert.deepEqual(names(false, false), ['force-app', 'force-teams', 'force-alerts', 'force-reports']);
  assert.deepEqual(names(true, true), ['force-app', 'force-teams', 'force-alerts', 'force-reports']);
  assert.deepEqual(names(true, false), ['force-app, force-teams, force-alerts']);
  assert.match(
    planSteps({ dryRun: true, parts: [], reports: true }, { deployed: false, reportTypes: false }).notes.join(),
    /force-reports is not checked/,
  );
  assert.deepEqual(planSteps({ dryRun: false, parts: [], reports: false }, { deployed: true, reportTypes: true }).steps.length, 1);
});

test('A manifest can be sent without the settings the org has', () => {
  const manifest = readFileSync(join(root, 'manifest/package.xml'), 'utf8');
  const all = manifestMembers(manifest, 'CustomMetadata');
  assert.ok(all.length > 50);
  assert.deepEqual(manifestMembers(withoutMembers(manifest, 'CustomMetadata', new Set(all.slice(1))), 'CustomMetadata'), all.slice(0, 1));
  const none = withoutMembers(manifest, 'CustomMetadata', new Set(all));
  assert.ok(!none.includes('<name>CustomMetadata</name>'));
  assert.deepEqual(manifestMembers(none, 'Flow'), manifestMembers(manifest, 'Flow'));
});

const options: DeployOptions = { org: 'sim', dryRun: false, parts: [], reports: true, accept: [], overwriteSettings: false };
const fine: SfOutcome = SfAnswer.parse({ status: 0, result: { success: true, numberComponentsTotal: 3 } });

/** Runs a deployment against an org with `sf` played by a function. */
async function run(
  packages: readonly string[],
  prepare: (org: Awaited<ReturnType<typeof serveOrg>>) => void,
  wishes: Partial<DeployOptions> = {},
  sf: (args: readonly string[]) => SfOutcome = () => fine,
): Promise<{ report: DeployReport; sent: string[][]; progress: string[] }> {
  const served = await serveOrg(packages);
  prepare(served);
  const sent: string[][] = [];
  const progress: string[] = [];
  try {
    const report = await deployPackage(
      { ...options, ...wishes },
      {
        components: orgComponents(await served.connection()),
        root,
        sf: (args) => {
          const manifest = args.indexOf('--manifest');
          sent.push(manifest < 0 ? [...args] : [...args, readFileSync(args[manifest + 1] ?? '', 'utf8')]);
          return Promise.resolve(sf(args));
        },
        progress: (text) => progress.push(text),
      },
    );
    return { report, sent, progress };
  } finally {
    await served.close();
  }
}

/** Somebody else's field of the same name. */
const foreign = (served: Awaited<ReturnType<typeof serveOrg>>): void => {
  const field = '<fields><fullName>Products__c</fullName><label>Products</label><length>80</length><type>Text</type></fields>';
  const outcome = deployInProcess(
    served.org.state,
    zipOf({ CustomField: ['Opportunity.Products__c'] }, { 'objects/Opportunity.object': xml('CustomObject', field) }),
  );
  assert.ok(outcome.success);
};

test('A field of the same name that belongs to another product is named, and nothing is sent', async () => {
  const { report, sent } = await run([], foreign);
  assert.equal(report.outcome, 'different');
  assert.equal(deployExits[report.outcome], 3);
  assert.deepEqual(sent, []);
  assert.match(
    printDeployment(report),
    /Nothing was sent[\s\S]*Opportunity\.Products__c\n +length is "80" in the org, "255" in the package[\s\S]*--accept Opportunity\.Products__c/,
  );
});

test('A difference the admin accepts does not stop the deployment', async () => {
  const { report, sent } = await run([], foreign, { accept: ['opportunity.products__c'] });
  assert.equal(report.outcome, 'done');
  assert.deepEqual(
    sent.map((args) => args[4]?.split('/').at(-1)),
    ['force-app', 'force-reports'],
  );
});

test('A second deployment keeps the settings of the org and sends the rest', async () => {
  const { report, sent } = await run(['force-app'], () => undefined);
  assert.ok(report.settingsKept > 50);
  assert.ok(sent[0]?.includes('--manifest'));
  assert.ok(!sent[0]?.at(-1)?.includes('PC_Setting.'));
  assert.match(printDeployment(report), /records of custom metadata are kept/);
  const all = await run(['force-app'], () => undefined, { overwriteSettings: true });
  assert.ok(all.sent[0]?.includes('--source-dir'));
});

test('What the org refuses is listed with component, file and problem, and nothing is built on it', async () => {
  const refused = SfAnswer.parse({
    status: 1,
    result: {
      success: false,
      files: [
        {
          fullName: 'Opportunity.Audit__c',
          type: 'CustomField',
          state: 'Failed',
          filePath: '/clone/force-app/Audit__c.field-meta.xml',
          lineNumber: 4,
          error: 'Custom field limit reached',
        },
        { fullName: 'X', type: 'CustomField', state: 'Created' },
      ],
    },
  });
  const { report, sent, progress } = await run(
    [],
    () => undefined,
    {},
    () => refused,
  );
  assert.equal(report.outcome, 'refused');
  assert.equal(sent.length, 1);
  assert.match(
    printDeployment(report),
    /CustomField Opportunity\.Audit__c\n +in \/clone\/force-app\/Audit__c\.field-meta\.xml:4\n +Custom field limit reached/,
  );
  assert.deepEqual(progress.at(-1), '  refused: 1 reason');
});

test('An optional part that is refused leaves the others be', async () => {
  const { report } = await run(
    [],
    () => undefined,
    { parts: ['teams'] },
    (args) =>
      args.some((arg) => arg.endsWith('force-teams'))
        ? SfAnswer.parse({
            status: 1,
            result: {
              success: false,
              details: {
                componentFailures: {
                  componentType: 'Flow',
                  fullName: 'PC_Team_Member_Changed',
                  fileName: 'flows/x.flow',
                  problem: 'OpportunityTeamMember is unknown',
                },
              },
            },
          })
        : fine,
  );
  assert.deepEqual(
    report.steps.map((step) => [step.name, step.ok]),
    [
      ['force-app', true],
      ['force-teams', false],
      ['force-reports', true],
    ],
  );
  assert.match(
    printDeployment(report),
    /refused force-teams;[\s\S]*Flow PC_Team_Member_Changed\n +in flows\/x\.flow\n +OpportunityTeamMember is unknown/,
  );
});

test('When sf itself fails its message is the reason', async () => {
  const { report } = await run(
    [],
    () => undefined,
    {},
    () => SfAnswer.parse({ status: 1, name: 'ConflictError', message: 'There are changes in the org that conflict.' }),
  );
  assert.deepEqual(report.steps[0]?.refusals, [
    { component: 'ConflictError', file: null, problem: 'There are changes in the org that conflict.' },
  ]);
});

test('Without sf the command says how to get it; one on the PATH is found', () => {
  const empty = mkdtempSync(join(tmpdir(), 'cosell-sf-'));
  assert.throws(() => findSf(empty, empty), /not installed.*npm install --global @salesforce\/cli/);
  writeFileSync(join(empty, 'sf'), '');
  assert.equal(findSf(empty, `/nowhere:${empty}`).command, join(empty, 'sf'));
  rmSync(empty, { recursive: true });
  assert.match(findSf(root).before.join(), /@salesforce\/cli\/bin\/run\.js$/);
});

test('An sf that answers nonsense is reported with what it said', async () => {
  await assert.rejects(
    runSf({ command: process.execPath, before: ['-e', 'console.log("Segmentation fault")', '--'], origin: 'it' }, [], tmpdir()),
    /sf answered: Segmentation fault/,
  );
});

test('Where only the service is installed, the command says to use the clone', () => {
  assert.throws(() => folder('force-app', tmpdir()), /Run this command in the clone/);
});
