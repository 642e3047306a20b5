/** Rules about formula fields and validation rules. */
import { readFormula } from './formula-text.ts';
import { textOf } from './package-files.ts';
import { fieldAt, fieldOf, ownFields, type PackageModel, type Rule } from './package-model.ts';

function formulaFaults(model: PackageModel, object: string, text: string): readonly string[] {
  const parts = readFormula(text);
  const faults = [...parts.faults];
  for (const name of parts.names) {
    if (name.startsWith('$Permission.')) {
      if (!model.names('customPermission').has(name.slice(12))) faults.push(`the permission ${name} does not exist`);
    } else if (name.startsWith('$') || !fieldAt(model, object, name)) faults.push(`the field ${name} does not exist on ${object}`);
  }
  for (const literal of parts.literals) {
    const field = fieldAt(model, object, literal.name);
    if (field?.own?.values && !field.own.values.includes(literal.value)) faults.push(`${literal.name} has no value "${literal.value}"`);
  }
  return faults;
}

/** States the service writes, which formulas and list views compare with. */
export const syncStates: readonly string[] = ['In sync', 'Sending', 'Waiting for Microsoft', 'On hold', 'Needs you', 'Stopped'];

const formulas: Rule = {
  name: 'formula',
  check(model, report) {
    for (const field of ownFields(model)) {
      if (field.formula === null) continue;
      for (const fault of formulaFaults(model, field.object, field.formula)) report(field.file.path, fault);
      for (const literal of readFormula(field.formula).literals)
        if (literal.name === 'PC_Sync_State__c' && !syncStates.includes(literal.value))
          report(field.file.path, `"${literal.value}" is no sync state`);
    }
    for (const file of model.of('validationRule')) {
      const object = /\/objects\/([^/]+)\//.exec(file.path)?.[1] ?? '';
      const formula = textOf(file.root, 'errorConditionFormula') ?? '';
      for (const fault of formulaFaults(model, object, formula)) report(file.path, fault);
      const shown = textOf(file.root, 'errorDisplayField');
      if (shown !== undefined && !fieldOf(model, object, shown)) report(file.path, `errorDisplayField ${shown} does not exist`);
      if (textOf(file.root, 'active') !== 'true') report(file.path, 'the rule must be active');
    }
  },
};

/** Requests that only administrators may make, by object. */
const guarded: Readonly<Record<string, readonly string[]>> = {
  PC_Request__c: ['release_hold', 'retire'],
  PC_Service_Request__c: ['retry_all', 'sweep_now', 'reload_mapping', 'release_hold', 'retire'],
};

const adminRequests: Rule = {
  name: 'admin-requests',
  check(model, report) {
    for (const [object, kinds] of Object.entries(guarded)) {
      const file = model.of('validationRule').find((candidate) => candidate.path.includes(`/objects/${object}/`));
      const formula = textOf(file?.root, 'errorConditionFormula') ?? '';
      const named = readFormula(formula).literals.map((literal) => literal.value);
      if (!file || named.slice().sort().join() !== kinds.slice().sort().join())
        report(file?.path ?? `objects/${object}`, `the requests ${kinds.join(', ')} must be kept to administrators`);
      if (!formula.includes('NOT($Permission.PC_Administer)') || !formula.includes('ISNEW()'))
        report(file?.path ?? `objects/${object}`, 'the rule must look at the moment of asking and at the permission PC_Administer');
    }
  },
};

export const formulaRules: readonly Rule[] = [formulas, adminRequests];
