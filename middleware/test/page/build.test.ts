/** What the build of the local page refuses: a name that no org would know must not wait for the browser. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { buildPage } from '../../simulators/salesforce/page/build.ts';
import { packageDirectories, projectRoot, standIns } from '../../simulators/salesforce/page/module-map.ts';

// Below the project, so that bare names are looked up as the components' are.
mkdirSync(join(projectRoot, '.cache'), { recursive: true });
const folder = mkdtempSync(join(projectRoot, '.cache', 'refused-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const build = (source: string): Promise<unknown> => {
  const entry = join(folder, 'entry.js');
  writeFileSync(entry, source);
  return buildPage({ outDir: join(folder, 'out'), entry });
};

describe('the build of the page', { concurrency: false }, () => {
  for (const [what, source, message] of [
    ['a platform module nobody stands in for', "import { x } from 'lightning/nope'; console.log(x);", /lightning\/nope/],
    ['a component that is not there', "import x from 'c/nope'; console.log(x);", /c\/nope/],
    ['a label that is not there', "import x from '@salesforce/label/c.PC_Nope'; console.log(x);", /no such custom label/],
    ['a field that is not there', "import x from '@salesforce/schema/Opportunity.PC_Nope__c'; console.log(x);", /no field PC_Nope__c/],
    ['an object that is not there', "import x from '@salesforce/schema/PC_Nope__c'; console.log(x);", /no object PC_Nope__c/],
    ['a permission that is not there', "import x from '@salesforce/customPermission/PC_Nope'; console.log(x);", /no such permission/],
    ['Apex', "import x from '@salesforce/apex/Nope.nope'; console.log(x);", /no Apex/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(build(source), (error: Error) => message.test(error.message));
    });
  }

  it('takes standard fields, our own, and labels', async () => {
    await build(
      "import a from '@salesforce/schema/Opportunity.Audit__c'; import b from '@salesforce/schema/Opportunity.Account.Name'; import c from '@salesforce/label/c.PC_Panel_Title'; console.log(a, b, c);",
    );
  });

  it('finds the package and the stand-ins it names in its README', () => {
    assert.ok(packageDirectories().some((path) => path.endsWith('force-app')));
    assert.ok(standIns().some(({ name }) => name === 'lightning/graphql'));
  });
});
