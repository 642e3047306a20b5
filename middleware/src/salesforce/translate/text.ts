/** Canonical form of texts, days, instants, numbers and switches as an opportunity holds them. */

const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

/** Texts that came through web forms carry HTML entities now and then. One level only: `&amp;lt;` is what someone typed as `&lt;`. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,5}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named.get(name.toLowerCase()) ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    const valid = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
    return valid ? String.fromCodePoint(point) : whole;
  });
}

/** Cut to so many characters, never inside one that takes two places, without blanks at the end. */
export function cut(text: string, limit: number | null): string {
  if (limit === null || text.length <= limit) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  return text.slice(0, end).trimEnd();
}

/** Decoded, line ends as `\n`, trimmed, cut; empty is null. */
export function canonicalText(value: unknown, limit: number | null = null): string | null {
  if (value === null || value === undefined) return null;
  const clean = cut(decodeEntities(String(value)).replace(/\r\n?/g, '\n').trim(), limit);
  return clean === '' ? null : clean;
}

/** Codes are not prose: trimmed, empty is null. */
export function canonicalCode(value: unknown): string | null {
  const clean = typeof value === 'string' ? value.trim() : '';
  return clean === '' ? null : clean;
}

export function canonicalNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** `2026-11-20T10:00:00.000+0000` has a zone `Date.parse` need not know. */
export function instantOf(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const time = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(time) ? null : time;
}

/** ISO instant, UTC. */
export function isoInstant(value: unknown): string | null {
  const time = instantOf(value);
  return time === null ? null : new Date(time).toISOString();
}

/** `YYYY-MM-DD`: a date field as it is, a time as its day in UTC. */
export function utcDay(value: unknown): string | null {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value.trim())) return value.trim();
  return isoInstant(value)?.slice(0, 10) ?? null;
}

export function canonicalFlag(value: unknown): boolean {
  return value === true || (typeof value === 'string' && ['true', 'yes', '1'].includes(value.trim().toLowerCase()));
}
