/** What was asked of the org, and what it cost (Salesforce APIs §6, §9.3). */

export interface JournalEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly status: number;
  /** API calls charged: 0 or 1. */
  readonly calls: number;
  readonly userId: string | null;
}

export interface Journal {
  readonly entries: readonly JournalEntry[];
  add(entry: JournalEntry): void;
  clear(): void;
  /** API calls charged since the start or the last `clear`. */
  charged(): number;
}

/** Old entries go, so that a demo can run for days. */
const most = 50_000;

export function createJournal(): Journal {
  let entries: JournalEntry[] = [];
  return {
    get entries() {
      return entries;
    },
    add: (entry) => {
      if (entries.length >= most) entries = entries.slice(most / 2);
      entries.push(entry);
    },
    clear: () => {
      entries = [];
    },
    charged: () => entries.reduce((sum, entry) => sum + entry.calls, 0),
  };
}
