/** Times as the API prints and reads them: `2026-11-20T10:00:00.000+0000` (Salesforce APIs §5). */

/** Epoch ms → text, whole seconds: record stamps have no finer grain. */
export const wireTime = (ms: number, grain = 1000): string => `${new Date(Math.floor(ms / grain) * grain).toISOString().slice(0, 23)}+0000`;

const timeShape = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?(Z|[+-]\d{2}:?\d{2})?$/i;

/** Text → epoch ms; null when it is no time. A date alone is midnight UTC. */
export function parseTime(text: string): number | null {
  const match = timeShape.exec(text);
  if (!match) return null;
  const [, date = '', time = '00:00', zone = 'Z'] = match;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const fraction = time.length === 5 ? `${time}:00` : time.slice(0, 12);
  const ms = Date.parse(`${date}T${fraction}${offset}`);
  return Number.isNaN(ms) || !isRealDate(date) ? null : ms;
}

/** True for a calendar date `YYYY-MM-DD` that exists. */
export function isRealDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === text;
}

export const isoDate = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
