/** All offline checks of the package in one call, for the tests and the mutation run. */
import { accessRules } from './access-rules.ts';
import { componentRules } from './component-rules.ts';
import { fieldRules } from './field-rules.ts';
import { flowMeaningRules } from './flow-meaning-rules.ts';
import { flowRules } from './flow-rules.ts';
import { formulaRules } from './formula-rules.ts';
import { layoutRules } from './layout-rules.ts';
import { mappingRules } from './mapping-rules.ts';
import { schemaFaults } from './metadata-schema.ts';
import { nameRules } from './name-rules.ts';
import { objectRules } from './object-rules.ts';
import type { Fault, PackageFiles } from './package-files.ts';
import { buildModel, runRules, type Rule } from './package-model.ts';
import { pageRules } from './page-rules.ts';
import { permissionRules } from './permission-rules.ts';
import { recordRules } from './record-rules.ts';
import { referenceRules } from './reference-rules.ts';
import { reportRules } from './report-rules.ts';

export const allRules: readonly Rule[] = [
  ...nameRules,
  ...fieldRules,
  ...objectRules,
  ...formulaRules,
  ...permissionRules,
  ...accessRules,
  ...layoutRules,
  ...flowRules,
  ...flowMeaningRules,
  ...pageRules,
  ...recordRules,
  ...mappingRules,
  ...referenceRules,
  ...reportRules,
  ...componentRules,
];

/** Every fault of form and of rule. A file that cannot be read as XML ends the check with that fault. */
export function checkPackage(files: PackageFiles): readonly Fault[] {
  const form = schemaFaults(files);
  if (form.some((fault) => fault.rule === 'well-formed')) return form;
  return [...form, ...runRules(buildModel(files), allRules)];
}
