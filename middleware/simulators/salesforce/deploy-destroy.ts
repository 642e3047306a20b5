/** Destructive changes: what a manifest takes out of the org, refused while something still needs it. */
import { metadataType } from './metadata-types.ts';
import type { FlowDefinition } from './flow-model.ts';
import type { OrgState } from './state.ts';

export type Destroyed = { readonly kind: 'deleted' } | { readonly kind: 'absent' } | { readonly kind: 'refused'; readonly problem: string };

/** Removes one component from the org. */
export function destroyMember(type: string, fullName: string, state: OrgState): Destroyed {
  if (!metadataType(type)) return { kind: 'refused', problem: `Unknown type name '${type}' specified in destructiveChanges.xml` };
  const { schema } = state;
  const [objectName = '', name = ''] = fullName.split('.');
  switch (type) {
    case 'CustomObject':
      if (!schema.object(fullName)) return { kind: 'absent' };
      if (schema.childRelationships(fullName).length > 0)
        return { kind: 'refused', problem: `${fullName} is referenced by ${schema.childRelationships(fullName)[0]?.childObject ?? ''}` };
      schema.removeObject(fullName);
      break;
    case 'CustomField': {
      if (!schema.field(objectName, name)) return { kind: 'absent' };
      const user = flowUsing(name, state);
      if (user !== null)
        return { kind: 'refused', problem: `This custom field is referenced elsewhere in salesforce.com. : Flow - ${user}` };
      schema.removeField(objectName, name);
      break;
    }
    case 'ValidationRule':
      if (!schema.object(objectName)?.validationRules.has(name)) return { kind: 'absent' };
      schema.removeValidationRule(objectName, name);
      break;
    case 'CustomMetadata': {
      const row = state.find(`${objectName}__mdt`, 'DeveloperName', name)[0];
      if (!row) return { kind: 'absent' };
      state.remove(`${objectName}__mdt`, String(row['Id']));
      break;
    }
    case 'Flow': {
      const flow = schema.component('Flow', fullName);
      if (!flow) return { kind: 'absent' };
      if ((flow.definition as FlowDefinition).status === 'Active')
        return { kind: 'refused', problem: `${fullName} is active and can't be deleted; deploy it as a draft first` };
      break;
    }
    case 'PermissionSet':
    case 'PermissionSetGroup':
    case 'CustomPermission':
    case 'CustomNotificationType':
      // The registry keeps what users may hold; taking it away is a person's step in Setup.
      return schema.component(type, fullName)
        ? { kind: 'refused', problem: `The simulated org does not delete ${type}.` }
        : { kind: 'absent' };
    default:
      if (!schema.component(type, fullName)) return { kind: 'absent' };
  }
  schema.removeComponent(type, fullName);
  return { kind: 'deleted' };
}

function flowUsing(field: string, state: OrgState): string | null {
  for (const component of state.schema.components('Flow')) {
    const flow = component.definition as FlowDefinition;
    if (JSON.stringify([flow.start, [...flow.elements.values()]]).includes(field)) return flow.name;
  }
  return null;
}
