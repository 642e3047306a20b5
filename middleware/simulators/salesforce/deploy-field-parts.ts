/** The larger parts of a field: picklist values and relationships (Salesforce package §3). */
import { child, childrenOf, flagOf, MetadataProblem, requiredText, textOf, type XmlElement } from './metadata-xml.ts';
import type { Component, DeployContext } from './deploy-model.ts';
import type { FieldDefinition, ObjectDefinition, PicklistValue } from './schema-model.ts';

export function picklistFrom(root: XmlElement, component: Component): NonNullable<FieldDefinition['picklist']> {
  const valueSet = child(root, 'valueSet');
  if (!valueSet) throw new MetadataProblem(`Must specify 'valueSet' for the picklist ${component.fullName}`, child(root, 'type'));
  if (child(valueSet, 'valueSetName')) {
    if (child(valueSet, 'valueSetDefinition'))
      throw new MetadataProblem('valueSetName and valueSetDefinition exclude each other', valueSet);
    throw new MetadataProblem(`The simulated org does not know global value sets (${component.fullName}).`, valueSet);
  }
  for (const element of ['controllingField', 'valueSettings']) {
    if (child(valueSet, element))
      throw new MetadataProblem(`The simulated org does not know dependent picklists (${component.fullName}).`, child(valueSet, element));
  }
  const definition = child(valueSet, 'valueSetDefinition');
  if (!definition) throw new MetadataProblem(`Must specify 'valueSetDefinition' for the picklist ${component.fullName}`, valueSet);
  const values = childrenOf(definition, 'value').map((value): PicklistValue => ({
    value: requiredText(value, 'fullName'),
    label: textOf(value, 'label') ?? requiredText(value, 'fullName'),
    active: flagOf(value, 'isActive', true),
    isDefault: flagOf(value, 'default'),
  }));
  const seen = new Set<string>();
  for (const { value } of values) {
    if (seen.has(value.toLowerCase())) throw new MetadataProblem(`Duplicate value in picklist: ${value}`, definition);
    seen.add(value.toLowerCase());
    if (value.length > 255) throw new MetadataProblem(`Picklist value is longer than 255 characters: ${value.slice(0, 40)}…`, definition);
  }
  if (values.filter((value) => value.isDefault).length > 1)
    throw new MetadataProblem(`A picklist has at most one default value (${component.fullName})`, definition);
  return { restricted: flagOf(valueSet, 'restricted'), values };
}

export function relationship(component: Component, object: ObjectDefinition, context: DeployContext): Partial<FieldDefinition> {
  const { root } = component;
  const type = textOf(root, 'type');
  const name = component.fullName.split('.')[1] ?? '';
  const target = requiredText(root, 'referenceTo');
  const isSpecial = type === 'MetadataRelationship' && (target === 'EntityDefinition' || target === 'FieldDefinition');
  const referenced = context.state.schema.object(target);
  if (!referenced && !isSpecial) {
    throw new MetadataProblem(`referenceTo value of '${target}' does not resolve to a valid sObject type`, child(root, 'referenceTo'));
  }
  const relationshipName = textOf(root, 'relationshipName');
  if (type === 'MasterDetail') {
    if (object.sharingModel !== 'ControlledByParent') {
      throw new MetadataProblem(
        `Cannot set sharingModel to ${object.sharingModel} on a CustomObject with a MasterDetail relationship field`,
        root,
      );
    }
    if (relationshipName === null)
      throw new MetadataProblem("Must specify 'relationshipName' for a CustomField of type MasterDetail", root);
    const masters = [...object.fields.values()].filter((field) => field.type === 'MasterDetail' && field.name !== name);
    if (masters.length >= 2) throw new MetadataProblem('An object has at most two master-detail relationships', root);
  }
  const taken = context.state.schema.childRelationship(target, `${relationshipName ?? ''}__r`);
  if (relationshipName !== null && taken && (taken.childObject !== object.name || taken.field.name !== name)) {
    throw new MetadataProblem(
      `Relationship name ${relationshipName} is already used by ${taken.childObject}.${taken.field.name}`,
      child(root, 'relationshipName'),
    );
  }
  const constraint = textOf(root, 'deleteConstraint');
  if (constraint === 'SetNull' && flagOf(root, 'required')) {
    throw new MetadataProblem(
      `A required lookup can't have the delete constraint SetNull (${component.fullName})`,
      child(root, 'deleteConstraint'),
    );
  }
  return {
    referenceTo: [target],
    relationshipName: name.replace(/__c$/, '__r'),
    ...(relationshipName === null ? {} : { childRelationshipName: `${relationshipName}__r` }),
    deleteConstraint:
      type === 'MasterDetail'
        ? 'Cascade'
        : constraint === 'Restrict' || constraint === 'Cascade'
          ? constraint
          : flagOf(root, 'required')
            ? 'Restrict'
            : 'SetNull',
    ...(type === 'MasterDetail'
      ? { writeRequiresMasterRead: flagOf(root, 'writeRequiresMasterRead'), reparentable: flagOf(root, 'reparentableMasterDetail') }
      : {}),
  };
}
