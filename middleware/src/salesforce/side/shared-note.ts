/**
 * The enhanced note that carries what is shared with Microsoft, where an admin chose notes for it: the one note of the deal with a title of
 * its own. No other note is ever read. Enhanced notes hang on a deal by a link record and hold HTML.
 */
import { SyncError } from '../../errors.ts';
import { understood, type FieldFacts, type SalesforceClient } from '../client/client.ts';
import { quote, quoteAll } from '../client/soql.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import { NoteLinkRow } from '../schema.ts';
import { noteOfText, textOfNote } from '../translate/note-html.ts';
import { toCrm } from '../translate/transform.ts';
import type { ChildPart } from './child-parts.ts';

/** Title by which people say that a note is for Microsoft too. */
export const sharedNoteTitle = 'Shared with Microsoft';

export interface SharedNote {
  readonly id: string;
  /** `LastModifiedDate` of the note, epoch ms. */
  readonly changedAt: number;
  readonly text: string;
}

/** Texts that were read, by note; a note that has not changed is not fetched again. */
const mostKept = 500;
const settledMs = 2_000;

export interface SharedNotes {
  /** The shared note of each deal that has one, the oldest where there are several; none where no admin chose notes. */
  read(plan: ReadPlan, opportunityIds: readonly string[]): Promise<ReadonlyMap<string, SharedNote>>;
}

export function createSharedNotes(client: SalesforceClient): SharedNotes {
  const kept = new Map<string, SharedNote>();

  /** Null when the note is gone since its link was read. One that is there and cannot be read must not count as empty. */
  async function bodyOfNote(id: string): Promise<string | null> {
    try {
      return await client.text(`/sobjects/ContentNote/${id}/Content`);
    } catch (error) {
      if (!(error instanceof SyncError) || error.code !== 'CRM_GONE') throw error;
      const { records } = await client.query(`SELECT Id FROM ContentDocumentLink WHERE ContentDocumentId = ${quote(id)}`);
      if (records.length === 0) return null;
      throw new SyncError('CRM_NO_ACCESS', { message: `The text of the note "${sharedNoteTitle}" cannot be read.` });
    }
  }

  async function noteOf(id: string, changedAt: number, serverTime: number): Promise<SharedNote | null> {
    const known = kept.get(id);
    if (known?.changedAt === changedAt) return known;
    const html = await bodyOfNote(id);
    if (html === null) return null;
    const note: SharedNote = { id, changedAt, text: textOfNote(html) };
    kept.delete(id);
    // a stamp knows whole seconds: one of this very moment may still stand for another text
    if (serverTime - changedAt >= settledMs) kept.set(id, note);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return note;
  }

  return {
    async read({ features }, opportunityIds) {
      if (!features.sharedNote || opportunityIds.length === 0) return new Map();
      const { records, serverTime } = await client.query(
        `SELECT LinkedEntityId, ContentDocumentId, ContentDocument.LastModifiedDate FROM ContentDocumentLink WHERE LinkedEntityId IN (${quoteAll(opportunityIds)}) AND ContentDocument.FileType = 'SNOTE' AND ContentDocument.Title = ${quote(sharedNoteTitle)} ORDER BY ContentDocument.CreatedDate, ContentDocumentId`,
      );
      const first = new Map<string, NoteLinkRow>();
      for (const row of records.map((record) => understood(NoteLinkRow, record)))
        if (!first.has(row.LinkedEntityId)) first.set(row.LinkedEntityId, row);
      const notes = await Promise.all(
        [...first].map(
          async ([deal, row]) => [deal, await noteOf(row.ContentDocumentId, row.ContentDocument.LastModifiedDate, serverTime)] as const,
        ),
      );
      return new Map(notes.flatMap(([deal, note]) => (note === null ? [] : [[deal, note] as const])));
    },
  };
}

const target: FieldFacts = {
  name: 'Content',
  type: 'textarea',
  length: 0,
  createable: true,
  updateable: true,
  relationshipName: null,
  referenceTo: [],
  picklistValues: [],
};

/** The text in the form of the mapping's line, as the HTML of a note. */
function bodyOf(plan: ReadPlan, text: string | null): { readonly Content: string } {
  const rule = plan.mapping.fields.find((one) => one.field === 'notes');
  const written = rule ? toCrm(rule, text, target, plan.mapping) : text;
  return { Content: Buffer.from(noteOfText(typeof written === 'string' ? written : ''), 'utf8').toString('base64') };
}

/** A changed text in its note; the note is made and linked where there is none yet. An emptied text empties the note, it deletes none. */
export function changeNote(plan: ReadPlan, note: SharedNote | null, text: string | null, opportunityId: string): readonly ChildPart[] {
  if (!plan.features.sharedNote) return [];
  if (note)
    return [
      {
        field: 'notes',
        method: 'PATCH',
        path: `/sobjects/ContentNote/${note.id}`,
        referenceId: 'sharedNote',
        body: bodyOf(plan, text),
        headers: { 'If-Unmodified-Since': new Date(note.changedAt).toUTCString() },
      },
    ];
  if (text === null) return [];
  return [
    {
      field: 'notes',
      method: 'POST',
      path: '/sobjects/ContentNote',
      referenceId: 'sharedNote',
      body: { Title: sharedNoteTitle, ...bodyOf(plan, text) },
    },
    {
      field: 'notes',
      method: 'POST',
      path: '/sobjects/ContentDocumentLink',
      referenceId: 'sharedNoteLink',
      // the record's own rights decide who may read and edit it
      body: { ContentDocumentId: '@{sharedNote.id}', LinkedEntityId: opportunityId, ShareType: 'I', Visibility: 'AllUsers' },
    },
  ];
}
