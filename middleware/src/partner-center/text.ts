/** Canonical form of the texts, days and instants of a referral. */

const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

/** Stored names carry HTML entities now and then (API §5.3). One level only: what was typed as `&amp;lt;` stays `&lt;`. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,5}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named.get(name.toLowerCase()) ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    const valid = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
    return valid ? String.fromCodePoint(point) : whole;
  });
}

/** Decoded, line ends as `\n`, trimmed; empty is null. */
export function canonicalText(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const clean = decodeEntities(text).replace(/\r\n?/g, '\n').trim();
  return clean === '' ? null : clean;
}

/** Codes are not prose: trimmed, empty is null. */
export function canonicalCode(text: string | null | undefined): string | null {
  const clean = text?.trim() ?? '';
  return clean === '' ? null : clean;
}

/** Epoch ms of a wire date; null when there is none or it cannot be read. */
export function instantOf(text: string | null | undefined): number | null {
  const time = text ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? null : time;
}

/** `YYYY-MM-DD` in UTC (API §5.5). */
export function utcDay(text: string | null | undefined): string | null {
  const time = instantOf(text);
  return time === null ? null : new Date(time).toISOString().slice(0, 10);
}

export function isoInstant(text: string | null | undefined): string | null {
  const time = instantOf(text);
  return time === null ? null : new Date(time).toISOString();
}

/** Midnight UTC, the form the samples use (API §5.5). */
export const dayOnTheWire = (day: string): string => `${day}T00:00:00Z`;
