/** A small package in metadata format, and an org to deploy it to. */
import { zipSync } from 'fflate';
import { createSaveEngine } from '../../simulators/salesforce/save.ts';
import { createOrgState, type OrgState } from '../../simulators/salesforce/state.ts';
import { standardObjects } from '../../simulators/salesforce/standard-objects.ts';
import { defaultSwitches } from '../../simulators/salesforce/switches.ts';
import { deployInProcess, type DeployOptions, type DeployOutcome } from '../../simulators/salesforce/deploy.ts';

const NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"';

/** An org of standard objects at a fixed time; ids and chance are counted. */
export function bareOrg(): OrgState {
  let count = 0;
  const state = createOrgState({
    surroundings: {
      now: () => Date.UTC(2026, 10, 20, 10),
      random: () => 0.5,
      uuid: () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`,
    },
    objects: standardObjects({ teams: false, multiCurrency: false, countryPicklists: false, dunsNumber: false }),
  });
  state.save = createSaveEngine(state, defaultSwitches);
  for (const digit of ['1', '2', '9'])
    state.put('User', { Id: `00500000000000${digit}AAA`, Name: `User ${digit}`, IsActive: true, IsDeleted: false });
  return state;
}

/** A metadata file. */
export const xml = (root: string, body: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<${root} ${NS}>${body}</${root}>`;

/** A zip with a manifest of the given members. */
export function zipOf(types: { readonly [type: string]: readonly string[] }, files: { readonly [path: string]: string }): Uint8Array {
  const entries = Object.entries(types).map(
    ([name, members]) => `<types>${members.map((member) => `<members>${member}</members>`).join('')}<name>${name}</name></types>`,
  );
  const encoded = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, new TextEncoder().encode(content)]));
  return zipSync({ 'package.xml': new TextEncoder().encode(xml('Package', `${entries.join('')}<version>66.0</version>`)), ...encoded });
}

/** Deploys members with their files. */
export const deploy = (
  state: OrgState,
  types: { readonly [type: string]: readonly string[] },
  files: { readonly [path: string]: string },
  options: DeployOptions = {},
): DeployOutcome => deployInProcess(state, zipOf(types, files), options);

/** Problems of a deployment as `Type fullName: problem`. */
export const problemsOf = (outcome: DeployOutcome): readonly string[] =>
  outcome.failures.map((failure) => `${failure.componentType} ${failure.fullName}: ${failure.problem ?? ''}`.trim());

/** A field element of an object file. */
export const field = (name: string, type: string, more = ''): string =>
  `<fields><fullName>${name}</fullName>${more}<label>${name.replace(/__c$/, '').replaceAll('_', ' ')}</label><type>${type}</type></fields>`;

export const textField = (name: string, length = 80, more = ''): string => field(name, 'Text', `${more}<length>${length}</length>`);

export const checkbox = (name: string): string => field(name, 'Checkbox', '<defaultValue>false</defaultValue>');

/** An event with a required record id and a reason. */
export const eventObject = (fields = `${textField('Reason__c')}${textField('Record_Id__c', 18, '<required>true</required>')}`): string =>
  xml(
    'CustomObject',
    `<deploymentStatus>Deployed</deploymentStatus><eventType>HighVolume</eventType>${fields}<label>Sync Request</label><pluralLabel>Sync Requests</pluralLabel><publishBehavior>PublishAfterCommit</publishBehavior>`,
  );

/** A custom object; details hang on Opportunity. */
export const customObject = (fields: string, sharing = 'ReadWrite'): string =>
  xml(
    'CustomObject',
    `<deploymentStatus>Deployed</deploymentStatus>${fields}<label>Thing</label><nameField><label>Name</label><type>Text</type></nameField><pluralLabel>Things</pluralLabel><sharingModel>${sharing}</sharingModel>`,
  );
