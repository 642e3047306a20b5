/** Enhanced notes: the note itself, and the link that hangs it on a deal. Rights come from the deal a note hangs on, or from owning it. */
import { always, lookup, picklist, readOnly, text } from './field-builders.ts';
import type { ObjectDefinition } from './schema-model.ts';
import { objectDefinition, standardField as field, systemFields } from './system-fields.ts';

export function noteObjects(): ObjectDefinition[] {
  const note = objectDefinition({
    name: 'ContentNote',
    label: 'Note',
    pluralLabel: 'Notes',
    kind: 'standard',
    keyPrefix: '069',
    sharingModel: 'Private',
    nameField: 'Title',
    openToAll: true,
    fields: [
      ...systemFields('custom'),
      text('Title', 255, { required: true, ...always }),
      field('Content', 'LongTextArea', { length: 10_000_000, ...always }),
      text('FileType', 20, { ...readOnly, ...always, defaultValue: '"SNOTE"' }),
    ],
  });
  const link = objectDefinition({
    name: 'ContentDocumentLink',
    label: 'Content Document Link',
    pluralLabel: 'Content Document Links',
    kind: 'standard',
    keyPrefix: '06A',
    sharingModel: 'ControlledByParent',
    accessThrough: { object: 'Opportunity', field: 'LinkedEntityId' },
    fields: [
      ...systemFields('detail'),
      lookup('ContentDocumentId', 'ContentNote', undefined, { deleteConstraint: 'Cascade', required: true, updateable: false, ...always }),
      lookup('LinkedEntityId', 'Opportunity', 'ContentDocumentLinks', {
        deleteConstraint: 'Cascade',
        required: true,
        updateable: false,
        ...always,
      }),
      field('ShareType', 'Picklist', { ...picklist(['V', 'C', 'I'], true), ...always }),
      field('Visibility', 'Picklist', { ...picklist(['AllUsers', 'InternalUsers', 'SharedUsers'], true, true), ...always }),
    ],
  });
  return [note, link];
}
