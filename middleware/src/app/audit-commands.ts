/**
 * The trail as commands: of one deal, of all of them, and whether its chains of hashes hold. Values of fields that are confidential now
 * are not told, even where they were written down before the admin marked them; an export tells no people unless it is asked to.
 */
import { printAuditLine, type AuditEntry } from '../domain/audit-line.ts';
import { fields, fieldNames } from '../domain/fields.ts';
import { confidentialIn } from '../domain/mapping.ts';
import { AuditInput, AuditPageInput } from './audit-schema.ts';
import { nothingKnown, type Commands } from './commands.ts';
import type { Core } from './core.ts';
import { findLink } from './find-link.ts';
import { readInput } from './read-input.ts';

const pageSize = 500;

/** Labels of fields whose values are names, numbers and addresses of people. */
const ofPeople: readonly string[] = fieldNames
  .filter((name) => fields[name].kind === 'people' || name === 'microsoftSeller')
  .map((name) => fields[name].label);

/** The entry with the fields of these labels as "changed". */
export const withoutValues = (entry: AuditEntry, hidden: ReadonlySet<string>): AuditEntry => ({
  ...entry,
  changes: entry.changes.map((change) => (hidden.has(change.field) ? { field: change.field } : change)),
});

export function auditCommands({ engine, store }: Pick<Core, 'engine' | 'store'>): Commands {
  const hiddenLabels = (people: boolean): ReadonlySet<string> =>
    new Set([...[...confidentialIn(engine.mapping())].map((name) => fields[name].label), ...(people ? [] : ofPeople)]);

  return {
    async audit(input) {
      const { id, limit } = readInput(AuditInput, input);
      const link = await findLink(engine, id);
      if (!link) throw nothingKnown(id);
      const hidden = hiddenLabels(true);
      return (await store.audit(link.id, limit)).map((row) => {
        const entry = withoutValues(row.entry, hidden);
        return { ...row, entry, line: printAuditLine(entry) };
      });
    },

    async 'audit.page'(input) {
      const { since, until, after, people } = readInput(AuditPageInput, input);
      const hidden = hiddenLabels(people);
      const rows = await store.auditPage({ since: since ?? 0, until: until ?? Number.MAX_SAFE_INTEGER, after, limit: pageSize });
      return {
        rows: rows.map((row) => ({ ...row, at: new Date(row.at).toISOString(), entry: withoutValues(row.entry, hidden) })),
        last: rows.at(-1)?.id ?? null,
        done: rows.length < pageSize,
      };
    },

    async 'audit.verify'() {
      const breaks = await store.verifyAudit();
      const named = await Promise.all(
        breaks.map(async ({ linkId, entryId }) => {
          const link = await store.link(linkId);
          return { opportunityId: link?.opportunityId ?? null, referralId: link?.referralId ?? null, linkId, entryId };
        }),
      );
      return { whole: breaks.length === 0, breaks: named, keptDays: engine.mapping().settings.auditDays };
    },
  };
}
