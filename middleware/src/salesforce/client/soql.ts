/** Pieces of SOQL. Values are always quoted here; nothing else puts a value into a query. */

/** A quoted text literal. */
export const quote = (text: string): string =>
  `'${text
    .replace(/[\\'"]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')}'`;

export const quoteAll = (texts: readonly string[]): string => texts.map(quote).join(',');

/** A literal for `LIKE 'text%'`: wildcards of the text itself are taken literally. */
export const startsWith = (text: string): string => `${quote(text).slice(0, -1).replace(/[%_]/g, '\\$&')}%'`;

/** A literal for `LIKE '%text%'`. */
export const contains = (text: string): string => `'%${startsWith(text).slice(1)}`;

/** An instant, unquoted as SOQL wants it. */
export const instant = (at: number): string => new Date(at).toISOString();

const suffixLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** 15-character ids tell case, 18-character ids carry it in a suffix; records are always named by the long form. */
export function longId(id: string): string {
  if (id.length !== 15) return id;
  let suffix = '';
  for (let block = 0; block < 3; block++) {
    let bits = 0;
    for (let place = 0; place < 5; place++) {
      if (/[A-Z]/.test(id[block * 5 + place] ?? '')) bits |= 1 << place;
    }
    suffix += suffixLetters[bits];
  }
  return id + suffix;
}

/** True for something that may be a record id. */
export const looksLikeId = (text: string): boolean => /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(text);
